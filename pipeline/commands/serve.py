"""``lihui serve``."""

from typing import Annotated

import typer

Host = Annotated[
    str | None,
    typer.Option(help="Address to bind; anything but this machine's own needs accounts. [127.0.0.1]"),
]
Port = Annotated[int | None, typer.Option(min=0, max=65535, help="Port to bind; 0 takes a free one. [8765]")]
NoWorker = Annotated[
    bool,
    typer.Option("--no-worker", help="Only answer: recordings are worked on by `lihui worker` elsewhere."),
]


def serve(host: Host = None, port: Port = None, no_worker: NoWorker = False) -> None:
    """Open the place where minutes are made, reviewed and sent, in the browser and over an API."""
    from pipeline.settings import load_settings
    from pipeline.web.serve import WORKER
    from pipeline.web.serve import serve as run

    settings = load_settings()
    said = {"host": host, "port": port}
    serving = settings.serve.model_copy(
        update={key: value for key, value in said.items() if value is not None}
    )
    run(
        settings.model_copy(update={"serve": serving}),
        None if no_worker else WORKER,
        lambda address: typer.echo(f"{address}  (Ctrl-C stops it)"),
    )
