"""Workers that are killed, paused, stopped or of another version lose nothing and do nothing twice."""

import shutil
import signal
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from pipeline.records.site import Site
from pipeline.records.tables import Draft, Heard, Job, MeetingRow
from pipeline.transcript import Transcript, Utterance
from tests.command import ROOT
from tests.talks import LINES
from tests.worker import service
from tests.worker.service import Watching, until

SAID = Transcript(
    language="en",
    utterances=tuple(Utterance(id=n, speaker=who, text=text) for n, (who, text) in enumerate(LINES)),
)
A_WEEK = "600000"
"""After which a worker's silence is noticed."""


@pytest.fixture
def watching(site: Site, tmp_path: Path) -> Watching:
    return Watching(site, tmp_path)


def is_reviewed(site: Site, meeting_id: str) -> bool:
    return service.state(site, meeting_id) == "review"


def drafts(site: Site) -> int:
    with site.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Draft)) or 0


def test_a_restarted_worker_goes_on_at_once_where_the_killed_one_was(
    site: Site, watching: Watching, transcript: Path
) -> None:
    meeting_id = service.meeting(site, transcript)
    service.send(site, meeting_id)
    watching.hold("compose")
    with watching.process(LIHUI_SERVE__WORKER_SECONDS=A_WEEK) as first:
        watching.held("compose")
        first.kill()
        first.wait()
        assert service.job(site, meeting_id).state == "running"
        watching.release("compose")
        with watching.process(LIHUI_SERVE__WORKER_SECONDS=A_WEEK):
            until(lambda: is_reviewed(site, meeting_id))
    assert watching.said("again") == []
    stages = [name.partition("-")[0] for name in watching.said("kept")]
    assert stages == ["import", "attribute", "read_out", "owners", "due", "ground", "compose"]
    assert service.job(site, meeting_id).starts == 2
    assert drafts(site) == 1


def test_the_work_of_a_worker_that_falls_silent_is_taken_over_and_is_not_its_own_when_it_wakes_up(
    site: Site, watching: Watching, transcript: Path
) -> None:
    meeting_id = service.meeting(site, transcript)
    service.send(site, meeting_id)
    watching.hold("compose")
    with watching.process() as sleeper:
        assert watching.held("compose") == sleeper.pid
        service.fall_asleep(site, sleeper)
        watching.release("compose")
        with watching.process():
            until(lambda: is_reviewed(site, meeting_id))
        assert drafts(site) == 1
        sleeper.send_signal(signal.SIGCONT)
        # It was forgotten, and comes back: what is left to do is done by it.
        another = service.meeting(site, transcript)
        service.send(site, another)
        until(lambda: is_reviewed(site, another))
        assert sleeper.poll() is None
    assert drafts(site) == 2
    assert service.job(site, meeting_id).starts == 2


def test_a_worker_that_is_asked_to_stop_gives_its_work_back_at_once(
    site: Site, watching: Watching, transcript: Path
) -> None:
    meeting_id = service.meeting(site, transcript)
    service.send(site, meeting_id)
    watching.hold("compose")
    with watching.process() as first:
        watching.held("compose")
        first.terminate()
        assert first.wait(service.PATIENCE) == 0
    job = service.job(site, meeting_id)
    assert (job.state, job.worker, job.tries) == ("waiting", None, 0)
    assert list(service.workers(site)) == []
    watching.release("compose")
    with watching.process():
        until(lambda: is_reviewed(site, meeting_id))
    assert watching.said("again") == []
    assert drafts(site) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_recording_that_kills_its_workers_is_set_aside_and_holds_up_nobody(
    site: Site, watching: Watching, recording: Path, transcript: Path
) -> None:
    poison, fine = service.meeting(site, recording), service.meeting(site, transcript)
    service.send(site, poison)
    service.send(site, fine)
    for _ in range(2):
        with watching.process("before:1", LIHUI_SERVE__TRIES="2") as process:
            assert process.wait(service.PATIENCE) == -signal.SIGKILL
    with watching.process(LIHUI_SERVE__TRIES="2"):
        until(lambda: is_reviewed(site, fine))
    assert service.state(site, poison) == "failed"
    assert service.job(site, poison).problem == (
        "This recording stopped the worker 2 times at “Decoding the recording”; it is set aside."
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("changed", "made_again"), [("worker/queue.py", False), ("stages/due.py", True)], ids=["service", "stage"]
)
def test_an_upgrade_in_the_middle_of_a_job_neither_loses_nor_strands_it(
    changed: str, made_again: bool, site: Site, watching: Watching, transcript: Path, tmp_path: Path
) -> None:
    """What the program of before has kept is taken over, unless what made it was changed."""
    before = tmp_path / "before"
    for package in ("pipeline", "eval"):
        shutil.copytree(
            ROOT / package, before / package, ignore=shutil.ignore_patterns("__pycache__", "cases")
        )
    with (before / "pipeline" / changed).open("a", encoding="utf-8") as file:
        file.write("\n# as it was once\n")
    meeting_id = service.meeting(site, transcript)
    service.send(site, meeting_id)
    watching.hold("owners")
    with watching.process(program=before) as old:
        assert watching.held("owners") == old.pid
        old.kill()
    watching.release("owners")
    with watching.process():
        until(lambda: is_reviewed(site, meeting_id))
    kept = [name.partition("-")[0] for name in watching.said("kept")]
    assert kept.count("read_out") == (2 if made_again else 1)
    assert watching.said("again") == []
    assert drafts(site) == 1


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_each_worker_takes_as_much_at_once_as_its_own_settings_say(
    site: Site, watching: Watching, transcript: Path
) -> None:
    ids = [service.meeting(site, transcript) for _ in range(6)]
    for meeting_id in ids:
        with site.database.session() as session:
            meeting = session.get_one(MeetingRow, meeting_id)
            session.add(Heard(meeting_id=meeting_id, transcript=SAID, meeting=meeting.facts, origins=()))
        service.send(site, meeting_id, "minute")
    watching.hold("compose")

    def in_hand() -> list[int]:
        with site.database.reading() as session:
            held = session.scalars(select(Job.worker).where(Job.stage == "ground", Job.share == 1)).all()
        return sorted(Counter(held).values())

    with (
        watching.process(LIHUI_SERVE__MINUTE_AT_ONCE="3"),
        watching.process(LIHUI_SERVE__MINUTE_AT_ONCE="1"),
    ):
        until(lambda: in_hand() == [1, 3])
        watching.release("compose")
        until(lambda: all(is_reviewed(site, meeting_id) for meeting_id in ids))
    assert watching.said("again") == []
