"""The text of pages that build themselves by script: it stands in JSON, in a dozen dialects."""

import html
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract import extract
from pipeline.extract.document import Document
from pipeline.extract.jsliteral import call, hydrated, read
from pipeline.extract.scriptdata import script_values
from pipeline.extract.state import embedded_blocks

URL = "https://example.org/news/ferry"
TITLE = "Night ferry returns to the northern islands"
LINES = (
    (
        "The night ferry to the northern islands sails again from Friday, three years after it was "
        "taken out of service."
    ),
    (
        "The shipping line has bought a used vessel in Norway and rebuilt it in four months, the "
        "harbour office said on Tuesday."
    ),
    "Who pays",
    (
        "Islanders will pay half of the fare; the rest is paid by a fund that was set up last "
        "winter."
    ),
    "Freight for shops and the clinic",
    "Bicycles and dogs",
    (
        "“We had almost stopped believing in it,” said the mayor of the smallest island, where "
        "eighty people live."
    ),
)
KINDS = ("p", "p", "h", "p", "l", "l", "q")
SHAPE = "".join(KINDS)
HTML = (
    f"<p>{LINES[0]}</p><p>{LINES[1]}</p><h2>{LINES[2]}</h2><p>{LINES[3]}</p>"
    f"<ul><li>{LINES[4]}</li><li>{LINES[5]}</li></ul><blockquote>{LINES[6]}</blockquote>"
)
TEASERS = [
    {
        "headline": f"Another story, number {n}",
        "url": f"/news/{n}",
        "description": "A teaser of some length that tells what happened elsewhere, in a sentence. "
        "And in one more sentence, so that it weighs something in the end.",
        "text": "First words of another story, which go on for a while until they are cut. " * 3,
    }
    for n in range(30)
]
STRINGS = {"cookies": "We use cookies and the like. You may accept them, or go away. " * 20}


def typed(names: dict[str, str], text: str = "text", kind: str = "type"):
    return [{kind: names[k], text: line} for k, line in zip(KINDS, LINES, strict=True)]


def portable():
    def block(kind: str, line: str):
        children = [
            {"_type": "span", "text": line[:20]},
            {"_type": "span", "marks": ["em"], "text": line[20:]},
        ]
        node = {"_type": "block", "style": {"h": "h2", "q": "blockquote"}.get(kind, "normal"),
                "children": children}  # fmt: skip
        return {**node, "listItem": "bullet"} if kind == "l" else node

    picture = {"_type": "image", "caption": "A ferry in the morning light, seen from the pier."}
    blocks = [block(kind, line) for kind, line in zip(KINDS, LINES, strict=True)]
    return [*blocks[:2], picture, *blocks[2:]]


def tree(text_key: str, child_key: str, type_key: str, names: dict[str, str]):
    """ProseMirror, Contentful, Slate, Lexical: paragraphs hold inline nodes."""

    def text(line: str):
        return {type_key: "text", text_key: line}

    out = []
    for kind, line in zip(KINDS, LINES, strict=True):
        node = {type_key: names[kind if kind != "l" else "li"]}
        paragraph = {type_key: names["p"]}
        if kind == "p":
            link = {type_key: names.get("a", "link"), child_key: [text(line[10:30])]}
            node[child_key] = [text(line[:10]), link, text(line[30:])]
        elif kind == "h":
            node[child_key] = [text(line)]
        elif kind == "q":
            node[child_key] = [{**paragraph, child_key: [text(line)]}]
        else:
            item = {**node, child_key: [{**paragraph, child_key: [text(line)]}]}
            if out and out[-1][type_key] == names["ul"]:
                out[-1][child_key].append(item)
                continue
            node = {type_key: names["ul"], child_key: [item]}
        out.append(node)
    return out


PROSEMIRROR = {"p": "paragraph", "h": "heading", "ul": "bulletList", "li": "listItem",
               "q": "blockquote"}  # fmt: skip
CONTENTFUL = {"p": "paragraph", "h": "heading-2", "ul": "unordered-list", "li": "list-item",
              "q": "blockquote", "a": "hyperlink"}  # fmt: skip
SLATE = {"p": "paragraph", "h": "heading-two", "ul": "bulleted-list", "li": "list-item",
         "q": "block-quote"}  # fmt: skip
DRAFT = {"p": "unstyled", "h": "header-two", "l": "unordered-list-item", "q": "blockquote"}
ARC = [
    {"type": "text", "content": LINES[0]},
    {"type": "text", "content": LINES[1].replace("Norway", "<a href='/x'>Norway</a>")},
    {"type": "image", "caption": "A ferry. It is white and it is older than it looks."},
    {"type": "interstitial_link", "content": "Read this other story of ours about a bridge."},
    {"type": "header", "level": 2, "content": LINES[2]},
    {"type": "text", "content": LINES[3]},
    {"type": "list", "list_type": "unordered",
     "items": [{"type": "text", "content": LINES[4]}, {"type": "text", "content": LINES[5]}]},
    {"type": "quote", "content_elements": [{"type": "text", "content": LINES[6]}]},
]  # fmt: skip
EDITOR_JS = [
    {"type": "paragraph", "data": {"text": LINES[0]}},
    {"type": "paragraph", "data": {"text": LINES[1]}},
    {"type": "header", "data": {"text": LINES[2], "level": 2}},
    {"type": "paragraph", "data": {"text": LINES[3]}},
    {"type": "list", "data": {"style": "unordered", "items": [LINES[4], LINES[5]]}},
    {"type": "quote", "data": {"text": LINES[6], "caption": "The mayor, who laughed."}},
]
GUTENBERG = [
    {"blockName": "core/paragraph", "innerHTML": f"\n<p>{LINES[0]}</p>\n"},
    {"blockName": "core/paragraph", "innerHTML": f"<p>{LINES[1]}</p>"},
    {"blockName": "core/heading", "innerHTML": f"<h2>{LINES[2]}</h2>"},
    {"blockName": "core/paragraph", "innerHTML": f"<p>{LINES[3]}</p>"},
    {"blockName": "core/list", "innerHTML": f"<ul><li>{LINES[4]}</li><li>{LINES[5]}</li></ul>"},
    {"blockName": "core/quote", "innerHTML": f"<blockquote><p>{LINES[6]}</p></blockquote>"},
]
BODIES = {
    "html": HTML,
    "escaped html": HTML.replace("<", "&lt;").replace(">", "&gt;"),
    "typed": typed({"p": "paragraph", "h": "heading", "l": "list-item", "q": "quote"}),
    "typename": typed({"p": "Paragraph", "h": "Subheading", "l": "ListItem", "q": "BlockQuote"},
                      "content", "__typename"),
    "portable text": portable(),
    "draft": {"blocks": typed(DRAFT), "entityMap": {}},
    "prosemirror": {"type": "doc", "content": tree("text", "content", "type", PROSEMIRROR)},
    "contentful": {"json": {"nodeType": "document",
                            "content": tree("value", "content", "nodeType", CONTENTFUL)}},
    "slate": tree("text", "children", "type", SLATE),
    "lexical": {"root": {"type": "root",
                         "children": tree("text", "children", "type", PROSEMIRROR)}},
    "arc": ARC,
    "editor.js": {"time": 1, "blocks": EDITOR_JS},
    "gutenberg": GUTENBERG,
    "by number": {str(n): block for n, block in enumerate(ARC)},
    "by identity": {f"a{n * 7919:x}": block for n, block in enumerate(EDITOR_JS)},
    "json in json": json.dumps({"blocks": EDITOR_JS}),
}  # fmt: skip


def article(body):
    """A state object with the article among much else."""
    return {
        "props": {
            "pageProps": {
                "translations": STRINGS,
                "latest": TEASERS,
                "front": {"slots": [{"stories": TEASERS}]},
                "article": {"headline": TITLE, "url": "/news/ferry", "author": {"bio": "x. " * 400},
                            "body": body, "related": TEASERS},
            }
        }
    }  # fmt: skip


def page(scripts: str) -> str:
    return (
        f"<html><head><title>{TITLE}</title></head><body><div id=app><p>Loading…</p></div>"
        f"{scripts}</body></html>"
    )


def embed(value) -> str:
    return json.dumps(value).replace("</", "<\\/")


def found(scripts: str, title: str = TITLE):
    blocks = embedded_blocks(Document(html=page(scripts), url=URL, tree=None), title)
    return tuple(b.text for b in blocks), "".join(b.letter for b in blocks)


@pytest.mark.parametrize("name", BODIES)
def test_dialects_of_editors(name):
    scripts = (
        f"<script id=__NEXT_DATA__ type=application/json>{embed(article(BODIES[name]))}</script>"
    )
    assert found(scripts) == (LINES, SHAPE)


def as_string(value) -> str:
    return json.dumps(json.dumps(value))


def flight(value) -> str:
    rows = f'0:["$","$L1",null,{{"value":"$L2"}}]\n1:I["chunk"]\n2:{json.dumps(value)}\n'
    return "".join(
        f"<script>self.__next_f.push([1,{json.dumps(rows[at : at + 700])}])</script>"
        for at in range(0, len(rows), 700)
    )


def devalued(value) -> str:
    flat: list[object] = []

    def put(item) -> int:
        at = len(flat)
        flat.append(None)
        if isinstance(item, dict):
            flat[at] = {key: put(inner) for key, inner in item.items()}
        elif isinstance(item, list):
            flat[at] = [put(inner) for inner in item]
        else:
            flat[at] = item
        return at

    put(value)
    shifted = [
        {k: v + 1 for k, v in x.items()} if isinstance(x, dict)
        else [v + 1 for v in x] if isinstance(x, list) else x
        for x in flat
    ]  # fmt: skip
    return embed([["ShallowReactive", 1], *shifted])


def turbo(value) -> str:
    """The stream of React Router: keys and values by number."""
    flat: list[object] = []
    known: dict[str, int] = {}

    def put(item) -> int:
        if isinstance(item, str) and item in known:
            return known[item]
        at = len(flat)
        flat.append(None)
        if isinstance(item, str):
            known[item] = at
        if isinstance(item, dict):
            flat[at] = {f"_{put(key)}": put(inner) for key, inner in item.items()}
        elif isinstance(item, list):
            flat[at] = [put(inner) for inner in item]
        else:
            flat[at] = item
        return at

    put(value)
    return json.dumps(json.dumps(flat)).replace("</", "<\\/")


def as_attribute(value) -> str:
    return html.escape(json.dumps(value))


HOMES = {
    "inertia": lambda v: f'<div id="app" data-page="{as_attribute(v)}"></div>',
    "single quotes": lambda v: f"<x-app state='{json.dumps(v).replace(chr(39), '&#39;')}'>",
    "sveltekit": lambda v: "<script>kit.start(app, element, {node_ids:[0, 3], data: [null,"
    f"{{type:\"data\",data:{embed(v)},uses:{{}}}}], form: null}})</script>",
    "sveltekit fetched": lambda v: "<script type='application/json' data-sveltekit-fetched>"
    f"{embed({'status': 200, 'body': json.dumps(v)})}</script>",
    "angular": lambda v: '<script id="ng-state" type="application/json">'
    + json.dumps(v).replace("&", "&a;").replace('"', "&q;").replace("<", "&l;") + "</script>",
    "react router": lambda v: "<script>window.__reactRouterContext.streamController.enqueue("
    f"{turbo(v)});</script>",
    "assignment": lambda v: f"<script>window.__INITIAL_STATE__ = {embed(v)};</script>",
    "after code": lambda v: f"<script>(function(){{var a={{b:1}};}})();window.__DATA={embed(v)}"
    ";var x=1</script>",
    "fusion": lambda v: f"<script>window.Fusion=window.Fusion||{{}};Fusion.arcSite='a';"
    f"Fusion.globalContent={embed(v)};Fusion.lastModified=1</script>",
    "JSON.parse": lambda v: f"<script>window.__STATE=JSON.parse({as_string(v)})</script>",
    "string": lambda v: f"<script>window.__PRELOADED = {as_string(v)};</script>",
    "any json": lambda v: f'<script type="application/json" data-x>{embed(v)}</script>',
    "argument": lambda v: f"<script>app.hydrate({embed(v)}, 1)</script>",
    "undefined": lambda v: "<script>window.__STATE__={when:new Date(1),none:undefined,yes:!0,"
    f"all:{embed(v)}}}</script>",
    "nuxt 2": lambda v: "<script>window.__NUXT__=(function(a,b){return {layout:a,flag:b,"
    f"data:[{embed(v)}]}}}}(\"default\",true));</script>",
    "nuxt 3": lambda v: f'<script type=application/json id=__NUXT_DATA__>{devalued(v)}</script>',
    "flight": flight,
}  # fmt: skip


@pytest.mark.parametrize("home", HOMES)
@pytest.mark.parametrize("name", ["html", "arc", "prosemirror"])
def test_places_where_state_stands(home, name):
    assert found(HOMES[home](article(BODIES[name]))) == (LINES, SHAPE)


def test_react_elements_of_a_stream():
    tags = {"p": "p", "h": "h2", "l": "li", "q": "blockquote"}
    body = [["$", tags[k], None, {"children": line}] for k, line in zip(KINDS, LINES, strict=True)]
    body[0][3]["children"] = [LINES[0][:9], ["$", "a", None, {"children": LINES[0][9:]}]]
    text = ["$", "article", None, {"children": ["$", "div", None, {"children": body}]}]
    foot = ["$", "footer", None, {"children": ["$", "p", None, {"children": LINES[0][::-1] + "."}]}]
    aside = [
        "$",
        "div",
        None,
        {"children": ["$", "p", None, {"children": "One more sentence here."}]},
    ]
    whole = ["$", "div", None, {"children": [foot, text, aside]}]
    assert found(flight(whole)) == (LINES, SHAPE)


def test_text_rows_of_a_stream_count_bytes():
    long = f"<p>Ærø – {LINES[0]}</p><p>{LINES[1]}</p><p>{LINES[3]}</p>"
    rows = (
        f"3:T{len(long.encode()):x},{long}"
        f"4:{json.dumps({'article': {'title': TITLE, 'html': '$3'}})}\n"
    )
    text, _ = found(f"<script>self.__next_f.push([1,{json.dumps(rows)}])</script>")
    assert text == (f"Ærø – {LINES[0]}", LINES[1], LINES[3])


def test_apollo_cache():
    paragraphs = {
        f"Paragraph:{n}": {"__typename": "Paragraph", "text": line} for n, line in enumerate(LINES)
    }
    state = {
        "ROOT_QUERY": {"article": {"__ref": "Article:7"}, "front": [{"__ref": "Article:8"}]},
        "Article:7": {"__typename": "Article", "title": TITLE, "url": "/news/ferry",
                      "body": [{"__ref": name} for name in paragraphs]},
        "Article:8": {"__typename": "Article", "title": "Something else", "url": "/8",
                      "body": [{"__typename": "Paragraph", "text": LINES[0] * 30}]},
        **paragraphs,
    }  # fmt: skip
    text, _ = found(f"<script>window.__APOLLO_STATE__ = {embed(state)};</script>")
    assert text == LINES


def test_list_of_plain_paragraphs_and_lines():
    long = [line for line in LINES if len(line) > 60]
    for body in (long, "\n\n".join(long)):
        text, _ = found(HOMES["assignment"](article(body)))
        assert text == tuple(long)


def test_lead_in_a_field_of_its_own_comes_first():
    state = {"title": TITLE, "standfirst": "Three years were long, and not only for the shops.",
             "content": HTML}  # fmt: skip
    text, _ = found(HOMES["assignment"](state))
    assert text == (state["standfirst"], *LINES)


def test_teasers_settings_and_other_stories_are_no_text():
    state = {"latest": TEASERS, "slots": [{"cards": TEASERS}], "translations": STRINGS}
    assert found(HOMES["assignment"](state)) == ((), "")
    other = article(BODIES["html"])
    other["props"]["pageProps"]["article"]["headline"] = "Quarry loses its licence after blast"
    assert found(HOMES["assignment"](other)) == ((), "")


def test_longer_story_under_another_headline_does_not_win():
    longer = {"headline": "Quarry loses its licence after blast", "url": "/q", "body": HTML * 5}
    state = {"stories": [longer, {"headline": TITLE, "url": "/f", "body": HTML}]}
    assert found(HOMES["assignment"](state))[0] == LINES


def test_css_code_and_data_are_no_text():
    code = "function a(b){return b.c;} if (a) { b(); } /* A comment. */ " * 50
    css = "body { color: red; } .a { margin: 0 } " * 50
    selectors = ".site-nav .channel-tech a\n" * 200
    scripts = "window.f = { log: that => { console.debug('log', that); return ''; } } " * 50
    tags = "NE State Wire,MN State Wire,Politics U.S. News,General News. " * 50
    data = "SGVsbG8gd29ybGQu" * 500
    assert found(HOMES["assignment"]([code, css, selectors, scripts, tags, data]))[0] == ()


def test_text_without_blanks():
    lines = ["島へ向かう夜行船が三年ぶりに運航を再開する。",
             "船会社はノルウェーで中古の船を買い、四か月かけて改装した。",
             "運賃の半分は島の住民が負担し、残りは県の基金が支払う。"]  # fmt: skip
    state = {
        "article": {"title": "夜行船が再開", "body": [{"type": "p", "text": x} for x in lines]}
    }
    assert found(HOMES["assignment"](state), "夜行船が再開")[0] == tuple(lines)


def test_whole_page_through_extract():
    got = extract(page(HOMES["assignment"](article(ARC))), URL)
    assert (got.paragraphs, got.shape, got.title) == (LINES, SHAPE, TITLE)
    assert got.verdict.is_article


def test_state_of_a_paywalled_page_stays_unread():
    paid = '{"@type":"NewsArticle","isAccessibleForFree":false}'
    paid = f'<script type="application/ld+json">{paid}</script>'
    got = extract(page(paid + HOMES["assignment"](article(ARC))), URL)
    assert not got.verdict.is_article
    assert LINES[3] not in got.text


def test_scripts_are_not_read_where_a_body_stands(monkeypatch):
    def refuse(page):
        raise AssertionError("read the scripts of an ordinary page")

    monkeypatch.setattr("pipeline.extract.state.script_values", refuse)
    whole = page(f"<article>{HTML}</article>" + HOMES["assignment"](article(HTML)))
    assert extract(whole, URL).paragraphs == LINES


@pytest.mark.parametrize(
    "script",
    [
        "[" * 500_000,
        '{"a":' * 200_000,
        "a={" * 300_000,
        "abcd={" * 300_000,
        "abcd={'" * 300_000,
        "abcd=function(" * 100_000,
        'JSON.parse("' * 100_000,
        "abcd=[" + '"\\\\",' * 300_000,
        "({ " * 300_000,
        '({"' * 300_000,
        '{"a":[' + ",".join(['{"text":"x"}'] * 150_000) + "]}",
        "self.__next_f.push([1," + json.dumps('0:["$0","$0"]\n1:["$0","$0"]\n' * 1000) + "])",
        "self.__next_f.push([1,"
        + json.dumps("".join(f'{n:x}:["${n + 1:x}","${n + 1:x}"]\n' for n in range(60)))
        + "])",
        "x.__NUXT__=(function(a,b){return {" + "a:a," * 100_000,
        "<script>" * 100_000,
        "</script><p a='[{" * 200_000,
        '</script><p a="{&quot;' * 150_000,
    ],
)
def test_junk_is_read_in_linear_time(script):
    before = time.process_time()
    found(f"<script>{script}</script>")
    found(f"<script type=application/json>{script}</script>")
    assert time.process_time() - before < 8  # about one second; quadratic ways take minutes


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=6)
    | st.dictionaries(
        st.sampled_from(["type", "text", "children", "content", "body", "title", "url", "__ref",
                         "items", "data", "nodeType", "ROOT_QUERY", "style", "listItem", "$"])
        | st.text(max_size=5),
        inner, max_size=6),
    max_leaves=40,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(JSON, st.sampled_from(sorted(HOMES)))
def test_any_json_is_read_without_an_error(value, home):
    found(HOMES[home](value))
    found(HOMES[home]([value] * 20 + [LINES[0], LINES[1], LINES[3]]))


@given(JSON)
def test_json_comes_out_of_a_script_as_it_went_in(value):
    text = json.dumps([value])
    got, end = read(text + ";x()", 0)
    assert (json.dumps(got), end) == (text, len(text))


@given(st.text())
def test_anything_in_a_script_is_read_without_an_error(text):
    script_values(f"<script>abcd={{{text}</script>")
    read("{" + text, 0)
    call("(function(a){return {" + text, 0)


def test_what_javascript_allows_beyond_json():
    text = "{a:'x',\"b\":[1,!0,!1,void 0,],c:new Date('z'),$d:`q\\n`,}; more"
    value, end = read(text, 0)
    assert value["a"] == "x"
    assert value["b"] == [1.0, True, False, None]
    assert value["$d"] == "q\n"
    assert text[end:] == "; more"
    assert read(r"{'a':'\u{1F600} \ud83d\ude00 \x41 \'q\''}", 0)[0] == {"a": "😀 😀 A 'q'"}


def test_pointers_in_a_circle_end():
    assert hydrated([["Reactive", 1], {"a": 0, "b": 2}, "x"]) == {"a": None, "b": "x"}
