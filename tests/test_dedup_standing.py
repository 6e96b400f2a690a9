"""What an outlet has in all its articles makes no copies, in whatever order they come."""

from itertools import permutations

import pytest

from pipeline.store.sqlite import open_store
from tests.dedupkit import BACKGROUND, DAM, NOW, STRIKE, Wire

APPLES = (
    (
        "Apples from the Kesten orchards fetch 3.10 crowns a kilo this autumn, twice what they did "
        "a year ago, after hail on the ninth of June had taken the crop of forty farms."
    ),
    (
        "Ladders are short, growers say, and pickers shorter. Jonas Brühl of the market board has "
        "asked the schools to close for two days, as they used to do when he was a boy."
    ),
)
BRIDGE = (
    (
        "Two lanes of the Aldern bridge reopen on Saturday. A lorry had struck the railing on the "
        "second of May, and for months nobody could be found who still makes railings of that kind."
    ),
    (
        "The smith who did it in the end, Paula Weiss, is 71. She cast the posts in her yard from "
        "a mould that her grandfather had kept, she said, for reasons nobody had understood."
    ),
)
TEXTS = {
    ("alpha", "Trams stand still for the third time"): (*STRIKE[:2], *DAM),
    ("alpha", "Apples cost twice what they did"): (*APPLES, *DAM),
    ("alpha", "Aldern bridge to reopen on Saturday"): (*BRIDGE, *DAM),
    ("beta", "What a river carries away"): (*BACKGROUND, *DAM),
    ("gamma", "Orchards look for pickers"): APPLES,
}
APPLE_STORY = {"Apples cost twice what they did", "Orchards look for pickers"}


@pytest.fixture
def wire(tmp_path):
    store = open_store(tmp_path / "monitor.db", NOW)
    with store.transaction():
        yield Wire(store)
    store.close()


def stories(wire, order):
    found = {}
    articles = [
        (title, wire.publish(outlet, title, TEXTS[outlet, title])[0]) for outlet, title in order
    ]
    for title, article in articles:
        found.setdefault(wire.story(article), set()).add(title)
    return sorted(map(sorted, found.values()))


TRUE = sorted([sorted(APPLE_STORY), *([title] for _, title in TEXTS if title not in APPLE_STORY)])


@pytest.mark.parametrize("order", list(permutations(TEXTS)), ids=range(120))
def test_what_stands_in_every_article_of_an_outlet_joins_none(wire, order):
    assert stories(wire, order) == TRUE


def test_two_articles_do_not_make_a_passage_the_outlets_own(wire):
    """The second may be a round-up of the first."""
    wire.publish("alpha", "Two gates of the Lenz dam opened", (*DAM, *BACKGROUND))
    both, _ = wire.publish("alpha", "The day in brief", (*DAM, *STRIKE))
    copy, relation = wire.publish("beta", "Lower town of Oberlenz is cleared", DAM)
    assert relation.kind == "copy"
    assert wire.story(copy) != wire.story(both)


def test_what_reviewers_put_together_is_not_taken_apart(wire):
    order = [key for key in TEXTS if key[0] == "alpha"]
    first, _ = wire.publish(*order[0], TEXTS[order[0]])
    second, _ = wire.publish(*order[1], TEXTS[order[1]])
    wire.store.stories.merge((wire.story(first), wire.story(second)), wire.at)
    wire.publish(*order[2], TEXTS[order[2]])
    assert wire.story(second) == wire.story(first)
