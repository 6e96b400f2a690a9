"""Copies, round-ups and look-alikes through the real store, in whatever order they come."""

from datetime import timedelta
from itertools import permutations

import pytest

from pipeline.dedup.fingerprint import SCHEME
from pipeline.dedup.furniture import furniture_hashes
from pipeline.store.sqlite import open_store
from pipeline.trace import reenter, sign_some
from tests.dedupkit import BACKGROUND, DAM, NOW, STRIKE, Wire, weather

TITLE = "Two gates of the Lenz dam opened"
FORMS = {
    "whole": DAM,
    "cut": DAM[:3],
    "joined": (" ".join(DAM),),
    "credited": (f"OBERLENZ (Wire) – {DAM[0]}", *DAM[1:], "Reporting by the Oberlenz desk."),
    "longer": (*DAM, *BACKGROUND[:1]),
    "edited": (DAM[0].replace("lifted", "raised"), DAM[1], DAM[2], DAM[4]),
}


@pytest.fixture
def wire(tmp_path):
    store = open_store(tmp_path / "monitor.db", NOW)
    with store.transaction():
        yield Wire(store)
    store.close()


def test_a_copy_in_each_form_joins_the_story(wire):
    first, relation = wire.publish("agency", TITLE, DAM)
    assert relation.kind == "new"
    for outlet, form in FORMS.items():
        article, relation = wire.publish(outlet, f"{TITLE} today", form)
        assert relation.kind == "copy", outlet
        assert wire.story(article) == wire.story(first), outlet
    assert wire.relation(first) == "first"


def test_reason_and_scores_say_why(wire):
    first, _ = wire.publish("agency", TITLE, DAM)
    changed = (DAM[0], DAM[1].replace("2,300", "2,900"), *DAM[2:4])
    article, relation = wire.publish("courier", "Thousands leave", changed)
    assert relation.article == first
    assert relation.reason.startswith(f"99 % of it in article {first} of agency, 7")
    assert relation.reason.endswith("differs in 2300 / 2900")
    assert relation.scores["share_of_new"] > 0.95
    assert 0.7 < relation.scores["share_of_old"] < 0.9
    assert relation.scores["differing"] == "2300 / 2900"
    stored = wire.store.connection().execute(
        "SELECT relation_reason, relation_scores FROM article WHERE id = ?", (article,)
    )
    assert relation.reason in stored.fetchone()[0]


@pytest.mark.parametrize("order", list(permutations(["whole", "cut", "credited", "longer"]))[::5])
def test_the_story_is_the_same_in_every_order(wire, order):
    articles = [wire.publish(name, TITLE, FORMS[name])[0] for name in order]
    wire.publish("other", "Trams stand still", STRIKE)
    assert len({wire.story(article) for article in articles}) == 1


def test_stories_of_a_template_stay_apart_and_their_copies_join(wire):
    made = {}
    for n, place in enumerate(("Harwell", "Thornby", "Oakmere", "Pellworth")):
        facts = weather(
            place,
            ("Monday", "Friday", "Sunday", "Tuesday")[n],
            12 + 4 * n,
            n,
            20 + 7 * n,
            11 * n + 5,
        )
        made[place], relation = wire.publish("bureau", f"Weather for {place}", facts)
        assert relation.kind in ("new", "related"), relation.reason
        copy, relation = wire.publish("echo", f"Weather for {place} - Echo", facts[:2])
        assert relation.kind == "copy"
        assert wire.story(copy) == wire.story(made[place])
    assert len({wire.story(article) for article in made.values()}) == 4


ROUND_UP = (*DAM[:3], *STRIKE[:3])


@pytest.mark.parametrize("order", list(permutations(["dam", "strike", "both"])))
def test_a_story_never_grows_through_a_round_up(wire, order):
    texts = {
        "dam": (TITLE, DAM),
        "strike": ("Trams stand still", STRIKE),
        "both": ("Morning briefing", ROUND_UP),
    }
    made = {name: wire.publish(name, *texts[name])[0] for name in order}
    dam, strike = wire.publish("x", TITLE, DAM[:4])[0], wire.publish("y", "No trams", STRIKE)[0]
    assert wire.story(dam) == wire.story(made["dam"])
    assert wire.story(strike) == wire.story(made["strike"])
    assert len({wire.story(article) for article in made.values()}) == 3
    if order[2] == "both":
        assert wire.relation(made["both"]) == "contains"


def test_a_round_up_that_came_first_is_known_when_its_parts_have_come(wire):
    both, _ = wire.publish("brief", "Morning briefing", ROUND_UP)
    dam, relation = wire.publish("agency", TITLE, DAM[:3])
    assert (relation.kind, wire.story(dam)) == ("copy", wire.story(both))  # nobody can know yet
    strike, relation = wire.publish("union", "Trams stand still", STRIKE[:3])
    assert relation.kind == "new"
    assert relation.reason.startswith(f"part of the round-up {both}; ")
    assert wire.relation(both) == "contains"
    assert wire.relation(dam) == "new"
    assert len({wire.story(article) for article in (both, dam, strike)}) == 3


def test_what_quotes_a_story_is_related_and_another_story(wire):
    first, _ = wire.publish("agency", TITLE, DAM)
    piece = (STRIKE[0], DAM[2], DAM[3], *STRIKE[1:], *BACKGROUND)
    article, relation = wire.publish("essay", "What we owe the engineers", piece)
    assert relation.kind == "related"
    assert relation.article == first
    assert wire.story(article) != wire.story(first)


def test_a_later_state_at_the_same_outlet_is_a_revision_beside_it(wire):
    first, _ = wire.publish("agency", TITLE, DAM)
    new = (f"Three of four gates are open now. {DAM[0]}", *DAM[1:3], *BACKGROUND)
    article, relation = wire.publish("agency", TITLE, new)
    assert relation.kind == "revision"
    assert article != first
    assert wire.story(article) == wire.story(first)


def test_two_stories_that_turn_out_to_be_one_are_joined(wire):
    one, _ = wire.publish("a", TITLE, (*DAM[:2], BACKGROUND[0]))
    other, _ = wire.publish("b", f"{TITLE}, again", (*DAM[3:], BACKGROUND[1]))
    assert wire.story(one) != wire.story(other)
    whole, relation = wire.publish("c", TITLE, DAM)
    assert relation.kind == "copy"
    assert len({wire.story(article) for article in (one, other, whole)}) == 1


def test_notices_below_other_headlines_are_no_story(wire):
    notice = (("This page is for guests of the hotel only. Ask for the key at the desk, and "
              "bring it back before noon so that the next guest can have it."),)  # fmt: skip
    titles = ("Court frees two", "Snow on the pass", "Cup final moved", "Bakery wins prize")
    outlets = ("p", "q", "p", "p")
    made = [wire.publish(*named, notice) for named in zip(outlets, titles, strict=True)]
    assert len({wire.story(article) for article, _ in made}) == len(made)
    assert all(relation.kind == "new" for _, relation in made)


def test_what_an_outlet_adds_to_all_its_stories_does_not_count(wire):
    box = (
        "Stay with us through the night and leave your thoughts below, the desk reads them all.",
        "More from the region: five walks along the river, and where to eat on the way home.",
    )
    wire.publish("post", "Trams stand still", (*STRIKE, *box))
    wire.publish("post", "The abbey chronicle", (*BACKGROUND, *box))
    article, _ = wire.publish("post", TITLE, (DAM[0], *box))
    _whole, relation = wire.publish("agency", TITLE, DAM)
    assert relation.kind == "copy"
    assert relation.article == article
    assert relation.scores["share_of_old"] == 1.0


def test_the_same_stories_after_a_restart_in_the_middle(tmp_path):
    texts = [(name, TITLE, form) for name, form in FORMS.items()]
    texts += [
        ("bureau", f"Weather for {p}", weather(p, "Monday", n, 3, 20, n))
        for n, p in enumerate(("Ashby", "Corley"), 11)
    ]
    texts += [("brief", "Briefing", ROUND_UP), ("union", "No trams", STRIKE)]
    stories = []
    for cut in (None, 3, 7):
        path = tmp_path / f"{cut}.db"
        store = open_store(path, NOW)
        wire, made = Wire(store), []
        for n, (outlet, title, text) in enumerate(texts):
            if n == cut:
                store.close()
                store = wire.store = open_store(path, NOW)
            with store.transaction():
                made.append(wire.publish(outlet, title, text)[0])
        stories.append([wire.story(article) for article in made])
        store.close()
    assert stories[0] == stories[1] == stories[2]


def test_an_edited_text_is_found_by_what_it_says_now(wire):
    first, _ = wire.publish("agency", TITLE, DAM[:2], url="http://agency.test/dam")
    from pipeline import placing
    from tests.dedupkit import prepared

    made = prepared("http://agency.test/dam", TITLE, (*DAM[:2], *BACKGROUND))
    known = wire.store.articles.by_url_key("http://agency.test/dam")
    relation = placing.take(wire.store, "agency", "http://agency.test/dam", made, wire.at)[1]
    assert relation.kind == "revision"
    placing.rewrite(wire.store, made, relation, wire.at)
    assert known.id == first
    _article, relation = wire.publish("echo", "An old chronicle", BACKGROUND)
    assert relation.article == first


def test_articles_of_an_older_release_are_entered_later(wire):
    wire.publish("agency", TITLE, DAM)
    conn = wire.store.connection()
    conn.execute(f"DELETE FROM signature_{NOW:%Y%m}_{SCHEME}")
    conn.execute("UPDATE article SET signature_scheme = 0")
    assert wire.publish("a", "Thousands leave", DAM[:4])[1].kind == "new"
    conn.execute("UPDATE article SET signature_scheme = 0")
    assert sign_some(wire.store, wire.at) == 2
    assert sign_some(wire.store, wire.at) == 0
    assert wire.publish("b", "Dam is open", DAM[1:])[1].kind == "copy"
    assert sign_some(wire.store, wire.at + timedelta(days=400)) == 0


def test_a_reviewers_split_outlives_what_later_articles_show(wire):
    one, _ = wire.publish("a", TITLE, (*DAM[:2], BACKGROUND[0]))
    other, _ = wire.publish("b", f"{TITLE}, again", (*DAM[3:], BACKGROUND[1]))
    wire.store.stories.merge((wire.story(one), wire.story(other)), wire.at)
    wire.store.stories.split(wire.story(one), [other], wire.at)
    wire.publish("c", TITLE, DAM)
    assert wire.story(one) != wire.story(other)


LATER = (*DAM[:4], "The clock of the town hall stood still for an hour, delta's reader says.")


def test_a_split_holds_when_a_round_up_leaves(wire):
    both, _ = wire.publish("gamma", "News in brief", ROUND_UP)
    dam, _ = wire.publish("alpha", TITLE, DAM)
    apart, _ = wire.publish("delta", f"{TITLE} after rain", LATER)
    assert wire.story(both) == wire.story(dam) == wire.story(apart)
    wire.store.stories.split(wire.story(dam), [apart], wire.at)
    wire.publish("beta", "Tram drivers walk out", STRIKE)
    assert wire.relation(both) == "contains"
    wire.publish("eps", f"{TITLE} in the valley", (*DAM, LATER[-1]))
    assert wire.story(apart) != wire.story(dam)


def test_a_merge_holds_when_the_first_turns_out_to_be_a_round_up(wire):
    both, _ = wire.publish("gamma", "News in brief", ROUND_UP)
    dam, _ = wire.publish("alpha", TITLE, DAM)
    own = wire.store.stories.split(wire.story(both), [dam], wire.at)
    wire.store.stories.merge([wire.story(both), own], wire.at)
    wire.publish("beta", "Tram drivers walk out", STRIKE)
    assert wire.story(both) == wire.story(dam)


def test_the_first_is_who_was_seen_first(wire):
    late, _ = wire.publish("alpha", TITLE, DAM)
    wire.at -= timedelta(hours=5)
    early, _ = wire.publish("beta", f"{TITLE} after rain", LATER)
    assert wire.story(late) == wire.story(early)
    assert wire.store.articles.lead(wire.story(late)) == early
    assert (wire.relation(early), wire.relation(late)) == ("first", "copy")


def test_edits_to_and_fro_make_no_furniture(wire):
    line = "The mayor said that the town would pay."
    one, _ = wire.publish("alpha", TITLE, (*DAM, line))
    other, _ = wire.publish("alpha", "Tram drivers walk out", (*STRIKE, line))
    for _ in range(3):
        for article, text in ((one, DAM), (other, STRIKE)):
            reenter(wire.store, article, "\n".join((*text, line)))
    found = furniture_hashes("alpha", line)
    assert wire.store.signatures.furniture(found) == frozenset()
