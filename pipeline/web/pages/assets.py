"""Style sheets and scripts: browsers keep them for a year, under addresses that change when any of them does."""

import hashlib
from functools import cache
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parents[1] / "static"
KEEP = "public, max-age=31536000, immutable"


@cache
def edition() -> str:
    """A name for the present files: modules that import each other by relative paths all move with it."""
    total = hashlib.sha256()
    for path in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        total.update(path.relative_to(STATIC).as_posix().encode())
        total.update(path.read_bytes())
    return total.hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a file, such as ``/static/0f3…/base.css``."""
    return f"/static/{edition()}/{name}"


class Assets(StaticFiles):
    """The files under their edition; those of another edition are still found, and not kept."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """One file."""
        wanted, _, name = path.partition("/")
        answer = await super().get_response(name, scope)
        answer.headers["cache-control"] = KEEP if wanted == edition() else "no-store"
        return answer
