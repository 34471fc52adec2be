"""Reminders through a real mail server, from real tables in both databases."""

import logging
import subprocess
import sys
from datetime import date, timedelta
from functools import partial
from threading import Event

import pytest
from sqlalchemy import select, update

from pipeline.mail import Mail
from pipeline.meeting import Meeting
from pipeline.records.columns import now
from pipeline.records.reminders import EVERY, remind, write_reminders
from pipeline.records.site import Site
from pipeline.records.tables import Chore, Contact, Heard, Sending, Task
from pipeline.records.task_lists import today
from pipeline.serving import Serving
from pipeline.transcript import Transcript, Utterance
from tests.records.at_once import both
from tests.records.meetings import a_meeting, a_series
from tests.sending.mail_server import MailServer
from tests.worker.service import environment, until

TOMORROW = today(None) + timedelta(days=1)
"""Still due soon, and not yet overdue, where midnight comes in the middle of a test."""


def mailing(site: Site, port: int, *, days: int | None = 1) -> Site:
    mail = Mail(host="127.0.0.1", port=port, tls="none", sender="minutes@example.org")
    serving = Serving(remind_days=days, public_url="https://minutes.example.org")
    settings = site.settings.model_copy(update={"mail": mail, "serve": serving})
    return Site(settings, site.database, site.files, site.scratch)


@pytest.fixture
def own(site: Site, mail_server: MailServer) -> Site:
    """A service that reminds people one day before."""
    return mailing(site, mail_server.port)


def series(site: Site, meeting_id: str, **contacts: str) -> None:
    """A series with one meeting, and where its people are written to."""
    with site.database.session() as session:
        made = a_series(session, meeting_id)
        a_meeting(session, meeting_id, made, title=f"Meeting {meeting_id}")
        session.add_all(Contact(series_id=made.id, name=name, email=box) for name, box in contacts.items())


def task(
    site: Site, owner: str | None, text: str, due: date | None = TOMORROW, meeting_id: str = "m1"
) -> int:
    with site.database.session() as session:
        row = Task(meeting_id=meeting_id, item=f"{owner} {text}"[:40], text=text, owner=owner, due=due)
        session.add(row)
        session.flush()
        return row.id


def letters(server: MailServer) -> list[tuple[str, str]]:
    """Who got which text, in order."""
    found: list[tuple[str, str]] = []
    for delivered in server.taken:
        body = delivered.message.get_body(("plain",))
        assert body is not None
        found.append((delivered.recipients[0], body.get_content()))
    return found


def records(site: Site) -> list[tuple[str, str, str | None]]:
    with site.database.reading() as session:
        rows = session.scalars(select(Sending).order_by(Sending.id))
        return [(row.place, row.state, row.answer) for row in rows]


def test_an_owner_is_reminded_once_of_everything_that_is_due(own: Site, mail_server: MailServer) -> None:
    series(own, "m1", Mara="mara@example.org")
    for text in ("Send the plan", "Call the carrier"):
        task(own, "Mara", text)
    write_reminders(own)
    write_reminders(own)
    ((box, text),) = letters(mail_server)
    assert box == "mara@example.org"
    assert all(told in text for told in ("Send the plan", "Call the carrier", "Meeting m1"))
    assert "https://minutes.example.org/tasks" in text
    assert records(own) == [("mara@example.org", "sent", "250 2.0.0 Queued")] * 2


def test_what_is_new_is_reminded_of_without_what_was_told(own: Site, mail_server: MailServer) -> None:
    series(own, "m1", Mara="mara@example.org")
    task(own, "Mara", "Send the plan")
    write_reminders(own)
    task(own, "Mara", "Call the carrier")
    write_reminders(own)
    assert ["Send the plan" in text for _, text in letters(mail_server)] == [True, False]


def test_an_item_with_another_day_is_reminded_of_again(own: Site, mail_server: MailServer) -> None:
    series(own, "m1", Mara="mara@example.org")
    number = task(own, "Mara", "Send the plan", TOMORROW + timedelta(days=5))
    write_reminders(own)
    assert mail_server.taken == []
    for day in (TOMORROW, today(None), today(None)):
        with own.database.session() as session:
            session.get_one(Task, number).due = day
        write_reminders(own)
    assert len(mail_server.taken) == 2


def test_who_is_not_reminded(own: Site, mail_server: MailServer) -> None:
    series(own, "m1", Mara="mara@example.org", Joel="joel@-")
    task(own, None, "Nobody's")
    task(own, "Lou", "Of somebody without an address")
    task(own, "Joel", "Of somebody with an impossible address")
    task(own, "Mara", "Later", TOMORROW + timedelta(days=2))
    task(own, "Mara", "Overdue", today(None) - timedelta(days=3))
    task(own, "Mara", "Without a day", None)
    done = task(own, "Mara", "Done")
    with own.database.session() as session:
        session.get_one(Task, done).state = "done"
    write_reminders(own)
    assert (mail_server.taken, records(own)) == ([], [])


def test_two_people_of_one_name_get_their_own_items(own: Site, mail_server: MailServer) -> None:
    series(own, "m1", Mara="mara.quinn@example.org")
    series(own, "m2", Mara="mara.stone@example.org")
    task(own, "Mara", "Send the plan", meeting_id="m1")
    task(own, "Mara", "Fire somebody", meeting_id="m2")
    write_reminders(own)
    told = dict(letters(mail_server))
    assert set(told) == {"mara.quinn@example.org", "mara.stone@example.org"}
    assert "Fire somebody" not in told["mara.quinn@example.org"]
    assert "Send the plan" not in told["mara.stone@example.org"]


def test_two_workers_at_once_remind_once(own: Site, mail_server: MailServer) -> None:
    series(own, "m1", Mara="mara@example.org", Joel="joel@example.org")
    for owner in ("Mara", "Joel"):
        task(own, owner, f"Of {owner}")
    both(own, "INSERT INTO sendings", lambda site: partial(write_reminders, site))
    assert sorted(box for box, _ in letters(mail_server)) == ["joel@example.org", "mara@example.org"]


def test_what_a_mail_server_that_is_down_did_not_take_goes_with_the_next_round(
    own: Site, mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    series(own, "m1", Mara="mara@example.org", Joel="joel@example.org")
    for owner in ("Mara", "Joel"):
        task(own, owner, "Send the plan")
    mail_server.stop()
    with caplog.at_level(logging.WARNING, "lihui.reminders"):
        write_reminders(own)
    assert records(own) == []
    (line,) = caplog.messages
    assert "cannot be reached" in line
    with MailServer() as other:
        write_reminders(mailing(own, other.port))
        assert len(other.taken) == 2


def test_what_a_mail_server_takes_later_is_tried_again_and_what_it_refuses_is_not(
    own: Site, mail_server: MailServer
) -> None:
    boxes = {"Mara": "full@example.org", "Joel": "gone@example.org", "Lou": "silent@example.org"}
    series(own, "m1", **boxes)
    for owner in boxes:
        task(own, owner, "Send the plan")
    for _ in range(2):
        write_reminders(own)
        assert [(place, state) for place, state, _ in records(own)] == [
            ("gone@example.org", "failed"),
            ("silent@example.org", "unknown"),
        ]
    assert len(mail_server.taken) == 1, "what may have arrived is not sent again"


def test_a_worker_that_is_killed_while_it_sends_reminds_nobody_twice(
    own: Site, mail_server: MailServer
) -> None:
    series(own, "m1", Mara="mara@example.org")
    task(own, "Mara", "Send the plan")
    killed = Event()

    def hold() -> None:
        killed.wait(60)

    mail_server.on_taken = hold
    program = (
        "from pipeline.records.site import open_site; from pipeline.settings import load_settings;"
        "from pipeline.records.reminders import remind; remind(open_site(load_settings()))"
    )
    mail = own.settings.mail
    variables = environment(
        own,
        LIHUI_MAIL__HOST="127.0.0.1",
        LIHUI_MAIL__PORT=str(mail.port),
        LIHUI_MAIL__TLS="none",
        LIHUI_MAIL__SENDER="minutes@example.org",
    )
    with subprocess.Popen([sys.executable, "-c", program], env=variables) as worker:
        until(lambda: mail_server.taken, "the letter")
        worker.kill()
    killed.set()
    write_reminders(own)
    assert len(mail_server.taken) == 1
    assert [state for _, state, _ in records(own)] == ["sending"]


def test_a_round_is_made_once_an_hour(own: Site, mail_server: MailServer) -> None:
    series(own, "m1", Mara="mara@example.org")
    task(own, "Mara", "Send the plan")
    remind(own)
    task(own, "Mara", "Call the carrier")
    remind(own)
    assert len(mail_server.taken) == 1
    with own.database.session() as session:
        session.execute(update(Chore).values(at=now() - EVERY))
    remind(own)
    assert len(mail_server.taken) == 2


def test_who_wants_no_reminders_gets_none(site: Site, mail_server: MailServer) -> None:
    series(site, "m1", Mara="mara@example.org")
    task(site, "Mara", "Send the plan")
    remind(site)
    remind(mailing(site, mail_server.port, days=None))
    write_reminders(mailing(site, mail_server.port, days=None))
    assert mail_server.taken == []
    remind(mailing(site, mail_server.port))
    assert len(mail_server.taken) == 1


def test_reminders_can_come_a_week_before(own: Site, mail_server: MailServer) -> None:
    series(own, "m1", Mara="mara@example.org")
    task(own, "Mara", "Send the plan", TOMORROW + timedelta(days=5))
    write_reminders(mailing(own, mail_server.port, days=7))
    ((_, text),) = letters(mail_server)
    assert "Send the plan" in text


def test_a_reminder_speaks_the_language_of_the_meeting(own: Site, mail_server: MailServer) -> None:
    series(own, "m1", 王蕾="lei@example.org")
    transcript = Transcript(language="zh", utterances=(Utterance(id=0, text="好"),))
    with own.database.session() as session:
        known = Meeting(language="zh")
        session.add(Heard(meeting_id="m1", transcript=transcript, meeting=known, origins=()))
    task(own, "王蕾", "发预算表")
    write_reminders(own)
    (delivered,) = mail_server.taken
    assert str(delivered.message["Subject"]) == "待办提醒：1 项即将到期"
