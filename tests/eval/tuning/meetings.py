"""Short sample meetings: the richest stretches of real ones, so that a whole search takes seconds."""

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from eval.cases import CASES, Case, Gold, GoldRow, GoldSection, load_case
from pipeline.meeting import Meeting
from pipeline.transcript import Transcript, Utterance

LINES = 26

TRAIN_ZH = ("zh-ecom-weekly-01", "zh-factory-morning-01", "zh-games-biweekly-01")
DEV_ZH = ("zh-catering-weekly-01", "zh-logistics-weekly-01", "zh-school-monthly-01")
TRAIN_EN = ("en-hotel-monthly-01", "en-university-ops-01")
DEV_EN = ("en-factory-daily-01", "en-logistics-weekly-01", "en-retail-weekly-01")

Row = TypeVar("Row", bound=GoldRow)


def short_meetings(folder: Path, names: Iterable[str]) -> Path:
    """Writes the richest stretch of each named meeting as a case of the same name."""
    for name in names:
        case = shortened(load_case(CASES / name))
        place = folder / name
        place.mkdir(parents=True)
        for file, value in (("case", case.meeting), ("transcript", case.transcript), ("gold", case.gold)):
            (place / f"{file}.json").write_text(value.model_dump_json(), "utf-8")
    return folder


def shortened(case: Case) -> Case:
    """The stretch of ``LINES`` utterances that holds most of everything the simulation knows."""

    def worth(first: int) -> int:
        cut = _gold(case.gold, first)
        dated = sum(a.due is not None for a in cut.actions)
        return min(2, len(cut.decisions)) + min(3, dated) + min(2, len(cut.issues) + len(cut.kpis))

    first = max(range(len(case.transcript.utterances) - LINES), key=worth)
    said = case.transcript.utterances[first : first + LINES]
    utterances = tuple(Utterance(id=u.id - first, text=u.text, speaker=u.speaker) for u in said)
    transcript = Transcript(language=case.transcript.language, utterances=utterances)
    meeting: Meeting = case.meeting.model_copy(update={"open_actions": ()})
    return Case(case.id, meeting, transcript, _gold(case.gold, first))


def _gold(gold: Gold, first: int) -> Gold:
    last = first + LINES - 1

    def here(rows: tuple[Row, ...]) -> tuple[Row, ...]:
        return tuple(
            row.model_copy(update={"evidence": tuple(i - first for i in row.evidence)})
            for row in rows
            if row.evidence and first <= min(row.evidence) and max(row.evidence) <= last
        )

    return Gold(
        sections=tuple(
            GoldSection(kind=s.kind, first=max(first, s.first) - first, last=min(last, s.last) - first)
            for s in gold.sections
            if s.first <= last and s.last >= first
        ),
        decisions=here(gold.decisions),
        actions=here(gold.actions),
        kpis=here(gold.kpis),
        issues=here(gold.issues),
        feedback=here(gold.feedback),
    )
