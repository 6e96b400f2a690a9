"""Broken documents give their whole items, hostile ones are refused, and nothing else raises."""

import gzip
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery import parse
from crawler.discovery.linklist import MAX_ITEMS
from crawler.discovery.xmlbytes import MAX_BYTES
from pipeline.errors import DocumentError, HostileInputError, TooLargeError
from pipeline.model import FeedKind, LinkRules

URL = "https://g.example/feed"
ITEM = "<item><title>Title {0}</title><link>https://g.example/a-{0}</link></item>"
HEAD = '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>T</title>'
TAIL = "</channel></rss>"
WHOLE = HEAD + ITEM.format(1) + ITEM.format(2) + TAIL


def titled(text):
    return HEAD + f"<item><title>{text}</title><link>https://g.example/a-1</link></item>" + TAIL


def titles(body, **more):
    found = parse(FeedKind.FEED, body if isinstance(body, bytes) else body.encode(), URL, **more)
    return [link.title for link in found.links], found.problems


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf" + WHOLE.encode(),
        b"\r\n \t" + WHOLE.encode(),
        b"\xef\xbb\xbf\n" + WHOLE.encode(),
        WHOLE.encode("utf-16"),
        WHOLE.encode("utf-16-le"),
        WHOLE.replace("UTF-8", "no-such-charset").encode(),
        gzip.compress(WHOLE.encode()),
        gzip.compress(gzip.compress(WHOLE.encode())),
        WHOLE.replace("<rss", "<!-- a < b --><!DOCTYPE rss><rss").encode(),
        WHOLE.replace("<rss", "<!DOCTYPE rss [<!ELEMENT rss ANY>]><rss").encode(),
    ],
    ids=range(10),
)
def test_odd_but_whole(body):
    assert titles(body) == (["Title 1", "Title 2"], ())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # cut off: the half item would have half a link
        (HEAD + ITEM.format(1) + ITEM.format(2)[:-20], ["Title 1"]),
        (HEAD + ITEM.format(1) + ITEM.format(2)[:-8], ["Title 1"]),
        (HEAD + ITEM.format(1) + ITEM.format(2), ["Title 1", "Title 2"]),
        (WHOLE + "<script>x()</script>", ["Title 1", "Title 2"]),
        ("Warning: mysql in /srv on line 3<br />\n" + WHOLE, ["Title 1", "Title 2"]),
        (titled("Fish & chips"), ["Fish & chips"]),
        (titled("R&D; AT&T, &nosuch; &nbsp;&eacute;t&eacute;"), ["R&D; AT&T, &nosuch; été"]),
        (titled("bell \x07 and \x0c feed"), ["bell and feed"]),
        (titled("bad &#0;&#xD800;&#1114112; refs &#233;"), ["bad refs é"]),
        (titled("<b>bold</b> and <br>broken"), ["bold and broken"]),
        (titled("unclosed <p>para"), ["unclosed para"]),
        (HEAD + "<item><x>" + ITEM.format(1)[6:] + ITEM.format(2) + TAIL, ["Title 2"]),
        (titled("<![CDATA[a & b &amp; c]]> & d"), ["a & b & c & d"]),
        (titled("x").replace("<title>x", "<m:x>y</m:x><title>x"), ["x"]),
    ],
    ids=range(14),
)
def test_damaged_gives_its_whole_items_and_says_so(body, expected):
    found, problems = titles(body)
    assert found == expected
    assert problems


@pytest.mark.parametrize(
    ("declared", "written", "text"),
    [
        ("utf-8", "cp1252", "Café “Möwe” – à l’été"),
        ("iso-8859-1", "utf-8", "Café “Möwe”"),
        ("iso-8859-1", "cp1252", "Café “Möwe”"),
        ("windows-1251", "windows-1251", "Переговоры в Женеве"),
        ("windows-1256", "windows-1256", "محادثات السلام"),
        ("gb2312", "gb18030", "和平谈判鎔"),
        ("shift_jis", "cp932", "和平①交渉"),
        ("iso-2022-jp", "iso-2022-jp", "和平交渉"),
        ("euc-kr", "cp949", "평화 회담"),
    ],
)
def test_charsets(declared, written, text):
    body = titled(text).replace("UTF-8", declared).encode(written)
    assert titles(body)[0] == [text]


def test_charset_of_the_header_and_bad_bytes():
    body = titled("мир").replace(' encoding="UTF-8"', "").encode("koi8-r")
    assert titles(body, content_type="application/xml; charset=koi8-r")[0] == ["мир"]
    cut = titled("Женева, Сочи, Астана X").encode().replace(b"X", b"\xd0")
    found, problems = titles(cut)
    assert found == ["Женева, Сочи, Астана \ufffd"] or found == ["Женева, Сочи, Астана"]
    assert problems


def test_utf7_is_never_decoded():
    body = titled("+ADw-x+AD4-").replace("UTF-8", "utf-7")
    assert titles(body)[0] == ["+ADw-x+AD4-"]


ENTITY = '<!DOCTYPE r [<!ENTITY a "ha">]>'
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY l0 "lol">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    + "]><rss><channel><item><title>&l9;</title></item></channel></rss>"
)
QUADRATIC = (
    '<!DOCTYPE r [<!ENTITY a "'
    + "x" * 50_000
    + '">]><rss><channel>'
    + "&a;" * 50_000
    + "</channel></rss>"
)
HOSTILE = {
    "laughs": BOMB.encode(),
    "laughs in utf-16": BOMB.encode("utf-16"),
    "quadratic": QUADRATIC.encode(),
    "file": b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel>&x;</channel></rss>',
    "parameter": b'<!DOCTYPE r [<!entity % x SYSTEM "http://127.0.0.1:1/e"> %x;]><rss/>',
    "parameter reference": b"<!DOCTYPE r [ %x; ]><rss/>",
    "second doctype": f"<!DOCTYPE rss>{ENTITY}<rss><channel>&a;</channel></rss>".encode(),
    "behind a comment": f"<!-- ]]> -->{ENTITY}<rss><channel>&a;</channel></rss>".encode(),
    "no end": b"<!DOCTYPE rss [ " + b"x" * 1000,
    "depth": b"<rss><channel>" + b"<a>" * 100_000,
    "depth below the parser's": b"<rss>" + b"<a>" * 100 + b"</a>" * 100 + b"</rss>",
    "tags": b"<rss><channel>" + b"<a/>" * 700_000 + b"</channel></rss>",
    "attributes": b"<rss " + b" ".join(b"a%d='%d'" % (n, n) for n in range(2000)) + b"/>",
    "references": b"<rss>" + b"&" * 2_000_000,
    "json depth": b'{"items": ' + b"[" * 200_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_is_refused(name):
    tracemalloc.start()
    try:
        with pytest.raises(HostileInputError):
            parse(FeedKind.FEED, HOSTILE[name], URL)
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


def test_a_doctype_that_hides_its_end_is_no_feed():
    with pytest.raises(DocumentError):
        parse(FeedKind.FEED, b"<!DOCTYPE r [<!ATTLIST a b CDATA ']>'><!ENTITY x 'y'>]><rss/>", URL)


def test_entities_inside_an_article_are_text():
    text = "<![CDATA[<!DOCTYPE r [<!ENTITY a 'b'>]> explained]]>"
    assert len(titles(titled(text))[0]) == 1


def test_size_caps():
    with pytest.raises(TooLargeError):
        parse(FeedKind.SITEMAP, gzip.compress(b"\0" * (MAX_BYTES + 1)), URL)
    with pytest.raises(TooLargeError):
        parse(FeedKind.FEED, b" " * (MAX_BYTES + 1), URL)
    with pytest.raises(DocumentError):
        parse(FeedKind.FEED, b"\x1f\x8b\x08broken", URL)


def test_item_caps_take_the_newest_of_a_sitemap():
    urls = "".join(
        f"<url><loc>https://g.example/a-{n}</loc>"
        f"<lastmod>{2000 + n // 366:04}-{n % 12 + 1:02}-01</lastmod></url>"
        for n in range(MAX_ITEMS + 1000)
    )
    found = parse(
        FeedKind.SITEMAP, f"<urlset>{urls}</urlset>".encode(), URL, rules=LinkRules(max_links=10)
    )
    assert len(found.links) == 10
    assert found.skipped["over_limit"] == MAX_ITEMS + 990
    assert min(int(link.url.rpartition("-")[2]) for link in found.links) > 1000


def test_item_cap_of_a_feed():
    body = HEAD + "".join(ITEM.format(n) for n in range(MAX_ITEMS + 7)) + TAIL
    found = parse(FeedKind.FEED, body.encode(), URL, rules=LinkRules(max_links=10**6))
    assert len(found.links) == MAX_ITEMS
    assert found.skipped == {"over_limit": 7}


def test_one_link_under_many_guids_is_one_link():
    items = "".join(
        f"<item><guid isPermaLink='false'>{n}</guid><link>https://g.example/a?utm_id={n}</link></item>"
        for n in range(50)
    )
    found = parse(FeedKind.FEED, (HEAD + items + TAIL).encode(), URL)
    assert len(found.links) == 1
    assert found.skipped == {"duplicate": 49}


def test_hostile_pattern_ends():
    body = HEAD + f"<item><link>https://g.example/{'a' * 900}!</link></item>" + TAIL
    found = parse(FeedKind.FEED, body.encode(), URL, rules=LinkRules(allow=("(a+)+$",)))
    assert found.skipped == {"filtered": 1}
    with pytest.raises(DocumentError, match="not valid"):
        parse(FeedKind.FEED, body.encode(), URL, rules=LinkRules(allow=("(",)))


WORDS = """<rss> <channel> <item> </item> <link> </link> <title> </title> <guid> </rss> <entry>
<html> <urlset> <url><loc> </loc></url> https://g.example/a-1 /b?id=2 javascript:x //h.example/c
http://[ & &amp; <![CDATA[ ]]> <!-- --> <link/href='/x'/> {"items":[ { } ] "url":"
" , xmlns:a='b' é"""
TAGS = (
    "<feed xmlns='http://www.w3.org/2005/Atom'>",
    "<link href='/x'/>",
    "<!DOCTYPE rss>",
    "<?xml version='1.0'?>",
    "<a href='/2026/11/a-long-slug-of-words'>",
    "<entry xml:base='http://[x'>",
    "\x00",
    "\ud800",
)
PIECES = st.sampled_from([*WORDS.split(), *TAGS])
KINDS = st.sampled_from(list(FeedKind))


def check(kind, body):
    try:
        found = parse(kind, body, URL)
    except DocumentError:
        return
    for link in found.links:
        assert link.url.startswith(("http://", "https://"))
        assert " " not in link.url
    assert all(count > 0 for count in found.skipped.values())


@settings(max_examples=150, deadline=None)
@given(KINDS, st.lists(PIECES, max_size=40))
def test_any_markup_gives_links_or_a_document_error(kind, pieces):
    check(kind, "".join(pieces).encode("utf-8", "surrogatepass"))


@settings(max_examples=60, deadline=None)
@given(KINDS, st.binary(max_size=300))
def test_any_bytes_give_links_or_a_document_error(kind, body):
    check(kind, body)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_links_are_absolute_or_left_out(href):
    clean = "".join(c for c in href if c not in "<&" and (c >= " " or c in "\t\n"))
    check(
        FeedKind.FEED,
        (HEAD + f"<item><link>{clean}</link></item>" + TAIL).encode("utf-8", "replace"),
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(WHOLE)))
def test_a_cut_never_invents_a_link(at):
    try:
        found, _ = titles(WHOLE[:at])
    except DocumentError:
        return
    assert found in ([], ["Title 1"], ["Title 1", "Title 2"])
