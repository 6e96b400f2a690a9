"""``monitor web``: the review in the browser, and its JSON API."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.options import Given, on_terminal
from monitor.cli.output import note, put
from monitor.cli.reviewing import ReviewerOption, reviewer_name
from pipeline.errors import ConfigError, MonitorError

if TYPE_CHECKING:
    from monitor.config.webpages import Web
    from monitor.web.settings import WebSettings


def verb(
    given: Given,
    port: Annotated[
        int | None,
        typer.Option("--port", "-p", min=0, max=65535, help="Where to listen; 0: any free port.",
                     show_default="8001, or web.port of the configuration"),
    ] = None,
    host: Annotated[
        str | None,
        typer.Option("--host", help="The address; beyond loopback needs a password or token.",
                     show_default="127.0.0.1, or web.host"),
    ] = None,
    open_: Annotated[bool, typer.Option("--open", "-o", help="Show it in the browser.")] = False,
    read_only: Annotated[bool, typer.Option("--read-only", help="Change nothing.")] = False,
    reviewer: ReviewerOption = None,
) -> int:  # fmt: skip
    """Serve the review: inbox, stories, sources, coverage, timeline, and /api/v1.

    The daemon may run beside it.  Ctrl-C or SIGTERM ends it.
    """
    from monitor.config.webpages import Web, is_loopback
    from pipeline.store.reading import Reader

    web = given.load().web if given.config_path is not None else Web()
    where = host or web.host
    guarded = web.password_hash is not None or web.token is not None
    if not guarded and not is_loopback(where):
        raise ConfigError(
            f"{where} is open to others: set web.password_hash (`monitor web password` makes it) "
            "or web.token in the configuration, or listen on 127.0.0.1"
        )
    Reader(given.database).close()  # a file that cannot be read is told before anything starts
    settings = _settings(given, web, where, web.port if port is None else port,
                         read_only=read_only or web.read_only, reviewer=reviewer)  # fmt: skip
    return _serve(given, settings, show=open_)


def password(
    stdin: Annotated[bool, typer.Option("--stdin", help="Read it from stdin, one line.")] = False,
) -> int:
    """Ask for a password and print its hash, for `web.password_hash` in the configuration."""
    from monitor.web.passwords import MAX_PASSWORD, hashed

    if stdin or not on_terminal(sys.stdin):
        given = sys.stdin.readline().rstrip("\r\n")
    else:
        given = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    if not 8 <= len(given) <= MAX_PASSWORD:
        raise typer.BadParameter("a password has at least 8 characters")
    put(hashed(given))
    return 0


def _settings(
    given: Given, web: Web, host: str, port: int, *, read_only: bool, reviewer: str | None
) -> WebSettings:
    from monitor.web.settings import WebSettings

    return WebSettings(
        database=given.database,
        pages=given.pages,
        config=given.config_path,
        zone=given.zone,
        host=host,
        port=port,
        allow_hosts=web.allow_hosts,
        read_only=read_only,
        reviewer=reviewer_name(reviewer),
        password_hash=web.password_hash.get_secret_value() if web.password_hash else None,
        token=web.token.get_secret_value() if web.token else None,
        secure_cookies=web.secure,
    )


def _serve(given: Given, settings: WebSettings, *, show: bool) -> int:
    import socket

    import uvicorn

    from monitor import logs
    from monitor.web.app import create_app

    logs.configure(
        level=logs.chosen_level("warning", given.verbose, quiet=given.quiet),
        form="auto",
        color=given.color,
    )
    address = settings.host.strip("[]")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listening = socket.socket(family)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((address, settings.port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise MonitorError(
            f"cannot listen on {address} port {settings.port}: {error.strerror or error}"
        ) from error
    port = listening.getsockname()[1]
    shown = address if family == socket.AF_INET else f"[{address}]"
    shown = "127.0.0.1" if shown == "0.0.0.0" else shown  # noqa: S104
    url = f"http://{shown}:{port}/"
    if not given.quiet:
        note(f"review at {url} (Ctrl-C ends it)" + (", read-only" * settings.read_only))
    config = uvicorn.Config(
        create_app(settings),
        log_level="info" if given.verbose else "error",
        access_log=given.verbose > 0,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
    )
    if show:
        import webbrowser

        webbrowser.open(url)
    # The server ends in order, then raises the signal again for whoever had it before: nobody.
    signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        return 130
    return 0
