"""The configuration files that ``monitor init`` writes."""

from __future__ import annotations

from importlib.resources import files

from monitor.config.render import scalar
from monitor.config.suggest import did_you_mean
from pipeline.errors import NotFoundError

EXAMPLES = ("syria", "blank")


def render_template(contact: str | None = None, example: str = "syria") -> str:
    """A commented configuration as text, ``contact`` in its place (a marked placeholder if None).

    Raises NotFoundError for an unknown example.  The contact is not checked here: ``load`` does.
    """
    if example not in EXAMPLES:
        hint = did_you_mean(example, EXAMPLES) or "there are " + " and ".join(EXAMPLES)
        raise NotFoundError(f"there is no example '{example}' ({hint})")
    text = (files("monitor.config") / f"example_{example}.yaml").read_text("utf-8")
    if contact is None:
        return text
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line.startswith("contact:"):
            lines[number] = f"contact: {scalar(contact)}\n"
    return "".join(lines)
