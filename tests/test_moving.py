"""Articles whose addresses change: they stay one, their old addresses stay known."""

from dataclasses import replace

import pytest

from pipeline import ingest
from pipeline.dedup.moved import is_edit
from pipeline.model import Outcome
from pipeline.store.arrivals import FIRST_SIGHT, renewed
from tests.storekit import (
    FILLER,
    NOW,
    at,
    bench_of,
    discover,
    due_link,
    key_of,
    link_to,
    one_file,
    page_of,
    prepared,
    raw_of,
    run_story,
    settle,
    url_of,
)

SECOND = (
    "Three companies have handed in their bids, and two of them have ships that are younger than "
    "the pier they would have to moor at."
)
SHARE = "Subscribe to our letter, and read us every Saturday at breakfast without paying a crown."
TEXT = (FILLER, SECOND)


@pytest.fixture
def bench(tmp_path):
    with bench_of(one_file, tmp_path) as made:
        yield made


def visit(bench, name, made, *, landed=None, now=NOW):
    """Visit a link again; ``landed``: where its address led on to."""

    def run(store):
        row = next(r for r in bench.links() if r["url"] == url_of(name))
        link = replace(store.ledger.link(row["id"]), due_at=now)
        page = replace(page_of(url_of(landed or name), now), requested_url=link.url)
        raw = raw_of(page.url, f"{made.article.title}\n{made.article.text}", now)
        return ingest.settle_page(store, link, page, made, raw, now, None)

    return bench.do(run)


def story(name, *paragraphs, title="Ferry line approved"):
    return prepared(name, *(paragraphs or TEXT), title=title)


def one(bench):
    """The only article there is."""
    rows = bench.articles()
    assert len(rows) == 1, [row["url"] for row in rows]
    return bench.article(rows[0]["id"])


def test_an_article_follows_to_the_address_at_which_it_is_listed(bench):
    first = bench.do(lambda s: run_story(s, "?p=7", story("?p=7")))
    moved = bench.do(lambda s: run_story(s, "ferry-line", story("ferry-line"), now=at(60)))
    assert (moved.outcome, moved.article) == (Outcome.UNCHANGED, first.article)
    assert "moved" in moved.reason
    row = one(bench)
    assert (row["url"], row["url_key"]) == (url_of("ferry-line"), key_of("ferry-line"))
    assert row["revisions"] == 0
    assert {link["article"] for link in bench.links()} == {first.article}
    assert bench.outcomes() == {"stored": 1, "unchanged": 1}
    # The old address is known, however often it is listed.
    again = bench.do(lambda s: discover(s, link_to("?p=7"), link_to("ferry-line"), now=at(90)))
    assert (again.new, again.due) == (0, 0)


def test_an_article_follows_where_its_address_leads_on_to(bench):
    bench.do(lambda s: run_story(s, "a", story("a")))
    done = visit(bench, "a", story("b"), landed="b", now=at(60))
    assert (done.outcome, done.event) == (Outcome.UNCHANGED, "rechecked")
    assert one(bench)["url"] == url_of("b")
    # When the outlet lists the new address, nothing needs to be fetched.
    found = bench.do(lambda s: discover(s, link_to("b"), now=at(90)))
    assert (found.new, found.due) == (1, 0)
    assert bench.outcomes() == {"stored": 1, "unchanged": 1}


def test_another_template_around_it_is_no_edit_neither_now_nor_later(bench):
    bench.do(lambda s: run_story(s, "a", story("a")))
    around = story("b", *TEXT, SHARE, title="Ferry line approved - Harbour Radio")
    done = visit(bench, "a", around, landed="b", now=at(60))
    assert done.outcome is Outcome.UNCHANGED
    row = one(bench)
    assert row["revisions"] == 0
    assert SHARE in row["body"], "or the next visit would find it changed"
    again = visit(bench, "a", around, landed="b", now=at(120))
    assert (again.outcome, again.event) == (Outcome.UNCHANGED, "rechecked")
    assert one(bench)["revisions"] == 0
    assert bench.search("breakfast") == {row["id"]}


def test_words_that_changed_with_the_address_are_an_edit(bench):
    bench.do(lambda s: run_story(s, "a", story("a")))
    edited = story("b", FILLER, SECOND.replace("Three", "Five"))
    done = visit(bench, "a", edited, landed="b", now=at(60))
    assert done.event == "edited"
    row = one(bench)
    assert (row["revisions"], row["url"]) == (1, url_of("b"))


def test_a_headline_that_changed_with_the_address_is_an_edit(bench):
    bench.do(lambda s: run_story(s, "a", story("a")))
    made = story("b", title="Council lets ferry line founder")
    done = bench.do(lambda s: run_story(s, "b", made, now=at(60)))
    assert done.outcome is Outcome.REVISED
    row = one(bench)
    assert (row["title"], row["revisions"], row["url"]) == (made.article.title, 1, url_of("b"))


def test_two_addresses_that_stay_are_no_see_saw(bench):
    """The old one keeps its template and is visited again and again."""
    bench.do(lambda s: run_story(s, "old", story("old")))
    bench.do(lambda s: run_story(s, "new", story("new"), now=at(10)))
    for round_ in range(3):
        now = at(60 * (round_ + 1))
        visit(bench, "new", story("new", *TEXT), now=now)
        done = visit(bench, "old", story("old", *TEXT, SHARE), now=now)
        assert done.event == "rechecked"
    row = one(bench)
    assert (row["revisions"], row["url"]) == (0, url_of("new"))
    # An edit at the address where the article is read now is one.
    assert visit(
        bench, "new", story("new", *TEXT, "It was signed at noon."), now=at(500)
    ).event == ("edited")
    assert one(bench)["revisions"] == 1


def test_the_old_address_counts_again_when_the_new_one_is_gone(bench):
    from tests.storekit import failure

    bench.do(lambda s: run_story(s, "old", story("old")))
    bench.do(lambda s: run_story(s, "new", story("new"), now=at(10)))
    row = next(r for r in bench.links() if r["url"] == url_of("new"))
    bench.do(lambda s: ingest.settle_failure(s, s.ledger.link(row["id"]), failure(), at(20), None))
    edited = story("old", FILLER, SECOND.replace("Three", "Five"))
    assert visit(bench, "old", edited, now=at(60)).event == "edited"


def test_an_old_address_with_another_story_is_a_new_article(bench):
    bench.do(lambda s: run_story(s, "live", story("live")))
    bench.do(lambda s: run_story(s, "ferry-line", story("ferry-line"), now=at(10)))
    other = story(
        "live",
        "Apples from the valley sell for twice what they did a year ago, growers told the market "
        "board, and half the orchards have not yet been picked for want of ladders.",
        title="Apple prices double",
    )
    visit(bench, "live", other, now=at(60))
    assert {row["url"] for row in bench.articles()} == {url_of("live"), url_of("ferry-line")}


def test_an_address_that_another_article_has_is_not_taken(bench):
    bench.do(lambda s: run_story(s, "a", story("a")))
    apples = "Apples from the valley sell for twice what they did a year ago, growers said. " * 3
    bench.do(lambda s: run_story(s, "b", story("b", apples, title="Apple prices double")))
    visit(bench, "a", story("b"), landed="b", now=at(60))
    assert {row["url"] for row in bench.articles()} >= {url_of("b")}
    assert len({row["url_key"] for row in bench.articles()}) == len(bench.articles())


def test_all_addresses_of_an_outlet_change_at_once(bench):
    def text(n):
        return (f"{FILLER} This is story {n} of the harbour.", f"{SECOND} Bid {n} is the lowest.")

    for n in range(12):
        made = story(f"?p={n}", *text(n), title=f"Story {n} of the harbour")
        bench.do(lambda s, n=n, m=made: run_story(s, f"?p={n}", m))
    before = {row["id"]: row["title"] for row in bench.articles()}
    found = bench.do(lambda s: discover(s, *(link_to(f"news/{n}") for n in range(12)), now=at(60)))
    assert found.due == 12
    for n in range(12):
        made = story(f"news/{n}", *text(n), title=f"Story {n} of the harbour")
        bench.do(lambda s, n=n, m=made: settle(s, due_link(s, f"news/{n}", now=at(60)), m, at(60)))
    assert {row["id"]: row["title"] for row in bench.articles()} == before
    assert {row["url"] for row in bench.articles()} == {url_of(f"news/{n}") for n in range(12)}
    assert bench.outcomes() == {"stored": 12, "unchanged": 12}
    assert all(row["revisions"] == 0 for row in bench.articles())


def test_an_archive_under_new_addresses_is_no_news(bench):
    many = FIRST_SIGHT + 100
    bench.do(lambda s: discover(s, *(link_to(f"?p={n}") for n in range(many)), first=True))
    found = bench.do(lambda s: discover(s, *(link_to(f"news/{n}") for n in range(many))))
    assert (found.new, found.due) == (many, FIRST_SIGHT)
    reasons = {r["reason"] for r in bench.links() if r["outcome"] == "filtered"}
    assert any("all addresses changed" in reason for reason in reasons)
    # Dated ones are judged by their dates, as ever.
    dated = [link_to(f"dated/{n}", published_at=at(-n)) for n in range(many)]
    assert bench.do(lambda s: discover(s, *dated)).due == many


def test_many_news_beside_known_links_are_news():
    assert renewed(found=FIRST_SIGHT + 1, known=0)
    assert not renewed(found=FIRST_SIGHT, known=0)
    assert not renewed(found=1000, known=400)
    assert renewed(found=1000, known=100)
    assert not renewed(found=1000, known=101)


@pytest.mark.parametrize(
    ("title", "paragraphs", "edit"),
    [
        ("Ferry line approved", TEXT, False),
        ("FERRY LINE APPROVED | Harbour", (SHARE, *TEXT), False),
        ("Ferry line", TEXT[:1], False),
        ("Ferry line refused", TEXT, True),
        ("Ferry line approved", (FILLER, SECOND.replace("Three", "Five")), True),
        ("Ferry line approved", (SECOND, FILLER), True),
    ],
)
def test_what_is_an_edit_when_an_article_moves(title, paragraphs, edit):
    made = story("a", *paragraphs, title=title).article
    assert is_edit("Ferry line approved", "\n".join(TEXT), made) is edit
