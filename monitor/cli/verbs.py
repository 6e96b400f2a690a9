"""The table of verbs: which module is behind each, imported only when the verb is called.

To add a verb: a module with a function that typer understands, and one line here.  A parameter
annotated ``Given`` gets the global options, one annotated ``Shape`` adds the output options.
"""

from __future__ import annotations

from typing import NamedTuple


class Verb(NamedTuple):
    """Where a verb lives and what the help says of it."""

    module: str  # under monitor.cli
    function: str
    help: str


VERBS: dict[str, Verb] = {
    "init": Verb("init", "verb", "Write a commented config.yaml and make the database."),
    "run": Verb("run", "verb", "Run the monitor; with --once a single round."),
    "fetch": Verb("fetch", "verb", "Poll sources now, due or not."),
    "status": Verb("status", "verb", "Daemon and sources at a glance, problems first."),
    "healthcheck": Verb("healthcheck", "verb", "Exit 0 if the daemon lives; for containers."),
    "coverage": Verb("coverage", "verb", "The ledger: what became of every discovered link."),
    "list": Verb("articles", "list_articles", "Articles, newest first, one line a story."),
    "search": Verb("articles", "search", "Articles that match a query."),
    "show": Verb("show", "verb", "One article: text, origin of each field, revisions, copies."),
    "diff": Verb("diff", "verb", "What differs between two articles, or states of one."),
    "stories": Verb("stories", "verb", "Texts that several outlets ran; who was first, who cut."),
    "stories split": Verb("stories_arrange", "split", "Take articles out of a story, for good."),
    "stories merge": Verb("stories_arrange", "merge", "Put stories together, for good."),
    "edits": Verb("edits", "verb", "What outlets changed after publishing, most material first."),
    "mark": Verb("mark", "verb", "Decide on stories: read, star, tag, note, dismiss, undo."),
    "review": Verb("review", "verb", "The inbox on the terminal, with the keys of the web pages."),
    "export": Verb("export", "verb", "Articles, stories, edits, sources, raw pages as a file."),
    "import opml": Verb("bring", "opml", "Sources from an OPML file, a line for each feed."),
    "import csv": Verb("bring", "table", "Sources from a CSV file."),
    "import urls": Verb("bring", "urls", "Sources from a list of addresses."),
    "reextract": Verb("reextract", "verb", "Today's engine on stored pages; shows, then writes."),
    "sources list": Verb("sources", "list_sources", "All sources with their state."),
    "sources show": Verb("sources", "show", "One source: its feeds, when and how they are polled."),
    "sources test": Verb("sources_test", "verb", "Try a source or an address; writes nothing."),
    "sources discover": Verb("sources_discover", "verb", "Look for the feeds of an outlet."),
    "sources add": Verb("sources_add", "verb", "Find an outlet's feeds and add it to the config."),
    "sources pause": Verb("sources_pause", "pause", "Stop polling sources, for a while or longer."),
    "sources resume": Verb("sources_pause", "resume", "Poll paused sources again."),
    "sources forget": Verb("sources_forget", "forget", "Drop what was learned of their pages."),
    "topics list": Verb("topics", "list_topics", "Saved queries, and how much they match."),
    "topics test": Verb("topics_test", "verb", "What a query would have matched; saves nothing."),
    "topics backfill": Verb("topics", "backfill", "Ask topics of all stored articles, now."),
    "notify list": Verb("notify", "list_channels", "Channels: sent, waiting, failing."),
    "notify log": Verb("notify", "log", "The messages to channels, newest first."),
    "notify test": Verb("notify", "try_channel", "Send an example of each alert to a channel."),
    "notify flush": Verb("notify", "flush", "Send now what waits, what was given up as well."),
    "config check": Verb("config", "check", "Check the configuration; names every mistake."),
    "config show": Verb("config", "show", "The configuration in force, secrets hidden."),
    "config schema": Verb("config", "json_schema", "The JSON Schema of config.yaml, for editors."),
    "db check": Verb("db", "check", "Check both files: integrity, search index, ledger."),
    "db backup": Verb("db", "backup", "Copy the database, also while the daemon runs."),
    "db prune": Verb("db", "prune", "Remove raw pages and logs over their age."),
    "db migrate": Verb("db", "migrate", "Bring an older file to the schema of this release."),
    "db vacuum": Verb("db", "vacuum", "Give the space of removed rows back to the disk."),
    "web": Verb("web", "verb", "Review in the browser, and the JSON API."),
    "web password": Verb("web", "password", "Make the hash of a password for web.password_hash."),
    "completion": Verb("completion", "verb", "The script that makes a shell complete verbs."),
    "manual": Verb("manual", "verb", "The page of a verb: options, exit codes, examples."),
    "demo": Verb("demo", "verb", "Watch a small news web of our own for half a minute."),
}  # fmt: skip

# A group that is a verb as well does that when none of its own verbs is named.
GROUPS: dict[str, str] = {
    "stories": "Texts that several outlets ran: list, tell, split, merge.",
    "sources": "The outlets: list, try, find, add, pause, forget.",
    "topics": "Saved queries: list, try, ask again.",
    "import": "Bring sources in: OPML, CSV, a list of addresses.",
    "notify": "Channels and the messages to them: list, log, try, send now.",
    "web": "The review in the browser: serve it, make a password.",
    "config": "The configuration: check, show, schema.",
    "db": "The database: check, backup, prune, migrate, vacuum.",
}
