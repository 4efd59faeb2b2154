"""Links of citations: what is written into them is read out again."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.types import Span
from rag.links import MAX_RANGES, PAGE_VIEW_PATH, citation_url, parse_ranges

_ranges = st.lists(
    st.tuples(st.integers(0, 10**9), st.integers(1, 10**6)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    max_size=MAX_RANGES,
)


@given(st.text(min_size=1).filter(lambda text: text.isprintable()), _ranges)
def test_document_and_ranges_come_back_out_of_a_link(document_id: str, ranges: list[tuple[int, int]]) -> None:
    parts = urlsplit(citation_url(document_id, "dc7478ab68cc", ranges))
    query = parse_qs(parts.query)
    assert unquote(parts.path).removeprefix(PAGE_VIEW_PATH + "/") == document_id
    assert parts.path.count("/") == 2
    assert query["version"] == ["dc7478ab68cc"]
    assert parse_ranges(query.get("ranges", [""])[0]) == tuple(Span(start, end) for start, end in ranges)


def test_a_link_reads_as_documented() -> None:
    url = citation_url("bericht-2023", "dc7478ab68cc", [(3120, 3288), (3300, 3310)], page=4)
    assert url == "/fundstelle/bericht-2023?version=dc7478ab68cc&ranges=3120-3288,3300-3310&page=4#treffer"


@pytest.mark.parametrize("text", ["5", "5-", "-5", "7-7", "9-3", "1-2,", "a-b", "1-²", "1-99999999999", " 1-2"])
def test_a_malformed_range_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"form start-end|is empty"):
        parse_ranges(text)


def test_more_ranges_than_allowed_are_refused() -> None:
    with pytest.raises(ValueError, match="51 ranges, at most 50"):
        parse_ranges(",".join(f"{place}-{place + 1}" for place in range(51)))
