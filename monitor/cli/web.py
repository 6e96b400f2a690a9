"""``monitor web``: the review in the browser."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli.options import Given


def verb(
    given: Given,
    port: Annotated[int, typer.Option("--port", "-p", min=0, max=65535, help="0: any.")] = 8001,
    host: Annotated[str, typer.Option("--host", "-h", help="Where to listen.")] = "127.0.0.1",
    read_only: Annotated[bool, typer.Option("--read-only", help="Change nothing.")] = False,
) -> int:
    """Serve the review pages and their JSON API."""
    import uvicorn

    from monitor.web.app import create_app
    from monitor.web.settings import WebSettings

    settings = WebSettings(
        database=given.database,
        pages=given.pages,
        config=given.config_path,
        zone=given.zone,
        host=host,
        port=port,
        read_only=read_only,
    )
    uvicorn.run(create_app(settings), host=host, port=port, log_level="warning")
    return 0
