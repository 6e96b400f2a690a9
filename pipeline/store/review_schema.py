"""What review adds to the schema: decisions of reviewers, topics, and indexes for the inbox."""

from __future__ import annotations

DECISIONS = (
    """CREATE TABLE reviewer (
        name TEXT PRIMARY KEY,
        added_at TEXT NOT NULL,
        looked_at TEXT,
        active_at TEXT
    )""",
    # One reviewer's decisions on one story.  They are made on an article, which is for ever, and
    # follow it; ``story`` says where it is now.
    """CREATE TABLE review (
        id INTEGER PRIMARY KEY,
        reviewer TEXT NOT NULL REFERENCES reviewer(name),
        article INTEGER NOT NULL REFERENCES article(id),
        story INTEGER NOT NULL,
        read_at TEXT,
        starred_at TEXT,
        dismissed_at TEXT,
        dismiss_reason TEXT,
        tags TEXT NOT NULL DEFAULT '[]',
        note TEXT,
        version INTEGER NOT NULL,
        updated_at TEXT NOT NULL,
        UNIQUE (article, reviewer)
    )""",
    "CREATE INDEX review_story ON review(story, reviewer, read_at, dismissed_at)",
    "CREATE INDEX review_read ON review(reviewer, story) WHERE read_at IS NOT NULL",
    "CREATE INDEX review_starred ON review(story) WHERE starred_at IS NOT NULL",
    "CREATE INDEX review_dismissed ON review(story) WHERE dismissed_at IS NOT NULL",
    "CREATE INDEX review_tagged ON review(story) WHERE tags != '[]'",
    "CREATE INDEX review_noted ON review(story) WHERE note IS NOT NULL",
    # What was done, so that it can be undone and read later; rows are only ever added.
    """CREATE TABLE review_event (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        reviewer TEXT NOT NULL REFERENCES reviewer(name),
        action TEXT NOT NULL,
        undoes INTEGER REFERENCES review_event(id),
        undone_at TEXT
    )""",
    "CREATE INDEX review_event_reviewer ON review_event(reviewer, id)",
    # A row of ``review`` before and after, as JSON; NULL where there was none.
    """CREATE TABLE review_change (
        event INTEGER NOT NULL REFERENCES review_event(id),
        article INTEGER NOT NULL REFERENCES article(id),
        before TEXT,
        after TEXT,
        PRIMARY KEY (event, article)
    ) WITHOUT ROWID""",
    "CREATE INDEX review_change_article ON review_change(article)",
    # Filters that are kept under a name; shared by all reviewers.
    """CREATE TABLE saved_filter (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        query TEXT NOT NULL,
        reviewer TEXT REFERENCES reviewer(name),
        saved_at TEXT NOT NULL
    )""",
)

TOPICS = (
    # Topics as configured.  They were asked of articles up to ``upto``; NULL: of all of them.
    """CREATE TABLE topic (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        query TEXT NOT NULL,
        upto INTEGER,
        changed_at TEXT NOT NULL,
        removed_at TEXT
    )""",
    # Articles whose indexed text is new or another one, and that all topics have to be asked of.
    "CREATE TABLE topic_due (article INTEGER PRIMARY KEY)",
    """CREATE TABLE topic_match (
        topic TEXT NOT NULL REFERENCES topic(id),
        article INTEGER NOT NULL REFERENCES article(id),
        story INTEGER NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (topic, article)
    ) WITHOUT ROWID""",
    "CREATE INDEX topic_match_story ON topic_match(story, topic)",
    "CREATE INDEX topic_match_at ON topic_match(topic, at)",
    "CREATE INDEX topic_match_article ON topic_match(article)",
)

FOLLOWING = (
    # Articles change their story in several places; what hangs on them goes along in all of them.
    """CREATE TRIGGER article_changes_story AFTER UPDATE OF story ON article
        WHEN old.story != new.story BEGIN
            UPDATE review SET story = new.story WHERE article = new.id;
            UPDATE topic_match SET story = new.story WHERE article = new.id;
        END""",
)

INBOX = (
    "CREATE INDEX story_first_seen ON story(first_seen_at)",
    # What lists ask of an article, without reading past its text.
    "CREATE INDEX article_placed ON article(id, story, source, first_seen_at, language)",
    "CREATE INDEX article_language ON article(language, story)",
    "CREATE INDEX article_edited ON article(story, revised_at, revisions) WHERE revisions > 0",
    "CREATE INDEX article_in_story ON article(story, first_seen_at)",
    "CREATE INDEX article_agencies ON article(agencies, story) WHERE agencies != '[]'",
)

STATEMENTS = (*DECISIONS, *TOPICS, *FOLLOWING, *INBOX)
