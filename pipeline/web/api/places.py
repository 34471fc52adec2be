"""Chat groups that minutes can be sent to."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field
from sqlalchemy import Select, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pipeline.errors import UsageError
from pipeline.records import audit
from pipeline.records.tables import Member, Place
from pipeline.sending import place_of, shown
from pipeline.transcript import Value
from pipeline.web.access import Asker, Here, series_for
from pipeline.web.access import Sending as MaySend
from pipeline.web.fields import MOST_ID, Address, Id, Line
from pipeline.web.problems import Problem, documented, not_found

router = APIRouter(tags=["sending"])


class PlaceIn(Value):
    """A chat group to be made.

    Attributes:
        name: How people call it.
        address: What the service shows for its robot, or apprise's form of it.
        secret: With which Feishu, Lark and DingTalk want requests signed.
        series_id: Only minutes of this series go there; None: of every meeting, which admins alone may say.
    """

    name: Line
    address: Address
    secret: Line | None = None
    series_id: Annotated[int | None, Field(ge=1, le=MOST_ID)] = None


class PlaceAnswer(Value):
    """A chat group; of its address only the service and four characters are ever shown."""

    id: int
    name: str
    place: str
    series_id: int | None
    created_at: datetime


@router.get("/places")
def list_places(site: Here, asker: MaySend) -> tuple[PlaceAnswer, ...]:
    """The chat groups that one may send to."""
    with site.database.reading() as session:
        return tuple(_answer(row) for row in session.scalars(_seen(asker).order_by(Place.id)))


@router.post("/places", status_code=201, responses=documented(404, 409))
def create_place(wanted: PlaceIn, site: Here, asker: MaySend) -> PlaceAnswer:
    """Makes a chat group known."""
    place = place_of(wanted.address, wanted.secret)
    if place.channel == "mail":
        raise UsageError("address: a chat group is wanted; mail goes to those who took part.")
    with site.database.session() as session:
        _check_series(session, asker, wanted.series_id)
        row = Place(name=wanted.name, url=place.address.get_secret_value(), series_id=wanted.series_id)
        session.add(row)
        _flush_name(session)
        audit.note(session, asker.name, "place.create", str(row.id), address=asker.address)
        return _answer(row)


@router.delete("/places/{place_id}", status_code=204, response_class=Response, responses=documented(404))
def delete_place(place_id: Id, site: Here, asker: MaySend) -> None:
    """Forgets a chat group."""
    with site.database.session() as session:
        row = session.scalar(_seen(asker).where(Place.id == place_id))
        if row is None:
            raise not_found("place")
        _check_series(session, asker, row.series_id)
        session.delete(row)
        audit.note(session, asker.name, "place.delete", str(place_id), address=asker.address)


def _flush_name(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        raise Problem(409, "There is a chat group of this name already.") from error


def _check_series(session: Session, asker: Asker, series_id: int | None) -> None:
    if series_id is not None:
        series_for(session, asker, series_id)
    elif "admin" not in asker.rights:
        raise Problem(403, "Only admins make or delete chat groups for all meetings: name a series.")


def _seen(asker: Asker) -> Select[Place]:
    query = select(Place)
    if asker.role == "admin":
        return query
    theirs = select(Member.series_id).where(Member.user_id == asker.user_id)
    return query.where(or_(Place.series_id.is_(None), Place.series_id.in_(theirs)))


def _answer(row: Place) -> PlaceAnswer:
    return PlaceAnswer(
        id=row.id,
        name=row.name,
        place=shown(place_of(row.url)),
        series_id=row.series_id,
        created_at=row.created_at,
    )
