"""Every operation of the API, found by walking its OpenAPI document: a new route is attacked without being named.

A new kind of id in a path, or a new header that a route must have, makes the walk fail until ``KNOWN`` or
``HEADERS`` says what Anna's is.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

import httpx2
from fastapi import FastAPI
from fastapi.routing import APIRoute

from pipeline.web.app import ROUTERS
from tests.web.attacks.annas import Annas
from tests.web.tus import metadata

Json = dict[str, Any]

OPEN = frozenset(
    {
        ("GET", "/healthz"),
        ("GET", "/metrics"),
        ("GET", "/api/v1/login"),
        ("POST", "/api/v1/login"),
        ("GET", "/api/v1/login/oidc"),
        ("GET", "/api/v1/login/oidc/back"),
        ("OPTIONS", "/api/v1/uploads"),
    }
)
"""What may be asked without being known: each of them says itself what it gives to whom."""


@dataclass(frozen=True)
class Operation:
    """One method of one path.

    Attributes:
        method: Such as ``GET``.
        path: With its parameters in braces.
        parameters: As documented.
        body: JSON schema of the body; None where none is wanted.
        components: The schemas that others refer to.
    """

    method: str
    path: str
    parameters: tuple[Json, ...]
    body: Json | None
    components: Json

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_safe(self) -> bool:
        return self.method in ("GET", "HEAD", "OPTIONS")

    @property
    def ids(self) -> tuple[str, ...]:
        """Names of the path's parameters."""
        return tuple(found["name"] for found in self.parameters if found["in"] == "path")

    def mentioned(self) -> frozenset[str]:
        """Names of everything that the request says, at any depth."""
        return frozenset(
            [found["name"] for found in self.parameters] + list(self._names(self.body) if self.body else ())
        )

    def sent(self, client: httpx2.Client, known: Json, **more: Any) -> httpx2.Response:
        """Sends it, well formed, about the things whose ids are given."""
        url, query = self.path, dict[str, Any]()
        headers = dict[str, str](more.pop("headers", {}))
        for parameter in self.parameters:
            name, place = parameter["name"], parameter["in"]
            if place == "path":
                url = url.replace(f"{{{name}}}", str(known[name]))
            elif place == "query" and (name in known or parameter.get("required")):
                query[name] = known.get(name) or self._example(parameter["schema"], known, name)
            elif place == "header" and name in HEADERS:
                headers[name] = HEADERS[name](known)
        if "/uploads" in self.path:
            headers["Tus-Resumable"] = "1.0.0"
        if self.body is None:
            return client.request(self.method, url, params=query, headers=headers, **more)
        if self.body.get("format") == "binary":
            headers["Content-Type"] = "application/offset+octet-stream"
            return client.request(self.method, url, params=query, headers=headers, content=b"ID3", **more)
        told = {name: value for name, value in known.items() if name not in ONLY_IN_PATHS}
        body = self._example(self.body, told, "")
        return client.request(self.method, url, params=query, headers=headers, json=body, **more)

    def _resolved(self, schema: Json) -> Json:
        while "$ref" in schema:
            schema = self.components[schema["$ref"].rpartition("/")[2]]
        for choice in ("anyOf", "oneOf", "allOf"):
            if choice in schema:
                options = [self._resolved(option) for option in schema[choice]]
                return next(option for option in options if option.get("type") != "null")
        return schema

    def _names(self, schema: Json) -> Iterator[str]:
        schema = self._resolved(schema)
        for name, inner in schema.get("properties", {}).items():
            yield name
            yield from self._names(inner)
        if schema.get("type") == "array" and isinstance(schema.get("items"), dict):
            yield from self._names(schema["items"])

    def _example(self, schema: Json, known: Json, name: str) -> Any:
        """Something that the schema takes; of ids those that are known, also where none need be given."""
        schema = self._resolved(schema)
        if name in known and schema.get("type") != "array":
            return known[name]
        if "const" in schema or "enum" in schema:
            return schema.get("const", schema.get("enum", [None])[0])
        match schema.get("type"):
            case "object":
                wanted = set(schema.get("required", ()))
                properties = cast(Json, schema.get("properties", {}))
                return {
                    key: self._example(inner, known, key)
                    for key, inner in properties.items()
                    if key in wanted or key in known or "const" in inner
                }
            case "array":
                items = schema.get("items", {})
                return [self._example(items, known, name.removesuffix("s"))] * max(
                    1, schema.get("minItems", 0)
                )
            case "integer" | "number":
                return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
            case "boolean":
                return False
            case _:
                return EXAMPLES.get(name) or EXAMPLES.get(schema.get("format", "")) or "example text"


ONLY_IN_PATHS = frozenset({"name", "number"})
"""Names that mean something else elsewhere."""
EXAMPLES = {
    "name": "anna",
    "date": "2026-03-02",
    "date-time": "2026-03-02T10:00:00Z",
    "email": "tom@example.org",
    "url": "https://hooks.example.org/x",
    "address": "https://open.feishu.cn/open-apis/bot/v2/hook/abcdefgh",
}


def _metadata_of(known: Json) -> str:
    return metadata(filename="talk.mp3", meeting=known["meeting_id"])


def _always(value: str) -> Callable[[Json], str]:
    def say(known: Json) -> str:
        del known
        return value

    return say


HEADERS: dict[str, Callable[[Json], str]] = {
    "upload-length": _always("3"),
    "upload-offset": _always("0"),
    "x-http-method-override": _always("PATCH"),
    "upload-metadata": _metadata_of,
}


def operations(app: FastAPI) -> tuple[Operation, ...]:
    """All of them, deepest paths and harmless methods first: what deletes a meeting comes last."""
    document = app.openapi()
    components = document["components"]["schemas"]
    found: list[Operation] = []
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            content = told.get("requestBody", {}).get("content", {})
            body = next((one["schema"] for one in content.values()), None)
            found.append(Operation(method.upper(), path, tuple(told.get("parameters", ())), body, components))
    documented = {(one.method, one.path) for one in found}
    found += [one for one in _undocumented() if (one.method, one.path) not in documented]
    return tuple(sorted(found, key=_turn))


def _turn(one: Operation) -> tuple[bool, bool, int, str]:
    deletes = one.method == "DELETE"
    return deletes, deletes and one.path.endswith("{meeting_id}"), -one.path.count("/"), one.name


def _undocumented() -> Iterator[Operation]:
    """Routes that are kept out of the document are still walked."""
    for router in ROUTERS:
        for route in router.routes:
            assert isinstance(route, APIRoute), "a route that the walk cannot see"
            names = re.findall(r"\{(\w+)\}", route.path)
            parameters = [{"name": name, "in": "path", "required": True} for name in names]
            parameters += [{"name": name, "in": "header"} for name in HEADERS]
            body = {"format": "binary"}
            for method in route.methods or ():
                yield Operation(method, f"/api/v1{route.path}", tuple(parameters), body, {})


def ids_of(annas: Annas) -> Json:
    """What Anna's is, by the names that paths, bodies and queries give to ids."""
    return {
        "meeting_id": annas.meeting_id,
        "meeting": annas.meeting_id,
        "series_id": annas.series_id,
        "upload_id": annas.upload_id,
        "number": 1,
        "name": "minutes.md",
        "place_id": annas.place_id,
        "place": annas.place_id,
        "user_id": annas.user_id,
        "token_id": annas.token_id,
        "webhook_id": annas.webhook_id,
        "task_id": annas.task_id,
        "q": annas.word,
        "query": annas.word,
        # Evaluations and prompts are nobody's.
        "case": "en-weekly",
        "task": "read",
        "version": "1",
    }
