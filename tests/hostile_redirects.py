"""Routes of the hostile server that lead elsewhere: circles, cookie walls, forbidden addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hostile_talk import ARTICLE, FORBIDDEN_HOST, HOST, Talk, route

if TYPE_CHECKING:
    from tests.hostile import HostileServer


@route("/redirect")
def _redirect(talk: Talk) -> None:
    """/redirect/<status>?to=…"""
    status = talk.seen.path.partition("?")[0].rpartition("/")[2]
    talk.redirect(talk.query["to"], f"{status} Moved")


@route("/chain")
def _chain(talk: Talk) -> None:
    """/chain/<n>: n redirects, then the article."""
    left = int(talk.seen.path.rpartition("/")[2])
    if left:
        talk.redirect(f"/chain/{left - 1}", "301 Moved Permanently")
    else:
        talk.reply()


@route("/loop")
def _loop(talk: Talk) -> None:
    talk.redirect("/loop")


@route("/ping")
def _ping(talk: Talk) -> None:
    talk.redirect("/pong")


@route("/pong")
def _pong(talk: Talk) -> None:
    talk.redirect("/ping")


@route("/forever")
def _forever(talk: Talk) -> None:
    talk.redirect(f"/forever/{talk.server.count('forever')}")


@route("/no-location")
def _no_location(talk: Talk) -> None:
    talk.reply(b"moved", "302 Found")


@route("/latin-location")
def _latin_location(talk: Talk) -> None:
    """A Location in raw bytes that are no UTF-8."""
    if "caf" in talk.seen.path:
        talk.reply(talk.seen.path.encode())
    else:
        talk.raw(
            b"HTTP/1.1 302 Found\r\nLocation: /latin-location/caf\xe9\r\nContent-Length: 0\r\n\r\n"
        )


@route("/meta-refresh")
def _meta_refresh(talk: Talk) -> None:
    target = f"http://{FORBIDDEN_HOST}:{talk.server.port}/canary"
    head = f'<html><head><meta http-equiv="refresh" content="0;url={target}"></head>'.encode()
    talk.reply(head + ARTICLE)


@route("/cookie-wall")
def _cookie_wall(talk: Talk) -> None:
    """Redirects to itself until its cookie comes back."""
    if "consent=yes" in talk.seen.headers.get("cookie", ""):
        talk.reply()
    else:
        talk.raw(
            b"HTTP/1.1 302 Found\r\nLocation: /cookie-wall\r\nSet-Cookie: consent=yes; Path=/\r\n"
            b"Set-Cookie: lang=en\r\nContent-Length: 0\r\n\r\n"
        )


@route("/cookie-flood")
def _cookie_flood(talk: Talk) -> None:
    """More cookies with each visit, and always back to itself."""
    number = talk.server.count("cookie-flood")
    cookies = "".join(f"Set-Cookie: c{number}x{n}={'v' * 3000}\r\n" for n in range(60))
    talk.raw(
        b"HTTP/1.1 302 Found\r\nLocation: /cookie-flood\r\nContent-Length: 0\r\n"
        + cookies.encode()
        + b"\r\n"
    )


def hostile_targets(server: HostileServer) -> dict[str, str]:
    """Redirect targets by name: every one leads to a canary if it is followed."""
    port, hidden = server.port, server.canary_port
    return {
        "other-host": f"http://{FORBIDDEN_HOST}:{port}/canary",
        "other-port": f"http://{HOST}:{hidden}/canary",
        "decimal": f"http://2130706434:{port}/canary",
        "octal": f"http://0177.0.0.2:{port}/canary",
        "hex": f"http://0x7f000002:{port}/canary",
        "short": f"http://127.2:{port}/canary",
        "zero": f"http://0.0.0.0:{hidden}/canary",
        "zero-short": f"http://0:{hidden}/canary",
        "ipv6": f"http://[::1]:{hidden}/canary",
        "mapped": f"http://[::ffff:127.0.0.2]:{port}/canary",
        "localhost": f"http://localhost:{hidden}/canary",
        "localhost-dot": f"http://localhost.:{hidden}/canary",
        "tab": f"http://127.0.0\t.2:{port}/canary",
        "backslash": f"http:\\\\{FORBIDDEN_HOST}:{port}/canary",
        "userinfo": f"http://{HOST}:{port}@{FORBIDDEN_HOST}:{port}/canary",
        "relative-scheme": f"//{FORBIDDEN_HOST}:{port}/canary",
        "full-width-dot": f"http://127\uff0e0\uff0e0\uff0e2:{port}/canary",
        "metadata": "http://169.254.169.254/latest/meta-data/",
        "private": "http://10.0.0.1/",
        "ssh": f"http://{HOST}:22/",
        "file": "file:///etc/passwd",
        "data": "data:text/html,canary",
        "ftp": f"ftp://{FORBIDDEN_HOST}/canary",
        "gopher": f"gopher://{FORBIDDEN_HOST}:{port}/canary",
        "javascript": "javascript:alert(1)",
        "no-host": "http:///canary",
        "bad-port": f"http://{FORBIDDEN_HOST}:99999/canary",
    }


@route("/to")
def _to(talk: Talk) -> None:
    """/to/<name of a hostile target>"""
    talk.redirect(hostile_targets(talk.server)[talk.seen.path.rpartition("/")[2]])
