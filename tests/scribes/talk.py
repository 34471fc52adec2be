"""Invented meetings, and models that answer by a word instead of by what they learnt."""

from collections.abc import Mapping, Sequence

import numpy as np

from pipeline.scribes.rules.linear import LinearModel
from pipeline.scribes.rules.lines import Line, read_lines
from pipeline.transcript import Language, Transcript, Utterance

Said = Sequence[str | tuple[str | None, str]]


def transcript_of(language: Language, said: Said, *, timed: bool = False) -> Transcript:
    """Utterances of five seconds every ten; a bare string has no speaker."""
    turns = [(None, turn) if isinstance(turn, str) else turn for turn in said]
    return Transcript(
        language=language,
        utterances=tuple(
            Utterance(
                id=i,
                speaker=speaker,
                text=text,
                start=10.0 * i if timed else None,
                end=10.0 * i + 5 if timed else None,
            )
            for i, (speaker, text) in enumerate(turns)
        ),
    )


def lines_of(
    language: Language, *said: str | tuple[str | None, str], timed: bool = False
) -> tuple[Line, ...]:
    return read_lines(transcript_of(language, said, timed=timed))


def model_of(classes: Sequence[str], usual: str, signs: Mapping[str, str]) -> LinearModel:
    """A model that is sure of ``usual``, but of ``signs[feature]`` where that feature is there."""
    weights = np.zeros((len(signs), len(classes)), np.float32)
    for row, name in enumerate(signs.values()):
        weights[row, classes.index(name)] = 20.0
    bias = np.array([10.0 if name == usual else 0.0 for name in classes], np.float32)
    return LinearModel(tuple(classes), {f: i for i, f in enumerate(signs)}, weights, bias)
