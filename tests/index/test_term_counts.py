from collections import Counter
from dataclasses import replace

from corpus.types import Document
from index.document_words import count_words, heading
from index.lexical import HEADING_WEIGHT
from index.term_counts import CorpusWords
from index.terms import TermAnalyzer
from tests.index.conftest import make_document


def split(word: str) -> tuple[str, ...]:
    return {"radwege": ("rad", "wege"), "stadtstadt": ("stadt", "stadt")}.get(word, ())


DOCUMENTS = [
    make_document("a.txt", "Die Radwege", [("Radwege der Stadt", ["Neue Radwege, alte Wege.", "Ein Rad-Weg."])]),
    make_document("b.txt", "Haushalt", [(None, ["Die Stadtstadt und die Stadt."]), ("Haushalt", ["– – –"])]),
]


def counted(documents: list[Document]) -> CorpusWords:
    return CorpusWords(map(count_words, documents))


def rows(counts: tuple[object, list[str]]) -> list[dict[str, int]]:
    matrix, terms = counts
    dense = matrix.toarray()  # type: ignore[attr-defined]
    return [{term: int(n) for term, n in zip(terms, row, strict=True) if n} for row in dense]


def test_terms_of_passages_are_those_of_their_texts_and_twice_those_of_their_headings() -> None:
    analyzer = TermAnalyzer(split)
    expected = []
    for document in DOCUMENTS:
        for passage in document.passages:
            above = analyzer.terms(heading(document.title, passage.section))
            expected.append(dict(Counter(above * HEADING_WEIGHT + analyzer.terms(passage.text))))
    assert rows(counted(DOCUMENTS).passage_terms(analyzer)) == expected
    # by hand: "Haushalt" stands once in the heading of both passages, the words of a dash are none
    assert expected[2] == {"haushalt": 2}


def test_terms_of_documents_are_those_of_their_texts_and_twice_those_of_their_titles() -> None:
    analyzer = TermAnalyzer()
    expected = [
        dict(
            Counter(
                analyzer.terms(document.title) * HEADING_WEIGHT
                + analyzer.terms(" ".join(passage.text for passage in document.passages))
            )
        )
        for document in DOCUMENTS
    ]
    assert rows(counted(DOCUMENTS).document_terms(analyzer)) == expected


def test_only_terms_that_occur_are_known() -> None:
    _, terms = counted(DOCUMENTS).document_terms(TermAnalyzer())
    heading_only = replace(DOCUMENTS[0], title="Bericht")
    _, without = counted([heading_only]).document_terms(TermAnalyzer())
    assert "haushalt" in terms
    assert "stadt" not in without  # it stands in a section's name only, which documents are not searched by


def test_frequencies_count_each_passage_under_its_heading() -> None:
    frequencies = counted(DOCUMENTS).frequencies()
    # once in the text; in the heading as title and as section
    assert frequencies["radwege"] == 3
    assert frequencies["haushalt"] == 2
