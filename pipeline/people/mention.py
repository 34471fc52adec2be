"""Somebody called in the words of an utterance."""

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.people.forms import How


@dataclass(frozen=True)
class Mention:
    """Somebody or some department called by a spoken form.

    Attributes:
        start: First character in the text.
        end: One past the last character, words such as "那边" or "team" included.
        phrase: The characters between.
        names: Who may be meant: one participant, or several where the form does not tell.
        how: What kind of form it is; ``department`` where ``names`` are departments.
    """

    start: int
    end: int
    phrase: str
    names: tuple[str, ...]
    how: How

    @property
    def name(self) -> str | None:
        """The only one who can be meant."""
        return self.names[0] if len(self.names) == 1 else None


def apart(mentions: Iterable[Mention]) -> list[Mention]:
    """The mentions in order without overlaps; of two at one place the longer one stays."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.start, m.start - m.end)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
        elif mention.end - mention.start > kept[-1].end - kept[-1].start:
            kept[-1] = mention
    return kept
