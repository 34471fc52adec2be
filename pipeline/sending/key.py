"""One name for "this, to this place", so that nothing is sent twice."""

import hashlib

from pipeline.sending.chat import ChatMessage
from pipeline.sending.letter import Letter
from pipeline.sending.notice import Notice
from pipeline.sending.place import Place


def key(sent: Notice | Letter | ChatMessage, place: Place, *, again: int = 0) -> str:
    """sha256 over what is told, to whom it speaks, and where it goes.

    The same minutes give the same key on every day, after an upgrade with other words, and with another link;
    minutes that a person changed give another one. A reminder's key holds for one day.

    Args:
        sent: What is told, in whichever form.
        place: Where it goes.
        again: How often it was sent there on purpose before.
    """
    where = place.address.get_secret_value()
    # Mailboxes that differ in case alone are one.
    where = where.lower() if place.channel == "mail" else where
    told = "\n".join(("lihui sending 1", sent.kind, sent.matter, place.channel, where, str(again)))
    return hashlib.sha256(told.encode()).hexdigest()
