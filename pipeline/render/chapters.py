"""The six sections, each with its summary, its points and the items that belong there."""

from collections.abc import Callable, Iterator

from pipeline.clock import clock
from pipeline.minutes import KINDS, CarryOver, Issue, Kind, Kpi, Minutes, Remark, Report, Section
from pipeline.render.document import Block, Chapter, Column, Items, Paragraph, Table, Text
from pipeline.render.marks import Proofs
from pipeline.render.words import Words, shown

Fill = Callable[[Minutes, Words, Proofs], Iterator[Block]]


def chapters(minutes: Minutes, say: Words, proofs: Proofs) -> tuple[Chapter, ...]:
    """Always six, in order; one that nobody touched says so."""
    sections = {section.kind: section for section in minutes.sections}
    return tuple(_chapter(sections[kind], minutes, say, proofs) for kind in KINDS if kind in sections)


def _chapter(section: Section, minutes: Minutes, say: Words, proofs: Proofs) -> Chapter:
    blocks = (*_told(section, proofs, say), *_FILL[section.kind](minutes, say, proofs))
    # An agenda was sent ahead: it does not make a section one that was touched.
    if section.status != "covered" and all(_is_agenda(block) for block in blocks):
        tone = "warning" if section.status == "unread" else "missing"
        blocks = (Paragraph(Text(say[f"document.{section.status}"], tone=tone)), *blocks)
    return Chapter(section.kind, say[f"sections.{section.kind}"], _when(section, say, proofs), blocks)


def _is_agenda(block: Block) -> bool:
    return isinstance(block, Items) and block.role == "agenda"


def _when(section: Section, say: Words, proofs: Proofs) -> str | None:
    """Time spent, and from when to when where it was one stretch."""
    spent = say["document.time_spent"].format(text=say.length(section.seconds)) if section.seconds else None
    if len(section.spans) != 1:
        return spent
    utterances = proofs.transcript.utterances
    first, last = section.spans[0]
    if not 0 <= first <= last < len(utterances):
        return spent
    start, end = utterances[first].start, utterances[last].end
    whole = f"{clock(start)}–{clock(end)}" if start is not None and end is not None else None
    return say.listed((whole, spent)) or None


def _told(section: Section, proofs: Proofs, say: Words) -> Iterator[Block]:
    if section.summary:
        yield Paragraph(Text(shown(section.summary)))
    points = tuple(Text(shown(p.text), marks=proofs.marks(p.evidence)) for p in section.points)
    if points:
        yield Items("points", points, say["blocks.points"] if section.summary else None)


def _purpose(minutes: Minutes, say: Words, proofs: Proofs) -> Iterator[Block]:
    del proofs
    agenda = tuple(
        Text(shown(item.topic), note=say.length(item.minutes * 60) if item.minutes else None)
        for item in minutes.meeting.agenda
    )
    if agenda:
        yield Items("agenda", agenda, say["blocks.agenda"])


def _data(minutes: Minutes, say: Words, proofs: Proofs) -> Iterator[Block]:
    columns = (
        Column(say["columns.metric"], 26),
        Column(say["columns.value"], 14),
        Column(say["columns.period"], 14),
        Column(say["columns.change"], 20),
        Column(say["columns.target"], 14),
        Column(say["columns.evidence"], 12),
    )
    yield from _table("kpis", columns, [_kpi(kpi, say, proofs) for kpi in minutes.kpis], say)
    yield from _remarks(minutes, ("market",), "market", say, proofs)


def _kpi(kpi: Kpi, say: Words, proofs: Proofs) -> tuple[Text, ...]:
    against = say[f"basis.{kpi.basis}"] if kpi.basis else None
    return (
        Text(shown(kpi.metric), note=shown(kpi.department) if kpi.department else None),
        Text(_with_unit(kpi.value, kpi.unit)),
        Text(shown(kpi.period or "")),
        Text(shown(kpi.change or ""), note=against) if kpi.change else Text(against or ""),
        Text(shown(kpi.target or "")),
        Text("", marks=proofs.marks(kpi.evidence, kpi.support)),
    )


def _with_unit(value: str, unit: str | None) -> str:
    between = " " if unit and unit[0].isascii() and unit[0].isalpha() else ""
    return shown(f"{value}{between}{unit or ''}")


def _reports(minutes: Minutes, say: Words, proofs: Proofs) -> Iterator[Block]:
    yield from (_report(report, say, proofs) for report in minutes.reports)
    columns = (
        Column(say["columns.item"], 32),
        Column(say["columns.owner"], 14),
        Column(say["columns.previous_due"], 15),
        Column(say["columns.status"], 26),
        Column(say["columns.evidence"], 13),
    )
    rows = [_carried(item, minutes, say, proofs) for item in minutes.carry_over]
    yield from _table("carry_over", columns, rows, say)


def _report(report: Report, say: Words, proofs: Proofs) -> Items:
    items = (
        *(Text(shown(text), tag=say["report.done"]) for text in report.done),
        *(Text(shown(text), tag=say["report.problems"], tone="warning") for text in report.problems),
        *(Text(shown(text), tag=say["report.next"]) for text in report.next),
    )
    who = report.department or report.reporter or say["report.unnamed"]
    reporter = report.reporter if report.department else None
    title = shown(say.aside(who, reporter))
    return Items("report", items, title, proofs.marks(report.evidence, report.support))


def _carried(item: CarryOver, minutes: Minutes, say: Words, proofs: Proofs) -> tuple[Text, ...]:
    before = next((action for action in minutes.meeting.open_actions if action.id == item.id), None)
    moved = f"→ {say.day(item.new_due)}" if item.new_due else None
    slips = say["status.slips"].format(count=item.slips) if item.slips else None
    late = item.status in ("redated", "not_mentioned")
    return (
        Text(shown(item.task)),
        Text(shown(item.owner)) if item.owner else Text(say["document.not_said"], tone="missing"),
        Text(before.due.isoformat() if before and before.due else ""),
        Text(
            say[f"status.{item.status}"],
            note=say.clauses((moved, slips)) or None,
            tone="warning" if late else "plain",
        ),
        Text("", marks=proofs.marks(item.evidence)),
    )


def _issues(minutes: Minutes, say: Words, proofs: Proofs) -> Iterator[Block]:
    columns = (
        Column(say["columns.problem"], 34),
        Column(say["columns.solution"], 26),
        Column(say["columns.owner"], 14),
        Column(say["columns.status"], 14),
        Column(say["columns.evidence"], 12),
    )
    yield from _table("issues", columns, [_issue(issue, say, proofs) for issue in minutes.issues], say)


def _issue(issue: Issue, say: Words, proofs: Proofs) -> tuple[Text, ...]:
    missing = Text(say["document.not_said"], tone="missing")
    impact = (
        say["document.pair"].format(label=say["status.impact"], text=shown(issue.impact))
        if issue.impact
        else None
    )
    return (
        Text(shown(issue.problem), note=impact, tag=say["status.risk"] if issue.kind == "risk" else None),
        Text(shown(issue.solution)) if issue.solution else missing,
        Text(shown(issue.owner)) if issue.owner else missing,
        Text(say[f"status.{issue.status}"], tone="warning" if issue.status == "open" else "plain"),
        Text("", marks=proofs.marks(issue.evidence, issue.support)),
    )


def _plans(minutes: Minutes, say: Words, proofs: Proofs) -> Iterator[Block]:
    yield from _remarks(
        minutes, ("strategy", "resource", "milestone", "review_date"), "strategy", say, proofs
    )
    if minutes.actions:
        yield Paragraph(Text(say["document.actions_above"].format(count=len(minutes.actions))))


def _feedback(minutes: Minutes, say: Words, proofs: Proofs) -> Iterator[Block]:
    items = tuple(
        Text(shown(f.text), tag=say[f"feedback.{f.kind}"], marks=proofs.marks(f.evidence, f.support))
        for f in minutes.feedback
    )
    if items:
        yield Items("feedback", items, say["blocks.feedback"])
    yield from _remarks(minutes, ("announcement",), "announcement", say, proofs)


def _remarks(
    minutes: Minutes, kinds: tuple[str, ...], title: str, say: Words, proofs: Proofs
) -> Iterator[Block]:
    def text(remark: Remark) -> Text:
        tag = say[f"remarks.{remark.kind}"] if len(kinds) > 1 else None
        return Text(shown(remark.text), tag=tag, marks=proofs.marks(remark.evidence, remark.support))

    items = tuple(text(remark) for remark in minutes.remarks if remark.kind in kinds)
    if items:
        yield Items(title, items, say[f"blocks.{title}"])


def _table(
    role: str, columns: tuple[Column, ...], rows: list[tuple[Text, ...]], say: Words
) -> Iterator[Block]:
    """A table without the columns that nobody filled; nothing without rows."""
    used = [i for i in range(len(columns)) if any(row[i].text or row[i].marks for row in rows)]
    if rows:
        filled = tuple(tuple(row[i] for i in used) for row in rows)
        yield Table(role, tuple(columns[i] for i in used), filled, say[f"blocks.{role}"])


_FILL: dict[Kind, Fill] = {
    "purpose": _purpose,
    "data": _data,
    "reports": _reports,
    "issues": _issues,
    "plans": _plans,
    "feedback": _feedback,
}
