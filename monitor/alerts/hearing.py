"""Which channels hear of what, by the configuration."""

from __future__ import annotations

from monitor.config.channels import Event
from monitor.config.model import Config
from pipeline.store.topics import TopicSpec


def hears(config: Config, channels: tuple[str, ...], event: Event) -> tuple[str, ...]:
    """Return which of some channels are configured and hear of an event."""
    return tuple(
        name for name in channels if name in config.notify and event in config.notify[name].events
    )


def _notify_of(config: Config, channels: tuple[str, ...]) -> dict[str, list[str]]:
    """Return which of a topic's channels hear of which kind, as the store keeps it."""
    found = {
        event.value: list(hears(config, channels, event))
        for event in (Event.STORY, Event.EDIT, Event.BURST)
    }
    return {kind: names for kind, names in found.items() if names}


def topic_specs(config: Config) -> list[TopicSpec]:
    """Return the topics as the store follows them."""
    return [
        TopicSpec(
            id=topic.id,
            name=topic.name or topic.id,
            query=topic.query,
            notify=_notify_of(config, topic.notify),
        )
        for topic in config.topics
    ]
