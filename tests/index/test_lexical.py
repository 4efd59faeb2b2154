import math
import os
from pathlib import Path

import bm25s
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from index import in_memory
from index.lexical import K1, METHOD, B, LexicalIndex

PASSAGES = [["rad", "weg", "rad"], ["bus"], ["weg", "bus", "schul"], []]
TERMS = st.sampled_from(["rad", "weg", "bus", "schul", "amt", "haus"])


def build(passages: list[list[str]]) -> LexicalIndex:
    """Index passages given as their terms."""
    terms = sorted({term for passage in passages for term in passage})
    counts = [[passage.count(term) for term in terms] for passage in passages]
    return LexicalIndex.build(sparse.csc_array(np.array(counts)), terms)


def bm25(passages: list[list[str]], query: list[str]) -> list[float]:
    """BM25 as Lucene has it, written out."""
    mean = sum(map(len, passages)) / len(passages)
    scores = []
    for passage in passages:
        score = 0.0
        for term in query:
            held = sum(term in other for other in passages)
            frequency = passage.count(term)
            idf = math.log(1 + (len(passages) - held + 0.5) / (held + 0.5))
            score += idf * frequency / (frequency + K1 * (1 - B + B * len(passage) / mean))
        scores.append(score)
    return scores


def test_a_rare_term_weighs_more_than_a_common_one() -> None:
    index = build(PASSAGES)
    # rad stands in 1 of 4 passages: ln(1 + 3.5 / 1.5) = ln(10/3); weg in 2: ln(1 + 2.5 / 2.5) = ln 2
    assert index.inverse_document_frequency("rad") == pytest.approx(math.log(10 / 3))
    assert index.inverse_document_frequency("weg") == pytest.approx(math.log(2))
    assert index.inverse_document_frequency("amt") is None


def test_unknown_terms_and_no_terms_score_zero() -> None:
    index = build(PASSAGES)
    assert index.scores([]).tolist() == index.scores(["amt"]).tolist() == [0, 0, 0, 0]


@given(st.lists(st.lists(TERMS, max_size=8), min_size=1, max_size=8).filter(any), st.lists(TERMS, max_size=5))
def test_scores_are_those_of_the_formula(passages: list[list[str]], query: list[str]) -> None:
    assert build(passages).scores(query) == pytest.approx(bm25(passages, query), abs=1e-5)


@given(st.lists(st.lists(TERMS, max_size=8), min_size=1, max_size=8).filter(any), st.lists(TERMS, max_size=5))
def test_scores_are_those_of_the_library(passages: list[list[str]], query: list[str]) -> None:
    library = bm25s.BM25(method=METHOD, k1=K1, b=B)
    library.index(passages, create_empty_token=False, show_progress=False)
    index = build(passages)
    known = [term for term in query if term in library.vocab_dict]
    expected = library.get_scores(known) if known else np.zeros(len(passages))
    assert index.scores(query) == pytest.approx(expected, abs=1e-5)


def test_a_saved_index_scores_alike(tmp_path: Path) -> None:
    index = build(PASSAGES)
    index.save(tmp_path)
    opened = LexicalIndex.open(tmp_path)
    assert len(opened) == len(index) == 4
    assert np.array_equal(opened.scores(["rad", "bus"]), index.scores(["rad", "bus"]))
    assert opened.document_frequency("bus") == 2


@pytest.mark.parametrize("wrong", ["radwg", "radwegg", "rdaweg", "ratweg"])
def test_a_single_typing_error_in_an_unknown_term_is_corrected(wrong: str) -> None:
    assert build([["radweg"], ["schul"]]).corrected(wrong) == "radweg"


@pytest.mark.parametrize("term", ["schul", "buss", "12345", "rdawge"])
def test_known_short_numeric_and_distant_terms_stay(term: str) -> None:
    assert build([["radweg", "bus", "12346"], ["schul", "schuh"]]).corrected(term) == term


def test_the_more_frequent_of_two_near_terms_is_taken() -> None:
    assert build([["tanne"], ["tonne"], ["tonne"]]).corrected("tenne") == "tonne"


@pytest.mark.parametrize("limit", [0, 10_000])
def test_an_open_index_does_without_its_files_unless_it_is_large(
    limit: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(PASSAGES).save(tmp_path)
    monkeypatch.setattr(in_memory, "LIMIT_BYTES", limit)
    index = LexicalIndex.open(tmp_path)
    mapped = str(tmp_path) in Path("/proc/self/maps").read_text(encoding="utf-8")
    assert mapped == (limit == 0)
    if not mapped:
        for path in tmp_path.glob("*.npy"):
            os.truncate(path, 0)
    assert index.scores(["bus", "rad"]) == pytest.approx(bm25(PASSAGES, ["bus", "rad"]))
