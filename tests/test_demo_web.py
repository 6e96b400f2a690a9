"""The sample news web: what it serves, that its script happens, and that its own truth is true."""

import asyncio
import gzip
import http.client
import json
import threading
import urllib.robotparser
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import feedparser
import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from crawler.discovery import parse as discover
from monitor.config.load import load_text
from monitor.demo.outlets import PROFILES, SLUGS
from monitor.demo.script import NOISE, SCRIPT, Break, Edit, Noise, Publish, state_at
from monitor.demo.server import Request, Resource, respond
from monitor.demo.stories import library, parse
from monitor.demo.web import DemoWeb
from monitor.jobs import prepare
from pipeline.errors import DocumentError, NotAFeedError
from pipeline.extract import extract
from pipeline.model import Link
from pipeline.text import words

NOW = datetime(2026, 3, 1, 12, 0, 5, 400_000, tzinfo=UTC)
SECOND_ZERO = NOW.replace(microsecond=0)
END = 60.0
ADVERT_LABELS = {"ADVERTISEMENT", "ANZEIGE", "إعلان"}


class Running:
    """A news web in a thread of its own, with a clock that the test sets."""

    def __init__(self):
        self.elapsed = 0.0
        self.web = DemoWeb(clock=lambda: 500.0 + self.elapsed, now=lambda: NOW)
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.do(self.web.start())

    def do(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    def close(self):
        self.do(self.web.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def ask(self, url, headers=None, method="GET"):
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
        try:
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            connection.request(method, target, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def get(self, url):
        return self.ask(url)[2]

    def outlet(self, slug):
        return next(outlet for outlet in self.web.outlets if outlet.slug == slug)


@pytest.fixture(scope="module")
def _running():
    running = Running()
    yield running
    running.close()


@pytest.fixture
def running(_running):
    _running.elapsed = 0.0
    return _running


@pytest.fixture
def truth(running):
    return running.web.expected()


def tree_of(body):
    return lxml.html.document_fromstring(body.decode())


def text_of(element):
    return " ".join(element.text_content().split())


# What is served ---------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("elapsed", [0.0, END])
def test_all_that_a_page_refers_to_is_there(running, truth, slug, elapsed):
    running.elapsed = elapsed
    base = running.outlet(slug).base_url
    traps = {trap["url"] for trap in truth["traps"]}
    seen, todo = set(), [f"{base}/"]
    while todo:
        url = todo.pop()
        if url in seen:
            continue
        seen.add(url)
        status, headers, body = running.ask(url)
        if (slug, urlsplit(url).path) == ("harbour-radio", "/feed.json") and elapsed == END:
            continue  # broken by then
        assert status == 200, url
        if not headers["Content-Type"].startswith("text/html") or url in traps:
            continue
        for element in tree_of(body).xpath("//*[@href or @src]"):
            found = urljoin(url, element.get("href") or element.get("src")).partition("#")[0]
            assert found.startswith(f"{base}/"), found
            todo.append(found)
    wanted = {
        article["url"]
        for article in truth["articles"]
        if article["outlet"] == slug and article["appears"] <= elapsed
    }
    assert wanted <= seen


@pytest.mark.parametrize("slug", SLUGS)
def test_html_is_well_formed(running, truth, slug):
    running.elapsed = END
    pages = [a["url"] for a in truth["articles"] if a["outlet"] == slug]
    for url in [f"{running.outlet(slug).base_url}/", *pages]:
        parser = etree.HTMLParser(encoding="utf-8")
        root = etree.fromstring(running.get(url), parser)
        # libxml2 does not know the elements of HTML 5, which is no fault of the page.
        faults = [e.message for e in parser.error_log if not e.message.startswith("Tag ")]
        assert faults == []
        assert len(root.findall(".//h1")) == 1
        ids = root.xpath("//@id")
        assert len(ids) == len(set(ids))


def feed_urls(running, slug, form):
    profile = next(profile for profile in PROFILES if profile.slug == slug)
    base = running.outlet(slug).base_url
    return [base + feed.path for feed in profile.feeds if feed.format == form]


@pytest.mark.parametrize("elapsed", [0.0, 7.5])
@pytest.mark.parametrize("slug", SLUGS)
def test_each_feed_names_what_is_out(running, truth, slug, elapsed):
    running.elapsed = elapsed
    out = {a["url"] for a in truth["articles"] if a["outlet"] == slug and a["appears"] <= elapsed}
    traps = {t["outcome"]: t["url"] for t in truth["traps"] if t["outlet"] == slug}
    named = out | set(traps.values())
    forms = 0
    for form in ("rss", "atom"):
        for url in feed_urls(running, slug, form):
            parsed = feedparser.parse(running.get(url))
            assert not parsed.bozo
            assert {entry.id for entry in parsed.entries} == named
            assert all(entry.title and entry.published_parsed for entry in parsed.entries)
            assert {entry.link.partition("?utm_")[0] for entry in parsed.entries} == named
            forms += 1
    for url in feed_urls(running, slug, "json"):
        data = json.loads(running.get(url))
        assert data["version"].startswith("https://jsonfeed.org/version/1")
        assert {item["url"] for item in data["items"]} == named
        forms += 1
    for url in feed_urls(running, slug, "news_sitemap"):
        locations = etree.fromstring(running.get(url)).xpath("//*[local-name()='loc']/text()")
        named_here = named - {traps.get("robots")}
        assert {loc for loc in locations if "/img/" not in loc} == named_here
        forms += 1
    for url in feed_urls(running, slug, "section"):
        hrefs = {urljoin(url, href) for href in tree_of(running.get(url)).xpath("//h3/a/@href")}
        assert hrefs == named
        forms += 1
    assert forms == len(next(p for p in PROFILES if p.slug == slug).feeds)


def test_the_kinds_of_feed_are_mixed(running):
    kinds = {o.slug: [str(feed.kind) for feed in o.feeds] for o in running.web.outlets}
    assert ["feed", "sitemap"] in kinds.values()
    assert ["sitemap"] in kinds.values()
    assert ["section"] in kinds.values()
    assert all(kinds.values())


@pytest.mark.parametrize("slug", SLUGS)
def test_our_own_discovery_finds_exactly_the_links(running, truth, slug):
    running.elapsed = 7.5
    want = {
        unquote(a["url"])
        for a in truth["articles"]
        if a["outlet"] == slug and a["appears"] <= running.elapsed
    }
    want |= {unquote(t["url"]) for t in truth["traps"] if t["outlet"] == slug}
    for feed in running.outlet(slug).feeds:
        _, headers, body = running.ask(feed.url)
        found = discover(feed.kind, body, feed.url, content_type=headers["Content-Type"])
        assert {unquote(link.url).partition("?utm_")[0] for link in found.links} == want


def test_our_own_extraction_finds_exactly_the_texts(running, truth):
    running.elapsed = END
    for article in truth["articles"]:
        want = article["revised"] or article
        got = extract(running.get(article["url"]).decode(), article["url"])
        paragraphs = list(got.paragraphs)
        if (article["noise"] or {}).get("kind") == "quotes":
            paragraphs = [words(paragraph) for paragraph in paragraphs]
            want = {**want, "paragraphs": [words(paragraph) for paragraph in want["paragraphs"]]}
        assert (got.title, paragraphs) == (want["title"], want["paragraphs"])
        assert got.verdict.is_article
        assert got.language == article["language"]


def test_robots_txt_closes_the_club_and_names_the_sitemaps(running, truth):
    closed = {trap["url"] for trap in truth["traps"] if trap["outcome"] == "robots"}
    assert len(closed) == 1
    for outlet in running.web.outlets:
        robots = urllib.robotparser.RobotFileParser()
        lines = running.get(f"{outlet.base_url}/robots.txt").decode().splitlines()
        robots.parse(lines)
        for item in [*truth["articles"], *truth["traps"]]:
            if item["outlet"] == outlet.slug:
                assert robots.can_fetch("*", item["url"]) == (item["url"] not in closed)
        sitemaps = feed_urls(running, outlet.slug, "news_sitemap")
        assert (robots.site_maps() or []) == sitemaps


# Validators, gzip -------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", SLUGS)
def test_feeds_answer_304_until_something_happens(running, slug):
    for feed in running.outlet(slug).feeds:
        running.elapsed = 0.0
        status, first, _ = running.ask(feed.url)
        assert status == 200
        assert first["Cache-Control"] == "max-age=1"
        for ask in (
            {"If-None-Match": first["ETag"]},
            {"If-Modified-Since": first["Last-Modified"]},
        ):
            assert running.ask(feed.url, ask)[::2] == (304, b"")
        running.elapsed = END
        status, later, _ = running.ask(feed.url, {"If-None-Match": first["ETag"]})
        assert status in (200, 500)
        assert later.get("ETag") != first["ETag"]


def test_gzip_only_when_asked_for_and_with_a_tag_of_its_own(running):
    url = running.outlet("seeland-bote").base_url + "/"
    plain = running.ask(url)
    packed = running.ask(url, {"Accept-Encoding": "br, gzip;q=0.8"})
    refused = running.ask(url, {"Accept-Encoding": "gzip;q=0, identity"})
    assert packed[1]["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed[2]) == plain[2] == refused[2]
    assert "Content-Encoding" not in plain[1]
    assert plain[1]["ETag"] == refused[1]["ETag"] != packed[1]["ETag"]
    assert plain[1]["Vary"] == packed[1]["Vary"] == "Accept-Encoding"


def test_head_has_the_head_of_get_and_other_methods_are_refused(running):
    url = running.outlet("orrin-digest").base_url + "/"
    status, headers, body = running.ask(url, method="HEAD")
    got = running.ask(url)
    assert (status, body) == (200, b"")
    assert headers["Content-Length"] == str(len(got[2]))
    assert running.ask(url, method="DELETE")[0] == 405


def test_one_connection_serves_several_requests_and_a_bad_one_is_answered(running):
    parts = urlsplit(running.outlet("orrin-digest").base_url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    for path in ("/", "/nothing-here", "/index.rss"):
        connection.request("GET", path)
        socket = connection.sock
        assert connection.getresponse().read()
        assert connection.sock is socket
    connection.sock.sendall(b"nonsense\r\n\r\n")
    assert connection.sock.recv(100).startswith(b"HTTP/1.1 400 ")
    connection.close()


def split(answer):
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    return int(lines[0].split()[1]), dict(line.split(": ", 1) for line in lines[1:]), body


def page(body, **more):
    return Resource(body=body, content_type="text/plain", last_modified=NOW, **more)


def request(method="GET", **headers):
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(method=method, target="/", headers=names)


@settings(max_examples=60)
@given(st.binary(max_size=900), st.binary(max_size=900), st.booleans())
def test_a_tag_stands_for_these_very_bytes(body, other, packed):
    accept = {"accept_encoding": "gzip"} if packed else {}
    _, headers, sent = split(respond(request(**accept), page(body), NOW))
    unpacked = gzip.decompress(sent) if headers.get("Content-Encoding") == "gzip" else sent
    assert unpacked == body
    assert int(headers["Content-Length"]) == len(sent)
    again = request(if_none_match=f'"x", W/{headers["ETag"]}', **accept)
    assert split(respond(again, page(body), NOW))[0] == 304
    assert split(respond(again, page(other), NOW))[0] == (304 if other == body else 200)


@given(st.integers(-100_000, 100_000))
def test_if_modified_since_goes_by_the_second(seconds):
    since = (NOW + timedelta(seconds=seconds)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    status = split(respond(request(if_modified_since=since), page(b"x"), NOW))[0]
    assert status == (304 if seconds >= 0 else 200)


def test_odd_conditions_are_ignored():
    for odd in ("yesterday", "", "Sun, 99 Mar 2026 12:00:00 GMT"):
        assert split(respond(request(if_modified_since=odd), page(b"x"), NOW))[0] == 200
    both = request(if_none_match='"x"', if_modified_since="Sun, 01 Mar 2026 13:00:00 GMT")
    assert split(respond(both, page(b"x"), NOW))[0] == 200
    error = page(b"x" * 500, status=500)
    status, headers, _ = split(respond(request(if_none_match="*"), error, NOW))
    assert status == 500
    assert "ETag" not in headers


# The script -------------------------------------------------------------------------------------


def event_id(entry):
    return f"{entry[0]}-{type(entry[1]).__name__}"


@pytest.mark.parametrize("entry", SCRIPT, ids=event_id)
def test_an_event_happens_at_its_second(running, truth, entry):
    second, event = entry
    outlet = running.outlet(event.outlet)
    url = outlet.feeds[-1].url
    before, after = [], []
    for moment, seen in ((second - 0.01, before), (second, after)):
        running.elapsed = moment
        seen.extend(running.ask(url))
    if isinstance(event, Publish):
        title = library(SLUGS)[f"{event.outlet}/{event.key}"].title
        link = next(a["url"] for a in truth["articles"] if a["title"] == title)
        needle = link.removeprefix(outlet.base_url).encode()
        assert (needle in before[2], needle in after[2]) == (False, True)
        assert running.ask(link)[0] == 200
        running.elapsed = second - 0.01
        assert running.ask(link)[0] == 404
    elif isinstance(event, Noise):
        link = next(
            a["url"] for a in truth["articles"] if (a["noise"] or {}).get("kind") == event.kind
        )
        running.elapsed = second - 0.01
        old = running.ask(link)[1]["ETag"]
        running.elapsed = second
        assert running.ask(link)[1]["ETag"] != old
    elif isinstance(event, Break) and event.mode == "error":
        assert (before[0], after[0]) == (200, 500)
    elif isinstance(event, Break):
        assert after[0] == 200
        assert "ETag" not in after[1]
        with pytest.raises(NotAFeedError):
            discover(outlet.feeds[0].kind, after[2], url, content_type=after[1]["Content-Type"])
    else:
        assert isinstance(event, Edit)
        old, new = (feedparser.parse(body).entries for body in (before[2], after[2]))
        changed = [(o, n) for o, n in zip(old, new, strict=True) if o.updated != n.updated]
        assert len(changed) == 1
        assert changed[0][0].title != changed[0][1].title
        assert changed[0][0].published == changed[0][1].published
        assert datetime.fromisoformat(changed[0][1].updated) == SECOND_ZERO + timedelta(
            seconds=second
        )
        assert changed[0][1].updated_parsed == max(entry.updated_parsed for entry in new)


def test_the_edit_changes_headline_and_one_number_of_one_page_and_no_other(running, truth):
    edited = [a for a in truth["articles"] if a["revised"]]
    assert [a["outlet"] for a in edited] == ["valley-courier"]
    article = edited[0]
    pairs = list(zip(article["paragraphs"], article["revised"]["paragraphs"], strict=True))
    changed = [(old.split(), new.split()) for old, new in pairs if old != new]
    assert len(changed) == 1
    words = [(old, new) for old, new in zip(*changed[0], strict=True) if old != new]
    assert words == [("14", "9")]
    others = [
        a["url"]
        for a in truth["articles"]
        if a["outlet"] == "valley-courier" and a["appears"] == 0 and a is not article
    ]
    tags = {}
    for moment in (0.0, END):
        running.elapsed = moment
        tags[moment] = [running.ask(url)[1]["ETag"] for url in [article["url"], *others]]
    assert tags[0.0][0] != tags[END][0]
    assert tags[0.0][1:] == tags[END][1:]


def test_state_does_not_depend_on_the_order_of_the_script():
    assert state_at(reversed(SCRIPT), 12) == state_at(SCRIPT, 12)
    assert state_at(SCRIPT, -1).events == 0
    assert state_at(SCRIPT, END).events == len(SCRIPT)


def test_every_story_is_out_at_some_time_and_every_event_names_one():
    stories = library(SLUGS)
    late = {name for name, s in stories.items() if s.age is None and not s.revises}
    published = [f"{e.outlet}/{e.key}" for _, e in SCRIPT if isinstance(e, Publish)]
    assert sorted(published) == sorted(late)
    edits = {f"{e.outlet}/{e.to}": e.key for _, e in SCRIPT if isinstance(e, Edit)}
    assert edits == {name: s.revises for name, s in stories.items() if s.revises}


# What expected() says ---------------------------------------------------------------------------


def test_expected_agrees_with_the_pages(running, truth):
    for article in truth["articles"]:
        for moment, want in ((article["appears"], article), (END, article["revised"] or article)):
            running.elapsed = moment
            tree = tree_of(running.get(article["url"]))
            assert text_of(tree.find(".//h1")) == want["title"]
            texts = [text_of(element) for element in tree.iter("p", "h2")]
            if article["noise"] == {"at": 18, "kind": "quotes"}:
                inside = [words(text) for text in texts]
                assert all(words(paragraph) in inside for paragraph in want["paragraphs"])
                continue
            first = texts.index(want["paragraphs"][0])
            inside = [text for text in texts[first:] if text in set(want["paragraphs"])]
            assert inside == want["paragraphs"]
            assert inside != texts[first:]  # something else is around it
            adverts = [text for text in tree.xpath("//text()") if text.strip() in ADVERT_LABELS]
            assert len(adverts) >= 2


def test_recommended_headlines_are_printed_twice(running, truth):
    by_outlet = {}
    for article in truth["articles"]:
        if article["appears"] == 0:
            by_outlet.setdefault(article["outlet"], []).append(article)
    assert set(by_outlet) == set(SLUGS)
    for articles in by_outlet.values():
        assert len(articles) >= 5
        tree = tree_of(running.get(articles[0]["url"]))
        text = " ".join(text_of(e) for e in tree.iter("figcaption", "h4", "a", "b"))
        assert text.count(articles[1]["title"]) >= 2
        boxes = {text_of(e) for e in tree.iter("figcaption", "b")}
        assert articles[1]["title"] in boxes
        assert articles[0]["title"] not in boxes


def test_markup_differs_between_outlets(running, truth):
    marks = {}
    for article in truth["articles"]:
        tree = tree_of(running.get(article["url"])) if article["appears"] == 0 else None
        if tree is not None:
            marks[article["outlet"]] = (
                bool(tree.xpath("//script[@type='application/ld+json']")),
                bool(tree.xpath("//meta[@property='og:title']")),
            )
            for script in tree.xpath("//script[@type='application/ld+json']/text()"):
                data = json.loads(script)["@graph"][0]
                assert data["headline"] == article["title"]
                assert datetime.fromisoformat(data["datePublished"]) == datetime.fromisoformat(
                    article["published_at"]
                )
    assert set(marks.values()) == {(True, False), (False, True), (True, True), (False, False)}
    right_to_left = running.get(running.outlet("sawt-albuhaira").base_url + "/")
    assert tree_of(right_to_left).get("dir") == "rtl"


def test_the_wire_story_runs_at_five_outlets_in_five_forms_and_in_a_round_up(truth):
    wire = {a["wire"]: a for a in truth["articles"] if a["wire"]}
    assert set(wire) == {"first", "copy", "cut", "edited", "background", "contains"}
    roundup = wire.pop("contains")
    assert len({a["outlet"] for a in wire.values()}) == 5
    first = wire["first"]
    assert all("Meridian Wire" in " ".join(a["authors"]) for a in wire.values())
    assert "(Meridian Wire)" in first["paragraphs"][0]
    assert {a["story"] for a in wire.values()} == {first["url"]}
    assert [a["outcome"] for a in wire.values() if a is not first] == ["copy"] * 4
    assert wire["copy"]["paragraphs"] == first["paragraphs"]
    assert wire["copy"]["title"] != first["title"]
    assert wire["copy"]["copy_of"] == first["url"]
    assert [a["copy_of"] for a in truth["articles"]].count(None) == len(truth["articles"]) - 1
    cut = wire["cut"]["paragraphs"]
    assert cut == first["paragraphs"][: len(cut)]
    assert len(cut) < len(first["paragraphs"])
    edited = wire["edited"]["paragraphs"]
    assert edited[0] != first["paragraphs"][0]
    assert len(set(edited) & set(first["paragraphs"])) >= 6
    assert any("Weir Meadow" in paragraph for paragraph in edited)
    assert not any("Weir Meadow" in paragraph for paragraph in first["paragraphs"])
    longer = wire["background"]["paragraphs"]
    assert longer[:11] == first["paragraphs"]
    assert len(longer) == 14
    assert wire["background"]["language"] == "en"
    assert first["appears"] < min(a["appears"] for a in wire.values() if a is not first)
    # The round-up has both texts whole, is a story of its own, and begins with words of its own.
    assert roundup["story"] == roundup["url"]
    assert roundup["outcome"] == "stored"
    assert roundup["contains"][0] == first["url"]
    parts = [a for a in truth["articles"] if a["url"] in roundup["contains"]]
    assert len(parts) == 2
    for part in parts:
        assert set(part["paragraphs"]) <= set(roundup["paragraphs"])
    assert roundup["paragraphs"][0] not in {p for part in parts for p in part["paragraphs"]}
    assert roundup["appears"] > max(part["appears"] for part in parts)


def test_all_other_articles_are_stories_of_their_own(truth):
    for article in truth["articles"]:
        if article["wire"] is None:
            assert article["story"] == article["url"]
            assert (article["contains"], article["outcome"]) == ([], "stored")


def test_the_edit_is_silent_and_changes_headline_and_number(truth):
    assert [a["revised"]["kinds"] for a in truth["articles"] if a["revised"]] == [
        ["headline", "number"]
    ]
    assert all(a["revised"]["silent"] for a in truth["articles"] if a["revised"])


def test_five_pages_change_and_their_articles_do_not(running, truth):
    noisy = {a["noise"]["kind"]: a for a in truth["articles"] if a["noise"]}
    assert set(noisy) == set(NOISE)
    for kind, article in noisy.items():
        at = article["noise"]["at"]
        assert article["revised"] is None
        assert article["appears"] + 4 <= at, "stored and visited once before"
        assert at <= article["appears"] + 15 <= 28, "and visited again before the demo ends"
        pages, made = {}, {}
        for moment in (at - 0.01, at):
            running.elapsed = moment
            pages[moment] = running.get(article["url"]).decode()
            made[moment] = prepare(pages[moment], article["url"], Link(url=article["url"]))
        assert pages[at - 0.01] != pages[at], kind
        before, after = made.values()
        assert before.article.verdict.is_article
        assert before.content_hash == after.content_hash, kind
        assert " ".join(words(after.article.text)) == " ".join(
            words("\n".join(article["paragraphs"]))
        )


def test_each_noise_is_what_it_says(running, truth):
    def before_and_after(kind):
        article = next(a for a in truth["articles"] if (a["noise"] or {}).get("kind") == kind)
        found = []
        for moment in (article["noise"]["at"] - 0.01, article["noise"]["at"]):
            running.elapsed = moment
            found.append(text_of(tree_of(running.get(article["url"]))))
        return found

    before, after = before_and_after("updated")
    assert ("Last updated: 1 March" in before, "Last updated: 1 March" in after) == (False, True)
    before, after = before_and_after("views")
    opened = [int(t.partition("Opened ")[2].split()[0].replace(",", "")) for t in (before, after)]
    assert opened[0] < opened[1]
    before, after = before_and_after("rotated")
    assert ("Tannenhof" in before, "Tannenhof" in after) == (False, True)
    before, after = before_and_after("quotes")
    assert "\u201cThey fitted,\u201d" in before
    assert '"They fitted,"' in after
    before, after = before_and_after("recommended")
    assert before != after


def test_no_other_text_is_used_twice(truth):
    own = Counter(
        paragraph
        for article in truth["articles"]
        if article["wire"] in (None, "first") and not article["contains"]
        for paragraph in article["paragraphs"]
    )
    assert own.most_common(1)[0][1] == 1


def test_number_and_length_of_the_articles(truth):
    articles = truth["articles"]
    assert 30 <= len(articles) <= 45
    assert len({article["url"] for article in articles}) == len(articles)
    lengths = [len(" ".join(article["paragraphs"]).split()) for article in articles]
    assert min(lengths) >= 120
    assert (
        max(a for a, article in zip(lengths, articles, strict=True) if not article["wire"]) <= 500
    )
    assert max(lengths) <= 1000
    assert sum(article["appears"] > 0 for article in articles) >= 8
    for article in articles:
        published = datetime.fromisoformat(article["published_at"])
        if article["appears"]:
            assert published == SECOND_ZERO + timedelta(seconds=article["appears"])
        else:
            assert SECOND_ZERO - timedelta(days=4) < published < SECOND_ZERO


def test_the_traps(running, truth):
    outcomes = Counter(trap["outcome"] for trap in truth["traps"])
    assert outcomes == {"not_article": 2, "paywalled": 1, "robots": 1, "gone": 1}
    for trap in truth["traps"]:
        status, _, body = running.ask(trap["url"])
        assert status == (404 if trap["outcome"] == "gone" else 200)
        if trap["outcome"] in ("not_article", "paywalled"):
            verdict = extract(body.decode(), trap["url"]).verdict
            assert not verdict.is_article
            assert (verdict == "paywalled") == (trap["outcome"] == "paywalled")


def test_expected_can_be_written_as_json(truth):
    assert json.loads(json.dumps(truth)) == truth


# Configuration, start and stop ------------------------------------------------------------------


def test_the_configuration_is_valid_and_complete(running, tmp_path):
    text = running.web.config_text(tmp_path / 'a "b" c.db')
    config = load_text(text, tmp_path / "config.yaml", {})
    assert [source.id for source in config.sources] == list(SLUGS)
    assert Path(config.storage.path) == tmp_path / 'a "b" c.db'
    feeds = [feed for source in config.sources for feed in source.feeds]
    assert [(str(feed.kind), feed.url) for feed in feeds] == [
        (str(feed.kind), feed.url) for outlet in running.web.outlets for feed in outlet.feeds
    ]
    assert {feed.every for feed in feeds} == {timedelta(seconds=3)}
    assert config.politeness.delay == timedelta(0)
    assert config.schedule.recheck[-1] == timedelta(seconds=20)


def test_ports_are_closed_afterwards_and_can_be_chosen():
    async def scenario():
        web = DemoWeb()
        await web.start()
        ports = [urlsplit(outlet.base_url).port for outlet in web.outlets]
        assert len(set(ports)) == 6
        reader, writer = await asyncio.open_connection("127.0.0.1", ports[0])
        await web.stop()
        assert await reader.read() == b""  # an open connection is ended too
        writer.close()
        for port in ports:
            with pytest.raises(OSError):
                await asyncio.open_connection("127.0.0.1", port)
        await web.stop()

    asyncio.run(scenario())


def test_a_taken_port_is_an_error_that_leaves_none_open():
    async def scenario():
        async with DemoWeb() as web:
            port = urlsplit(web.outlets[3].base_url).port
            second = DemoWeb(port_base=port - 3)
            with pytest.raises(OSError):
                await second.start()
            assert second.outlets == ()
            assert second._servers == []

    asyncio.run(scenario())


# The text files ---------------------------------------------------------------------------------


def test_a_text_can_use_paragraphs_of_another():
    first = parse("@@ a\ntitle: A\n\none\n\n## two\n\nthree\nlines\n", "x", {})[0]
    assert first.paragraphs == ("one", "two", "three lines")
    known = {"x/a": first}
    second = parse("@@ b\ntitle: B\nfrom: x/a\nown\n\n@2-3\n", "y", known)[0]
    assert second.blocks == ("own", "## two", "three lines")
    assert second.taken_from == "x/a"


@pytest.mark.parametrize(
    "text",
    [
        "@@ a\n\nno title\n",
        "@@ a\ntitle: A\nfrom: x/none\n\n@1\n",
        "@@ a\ntitle: A\nage: soon\n\ntext\n",
        "@@ a\ntitle: A\n\n@1-2\n",
    ],
)
def test_a_text_file_with_a_mistake_is_refused(text):
    with pytest.raises(DocumentError):
        parse(text, "x", {})
