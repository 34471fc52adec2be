"""What is known of a meeting when work on it begins, and the files it is made from."""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager

from sqlalchemy.orm import Session

from pipeline.errors import InputError
from pipeline.meeting import Meeting
from pipeline.records import meetings
from pipeline.records.files import Files
from pipeline.records.tables import MeetingRow, Recording
from pipeline.run import Source


def facts_of(session: Session, row: MeetingRow) -> Meeting:
    """The facts of a meeting, with the length of its recordings."""
    files = meetings.recordings(session, row.id)
    seconds = sum(file.seconds or 0.0 for file in files if file.kind == "recording")
    return row.facts.model_copy(
        update={"title": row.facts.title or row.title or None, "seconds": seconds or row.facts.seconds}
    )


@contextmanager
def opened(files: Files, recordings: tuple[Recording, ...]) -> Generator[Source]:
    """What a meeting is made from, as files of this machine: its transcripts where there are any.

    Raises:
        InputError: There is nothing, or a file is gone. Files are called what their owner calls them.
    """
    kinds = {recording.kind for recording in recordings}
    kind = "transcript" if "transcript" in kinds else "recording"
    wanted = [recording for recording in recordings if recording.kind == kind]
    if not wanted:
        raise InputError("The meeting has neither a recording nor a transcript.")
    with ExitStack() as stack:
        try:
            paths = tuple(stack.enter_context(files.local(recording.path)) for recording in wanted)
        except FileNotFoundError as error:
            raise InputError("A recording of the meeting is gone.") from error
        try:
            yield Source(kind, paths, tuple(recording.sha256 for recording in wanted))
        except InputError as error:
            sentence = str(error)
            for path, recording in zip(paths, wanted, strict=True):
                sentence = sentence.replace(path.name, recording.name)
            raise type(error)(sentence) from error
