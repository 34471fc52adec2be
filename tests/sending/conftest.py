"""Meetings to send, and loopback servers that take what is sent."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pipeline.minutes import Minutes
from pipeline.transcript import Transcript
from tests.render.conftest import EN_LINES, ZH_LINES, en_minutes, transcript_of, zh_minutes
from tests.sending.certificate import Certificate
from tests.sending.chat_server import ChatServer
from tests.sending.mail_server import MailServer

Meeting = tuple[Minutes, Transcript]

HELD = date(2026, 3, 2)
TODAY = date(2026, 3, 5)


@pytest.fixture
def zh() -> Meeting:
    transcript = transcript_of(ZH_LINES, "zh")
    return zh_minutes(transcript), transcript


@pytest.fixture
def en() -> Meeting:
    transcript = transcript_of(EN_LINES, "en")
    return en_minutes(transcript), transcript


@pytest.fixture(params=["zh", "en"])
def either(request: pytest.FixtureRequest, zh: Meeting, en: Meeting) -> Meeting:
    return zh if request.param == "zh" else en


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate of localhost that only those trust who are told to."""
    folder: Path = tmp_path_factory.mktemp("certificate")
    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(secret, hashes.SHA256())
    )
    chain, private = folder / "chain.pem", folder / "private.pem"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        secret.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return Certificate(chain, private)


@pytest.fixture
def trusted(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    """The certificate, trusted by this process."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.chain))
    return certificate


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def chat_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    """A server in the place of all chat services that are reached without TLS here."""
    from apprise.plugins.dingtalk import NotifyDingTalk
    from apprise.plugins.feishu import NotifyFeishu
    from apprise.plugins.lark import NotifyLark
    from apprise.plugins.slack import NotifySlack
    from apprise.plugins.wecombot import NotifyWeComBot

    with ChatServer() as server:
        hook = f"{server.url}/open-apis/bot/v2/hook/"
        monkeypatch.setattr(NotifyFeishu, "notify_url", hook + "{token}/")
        monkeypatch.setattr(NotifyLark, "notify_url", hook)
        monkeypatch.setattr(NotifyDingTalk, "notify_url", server.url + "/robot/send?access_token={token}")
        monkeypatch.setattr(NotifyWeComBot, "notify_url", server.url + "/cgi-bin/webhook/send?key={key}")
        monkeypatch.setattr(NotifySlack, "webhook_url", f"{server.url}/services")
        yield server


@pytest.fixture
def teams_server(trusted: Certificate, monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    """A server in the place of Microsoft's, which apprise reaches with TLS only."""
    from pipeline.sending import robot

    monkeypatch.setattr(robot, "TEAMS_HOSTS", (*robot.TEAMS_HOSTS, "localhost"))
    with ChatServer(trusted) as server:
        yield server
