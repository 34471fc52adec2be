"""From minutes to a document: the head, the overview and what stands under the six sections."""

from collections.abc import Iterator

from pipeline.minutes import Action, Minutes
from pipeline.render.chapters import chapters
from pipeline.render.document import Block, Column, Document, Fact, Items, Mark, Table, Text
from pipeline.render.marks import Proofs, all_evidence
from pipeline.render.words import Words, shown, words
from pipeline.transcript import Transcript


def lay_out(minutes: Minutes, transcript: Transcript) -> Document:
    """Puts the minutes in order, in the meeting's language."""
    say = words(minutes.meeting.language or transcript.language)
    if minutes.status == "partial":
        say = say.of_a_part()
    proofs = Proofs(transcript)
    return Document(
        language=say.language,
        title=shown(minutes.meeting.title or "") or say["document.title"],
        facts=tuple(_facts(minutes, transcript, say)),
        problems=tuple(map(shown, minutes.problems)),
        notices=tuple(map(shown, minutes.notices)),
        overview=(*_decisions(minutes, say, proofs), *_actions(minutes, say, proofs)),
        chapters=chapters(minutes, say, proofs),
        checks=tuple(_checks(minutes, say)),
        unverified=tuple(_unverified(minutes, say, proofs)),
        evidence=_evidence(minutes, proofs),
        footer=say["document.footer"].format(version=shown(minutes.origin.version)),
    )


def due_text(action: Action, say: Words) -> Text:
    """The deadline of an action: the day with its weekday, the phrase as heard, and why there is no day."""
    due = action.due
    heard = say["document.quote"].format(text=shown(due.phrase)) if due.phrase else None
    if due.on is not None:
        return Text(say.day(due.on), note=heard)
    reason = shown(due.reason) if due.reason else None
    return Text(say["document.no_date"], note=say.clauses((heard, reason)) or None, tone="missing")


def _facts(minutes: Minutes, transcript: Transcript, say: Words) -> Iterator[Fact]:
    meeting = minutes.meeting
    yield Fact(say["facts.held_on"], _held_on(minutes, say))
    seconds = meeting.seconds or transcript.seconds
    if seconds:
        yield Fact(say["facts.seconds"], Text(say.length(seconds)))
    yield Fact(say["facts.language"], Text(say[f"languages.{say.language}"]))
    if meeting.series:
        yield Fact(say["facts.series"], Text(shown(meeting.series)))
    if meeting.next_meeting:
        yield Fact(say["facts.next_meeting"], Text(say.day(meeting.next_meeting)))
    if meeting.participants:
        people = (
            _participant(p.name, say.listed((p.title, p.department)), say) for p in meeting.participants
        )
        yield Fact(say["facts.participants"], Text(say.listed(people)))
    elif speakers := dict.fromkeys(u.speaker for u in transcript.utterances if u.speaker):
        yield Fact(say["facts.speakers"], Text(say.listed(map(shown, speakers))))
    if made := _made(minutes, say):
        yield Fact(say["facts.made"], Text(made))


def _held_on(minutes: Minutes, say: Words) -> Text:
    meeting = minutes.meeting
    if meeting.held_on is None:
        return Text(say["document.unknown"], tone="missing")
    if meeting.date_source in (None, "given"):
        return Text(say.day(meeting.held_on))
    source = say[f"date_source.{meeting.date_source}"]
    return Text(say.day(meeting.held_on), note=source, tone="plain" if meeting.date_confirmed else "warning")


def _participant(name: str, known: str, say: Words) -> str:
    return shown(say.aside(name, known or None))


def _made(minutes: Minutes, say: Words) -> str:
    """Who listened, or that a transcript was given, and who read."""
    parts: list[str] = []
    for stage in minutes.origin.stages:
        backend = say.phrases.get(f"backends.{stage.backend}", shown(stage.backend or ""))
        if stage.stage == "transcribe":
            parts.append(say["facts.heard"].format(backend=backend))
        elif stage.stage == "import":
            parts.append(say["facts.imported"])
        elif stage.stage == "read_out":
            parts.append(say["facts.read"].format(backend=backend))
    return say.listed(dict.fromkeys(part.strip() for part in parts))


def _decisions(minutes: Minutes, say: Words, proofs: Proofs) -> Iterator[Block]:
    title = say["document.decisions"]
    if not minutes.decisions:
        yield Items("decisions", (Text(say["document.no_decisions"], tone="missing"),), title)
        return
    items = tuple(
        Text(
            shown(decision.text),
            note=shown(decision.made_by) if decision.made_by else None,
            marks=proofs.marks(decision.evidence, decision.support),
        )
        for decision in minutes.decisions
    )
    yield Items("decisions", items, title)


def _actions(minutes: Minutes, say: Words, proofs: Proofs) -> Iterator[Block]:
    title = say["document.actions"]
    if not minutes.actions:
        yield Items("actions", (Text(say["document.no_actions"], tone="missing"),), title)
        return
    columns = (
        Column(say["columns.task"], 44),
        Column(say["columns.owner"], 18),
        Column(say["columns.due"], 26),
        Column(say["columns.evidence"], 12),
    )
    rows = tuple(
        (
            Text(shown(action.task), tag=say["priority.high"] if action.priority == "high" else None),
            owner_text(action, say),
            due_text(action, say),
            Text("", marks=proofs.marks(action.evidence, action.support)),
        )
        for action in minutes.actions
    )
    yield Table("actions", columns, rows, title)


def owner_text(action: Action, say: Words) -> Text:
    """The owner, with department and co-owners; without one the reason why."""
    helpers = say.listed(map(shown, action.co_owners))
    with_helpers = (
        say["document.pair"].format(label=say["columns.co_owners"], text=helpers) if helpers else None
    )
    if action.owner is None:
        reason = shown(action.owner_reason) if action.owner_reason else None
        return Text(say["document.not_said"], say.clauses((reason, with_helpers)) or None, tone="missing")
    department = shown(action.department) if action.department not in (None, action.owner) else None
    return Text(shown(action.owner), say.clauses((department, with_helpers)) or None)


def _checks(minutes: Minutes, say: Words) -> Iterator[Text]:
    for check in sorted(minutes.checks, key=lambda check: check.severity != "warning"):
        tone = "warning" if check.severity == "warning" else "plain"
        yield Text(shown(check.text), tag=say[f"severity.{check.severity}"], tone=tone)


def _unverified(minutes: Minutes, say: Words, proofs: Proofs) -> Iterator[Text]:
    for item in minutes.unverified:
        yield Text(
            shown(item.text),
            note=shown(item.reason),
            tag=say[f"fields.{item.field}"],
            marks=proofs.marks(item.evidence),
        )


def _evidence(minutes: Minutes, proofs: Proofs) -> tuple[Mark, ...]:
    """Every quote once, in the order it was said."""
    marks = proofs.marks(all_evidence(minutes))
    return tuple(sorted(marks, key=lambda mark: mark.utterance))
