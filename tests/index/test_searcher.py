from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from corpus.types import Document, Passage
from index.builder import build_index
from index.errors import SnapshotError
from index.searcher import Searcher
from index.types import Encoder, SearchHit
from tests.index.conftest import Sections, make_document, source_text, text_of


@pytest.fixture(scope="module")
def searcher(index_data: Path, encoder: Encoder) -> Searcher:
    return Searcher.open(index_data, encoder)


def search(searcher: Searcher, encoder: Encoder, question: str, top_k: int = 6, **options: set[str]) -> list[SearchHit]:
    return searcher.search(question, encoder.encode_queries([question])[0], top_k, **options)


@pytest.mark.parametrize(
    ("question", "section"),
    [
        ("Wann wird der Restmüll abgeholt?", "Müllabfuhr"),
        ("wann oeffnet der wertstoffhof", "Wertstoffhof"),
        ("Wie viele Grundschulen hat die Stadt?", "Grundschulen"),
        ("Strategie zur Digitalisierung", "Digitalisierung"),
        ("Wie lang ist das Radwegenetz?", "Radwege"),
        ("Radwgenetz", "Radwege"),
        ("Fährt werktags ein Bus?", None),
    ],
)
def test_the_passage_that_answers_comes_first(
    searcher: Searcher, encoder: Encoder, question: str, section: str | None
) -> None:
    best = search(searcher, encoder, question)[0]
    assert searcher.passage(best.passage).section == section


def test_hits_come_best_first_each_once_with_scores_in_the_unit_interval(searcher: Searcher, encoder: Encoder) -> None:
    hits = search(searcher, encoder, "Wann wird die Biotonne geleert?")
    assert sorted(hit.passage for hit in hits) == [0, 1, 2, 3, 4, 5]
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_similarity_is_the_cosine_of_heading_and_text(searcher: Searcher, encoder: Encoder) -> None:
    question = "Wann wird die Biotonne geleert?"
    for hit in search(searcher, encoder, question):
        passage = searcher.passage(hit.passage)
        title = searcher.documents[passage.document_id].title
        heading = f"{title} – {passage.section}" if passage.section else title
        vector = encoder.encode_passages([f"{heading}: {passage.text}"])[0]
        assert hit.similarity == pytest.approx(float(vector @ encoder.encode_queries([question])[0]), abs=1e-3)


@pytest.mark.parametrize(("top_k", "expected"), [(0, 0), (1, 1), (4, 4), (50, 6)])
def test_at_most_top_k_hits_come(searcher: Searcher, encoder: Encoder, top_k: int, expected: int) -> None:
    assert len(search(searcher, encoder, "Schule", top_k)) == expected


def test_only_allowed_documents_are_searched_and_all_their_passages_can_come(
    searcher: Searcher, encoder: Encoder
) -> None:
    hits = search(searcher, encoder, "Wann wird die Biotonne geleert?", allowed={"verkehr.txt", "unbekannt"})
    assert {searcher.passage(hit.passage).document_id for hit in hits} == {"verkehr.txt"}
    assert len(hits) == 2
    assert search(searcher, encoder, "Biotonne", allowed=set()) == []


def test_of_two_passages_alike_the_one_in_a_document_on_the_subject_comes_first(
    tmp_path: Path, encoder: Encoder
) -> None:
    applications: Sections = [("Anträge", ["Anträge nimmt das Bürgerbüro im Erdgeschoss entgegen."])]
    reports: dict[str, Sections] = {
        "a.txt": [*applications, ("Märkte", ["Der Wochenmarkt findet freitags statt."])],
        "b.txt": [*applications, ("Hundesteuer", ["Die Hundesteuer beträgt 90 Euro im Jahr."])],
    }
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for path, sections in reports.items():
        (corpus / path).write_text(text_of(sections), encoding="utf-8", newline="")

    def read(path: Path, _: Path) -> Document:
        return make_document(path.name, "Bericht", reports[path.name])

    build_index(corpus, tmp_path / "data", encoder, read=read)
    searcher = Searcher.open(tmp_path / "data", encoder)
    hits = search(searcher, encoder, "Wer nimmt den Antrag zur Hundesteuer entgegen?")
    alike = [searcher.passage(hit.passage).document_id for hit in hits if searcher.passage(hit.passage).first == 0]
    assert alike == ["b.txt", "a.txt"]


def test_a_question_of_stop_words_only_is_answered_by_meaning(searcher: Searcher, encoder: Encoder) -> None:
    hits = search(searcher, encoder, "Was ist das?")
    assert len(hits) == 6
    assert all(hit.lexical == 0 for hit in hits)


def test_sentence_vectors_are_those_of_heading_and_sentence(searcher: Searcher, encoder: Encoder) -> None:
    expected = encoder.encode_passages(
        [
            "Verkehrsbericht – Radwege: Das Radwegenetz ist 120 Kilometer lang.",
            "Verkehrsbericht – Radwege: Neue Radwege entstehen entlang der Bahnstrecke.",
        ]
    )
    row = next(n for n in range(len(searcher)) if searcher.passage(n).section == "Radwege")
    assert np.allclose(searcher.sentence_vectors(row), expected, atol=1e-3)


def test_a_passage_of_several_sections_is_embedded_with_the_name_of_each(tmp_path: Path, encoder: Encoder) -> None:
    document = make_document("a.txt", "Bericht", [("Ort", ["Im Rathaus."]), ("Zeit", ["Am Montag."])])
    both = Passage(document.id, 0, 2, "Ort / Zeit", "Im Rathaus. Am Montag.")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text(document.source_text, encoding="utf-8")
    build_index(corpus, tmp_path / "data", encoder, read=lambda _, __: replace(document, passages=(both,)))
    searcher = Searcher.open(tmp_path / "data", encoder)
    [hit] = search(searcher, encoder, "Wann?")
    passage = encoder.encode_passages(["Bericht – Ort: Im Rathaus. Zeit: Am Montag."])[0]
    assert hit.similarity == pytest.approx(float(passage @ encoder.encode_queries(["Wann?"])[0]), abs=1e-3)
    sentences = encoder.encode_passages(["Bericht – Ort: Im Rathaus.", "Bericht – Zeit: Am Montag."])
    assert np.allclose(searcher.sentence_vectors(0), sentences, atol=1e-3)


def test_originals_are_the_files_byte_for_byte(searcher: Searcher, documents: tuple[Document, ...]) -> None:
    for document in documents:
        assert searcher.original(searcher.stored[document.id]) == source_text(document.path).encode()


def test_the_places_of_words_stay_on_the_disk_until_asked_for(
    searcher: Searcher, documents: tuple[Document, ...]
) -> None:
    for document in documents:
        assert searcher.documents[document.id].word_boxes == b""
        assert searcher.word_boxes(searcher.stored[document.id]) == document.word_boxes
    assert any(document.word_boxes for document in documents)


def test_rare_terms_weigh_more_and_unknown_ones_have_no_weight(searcher: Searcher) -> None:
    common, rare = (
        searcher.inverse_document_frequency(term) for term in searcher.analyzer.terms("geleert Bahnstrecke")[:2]
    )
    assert searcher.inverse_document_frequency("xyz") is None
    assert common is not None
    assert rare is not None
    assert common <= rare


def test_typing_errors_are_corrected_in_the_terms_of_a_question_only_where_the_corpus_lacks_the_word(
    searcher: Searcher,
) -> None:
    right = searcher.analyzer.terms("Kilometer")
    assert searcher.question_terms("Kilomter") == right
    assert searcher.question_terms("Kilometer") == right
    assert searcher.question_terms("Quarzuhr") == searcher.analyzer.terms("Quarzuhr")


@dataclass(frozen=True)
class OtherEncoder:
    """Another encoder as far as the check at opening can see."""

    name: str = "anderes-modell"
    digest: str = "f" * 64
    dimension: int = 384


def test_a_snapshot_of_another_encoder_is_refused_with_both_named(index_data: Path) -> None:
    with pytest.raises(SnapshotError, match=r"multilingual-e5-small .* eingestellt ist anderes-modell \(ffffffffffff"):
        Searcher.open(index_data, OtherEncoder())  # type: ignore[arg-type]
