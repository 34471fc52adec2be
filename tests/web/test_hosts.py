import pytest

from pipeline.serving import Oidc, Serving
from pipeline.web.hosts import Hosts, authority, is_local, network

PORT = 8765


@pytest.mark.parametrize(
    ("host", "accepted"),
    [
        ("localhost:8765", True),
        ("LOCALHOST:8765", True),
        ("127.0.0.1:8765", True),
        ("[::1]:8765", True),
        ("localhost:80", False),
        ("localhost", False),
        ("evil.example:8765", False),
        ("localhost.evil.example:8765", False),
        ("127.0.0.1.nip.example:8765", False),
        ("192.168.1.5:8765", False),
        ("localhost:8765@evil.example", False),
        ("localhost:8765, evil.example", False),
        ("", False),
        ("[::1", False),
    ],
)
def test_a_service_of_this_machine_has_this_machines_names(host: str, accepted: bool) -> None:
    assert Hosts.of(Serving(), local=True).accepts(host, PORT) is accepted


@pytest.mark.parametrize(
    ("serving", "host", "accepted"),
    [
        (Serving(public_url="https://minutes.example.org"), "minutes.example.org", True),
        (Serving(public_url="https://minutes.example.org"), "minutes.example.org:443", True),
        (Serving(public_url="https://minutes.example.org/"), "Minutes.Example.org", True),
        (Serving(public_url="https://minutes.example.org:8443"), "minutes.example.org:8443", True),
        (Serving(public_url="https://minutes.example.org"), "evil.example.org", False),
        (Serving(public_url="https://minutes.example.org"), "example.org", False),
        (Serving(host="192.168.1.5"), "192.168.1.5:8765", True),
        (Serving(host="192.168.1.5"), "192.168.1.6:8765", False),
        # Bound to all addresses: numbers cannot be made to point elsewhere, names can.
        (Serving(host="0.0.0.0"), "192.168.1.5:8765", True),
        (Serving(host="::"), "[2001:db8::5]:8765", True),
        (Serving(host="0.0.0.0"), "localhost:8765", True),
        (Serving(host="0.0.0.0"), "evil.example:8765", False),
        (Serving(host="0.0.0.0", public_url="http://minutes.lan:8765"), "minutes.lan:8765", True),
    ],
)
def test_a_service_for_others_has_the_names_it_was_given(serving: Serving, host: str, accepted: bool) -> None:
    assert Hosts.of(serving, local=False).accepts(host, PORT) is accepted


OIDC = Oidc(issuer="https://login.example.org", client_id="x", client_secret="y")  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("serving", "local"),
    [
        (Serving(), True),
        (Serving(host="localhost"), True),
        (Serving(host="::1"), True),
        (Serving(host="127.0.0.2"), True),
        (Serving(public_url="http://localhost:9000"), True),
        (Serving(host="0.0.0.0"), False),
        (Serving(host="::"), False),
        (Serving(host="192.168.1.5"), False),
        (Serving(host="minutes.lan"), False),
        # A proxy on this machine brings strangers.
        (Serving(public_url="https://minutes.example.org"), False),
        (Serving(oidc=OIDC), False),
    ],
)
def test_who_has_to_log_in(serving: Serving, local: bool) -> None:
    assert is_local(serving) is local


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        (None, "?"),
        ("unix", "unix"),
    ],
)
def test_a_network_of_ipv6_is_one_customer(address: str | None, counted_as: str) -> None:
    assert network(address) == counted_as


def test_default_ports_are_not_written() -> None:
    assert authority("https://a.example:443") == authority("http://A.example:80") == "a.example"
    assert authority("http://a.example:443") == "a.example:443"
    assert authority("null") == ""
