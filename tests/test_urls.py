"""Addresses: read as a browser reads them, refused on doubt, one key for all spellings."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.urls import (
    believable_canonical,
    canonical_key,
    home_elsewhere,
    host_of,
    netloc_key,
    parse,
    registrable_domain,
    resolve,
    same_site,
)

BASE = "https://news.example/a/b/page.html?x=1#top"


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("https://other.example/x?y=1", "https://other.example/x?y=1"),
        ("/root", "https://news.example/root"),
        ("next.html", "https://news.example/a/b/next.html"),
        ("../up.html", "https://news.example/a/up.html"),
        ("../../../../up", "https://news.example/up"),
        (".", "https://news.example/a/b/"),
        ("..", "https://news.example/a/"),
        ("c/./d/%2e%2e/e", "https://news.example/a/b/c/e"),
        ("?id=3", "https://news.example/a/b/page.html?id=3"),
        ("#part", "https://news.example/a/b/page.html?x=1"),
        ("//cdn.example/p", "https://cdn.example/p"),
        ("\\\\cdn.example\\p", "https://cdn.example/p"),
        ("https:\\\\other.example\\p", "https://other.example/p"),
        ("http:/other.example/p", "http://other.example/p"),
        ("https:/same.html", "https://news.example/same.html"),
        ("https:same.html", "https://news.example/a/b/same.html"),
        ("https:////other.example/p", "https://other.example/p"),
        (
            "  \n\thttps://other.example/sp lit\tted\n.html \u3000",
            "https://other.example/sp%20litted.html",
        ),
        ("HTTPS://OTHER.Example:443/X", "https://other.example/X"),
        ("http://other.example:443/", "http://other.example:443/"),
        ("https://other.example:/x", "https://other.example/x"),
        ("https://other.example", "https://other.example/"),
        ("https://other.example?q", "https://other.example/?q"),
        ("https://other.example./x", "https://other.example/x"),
        ("/50%-more?a=100%", "https://news.example/50%25-more?a=100%25"),
        ("/café/%c3%a9?q=ü ß", "https://news.example/caf%C3%A9/%c3%a9?q=%C3%BC%20%C3%9F"),
        ('/a"<b>`{c}', "https://news.example/a%22%3Cb%3E%60%7Bc%7D"),
        ("https://münchen.example/", "https://xn--mnchen-3ya.example/"),
        ("https://مثال.إختبار/", "https://xn--mgbh0fb.xn--kgbechtv/"),
        ("http://127.1.2.3:8800/x", "http://127.1.2.3:8800/x"),
        ("http://[2001:DB8:0:0::1]:8080/x", "http://[2001:db8::1]:8080/x"),
        ("http://h.example\\@evil.example/", "http://h.example/@evil.example/"),
        ("http://under_score.example/x", "http://under_score.example/x"),
        ("/a?next=http://x\\y", "https://news.example/a?next=http://x%5Cy"),
    ],
)
def test_resolve_reads_links_as_browsers_do(href, expected):
    assert resolve(BASE, href) == expected


@pytest.mark.parametrize(
    "href",
    [
        "",
        " \n ",
        "javascript:alert(1)",
        "JAVA\tSCRIPT:alert(1)",
        "mailto:desk@example.org",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://h.example/x",
        "www.example:8080",
        "http://user@h.example/",
        "http://user:pw@h.example/",
        "http://@h.example/",
        "http://",
        "http:///",
        "https://?q",
        "http://h.example:0/",
        "http://h.example:65536/",
        "http://h.example:8o/",
        "http://h.example:-1/",
        "http://h.example:٣/",
        "http://h.example:80:80/",
        "http://2130706433/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://127.0.0.256/",
        "http://1.2.3.4.5/",
        "http://127.0.0.01/",
        "http://[::1/",
        "http://[::1]x/",
        "http://[fe80::1%25eth0]/",
        "http://[v1.x]/",
        "http://a..b/",
        "http://.a.example/",
        "http://a.example../",
        "http://-/",
        "http://a b.example/",
        "http://a\x00b.example/",
        "http://a%2eb.example/",
        "http://evil.example%00.good.example/",
        "http://127。0。0。1/",
        "http://ｅvil.example/",
        "http://evil．example/",
        "http://①②⑦.⓪.0.1/",
        "http://\u212aelvin.example/",
        "http://\u00ad.example/",
        "http://a<b.example/",
        "http://xn--a.example/",
        f"http://{'a' * 64}.example/",
        f"http://{'a.' * 130}example/",
        "https://h.example/" + "x" * 2048,
        "x" * 200_000,
        "/broken\ud800",
    ],
)
def test_resolve_refuses_on_doubt(href):
    assert resolve(BASE, href) is None


def test_resolve_needs_a_base_only_for_relative_links():
    assert resolve("", "https://h.example/x") == "https://h.example/x"
    assert resolve("", "/x") is None
    assert resolve("mailto:x", "/x") is None


def test_what_looks_long_but_is_not_is_kept():
    assert (
        resolve(BASE, " " * 50_000 + "https://h.example/x#" + "f" * 50_000) == "https://h.example/x"
    )
    longest = "https://h.example/" + "x" * (2048 - 18)
    assert resolve(BASE, longest) == longest


def test_parse_says_why():
    with pytest.raises(ValueError, match="user name"):
        parse("http://a:b@h.example/")
    with pytest.raises(ValueError, match="scheme ftp"):
        parse("ftp://h.example/")


PIECES = st.text(alphabet="aZ09._~-%2eéß字 \t\\/?#&=;:@[]+<>\"'{}|^`\u202e\x00\ud800", max_size=30)
HOSTS = st.sampled_from(
    ["h.example", "www.h.example", "m.h.example", "amp.co.uk", "[::1]", "10.0.0.1"]
)
PATHS = st.text(alphabet="amp/.%2fFeindexhtlAMPé~;()&", max_size=40)
QUERIES = st.text(alphabet="ab=&;?utm_source%20+p;amprefsid1", max_size=40)


@given(PIECES, PIECES)
@example("http:a:80", "")
def test_resolving_what_was_resolved_changes_nothing(base, href):
    for link in (href, f"http://{href}", f"//h.example/{href}"):
        found = resolve(f"https://h.example/{base}", link)
        if found is not None:
            assert found.isascii()
            assert not set(found) & set(" \\\t\n\r#\x00"), found
            assert resolve("", found) == found
            assert resolve("https://other.example/x/", found) == found


@settings(max_examples=300)
@given(
    st.sampled_from(["http", "https"]),
    HOSTS,
    st.sampled_from(["", ":80", ":443", ":8080"]),
    PATHS,
    QUERIES,
)
def test_the_key_of_a_key_is_that_key(scheme, host, port, path, query):
    key = canonical_key(f"{scheme}://{host}{port}/{path}?{query}")
    assert canonical_key(key) == key
    assert canonical_key(key.replace("https://", "http://", 1)) == key


@given(st.text(max_size=60))
def test_nothing_makes_the_key_fail(text):
    assert canonical_key(canonical_key(text)) == canonical_key(text)


@pytest.mark.parametrize(
    "spelling",
    [
        "http://news.example/2026/story-12",
        "https://www.news.example/2026/story-12",
        "https://NEWS.example:443/2026/story-12/",
        "http://news.example:80/2026//story-12///",
        "https://news.example./2026/x/../story-12",
        "https://m.news.example/2026/story-12",
        "https://mobile.news.example/2026/story-12",
        "https://www.m.news.example/2026/story-12",
        "https://amp.news.example/2026/story-12/amp/",
        "https://news.example/amp/2026/story-12",
        "https://news.example/2026/story-12.amp",
        "https://news.example/2026/story-12?amp=1",
        "https://news.example/2026/story-12?outputType=amp&utm_source=x",
        "https://news.example/2026/story%2D12?fbclid=abc&UTM_medium=rss",
        "https://news.example/2026/story-12;jsessionid=0A1B2C?PHPSESSID=77",
        "https://news.example/2026/story-12/index.html?ref=rss#comments",
        "https://news.example/2026/story-12?utm_source=a&amp;utm_medium=b",
        "https://www.google.com/amp/s/www.news.example/2026/story-12/amp",
        "https://news-example.cdn.ampproject.org/c/s/news.example/2026/story-12.amp?usqp=1",
        "https://news.example/2026/story-12?sid=0a1b2c3d4e5f6a7b8c9d",
        "https://news.example/2026/story-12?",
    ],
)
def test_spellings_of_one_article_have_one_key(spelling):
    assert canonical_key(spelling) == "https://news.example/2026/story-12"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://news.example/?p=12", "https://news.example/?p=13"),
        ("https://news.example/a?id=3", "https://news.example/a"),
        ("https://news.example/a?page=2", "https://news.example/a"),
        ("https://news.example/a?ref=4711", "https://news.example/a"),
        ("https://news.example/a?sid=4711", "https://news.example/a"),
        ("https://news.example/Story", "https://news.example/story"),
        ("https://news.example/a%2Fb", "https://news.example/a/b"),
        ("https://news.example/camp", "https://news.example/c"),
        ("https://news.example/amp", "https://news.example/"),
        ("https://news.example:8080/a", "https://news.example/a"),
        ("https://en.news.example/a", "https://news.example/a"),
        ("https://m.com/a", "https://com/a"),
        ("https://news.example/amplifier/x", "https://news.example/lifier/x"),
    ],
)
def test_other_articles_have_other_keys(one, other):
    assert canonical_key(one) != canonical_key(other)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.gov.uk/x", "https://www.gov.uk/x"),
        ("http://m.co.uk/x", "https://m.co.uk/x"),
        ("http://amp.github.io/x", "https://amp.github.io/x"),
        ("http://m.me.github.io/x", "https://me.github.io/x"),
        ("http://127.1.2.3:8800/o/1/", "https://127.1.2.3:8800/o/1"),
        ("http://[::1]:80/", "https://[::1]/"),
        ("https://h.example/?b=2&a=1&b=2&c=", "https://h.example/?a=1&b=2&c"),
        ("https://h.example/?q=a+b", "https://h.example/?q=a%20b"),
        ("https://h.example/%e5%8c%97%7E", "https://h.example/%E5%8C%97~"),
        ("  not an address ", "not an address"),
    ],
)
def test_keys_in_full(url, key):
    assert canonical_key(url) == key


PAGE = "https://www.news.example/2026/03/story-12"


@pytest.mark.parametrize(
    ("page", "claimed", "expected"),
    [
        (
            PAGE,
            "/2026/03/story-12-corrected",
            "https://www.news.example/2026/03/story-12-corrected",
        ),
        (
            PAGE,
            "https://m.news.example/2026/03/story-12",
            "https://m.news.example/2026/03/story-12",
        ),
        (PAGE, "https://amp.news.example/x", "https://amp.news.example/x"),
        (
            "https://news.example/?p=12",
            "https://news.example/2026/a-story/",
            "https://news.example/2026/a-story/",
        ),
        (
            "https://news.example/a.php?id=3&utm_x=1",
            "/a.php?id=3",
            "https://news.example/a.php?id=3",
        ),
        (
            "https://news.example/a.php?id=345",
            "/a-story-345.html",
            "https://news.example/a-story-345.html",
        ),
        ("https://news.example/story?page=2", "/story", "https://news.example/story"),
        (
            "https://news.example/search/engines-sue",
            "/search/engines-sue-1",
            "https://news.example/search/engines-sue-1",
        ),
        (
            "http://127.0.0.1:8800/o/1/a",
            "http://127.0.0.1:8800/o/1/b",
            "http://127.0.0.1:8800/o/1/b",
        ),
        (
            "https://news-example.cdn.ampproject.org/c/s/news.example/a",
            "https://news.example/a",
            "https://news.example/a",
        ),
        (PAGE, None, None),
        (PAGE, "", None),
        (PAGE, "https://other.example/2026/03/story-12", None),
        (PAGE, "https://www.news.example/", None),
        (PAGE, "https://www.news.example/index.html", None),
        (PAGE, "https://www.news.example/en/", None),
        (PAGE, "/search?q=story", None),
        (PAGE, "/?s=story", None),
        (PAGE, "/login?next=/2026", None),
        (PAGE, "https://consent.news.example/x", None),
        (PAGE, "/404.html", None),
        (PAGE, "javascript:alert(1)", None),
        (PAGE, "http://user@www.news.example/x", None),
        ("https://news.example/a.php?id=3", "/a.php", None),
        ("https://news.example/a.php?id=3", "/article.php", None),
        ("https://news.example/a.php?id=3", "/a.php?id=4", None),
        ("https://news.example/?p=12", "/", None),
        ("http://127.0.0.1:8800/a", "http://127.0.0.1:8801/a", None),
        ("http://127.0.0.1:8800/a", "http://127.0.0.2:8800/a", None),
        ("http://localhost:8800/a", "http://localhost:8801/b", None),
        ("https://me.github.io/a", "https://you.github.io/a", None),
        ("nothing", "https://news.example/a", None),
    ],
)
def test_canonical_is_believed_only_when_it_can_be(page, claimed, expected):
    assert believable_canonical(page, claimed) == expected


def test_hosts():
    assert host_of("HTTPS://News.Example:8443/x") == "news.example"
    assert netloc_key("https://news.example/x") == "news.example:443"
    assert netloc_key("http://news.example/x") == "news.example:80"
    assert netloc_key("http://[::1]:8080/x") == "[::1]:8080"
    with pytest.raises(ValueError, match="scheme"):
        host_of("ftp://news.example/")
    with pytest.raises(ValueError, match="without a base"):
        netloc_key("news.example")


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("news.bbc.co.uk", "bbc.co.uk"),
        ("bbc.co.uk", "bbc.co.uk"),
        ("co.uk", "co.uk"),
        ("a.b.sana.sy", "sana.sy"),
        ("me.github.io", "me.github.io"),
        ("a.b.unknown-tld-x", "b.unknown-tld-x"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "[::1]"),
    ],
)
def test_registrable_domain(host, domain):
    assert registrable_domain(host) == domain


def test_the_suffix_list_comes_from_no_network_and_no_file(monkeypatch):
    import socket

    from pipeline.urls import hosts

    def refuse(*args, **kwargs):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    hosts._extractor.cache_clear()
    hosts.public_suffix.cache_clear()
    hosts.registrable_domain.cache_clear()
    assert registrable_domain("x.y.bbc.co.uk") == "bbc.co.uk"
    assert hosts._extractor()._cache.enabled is False


def test_same_site():
    assert same_site("http://a.news.example/1", "https://news.example:8443/2")
    assert not same_site("http://news.example/", "http://other.example/")
    assert same_site("http://127.0.0.1:8800/a", "http://127.0.0.1:8800/b")
    assert not same_site("http://127.0.0.1:8800/a", "http://127.0.0.1:8801/a")
    assert not same_site("http://127.0.0.1/", "mailto:x")


@pytest.mark.parametrize(
    ("claimed", "expected"),
    [
        ("https://agency.example/2026/talks-go-on", "https://agency.example/2026/talks-go-on"),
        ("https://www.paper.example/other", None),  # the same site
        ("/other", None),
        ("https://agency.example/", None),
        ("https://agency.example/login?next=x", None),
        ("mailto:desk@agency.example", None),
        ("", None),
        (None, None),
    ],
)
def test_the_home_of_a_text_at_another_site(claimed, expected):
    assert home_elsewhere("https://paper.example/news/talks-go-on", claimed) == expected
