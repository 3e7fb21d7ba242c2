"""Which factors a scope covers, clause by clause; a scope within another covers no more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from suyuan_ledger.workflow.scope import covers, lies_within


def rules(*pairs):
    return [{"scheme": scheme, "prefix": prefix} for scheme, prefix in pairs]


def factor(*codes, place=("ISO3166", "CN-YN"), series="PRODUCT_FOOTPRINT"):
    return {
        "seriesType": series,
        "geography": {"scheme": place[0], "code": place[1]},
        "classification": [{"scheme": scheme, "code": code} for scheme, code in codes],
    }


@pytest.mark.parametrize(
    ("scope", "codes", "inside"),
    [
        (rules(("CPC", "41")), [("CPC", "411")], True),
        (rules(("CPC", "41")), [("CPC", "42")], False),
        (rules(("CPC", "41")), [("HS", "41")], False),
        (rules(("CPC", "41")), [], False),
        # One code that fits does not open the door for another one of the same scheme.
        (rules(("CPC", "41")), [("CPC", "411"), ("CPC", "42")], False),
        (rules(("CPC", "41"), ("CPC", "42")), [("CPC", "411"), ("CPC", "42")], True),
        # Codes of schemes that the scope does not name are not its business.
        (rules(("CPC", "41")), [("CPC", "411"), ("HS", "7601")], True),
        (rules(("CPC", "41"), ("HS", "76")), [("CPC", "411")], True),
        (rules(("CPC", "41"), ("HS", "76")), [("CPC", "411"), ("HS", "72")], False),
    ],
)
def test_classification(scope, codes, inside):
    assert covers({"classification": scope}, factor(*codes)) is inside


@pytest.mark.parametrize(
    ("code", "place", "inside"),
    [
        ("CN", ("ISO3166", "CN-YN"), True),
        ("CN-YN", ("ISO3166", "CN-YN"), True),
        ("CN-YN", ("ISO3166", "CN"), False),
        ("CN-Y", ("ISO3166", "CN-YN"), False),
        ("CN", ("CN-GRID", "华北"), True),
        ("华北", ("CN-GRID", "华北"), True),
        ("华北", ("CN-GRID", "华北-1"), False),
        ("CN-YN", ("CN-GRID", "华北"), False),
    ],
)
def test_geography(code, place, inside):
    assert covers({"geography": [code]}, factor(place=place)) is inside


def test_series_and_an_open_scope():
    assert covers({}, factor())
    assert covers({"series": ["PRODUCT_FOOTPRINT"]}, factor())
    assert not covers({"series": ["ELEC_FOOTPRINT"]}, factor())


schemes, codes = st.sampled_from(["a", "b"]), st.sampled_from(["1", "12", "123", "2"])
prefixes = st.lists(st.tuples(schemes, codes), min_size=1, max_size=3).map(lambda p: rules(*p))
places = st.sampled_from(["CN", "CN-YN", "CN-YN-1", "DE"])
scopes = st.fixed_dictionaries(
    {},
    optional={
        "classification": prefixes,
        "geography": st.lists(places, min_size=1, max_size=2),
        "series": st.lists(st.sampled_from(["x", "y"]), min_size=1, max_size=2),
    },
)
factors = st.builds(
    lambda stated, place, series: factor(*stated, place=("ISO3166", place), series=series),
    st.lists(st.tuples(schemes, codes), max_size=3),
    places,
    st.sampled_from(["x", "y"]),
)


@given(scopes, scopes, factors)
def test_a_scope_within_another_covers_nothing_that_the_other_does_not(inner, outer, stated):
    if lies_within(inner, outer) and covers(inner, stated):
        assert covers(outer, stated)


@given(scopes)
def test_a_scope_lies_within_itself_and_within_everything(scope):
    assert lies_within(scope, scope)
    assert lies_within(scope, {})
