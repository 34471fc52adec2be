"""Series of meetings: who takes part, who may see them, where the people are written to."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pipeline.errors import UsageError
from pipeline.records.tables import Contact, Member, Series, User


class SeriesTaken(UsageError):  # noqa: N818 - as the tree of errors names its leaves
    """There is a series of that name already."""


def create(session: Session, name: str, member_id: int) -> Series:
    """Makes a series whose first member is the one who made it.

    Raises:
        SeriesTaken: The name is in use.
    """
    series = Series(name=name)
    session.add(series)
    flush_name(session, name)
    session.add(Member(series_id=series.id, user_id=member_id))
    return series


def flush_name(session: Session, name: str) -> None:
    """Writes what was changed of a series.

    Raises:
        SeriesTaken: The name is in use; the transaction must be given up.
    """
    try:
        session.flush()
    except IntegrityError as error:
        raise SeriesTaken(f"There is a series “{name}” already.") from error


def members(session: Session, series_id: int) -> tuple[User, ...]:
    """Who may see the meetings of a series, by name."""
    query = select(User).join(Member, Member.user_id == User.id).where(Member.series_id == series_id)
    return tuple(session.scalars(query.order_by(User.name)))


def add_member(session: Session, series_id: int, user_id: int) -> None:
    """Lets somebody see the meetings of a series; nothing where they may already."""
    if session.get(Member, (series_id, user_id)) is None:
        session.add(Member(series_id=series_id, user_id=user_id))


def remove_member(session: Session, series_id: int, user_id: int) -> bool:
    """Takes that back; False where they were no member."""
    found = session.get(Member, (series_id, user_id))
    if found is not None:
        session.delete(found)
    return found is not None


def contacts(session: Session, series_id: int | None) -> tuple[Contact, ...]:
    """Where people are written to, by name; without a series those of meetings that have none."""
    return tuple(session.scalars(select(Contact).where(_of(series_id)).order_by(Contact.name)))


def replace_contacts(session: Session, series_id: int | None, addresses: Iterable[tuple[str, str]]) -> None:
    """Keeps these names with their addresses instead of those that were kept."""
    session.execute(delete(Contact).where(_of(series_id)))
    session.add_all(
        Contact(series_id=series_id, name=name, email=email) for name, email in dict(addresses).items()
    )


def _of(series_id: int | None) -> ColumnElement[bool]:
    return Contact.series_id.is_(None) if series_id is None else Contact.series_id == series_id
