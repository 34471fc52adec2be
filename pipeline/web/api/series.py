"""Series of regular meetings: their roster, who may see them, where people are written to."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.meeting import Participant
from pipeline.records import audit, people
from pipeline.records import series as records
from pipeline.records.series import SeriesTaken
from pipeline.records.tables import Series
from pipeline.transcript import Language, Value
from pipeline.web.access import (
    Administering,
    Asker,
    Here,
    Reading,
    Writing,
    allowed,
    sees_series,
    series_for,
)
from pipeline.web.fields import Email, Id, Line
from pipeline.web.problems import Problem, documented, not_found

router = APIRouter(tags=["series"])
MOST_PEOPLE = 500

Cadence = Annotated[int, Field(ge=1, le=366, description="Days from one meeting to the next.")]


class Person(Value):
    """Somebody on the roster."""

    name: Line
    aliases: tuple[Line, ...] = Field(default=(), max_length=20)
    title: Line | None = None
    department: Line | None = None


Roster = Annotated[tuple[Person, ...], Field(max_length=MOST_PEOPLE)]


class MemberInfo(Value):
    """Somebody who may see the meetings of a series."""

    user_id: int
    name: str
    display: str


class SeriesInfo(Value):
    """A series."""

    id: int
    name: str
    cadence_days: int | None
    language: Language | None
    roster: tuple[Participant, ...]


class WholeSeries(SeriesInfo):
    """A series with its members."""

    members: tuple[MemberInfo, ...]


class NewSeries(Value):
    """A series to be made."""

    name: Line
    cadence_days: Cadence | None = None
    language: Language | None = None
    roster: Roster = ()


class SeriesChange(Value):
    """What is to change; what is left out stays."""

    name: Line | None = None
    cadence_days: Cadence | None = None
    language: Language | None = None
    roster: Roster | None = None


class NewMember(Value):
    """Name of an account."""

    name: Line


class ContactInfo(Value):
    """Where somebody is written to."""

    name: Line
    email: Email


Contacts = Annotated[tuple[ContactInfo, ...], Field(max_length=MOST_PEOPLE)]


@router.get("/series")
def all_series(site: Here, asker: Reading) -> tuple[SeriesInfo, ...]:
    """The series one is a member of, by name; admins see all."""
    with site.database.reading() as session:
        found = session.scalars(select(Series).where(sees_series(asker)).order_by(Series.name))
        return tuple(_info(series) for series in found)


@router.post("/series", status_code=201, responses=documented(409))
def create(new: NewSeries, site: Here, asker: Writing) -> WholeSeries:
    """Make a series; who makes it is its first member."""
    try:
        with site.database.session() as session:
            series = records.create(session, new.name, asker.user_id)
            series.cadence_days, series.language = new.cadence_days, new.language
            series.roster = _participants(new.roster)
            _note(session, asker, "series.create", series)
            return _whole(session, series)
    except SeriesTaken as error:
        raise Problem(409, str(error)) from error


@router.get("/series/{series_id}", responses=documented(404))
def one(series_id: Id, site: Here, asker: Reading) -> WholeSeries:
    """A series with its members."""
    with site.database.reading() as session:
        return _whole(session, series_for(session, asker, series_id))


@router.patch("/series/{series_id}", responses=documented(404, 409))
def change(series_id: Id, wanted: SeriesChange, site: Here, asker: Writing) -> WholeSeries:
    """Change a series; meetings that are held already keep their own roster."""
    said = wanted.model_fields_set
    try:
        with site.database.session() as session:
            series = series_for(session, asker, series_id)
            series.name = wanted.name or series.name
            if "cadence_days" in said:
                series.cadence_days = wanted.cadence_days
            if "language" in said:
                series.language = wanted.language
            if wanted.roster is not None:
                series.roster = _participants(wanted.roster)
            records.flush_name(session, series.name)
            _note(session, asker, "series.change", series)
            return _whole(session, series)
    except SeriesTaken as error:
        raise Problem(409, str(error)) from error


@router.delete("/series/{series_id}", status_code=204, responses=documented(404))
def remove(series_id: Id, site: Here, asker: Administering) -> None:
    """Delete a series; its meetings stay, each with the one who made it."""
    with site.database.session() as session:
        series = series_for(session, asker, series_id)
        _note(session, asker, "series.remove", series)
        session.delete(series)


@router.post("/series/{series_id}/members", status_code=201, responses=documented(404))
def add_member(series_id: Id, new: NewMember, site: Here, asker: Writing) -> WholeSeries:
    """Let somebody see the meetings of a series."""
    with site.database.session() as session:
        series = series_for(session, asker, series_id)
        user = people.named(session, new.name)
        if user is None or not user.active:
            raise not_found("account")
        records.add_member(session, series.id, user.id)
        _note(session, asker, "series.member.add", series, user.name)
        return _whole(session, series)


@router.delete("/series/{series_id}/members/{user_id}", status_code=204, responses=documented(404))
def remove_member(series_id: Id, user_id: Id, site: Here, asker: Writing) -> None:
    """Take that back; whoever leaves sees none of its meetings any more."""
    with site.database.session() as session:
        series = series_for(session, asker, series_id)
        if not records.remove_member(session, series.id, user_id):
            raise not_found("member")
        _note(session, asker, "series.member.remove", series, str(user_id))


@router.get("/series/{series_id}/contacts", responses=documented(404))
def contacts(series_id: Id, site: Here, asker: Reading) -> tuple[ContactInfo, ...]:
    """Where people of a series are written to."""
    with site.database.reading() as session:
        return _contacts(session, series_for(session, asker, series_id).id)


@router.put("/series/{series_id}/contacts", responses=documented(404))
def replace_contacts(series_id: Id, wanted: Contacts, site: Here, asker: Writing) -> tuple[ContactInfo, ...]:
    """Keep these addresses instead of those that were kept."""
    with site.database.session() as session:
        series = series_for(session, asker, series_id)
        records.replace_contacts(session, series.id, ((one.name, one.email) for one in wanted))
        _note(session, asker, "series.contacts", series)
        return _contacts(session, series.id)


@router.get("/contacts", dependencies=[Depends(allowed("send"))])
def contacts_without_series(site: Here) -> tuple[ContactInfo, ...]:
    """Where people of meetings without a series are written to."""
    with site.database.reading() as session:
        return _contacts(session, None)


@router.put("/contacts")
def replace_contacts_without_series(
    wanted: Contacts, site: Here, asker: Administering
) -> tuple[ContactInfo, ...]:
    """Keep these addresses for meetings without a series; everybody who sends uses them."""
    with site.database.session() as session:
        records.replace_contacts(session, None, ((one.name, one.email) for one in wanted))
        audit.note(session, asker.name, "contacts", address=asker.address)
        return _contacts(session, None)


def _contacts(session: Session, series_id: int | None) -> tuple[ContactInfo, ...]:
    return tuple(ContactInfo(name=one.name, email=one.email) for one in records.contacts(session, series_id))


def _participants(roster: tuple[Person, ...]) -> tuple[Participant, ...]:
    return tuple(
        Participant(name=one.name, aliases=one.aliases, title=one.title, department=one.department)
        for one in roster
    )


def _info(series: Series) -> SeriesInfo:
    return SeriesInfo(
        id=series.id,
        name=series.name,
        cadence_days=series.cadence_days,
        language=cast(Language | None, series.language),
        roster=series.roster,
    )


def _whole(session: Session, series: Series) -> WholeSeries:
    info = _info(series)
    return WholeSeries(
        id=info.id,
        name=info.name,
        cadence_days=info.cadence_days,
        language=info.language,
        roster=info.roster,
        members=tuple(
            MemberInfo(user_id=user.id, name=user.name, display=user.display)
            for user in records.members(session, series.id)
        ),
    )


def _note(session: Session, asker: Asker, verb: str, series: Series, detail: str | None = None) -> None:
    audit.note(session, asker.name, verb, str(series.id), address=asker.address, detail=detail)
