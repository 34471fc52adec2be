"""What machinery asks: is the service well, and its figures."""

from fastapi import APIRouter, Request, Response
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from pipeline.transcript import Value
from pipeline.web.access import Here
from pipeline.web.desk import AtDesk, Wellness
from pipeline.web.hosts import PROXY_MARKS, is_loopback
from pipeline.web.problems import not_found

router = APIRouter(tags=["probes"])


class Health(Value):
    """Whether what the service stands on answers."""

    database: Wellness
    files: Wellness


@router.get("/healthz", responses={503: {"model": Health, "description": "Something does not answer."}})
def healthz(site: Here, desk: AtDesk, response: Response) -> Health:
    """Whether database and files answer; tells nothing else, so that nobody has to log in for it."""
    database: Wellness = "ok"
    try:
        with site.database.reading() as session:
            session.execute(select(1))
    except SQLAlchemyError:
        database = "unreachable"
    health = Health(database=database, files=desk.files_probe.look())
    if "unreachable" in (health.database, health.files):
        response.status_code = 503
    return health


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        404: {"description": "Not for the asker."},
    },
)
def metrics(request: Request, desk: AtDesk) -> Response:
    """Figures for Prometheus: for admins, their tokens, and programs on this very machine."""
    asker = request.state.asker
    if not ((asker is not None and "admin" in asker.rights) or _is_from_here(request)):
        raise not_found()
    return Response(desk.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _is_from_here(request: Request) -> bool:
    """Whether a program of this machine asks, and no proxy on it for somebody else."""
    return (
        request.client is not None
        and is_loopback(request.client.host)
        and is_loopback(request.url.hostname or "")
        and not any(mark in request.headers for mark in PROXY_MARKS)
    )
