"""Passwords: kept as argon2id hashes, compared in the same time whether there is an account or not."""

import unicodedata
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pipeline.errors import UsageError

LEAST = 12
MOST = 1024
_hasher = PasswordHasher()
NOBODYS = (
    f"$argon2id$v=19$m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    "$c29tZWJvZHktZWxzZQ$JfmGFm0mGd2pXvDxzkkJ8HfCwLR1TgTqyq6ZK1M9XnE"
)
"""Compared where there is no account: it takes as long as a real hash, and no password fits it."""
_at_once = BoundedSemaphore(2)
"""Each hash takes 64 MB for a twentieth of a second: a flood of log-ins waits instead of filling the memory."""


def check_new(password: str, name: str) -> None:
    """Makes sure that a password is worth having.

    Raises:
        UsageError: It is too short, too long, or the name of its account.
    """
    if not LEAST <= len(password) <= MOST:
        raise UsageError(f"A password needs at least {LEAST} characters, and {MOST} at most.")
    if password.casefold() == name.casefold():
        raise UsageError("A password must not be the name of its account.")


def hashed(password: str) -> str:
    """What is kept of a password."""
    with _at_once:
        return _hasher.hash(_as_typed(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether a password is the one whose hash was kept; None stands for an account that has none."""
    try:
        with _at_once:
            _hasher.verify(kept or NOBODYS, _as_typed(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(kept)


def _as_typed(password: str) -> str:
    """The same password on every keyboard: accents and full width in one way of writing."""
    return unicodedata.normalize("NFKC", password)
