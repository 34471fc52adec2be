"""Telling other programs what happened: one delivery for every webhook that wants the event, until it is taken."""

import json
from datetime import datetime, timedelta
from typing import Literal, get_args
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.records.columns import now
from pipeline.records.site import Site
from pipeline.records.tables import Delivery, MeetingRow, Webhook
from pipeline.sending.hook import post

Event = Literal[
    "meeting.ready", "meeting.failed", "minutes.confirmed", "minutes.reopened", "minutes.sent", "task.changed"
]
EVENTS: tuple[Event, ...] = get_args(Event)

AT_ONCE = 10
LEASE = timedelta(minutes=2)
"""A worker that dies over a delivery holds it up no longer than this."""
WAITS = (30, 120, 600, 3600, 4 * 3600, 12 * 3600)
"""Seconds between tries; after the last one a delivery is given up."""


def announce(session: Session, event: Event, meeting_id: str | None) -> None:
    """Puts a delivery for every webhook that wants the event, in the transaction of what happened.

    What is told is the event and the meeting's id and state, never what was said in it: who may read it asks.
    """
    meeting = session.get(MeetingRow, meeting_id) if meeting_id else None
    at = now()
    for webhook in session.scalars(select(Webhook).where(Webhook.active)):
        if event not in webhook.events:
            continue
        told = {"type": event, "timestamp": at.isoformat(), "data": _about(meeting)}
        session.add(
            Delivery(
                id=uuid4().hex,
                webhook_id=webhook.id,
                meeting_id=meeting_id,
                event=event,
                body=json.dumps(told, ensure_ascii=False),
                next_at=at,
            )
        )


def deliver(site: Site) -> None:
    """Sends the deliveries whose time has come; of several workers each takes others."""
    for delivery_id in _taken_over(site):
        with site.database.reading() as session:
            delivery = session.get(Delivery, delivery_id)
            webhook = session.get(Webhook, delivery.webhook_id) if delivery else None
        if delivery is None or webhook is None:
            continue
        private = site.settings.serve.private_hooks
        answer = post(webhook.url, webhook.secret, delivery.id, delivery.body, at=now(), private=private)
        with site.database.session() as session:
            delivery = session.get(Delivery, delivery_id)
            if delivery is not None:
                delivery.answer = f"{answer.code or ''} {answer.text}".strip()
                settle(delivery, taken=answer.ok, final=answer.outcome == "refused", at=now())


def settle(delivery: Delivery, *, taken: bool, final: bool, at: datetime) -> None:
    """Writes down what became of a try.

    Args:
        delivery: Its row.
        taken: Whether the receiver took it.
        final: Whether it never will.
        at: When.
    """
    if taken:
        delivery.state = "done"
    elif final or delivery.tries > len(WAITS):
        delivery.state = "failed"
    else:
        delivery.next_at = at + timedelta(seconds=WAITS[delivery.tries - 1])


def _taken_over(site: Site) -> list[str]:
    """Marks some deliveries as being sent by this worker."""
    with site.database.session() as session:
        query = (
            select(Delivery)
            .where(Delivery.state == "waiting", Delivery.next_at <= now())
            .order_by(Delivery.next_at)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        found = list(session.scalars(query))
        for delivery in found:
            delivery.tries += 1
            delivery.next_at = now() + LEASE
        return [delivery.id for delivery in found]


def _about(meeting: MeetingRow | None) -> dict[str, object]:
    if meeting is None:
        return {}
    return {"meeting_id": meeting.id, "state": meeting.state, "revision": meeting.revision}
