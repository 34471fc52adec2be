"""Nothing goes twice to one place, whoever asks and however often, unless somebody says ``again``."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from pipeline.records.columns import now
from pipeline.records.sending_plans import Piece
from pipeline.records.sendings import ALMOST_AT_ONCE, Result, send
from pipeline.records.site import Site
from pipeline.records.tables import MeetingRow, Sending, Webhook
from pipeline.sending import as_letter, for_all, place_of
from tests.records.at_once import both
from tests.review.meetings import meeting
from tests.sending.mail_server import MailServer
from tests.web.askers import account, guarded, program
from tests.web.office import JOEL, MARA, Office, boxes, office, with_another_server, with_mail


@pytest.fixture
def weekly(site: Site, mail_server: MailServer) -> Office:
    return office(site, mail_server)


def twice_at_once(weekly: Office, path: str, writing: str, **more: Any) -> list[Any]:
    """Two requests, to two servers, that both look before either writes."""
    admin = account(weekly.site, "kim", "admin")

    def prepare(site: Site) -> Callable[[], Any]:
        client = program(guarded(site, site.settings.serve), site, admin)
        client.post(f"{path}/sendings/preview", json={"audience": "everybody"})
        return lambda: client.post(f"{path}/sendings", json={"audience": "everybody", **more})

    answers = both(weekly.site, writing, prepare)
    assert [answer.status_code for answer in answers] == [200, 200]
    return [answer.json() for answer in answers]


def states(weekly: Office, path: str) -> list[tuple[str, str, int]]:
    """What is on record, the oldest first."""
    told = weekly.editor.get(f"{path}/sendings").json()
    return [(one["place"], one["state"], one["again"]) for one in reversed(told)]


def test_asking_twice_sends_once(weekly: Office, mail_server: MailServer) -> None:
    with weekly.site.database.session() as session:
        session.add(Webhook(url="http://127.0.0.1:9/", secret="whsec_", events=("minutes.sent",)))
    path = weekly.meeting()
    first, second = weekly.send(path), weekly.send(path)
    assert (len(first["sendings"]), first["already"]) == (2, [])
    assert (second["sendings"], second["already"]) == ([], first["sendings"])
    assert boxes(mail_server) == [MARA, JOEL]
    assert weekly.told() == ["minutes.sent"], "what was not sent is not told"


def test_again_sends_again(weekly: Office, mail_server: MailServer) -> None:
    path = weekly.meeting()
    weekly.send(path)
    again = weekly.send(path, again=True)["sendings"]
    assert [(one["state"], one["again"]) for one in again] == [("sent", 1), ("sent", 1)]
    assert boxes(mail_server) == [MARA, JOEL, MARA, JOEL]
    ids = {str(delivered.message["Message-ID"]) for delivered in mail_server.taken}
    assert len(ids) == 4, "mailboxes would hide a copy with the same id"
    assert [line.detail for line in weekly.audited("minutes.send")] == [None, "again"]
    assert weekly.send(path)["sendings"] == []
    assert len(states(weekly, path)) == 4


def test_everybody_and_owners_get_different_letters(weekly: Office, mail_server: MailServer) -> None:
    path = weekly.meeting()
    weekly.send(path)
    assert len(weekly.send(path, "owners")["sendings"]) == 2
    assert len(mail_server.taken) == 4


def test_changed_minutes_are_sent_and_unchanged_ones_are_not(weekly: Office, mail_server: MailServer) -> None:
    path = weekly.meeting()
    weekly.send(path)
    weekly.editor.post(f"{path}/reopen")
    weekly.confirm(path)
    assert weekly.send(path)["sendings"] == [], "they say what they said"
    weekly.editor.post(f"{path}/reopen")
    change = {"kind": "change", "item": "a1", "field": "owner", "before": None, "after": "Mara Quinn"}
    assert weekly.editor.post(f"{path}/edits", json={"made_against": 0, "edits": [change]}).status_code == 200
    weekly.confirm(path)
    assert [one["revision"] for one in weekly.send(path)["sendings"]] == [1, 1]
    assert len(mail_server.taken) == 4


def test_what_a_mail_server_that_is_down_did_not_take_goes_the_next_time(
    weekly: Office, mail_server: MailServer
) -> None:
    path = weekly.meeting()
    mail_server.stop()
    told = weekly.send(path)["sendings"]
    assert [one["state"] for one in told] == ["failed", "failed"]
    assert {one["answer"] for one in told} == {told[0]["answer"]}
    assert "cannot be reached" in told[0]["answer"]
    with MailServer() as other:
        mended = with_another_server(weekly, other)
        assert [one["state"] for one in mended.send(path)["sendings"]] == ["sent", "sent"]
        assert mended.send(path)["sendings"] == []
        assert boxes(other) == [MARA, JOEL]
    assert states(weekly, path) == [(MARA, "sent", 0), (JOEL, "sent", 0)]


def test_a_mail_server_that_cannot_be_used_is_asked_once(weekly: Office, mail_server: MailServer) -> None:
    path, site = weekly.meeting(), weekly.site
    encrypted = site.settings.mail.model_copy(update={"tls": "starttls"})
    settings = site.settings.model_copy(update={"mail": encrypted})
    broken = Site(settings, site.database, site.files, site.scratch)
    client = program(guarded(broken, settings.serve), broken, account(broken, "kim", "admin"))
    told = client.post(f"{path}/sendings", json={"audience": "everybody"}).json()["sendings"]
    assert [one["state"] for one in told] == ["failed", "failed"]
    assert mail_server.sessions == 1


def test_what_may_have_arrived_is_not_sent_again(site: Site, mail_server: MailServer) -> None:
    weekly = office(site, mail_server, {"Mara Quinn": "silent@example.org", "Joel Baker": "full@example.org"})
    path = weekly.meeting()
    weekly.send(path)
    assert states(weekly, path) == [("silent@example.org", "unknown", 0), ("full@example.org", "failed", 0)]
    told = weekly.send(path)
    assert [one["place"] for one in told["sendings"]] == ["full@example.org"]
    assert [one["state"] for one in told["already"]] == ["unknown"]
    assert boxes(mail_server) == ["silent@example.org"]


def test_two_requests_at_once_send_one(weekly: Office, mail_server: MailServer) -> None:
    path = weekly.meeting()
    answers = twice_at_once(weekly, path, "INSERT INTO sendings")
    assert sorted(boxes(mail_server)) == [JOEL, MARA]
    assert sum(len(answer["sendings"]) for answer in answers) == 2
    assert states(weekly, path) == [(MARA, "sent", 0), (JOEL, "sent", 0)]


def test_two_that_both_found_nothing_on_record_send_one(weekly: Office, mail_server: MailServer) -> None:
    meeting_id = weekly.meeting().rpartition("/")[2]
    letter = as_letter(for_all(*meeting("en"), today=date(2026, 3, 3)))
    pieces = [Piece(letter, place_of(address), None) for address in (MARA, JOEL)]

    def prepare(site: Site) -> Callable[[], tuple[Result, ...]]:
        return lambda: tuple(send(site, meeting_id, 0, pieces, by="anna", again=False))

    results = both(weekly.site, "INSERT INTO sendings", prepare)
    assert sorted(boxes(mail_server)) == [JOEL, MARA]
    assert sorted(result.went for one in results for result in one) == [False, False, True, True]


def test_two_requests_for_another_copy_at_once_send_one_copy(weekly: Office, mail_server: MailServer) -> None:
    path = weekly.meeting()
    weekly.send(path)
    twice_at_once(weekly, path, "INSERT INTO sendings", again=True)
    assert sorted(boxes(mail_server)) == [JOEL, JOEL, MARA, MARA]
    with weekly.site.database.session() as session:
        session.execute(update(Sending).values(at=now() - ALMOST_AT_ONCE))
    assert [one["again"] for one in weekly.send(path, again=True)["sendings"]] == [2, 2]


def test_two_requests_at_once_that_try_again_what_failed_send_one(
    weekly: Office, mail_server: MailServer
) -> None:
    path = weekly.meeting()
    nowhere = Office(with_mail(weekly.site, 9), weekly.editor, weekly.series_id)
    failing = program(
        guarded(nowhere.site, nowhere.site.settings.serve), nowhere.site, account(weekly.site, "lou", "admin")
    )
    assert failing.post(f"{path}/sendings", json={"audience": "everybody"}).status_code == 200
    assert [state for _, state, _ in states(weekly, path)] == ["failed", "failed"]
    twice_at_once(weekly, path, "UPDATE sendings")
    assert sorted(boxes(mail_server)) == [JOEL, MARA]


def test_a_meeting_that_is_deleted_while_its_minutes_go_out(site: Site, mail_server: MailServer) -> None:
    weekly = office(site, mail_server)
    path = weekly.meeting()

    def delete() -> None:
        with site.database.session() as session:
            session.delete(session.get_one(MeetingRow, path.rpartition("/")[2]))

    mail_server.on_taken = delete
    assert [one["state"] for one in weekly.send(path)["sendings"]] == ["sent"]
    assert boxes(mail_server) == [MARA]
    assert weekly.editor.get(f"{path}/sendings").status_code == 404
