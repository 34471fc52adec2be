"""Brings letters to mailboxes by SMTP: to each recipient a message of their own."""

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from pipeline.errors import EnvironmentProblem, UsageError
from pipeline.mail import Mail
from pipeline.sending.answer import Answer, heard
from pipeline.sending.key import key
from pipeline.sending.letter import Letter
from pipeline.sending.place import Place


def send_mail(letter: Letter, places: Sequence[Place], mail: Mail, *, again: int = 0) -> Iterator[Answer]:
    """Sends a letter to each place, one after the other, and tells at once what the server said.

    Args:
        letter: What to send.
        places: Mailboxes.
        mail: The server.
        again: How often the letter was sent to them on purpose before. It is part of the Message-ID, by which
            mailboxes know a copy that only comes twice because an answer was lost.

    Yields:
        One answer a place, in order; a recipient that is refused does not stop the others.

    Raises:
        UsageError: No server is set, or a place is no mailbox.
        EnvironmentProblem: The server cannot be reached or refuses the log-in; nothing was sent.
    """
    if mail.host is None:
        raise UsageError("No mail server is set: LIHUI_MAIL__HOST names one.")
    if any(place.channel != "mail" for place in places):
        raise UsageError("A letter goes to mailboxes only.")
    server = _connected(mail) if places else None
    lost: EnvironmentProblem | None = None
    try:
        for place in places:
            if server is None and lost is None:
                try:
                    server = _connected(mail)
                except EnvironmentProblem as error:
                    lost = error
            if server is None:
                yield Answer(outcome="later", code=None, text=str(lost))
                continue
            yield _delivered(server, mail, letter, place, again)
            if server.sock is None:
                server = None
    finally:
        if server is not None:
            _hang_up(server)


def mail_message(letter: Letter, place: Place, mail: Mail, *, again: int = 0) -> EmailMessage:
    """The letter as it goes over the wire to one recipient; all of it is ASCII."""
    name, sender = parseaddr(mail.sender or "")
    message = EmailMessage(policy=SMTP)
    message["Subject"] = letter.subject
    message["From"] = Address(name, addr_spec=sender)
    message["To"] = Address(addr_spec=place.address.get_secret_value())
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{key(letter, place, again=again)}@{sender.rpartition('@')[2]}>"
    # Keeps "I am on holiday" from being answered to a machine.
    message["Auto-Submitted"] = "auto-generated"
    encoding = "base64" if letter.language == "zh" else "quoted-printable"
    message.set_content(letter.text, cte=encoding)
    message.add_alternative(letter.html, subtype="html", cte=encoding)
    for file in letter.attachments:
        kind, _, subtype = file.media_type.partition("/")
        params = {"method": "PUBLISH", "charset": "utf-8"} if subtype == "calendar" else {}
        message.add_attachment(file.content, kind, subtype, filename=file.name, params=params)
    # Said before, it would end up with the plain text alone.
    message["Content-Language"] = "zh-CN" if letter.language == "zh" else "en"
    return message


def _connected(mail: Mail) -> smtplib.SMTP:
    """A session that is encrypted and logged in as the settings say."""
    host, at = mail.host or "", f"{mail.host}:{mail.at_port}"
    server: smtplib.SMTP | None = None
    try:
        if mail.tls == "tls":
            context = ssl.create_default_context()
            server = smtplib.SMTP_SSL(host, mail.at_port, timeout=mail.timeout, context=context)
        else:
            server = smtplib.SMTP(host, mail.at_port, timeout=mail.timeout)
        if mail.tls == "starttls":
            server.starttls(context=ssl.create_default_context())
        if mail.user and mail.password:
            server.login(mail.user, mail.password.get_secret_value())
        return server
    except (OSError, smtplib.SMTPException) as error:
        if server is not None:
            server.close()
        raise EnvironmentProblem(_why(at, error)) from error


def _why(at: str, error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"The mail server {at} refuses the user or the password."
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return f"The mail server {at} offers no STARTTLS or no log-in; see the setting mail.tls."
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The certificate of the mail server {at} does not hold: {error.verify_message}."
    return f"The mail server {at} cannot be reached: {heard(str(error))}."


def _delivered(server: smtplib.SMTP, mail: Mail, letter: Letter, place: Place, again: int) -> Answer:
    """Hands one message over, step by step: only when the connection breaks in the last one is its fate unknown."""
    content = mail_message(letter, place, mail, again=again).as_bytes()
    sender = parseaddr(mail.sender or "")[1]
    broken: Answer = Answer(
        outcome="later", code=None, text="The mail server hung up before it took the message."
    )
    try:
        for code, said in _envelope(server, sender, place.address.get_secret_value()):
            if not 200 <= code < 300:
                return _refused(server, code, said)
        broken = Answer(
            outcome="unknown",
            code=None,
            text="The mail server hung up unanswered: the message may have arrived.",
        )
        code, said = server.data(content)
    except smtplib.SMTPDataError as error:
        return _refused(server, error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPServerDisconnected):
        server.close()
        return broken
    return (
        Answer(outcome="taken", code=code, text=_said(said)) if code == 250 else _refused(server, code, said)
    )


def _envelope(server: smtplib.SMTP, sender: str, recipient: str) -> Iterator[tuple[int, bytes]]:
    server.ehlo_or_helo_if_needed()
    yield server.mail(sender)
    yield server.rcpt(recipient)


def _refused(server: smtplib.SMTP, code: int, said: bytes | str) -> Answer:
    """Codes from 400 pass, codes from 500 stay; the session is made ready for the next message."""
    if code == 421:
        server.close()
    else:
        _reset(server)
    return Answer(outcome="later" if 400 <= code < 500 else "refused", code=code, text=_said(said))


def _reset(server: smtplib.SMTP) -> None:
    try:
        server.rset()
    except (OSError, smtplib.SMTPServerDisconnected):
        server.close()


def _said(text: bytes | str) -> str:
    return heard(text.decode("utf-8", "replace") if isinstance(text, bytes) else text)


def _hang_up(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
