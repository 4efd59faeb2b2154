"""The alignment: what is quoted from the source reads as the reading says."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.alignment import AlignedText
from corpus.types import Edit, EditKind, Span

SOURCE = "Griin-\nder  in der\nStraRe ‘ 5"


def edit(start: int, end: int, replacement: str, kind: EditKind = EditKind.FOLD) -> Edit:
    return Edit(start, end, replacement, kind)


def folded() -> AlignedText:
    return AlignedText(
        SOURCE,
        [edit(5, 7, "", EditKind.JOIN), edit(10, 12, " "), edit(18, 19, " "), edit(25, 27, "", EditKind.DROP)],
    )


def apply(source: str, edits: tuple[Edit, ...], origin: int = 0) -> str:
    """Apply edits the plain way, from the last to the first."""
    for e in reversed(edits):
        source = source[: e.start - origin] + e.replacement + source[e.end - origin :]
    return source


@st.composite
def edits_of(draw: st.DrawFn, length: int) -> list[Edit]:
    cuts = sorted(draw(st.sets(st.integers(0, length), max_size=12)))
    kinds = st.sampled_from(EditKind)
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    return [Edit(a, b, draw(st.text("aäß \n", max_size=3)), draw(kinds)) for a, b in pairs if a < b]


@st.composite
def aligned_texts(draw: st.DrawFn) -> AlignedText:
    source = draw(st.text("Gründe -\n‘R😀", max_size=40))
    return AlignedText(source, draw(edits_of(len(source))))


@st.composite
def texts_with_ranges(draw: st.DrawFn) -> tuple[AlignedText, int, int]:
    text = draw(aligned_texts())
    start = draw(st.integers(0, len(text.reading)))
    return text, start, draw(st.integers(start, len(text.reading)))


def test_the_reading_of_a_folded_line_is_worked_out_by_hand() -> None:
    assert folded().reading == "Griinder in der StraRe 5"


def test_a_reading_range_leads_back_to_the_characters_it_came_from() -> None:
    text = folded()
    assert text.source_span(0, 8) == Span(0, 10)  # "Griinder" is "Griin-\nder"
    assert text.source_span(9, 11) == Span(12, 14)  # "in"
    assert text.source_span(16, 24) == Span(19, 29)  # "StraRe 5" encloses the stray mark


def test_dropped_noise_is_left_out_of_the_ranges_but_not_of_the_hull() -> None:
    assert folded().source_ranges(16, 24) == (Span(19, 25), Span(28, 29))


def test_a_deletion_at_the_border_of_a_range_stays_outside() -> None:
    text = AlignedText("ab‘cd", [edit(2, 3, "", EditKind.DROP)])
    assert text.source_span(0, 2) == Span(0, 2)
    assert text.source_span(2, 4) == Span(3, 5)
    assert text.edits_within(0, 2) == text.edits_within(2, 4) == ()
    assert text.edits_within(1, 3) == text.edits


def test_a_change_over_a_join_swallows_it_and_gives_it_its_kind() -> None:
    mended = folded().edit([Edit(0, 8, "Gründer", EditKind.MEND, "ü als ii gelesen", 0.9)])
    assert mended.reading == "Gründer in der StraRe 5"
    assert mended.edits[0] == Edit(0, 10, "Gründer", EditKind.MEND, "ü als ii gelesen", 0.9)
    assert len(mended.edits) == 4


def test_two_changes_inside_one_older_edit_become_one_edit() -> None:
    text = AlignedText("x", [edit(0, 1, "fiir")])
    changed = text.edit([edit(0, 1, "F"), Edit(1, 3, "ü", EditKind.MEND, confidence=0.5)])
    assert changed.reading == "Für"
    assert changed.edits == (Edit(0, 1, "Für", EditKind.FOLD, confidence=0.5),)


def test_an_empty_reading_range_gives_an_empty_source_range() -> None:
    assert folded().source_span(9, 9) == Span(12, 12)
    assert folded().source_span(24, 24) == Span(29, 29)
    assert folded().source_ranges(9, 9) == ()


@pytest.mark.parametrize("edits", [[edit(3, 3, "a")], [edit(2, 4, ""), edit(3, 5, "")], [edit(0, 99, "")]])
def test_edits_that_are_empty_overlap_or_leave_the_source_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match="is empty, unsorted, overlapping or outside the source"):
        AlignedText(SOURCE, edits)


def test_a_range_outside_the_reading_is_refused_with_its_numbers() -> None:
    with pytest.raises(ValueError, match=r"range \[3, 99\) leaves the reading of 24 characters"):
        folded().source_span(3, 99)
    with pytest.raises(ValueError, match="outside the reading"):
        folded().edit([edit(20, 99, "")])


@given(aligned_texts())
def test_the_reading_is_the_source_with_the_edits_applied(text: AlignedText) -> None:
    assert text.reading == apply(text.source, text.edits)


def whole_borders(text: AlignedText) -> list[int]:
    """Return the places of the reading that lie in no replacement, found by walking over the source."""
    borders, at, done = [0], 0, 0
    for e in (*text.edits, Edit(len(text.source), len(text.source), "", EditKind.FOLD)):
        borders += range(at, at + e.start - done + 1)
        at, done = at + e.start - done + len(e.replacement), e.end
        borders.append(at)
    return sorted(set(borders))


@given(aligned_texts(), st.data())
def test_applying_the_edits_to_the_quoted_source_gives_the_quote(text: AlignedText, data: st.DataObject) -> None:
    start, end = sorted(data.draw(st.lists(st.sampled_from(whole_borders(text)), min_size=2, max_size=2)))
    if start < end:
        span = text.source_span(start, end)
        quoted = text.source[span.start : span.end]
        assert apply(quoted, text.edits_within(start, end), span.start) == text.reading[start:end]


@given(texts_with_ranges())
def test_a_range_that_cuts_a_replacement_gets_the_whole_of_it(case: tuple[AlignedText, int, int]) -> None:
    text, start, end = case
    if start < end:
        borders = whole_borders(text)
        left, right = max(b for b in borders if b <= start), min(b for b in borders if b >= end)
        assert text.source_span(start, end) == text.source_span(left, right)


@given(texts_with_ranges())
def test_source_ranges_lie_in_order_inside_the_hull_and_touch_no_dropped_character(
    case: tuple[AlignedText, int, int],
) -> None:
    text, start, end = case
    hull, parts = text.source_span(start, end), text.source_ranges(start, end)
    places = [place for part in parts for place in (part.start, part.end)]
    assert places == sorted(places)
    assert all(hull.start <= part.start < part.end <= hull.end for part in parts)
    dropped = {i for e in text.edits_within(start, end) if e.kind is EditKind.DROP for i in range(e.start, e.end)}
    used = {i for part in parts for i in range(part.start, part.end)}
    assert not used & dropped
    assert all(text.source[i].isspace() for i in set(range(hull.start, hull.end)) - used - dropped)


@given(texts_with_ranges(), st.data())
def test_wider_reading_ranges_have_wider_source_ranges(case: tuple[AlignedText, int, int], data: st.DataObject) -> None:
    text, start, end = case
    inner_start = data.draw(st.integers(start, end))
    inner_end = data.draw(st.integers(inner_start, end))
    if inner_start < inner_end:
        outer, inner = text.source_span(start, end), text.source_span(inner_start, inner_end)
        assert outer.start <= inner.start <= inner.end <= outer.end


@given(aligned_texts(), st.data())
def test_composed_edits_read_like_edits_applied_one_after_the_other(text: AlignedText, data: st.DataObject) -> None:
    changes = data.draw(edits_of(len(text.reading)))
    composed = text.edit(changes)
    assert composed.source == text.source
    assert composed.reading == apply(text.reading, tuple(changes))


@given(aligned_texts(), st.data())
def test_edits_that_no_change_touches_are_kept_as_they_are(text: AlignedText, data: st.DataObject) -> None:
    changes = [replace(c, reason="neu") for c in data.draw(edits_of(len(text.reading)))]
    composed = text.edit(changes)
    kept = [e for e in composed.edits if e.reason != "neu"]
    assert set(kept) <= set(text.edits)
    assert len(composed.edits) - len(kept) <= len(changes)
