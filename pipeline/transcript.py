"""What was said: words, utterances and the transcript, as frozen values."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

Language = Literal["zh", "en"]


class Value(BaseModel):
    """A frozen value that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Word(Value):
    """One recognised word.

    Attributes:
        text: The word as written, without surrounding space.
        start: Seconds from the beginning of the recording.
        end: Seconds from the beginning of the recording.
    """

    text: str
    start: float
    end: float


class Utterance(Value):
    """What one speaker says in one stretch.

    Attributes:
        id: Counts from 0 without gaps.
        start: Seconds from the beginning of the recording; None where the source has no times.
        end: Seconds; None where the source has no times.
        speaker: A name, a label such as ``S1``, or None.
        text: The words, never empty.
        words: Times of the single words, where the recogniser gives them.
    """

    id: int
    start: float | None = None
    end: float | None = None
    speaker: str | None = None
    text: str
    words: tuple[Word, ...] = ()


class Transcript(Value):
    """A whole meeting as it was said.

    Attributes:
        language: The main language; single words of the other may occur.
        utterances: In the order they were said, ids 0, 1, 2, …
        notices: Sentences about how it was made that belong in the minutes ("accuracy is low …").
    """

    language: Language
    utterances: tuple[Utterance, ...]
    notices: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _ids_count_from_zero(self) -> Self:
        for index, utterance in enumerate(self.utterances):
            if utterance.id != index:
                raise ValueError(f"utterance {index} has id {utterance.id}; ids count from 0 without gaps")
        return self

    @property
    def seconds(self) -> float | None:
        """Length in seconds: the end of the last timed utterance, None without times."""
        ends = [u.end for u in self.utterances if u.end is not None]
        return max(ends) if ends else None
