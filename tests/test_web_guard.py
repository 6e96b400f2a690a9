"""What must not come in: foreign hosts, foreign forms, tricks with paths, too much of anything."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.web import refusals
from monitor.web.api import ROUTERS as API
from monitor.web.app import PREFIX
from monitor.web.back import safe_back
from monitor.web.pages import ROUTERS as PAGES
from monitor.web.passwords import PER_ADDRESS, WINDOW, Limiter, hashed, matches
from monitor.web.sessions import LIFETIME, Signer
from monitor.web.settings import WebSettings
from tests.smalldb import SmallDb
from tests.webkit import HOST, client, post, token

TOKEN = "a-token-of-programs-1234"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return SmallDb(tmp_path_factory.mktemp("web"))


@pytest.fixture
def settings(made, tmp_path):
    for name in ("monitor.db", "pages.db", "config.yaml"):
        shutil.copy(made.folder / name, tmp_path / name)
    return WebSettings(
        database=tmp_path / "monitor.db",
        pages=tmp_path / "pages.db",
        config=tmp_path / "config.yaml",
    )


def routes(settings):
    """(method, path) of everything that the application answers, with numbers filled in."""
    del settings
    found = [("GET", f"{PREFIX}/openapi.json"), ("GET", "/static/style.css")]
    for prefix, routers in (("", PAGES), (PREFIX, API)):
        for route in (route for router in routers for route in router.routes):
            path = route.path.replace("{slug}", "agency").replace("{action}", "poll")
            path = path.replace("{name}.{form}", "all.atom")
            path = prefix + path.replace("{number}", "1")
            assert "{" not in path, route.path
            found += [(method, path) for method in sorted(route.methods)]
    assert len(found) > 50
    return found


def contents(path):
    with sqlite3.connect(path) as db:
        return "\n".join(db.iterdump())


def test_every_route_refuses_foreign_hosts(settings):
    with client(settings) as browser:
        for method, path in routes(settings):
            for host in ("evil.test", "127.0.0.1.evil.test", "localhost@evil.test", "", "a b"):
                answer = browser.request(method, path, headers={"Host": host})
                assert answer.status_code in (400, 421), (method, path, host)
        for host in ("localhost", "LOCALHOST:8001", "[::1]:8001", "127.0.0.1"):
            assert browser.get("/help", headers={"Host": host}).status_code == 200


def test_every_change_refuses_other_sites(settings):
    before = contents(settings.database)
    with client(settings) as browser:
        csrf = token(browser)
        for method, path in routes(settings):
            if method == "GET":
                continue
            form = {"csrf": csrf, "story": "1", "action": "read", "name": "x"}
            for headers in (
                {"Origin": "http://evil.test"},
                {"Origin": "null"},
                {"Origin": "http://127.0.0.1:9"},
                {"Origin": "file://"},
                {"Sec-Fetch-Site": "cross-site"},
                {"Sec-Fetch-Site": "same-site"},
            ):
                answer = browser.request(method, path, data=form, headers=headers)
                assert answer.status_code == 403, (method, path, headers)
            for data in ({}, {"csrf": "x"}, {"csrf": ""}):
                answer = browser.request(method, path, data=data)
                assert answer.status_code in (403, 415), (method, path, data)
    with client(settings) as other:  # a form of another session
        answer = other.post("/review", data={"csrf": csrf, "story": "1", "action": "read"})
        assert answer.status_code == 403
    assert contents(settings.database) == before


def test_no_get_changes_anything(settings):
    before = contents(settings.database)
    with client(settings) as browser:
        for method, path in routes(settings):
            if method == "GET":
                answer = browser.get(path, params={"left": 1, "right": 2, "story": 1})
                assert answer.status_code in (200, 303, 404), (path, answer.status_code)
    assert contents(settings.database) == before


def test_headers_are_on_every_answer(settings):
    with client(settings) as browser:
        asked = [(m, p) for m, p in routes(settings) if m == "GET"]
        asked += [("GET", "/nothing"), ("GET", "/static/style.css"), ("POST", "/review")]
        for method, path in asked:
            answer = browser.request(method, path)
            assert answer.headers["x-content-type-options"] == "nosniff", path
            assert answer.headers["referrer-policy"] == "same-origin"
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe-eval" not in policy
            assert "unsafe-inline" not in policy or policy.startswith("sandbox;"), path
            assert "server" not in answer.headers
            still = path.startswith("/static/")
            assert ("immutable" in answer.headers["cache-control"]) is still


@pytest.mark.parametrize(
    "path",
    ["/../etc/passwd", "/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py",
     "/static/..%5capp.py", "/a%00b", "//evil.test", "/stories/1%0d%0aX: y", "/stories/\\1",
     "/./sources", "/sources//agency"],
)  # fmt: skip
def test_tricks_with_paths_are_refused(settings, path):
    with client(settings) as browser:
        assert _raw(browser, path) in (400, 404)


def _raw(browser, path):
    """Ask for a path as it stands: no client may tidy it up first."""
    import anyio

    statuses = []

    async def ask():
        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message):
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        from urllib.parse import unquote

        scope = {
            "type": "http", "method": "GET", "path": unquote(path), "raw_path": path.encode(),
            "query_string": b"", "headers": [(b"host", b"127.0.0.1:8001")], "scheme": "http",
            "http_version": "1.1", "root_path": "", "client": ("127.0.0.1", 1), "server": None,
        }  # fmt: skip
        await browser.app(scope, receive, send)

    anyio.run(ask)
    return statuses[0]


def test_too_much_is_refused_on_every_route(settings):
    with client(settings) as browser:
        for method, path in routes(settings):
            answer = browser.request(method, path, params={"q": "x" * 9000})
            assert answer.status_code == 414, path
            answer = browser.request(method, path, params=[("a", "1")] * 101)
            assert answer.status_code == 400, path
            if method != "GET":
                answer = browser.request(method, path, content=b"x" * 1_000_001)
                assert answer.status_code == 413, path
        assert browser.request("TRACE", "/").status_code == 405
        assert browser.request("PUT", "/review").status_code == 405


def test_read_only_pages_refuse_every_change(settings):
    before = contents(settings.database)
    with client(settings, read_only=True) as browser:
        csrf = token(browser)
        for method, path in routes(settings):
            if method == "GET" or path in ("/login", "/logout", "/me"):
                continue
            form = browser.request(method, path, data={"csrf": csrf})
            sent = browser.request(method, path, json={})
            assert (form.status_code, sent.status_code) == (403, 403), path
        assert 'name="action"' not in browser.get("/").text
    assert contents(settings.database) == before


def test_without_signing_in_there_is_nothing_to_see(settings):
    with client(settings, password_hash=hashed("correct horse")) as browser:
        for method, path in routes(settings):
            answer = browser.request(method, path)
            if path == "/login" or path.startswith("/static/"):
                continue
            if method == "GET" and not path.startswith(("/api/", "/feeds/")):
                assert (answer.status_code, answer.headers["location"]) == (303, "/login"), path
            else:
                assert answer.status_code == 401, (method, path)
        assert post_login(browser, "wrong").status_code == 401
        answer = post_login(browser, "correct horse", name="Änne")
        assert answer.status_code == 303
        assert "Änne" in browser.get("/").text
        assert post(browser, "/logout").status_code == 303
        assert browser.get("/").status_code == 303


def post_login(browser, password, name="Anna"):
    import re

    page = browser.get("/login").text
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    return browser.post("/login", data={"csrf": csrf, "name": name, "password": password})


def test_a_password_is_not_tried_for_ever(settings):
    now = [datetime(2026, 3, 4, tzinfo=UTC)]
    changes = {"password_hash": hashed("correct horse"), "clock": lambda: now[0]}
    with client(settings, **changes) as browser:
        for _ in range(PER_ADDRESS):
            assert post_login(browser, "wrong").status_code == 401
        answer = post_login(browser, "correct horse")
        assert answer.status_code == 429
        assert 0 < int(answer.headers["retry-after"]) <= WINDOW.total_seconds()
        now[0] += WINDOW
        assert post_login(browser, "correct horse").status_code == 303
        now[0] += LIFETIME + timedelta(seconds=1)
        assert browser.get("/").status_code == 303  # the session is over


def test_programs_send_a_token(settings):
    with client(settings, token=TOKEN) as browser:
        auth = {"Authorization": f"Bearer {TOKEN}", "X-Reviewer": "robot"}
        assert browser.get("/api/v1/status").status_code == 401
        assert browser.get("/api/v1/status", headers=auth).status_code == 200
        wrong = {"Authorization": "Bearer no"}
        assert browser.get("/api/v1/status", headers=wrong).status_code == 401
        body = {"stories": [1], "starred": True}
        assert browser.post("/api/v1/review", json=body, headers=auth).status_code == 200
        story = browser.get("/api/v1/stories/1", headers=auth).json()
        assert [review["reviewer"] for review in story["reviews"]] == ["robot"]
        for _ in range(PER_ADDRESS):
            browser.get("/api/v1/status", headers=wrong)
        answer = browser.get("/api/v1/status", headers=auth)
        assert answer.status_code == 429
        assert answer.headers["retry-after"].isdigit()


def test_a_name_is_chosen_without_a_password_and_kept_in_the_session(settings):
    with client(settings, reviewer="me") as browser:
        assert ">me<" in browser.get("/help").text
        assert post(browser, "/me", name="Ben", theme="dark", back="/sources").headers[
            "location"
        ] == "/sources"  # fmt: skip
        page = browser.get("/help").text
        assert ">Ben<" in page
        assert 'data-theme="dark"' in page
        assert post(browser, "/me", name="\u202e \x00").status_code == 400


def test_a_cookie_that_was_changed_is_none(settings):
    with client(settings, password_hash=hashed("correct horse")) as browser:
        assert post_login(browser, "correct horse").status_code == 303
        cookie = browser.cookies["monitor_session"]
        for bad in (cookie[:-2], "x" + cookie, cookie.replace(".", ""), "", "." * 50, "é.é"):
            browser.cookies.clear()
            header = {"Cookie": f"monitor_session={bad}".encode()}
            assert browser.get("/", headers=header).status_code == 303


@given(st.text(max_size=60))
def test_back_leads_nowhere_else(text):
    back = safe_back(text)
    assert back.startswith("/")
    assert not back.startswith("//")
    assert "\\" not in back


@pytest.mark.parametrize("good", ["/", "/stories/3?from=state%3Dall", "/?q=a&state=all"])
def test_back_leads_back(good):
    assert safe_back(good) == good


@given(st.binary(max_size=30), st.booleans())
def test_only_our_hosts_pass(host, any_address):
    refusal = refusals.host([host], {"monitor.example.org"}, any_address=any_address)
    name = host.decode("latin-1").lower().rsplit(":", 1)[0].strip("[].")
    known = name in ("localhost", "127.0.0.1", "::1", "monitor.example.org")
    if refusal is None and not any_address:
        assert known or name.startswith("::1")
    assert refusals.host([host, host], {"x"}, any_address=any_address) is not None


def test_sessions_end_when_the_password_changes():
    now = datetime(2026, 3, 4, tzinfo=UTC)
    old, new = Signer("hash-1"), Signer("hash-2")
    session = old.new(now, name="Anna", signed_in=True)
    assert old.session(old.cookie(session), now) == session
    assert Signer("hash-1").session(old.cookie(session), now) == session  # after a restart
    assert new.session(old.cookie(session), now) is None
    assert Signer().session(Signer().cookie(session), now) is None
    assert not new.is_form_token(session, old.form_token(session))


def test_the_limiter_counts_addresses_apart_and_forgets():
    now = [datetime(2026, 3, 4, tzinfo=UTC)]
    limiter = Limiter(lambda: now[0])
    for _ in range(PER_ADDRESS):
        limiter.failed("a")
    assert limiter.wait("a") == WINDOW
    assert limiter.wait("b") is None
    now[0] += WINDOW / 2
    assert limiter.wait("a") == WINDOW / 2
    limiter.succeeded("a")
    assert limiter.wait("a") is None


def test_a_hash_tells_its_password_from_others():
    held = hashed("correct horse")
    assert held.startswith("$argon2id$")
    assert matches(held, "correct horse")
    assert not matches(held, "correct horse ")
    assert not matches("no hash", "x")


def test_host_is_that_of_the_client():
    assert HOST.endswith("8001")
