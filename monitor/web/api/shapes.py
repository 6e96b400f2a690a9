"""The bodies of the API: what comes in, and what goes out where it is not told elsewhere."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pipeline.store.inbox_query import InboxStory
from pipeline.store.review_records import MAX_NOTE, MAX_REASON, MAX_TAG, MAX_TAGS

Id = Annotated[int, Field(ge=1, lt=2**63)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TAG)]


class Told(BaseModel):
    """A body of ours; an answer may have more keys in a later release."""

    model_config = ConfigDict(extra="forbid")


class Problem(Told):
    """What went wrong."""

    detail: str


class Review(Told):
    """One reviewer's decisions on a story."""

    reviewer: str
    story: int
    read_at: str | None
    starred_at: str | None
    dismissed_at: str | None
    dismiss_reason: str | None
    tags: list[str]
    note: str | None
    version: int = Field(description="Goes up with each change; for ``seen``.")
    updated_at: str | None


class Member(Told):
    """One article of a story."""

    article: int
    source: str
    url: str
    title: str
    language: str | None
    agencies: list[str]
    first_seen_at: str
    published_at: str | None
    revisions: int
    revised_at: str | None
    page_state: str
    paywalled: bool
    word_count: int


class Story(Told):
    """One line of the inbox."""

    story: int
    title: str
    first_article: int
    first_seen_at: str
    last_seen_at: str
    articles: int
    outlets: int
    excerpt: str
    members: list[Member]
    topics: list[str]
    edits: int
    revised_at: str | None
    silent: bool
    reviews: list[Review]
    snippet: str
    disputed: bool


class Stories(Told):
    """A page of the inbox."""

    stories: list[Story]
    next: str | None = Field(description="Goes into ``before`` for older ones; null at the end.")
    next_url: str | None


class Change(Told):
    """What to change of your decisions; what is left out stays as it is."""

    stories: list[Id] = Field(default=[], max_length=20_000)
    articles: list[Id] = Field(
        default=[], max_length=20_000, description="Stories named by one of their articles."
    )
    read: bool | None = None
    starred: bool | None = None
    dismissed: bool | None = None
    reason: Annotated[str, StringConstraints(max_length=MAX_REASON)] | None = None
    add_tags: list[Tag] = Field(default=[], max_length=MAX_TAGS)
    remove_tags: list[Tag] = Field(default=[], max_length=MAX_TAGS)
    note: Annotated[str, StringConstraints(max_length=MAX_NOTE)] | None = Field(
        default=None, description='Takes the place of your note; "" removes it.'
    )
    seen: dict[str, int] = Field(
        default={},
        description="story -> version of your decisions that this was made up on: refused with 409 "
        "if another one is there.",
    )


class ChangeAll(Told):
    """A change of all stories that a filter finds."""

    query: Annotated[str, StringConstraints(max_length=4000)] = Field(
        description="As in the address of the inbox: state=unread&source=@state"
    )
    read: bool | None = None
    starred: bool | None = None
    dismissed: bool | None = None
    reason: Annotated[str, StringConstraints(max_length=MAX_REASON)] | None = None
    add_tags: list[Tag] = Field(default=[], max_length=MAX_TAGS)


class Undo(Told):
    """Which event to take back."""

    event: Id | None = Field(default=None, description="The latest one unless named.")


class DoneAnswer(Told):
    """What was written."""

    event: int | None = Field(description="For undo; null if everything was like that already.")
    action: str
    stories: list[int]


class NewFilter(Told):
    """A filter to be kept."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    query: Annotated[str, StringConstraints(max_length=4000)]


class Pause(Told):
    """For how long, and why."""

    length: Annotated[str, StringConstraints(max_length=40)] = Field(
        default="", description="6h, 3d; empty: until resumed."
    )
    reason: Annotated[str, StringConstraints(max_length=500)] = ""


class RulesTrial(Told):
    """Extraction rules to try on a stored page."""

    article: Id | None = Field(default=None, description="Whose page; the latest unless named.")
    rules: dict[str, str | list[str]] = Field(
        max_length=30, description="As under ``extract`` in config.yaml: body, title, remove …"
    )


def story_json(story: InboxStory) -> dict[str, Any]:
    """Return a line of the inbox as the API has it."""
    found = {**asdict(story), "disputed": story.disputed}
    found["snippet"] = story.snippet.replace("\x02", "").replace("\x03", "")
    return found


ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "A parameter or filter that cannot be."},
    401: {"model": Problem, "description": "Sign in, or send a token."},
    403: {"model": Problem, "description": "Read-only, or sent by another site."},
    404: {"model": Problem, "description": "Nothing by that name."},
    413: {"model": Problem, "description": "Too large."},
    414: {"model": Problem, "description": "The address is too long."},
    415: {"model": Problem, "description": "Send application/json."},
    421: {"model": Problem, "description": "This host name is not one of ours."},
    422: {"model": Problem, "description": "A body or parameter of another shape."},
    429: {"model": Problem, "description": "Too many tries with a wrong token."},
    503: {"model": Problem, "description": "The file is held by another process; try again."},
}
CONFLICT: dict[int | str, dict[str, Any]] = {
    409: {"model": Problem, "description": "Changed by somebody else meanwhile."}
}
