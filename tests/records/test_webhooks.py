"""Webhooks: real receivers on loopback, real tables in both databases, real workers that are killed."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Generator
from datetime import timedelta
from functools import partial
from threading import Event, Thread

import pytest
from sqlalchemy import select, update

from pipeline.records import retention, webhooks
from pipeline.records.columns import now
from pipeline.records.site import Site
from pipeline.records.tables import Delivery, Webhook
from pipeline.records.webhooks import WAITS, announce, deliver
from pipeline.sending.hook import new_secret, signature
from pipeline.serving import Serving
from tests.records.at_once import both
from tests.sending.hook_server import Answer, HookServer, Told
from tests.web.askers import with_serving
from tests.web.minuted import minuted_meeting
from tests.worker.service import environment, until

PATIENCE = 60.0


@pytest.fixture
def own(site: Site) -> Site:
    """A service whose webhooks may lead to this machine."""
    return with_serving(site, Serving(private_hooks=True))


@pytest.fixture
def receiver() -> Generator[HookServer]:
    with HookServer() as server:
        yield server


def hook(site: Site, url: str, *events: webhooks.Event, active: bool = True) -> str:
    """Makes a webhook; returns its secret."""
    secret = new_secret()
    with site.database.session() as session:
        wanted = events or ("minutes.confirmed",)
        session.add(Webhook(url=url, secret=secret, events=wanted, active=active))
    return secret


def happened(site: Site, count: int = 1) -> None:
    for _ in range(count):
        with site.database.session() as session:
            announce(session, "minutes.confirmed", None)


def deliveries(site: Site) -> list[Delivery]:
    with site.database.reading() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.created_at)))


def the_delivery(site: Site) -> Delivery:
    (found,) = deliveries(site)
    return found


def hurry(site: Site) -> None:
    """Lets the time of all deliveries come."""
    with site.database.session() as session:
        session.execute(update(Delivery).values(next_at=now() - timedelta(seconds=1)))


def states(site: Site) -> Counter[str]:
    return Counter(row.state for row in deliveries(site))


def test_what_did_not_happen_is_not_told(own: Site, receiver: HookServer) -> None:
    def fails() -> None:
        with own.database.session() as session:
            announce(session, "minutes.confirmed", None)
            session.flush()
            raise RuntimeError

    hook(own, receiver.url)
    with pytest.raises(RuntimeError):
        fails()
    deliver(own)
    assert (deliveries(own), receiver.heard) == ([], [])


def test_only_who_asked_for_the_event_is_told(own: Site, receiver: HookServer) -> None:
    hook(own, f"{receiver.url}/both", "minutes.confirmed", "task.changed")
    hook(own, f"{receiver.url}/other", "minutes.sent")
    hook(own, f"{receiver.url}/stopped", active=False)
    happened(own)
    deliver(own)
    assert [told.path for told in receiver.heard] == ["/hook/both"]


def test_what_is_told_is_signed_and_says_nothing_of_the_meeting(own: Site, receiver: HookServer) -> None:
    secret = hook(own, receiver.url)
    with own.database.session() as session:
        meeting = minuted_meeting(session, owner_id=None, language="zh", state="final")
        meeting.revision = 3
        announce(session, "minutes.confirmed", meeting.id)
    deliver(own)
    (told,), row = receiver.heard, the_delivery(own)
    body = json.loads(told.body)
    assert body == {
        "type": "minutes.confirmed",
        "timestamp": body["timestamp"],
        "data": {"meeting_id": meeting.id, "state": "final", "revision": 3},
    }
    assert told.headers["webhook-id"] == row.id
    signed = signature(secret, row.id, now(), told.body.decode()).split(",")[0]
    assert told.headers["webhook-signature"].startswith(signed + ",")
    assert (row.state, row.tries, row.answer, row.meeting_id) == ("done", 1, "204", meeting.id)


def test_what_was_taken_is_sent_once(own: Site, receiver: HookServer) -> None:
    hook(own, receiver.url)
    happened(own)
    for _ in range(3):
        hurry(own)
        deliver(own)
    assert len(receiver.heard) == 1


def test_what_is_not_taken_is_tried_again_at_growing_intervals_and_given_up(
    own: Site, receiver: HookServer
) -> None:
    hook(own, receiver.url)
    happened(own)
    receiver.answer(500, b"out of paper")
    waits: list[float] = []
    for number in range(1, len(WAITS) + 1):
        before = now()
        deliver(own)
        row = the_delivery(own)
        assert (row.state, row.tries, row.answer) == ("waiting", number, "500 out of paper")
        waits.append((row.next_at - before).total_seconds())
        deliver(own)
        assert len(receiver.heard) == number, "its time has not come"
        hurry(own)
    assert all(wait <= found < wait + PATIENCE for wait, found in zip(WAITS, waits, strict=True))
    assert list(WAITS) == sorted(set(WAITS))
    deliver(own)
    assert (the_delivery(own).state, the_delivery(own).tries) == ("failed", len(WAITS) + 1)
    hurry(own)
    deliver(own)
    assert len(receiver.heard) == len(WAITS) + 1
    assert len({told.headers["webhook-id"] for told in receiver.heard}) == 1


def test_what_is_taken_at_last_is_done(own: Site, receiver: HookServer) -> None:
    hook(own, receiver.url)
    happened(own)
    receiver.answer(503)
    deliver(own)
    receiver.answer(200, b"thanks")
    hurry(own)
    deliver(own)
    assert (the_delivery(own).state, the_delivery(own).answer) == ("done", "200 thanks")


def test_who_wants_nothing_more_gets_nothing_more(own: Site, receiver: HookServer) -> None:
    hook(own, receiver.url)
    hook(own, f"{receiver.url}/other")
    receiver.answers = lambda told: Answer(204 if told.path == "/hook/other" else 503)
    happened(own)
    deliver(own)
    receiver.answers = lambda told: Answer(204 if told.path == "/hook/other" else 410)
    happened(own, 2)
    deliver(own)
    happened(own)
    hurry(own)
    deliver(own)
    assert Counter(told.path for told in receiver.heard) == {"/hook": 3, "/hook/other": 4}
    assert states(own) == {"failed": 3, "done": 4}
    with own.database.reading() as session:
        assert list(session.scalars(select(Webhook.active).order_by(Webhook.id))) == [False, True]


def test_the_own_network_is_not_told_unless_that_is_allowed(site: Site, receiver: HookServer) -> None:
    hook(site, receiver.url)
    happened(site)
    deliver(site)
    assert (the_delivery(site).state, receiver.heard) == ("failed", [])
    assert "LIHUI_SERVE__PRIVATE_HOOKS" in (the_delivery(site).answer or "")


def test_a_worker_that_is_killed_before_the_answer_loses_nothing(own: Site, receiver: HookServer) -> None:
    hook(own, receiver.url)
    happened(own)
    receiver.answer(way="never")
    program = (
        "from pipeline.records.site import open_site; from pipeline.settings import load_settings;"
        "from pipeline.records.webhooks import deliver; deliver(open_site(load_settings()))"
    )
    variables = environment(own, LIHUI_SERVE__PRIVATE_HOOKS="true")
    with subprocess.Popen([sys.executable, "-c", program], env=variables) as worker:
        until(lambda: receiver.heard, "the worker's try")
        worker.kill()
    receiver.answer()
    deliver(own)
    assert (len(receiver.heard), the_delivery(own).state) == (1, "waiting"), "it is still the worker's"
    hurry(own)
    deliver(own)
    assert (len(receiver.heard), the_delivery(own).state, the_delivery(own).tries) == (2, "done", 2)
    assert receiver.heard[0].headers["webhook-id"] == receiver.heard[1].headers["webhook-id"]


def test_two_workers_at_once_send_nothing_twice(own: Site, receiver: HookServer) -> None:
    hook(own, receiver.url)
    happened(own, 5)
    both(own, "UPDATE deliveries", lambda site: partial(deliver, site))
    assert (len(receiver.heard), states(own)) == (5, {"done": 5})


def test_many_deliveries_are_shared_by_workers(own: Site, receiver: HookServer) -> None:
    def work(site: Site) -> None:
        while states(site)["waiting"]:
            deliver(site)

    hook(own, receiver.url)
    happened(own, 40)
    both(own, "UPDATE deliveries", lambda site: partial(work, site))
    sent = Counter(told.headers["webhook-id"] for told in receiver.heard)
    assert (len(sent), set(sent.values()), states(own)) == (40, {1}, {"done": 40})


def test_an_answer_that_comes_after_another_worker_took_over_changes_nothing(
    own: Site, receiver: HookServer
) -> None:
    hook(own, receiver.url)
    happened(own)
    taken_over = Event()

    def answers(told: Told) -> Answer:
        if len(receiver.heard) > 1:
            return Answer(204)
        taken_over.wait(PATIENCE)
        return Answer(500)

    receiver.answers = answers
    slow = Thread(target=deliver, args=(own,))
    slow.start()
    until(lambda: receiver.heard)
    hurry(own)
    deliver(own)
    taken_over.set()
    slow.join(PATIENCE)
    assert (the_delivery(own).state, the_delivery(own).answer) == ("done", "204")


def test_who_does_not_answer_holds_up_no_other(own: Site, receiver: HookServer) -> None:
    with HookServer() as other:
        told = Event()

        def slow(_: Told) -> Answer:
            return Answer(204 if told.wait(PATIENCE) else 500)

        def quick(_: Told) -> Answer:
            told.set()
            return Answer(204)

        receiver.answers, other.answers = slow, quick
        hook(own, receiver.url)
        hook(own, other.url)
        happened(own)
        deliver(own)
        assert states(own) == {"done": 2}


def test_a_webhook_that_is_deleted_during_a_try(own: Site, receiver: HookServer) -> None:
    def answers(_: Told) -> Answer:
        with own.database.session() as session:
            session.delete(session.scalars(select(Webhook)).one())
        return Answer(410)

    receiver.answers = answers
    hook(own, receiver.url)
    happened(own)
    deliver(own)
    assert deliveries(own) == []


def test_what_became_of_deliveries_is_forgotten_one_day(own: Site, receiver: HookServer) -> None:
    hook(own, receiver.url)
    happened(own)
    deliver(own)
    happened(own)
    with own.database.session() as session:
        session.execute(update(Delivery).values(created_at=now() - webhooks.KEPT))
    happened(own)
    retention.forget_old(own)
    assert states(own) == {"waiting": 2}
