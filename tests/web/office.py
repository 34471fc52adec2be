"""A series with people who are written to, and a service that has a mail server on loopback."""

from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import select

from pipeline.mail import Mail
from pipeline.records.site import Site
from pipeline.records.tables import Audit, Contact, Delivery, Member, Series, User
from pipeline.serving import Serving
from pipeline.transcript import Language
from tests.sending.mail_server import Delivered, MailServer
from tests.web.askers import API, PUBLIC, account, browser, guarded
from tests.web.minuted import minuted_meeting

MARA, JOEL = "mara@example.org", "joel@example.org"
CONTACTS = {"Mara Quinn": MARA, "Joel Baker": JOEL, "何敏": MARA, "杜磊": JOEL}
"""The two people of the invented meetings, in both languages."""


@dataclass(frozen=True)
class Office:
    """A series of one editor.

    Attributes:
        site: The service.
        editor: The browser of its member.
        series_id: Of the series.
    """

    site: Site
    editor: TestClient
    series_id: int

    def meeting(self, language: Language = "en", *, confirmed: bool = True) -> str:
        """The path of a meeting of the series."""
        with self.site.database.session() as session:
            row = minuted_meeting(session, owner_id=None, series_id=self.series_id, language=language)
        path = f"{API}/meetings/{row.id}"
        if confirmed:
            self.confirm(path)
        return path

    def confirm(self, path: str) -> None:
        against = self.editor.get(f"{path}/review").json()["revision"]
        assert self.editor.post(f"{path}/confirm", json={"made_against": against}).status_code == 200

    def send(self, path: str, audience: str | None = "everybody", **more: Any) -> Any:
        answer = self.editor.post(f"{path}/sendings", json={"audience": audience, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def preview(self, path: str, audience: str | None = "everybody", **more: Any) -> Any:
        answer = self.editor.post(f"{path}/sendings/preview", json={"audience": audience, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def audited(self, verb: str) -> list[Audit]:
        with self.site.database.reading() as session:
            return list(session.scalars(select(Audit).where(Audit.verb == verb).order_by(Audit.id)))

    def told(self) -> list[str]:
        """The events that webhooks are told."""
        with self.site.database.reading() as session:
            return list(session.scalars(select(Delivery.event)))


def with_mail(site: Site, port: int | None) -> Site:
    """The service as people know it, with a mail server on this machine."""
    mail = Mail(host="127.0.0.1", port=port, tls="none", sender="Lihui <minutes@example.org>")
    settings = site.settings.model_copy(update={"mail": mail if port else Mail()})
    settings = settings.model_copy(update={"serve": Serving(public_url=PUBLIC, private_hooks=True)})
    return Site(settings, site.database, site.files, site.scratch)


def office(site: Site, server: MailServer | None, contacts: dict[str, str] | None = None) -> Office:
    """A new one.

    Args:
        site: Whose tables are used.
        server: Takes its mail; None for a service without a mail server.
        contacts: Addresses by name.
    """
    mailing = with_mail(site, server.port if server else None)
    anna = account(mailing, "anna")
    with mailing.database.session() as session:
        series = Series(name="Weekly")
        session.add(series)
        session.flush()
        session.add(Member(series_id=series.id, user_id=anna.id))
        for name, email in (CONTACTS if contacts is None else contacts).items():
            session.add(Contact(series_id=series.id, name=name, email=email))
    return Office(mailing, browser(guarded(mailing, mailing.settings.serve), mailing, anna), series.id)


def with_another_server(before: Office, server: MailServer) -> Office:
    """The same office after its mail server was set anew."""
    site = with_mail(before.site, server.port)
    with site.database.reading() as session:
        anna = session.scalars(select(User).where(User.name == "anna")).one()
    return Office(site, browser(guarded(site, site.settings.serve), site, anna), before.series_id)


def boxes(server: MailServer) -> list[str]:
    """Who got a letter, in order."""
    return [delivered.recipients[0] for delivered in server.taken]


def parts(delivered: Delivered) -> tuple[str, str, str, tuple[str, ...]]:
    """Subject, text, HTML and names of the files of a letter as it arrived."""
    message: EmailMessage = delivered.message
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    names = tuple(part.get_filename() or "" for part in message.iter_attachments())
    return str(message["Subject"]), _lines(text.get_content()), _lines(html.get_content()), names


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").rstrip("\n")
