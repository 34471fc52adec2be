"""Puts a hostile text everywhere a meeting can put text."""

from typing import Any, TypeVar, cast

from pydantic import BaseModel

Model = TypeVar("Model", bound=BaseModel)

# Fields whose values come from us and not from a meeting.
_OURS = frozenset(
    {"language", "date_source", "kind", "status", "section", "support", "basis", "severity", "field", "stage"}
    | {"priority", "schema_version"}
)


def poisoned(value: Model, text: str) -> Model:
    """The same value with every free text replaced."""
    update = {
        name: _replaced(getattr(value, name), text) for name in type(value).model_fields if name not in _OURS
    }
    return value.model_copy(update=update)


def _replaced(value: object, text: str) -> object:
    if isinstance(value, str):
        return text
    if isinstance(value, BaseModel):
        return poisoned(value, text)
    if isinstance(value, tuple):
        return tuple(_replaced(item, text) for item in cast("tuple[Any, ...]", value))
    return value
