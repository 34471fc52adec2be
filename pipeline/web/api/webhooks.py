"""Webhooks: addresses of other programs that are told what happened."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field
from sqlalchemy import select

from pipeline.records import audit
from pipeline.records.tables import Delivery, Webhook
from pipeline.records.webhooks import EVENTS, Event
from pipeline.sending.hook import check_address, new_secret
from pipeline.transcript import Value
from pipeline.web.access import Administering, Here
from pipeline.web.fields import Address, Id
from pipeline.web.problems import documented, not_found

router = APIRouter(tags=["webhooks"])

LATEST = 100


class WebhookIn(Value):
    """A webhook to be made."""

    url: Address
    events: Annotated[tuple[Event, ...], Field(min_length=1, max_length=len(EVENTS))]


class WebhookAnswer(Value):
    """A webhook; its secret is shown once, when it is made.

    ``active`` is false once its receiver answered that it wants nothing more (410).
    """

    id: int
    url: str
    events: tuple[str, ...]
    active: bool
    created_at: datetime
    secret: str | None = None


class DeliveryAnswer(Value):
    """One event for one webhook, and what became of it."""

    id: str
    event: str
    meeting_id: str | None
    state: str
    tries: int
    answer: str | None
    created_at: datetime


@router.get("/webhooks")
def list_webhooks(site: Here, asker: Administering) -> tuple[WebhookAnswer, ...]:
    """All webhooks."""
    del asker
    with site.database.reading() as session:
        return tuple(_answer(row) for row in session.scalars(select(Webhook).order_by(Webhook.id)))


@router.post("/webhooks", status_code=201)
def create_webhook(wanted: WebhookIn, site: Here, asker: Administering) -> WebhookAnswer:
    """Makes a webhook; the answer holds the secret with which its receiver checks signatures."""
    url, secret = check_address(wanted.url), new_secret()
    with site.database.session() as session:
        row = Webhook(url=url, secret=secret, events=tuple(dict.fromkeys(wanted.events)))
        session.add(row)
        session.flush()
        audit.note(session, asker.name, "webhook.create", str(row.id), address=asker.address)
        return _answer(row).model_copy(update={"secret": secret})


@router.delete("/webhooks/{webhook_id}", status_code=204, response_class=Response, responses=documented(404))
def delete_webhook(webhook_id: Id, site: Here, asker: Administering) -> None:
    """Deletes a webhook with its deliveries."""
    with site.database.session() as session:
        row = session.get(Webhook, webhook_id)
        if row is None:
            raise not_found("webhook")
        session.delete(row)
        audit.note(session, asker.name, "webhook.delete", str(webhook_id), address=asker.address)


@router.get("/webhooks/{webhook_id}/deliveries", responses=documented(404))
def list_deliveries(webhook_id: Id, site: Here, asker: Administering) -> tuple[DeliveryAnswer, ...]:
    """The latest deliveries of a webhook, the newest first."""
    del asker
    with site.database.reading() as session:
        if session.get(Webhook, webhook_id) is None:
            raise not_found("webhook")
        query = (
            select(Delivery)
            .where(Delivery.webhook_id == webhook_id)
            .order_by(Delivery.created_at.desc(), Delivery.id)
            .limit(LATEST)
        )
        return tuple(_delivery(row) for row in session.scalars(query))


def _answer(row: Webhook) -> WebhookAnswer:
    return WebhookAnswer(
        id=row.id, url=row.url, events=row.events, active=row.active, created_at=row.created_at
    )


def _delivery(row: Delivery) -> DeliveryAnswer:
    return DeliveryAnswer(
        id=row.id,
        event=row.event,
        meeting_id=row.meeting_id,
        state=row.state,
        tries=row.tries,
        answer=row.answer,
        created_at=row.created_at,
    )
