"""Bytes to text: what is claimed, what the bytes are, and what was never meant to be decoded."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract.charset import decode_html

TEXTS = {
    "euc_jp": "東京都は二十四日、新しい計画を発表した。これは三年ぶりのことだという。",
    "shift_jis": "東京都は二十四日、新しい計画を発表した。これは三年ぶりのことだという。",
    "gb18030": "外交部发言人在北京表示，双方将继续就有关问题进行谈判，这是一个重要的进展。",
    "big5": "立法院今天通過新的法案，這是近年來最大的一次改革，在野黨表示不滿。",
    "cp949": "정부는 오늘 새로운 정책을 발표했다. 이번 조치는 내년부터 시행된다.",
    "windows-1251": "Министр заявил, что переговоры будут продолжены в четверг в Женеве.",
    "koi8-r": "Министр заявил, что переговоры будут продолжены в четверг в Женеве.",
    "windows-1256": "قال الوزير إن المحادثات ستستمر يوم الخميس في جنيف بمشاركة جميع الأطراف",
    "windows-1252": "Der Präsident erklärte „alles“ – für Österreich, naïve café",
    "windows-1253": "Ο πρωθυπουργός δήλωσε ότι οι συνομιλίες θα συνεχιστούν",
    "windows-1255": "ראש הממשלה אמר היום כי השיחות יימשכו",
}


def page(text: str, head: str = "") -> str:
    return f"<html><head>{head}<title>x</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize("name", TEXTS)
class TestEachCharset:
    def test_named_in_the_header_only(self, name):
        html = page(TEXTS[name])
        assert decode_html(html.encode(name), f"text/html; charset={name}") == html

    def test_named_in_a_meta_tag_only(self, name):
        html = page(TEXTS[name], f'<meta charset="{name}">')
        assert decode_html(html.encode(name), "text/html") == html
        html = page(
            TEXTS[name], f'<meta http-equiv=Content-Type content="text/html; charset={name}">'
        )
        assert decode_html(html.encode(name)) == html

    def test_named_nowhere(self, name):
        html = page(TEXTS[name])
        assert decode_html(html.encode(name)) == html

    def test_named_wrong_as_utf8(self, name):
        html = page(TEXTS[name])
        assert decode_html(html.encode(name), "text/html; charset=utf-8") == html

    def test_is_utf8_whatever_the_header_says(self, name):
        html = page(TEXTS[name], f"<meta charset={name}>")
        assert decode_html(html.encode(), f"text/html; charset={name}") == html
        assert decode_html(html.encode(), "text/html; charset=iso-8859-1") == html

    def test_utf16_and_marks(self, name):
        html = page(TEXTS[name])
        for wide in ("utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32"):
            assert decode_html(html.encode(wide), "text/html; charset=iso-8859-1") == html


def test_names_mean_what_browsers_take_them_for():
    assert decode_html("“fünf” €".encode("cp1252"), "text/html; charset=ISO-8859-1") == "“fünf” €"
    assert decode_html("镕基国务院".encode("gb18030"), "text/html; charset=gb2312") == "镕基国务院"
    assert (
        decode_html("①髙橋の計画".encode("cp932"), "text/html; charset=Shift_JIS") == "①髙橋の計画"
    )


def test_header_beats_meta_when_both_would_do():
    body = "<meta charset=windows-1252><p>Привет всем".encode("cp1251")
    assert decode_html(body, "text/html; charset=windows-1251").endswith("Привет всем")


def test_unknown_charset_falls_back_to_what_the_bytes_are():
    html = page(TEXTS["windows-1251"])
    assert decode_html(html.encode("cp1251"), "text/html; charset=x-klingon") == html
    assert decode_html(b"<p>plain", "text/html; charset=none") == "<p>plain"


@pytest.mark.parametrize(
    "name", ["utf-7", "UTF7", "unicode_escape", "base64", "rot13", "idna", "zip"]
)
def test_what_is_no_charset_of_a_page_is_never_decoded(name):
    body = b"+ADw-script+AD4-alert(1) \\u003cb\\u003e uryyb"
    assert decode_html(body, f"text/html; charset={name}") == body.decode()
    body += b"\xe9"
    assert decode_html(body, f"text/html; charset={name}") == body.decode("cp1252")


def test_japanese_in_seven_bits():
    html = page(TEXTS["euc_jp"])
    assert decode_html(html.encode("iso-2022-jp"), "text/html; charset=iso-2022-jp") == html


def test_a_few_broken_bytes_do_not_make_it_another_charset():
    body = page(TEXTS["windows-1251"] * 3).encode()
    text = decode_html(body[:200] + b"\xff" + body[200:], "text/html; charset=windows-1251")
    assert text.count("\ufffd") in (1, 2, 3)
    assert "переговоры" in text
    assert "переговоры" in decode_html(body[:-30] + "ж".encode()[:1])


def test_controls_go():
    assert decode_html(b"a\x00b\x1b[31mc\x07d\te\r\nf\x7f") == "ab[31mcd\te\r\nf"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.text(max_size=40))
def test_any_bytes_give_text_that_can_be_stored(body, content_type):
    text = decode_html(body, content_type)
    assert "\x00" not in text
    text.encode("utf-8")


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc", "Cn")), max_size=200))
def test_utf8_comes_back_as_it_went_in(text):
    text = text.lstrip("\ufeff")
    assert decode_html(text.encode(), "text/html; charset=utf-8") == text
