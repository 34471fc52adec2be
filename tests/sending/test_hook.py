import base64
import gzip
import hashlib
import hmac
import socket
from collections.abc import Generator
from datetime import UTC, datetime

import pytest

from pipeline.errors import UsageError
from pipeline.sending import Answer
from pipeline.sending.hook import check_address, new_secret, post, signature
from tests.sending.certificate import Certificate
from tests.sending.hook_server import HookServer

AT = datetime(2026, 3, 2, 9, 30, 0, 999_000, tzinfo=UTC)
BODY = '{"type":"minutes.confirmed","data":{"title":"例会"}}'
SECRET = new_secret()


def sent(url: str, *, private: bool = True, timeout: float = 30.0) -> Answer:
    return post(url, SECRET, "msg_1", BODY, at=AT, private=private, timeout=timeout)


@pytest.fixture
def server() -> Generator[HookServer]:
    with HookServer() as server:
        yield server


def test_the_signature_is_that_of_the_specification() -> None:
    # The vector that the libraries of Standard Webhooks are tested with.
    signed = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        '{"test": 2432232314}',
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_receiver_can_check_what_came(server: HookServer) -> None:
    assert sent(server.url) == Answer(outcome="taken", code=204, text="")
    (told,) = server.heard
    stamp, message_id = told.headers["webhook-timestamp"], told.headers["webhook-id"]
    assert (stamp, message_id) == (str(int(AT.timestamp())), "msg_1")
    key = base64.b64decode(SECRET.split("_", 1)[1])
    digest = hmac.new(key, f"{message_id}.{stamp}.".encode() + told.body, hashlib.sha256).digest()
    version, _, given = told.headers["webhook-signature"].partition(",")
    assert (version, base64.b64decode(given)) == ("v1", digest)
    assert told.headers["content-type"] == "application/json"
    assert told.body == BODY.encode()


def test_a_secret_is_as_long_as_the_specification_wants_and_new_each_time() -> None:
    assert 24 <= len(base64.b64decode(new_secret().removeprefix("whsec_"), validate=True)) <= 64
    assert len({new_secret() for _ in range(10)}) == 10


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "127.1",
        "0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[::7f00:1]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "224.0.0.1",
        "255.255.255.255",
        "[fe80::1]",
        "[fc00::1]",
        "[fec0::1]",
        "[ff02::1]",
    ],
)
def test_the_own_network_is_not_reached(server: HookServer, host: str) -> None:
    answer = sent(check_address(f"http://{host}:{server.port}/hook"), private=False)
    assert (answer.outcome, answer.code) == ("refused", None)
    assert "LIHUI_SERVE__PRIVATE_HOOKS" in answer.text
    assert server.heard == []


def test_the_own_network_is_reached_where_that_is_allowed(server: HookServer) -> None:
    for host in ("127.0.0.1", "2130706433", "127.1"):
        assert sent(f"http://{host}:{server.port}/hook").ok
        assert server.heard.pop().headers["host"] == f"{host}:{server.port}"


def test_a_name_with_several_addresses_is_tried_at_each() -> None:
    found = socket.getaddrinfo("localhost", 80, type=socket.SOCK_STREAM)
    with HookServer(address=str(found[-1][4][0])) as server:
        assert sent(f"http://localhost:{server.port}/hook").ok


def test_nobody_is_sent_on(server: HookServer) -> None:
    server.answer(307, headers={"Location": f"http://127.0.0.1:{server.port}/elsewhere"})
    answer = sent(server.url)
    assert (answer.outcome, answer.code) == ("later", 307)
    assert [told.path for told in server.heard] == ["/hook"]


def test_proxies_of_the_environment_see_nothing(server: HookServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with HookServer() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        assert sent(server.url).ok
        assert proxy.heard == []


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, "taken"), (202, "taken"), (400, "later"), (404, "later"), (410, "refused"), (429, "later"), (500, "later")],
)  # fmt: skip
def test_what_an_answer_means(server: HookServer, status: int, outcome: str) -> None:
    server.answer(status, "忙 \x00 busy\r\nlater".encode())
    answer = sent(server.url)
    assert (answer.outcome, answer.code, answer.text) == (outcome, status, "忙 busy later")


@pytest.mark.parametrize("way", ["drip", "drip head"])
def test_who_answers_byte_by_byte_holds_nobody(server: HookServer, way: str) -> None:
    server.answer(200, way=way)
    answer = sent(server.url, timeout=0.5)
    assert (answer.outcome, answer.code) == ("later", None)
    assert answer.text == "There was no answer within 0.5 seconds."


def test_of_an_endless_answer_only_the_first_words_are_read(server: HookServer) -> None:
    server.answer(200, way="endless")
    answer = sent(server.url)
    assert (answer.outcome, len(answer.text)) == ("taken", 300)
    assert server.sent < 64 * 2**20


def test_nothing_is_unpacked(server: HookServer) -> None:
    packed = gzip.compress(b"unpacked " * 2**20)
    server.answer(200, packed, headers={"Content-Encoding": "gzip"})
    answer = sent(server.url)
    assert answer.ok
    assert "unpacked" not in answer.text
    assert server.heard[0].headers["accept-encoding"] == "identity"


def test_a_server_that_is_not_there_is_an_answer_too(server: HookServer) -> None:
    server.stop()
    answer = sent(server.url)
    assert (answer.outcome, answer.code) == ("later", None)
    assert answer.text


def test_a_name_that_leads_nowhere_is_an_answer_too() -> None:
    assert sent("http://nowhere.invalid/").outcome == "later"
    assert sent(f"http://{'a' * 300}.invalid/").outcome == "later"


def test_the_name_is_what_the_certificate_must_hold(trusted: Certificate) -> None:
    with HookServer(trusted) as server:
        assert sent(f"https://localhost:{server.port}/hook").ok
        assert server.server_names == ["localhost"]
        assert server.heard[0].headers["host"] == f"localhost:{server.port}"
        # It leads to 127.0.0.1, for which the certificate holds; but that was not asked for.
        answer = sent(f"https://127.1:{server.port}/hook")
        assert answer.outcome == "later"
        assert "certificate" in answer.text
        assert len(server.heard) == 1


def test_a_certificate_that_nobody_trusts_gets_nothing(certificate: Certificate) -> None:
    with HookServer(certificate) as server:
        answer = sent(f"https://localhost:{server.port}/hook")
        assert (answer.outcome, server.heard) == ("later", [])


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (" https://example.org/hook?a=1 ", "https://example.org/hook?a=1"),
        ("HTTPS://EXAMPLE.org", "https://example.org"),
        ("http://例子.cn/钩子", "http://xn--fsqu00a.cn/%E9%92%A9%E5%AD%90"),
        ("http://[::1]:8000/x", "http://[::1]:8000/x"),
    ],
)
def test_addresses_as_they_are_kept(given: str, kept: str) -> None:
    assert check_address(given) == kept
    assert check_address(kept) == kept


@pytest.mark.parametrize(
    "address",
    [
        "", "example.org", "/hook", "//example.org", "ftp://example.org", "file:///etc/passwd", "http://",
        "http://[::1", "http://x:99999/", "http://x:0/", "http://x:-1/", "http://x:y/", "http://0177.0.0.1/",
        "http://u@x/", "http://:s3cret@x/", "http://u:s3cret@x/", "http://x/#top", "http://\u200b/", "http://x\0/",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_webhook(address: str) -> None:
    with pytest.raises(UsageError, match="webhook's address") as raised:
        check_address(address)
    assert "s3cret" not in str(raised.value)
