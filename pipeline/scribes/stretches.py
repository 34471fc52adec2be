"""Where in the meeting a section was spoken about, and for how long."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from pipeline.minutes import Kind, Reading
from pipeline.transcript import Utterance


def stretches(reading: Reading, wanted: Kind) -> Iterator[tuple[int, int]]:
    """First and last id of each stretch of a section, both inclusive; what could not be read belongs to none."""
    unread = {at for first, last in reading.unread for at in range(first, last + 1)}
    labels = (None if at in unread else kind for at, kind in enumerate(reading.kinds))
    for kind, stretch in groupby(enumerate(labels), key=lambda pair: pair[1]):
        ids = [at for at, _ in stretch]
        if kind == wanted:
            yield ids[0], ids[-1]


def spoken_seconds(utterances: Sequence[Utterance]) -> float | None:
    """Seconds that the utterances take; None where they have no times."""
    said = [(u.end or u.start) - u.start for u in utterances if u.start is not None]
    return round(sum(said), 1) if said else None
