import sys
from collections.abc import Callable
from types import FrameType

import pytest
from argon2 import PasswordHasher

from pipeline.errors import UsageError
from pipeline.records import passwords

GOOD = "twelve tired tigers"


def test_a_password_matches_its_hash_and_no_other() -> None:
    kept = passwords.hashed(GOOD)
    assert kept.startswith("$argon2id$")
    assert len(kept) <= 200
    assert passwords.matches(kept, GOOD)
    assert not passwords.matches(kept, GOOD + "!")
    assert passwords.hashed(GOOD) != kept, "salted"
    assert not passwords.is_outdated(kept)


def test_typed_on_another_keyboard_it_is_the_same() -> None:
    assert passwords.matches(passwords.hashed("Zürich im Regen"), "Zu\u0308rich im Regen")


def test_nobody_has_no_password() -> None:
    for password in ("", GOOD, "somebody-else"):
        assert not passwords.matches(None, password)


def _called(work: Callable[[], object]) -> list[str]:
    """Every function that was called on the way, in order."""
    names: list[str] = []

    def note(frame: FrameType, event: str, argument: object) -> None:
        if event == "call":
            names.append(f"{frame.f_code.co_filename}:{frame.f_code.co_qualname}")
        elif event == "c_call":
            names.append(getattr(argument, "__qualname__", ""))

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return names


def test_unknown_names_take_the_same_way_as_wrong_passwords() -> None:
    kept = passwords.hashed(GOOD)
    known = _called(lambda: passwords.matches(kept, "wrong"))
    unknown = _called(lambda: passwords.matches(None, "wrong"))
    assert known == unknown
    assert any("verify" in name for name in known)


def test_hashes_of_weaker_times_are_known() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(GOOD)
    assert passwords.matches(weak, GOOD)
    assert passwords.is_outdated(weak)


@pytest.mark.parametrize("password", ["", "short", "x" * 11, "x" * 1025, "Anna.Berg-Olsen"])
def test_what_is_no_password(password: str) -> None:
    with pytest.raises(UsageError, match="password"):
        passwords.check_new(password, "anna.berg-olsen")
