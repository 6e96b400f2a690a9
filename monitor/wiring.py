"""Turns a checked configuration into the daemon's orders; the one place where the two meet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from crawler.fetch import FetchSettings
from crawler.request import utc_now
from monitor import __version__
from monitor.config import effective
from monitor.config.model import Config, Source
from monitor.config.politeness import Robots
from monitor.config.timing import Feed
from monitor.orders import FeedOrder, Manners, Orders, SourceOrder
from monitor.schedule import Cron, Every, Plan
from pipeline.model import FeedKind, LinkRules
from pipeline.store.records import FeedSpec, SourceSpec, StoredFeed
from pipeline.times import format_duration

MAX_SITEMAP = 5000  # links of one sitemap that are looked at


def orders(config: Config) -> Orders:
    """Return everything the daemon needs of the configuration."""
    feeds = tuple(_feed(config, s, f) for s in config.sources for f in s.feeds)
    polite = config.politeness
    return Orders(
        sources={source.id: order_of(config, source) for source in config.sources},
        feeds=feeds,
        by_key={feed.key: feed for feed in feeds},
        jitter=config.schedule.jitter,
        user_agent=effective.user_agent(config, __version__),
        allow_hosts=tuple(polite.allow_hosts),
        max_in_flight=polite.max_in_flight,
        workers=config.workers.count,
        worker_timeout=config.workers.timeout.total_seconds(),
        worker_memory=config.workers.memory,
        keep_pages=config.storage.pages.keep,
        default_delay=polite.delay.total_seconds(),
        default_concurrency=polite.concurrency_per_host,
    )


def fetch_settings(told: Orders, clock: Callable[[], datetime] = utc_now) -> FetchSettings:
    """Return how a fetcher behaves by these orders."""
    return FetchSettings(
        user_agent=told.user_agent,
        allow_hosts=told.allow_hosts,
        max_in_flight=told.max_in_flight,
        delay=told.default_delay,
        concurrency_per_host=told.default_concurrency,
        clock=clock,
    )


def with_found(config: Config, base: Orders, stored: Sequence[StoredFeed]) -> Orders:
    """Return orders that also name the feeds found for sources that list none."""
    found = [
        _feed(config, source, Feed(kind=feed.kind, url=feed.url), origin="found")
        for feed in stored
        if feed.origin == "found" and (source := config.source(feed.source)) is not None
    ]
    by_key = {**base.by_key, **{feed.key: feed for feed in found}}
    return replace(base, feeds=(*base.feeds, *found), by_key=by_key)


def manners(config: Config, source: Source) -> Manners:
    """Return how a source's hosts are treated."""
    polite = effective.politeness(config, source)
    own = source.politeness
    return Manners(
        delay=polite.delay.total_seconds(),
        concurrency=polite.concurrency_per_host,
        obey_robots=polite.robots is Robots.OBEY,
        verify_tls=own.verify_tls,
        cookies=own.cookies,
        timeout=polite.timeout.total_seconds(),
        max_page=polite.max_page_size,
        max_feed=polite.max_feed_size,
        user_agent=polite.user_agent,
    )


def order_of(config: Config, source: Source) -> SourceOrder:
    """Return what the daemon needs to know of one source."""
    return SourceOrder(
        spec=SourceSpec(
            slug=source.id,
            name=source.name,
            url=source.url,
            tags=source.tags,
            language=source.language,
            paused=source.paused,
        ),
        manners=manners(config, source),
        max_age=effective.max_age(config, source),
        recheck=effective.recheck(config, source),
        own_recheck=source.recheck is not None,
        page_zone=effective.page_zone(source),
        extract=effective.extract_rules(source),
        zone=ZoneInfo(effective.zone_name(config, source)),
    )


def _feed(config: Config, source: Source, feed: Feed, origin: str = "config") -> FeedOrder:
    plan = effective.plan(config, source, feed)
    rules = effective.link_rules(feed) if origin == "config" else LinkRules()
    if FeedKind(feed.kind) is FeedKind.SITEMAP:
        # Without dates its newest may stand at its end; what is too many is told by the ledger.
        rules = replace(rules, max_links=MAX_SITEMAP)
    return FeedOrder(
        spec=FeedSpec(
            source=source.id,
            kind=FeedKind(feed.kind),
            url=feed.url,
            schedule=describe(plan),
            origin=origin,
        ),
        plan=plan,
        rules=rules,
    )


def describe(plan: Plan) -> str:
    """Return a plan in words, as the store shows it."""
    if isinstance(plan, Every):
        return f"every {format_duration(plan.interval)}"
    if isinstance(plan, Cron):
        return f"cron {plan.expression} ({plan.zone})"
    return f"auto, {format_duration(plan.minimum)} to {format_duration(plan.maximum)}"
