"""What is deleted by its age, and what a crash left over.

Rows are deleted before files, so that nothing is shown that is gone. Should the process end in between, files are
left that no row names: ``sweep`` finds them. A row is always there before its first file, so that a file without
one is never a file that has just come.
"""

import re
import shutil
from datetime import timedelta

from sqlalchemy import delete, or_, select

from pipeline.records import audit, meetings, uploads, webhooks
from pipeline.records.columns import now
from pipeline.records.site import Site
from pipeline.records.tables import Login, MeetingRow, Recording, Token, Upload
from pipeline.records.turns import take_turn

AGES_EVERY = timedelta(minutes=5)
SWEEP_EVERY = timedelta(hours=6)
GRACE = timedelta(days=1)
"""A meeting held long ago that was put in just now is not deleted under the hands of whoever did."""
AT_ONCE = 50
_MEETING = re.compile("[0-9a-f]{16}")


def clean(site: Site) -> None:
    """Deletes what is older than the settings say, and now and then what a crash left over.

    It can be called often, and by several processes at once: one of them does the work when it is due.
    """
    for name, (every, work) in _CHORES.items():
        if take_turn(site, name, every):
            work(site)


def forget_old(site: Site) -> None:
    """Deletes uploads, meetings, lines of the audit log, deliveries, log-ins and tokens whose time is over."""
    settings = site.settings.serve
    with site.database.session() as session:
        audit.forget(session, settings.audit_days)
        webhooks.forget(session)
        session.execute(delete(Login).where(Login.expires_at <= now()))
        session.execute(delete(Token).where(Token.expires_at <= now()))
    for upload_id in _old_uploads(site):
        _forget_upload(site, upload_id)
    for meeting_id in _old_meetings(site):
        _forget_meeting(site, meeting_id)


def sweep(site: Site) -> None:
    """Deletes files that belong to no row: of meetings, of uploads, and in the scratch folder of this machine."""
    # Folders first, rows afterwards: what is new since then has a row, and is not in the list.
    paths = (*site.files.listed("uploads"), *site.files.listed("meetings"))
    scratch = tuple(site.scratch.iterdir()) if site.scratch.is_dir() else ()
    with site.database.reading() as session:
        known_meetings = set(session.scalars(select(MeetingRow.id)))
        arriving = {
            one.id: uploads.target(one) for one in session.scalars(select(Upload).where(~Upload.done))
        }
        files = set(session.scalars(select(Recording.path))) | set(arriving.values())
    for path in paths:
        place, owner, name = path.split("/", 2)
        kept = owner in (arriving if place == "uploads" else known_meetings)
        if not kept or (place == "meetings" and name.startswith("recording-") and path not in files):
            site.files.delete(path)
    for folder in scratch:
        if _MEETING.fullmatch(folder.name) and folder.name not in known_meetings:
            shutil.rmtree(folder, ignore_errors=True)


_CHORES = {"ages": (AGES_EVERY, forget_old), "sweep": (SWEEP_EVERY, sweep)}


def _old_uploads(site: Site) -> tuple[str, ...]:
    oldest = now() - timedelta(days=site.settings.serve.upload_days)
    with site.database.reading() as session:
        return tuple(session.scalars(select(Upload.id).where(Upload.changed_at < oldest).limit(AT_ONCE)))


def _forget_upload(site: Site, upload_id: str) -> None:
    oldest = now() - timedelta(days=site.settings.serve.upload_days)
    with site.database.session() as session:
        upload = session.get(Upload, upload_id, with_for_update=True)
        if upload is None or upload.changed_at >= oldest:
            return
        lost = uploads.throw_away(session, upload)
    uploads.delete_files(site, lost)


def _old_meetings(site: Site) -> tuple[str, ...]:
    days = site.settings.serve.keep_days
    if days is None:
        return ()
    latest_day, latest = now().date() - timedelta(days=days), now() - timedelta(days=days)
    old = or_(
        MeetingRow.held_on < latest_day,
        MeetingRow.held_on.is_(None) & (MeetingRow.created_at < latest),
    )
    with site.database.reading() as session:
        query = select(MeetingRow.id).where(old, MeetingRow.created_at < now() - GRACE).limit(AT_ONCE)
        return tuple(session.scalars(query))


def _forget_meeting(site: Site, meeting_id: str) -> None:
    with site.database.session() as session:
        meeting = session.get(MeetingRow, meeting_id, with_for_update=True)
        if meeting is None:
            return
        audit.note(session, "service", "meeting.expire", meeting_id)
        folders = meetings.remove(session, meeting)
    meetings.delete_files(site, meeting_id, folders)
