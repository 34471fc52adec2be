"""What the other side said to a message."""

from typing import Literal

from pipeline.sending.wording import clipped
from pipeline.transcript import Value

Outcome = Literal["taken", "later", "refused", "unknown"]

_LONGEST = 300


class Answer(Value):
    """The outcome of sending one message to one place.

    Attributes:
        outcome: ``taken``; ``later``: not taken, the same message may be taken another time; ``refused``: not
            taken, and never will be; ``unknown``: the connection broke before an answer came, so that it may have
            arrived.
        code: The other side's own code where it has one (SMTP 250, Feishu 19021), else the status of HTTP; None
            where nothing was answered.
        text: Its words, on one line, without tokens.
    """

    outcome: Outcome
    code: int | None
    text: str

    @property
    def ok(self) -> bool:
        """Whether the other side took it."""
        return self.outcome == "taken"

    @property
    def temporary(self) -> bool:
        """Whether sending the same again later can succeed, and cannot arrive twice."""
        return self.outcome == "later"

    @property
    def told(self) -> str:
        """Code and words on one line, as they are kept."""
        return " ".join(part for part in (str(self.code or ""), self.text) if part)


def heard(text: str, tokens: tuple[str, ...] = ()) -> str:
    """Words of the other side as they can be kept: one short line, tokens blotted out."""
    for token in tokens:
        text = text.replace(token, "…")
    return clipped(text, _LONGEST)
