"""What holds for one source or feed, once defaults and overrides are merged."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pipeline.model import LinkRules

if TYPE_CHECKING:
    from monitor.config.model import Config, Politeness, Source
    from monitor.config.timing import Feed
    from monitor.schedule.plans import Plan
    from pipeline.extract.rules import Rules


def plan(config: Config, source: Source, feed: Feed) -> Plan:
    """How a feed is polled: by its own ``every``, ``cron`` or ``auto``, else by the default."""
    from monitor.schedule.plans import Auto, Cron, Every

    bounds = config.schedule.auto
    default = config.schedule.default
    every, cron = feed.every, feed.cron
    if every is None and cron is None and feed.auto is None:
        every, cron = default.every, default.cron
    if every is not None:
        return Every(every)
    if cron is not None:
        return Cron(cron, zone_name(config, source))
    low = (feed.auto.min if feed.auto else None) or bounds.min
    high = (feed.auto.max if feed.auto else None) or bounds.max
    # Only one bound of the feed may be given, and lie beyond the schedule's other one.
    own_low = feed.auto is not None and feed.auto.min is not None
    return Auto(low, max(low, high)) if own_low else Auto(min(low, high), high)


def zone_name(config: Config, source: Source) -> str:
    """The zone of a source's cron lines."""
    return source.timezone or config.timezone


def page_zone(source: Source) -> str | None:
    """The zone of times on a source's pages that name none; None: what its pages taught, or UTC.

    The general ``timezone`` is where the readers are; what an outlet far away leaves out is more
    often UTC than their time.
    """
    return source.timezone


def politeness(config: Config, source: Source) -> Politeness:
    """The politeness of a source: its own values over the general ones."""
    own = source.politeness.model_dump(exclude={"cookies", "verify_tls"}, exclude_none=True)
    return config.politeness.model_copy(update=own) if own else config.politeness


def max_age(config: Config, source: Source) -> timedelta:
    """Links dated older than this are not fetched."""
    return source.max_age or config.schedule.max_age


def recheck(config: Config, source: Source) -> tuple[timedelta, ...]:
    """Ages at which a source's articles are looked at again."""
    return config.schedule.recheck if source.recheck is None else source.recheck


def link_rules(feed: Feed) -> LinkRules:
    """Which links of a feed are wanted."""
    return LinkRules(allow=feed.links.allow, deny=feed.links.deny, css=feed.links.css)


def extract_rules(source: Source) -> tuple[Rules, ...]:
    """The sets of a source's extraction rules; the first that holds for a page is in force."""
    from pipeline.extract.rules import FIELDS, Rules

    return tuple(
        Rules(
            zone=source.timezone,
            urls=told.urls,
            valid_from=told.valid_from,
            valid_until=told.valid_until,
            **{field: getattr(told, field) for field in FIELDS},
        )
        for told in source.extract
    )


def user_agent(config: Config, version: str) -> str:
    """The User-Agent header: as configured, or name, version and contact."""
    if config.politeness.user_agent is not None:
        return config.politeness.user_agent
    contact = f" (+{config.contact})" if config.contact else ""
    return f"news-monitor/{version}{contact}"
