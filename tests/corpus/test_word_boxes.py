"""Places of words survive packing, and are found by the ranges of a citation."""

from hypothesis import given
from hypothesis import strategies as st

from corpus.types import Span
from corpus.word_boxes import FULL, WordBox, boxes_within, pack, share, unpack

edges = st.integers(0, FULL)
boxes = st.builds(
    lambda start, length, *rest: WordBox(start, start + length, *rest),
    st.integers(0, 2**32 - 1),
    st.integers(0, 65_535),
    edges,
    edges,
    edges,
    edges,
)


@given(st.lists(boxes))
def test_packed_boxes_come_back_as_they_were(given_boxes: list[WordBox]) -> None:
    packed = pack(given_boxes)
    assert list(unpack(packed)) == given_boxes
    assert len(packed) == 14 * len(given_boxes)


def test_the_words_that_a_range_touches_are_found() -> None:
    packed = pack([WordBox(0, 3, 1, 1, 2, 2), WordBox(4, 8, 3, 3, 4, 4), WordBox(9, 12, 5, 5, 6, 6)])
    assert [box.start for box in boxes_within(packed, [Span(2, 5)])] == [0, 4]
    assert [box.start for box in boxes_within(packed, [Span(0, 1), Span(9, 10)])] == [0, 9]
    assert boxes_within(packed, [Span(3, 4)]) == []


def test_a_share_is_cut_to_the_page() -> None:
    assert share(50, 100) == 32_768
    assert share(-1, 100) == 0
    assert share(200, 100) == FULL
    assert share(1, 0) == 0
