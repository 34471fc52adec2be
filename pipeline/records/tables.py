"""What is kept, as tables. Every change here needs a migration; a test compares the two."""

from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import BigInteger, ForeignKey, Index, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from pipeline.meeting import Meeting, Participant
from pipeline.minutes import Minutes, StageOrigin
from pipeline.records.columns import Json, Moment, now
from pipeline.transcript import Transcript

Role = Literal["viewer", "editor", "admin"]
State = Literal["new", "waiting", "listening", "minuting", "review", "final", "failed", "cancelled"]
"""Of a meeting: ``review`` has minutes that nobody confirmed yet, ``final`` confirmed ones."""
JobState = Literal["waiting", "running", "done", "failed", "cancelled"]
Queue = Literal["listen", "minute"]
Told = str | tuple[str, ...] | None
"""What a field of a followed item held; days are written as ISO dates."""

KEY = String(64)
NAME = String(200)


class Table(DeclarativeBase):
    """What all tables share: names for constraints, so that migrations can drop them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def _owner(column: str, *, null: bool = False) -> Any:
    """A reference whose row goes with the row it refers to."""
    return mapped_column(ForeignKey(column, ondelete="SET NULL" if null else "CASCADE"), index=True)


class User(Table):
    """Somebody with an account. ``password`` is an argon2 hash; None for those who log in elsewhere."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(NAME, unique=True)
    display: Mapped[str] = mapped_column(NAME)
    email: Mapped[str | None] = mapped_column(NAME)
    role: Mapped[str] = mapped_column(String(10))
    password: Mapped[str | None] = mapped_column(NAME)
    subject: Mapped[str | None] = mapped_column(NAME, unique=True)
    """Who they are to the OpenID provider: issuer and subject."""
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class Login(Table):
    """A session of a browser. ``digest`` is the SHA-256 of the cookie, which is kept nowhere."""

    __tablename__ = "logins"

    digest: Mapped[str] = mapped_column(KEY, primary_key=True)
    user_id: Mapped[int] = _owner("users.id")
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    seen_at: Mapped[datetime] = mapped_column(Moment, default=now)
    expires_at: Mapped[datetime] = mapped_column(Moment)


class Token(Table):
    """A key for programs. ``digest`` is the SHA-256 of it; ``scopes`` are words such as ``read``."""

    __tablename__ = "tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(KEY, unique=True)
    user_id: Mapped[int] = _owner("users.id")
    name: Mapped[str] = mapped_column(NAME)
    scopes: Mapped[tuple[str, ...]] = mapped_column(Json(tuple[str, ...]))
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)


class Series(Table):
    """Regular meetings of one kind, with those who take part."""

    __tablename__ = "series"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(NAME, unique=True)
    cadence_days: Mapped[int | None]
    language: Mapped[str | None] = mapped_column(String(5))
    roster: Mapped[tuple[Participant, ...]] = mapped_column(Json(tuple[Participant, ...]), default=())
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class Contact(Table):
    """Where somebody of a series is written to; without a series, somebody of meetings that have none."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("series_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int | None] = _owner("series.id")
    name: Mapped[str] = mapped_column(NAME)
    email: Mapped[str] = mapped_column(NAME)


class Secret(Table):
    """A key that all processes of the service share, made at the first start."""

    __tablename__ = "secrets"

    name: Mapped[str] = mapped_column(KEY, primary_key=True)
    value: Mapped[str] = mapped_column(NAME)


class Member(Table):
    """Who may see the meetings of a series."""

    __tablename__ = "members"

    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class MeetingRow(Table):
    """One meeting. ``revision`` counts its edits; ``facts`` are what was known beforehand."""

    __tablename__ = "meetings"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    series_id: Mapped[int | None] = _owner("series.id", null=True)
    owner_id: Mapped[int | None] = _owner("users.id", null=True)
    title: Mapped[str] = mapped_column(NAME)
    held_on: Mapped[date | None] = mapped_column(index=True)
    facts: Mapped[Meeting] = mapped_column(Json(Meeting))
    state: Mapped[str] = mapped_column(String(12), index=True, default="new")
    revision: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now)


class Recording(Table):
    """A file that a meeting is made from; ``path`` is where the file store has it."""

    __tablename__ = "recordings"
    __table_args__ = (UniqueConstraint("meeting_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = _owner("meetings.id")
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(NAME)
    path: Mapped[str] = mapped_column(NAME)
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(KEY)
    seconds: Mapped[float | None]
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class Upload(Table):
    """A file on its way, or one that has arrived (``done``), or was refused for a ``problem``."""

    __tablename__ = "uploads"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    meeting_id: Mapped[str] = _owner("meetings.id")
    user_id: Mapped[int | None] = _owner("users.id", null=True)
    number: Mapped[int]
    """Of the recording that it becomes."""
    name: Mapped[str] = mapped_column(NAME)
    kind: Mapped[str | None] = mapped_column(String(12))
    """None until its first bytes have told."""
    length: Mapped[int] = mapped_column(BigInteger)
    start: Mapped[bool] = mapped_column(default=False)
    """Whether work on the meeting begins as soon as all its files are there."""
    done: Mapped[bool] = mapped_column(default=False)
    problem: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now, index=True)


class UploadPart(Table):
    """A piece of an upload that has arrived. Of two that begin at the same byte the first one counts."""

    __tablename__ = "upload_parts"

    upload_id: Mapped[str] = mapped_column(ForeignKey("uploads.id", ondelete="CASCADE"), primary_key=True)
    start: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    size: Mapped[int]
    path: Mapped[str] = mapped_column(NAME)


class Chore(Table):
    """Something done now and then by whichever process comes first, and when that was last."""

    __tablename__ = "chores"

    name: Mapped[str] = mapped_column(KEY, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)


class HeardLine(Table):
    """A line of the transcript while it is being heard, for those who watch."""

    __tablename__ = "heard_lines"

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    start: Mapped[float | None]
    speaker: Mapped[str | None] = mapped_column(NAME)
    text: Mapped[str] = mapped_column(Text)


class Heard(Table):
    """The transcript of a meeting as it was heard or imported, and how that was done."""

    __tablename__ = "heard"

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True)
    transcript: Mapped[Transcript] = mapped_column(Json(Transcript))
    meeting: Mapped[Meeting] = mapped_column(Json(Meeting))
    """The facts, with what the recording says of itself."""
    origins: Mapped[tuple[StageOrigin, ...]] = mapped_column(Json(tuple[StageOrigin, ...]))


class Draft(Table):
    """Minutes as the stages made them. Number 1 is what edits are applied to; later ones are proposals."""

    __tablename__ = "drafts"

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=0)
    """Of the edits that it was made with."""
    minutes: Mapped[Minutes] = mapped_column(Json(Minutes))
    transcript: Mapped[Transcript] = mapped_column(Json(Transcript))
    made_at: Mapped[datetime] = mapped_column(Moment, default=now)


class EditRow(Table):
    """One edit, never changed afterwards. ``number`` is the revision it made."""

    __tablename__ = "edits"

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    made_against: Mapped[int]
    user_id: Mapped[int | None] = _owner("users.id", null=True)
    by: Mapped[str] = mapped_column(NAME)
    at: Mapped[datetime] = mapped_column(Moment, default=now)
    edit: Mapped[Any] = mapped_column(Json(Any))


class RefusedEdit(Table):
    """An edit that conflicted with a later one: kept, so that nothing anybody wrote is lost."""

    __tablename__ = "refused_edits"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = _owner("meetings.id")
    made_against: Mapped[int]
    by: Mapped[str] = mapped_column(NAME)
    at: Mapped[datetime] = mapped_column(Moment, default=now)
    edit: Mapped[Any] = mapped_column(Json(Any))


class Confirmation(Table):
    """Somebody declared the minutes final (``confirm``) or took that back (``reopen``)."""

    __tablename__ = "confirmations"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = _owner("meetings.id")
    revision: Mapped[int]
    verb: Mapped[str] = mapped_column(String(10))
    by: Mapped[str] = mapped_column(NAME)
    at: Mapped[datetime] = mapped_column(Moment, default=now)


class Job(Table):
    """Work on one meeting in one queue; its id is that of the durable workflow.

    ``turn`` orders fairly between people, ``tries`` counts the starts since something was finished last, ``starts``
    all of them: who began with another number has lost the job to somebody else.
    """

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_waiting", "queue", "state", "turn"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    meeting_id: Mapped[str] = _owner("meetings.id")
    user_id: Mapped[int | None] = _owner("users.id", null=True)
    queue: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    turn: Mapped[int]
    tries: Mapped[int] = mapped_column(default=0)
    starts: Mapped[int] = mapped_column(default=0)
    stage: Mapped[str | None] = mapped_column(String(40))
    share: Mapped[float] = mapped_column(default=0.0)
    problem: Mapped[str | None] = mapped_column(Text)
    worker: Mapped[str | None] = mapped_column(NAME)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    stage_at: Mapped[datetime | None] = mapped_column(Moment)
    """When the present stage began, or went on with what was not kept from before: the time left is told from it."""
    stage_from: Mapped[float] = mapped_column(default=0.0)
    """The share that was done then."""
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class Worker(Table):
    """A process that takes jobs, alive as long as ``seen_at`` moves on."""

    __tablename__ = "workers"

    id: Mapped[str] = mapped_column(NAME, primary_key=True)
    queues: Mapped[tuple[str, ...]] = mapped_column(Json(tuple[str, ...]))
    version: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime] = mapped_column(Moment, default=now)
    seen_at: Mapped[datetime] = mapped_column(Moment, default=now, index=True)


class Task(Table):
    """An action item of confirmed minutes, followed until it is done, across meetings."""

    __tablename__ = "tasks"
    __table_args__ = (UniqueConstraint("meeting_id", "item"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = _owner("meetings.id")
    item: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    owner: Mapped[str | None] = mapped_column(NAME, index=True)
    co_owners: Mapped[tuple[str, ...]] = mapped_column(Json(tuple[str, ...]), default=())
    department: Mapped[str | None] = mapped_column(NAME)
    due: Mapped[date | None] = mapped_column(index=True)
    slips: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(10), index=True, default="open")
    """``open``, ``done`` or ``dropped``."""
    revision: Mapped[int] = mapped_column(default=0)
    """Counts its changes, so that two people do not overwrite each other."""
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now)


class TaskEvent(Table):
    """What happened to a followed item: closed, re-dated, handed over; never changed afterwards.

    ``meeting_id`` is the meeting whose confirmed minutes say so; without one a person did it by hand.
    ``revision`` is the one that it made of the item.
    """

    __tablename__ = "task_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = _owner("tasks.id")
    meeting_id: Mapped[str | None] = _owner("meetings.id", null=True)
    revision: Mapped[int]
    by: Mapped[str] = mapped_column(NAME)
    at: Mapped[datetime] = mapped_column(Moment, default=now)
    field: Mapped[str] = mapped_column(String(20))
    before: Mapped[Told] = mapped_column(Json(Told), nullable=True)
    after: Mapped[Told] = mapped_column(Json(Told), nullable=True)
    note: Mapped[str | None] = mapped_column(Text)


class SearchText(Table):
    """A text that can be found: a title, an utterance, an item. ``spaced`` is what the index sees of it.

    ``who`` says or owns it, and is found as well.
    """

    __tablename__ = "search_texts"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = _owner("meetings.id")
    kind: Mapped[str] = mapped_column(String(20))
    item: Mapped[str | None] = mapped_column(String(40))
    who: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    spaced: Mapped[str] = mapped_column(Text)


class Place(Table):
    """Somewhere minutes can be sent: a chat channel. ``url`` holds secrets and is never shown whole."""

    __tablename__ = "places"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(NAME, unique=True)
    url: Mapped[str] = mapped_column(Text)
    series_id: Mapped[int | None] = _owner("series.id")
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class Sending(Table):
    """Something that was sent to one address or channel, with the answer.

    ``key`` is the same for the same content to the same place; a second sending on purpose has ``again`` > 0.
    """

    __tablename__ = "sendings"
    __table_args__ = (UniqueConstraint("key", "again"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[str | None] = _owner("meetings.id")
    revision: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(20))
    place: Mapped[str] = mapped_column(NAME)
    key: Mapped[str] = mapped_column(KEY)
    again: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(10), default="sending")
    answer: Mapped[str | None] = mapped_column(Text)
    by: Mapped[str] = mapped_column(NAME)
    at: Mapped[datetime] = mapped_column(Moment, default=now)


class Webhook(Table):
    """An address that is told of events, signed with ``secret``."""

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    secret: Mapped[str] = mapped_column(NAME)
    events: Mapped[tuple[str, ...]] = mapped_column(Json(tuple[str, ...]))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class Delivery(Table):
    """One event for one webhook, tried again until it is taken or given up."""

    __tablename__ = "deliveries"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    webhook_id: Mapped[int] = _owner("webhooks.id")
    meeting_id: Mapped[str | None] = _owner("meetings.id")
    event: Mapped[str] = mapped_column(String(40))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="waiting", index=True)
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(Moment, default=now, index=True)
    answer: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)


class Audit(Table):
    """Who did what. Outlives the user and the meeting it tells of, and holds no text of either."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, default=now, index=True)
    who: Mapped[str] = mapped_column(NAME, index=True)
    verb: Mapped[str] = mapped_column(String(40), index=True)
    about: Mapped[str | None] = mapped_column(NAME)
    address: Mapped[str | None] = mapped_column(String(60))
    detail: Mapped[str | None] = mapped_column(Text)
