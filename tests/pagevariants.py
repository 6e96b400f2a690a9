"""One page as other outlets would have written it: each variant must give the same article."""

import re
import zlib

from lxml import html as lxml_html

from pipeline.extract.charset import decode_html

VARIANTS = {}


def variant(make):
    VARIANTS[make.__name__] = make
    return make


def tree_of(page):
    return lxml_html.document_fromstring(page)


def text_of(tree):
    return lxml_html.tostring(tree, encoding="unicode", doctype="<!DOCTYPE html>")


def of_class(tree, name):
    return tree.xpath(f"//*[contains(concat(' ', @class, ' '), ' {name} ')]")


def in_tags(page, change):
    """Change what stands in tags, but not in scripts and styles."""
    return re.sub(r"<[A-Za-z/][^<>]*>", lambda match: change(match[0]), page)


@variant
def as_it_is(page):
    return page


@variant
def other_class_names(page):
    def name(match):
        words = [f"c{zlib.crc32(word.encode()):x}" for word in match[2].split()]
        return f'{match[1]}="{" ".join(words)}"'

    return in_tags(page, lambda tag: re.sub(r'\b(class|id)="([^"]*)"', name, tag))


@variant
def no_class_names(page):
    return in_tags(page, lambda tag: re.sub(r'\s(?:class|id|data-\w+)="[^"]*"', "", tag))


@variant
def ads_as_list_items(page):
    tree = tree_of(page)
    for box in of_class(tree, "ad-wrapper"):
        box.tag = "li"
    return text_of(tree)


@variant
def ads_as_lists(page):
    tree = tree_of(page)
    for box in of_class(tree, "ad-wrapper"):
        box.tag = "ul"
        for inner in box:
            inner.tag = "li"
    return text_of(tree)


@variant
def ads_as_paragraphs(page):
    tree = tree_of(page)
    for box in of_class(tree, "ad-wrapper"):
        for inner in list(box)[1:]:
            box.remove(inner)
        box[0].drop_tag()
        box.tag = "p"
        box.attrib.clear()
    return text_of(tree)


def moved(page, name, before):
    tree = tree_of(page)
    (box,) = of_class(tree, name)
    (target,) = of_class(tree, before)
    target.addprevious(box)
    return text_of(tree)


@variant
def recommended_before_the_body(page):
    return moved(page, "recommended", "article-content")


@variant
def recommended_before_the_headline(page):
    return moved(page, "recommended", "article-wrapper")


@variant
def recommended_inside_the_body(page):
    tree = tree_of(page)
    (box,) = of_class(tree, "recommended")
    (body,) = of_class(tree, "article-content")
    body.insert(4, box)
    return text_of(tree)


@variant
def recommended_as_first_of_the_body(page):
    tree = tree_of(page)
    (box,) = of_class(tree, "recommended")
    (body,) = of_class(tree, "article-content")
    body.insert(0, box)
    return text_of(tree)


@variant
def community_box_inside_the_body(page):
    tree = tree_of(page)
    (box,) = of_class(tree, "community")
    (body,) = of_class(tree, "article-content")
    body.append(box)
    return text_of(tree)


@variant
def windows_1252(page):
    page = page.replace('charset="utf-8"', 'charset="windows-1252"')
    return decode_html(page.encode("cp1252", "xmlcharrefreplace"))


@variant
def windows_1252_by_header_only(page):
    page = page.replace('<meta charset="utf-8">', "")
    body = page.encode("cp1252", "xmlcharrefreplace")
    return decode_html(body, "text/html; charset=windows-1252")


@variant
def no_closing_tags(page):
    return re.sub(r"</(?:p|li|body|html|head)>", "", page)


@variant
def on_one_line(page):
    return re.sub(r">\s+<", "><", re.sub(r"\s+", " ", page))


@variant
def indented(page):
    return re.sub(r"(<(?:p|h1|h2|li|div)\b[^<>]*>)", "\n      \\1\n        ", page)


@variant
def upper_case_tags(page):
    return in_tags(
        page, lambda tag: re.sub(r"^</?\w+|\s[\w:-]+(?==\")", lambda m: m[0].upper(), tag)
    )


@variant
def unquoted_attributes(page):
    return in_tags(page, lambda tag: re.sub(r'="([\w./:#-]+)"', r"=\1", tag))


@variant
def wrapped_in_a_table(page):
    page = re.sub(r"(<body[^<>]*>)", r"\1<table><tr><td>", page)
    return page.replace("</body>", "</td></tr></table></body>")


@variant
def only_divs(page):
    names = "main|section|header|footer|nav|article|figure|figcaption|aside"
    return re.sub(rf"(</?)(?:{names})\b", r"\1div", page)


@variant
def paragraphs_as_divs(page):
    return re.sub(r"(</?)p\b(?![\w-])", r"\1div", page)


@variant
def wrapped_in_many_divs(page):
    page = re.sub(r"(<body[^<>]*>)", r"\1" + "<div>" * 12, page)
    return page.replace("</body>", "</div>" * 12 + "</body>")


@variant
def cookie_banner_at_the_top(page):
    return re.sub(r"(<body[^<>]*>)", r"\1" + COOKIES, page)


@variant
def cookie_banner_at_the_end(page):
    return page.replace("</body>", COOKIES + "</body>")


COOKIES = (
    '<div class="x-banner" role="dialog"><h2>Your privacy</h2><p>We and our 211 partners use '
    "cookies to store and read information on your device, to measure how our pages are used, and "
    "to show you advertising that fits your interests.</p><p>You can accept, reject, or change "
    "your choices at any time by the link at the bottom of each page.</p>"
    "<button>Accept all</button><button>Reject all</button></div>"
)


@variant
def comments_between(page):
    return re.sub(r"(</p>)", r"\1<!-- <p>piano</p> mid-roll -->", page)


@variant
def links_and_emphasis_in_the_text(page):
    def change(match):
        words = match[2].split(" ")
        words[3] = f'<a href="/topic"><b>{words[3]}</b></a>'
        words[5] = f"<em>{words[5]}</em>"
        return f"{match[1]}{' '.join(words)}</p>"

    return re.sub(r"(<p>)([^<>]{80,})</p>", change, page)


@variant
def numeric_references(page):
    return re.sub(r"[^\x00-\x7f]", lambda match: f"&#{ord(match[0])};", page)


@variant
def blanks_of_other_kinds(page):
    return re.sub(r"(<p>\S+) ", "\\1\xa0", page)


@variant
def no_head(page):
    return re.sub(r"(?s)<head>.*</head>", "", page)
