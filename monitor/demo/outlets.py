"""The six made-up outlets: names, languages, where feeds and articles are, what is marked up."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from urllib.parse import quote

from monitor.demo.stories import Story
from pipeline.model import FeedKind

_EAST = timezone(timedelta(hours=1))
_WEST = timezone(timedelta(0))


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedPlace:
    """One feed of an outlet and whether the demo's configuration polls it."""

    kind: FeedKind
    format: str  # rss, atom, json, news_sitemap, section
    path: str
    polled: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """What one outlet is, before it has an address."""

    slug: str
    name: str
    language: str
    zone: timezone
    date_style: str  # english, english_day, german, arabic
    tagline: str
    feeds: tuple[FeedPlace, ...]
    sections: dict[str, str]  # name as in the texts -> path
    article_path: Callable[[Story, datetime], str]  # already percent-encoded
    json_ld: bool = False
    meta: bool = False  # og: and article: tags, description
    canonical: bool = True
    tracked: bool = False  # its feed adds utm_ parameters to the links
    ad_colour: str = "#8c8c7c"


def _number(story: Story) -> int:
    return 10000 + zlib.crc32(story.key.encode()) % 80000


def _dated(story: Story, published: datetime) -> str:
    return f"/{published:%Y/%m/%d}/{story.key}/"


def _arabic(story: Story, _: datetime) -> str:
    return f"/ar/{story.key}/" + quote("-".join(story.title.split()))


def _german(story: Story, _: datetime) -> str:
    return f"/{story.section.lower()}/{story.key}-{_number(story)}.html"


def _courier(story: Story, _: datetime) -> str:
    if story.trap == "robots":
        return f"/club/{story.key}"
    return f"/news/{story.key}-{_number(story)}"


_FEED, _SITEMAP, _SECTION = FeedKind.FEED, FeedKind.SITEMAP, FeedKind.SECTION

PROFILES: tuple[Profile, ...] = (
    Profile(
        slug="lindmoor-post",
        name="The Lindmoor Post",
        language="en",
        zone=_EAST,
        date_style="english",
        tagline="The paper of the town and the lake",
        feeds=(
            FeedPlace(kind=_FEED, format="rss", path="/rss.xml"),
            FeedPlace(kind=_SITEMAP, format="news_sitemap", path="/news-sitemap.xml"),
        ),
        sections={"Peace talks": "/peace-talks/", "Town": "/town/", "Features": "/features/"},
        article_path=_dated,
        meta=True,
        tracked=True,
        ad_colour="#9a7b4f",
    ),
    Profile(
        slug="valley-courier",
        name="Valley Courier",
        language="en",
        zone=_EAST,
        date_style="english",
        tagline="News from the uplands, printed twice a week, read every day",
        feeds=(
            FeedPlace(kind=_FEED, format="atom", path="/feed/atom.xml"),
            FeedPlace(kind=_SITEMAP, format="news_sitemap", path="/sitemap.xml", polled=False),
        ),
        sections={
            name: f"/s/{name.lower()}"
            for name in (
                "Talks",
                "Water",
                "Economy",
                "Farming",
                "Education",
                "Health",
                "Land",
                "Energy",
            )
        },
        article_path=_courier,
        json_ld=True,
        ad_colour="#4b7a5c",
    ),
    Profile(
        slug="harbour-radio",
        name="Harbour Radio",
        language="en",
        zone=_WEST,
        date_style="english",
        tagline="94.6, from the port of Corvane",
        feeds=(FeedPlace(kind=_FEED, format="json", path="/feed.json"),),
        sections={name: f"/{name.lower()}" for name in ("Politics", "Economy", "Society", "Video")},
        article_path=lambda story, _: "/story?id=" + story.key.partition("-")[0],
        json_ld=True,
        meta=True,
        ad_colour="#31587a",
    ),
    Profile(
        slug="orrin-digest",
        name="The Orrin Digest",
        language="en",
        zone=_EAST,
        date_style="english_day",
        tagline="Reports and explanations from the uplands",
        feeds=(FeedPlace(kind=_FEED, format="rss", path="/index.rss"),),
        sections={
            "Explained": "/explained.html",
            "Reportage": "/reportage.html",
            "Archive": "/archive.html",
        },
        article_path=lambda story, _: f"/p/{story.key}.html",
        canonical=False,
        ad_colour="#7d7460",
    ),
    Profile(
        slug="seeland-bote",
        name="Seeland-Bote",
        language="de",
        zone=_EAST,
        date_style="german",
        tagline="Die Zeitung vom See",
        feeds=(FeedPlace(kind=_SECTION, format="section", path="/nachrichten/"),),
        sections={name: f"/{name.lower()}/" for name in ("Region", "Politik", "Kultur", "English")},
        article_path=_german,
        meta=True,
        ad_colour="#46719c",
    ),
    Profile(
        slug="sawt-albuhaira",
        name="صوت البحيرات",
        language="ar",
        zone=_EAST,
        date_style="arabic",
        tagline="صحيفة من ضفتي النهر",
        feeds=(FeedPlace(kind=_SITEMAP, format="news_sitemap", path="/news-sitemap.xml"),),
        sections={
            "سياسة": "/siyasa",
            "اقتصاد": "/iqtisad",
            "مجتمع": "/mujtama",
            "تعليم": "/talim",
            "بيئة": "/bia",
        },
        article_path=_arabic,
        json_ld=True,
        ad_colour="#3d8288",
    ),
)

SLUGS: tuple[str, ...] = tuple(profile.slug for profile in PROFILES)

_MONTHS = {
    "english": "January February March April May June July August September October November"
    " December",
    "german": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "arabic": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
}


def display_date(profile: Profile, when: datetime) -> str:
    """A date as the outlet prints it, in its own time zone."""
    local = when.astimezone(profile.zone)
    style = profile.date_style
    month = _MONTHS[style.partition("_")[0]].split()[local.month - 1]
    if style == "german":
        return f"{local.day}. {month} {local.year}, {local:%H:%M} Uhr"
    if style == "english_day":
        return f"{local.day} {month} {local.year}"
    return f"{local.day} {month} {local.year}, {local:%H:%M}"
