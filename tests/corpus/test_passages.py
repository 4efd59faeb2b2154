"""Passages: consecutive sentences of one section, of a length that can be searched."""

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from corpus.passages import MAX_WORDS, MIN_WORDS, build_passages
from corpus.types import Passage, Sentence, Span

Sections = list[tuple[str | None, list[list[int]]]]  # heading, paragraphs, words of each sentence


def passages_of(sections: Sections) -> tuple[str, list[Sentence], tuple[Passage, ...]]:
    reading, sentences = "", []
    for section, paragraphs in sections:
        for paragraph in paragraphs:
            reading += "\n" if reading else ""
            for number, length in enumerate(paragraph):
                reading += " " if number else ""
                text = " ".join(["Wort"] * length)
                sentences.append(Sentence(Span(len(reading), len(reading) + len(text)), section))
                reading += text
    return reading, sentences, build_passages("bericht", reading, sentences)


def sizes(sections: Sections) -> list[tuple[str | None, int]]:
    return [(passage.section, len(passage.text.split())) for passage in passages_of(sections)[2]]


def test_a_section_that_fits_is_one_passage() -> None:
    assert sizes([("Ziele", [[30, 30], [39]])]) == [("Ziele", 99)]


def test_a_passage_ends_with_a_paragraph_when_it_is_long_enough() -> None:
    assert sizes([("Ziele", [[60, 50], [40, 40]])]) == [("Ziele", 110), ("Ziele", 80)]


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    assert sizes([("Ziele", [[50] * 6])]) == [("Ziele", 150), ("Ziele", 150)]


def test_a_short_rest_shares_the_sentences_of_the_passage_before() -> None:
    assert sizes([("Ziele", [[45] * 5])]) == [("Ziele", 90), ("Ziele", 135)]


def test_a_short_rest_that_fits_joins_the_passage_before() -> None:
    assert sizes([("Ziele", [[110], [20]])]) == [("Ziele", 130)]


def test_no_passage_crosses_the_border_of_two_long_sections() -> None:
    assert sizes([("Ziele", [[70]]), ("Kosten", [[70]])]) == [("Ziele", 70), ("Kosten", 70)]


def test_short_sections_are_put_together_and_named_together() -> None:
    assert sizes([("Ort", [[5]]), ("Zeit", [[8]]), ("Kosten", [[50]])]) == [("Ort / Zeit / Kosten", 63)]
    assert sizes([("Kontakt", [[10]]), ("Ziele", [[80]])]) == [("Kontakt / Ziele", 90)]


def test_a_short_section_stays_alone_where_its_neighbours_leave_no_room() -> None:
    assert sizes([("A", [[150]]), ("B", [[31]]), ("C", [[150]])]) == [("A", 150), ("B", 31), ("C", 150)]
    assert sizes([("A", [[150]]), ("B", [[30]]), ("C", [[150]])]) == [("A / B", 180), ("C", 150)]


def test_a_document_without_sentences_has_no_passages() -> None:
    assert build_passages("leer", "", []) == ()


@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, "A", "B", "C"]),
            st.lists(st.lists(st.integers(1, 220), min_size=1, max_size=6), min_size=1, max_size=4),
        ),
        max_size=5,
    )
)
def test_every_sentence_is_in_exactly_one_passage_of_a_bounded_size(sections: Sections) -> None:
    reading, sentences, passages = passages_of(sections)
    assert [i for p in passages for i in range(p.first, p.last)] == list(range(len(sentences)))
    for passage in passages:
        size = len(passage.text.split())
        assert size <= MAX_WORDS or passage.last - passage.first == 1
        members = sentences[passage.first : passage.last]
        assert passage.text == " ".join(reading[s.span.start : s.span.end] for s in members)
    for above, below in pairwise(passages):
        assert above.last == below.first


@given(st.lists(st.integers(1, MAX_WORDS), max_size=12))
@example([1, 99, 1, 59, 21])  # the first four are cut after 100 words: what is left takes the fifth
def test_a_passage_is_only_short_where_it_fits_to_no_neighbour(words: list[int]) -> None:
    found = [size for _, size in sizes([(f"Abschnitt {n}", [[count]]) for n, count in enumerate(words)])]
    assert sum(found) == sum(words)
    for above, below in pairwise(found):
        assert min(above, below) >= MIN_WORDS or above + below > MAX_WORDS
