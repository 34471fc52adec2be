"""A notice as plain text."""

from collections.abc import Iterator

from pipeline.render.words import Words
from pipeline.sending.notice import Entry, Group, Notice
from pipeline.sending.wording import counted, wording


def to_text(notice: Notice) -> str:
    """Plain text that reads well without any markup, lines not wrapped."""
    say = wording(notice.language, partial=notice.partial)
    return "\n\n".join("\n".join(part) for part in _parts(notice, say)) + "\n"


def attached_lines(notice: Notice, say: Words) -> tuple[str, ...]:
    """What is attached, one line a file."""
    if notice.source is None:
        return ()
    dated = notice.source.dated
    calendar = (say["letter.ics"].format(counts=counted(say, "deadlines", dated)),) if dated else ()
    return (say["letter.docx"], *calendar)


def tags(entry: Entry, say: Words) -> tuple[str, ...]:
    """Words that class an item."""
    given = (("letter.urgent", entry.urgent), ("letter.from_last_time", entry.carried))
    return tuple(say[word] for word, holds in given if holds)


def _parts(notice: Notice, say: Words) -> Iterator[list[str]]:
    yield [notice.heading, *notice.facts]
    if notice.problems:
        yield [f"! {say['document.problems']}", *(f"  {problem}" for problem in notice.problems)]
    if notice.greeting or notice.lead:
        yield [line for line in (notice.greeting, notice.lead) if line]
    if notice.decisions is not None:
        yield [_headline(say["letter.decisions"]), *_decisions(notice.decisions, say)]
    if notice.kind == "all":
        yield [_headline(say["letter.actions"]), *([] if notice.groups else [say["document.no_actions"]])]
    for group in notice.groups:
        yield [*([] if notice.greeting else [_owner(group, say)]), *_entries(group, say)]
    if notice.link:
        yield [say["letter.open" if notice.kind == "reminder" else "letter.read"], notice.link]
    if attached := attached_lines(notice, say):
        yield [say["letter.attached"], *(f"- {line}" for line in attached)]
    if notice.remarks:
        yield list(notice.remarks)


def _headline(title: str) -> str:
    return f"== {title} =="


def _decisions(decisions: tuple[str, ...], say: Words) -> Iterator[str]:
    if not decisions:
        yield say["document.no_decisions"]
    for number, decision in enumerate(decisions, 1):
        yield f"{number}. {decision}"


def _owner(group: Group, say: Words) -> str:
    return say.aside(group.owner, group.department)


def _entries(group: Group, say: Words) -> Iterator[str]:
    for entry in group.entries:
        yield f"- {''.join(f'[{tag}] ' for tag in tags(entry, say))}{entry.task}"
        yield f"  {_when(entry, say)}"
        if entry.aside:
            yield f"  {entry.aside}"


def _when(entry: Entry, say: Words) -> str:
    due = entry.due if entry.urgency == "undated" else say["letter.due"].format(text=entry.due)
    return say.clauses((due, entry.remark, entry.heard))
