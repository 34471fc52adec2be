"""How many owners are right when task and proof are given: `python -m eval.owners.score [file.jsonl …]`."""

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from pipeline.meeting import Meeting, Participant
from pipeline.minutes import Action, Evidence, Reading
from pipeline.stages.attribute import attribute
from pipeline.stages.owners import assign_owners
from pipeline.transcript import Language, Transcript, Utterance


class Dialogue(BaseModel):
    """A few turns of talk in which one task is handed out.

    Attributes:
        said: Speaker (a name, a label or None) and words, in order.
        task: What is to be done.
        evidence: Places in ``said`` that prove the task and its owner.
        owner: A participant's name, a department, a label or name as heard; None where nobody has it.
        tags: What the dialogue is there to show.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    language: Language
    participants: tuple[Participant, ...]
    said: tuple[tuple[str | None, str], ...]
    task: str
    evidence: tuple[int, ...]
    owner: str | None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """The owner that was found, and the sentence that says why."""

    owner: str | None
    reason: str


@dataclass(frozen=True)
class Counts:
    """Additive counts; the rates of a whole are the rates of the sums."""

    dialogues: int = 0
    right: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.dialogues + other.dialogues, self.right + other.right)

    @property
    def accuracy(self) -> float:
        """Share of dialogues with the right owner, or rightly none."""
        return self.right / self.dialogues if self.dialogues else 1.0


def read_dialogues(paths: Iterable[Path] = ()) -> tuple[Dialogue, ...]:
    """The dialogues of the files, or of the project's own two."""
    folder = resources.files("eval.owners")
    texts = [path.read_text("utf-8") for path in paths] or [
        (folder / f"{language}.jsonl").read_text("utf-8") for language in ("zh", "en")
    ]
    return tuple(
        Dialogue.model_validate(json.loads(row)) for text in texts for row in text.splitlines() if row
    )


def find_owner(dialogue: Dialogue) -> Answer:
    """What this project answers: speakers told from the talk first, then the owner, as in a run."""
    meeting = Meeting(language=dialogue.language, participants=dialogue.participants)
    heard = Transcript(
        language=dialogue.language,
        utterances=tuple(
            Utterance(id=i, speaker=speaker, text=text) for i, (speaker, text) in enumerate(dialogue.said)
        ),
    )
    transcript = attribute(heard, meeting)
    proof = tuple(Evidence(utterance=i, quote=dialogue.said[i][1]) for i in dialogue.evidence)
    reading = Reading(
        kinds=("plans",) * len(dialogue.said), actions=(Action(id="a1", task=dialogue.task, evidence=proof),)
    )
    action = assign_owners(reading, transcript, meeting).actions[0]
    return Answer(action.owner, action.owner_reason or "")


def score(dialogues: Iterable[Dialogue], answers: Iterable[Answer]) -> dict[str, Counts]:
    """Counts of all dialogues ("all"), by language and by tag."""
    totals: dict[str, Counts] = {}
    for dialogue, answer in zip(dialogues, answers, strict=True):
        counts = Counts(1, int(answer.owner == dialogue.owner))
        for key in ("all", dialogue.language, *dialogue.tags):
            totals[key] = totals.get(key, Counts()) + counts
    return totals


def main() -> None:
    """Print every dialogue that came out wrong, and the scores."""
    dialogues = read_dialogues(Path(name) for name in sys.argv[1:])
    answers = [find_owner(dialogue) for dialogue in dialogues]
    for dialogue, answer in zip(dialogues, answers, strict=True):
        if answer.owner != dialogue.owner:
            _print_mistake(dialogue, answer)
    for key, counts in score(dialogues, answers).items():
        print(f"{key:14} {counts.right:4}/{counts.dialogues:<4} {counts.accuracy:.3f}")  # noqa: T201


def _print_mistake(dialogue: Dialogue, answer: Answer) -> None:
    print(f"{dialogue.id} {dialogue.task}: {answer.owner}, should be {dialogue.owner} ({answer.reason})")  # noqa: T201
    for place, (speaker, text) in enumerate(dialogue.said):
        mark = "*" if place in dialogue.evidence else " "
        print(f"  {mark} {place} {speaker or '-'}: {text}")  # noqa: T201


if __name__ == "__main__":
    main()
