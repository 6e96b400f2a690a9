"""A reviewer at a real browser: triage by keys alone, search, diffs, sources, both themes."""

from __future__ import annotations

import json
import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.cli import main
from monitor.web.settings import WebSettings
from tests.browserkit import WIDTHS, Watched, browser, needs_chromium, served

pytestmark = [needs_chromium, pytest.mark.filterwarnings("ignore::ResourceWarning")]

PICTURES = os.environ.get("MONITOR_PICTURES")  # a folder: pictures for the README are made there
SHOWN = {
    "inbox": "/", "search": "/?q=lists&state=all", "story": "/stories/{wire}",
    "diff": "/articles/{edited}/diff", "article": "/articles/{edited}",
    "between": "/diff?left={first}&right={copy}", "stored": "/articles/{first}/page?source=1",
    "sources": "/sources", "source": "/sources/valley-courier", "coverage": "/coverage",
    "links": "/coverage/links?outcome=stored", "timeline": "/timeline?by=hour", "help": "/help",
    "none": "/?state=dismissed", "lost": "/stories/999", "rules": "/sources/valley-courier/rules",
}  # fmt: skip


# Of a theme only the colours are another matter.
RULES = {"light": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "dark": ["color-contrast"]}


@pytest.fixture(scope="module")
def chromium():
    with browser() as found:
        yield found


def settings(folder, **more):
    return WebSettings(
        database=folder / "monitor.db", pages=folder / "pages.db",
        config=folder / "config.yaml", reviewer="Anna", **more,
    )  # fmt: skip


def numbers(folder):
    with sqlite3.connect(folder / "monitor.db") as db:
        wire, first = db.execute(
            "SELECT id, first_article FROM story ORDER BY outlets DESC"
        ).fetchone()
        (copy,) = db.execute("SELECT max(id) FROM article WHERE story = ?", (wire,)).fetchone()
        (edited,) = db.execute("SELECT article FROM edit").fetchone()
    return {"wire": wire, "first": first, "copy": copy, "edited": edited}


def toast(page, text):
    page.locator("#toast", has_text=text).wait_for()


def test_the_inbox_is_cleared_by_keys_alone(chromium, folder, capsys):
    known = numbers(folder)
    with served(settings(folder)) as base:
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        watched = Watched(context)
        page = watched.page
        press = page.keyboard.press
        page.goto(base + "/")
        assert page.locator(".story").count() == 40
        # The wire story is there once, with its outlets.
        wire = page.locator(f"#story-{known['wire']}")
        assert "+2 outlets" in wire.inner_text()
        # Read, star, undo: the first three stories.
        press("j")
        press("u")
        toast(page, "Marked read")
        first = page.locator(".story.current")
        first.wait_for()  # the row that was swapped keeps its place
        assert "done" in first.get_attribute("class")
        press("j")
        assert page.locator(".story").nth(1).get_attribute("aria-current") == "true"
        press("s")
        toast(page, "Starred")
        page.locator(".story.current .star").wait_for()
        press("z")
        toast(page, "Undone: star")
        page.locator(".story.current .star").wait_for(state="detached")
        # Dismiss by the number of a reason.
        press("j")
        press("d")
        page.locator("#ask-dismiss[open]").wait_for()
        press("2")
        toast(page, "Dismissed")
        page.locator(".story.current").wait_for()
        assert "duplicate" in page.locator(".story.current").inner_text()
        # Search for the wire story, open it, tag it and note it.
        press("/")
        page.keyboard.type("third reading")
        press("Enter")
        page.wait_for_url("**q=third+reading**")
        page.goto(page.url.replace("state=unread", "state=all"))
        row = page.locator(f"#story-{known['wire']}")
        row.wait_for()
        while (
            page.locator(".story.current").get_attribute("id") != f"story-{known['wire']}"
            if (page.locator(".story.current").count())
            else True
        ):
            press("j")
        press("Enter")
        page.wait_for_url(f"**/stories/{known['wire']}**")
        assert page.locator("table.paragraphs thead th").count() == 6
        press("t")
        page.locator("#ask-tag[open]").wait_for()
        page.keyboard.type("names, wire")
        press("Enter")
        page.locator("#decisions button.chip", has_text="names").wait_for()
        press("n")
        page.locator("#ask-note[open]").wait_for()
        page.keyboard.type("who has the 37?")
        press("Control+Enter")
        page.locator("#own-note").wait_for()
        page.wait_for_function("document.getElementById('own-note').value === 'who has the 37?'")
        # The edit's diff.
        page.goto(base + "/?state=all&edited=1")
        press("j")
        press("o")
        page.wait_for_url("**/stories/**")
        page.get_by_role("link", name="what changed").first.click()
        assert "fourteen" in page.locator(".diff del").first.inner_text().lower()
        assert "nine" in page.locator(".diff ins").first.inner_text().lower()
        # Everything that is left, by keys: choose, and read.
        page.goto(base + "/")
        while page.locator(".story").count():
            for _ in range(page.locator(".story").count()):
                press("j")
                press("x")
            page.locator("#bulk button[value=read]").focus()
            press("Enter")
            toast(page, "Marked read")
            page.goto(base + "/")
        assert "All read" in page.locator("main").inner_text()
        press("g")
        press("s")
        page.wait_for_url("**/sources")
        press("?")
        page.locator("#keys[open]").wait_for()
        press("Escape")
        assert watched.troubles == []
        assert all(url.startswith(base) for url in watched.requests)
        context.close()
    assert main(["export", "--decisions", "--format", "json", "--config",
                 str(folder / "config.yaml")]) == 0  # fmt: skip
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 40
    (tagged,) = [row for row in rows if row["tags"]]
    assert (tagged["story"], tagged["tags"]) == (known["wire"], ["names", "wire"])
    assert tagged["note"] == "who has the 37?"


def test_whoever_types_keeps_the_focus_though_an_answer_comes_in(chromium, folder):
    with served(settings(folder)) as base:
        context = chromium.new_context()
        page = context.new_page()
        page.goto(base + "/")
        for key in ("j", "u", "/"):
            page.keyboard.press(key)
        toast(page, "Marked read")
        page.locator(".story.current.done").wait_for()
        page.keyboard.type("sluice")
        assert page.locator("#q").input_value() == "sluice"
        context.close()


WALK = """async () => {
  const api = async (path, body) => {
    const answer = await fetch('/api/v1' + path, body && {
      method: 'POST', body: JSON.stringify(body), headers: {'Content-Type': 'application/json'},
    });
    if (!answer.ok) throw new Error(path + ': ' + answer.status);
    return path.startsWith('/export') ? answer.text() : answer.json();
  };
  const seen = [];
  for (let before = ''; before !== null;) {
    const page = await api('/stories?limit=15&before=' + encodeURIComponent(before));
    seen.push(...page.stories);
    before = page.next;
  }
  const wire = seen.filter(story => story.outlets > 1);
  const edited = seen.filter(story => story.edits);
  const diff = await api(`/articles/${edited[0].members[0].article}/diff`);
  await api('/review', {stories: [wire[0].story], add_tags: ['names'], note: 'who has the 37?'});
  await api('/review/all', {query: 'state=unread', read: true});
  return {
    seen: seen.length, wire: wire.map(story => story.outlets), diff: JSON.stringify(diff),
    left: (await api('/stories')).stories.length, rows: await api('/export'),
  };
}"""


def test_a_program_in_the_browser_clears_the_inbox_through_the_api(chromium, folder):
    known = numbers(folder)
    with served(settings(folder)) as base:
        context = chromium.new_context()
        page = context.new_page()
        page.goto(base + "/help")
        told = page.evaluate(WALK)
        context.close()
    assert (told["seen"], told["wire"], told["left"]) == (40, [5], 0)
    assert "fourteen" in told["diff"]
    assert "nine" in told["diff"]
    rows = [json.loads(line) for line in told["rows"].splitlines()]
    assert len(rows) == 40
    (tagged,) = [row for row in rows if row["tags"]]
    assert (tagged["story"], tagged["tags"]) == (known["wire"], ["names"])
    assert tagged["note"] == "who has the 37?"


def test_it_works_without_scripts(chromium, folder):
    known = numbers(folder)
    with served(settings(folder)) as base:
        context = chromium.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(base + "/")
        page.locator(f"#story-{known['wire']} button[value=star]").click()
        assert page.locator(f"#story-{known['wire']} .star").count() == 1
        page.goto(f"{base}/stories/{known['wire']}")
        page.locator("#own-value").fill("no scripts")
        page.locator("#decisions button[value=tag]").click()
        assert page.locator("#decisions button.chip bdi").inner_text() == "no scripts"
        page.locator("summary", has_text="Your note").click()
        page.locator("#own-note").fill("a note\nof two lines")
        page.locator("#decisions", has_text="Keep note").get_by_text("Keep note").click()
        assert page.locator("#own-note").input_value() == "a note\nof two lines"
        page.get_by_text("Undo “note”").click()
        assert page.locator("#own-note").input_value() == ""
        context.close()


def test_a_note_that_two_people_of_one_name_change_is_not_lost(chromium, folder):
    known = numbers(folder)
    with served(settings(folder)) as base:
        one, two = (chromium.new_context().new_page() for _ in range(2))
        for page in (one, two):
            page.goto(f"{base}/stories/{known['wire']}")
            # "Mark read" has these letters too: the mark itself tells that reading was noted.
            page.locator("#decisions[data-read='1']").wait_for()
            page.locator("summary", has_text="Your note").click()
        two.reload()
        one.reload()
        for page, text in ((one, "from the desk"), (two, "from the phone")):
            page.locator("summary", has_text="Your note").click()
            page.locator("#own-note").fill(text)
        one.get_by_text("Keep note").click()
        toast(one, "Note kept")
        two.get_by_text("Keep note").click()
        two.get_by_text("Your decision was changed elsewhere").wait_for()
        assert two.locator(".note").inner_text() == "from the desk"
        assert two.locator("textarea#conflict-value").input_value() == "from the phone"
        two.locator("textarea#conflict-value").fill("from the desk, from the phone")
        two.get_by_text("Keep this note").click()
        two.wait_for_url(f"**/stories/{known['wire']}")
        assert two.locator("#own-note").input_value() == "from the desk, from the phone"


EVIL = (
    "<script>window.owned=1</script><img src=x onerror=window.owned=2>'\">"
    "<svg onload=window.owned=3>"
    "{{7*7}} {% raw %} \x1b[31m\x07\u202egnp.exe\u2066 [b]x[/b] javascript:window.owned=4"
)


def poison(folder):
    """An article whose every field is hostile, at an outlet whose name is, decided on likewise."""
    with sqlite3.connect(folder / "monitor.db") as db:
        db.execute("UPDATE source SET name = ?, url = 'javascript:window.owned=5' ", (EVIL,))
        fields = ("title", "body", "summary", "section", "site_name", "image", "canonical_url",
                  "language", "extractor", "quality_reason", "relation_reason",
                  "home_url")  # fmt: skip
        for name in fields:
            db.execute(f"UPDATE article SET {name} = ?", (EVIL,))
        db.execute(
            "UPDATE article SET authors = ?, agencies = ?, tags = ?", [json.dumps([EVIL])] * 3
        )
        db.execute("UPDATE article SET url = 'javascript:window.owned=6//' || id")
        db.execute("UPDATE link SET url = 'javascript:window.owned=7//' || id, reason = ?, "
                   "last_error = ?", (EVIL, EVIL))  # fmt: skip
        db.execute("UPDATE revision SET title = ?, body = ?", (EVIL, EVIL))
        db.execute("UPDATE story SET title = ?", (EVIL,))
        db.execute("UPDATE edit SET summary = ?", (EVIL,))
        db.execute("UPDATE feed SET url = ?, last_error_message = ?, last_error = 'dns', "
                   "schedule_reason = ?, failing_since = added_at, failures = 9",
                   (f"javascript:1//{EVIL}", EVIL, EVIL))  # fmt: skip
        db.execute("UPDATE topic SET name = ?", (EVIL,))
        db.execute("INSERT INTO reviewer (name, added_at) VALUES (?, '2026-01-01T00:00:00.000Z')",
                   (EVIL,))  # fmt: skip
        db.execute(
            "INSERT INTO review (reviewer, article, story, read_at, dismissed_at, dismiss_reason, "
            "tags, note, version, updated_at) SELECT ?1, first_article, id, first_seen_at, "
            "first_seen_at, ?1, ?2, ?1, 1, first_seen_at FROM story",
            (EVIL, json.dumps([EVIL])),
        )
        db.execute(
            "INSERT INTO saved_filter (name, query, reviewer, saved_at) VALUES (?, ?, ?, 'x')",
            (EVIL, 'q="><script>window.owned=8</script>', EVIL),
        )


def test_nothing_that_an_outlet_writes_runs_anywhere(chromium, folder):
    known = numbers(folder)
    poison(folder)
    with served(settings(folder)) as base:
        context = chromium.new_context()
        watched = Watched(context)
        for name, path in SHOWN.items():
            watched.page.goto(base + path.format(**known))
            assert watched.page.evaluate("window.owned") is None, name
            made = watched.page.evaluate(
                "[...document.querySelectorAll('script, img, a[href], [onerror], [onload], svg')]"
                ".map(e => e.tagName.toLowerCase() + ' ' + (e.getAttribute('href') || "
                "e.getAttribute('src') || e.getAttribute('class') || e.getAttributeNames()))"
            )
            for element in made:
                assert "javascript:" not in element.split("?")[0].lower(), (name, element)
                assert not element.startswith("img"), (name, element)
                assert "onload" not in element, (name, element)
            text = watched.page.locator("body").inner_text()
            assert "\u202e" not in text, name
            assert "\x1b" not in text, name
        expected = ("404", "400")  # pages that say no are no error of scripts
        assert [t for t in watched.troubles if not any(code in t for code in expected)] == []
        assert all(url.startswith(base) for url in watched.requests)
        context.close()


def test_a_stored_page_is_shown_inert(chromium, folder):
    known = numbers(folder)
    with served(settings(folder)) as base:
        context = chromium.new_context()
        watched = Watched(context)
        watched.page.goto(f"{base}/articles/{known['first']}/page")
        frame = watched.page.frame_locator("iframe")
        assert "Lists of the missing" in frame.locator("h1").first.inner_text()
        watched.page.goto(f"{base}/articles/{known['first']}/page/raw")
        assert watched.page.locator("h1").first.inner_text()
        ours = (base,)
        assert [url for url in watched.requests if not url.startswith(ours)] == []
        # What the page asked for of its own was blocked before it was sent.
        assert not [u for u in watched.requests if "/img/" in u and "failed" in u]
        context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_readable_and_fits(chromium, folder, theme, tmp_path):
    """WCAG AA by axe-core, no sideways scrolling, in both themes, on phone and desktop."""
    from axe_playwright_python.sync_playwright import Axe

    known = numbers(folder)
    pictures = Path(PICTURES) if PICTURES else tmp_path
    with served(settings(folder, clock=lambda: datetime.now(UTC))) as base:
        for device, (width, height) in WIDTHS.items():
            context = chromium.new_context(
                viewport={"width": width, "height": height}, color_scheme=theme,
                has_touch=device == "phone", is_mobile=False,
            )  # fmt: skip
            page = context.new_page()
            for name, path in SHOWN.items():
                page.goto(base + path.format(**known))
                wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
                assert wide <= 0, (name, device, wide)
                if device == "desktop" or name == {"light": "story", "dark": "inbox"}[theme]:
                    found = Axe().run(page, options={"runOnly": RULES[theme]})
                    told = [
                        (issue["id"], [node["html"][:150] for node in issue["nodes"]][:3])
                        for issue in found.response["violations"]
                    ]
                    assert told == [], (name, device, theme)
                if PICTURES:
                    page.screenshot(path=pictures / f"{name}-{theme}-{device}.png")
            context.close()
