"""Sending confirmed minutes through a real mail server and to a real server in the place of chat services."""

import json
from io import StringIO

import pytest
from sqlalchemy import select

from pipeline.records.site import Site
from pipeline.records.tables import Member, Place, Sending, Series, User
from pipeline.sending import place_of
from pipeline.transcript import Language
from tests.sending.chat_server import ChatServer, Reply
from tests.sending.documented import Slack
from tests.sending.mail_server import MailServer
from tests.web.askers import API, ONE_DATABASE, account, browser, guarded
from tests.web.office import JOEL, MARA, Office, boxes, office, parts

SLACK = "https://hooks.slack.com/services/T0123456/B0123456/s3cretslack0123456789"


@pytest.fixture
def weekly(site: Site, mail_server: MailServer) -> Office:
    return office(site, mail_server)


def a_group(weekly: Office, series_id: int | None = None, name: str = "Ops") -> int:
    with weekly.site.database.session() as session:
        place = Place(name=name, url=place_of(SLACK).address.get_secret_value(), series_id=series_id)
        session.add(place)
        session.flush()
        return place.id


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("audience", ["everybody", "owners"])
def test_what_arrives_is_what_the_preview_showed(
    weekly: Office, mail_server: MailServer, language: Language, audience: str
) -> None:
    path = weekly.meeting(language)
    seen = weekly.preview(path, audience)["pieces"]
    weekly.send(path, audience)
    assert boxes(mail_server) == [piece["place"] for piece in seen] == [MARA, JOEL]
    for piece, delivered in zip(seen, mail_server.taken, strict=True):
        shown = piece["subject"], piece["text"].rstrip("\n"), piece["html"].rstrip("\n")
        assert parts(delivered) == (*shown, tuple(piece["attachments"]))
        assert "minutes.docx" in piece["attachments"]
        assert f"https://minutes.example.org/meetings/{path.rpartition('/')[2]}" in piece["text"]


def test_a_preview_sends_nothing_and_needs_no_confirmation(weekly: Office, mail_server: MailServer) -> None:
    path = weekly.meeting(confirmed=False)
    (piece, _) = weekly.preview(path)["pieces"]
    assert (piece["person"], piece["sent"]) == ("Mara Quinn", None)
    assert mail_server.taken == []
    assert weekly.editor.get(f"{path}/sendings").json() == []
    weekly.confirm(path)
    weekly.send(path)
    assert weekly.preview(path)["pieces"][0]["sent"] is not None


def test_only_confirmed_minutes_are_sent(weekly: Office, mail_server: MailServer) -> None:
    path = weekly.meeting(confirmed=False)
    wanted = {"audience": "everybody"}
    assert weekly.editor.post(f"{path}/sendings", json=wanted).status_code == 409
    weekly.confirm(path)
    weekly.editor.post(f"{path}/reopen")
    assert weekly.editor.post(f"{path}/sendings", json=wanted).status_code == 409
    assert (mail_server.taken, weekly.audited("minutes.send")) == ([], [])


def test_owners_get_their_own_items_alone(weekly: Office, mail_server: MailServer) -> None:
    weekly.send(weekly.meeting(), "owners")
    mara, joel = (parts(delivered)[1:3] for delivered in mail_server.taken)
    for text in mara:
        assert "Send the shift plan" in text
        assert "Replace the scanners" not in text
        assert "Finish the tracking" not in text
    for text in joel:
        assert "Replace the scanners" in text
        assert "Finish the tracking" not in text


def test_each_sending_is_recorded_with_its_answer(site: Site, mail_server: MailServer) -> None:
    weekly = office(site, mail_server, {"Mara Quinn": "gone@example.org", "Joel Baker": JOEL})
    path = weekly.meeting()
    told = weekly.send(path)["sendings"]
    assert [(one["place"], one["state"], one["answer"]) for one in told] == [
        ("gone@example.org", "failed", "550 5.1.1 No such mailbox"),
        (JOEL, "sent", "250 2.0.0 Queued"),
    ]
    assert {(one["kind"], one["revision"], one["again"], one["by"]) for one in told} == {
        ("all", 0, 0, "anna")
    }
    assert weekly.editor.get(f"{path}/sendings").json() == list(reversed(told))
    (line,) = weekly.audited("minutes.send")
    assert (line.who, line.about, line.detail) == ("anna", path.rpartition("/")[2], None)


def test_who_cannot_be_reached_is_named(site: Site, mail_server: MailServer) -> None:
    weekly = office(site, mail_server, {"Mara Quinn": MARA, "Joel Baker": "joel@-"})
    path = weekly.meeting()
    assert weekly.preview(path)["without_address"] == ["Joel Baker"]
    assert weekly.send(path)["without_address"] == ["Joel Baker"]
    assert boxes(mail_server) == [MARA]


def test_accounts_are_written_to_if_they_may_see_the_meeting(site: Site, mail_server: MailServer) -> None:
    weekly = office(site, mail_server, {"Mara Quinn": MARA})
    path = weekly.meeting(confirmed=False)

    def called(name: str, display: str, *, member: bool) -> None:
        user_id = account(weekly.site, name).id
        with weekly.site.database.session() as session:
            user = session.get_one(User, user_id)
            user.display, user.email = display, f"{name}@example.org"
            if member:
                session.add(Member(series_id=weekly.series_id, user_id=user_id))

    def reached() -> list[str]:
        return [piece["place"] for piece in weekly.preview(path)["pieces"]]

    called("eve", "Joel Baker", member=False)
    assert reached() == [MARA], "anybody can take a name, and would get the minutes"
    called("joel", "Joel Baker", member=True)
    assert reached() == [MARA, JOEL]
    called("mallory", "Mara Quinn", member=True)
    assert reached() == [MARA, JOEL], "what is kept for the series counts"
    called("other-joel", "Joel Baker", member=True)
    assert reached() == [MARA], "nobody knows which of the two is meant"


def test_a_shared_mailbox_gets_one_letter(site: Site, mail_server: MailServer) -> None:
    weekly = office(site, mail_server, {"Mara Quinn": "ops@example.org", "Joel Baker": "OPS@example.org"})
    path = weekly.meeting()
    assert len(weekly.preview(path)["pieces"]) == 2
    assert len(weekly.send(path)["sendings"]) == 1
    assert len(weekly.send(path, again=True)["sendings"]) == 1
    assert [box.lower() for box in boxes(mail_server)] == ["ops@example.org"] * 2


def test_a_service_without_a_mail_server_says_so_and_remembers_nothing(site: Site) -> None:
    weekly = office(site, None)
    path = weekly.meeting()
    assert len(weekly.preview(path)["pieces"]) == 2
    answer = weekly.editor.post(f"{path}/sendings", json={"audience": "everybody"})
    assert (answer.status_code, "LIHUI_MAIL__HOST" in answer.text) == (503, True)
    assert weekly.editor.get(f"{path}/sendings").json() == []
    assert weekly.audited("minutes.send") == []


def test_a_chat_group_gets_what_the_preview_showed(weekly: Office, chat_server: ChatServer) -> None:
    path, group = weekly.meeting(), a_group(weekly, weekly.series_id)
    (seen,) = weekly.preview(path, None, places=[group])["pieces"]
    assert (seen["person"], seen["place"], seen["html"]) == (None, "Slack …3456", None)
    (told,) = weekly.send(path, None, places=[group])["sendings"]
    assert (told["state"], told["answer"], told["place"]) == ("sent", "200 ok", "Slack …3456")
    (heard,) = chat_server.heard
    request = Slack.model_validate(heard.json)
    assert request.text == seen["subject"]
    arrived = json.dumps(heard.json, ensure_ascii=False)
    assert seen["text"]
    assert all(line in arrived for line in seen["text"].splitlines())


def test_chat_groups_of_other_series_are_not_reached(weekly: Office, chat_server: ChatServer) -> None:
    with weekly.site.database.session() as session:
        other = Series(name="Board")
        session.add(other)
        session.flush()
        other_id = other.id
    path, theirs = weekly.meeting(), a_group(weekly, other_id, "Board")
    everybody = a_group(weekly, None, "All")
    for number in (theirs, 999):
        for rest in ("/sendings", "/sendings/preview"):
            answer = weekly.editor.post(f"{path}{rest}", json={"places": [everybody, number]})
            assert (answer.status_code, answer.json()["title"]) == (404, "There is no such chat group.")
    assert chat_server.heard == []
    assert len(weekly.send(path, None, places=[everybody, everybody])["sendings"]) == 1


def test_no_secret_is_answered_or_logged(weekly: Office, chat_server: ChatServer, log: StringIO) -> None:
    made = weekly.editor.post(
        f"{API}/places", json={"name": "Ops", "address": SLACK, "series_id": weekly.series_id}
    )
    path, group = weekly.meeting(), made.json()["id"]
    chat_server.reply = Reply(403, f"no robot at {SLACK}")
    texts = [
        made.text,
        weekly.editor.get(f"{API}/places").text,
        json.dumps(weekly.preview(path, None, places=[group])),
        json.dumps(weekly.send(path, None, places=[group])),
        weekly.editor.get(f"{path}/sendings").text,
        str([(line.about, line.detail) for line in weekly.audited("minutes.send")]),
        log.getvalue(),
    ]
    assert len(chat_server.heard) == 1
    assert all(texts)
    assert "s3cret" not in "".join(texts)
    with weekly.site.database.reading() as session:
        assert "s3cret" not in (session.scalars(select(Sending)).one().answer or "")


def test_who_may_not_send_and_who_may_not_know(weekly: Office, mail_server: MailServer) -> None:
    path, app = weekly.meeting(), guarded(weekly.site, weekly.site.settings.serve)
    viewer = account(weekly.site, "wei", "viewer")
    with weekly.site.database.session() as session:
        session.add(Member(series_id=weekly.series_id, user_id=viewer.id))
    watching = browser(app, weekly.site, viewer)
    stranger = browser(app, weekly.site, account(weekly.site, "eve"))
    for rest in ("/sendings", "/sendings/preview"):
        assert watching.post(path + rest, json={"audience": "everybody"}).status_code == 403
        assert stranger.post(path + rest, json={"audience": "everybody"}).status_code == 404
    assert watching.get(f"{path}/sendings").status_code == 200
    assert stranger.get(f"{path}/sendings").status_code == 404
    assert mail_server.taken == []


@ONE_DATABASE
@pytest.mark.parametrize(
    "wrong",
    [
        {"audience": "all"},
        {"places": [0]},
        {"places": [2**31]},
        {"places": [1] * 51},
        {"places": ["x"]},
        {"again": "perhaps"},
        {"to": "eve@example.org"},
    ],
)
def test_what_is_no_sending(weekly: Office, wrong: dict[str, object]) -> None:
    path = weekly.meeting(confirmed=False)
    for rest in ("/sendings", "/sendings/preview"):
        assert weekly.editor.post(path + rest, json=wrong).status_code == 422
