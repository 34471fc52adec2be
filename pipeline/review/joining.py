"""Items of one list become one, one item becomes several. No evidence is lost in either."""

from collections.abc import Sequence

from pipeline.errors import InputError
from pipeline.minutes import Action, Decision, Due, Evidence, Issue, Kpi, Report
from pipeline.review.things import Item, Thing, text_field

_GROUPS: dict[type[Thing], tuple[tuple[str, ...], ...]] = {
    Action: (
        ("owner", "department", "owner_phrase", "owner_reason"),
        ("co_owners",),
        ("due",),
        ("priority",),
        ("section",),
    ),
    Decision: (("made_by",),),
    Kpi: (("period",), ("change", "basis"), ("target",), ("department",)),
    Issue: (("impact",), ("solution",), ("owner",)),
    Report: (("department",), ("reporter",)),
}
"""What an item without them takes from another. A day belongs to its phrase, a reason to its owner."""

_BESIDE = ("owner_phrase", "owner_reason")
"""What may be known of something missing: how nobody was named."""


def missing_taken(kept: Item, other: Item) -> dict[str, object]:
    """What one item lacks and another has, by field; lists of a report are put one behind the other."""
    taken: dict[str, object] = {}
    for group in _GROUPS.get(type(kept), ()):
        telling = [name for name in group if name not in _BESIDE]
        here, there = ([_said(getattr(item, name)) for name in telling] for item in (kept, other))
        if any(there) and not any(here):
            taken |= {name: getattr(other, name) for name in group}
    if isinstance(kept, Report) and isinstance(other, Report):
        for name in ("done", "problems", "next"):
            both = (*getattr(kept, name), *getattr(other, name))
            taken |= {name: tuple(dict.fromkeys(both))} if both != getattr(kept, name) else {}
    return taken


def united(evidence: Sequence[Evidence], more: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The evidence of both, each quote once, in the order it was said."""
    return tuple(sorted(dict.fromkeys((*evidence, *more)), key=lambda e: e.utterance))


def split_into(item: Item, refs: Sequence[str], texts: Sequence[str]) -> tuple[Item, ...]:
    """Parts of an item, each with all it has but its text.

    Raises:
        InputError: It has no text of its own, as a report.
    """
    field = text_field(type(item))
    if field is None:
        raise InputError(f"“{item.id}” cannot be split: a report is lists already.")
    return tuple(
        item.model_copy(update={"id": ref, field: text, "support": None})
        for ref, text in zip(refs, texts, strict=True)
    )


def _said(value: object) -> bool:
    if isinstance(value, Due):
        return value.phrase is not None or value.on is not None
    return bool(value)
