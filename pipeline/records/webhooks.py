"""Telling other programs what happened: one delivery for every webhook that wants the event, until it is taken."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Literal, get_args
from uuid import uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from pipeline.records.columns import now
from pipeline.records.site import Site
from pipeline.records.tables import Delivery, MeetingRow, Webhook
from pipeline.sending.hook import GONE, post

Event = Literal[
    "meeting.ready", "meeting.failed", "minutes.confirmed", "minutes.reopened", "minutes.sent", "task.changed"
]
EVENTS: tuple[Event, ...] = get_args(Event)

AT_ONCE = 10
LEASE = timedelta(minutes=2)
"""A worker that dies over a delivery holds it up no longer than this; a try takes seconds."""
WAITS = (30, 120, 600, 3600, 4 * 3600, 12 * 3600)
"""Seconds between tries; after the last one a delivery is given up."""
KEPT = timedelta(days=30)
"""How long it can be looked up what became of a delivery."""


@dataclass(frozen=True)
class _Try:
    """One try of a delivery.

    Attributes:
        delivery_id: Of its row.
        webhook_id: Where it goes.
        number: Counts from 1: whoever takes the delivery over makes another one.
        url: Of the webhook.
        secret: Of the webhook.
        body: What is sent.
    """

    delivery_id: str
    webhook_id: int
    number: int
    url: str
    secret: str
    body: str


def announce(session: Session, event: Event, meeting_id: str | None) -> None:
    """Puts a delivery for every webhook that wants the event, in the transaction of what happened.

    What is told is the event and the meeting's id and state, never what was said in it: who may read it asks.
    """
    meeting = session.get(MeetingRow, meeting_id) if meeting_id else None
    at = now()
    told = {"type": event, "timestamp": at.isoformat(), "data": _about(meeting)}
    for webhook in session.scalars(select(Webhook).where(Webhook.active)):
        if event in webhook.events:
            session.add(
                Delivery(
                    id=uuid4().hex,
                    webhook_id=webhook.id,
                    meeting_id=meeting.id if meeting else None,
                    event=event,
                    body=json.dumps(told),
                    next_at=at,
                )
            )


def deliver(site: Site) -> None:
    """Sends the deliveries whose time has come; of several workers each takes others.

    They go side by side, so that a receiver that does not answer holds up no other.
    """
    if tries := _taken_over(site):
        with ThreadPoolExecutor(len(tries), "webhooks") as threads:
            # What went wrong in one of them is raised here, after all were tried.
            list(threads.map(partial(_send, site), tries))


def forget(session: Session) -> None:
    """Deletes what became of deliveries long ago."""
    old = Delivery.state != "waiting", Delivery.created_at < now() - KEPT
    session.execute(delete(Delivery).where(*old))


def _taken_over(site: Site) -> Sequence[_Try]:
    """Marks some deliveries as being sent by this worker."""
    with site.database.session() as session:
        query = (
            select(Delivery, Webhook)
            .join(Webhook, Webhook.id == Delivery.webhook_id)
            .where(Delivery.state == "waiting", Delivery.next_at <= now())
            .order_by(Delivery.next_at, Delivery.id)
            .limit(AT_ONCE)
            .with_for_update(of=Delivery, skip_locked=True)
        )
        tries: list[_Try] = []
        for delivery, webhook in session.execute(query):
            delivery.tries += 1
            delivery.next_at = now() + LEASE
            tries.append(
                _Try(delivery.id, webhook.id, delivery.tries, webhook.url, webhook.secret, delivery.body)
            )
        return tries


def _send(site: Site, one: _Try) -> None:
    """Makes a try and writes down what became of it."""
    private = site.settings.serve.private_hooks
    answer = post(one.url, one.secret, one.delivery_id, one.body, at=now(), private=private)
    with site.database.session() as session:
        delivery = session.get(Delivery, one.delivery_id, with_for_update=True)
        # Deleted meanwhile, or taken over by somebody else because the answer took too long.
        if delivery is None or delivery.tries != one.number:
            return
        delivery.answer = answer.told
        if answer.ok:
            delivery.state = "done"
        elif answer.outcome == "refused" or one.number > len(WAITS):
            delivery.state = "failed"
        else:
            delivery.next_at = now() + timedelta(seconds=WAITS[one.number - 1])
    if answer.code == GONE:
        _end(site, one.webhook_id)


def _end(site: Site, webhook_id: int) -> None:
    """Stops a webhook whose receiver wants nothing more."""
    with site.database.session() as session:
        session.execute(update(Webhook).where(Webhook.id == webhook_id).values(active=False))
        waiting = Delivery.webhook_id == webhook_id, Delivery.state == "waiting"
        session.execute(update(Delivery).where(*waiting).values(state="failed", answer=str(GONE)))


def _about(meeting: MeetingRow | None) -> dict[str, object]:
    if meeting is None:
        return {}
    return {"meeting_id": meeting.id, "state": meeting.state, "revision": meeting.revision}
