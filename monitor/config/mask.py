"""The configuration and lines of text without their secrets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from monitor.config.problems import Path

if TYPE_CHECKING:
    from monitor.config.model import Config

HIDDEN = "***"

_USER = re.compile(r"(\b[a-z][a-z0-9+.-]{0,30}://)([^\s/?#@:]*)(:[^\s/?#@]*)?@", re.IGNORECASE)
_QUERY = re.compile(
    r"([?&;](?:api_?key|key|token|access_token|auth|secret|password|passwd|pwd|signature|sig)=)"
    r"[^&#\s;]+",
    re.IGNORECASE,
)
# Lists whose places are counted in secret paths; elsewhere one value may stand for a list of it.
_COUNTED = ("sources", "feeds", "topics")


def mask_text(text: str) -> str:
    """The text with passwords and tokens inside addresses hidden."""
    if "://" not in text and "=" not in text:
        return text
    return _QUERY.sub(rf"\1{HIDDEN}", _USER.sub(_without_password, text))


SECRET_OF_CHANNEL = ("url", "webhook", "secret")


def _without_password(match: re.Match[str]) -> str:
    scheme, user, password = match.groups()
    return f"{scheme}{user}:{HIDDEN}@" if password else f"{scheme}{HIDDEN}@"


def redact(text: str, config: Config) -> str:
    """A line for a log or a screen with the configuration's secrets hidden.

    Values of fewer than six characters stay: hiding each "5" would tell more than it keeps.
    """
    secrets = set(config.notes.secret_values)
    for channel in config.notify.values():
        secrets |= {_plain(getattr(channel, name)) for name in SECRET_OF_CHANNEL} - {""}
    secrets |= {_plain(config.web.password_hash), _plain(config.web.token)} - {""}
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= 6:
            text = text.replace(secret, HIDDEN)
    return mask_text(text)


def masked(config: Config) -> dict[str, Any]:
    """The whole configuration with defaults, in the file's shape, secrets as ``***``.

    Of sources, feeds and topics only what differs from the defaults is given.
    """
    values = config.model_dump(mode="json", exclude_none=True, exclude={"sources", "topics"})
    values["sources"] = [
        source.model_dump(mode="json", exclude_defaults=True) for source in config.sources
    ]
    for source, shown in zip(config.sources, values["sources"], strict=True):
        for feed, line in zip(source.feeds, shown.get("feeds", ()), strict=False):
            line["kind"] = feed.kind.value
    values["topics"] = [
        topic.model_dump(mode="json", exclude_defaults=True) for topic in config.topics
    ]
    hidden = {counted(path) for path in config.notes.secret_paths}
    for name, channel in config.notify.items():
        hidden |= {("notify", name, key) for key in SECRET_OF_CHANNEL if getattr(channel, key)}
    hidden |= {("web", name) for name in ("password_hash", "token") if getattr(config.web, name)}
    result: dict[str, Any] = _hide(values, (), hidden)
    return result


def dump_masked(config: Config) -> str:
    """``masked`` as YAML."""
    import yaml

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text: str = yaml.dump(
        masked(config), Dumper=dumper, sort_keys=False, allow_unicode=True, width=100
    )
    return text


def counted(path: Path) -> Path:
    """A path without the numbers of lists that a single value may stand for."""
    kept: list[str | int] = []
    for part in path:
        if isinstance(part, str) or (kept and kept[-1] in _COUNTED):
            kept.append(part)
    return tuple(kept)


def _hide(value: Any, path: Path, hidden: set[Path]) -> Any:  # noqa: ANN401  a JSON value
    if isinstance(value, dict):
        return {key: _hide(item, (*path, key), hidden) for key, item in value.items()}
    if isinstance(value, list):
        return [_hide(item, (*path, index), hidden) for index, item in enumerate(value)]
    if counted(path) in hidden:
        return HIDDEN
    return mask_text(value) if isinstance(value, str) else value


def _plain(secret: Any) -> str:  # noqa: ANN401  SecretStr or None, without importing pydantic
    return secret.get_secret_value() if secret is not None else ""
