"""The fast ways of asking for names say what the slow ones say."""

from hypothesis import given
from hypothesis import strategies as st
from readability.readability import REGEXES

from pipeline.extract.clean import fold
from pipeline.extract.readability_engine import unlikely

UNLIKELY, PERHAPS = (REGEXES[k] for k in ("unlikelyCandidatesRe", "okMaybeItsACandidateRe"))
WORDS = st.sampled_from([*UNLIKELY.pattern.split("|"), *PERHAPS.pattern.split("|"), "x", "-", "Ad"])


@given(st.lists(st.one_of(WORDS, st.text(alphabet="adeprsm-_ ", max_size=4)), max_size=6))
def test_unlikely_is_readabilitys_own_expression(parts):
    names = "".join(parts)
    slow = UNLIKELY.search(names) is not None and PERHAPS.search(names) is None
    assert unlikely(names) == slow


@given(st.text(max_size=40))
def test_folding_keeps_letters_and_digits(text):
    assert fold(text) == "".join(filter(str.isalnum, text.casefold()))
