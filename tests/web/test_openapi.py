"""Requests that nobody would think of, made from the API's own description: none may break the service."""
# The types of schemathesis are generics that it leaves without arguments.
# pyright: basic

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.schemas import OpenApiSchema

from eval.postgres import fresh_database
from pipeline.records import durable
from pipeline.records.database import Database
from pipeline.records.files import Files
from pipeline.records.site import Site
from pipeline.settings import Settings
from pipeline.web.app import make_app
from pipeline.web.tus import BODY_TYPE
from tests.web.conftest import LOCAL_URL
from tests.web.minuted import minuted_meeting

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
THOROUGH = settings(
    max_examples=8,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
STREAMS = "/api/v1/meetings/{meeting_id}/events"


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def api(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Generator[OpenApiSchema]:
    """The description of a service that has one of everything."""
    folder: Path = tmp_path_factory.mktemp("service")
    if request.param == "sqlite":
        yield from _described(f"sqlite:///{folder}/lihui.db", folder)
    else:
        with fresh_database(request.getfixturevalue("postgres_server")) as url:
            yield from _described(url, folder)


def _described(url: str, folder: Path) -> Generator[OpenApiSchema]:
    database = Database(url)
    database.upgrade()
    durable.prepare(database)
    site = Site(Settings(data=folder), database, Files(str(folder / "files")), folder / "scratch")
    app = make_app(site, local=True)
    with database.session() as session:
        kept = minuted_meeting(session, owner_id=None).id
    schema = schemathesis.openapi.from_dict(app.openapi())
    schema.app = app
    schema.config.base_url = LOCAL_URL
    # However busy the machine is: what is slow is not broken.
    schema.config.request_timeout = 300.0

    @schema.hook
    def map_path_parameters(  # pyright: ignore[reportUnusedFunction]
        context: schemathesis.HookContext, path_parameters: dict[str, Any] | None
    ) -> dict[str, Any] | None:
        """Most requests are about something that is there."""
        assert context.operation is not None
        if path_parameters and "meeting_id" in path_parameters and context.operation.method != "delete":
            path_parameters["meeting_id"] = kept
        return path_parameters

    yield schema
    database.close()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_request_breaks_the_service(api: OpenApiSchema, mode: GenerationMode) -> None:
    for found in api.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if operation.path == STREAMS or (mode is GenerationMode.NEGATIVE and not _can_be_wrong(operation)):
            continue

        @THOROUGH
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: schemathesis.Case) -> None:
            case.call_and_validate(checks=CHECKS)

        ask()


def _can_be_wrong(operation: schemathesis.APIOperation) -> bool:
    """Whether a request has anything in it that could be something else."""
    parts = (operation.path_parameters, operation.query, operation.body)
    return any(len(part) for part in parts)


@schemathesis.serializer(BODY_TYPE)
def _bytes_of_an_upload(context: schemathesis.SerializationContext, value: object) -> bytes:
    """The pieces of an upload go as they are."""
    return value if isinstance(value, bytes) else str(value).encode()
