"""A likely pronunciation of a word that a dictionary lacks, put together from words that it has."""

from collections.abc import Callable

SHORTEST_PIECE = 2


def pronounce(word: str, lookup: Callable[[str], str | None]) -> str | None:
    """Joins the phones of the fewest dictionary words that together spell a word: ``mari`` + ``sol``.

    Args:
        word: Lower case, without spaces.
        lookup: Gives the phones of a dictionary word, parted by spaces, or None.

    Returns:
        Phones parted by spaces; None where no words of the dictionary spell it.
    """
    # best[n]: the phones of the first n letters, piece by piece, in the fewest pieces.
    best: list[tuple[str, ...] | None] = [(), *(None for _ in word)]
    for end in range(SHORTEST_PIECE, len(word) + 1):
        for start in range(end - SHORTEST_PIECE + 1):
            before, shortest = best[start], best[end]
            if before is None or (shortest is not None and len(before) + 1 >= len(shortest)):
                continue
            phones = lookup(word[start:end])
            if phones:
                best[end] = (*before, phones)
    return " ".join(best[-1]) if best[-1] else None
