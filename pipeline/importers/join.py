"""One meeting in several transcripts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.importers.language import detect_language
from pipeline.transcript import Transcript, Utterance, Word


def join_transcripts(parts: Sequence[Transcript]) -> Transcript:
    """Puts transcripts of one meeting in a row, each beginning where the one before it ends.

    After a part without times nobody knows when the next one begins: from there on times are None.

    Args:
        parts: At least one, in the order they were spoken.
    """
    if len(parts) == 1:
        return parts[0]
    shifted = [utterance for part, offset in _offsets(parts) for utterance in offset.moved(part.utterances)]
    alike = len({part.language for part in parts}) == 1
    said = " ".join(utterance.text for utterance in shifted)
    return Transcript(
        language=parts[0].language if alike else detect_language(said),
        utterances=tuple(u.model_copy(update={"id": number}) for number, u in enumerate(shifted)),
        notices=tuple(dict.fromkeys(notice for part in parts for notice in part.notices)),
    )


@dataclass(frozen=True)
class _Offset:
    """Seconds before a part; None when they are not known."""

    seconds: float | None

    def moved(self, utterances: Sequence[Utterance]) -> Iterator[Utterance]:
        for utterance in utterances:
            yield utterance.model_copy(
                update={
                    "start": self._at(utterance.start),
                    "end": self._at(utterance.end),
                    "words": tuple(self._word(word) for word in utterance.words) if self._known else (),
                }
            )

    @property
    def _known(self) -> bool:
        return self.seconds is not None

    def _at(self, time: float | None) -> float | None:
        return None if time is None or self.seconds is None else round(time + self.seconds, 3)

    def _word(self, word: Word) -> Word:
        before = self.seconds or 0.0
        return Word(text=word.text, start=round(word.start + before, 3), end=round(word.end + before, 3))


def _offsets(parts: Sequence[Transcript]) -> Iterator[tuple[Transcript, _Offset]]:
    before: float | None = 0.0
    for part in parts:
        yield part, _Offset(before)
        before = None if before is None or part.seconds is None else before + part.seconds
