"""A slow, plain evaluation of queries to hold the fast one against.

Words are cut by the tokenizer of the index itself; everything else is done here, article by
article, from the tree of the query.
"""

from __future__ import annotations

import json
import sqlite3
from fnmatch import fnmatchcase
from itertools import product

from pipeline.text import search_text
from pipeline.text.query_tree import All, Any, Field, Near, Not, Words

TOKENIZER = "unicode61 remove_diacritics 2 categories 'L* N* Co M*'"


class Cutter:
    """Cuts texts into the tokens of the index."""

    def __init__(self):
        self.db = sqlite3.connect(":memory:")
        self.db.execute(f'CREATE VIRTUAL TABLE t USING fts5(x, tokenize="{TOKENIZER}")')
        self.db.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, instance)")
        self.known = {}

    def __call__(self, text):
        if text not in self.known:
            self.db.execute("DELETE FROM t")
            self.db.execute("INSERT INTO t VALUES (?)", (text,))
            rows = self.db.execute('SELECT term FROM v ORDER BY "offset"').fetchall()
            self.known[text] = tuple(row[0] for row in rows)
        return self.known[text]


def places(cut, words, text):
    """Where a phrase stands among the tokens of a text."""
    phrase = cut(words.text)
    if not phrase:
        return []
    found = []
    for at in range(len(text) - len(phrase) + 1):
        *head, last = text[at : at + len(phrase)]
        whole = last.startswith(phrase[-1]) if words.star else last == phrase[-1]
        if tuple(head) == phrase[:-1] and whole:
            found.append(at)
    return found


def near(cut, node, text):
    """Whether some places of the parts have at most so many words between first and last."""
    lengths = [len(cut(part.text)) for part in node.parts]
    for chosen in product(*(places(cut, part, text) for part in node.parts)):
        last = max(chosen)
        ends = (at + length for at, length in zip(chosen, lengths, strict=True))
        if all(last - end <= node.distance for end in ends):
            return True
    return False


def holds(cut, node, article, tags):
    """Whether an article (a mapping) is what a tree asks for; ``tags`` are those of sources."""
    if isinstance(node, Not):
        return not holds(cut, node.part, article, tags)
    if isinstance(node, All):
        return all(holds(cut, part, article, tags) for part in node.parts)
    if isinstance(node, Any):
        return any(holds(cut, part, article, tags) for part in node.parts)
    if isinstance(node, Field):
        return field(node, article, tags)
    texts = [cut(search_text(article[c])) for c in ("title", "body") if node.column in (None, c)]
    if isinstance(node, Near):
        return any(near(cut, node, text) for text in texts)
    assert isinstance(node, Words)
    return any(places(cut, node, text) for text in texts)


def field(node, article, tags):
    if node.name == "source":
        if node.value.startswith("@"):
            wanted = node.value[1:].casefold()
            return any(fnmatchcase(tag.casefold(), wanted) for tag in tags[article["source"]])
        return fnmatchcase(article["source"], node.value)
    if node.name == "lang":
        code = (article["language"] or "").lower()
        return code == node.value or code.startswith(node.value + "-")
    values = json.loads(article["agencies" if node.name == "agency" else "tags"])
    forms = [search_text(value) for value in values]
    return any(f.startswith(node.value) if node.star else f == node.value for f in forms)
