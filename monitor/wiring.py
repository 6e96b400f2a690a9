"""Turns a checked configuration into the daemon's orders; the one place where the two meet."""

from __future__ import annotations

from monitor import __version__
from monitor.config.model import Config, Robots, Source
from monitor.config.timing import Feed, When
from monitor.orders import FeedOrder, Manners, Orders, SourceOrder
from monitor.schedule import Auto, Cron, Every, Plan
from pipeline.model import FeedKind, LinkRules
from pipeline.store.records import FeedSpec, SourceSpec, StoredFeed
from pipeline.times import format_duration

NO_CONTACT = "no contact given"


def user_agent(config: Config) -> str:
    """Return what we call ourselves; a webmaster must be able to find out who is asking."""
    if config.politeness.user_agent:
        return config.politeness.user_agent
    return f"news-monitor/{__version__} (+{config.contact or NO_CONTACT})"


def orders(config: Config) -> Orders:
    """Return everything the daemon needs of the configuration."""
    sources = {source.id: _source(config, source) for source in config.sources}
    feeds = tuple(_feed(config, s, f) for s in config.sources for f in s.feeds)
    polite = config.politeness
    return Orders(
        sources=sources,
        feeds=feeds,
        by_key={feed.key: feed for feed in feeds},
        jitter=config.schedule.jitter,
        user_agent=user_agent(config),
        allow_hosts=tuple(str(host) for host in polite.allow_hosts),
        max_in_flight=polite.max_in_flight,
        workers=config.workers.count,
        worker_timeout=config.workers.timeout.total_seconds(),
        worker_memory=config.workers.memory,
        keep_pages=config.storage.pages.keep,
        default_delay=polite.delay.total_seconds(),
        default_concurrency=polite.concurrency_per_host,
    )


def with_found(config: Config, base: Orders, stored: list[StoredFeed]) -> Orders:
    """Return orders that also name the feeds found for sources that list none."""
    found = [
        FeedOrder(
            spec=FeedSpec(
                source=feed.source, kind=feed.kind, url=feed.url, schedule="auto", origin="found"
            ),
            plan=_plan(config, None, "UTC"),
            rules=LinkRules(),
        )
        for feed in stored
        if feed.origin == "found" and feed.source in base.sources
    ]
    by_key = {**base.by_key, **{feed.key: feed for feed in found}}
    from dataclasses import replace

    return replace(base, feeds=(*base.feeds, *found), by_key=by_key)


def _source(config: Config, source: Source) -> SourceOrder:
    general, own = config.politeness, source.politeness
    delay = general.delay if own.delay is None else own.delay
    timeout = own.timeout or general.timeout
    return SourceOrder(
        spec=SourceSpec(
            slug=source.id,
            name=source.name,
            url=str(source.url),
            tags=source.tags,
            language=source.language,
            paused=source.paused,
        ),
        manners=Manners(
            delay=delay.total_seconds(),
            concurrency=own.concurrency_per_host or general.concurrency_per_host,
            obey_robots=(own.robots or general.robots) is Robots.OBEY,
            verify_tls=own.verify_tls,
            cookies=own.cookies,
            timeout=timeout.total_seconds(),
            max_page=own.max_page_size or general.max_page_size,
            max_feed=own.max_feed_size or general.max_feed_size,
        ),
        max_age=source.max_age or config.schedule.max_age,
        recheck=config.schedule.recheck,
    )


def _feed(config: Config, source: Source, feed: Feed) -> FeedOrder:
    zone = source.timezone or config.timezone
    plan = _plan(config, feed, zone)
    return FeedOrder(
        spec=FeedSpec(
            source=source.id, kind=FeedKind(feed.kind), url=str(feed.url), schedule=describe(plan)
        ),
        plan=plan,
        rules=LinkRules(
            allow=tuple(str(p) for p in feed.links.allow),
            deny=tuple(str(p) for p in feed.links.deny),
            css=feed.links.css,
        ),
    )


def _plan(config: Config, feed: Feed | None, zone: str) -> Plan:
    default: When = config.schedule.default
    every = feed.every if feed else None
    cron = feed.cron if feed else None
    auto = feed.auto if feed else None
    if every is None and cron is None and auto is None:
        every, cron = default.every, default.cron
    if every is not None:
        return Every(every)
    if cron is not None:
        return Cron(str(cron), zone)
    bounds = config.schedule.auto
    least = (auto.min if auto else None) or bounds.min
    most = (auto.max if auto else None) or bounds.max
    return Auto(minimum=least, maximum=max(least, most))


def describe(plan: Plan) -> str:
    """Return a plan in words, as the store shows it."""
    if isinstance(plan, Every):
        return f"every {format_duration(plan.interval)}"
    if isinstance(plan, Cron):
        return f"cron {plan.expression} ({plan.zone})"
    return f"auto {format_duration(plan.minimum)} - {format_duration(plan.maximum)}"
