"""What got no answer: the stretches, and sentences about them in the meeting's language."""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from pipeline.clock import clock
from pipeline.minutes import Cost
from pipeline.scribes.llm.asking import Unanswered
from pipeline.transcript import Language, Transcript

_ADDRESS = re.compile(r"https?://\S+")
_CODE = re.compile(r"\((\d{3})\b")

LONGEST_DETAIL = 160
"""Characters of somebody else's words in a sentence of the minutes."""


@dataclass
class Losses:
    """Collects what could not be read or written of one meeting."""

    transcript: Transcript
    language: Language
    unread: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    problems: list[str] = field(default_factory=list[str])
    _last: Unanswered = field(default_factory=lambda: Unanswered("failed", "", Cost()))

    def lost(self, span: tuple[int, int], why: Unanswered | None) -> None:
        """A stretch from first to last id that was not read; None for the same reason as the one before."""
        same = why is None or why.reason == self._last.reason
        if same and self.unread and self.unread[-1][1] + 1 == span[0]:
            self.unread[-1] = (self.unread[-1][0], span[1])
            self.problems[-1] = self._sentence("unread", self._last, self.unread[-1])
            return
        self._last = why or self._last
        self.unread.append(span)
        self.problems.append(self._sentence("unread", self._last, span))

    def unsummarized(self, why: Unanswered) -> None:
        """A summary that was not written."""
        self.problems.append(self._sentence("unsummarized", why, None))

    def _sentence(self, what: str, why: Unanswered, span: tuple[int, int] | None) -> str:
        say = _messages(self.language)
        reason = say[why.reason].format(detail=self._detail(why))
        return say[what].format(where=self._where(span) if span else "", reason=reason)

    def _detail(self, why: Unanswered) -> str:
        """The other side's words, without its address: minutes are sent to many. In Chinese ones only its code."""
        if why.reason in ("tokens", "seconds"):
            return why.detail
        said = " ".join(_ADDRESS.sub("", why.detail).split())[:LONGEST_DETAIL].rstrip(".。 ")
        if self.language == "zh":
            code = _CODE.search(said)
            return f"（{code[1]}）" if code else ""
        return f" ({said})" if said else ""

    def _where(self, span: tuple[int, int]) -> str:
        """``#12–#40 (3:10–8:22)``; without times only the numbers."""
        first, last = (self.transcript.utterances[at] for at in span)
        ids = f"#{first.id}–#{last.id}"
        if first.start is None or last.start is None:
            return ids
        return f"{ids} ({clock(first.start)}–{clock(last.end or last.start)})"


@cache
def _messages(language: Language) -> dict[str, str]:
    source = resources.files("pipeline.scribes.llm") / "losses.toml"
    return tomllib.loads(source.read_text("utf-8"))[language]
