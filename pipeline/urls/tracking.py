"""Which query parameters say where a reader came from and not which article is meant."""

from __future__ import annotations

import re

_PREFIXES = (
    "utm_", "mc_", "at_", "ns_", "pk_", "mtm_", "piwik_", "matomo_", "hsa_", "itm_", "fb_",
    "__cft__", "__tn__", "dm_", "wt_mc", "wt_zmc", "guce_", "oly_", "stm_", "trk_", "sc_ch",
)  # fmt: skip
_NAMES = frozenset(
    {
        "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "ysclid",
        "twclid", "ttclid", "igshid", "igsh", "li_fat_id", "rb_clickid", "s_cid", "srsltid",
        "epik", "wickedid", "irclickid", "_ga", "_gl", "_hsenc", "_hsmi", "hsctatracking",
        "mkt_tok", "vero_id", "vero_conv", "_openstat", "spm", "ocid", "cmpid", "cmp", "intcmp",
        "int_cmp", "icmp", "icid", "ncid", "xtor", "wt.mc_id", "wt.nav", "smid", "smtyp", "emc",
        "guccounter", "ftag", "ito", "soc_src", "soc_trk", "sr_share", "wprov", "ref_src",
        "ref_url", "__twitter_impression", "mbid", "nlid", "ns_mail_uid", "emci", "emdi",
        "maca", "tpcc", "dicbo", "ico", "itid", "replytocom", "__source", "amp_js_v", "amp_gsa",
        "amp_r", "usqp", "aoh", "phpsessid", "phpsessionid", "jsessionid", "aspsessionid",
        "asp.net_sessionid", "cfid", "cftoken", "zenid", "sessionid", "session_id",
    }
)  # fmt: skip
# These names mean something else on other sites (?ref=1234, ?sid=77), so the value decides.
_BY_VALUE = frozenset(
    {
        "r", "ref", "referrer", "referer", "source", "src", "from", "partner", "via", "share",
        "campaign", "cid", "feature", "rss", "feed",
    }
)  # fmt: skip
_CHANNELS = frozenset(
    {
        "rss", "feed", "feeds", "atom", "home", "homepage", "hp", "front", "frontpage", "index",
        "nav", "navigation", "menu", "header", "footer", "sidebar", "related", "recommended",
        "mostread", "most_read", "newsletter", "nl", "mail", "email", "e-mail", "push", "app",
        "ios", "android", "mobile", "social", "sm", "facebook", "fb", "twitter", "tw", "x",
        "telegram", "tg", "whatsapp", "wa", "linkedin", "li", "instagram", "ig", "reddit", "vk",
        "youtube", "yt", "google", "googlenews", "gnews", "msn", "flipboard", "apple_news",
        "applenews", "smartnews", "share", "sharing", "copylink", "link_copied", "widget",
        "ticker", "breaking", "amp", "emailshare", "rssfeed",
    }
)  # fmt: skip
_SESSION_VALUE = re.compile(r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[0-9A-Za-z,_-]{16,}\Z")
_AMP_SWITCHES = frozenset({"amp", "isamp", "is_amp", "_amp"})
_AMP_NAMES = frozenset(
    {"outputtype", "output", "view", "format", "type", "mode", "tpl", "variant"}
)  # fmt: skip


def is_tracking(name: str, value: str) -> bool:
    """True if the parameter can be dropped without another article being meant.

    ``name`` and ``value`` are percent-decoded where they are plain; sure cases only: ``ref``,
    ``source`` and such count when the value is a known channel, ``sid`` when it looks like a token.
    """
    name = name.lower()
    if name in _NAMES or name.startswith(_PREFIXES):
        return True
    if name in _AMP_SWITCHES:
        return value.lower() in {"", "1", "true", "yes", "amp"}
    if name in _AMP_NAMES:
        return value.lower() == "amp"
    if name in _BY_VALUE:
        return value.lower() in _CHANNELS
    return name in {"sid", "s", "sess"} and _SESSION_VALUE.match(value) is not None
