"""The law of the ledger under anything that may happen: discovered = sum of outcomes + pending."""

import tempfile
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pipeline import ingest
from pipeline.model import FailureKind, Link, Verdict
from pipeline.remake import basis_of, remake
from tests.storekit import (
    FILLER,
    NOW,
    OUTLETS,
    SqliteBench,
    discover,
    failure,
    found_empty,
    key_of,
    page_of,
    prepared,
    raw_of,
    settle,
    url_of,
)

NAMES = ("a", "b", "c", "d")
WORDS = ("anchor", "barge", "canal", "dredger")
# Two long texts that are edits of each other, one of another story, one too short to be a copy.
TEXTS = (
    f"{FILLER} The anchor held.",
    f"{FILLER} The barge sank.",
    (
        "Apples, quinces and medlars were judged before hungry villagers while a canal orchestra "
        "played tunes nobody remembered, and prizes went chiefly to cousins of whoever was judging."
    ),
    "Dredger stuck.",
)
EVENTS = {"edited", "rechecked", "not_modified", "discovered"}

outlets = st.sampled_from(OUTLETS)
picks = st.integers(0, 2)
maybe = st.booleans()


class Mishap(Exception):
    pass


class Ledger(RuleBasedStateMachine):
    @initialize()
    def found(self):
        self.folder = tempfile.TemporaryDirectory()
        self.bench = SqliteBench(Path(self.folder.name) / "monitor.db")
        self.bench.do(found_empty)
        self.now = NOW
        self.discovered = Counter()
        self.visited = []  # links as their visitors saw them
        # Something to visit from the start, or most runs do nothing but poll.
        for outlet in OUTLETS:
            links = [(key_of(n, outlet), Link(url=url_of(n, outlet))) for n in "xyz"]
            found = self.bench.do(lambda s, o=outlet, x=links: discover(s, *x, outlet=o, now=NOW))
            self.discovered[outlet] += found.new

    def change(self, run, spoiled):
        """Run a change; a spoiled one fails after all its work is done."""

        def with_mishap(store):
            result = run(store)
            if spoiled:
                raise Mishap
            return result

        try:
            return self.bench.do(with_mishap)
        except Mishap:
            return None

    @rule(
        outlet=outlets,
        names=st.lists(st.sampled_from(NAMES), unique=True),
        modified=st.none() | st.integers(-100, 100),
        limit=st.sampled_from([None, -50, 50]),
        spoiled=maybe,
    )
    def poll(self, outlet, names, modified, limit, spoiled):
        moment = None if modified is None else NOW + timedelta(minutes=modified)
        # Outlets link to each other's pages, too: every second name is the same for all.
        links = [
            (key_of(n, host), Link(url=url_of(n, host), modified_at=moment))
            for n in names
            for host in [outlet if n in "ab" else "harbour"]
        ]
        before = None if limit is None else NOW + timedelta(minutes=limit)
        found = self.change(
            lambda s: discover(s, *links, outlet=outlet, now=self.now, too_old_before=before),
            spoiled,
        )
        if found is not None:
            self.discovered[outlet] += found.new

    def due(self, pick):
        def some(store):
            outlets = sorted(store.ledger.sources_due(self.now))
            return store.ledger.due(outlets[pick % len(outlets)], self.now, 1) if outlets else []

        return self.bench.do(some)

    @rule(
        pick=picks,
        text=st.sampled_from(TEXTS),
        title=st.sampled_from(["Ferry line approved", "Orchard prizes"]),
        canonical=st.sampled_from([None, "home", "a"]),
        verdict=st.sampled_from([Verdict.GOOD] * 4 + [Verdict.PAYWALLED, Verdict.ERROR]),
        again=st.sampled_from([None, 0, 5]),
        spoiled=maybe,
    )
    def visit(self, pick, text, title, canonical, verdict, again, spoiled):
        for link in self.due(pick):
            self.visited.append(link)
            key = link.url_key if canonical is None else key_of(canonical, link.source)
            made = prepared("x", text, title=title, key=key, verdict=verdict)
            later = None if again is None else self.now + timedelta(minutes=again)
            self.change(lambda s, x=link, m=made, t=later: settle(s, x, m, self.now, t), spoiled)

    @rule(pick=picks, kind=st.sampled_from(FailureKind), retry=maybe, spoiled=maybe)
    def fail(self, pick, kind, retry, spoiled):
        for link in self.due(pick):
            self.visited.append(link)
            later = self.now + timedelta(minutes=5) if retry else None
            self.change(
                lambda s, x=link, t=later: ingest.settle_failure(s, x, failure(kind), self.now, t),
                spoiled,
            )

    @rule(pick=picks, spoiled=maybe)
    def same_bytes(self, pick, spoiled):
        for link in self.due(pick):
            if link.page_hash is None:
                continue
            page = page_of(link.url, self.now)
            later = self.now + timedelta(minutes=5)
            self.change(
                lambda s, x=link, p=page, t=later: ingest.settle_unmodified(s, x, p, self.now, t),
                spoiled,
            )

    @precondition(lambda self: self.visited)
    @rule(pick=st.integers(0), text=st.sampled_from(TEXTS), fails=maybe)
    def tell_of_an_old_visit(self, pick, text, fails):
        """A visit that was given up, or told once before, is told (again) with what it once saw."""
        link = self.visited[pick % len(self.visited)]
        if fails:
            self.change(
                lambda s: ingest.settle_failure(s, link, failure(), self.now, None), spoiled=False
            )
        else:
            made = prepared("x", text, key=link.url_key)
            self.change(lambda s: settle(s, link, made, self.now), spoiled=False)

    @precondition(lambda self: self.bench.articles())
    @rule(pick=st.integers(0), text=st.sampled_from(TEXTS), spoiled=maybe)
    def read_again(self, pick, text, spoiled):
        """A newer engine finds another text in the page that an article is from."""
        articles = self.bench.articles()
        article = articles[pick % len(articles)]["id"]
        made = prepared("x", text, rules="new")

        def run(store):
            basis = basis_of(store, article)
            return basis and remake(store, replace(basis, prepared=made))

        self.change(run, spoiled)

    def without_article(self):
        return [x for x in self.bench.links() if x["article"] is None and x["outcome"]]

    @precondition(lambda self: self.without_article())
    @rule(pick=st.integers(0), text=st.sampled_from(TEXTS), key=maybe, spoiled=maybe)
    def recover(self, pick, text, key, spoiled):
        """A newer engine finds an article where an older one found none."""
        ended = self.without_article()
        link = ended[pick % len(ended)]
        made = prepared("x", text, key=None if key else link["url"].removeprefix("https://"))
        raw = raw_of(link["url"], text, self.now)
        self.change(lambda s: ingest.recover_page(s, s.ledger.link(link["id"]), raw, made), spoiled)

    @rule()
    def restart(self):
        self.bench.close()

    @rule(minutes=st.sampled_from([-3, 1, 10, 60 * 24]))
    def time_passes(self, minutes):
        self.now += timedelta(minutes=minutes)

    @invariant()
    def the_law_holds(self):
        for outlet in OUTLETS:
            links, counted = self.bench.outcomes(outlet), self.bench.rolled_up(outlet)
            assert sum(links.values()) == self.discovered[outlet] == counted["discovered"]
            del links["pending"]
            assert links == Counter({k: n for k, n in counted.items() if k not in EVENTS})

    @invariant()
    def search_finds_what_is_stored_and_nothing_else(self):
        articles = self.bench.articles()
        for word in WORDS:
            wanted = {a["id"] for a in articles if word in a["body"].lower()}
            assert self.bench.search(word) == wanted

    @invariant()
    def nothing_is_wrong_with_the_file(self):
        assert self.bench.problems() == []

    def teardown(self):
        self.bench.close()
        self.folder.cleanup()


Ledger.TestCase.settings = settings(
    max_examples=12,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
TestLedger = Ledger.TestCase
