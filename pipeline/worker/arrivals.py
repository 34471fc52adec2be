"""Work that begins by itself once all files of a meeting are there."""

from sqlalchemy.orm import Session

from pipeline.records.assembling import finish_left
from pipeline.records.site import Site
from pipeline.records.tables import MeetingRow
from pipeline.worker.queue import submit


def start(session: Session, site: Site, meeting: MeetingRow, user_id: int | None) -> None:
    """Queues a meeting: also a transcript is untrusted, and read by who listens to recordings."""
    submit(session, site, meeting, "listen", user_id=user_id)


def finish_uploads(site: Site) -> None:
    """Finishes uploads that came whole just before their server was killed."""
    finish_left(site, start)
