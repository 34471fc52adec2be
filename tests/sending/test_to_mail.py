import io
import socket
from email.message import EmailMessage
from typing import Any

import docx
import pytest
from icalendar import Calendar
from pydantic import SecretStr

from pipeline.errors import EnvironmentProblem, UsageError
from pipeline.mail import Mail
from pipeline.sending import Letter, as_letter, for_all, for_owner, key, place_of, send_mail
from tests.sending.certificate import Certificate
from tests.sending.conftest import TODAY, Meeting
from tests.sending.mail_server import MailServer

ANNA = place_of("anna@example.com")
ON_PURPOSE = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


def at(server: MailServer, **more: object) -> Mail:
    given = {
        "host": "127.0.0.1",
        "port": server.port,
        "tls": "none",
        "sender": "Lihui 例会 <minutes@example.org>",
    }
    return Mail.model_validate(given | more)


@pytest.fixture
def letter(zh: Meeting) -> Letter:
    return as_letter(for_all(*zh, today=TODAY))


def attachment(message: EmailMessage, name: str) -> bytes:
    (found,) = (part for part in message.iter_attachments() if part.get_filename() == name)
    content = found.get_content()
    return content if isinstance(content, bytes) else content.encode()


def deadlines(message: EmailMessage) -> list[Any]:
    calendar: Any = Calendar.from_ical(attachment(message, "deadlines.ics"))
    return calendar.walk("VEVENT")


def test_every_recipient_gets_a_message_of_their_own(mail_server: MailServer, letter: Letter):
    places = [place_of(f"{name}@example.com") for name in ("anna", "tom", "priya")]
    answers = list(send_mail(letter, places, at(mail_server)))
    assert [(answer.outcome, answer.code, answer.text) for answer in answers] == [
        ("taken", 250, "2.0.0 Queued")
    ] * 3
    assert [delivered.recipients for delivered in mail_server.taken] == [
        ("anna@example.com",),
        ("tom@example.com",),
        ("priya@example.com",),
    ]
    assert [str(delivered.message["To"]) for delivered in mail_server.taken] == [
        "anna@example.com",
        "tom@example.com",
        "priya@example.com",
    ]
    assert mail_server.sessions == 1


def test_what_arrives_is_the_letter_of_the_preview(mail_server: MailServer, either: Meeting):
    letter = as_letter(for_all(*either, today=TODAY))
    list(send_mail(letter, [ANNA], at(mail_server)))
    (delivered,) = mail_server.taken
    message = delivered.message
    assert delivered.sender == "minutes@example.org"
    assert message["Subject"] == letter.subject
    assert str(message["From"]) == "Lihui 例会 <minutes@example.org>"
    assert message["Message-ID"] == f"<{key(letter, ANNA)}@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == ("zh-CN" if letter.language == "zh" else "en")
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == letter.text
    assert html.get_content().replace("\r\n", "\n").strip() == letter.html.strip()
    assert delivered.raw.isascii()
    assert max(map(len, delivered.raw.split(b"\r\n"))) < 998


def test_attachments_open_again(mail_server: MailServer, either: Meeting):
    list(send_mail(as_letter(for_all(*either, today=TODAY)), [ANNA], at(mail_server)))
    message = mail_server.taken[0].message
    document = docx.Document(io.BytesIO(attachment(message, "minutes.docx")))
    title = either[0].meeting.title
    assert title in [paragraph.text for paragraph in document.paragraphs]
    events = deadlines(message)
    assert [str(event["dtstart"].dt) for event in events] == ["2026-03-06", "2026-03-06"]
    types = [part.get_content_type() for part in message.iter_attachments()]
    assert types == [
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "text/calendar",
    ]


def test_a_helper_gets_the_deadline_of_what_they_help_with(mail_server: MailServer, zh: Meeting):
    letter = as_letter(for_owner(*zh, "小李", today=TODAY))
    list(send_mail(letter, [ANNA], at(mail_server)))
    events = deadlines(mail_server.taken[0].message)
    assert [str(event["summary"]) for event in events] == ["陈涛：补齐退货入口的埋点"]


@pytest.mark.parametrize(
    ("box", "outcome", "code"),
    [
        ("gone", "refused", 550),
        ("full", "later", 452),
        ("strict", "refused", 554),
        ("tired", "later", 421),
        ("rude", "later", None),
        ("silent", "unknown", None),
    ],
)
def test_one_refusal_stops_nobody_else(
    mail_server: MailServer, letter: Letter, box: str, outcome: str, code: int | None
):
    places = [ANNA, place_of(f"{box}@example.com"), place_of("tom@example.com")]
    first, second, third = send_mail(letter, places, at(mail_server))
    assert (first.ok, third.ok) == (True, True)
    assert (second.outcome, second.code) == (outcome, code)
    assert second.temporary == (outcome == "later")
    assert second.text


def test_what_the_server_says_is_kept(mail_server: MailServer, letter: Letter):
    (answer,) = send_mail(letter, [place_of("gone@example.com")], at(mail_server))
    assert answer.text == "5.1.1 No such mailbox"


def test_a_server_that_is_down_is_one_sentence(letter: Letter):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    mail = Mail(host="127.0.0.1", port=port, tls="none", sender="minutes@example.org")
    with pytest.raises(
        EnvironmentProblem, match=rf"^The mail server 127\.0\.0\.1:{port} cannot be reached: .*\.$"
    ):
        list(send_mail(letter, [ANNA], mail))


def test_a_server_that_goes_down_in_between_leaves_answers_for_all(mail_server: MailServer, letter: Letter):
    answers = send_mail(letter, [ANNA, place_of("tired@example.com"), ANNA, ANNA], at(mail_server))
    given = [next(answers), next(answers)]
    mail_server.stop()
    given += answers
    assert [answer.outcome for answer in given] == ["taken", "later", "later", "later"]
    assert "cannot be reached" in given[-1].text


@ON_PURPOSE
@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_encrypted_and_logged_in(trusted: Certificate, letter: Letter, tls: str):
    with MailServer(trusted, tls, ("robot", "open sesame")) as server:
        mail = at(server, tls=tls, user="robot", password="open sesame", host="localhost")
        (answer,) = send_mail(letter, [ANNA], mail)
        assert answer.ok
        assert (server.taken[0].encrypted, server.taken[0].user) == (True, "robot")


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_certificate_nobody_trusts_gets_nothing(certificate: Certificate, letter: Letter, tls: str):
    with MailServer(certificate, tls) as server:
        with pytest.raises(EnvironmentProblem, match="certificate of the mail server"):
            list(send_mail(letter, [ANNA], at(server, tls=tls)))
        assert server.taken == []


@ON_PURPOSE
def test_a_wrong_password_is_one_sentence_without_it(letter: Letter):
    with MailServer(login=("robot", "open sesame")) as server:
        mail = at(server, user="robot", password="swordfish")
        with pytest.raises(EnvironmentProblem, match="refuses the user or the password") as raised:
            list(send_mail(letter, [ANNA], mail))
    assert "swordfish" not in str(raised.value)
    assert "swordfish" not in repr(mail)


def test_a_server_without_starttls_gets_nothing_in_the_clear(mail_server: MailServer, letter: Letter):
    with pytest.raises(EnvironmentProblem, match="offers no STARTTLS"):
        list(send_mail(letter, [ANNA], at(mail_server, tls="starttls")))
    assert mail_server.taken == []


def test_sent_again_on_purpose_it_is_another_message(mail_server: MailServer, letter: Letter):
    list(send_mail(letter, [ANNA], at(mail_server)))
    list(send_mail(letter, [ANNA], at(mail_server)))
    list(send_mail(letter, [ANNA], at(mail_server), again=1))
    first, copy, again = (delivered.message["Message-ID"] for delivered in mail_server.taken)
    assert first == copy != again


def test_nothing_breaks_out_of_a_header(mail_server: MailServer, en: Meeting):
    minutes, transcript = en
    title = "Weekly\r\nBcc: eve@example.com\n\n<script>alert(1)</script>" + "W" * 5000
    meeting = minutes.meeting.model_copy(update={"title": title})
    letter = as_letter(for_all(minutes.model_copy(update={"meeting": meeting}), transcript, today=TODAY))
    (answer,) = send_mail(letter, [ANNA], at(mail_server))
    assert answer.ok
    message = mail_server.taken[0].message
    assert message["Bcc"] is None
    assert mail_server.taken[0].recipients == ("anna@example.com",)
    assert message["Subject"].startswith("Minutes: Weekly Bcc: eve@example.com <script>")
    assert len(message["Subject"]) < 200


def test_without_a_server_the_setting_is_named(letter: Letter):
    with pytest.raises(UsageError, match="LIHUI_MAIL__HOST"):
        list(send_mail(letter, [ANNA], Mail()))


def test_a_robot_takes_no_letter(mail_server: MailServer, letter: Letter):
    with pytest.raises(UsageError, match="mailboxes only"):
        list(send_mail(letter, [place_of("wecombot://abcdefgh")], at(mail_server)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"sender": None},
        {"sender": "nobody"},
        {"sender": "a@example.org\r\nBcc: eve@example.com"},
        {"user": "robot"},
        {"host": "mail.example.org", "user": "robot", "password": "open sesame", "tls": "none"},
        {"port": 0},
        {"hosts": "x"},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, object]):
    right = {"host": "127.0.0.1", "sender": "minutes@example.org"}
    assert Mail.model_validate(right).at_port == 587
    with pytest.raises(ValueError, match="validation error") as raised:
        Mail.model_validate(right | wrong)
    assert "open sesame" not in str(raised.value)


def test_the_usual_ports():
    assert [Mail(tls=tls).at_port for tls in ("none", "starttls", "tls")] == [25, 587, 465]
    assert Mail(tls="tls", port=2465).at_port == 2465
    assert Mail(password=SecretStr("x")).model_dump_json().count("x") == 0
