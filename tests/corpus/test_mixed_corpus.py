"""Municipal documents of many formats and layouts are read as a person reads them, judged by character error rate."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from rapidfuzz.distance import Levenshtein

from corpus.ingestion import ingest_file
from corpus.readers import ocr
from corpus.types import Document
from tests.corpus.mixed.samples import SAMPLES, SCANNED, Sample

_CONTEXT = 12  # characters shown on both sides of a difference
_MAX_DIFFERENCES = 8
_needs_tesseract = pytest.mark.skipif(ocr.engine() is None, reason="tesseract-ocr and tesseract-ocr-deu not installed")


def character_error_rate(expected: str, reading: str) -> float:
    """Return the edit distance over the length of what is expected: 0 is best; line breaks count as characters."""
    return Levenshtein.distance(expected, reading) / len(expected)


def differences(expected: str, reading: str) -> str:
    """Return the first places at which the reading differs, one per line."""
    places = [block for block in Levenshtein.opcodes(expected, reading) if block.tag != "equal"]
    shown = (
        f"{block.src_start}: {expected[max(block.src_start - _CONTEXT, 0) : block.src_end + _CONTEXT]!r}"
        f" is read {reading[max(block.dest_start - _CONTEXT, 0) : block.dest_end + _CONTEXT]!r}"
        for block in places[:_MAX_DIFFERENCES]
    )
    return "\n".join([*shown, f"{len(places)} differences in all"])


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(sample, id=sample.name, marks=[_needs_tesseract] if sample.max_error_rate == SCANNED else [])
        for sample in SAMPLES
    ],
)
def sample(request: pytest.FixtureRequest) -> Sample:
    chosen: Sample = request.param
    return chosen


@pytest.fixture(scope="module")
def document(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Document]:
    folder = tmp_path_factory.mktemp("mixed")
    path = folder / sample.name
    path.write_bytes(sample.make())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))  # a page read before would prove nothing
        yield ingest_file(path, folder)


def assert_reads(expected: str, reading: str, max_error_rate: float) -> None:
    rate = character_error_rate(expected, reading)
    assert rate <= max_error_rate, f"CER {rate:.2%} is above {max_error_rate:.0%}\n{differences(expected, reading)}"


def test_the_reading_is_what_a_person_reads(sample: Sample, document: Document) -> None:
    assert_reads(sample.expected, document.reading, sample.max_error_rate)


def test_the_headings_of_the_document_are_its_sections(sample: Sample, document: Document) -> None:
    parts = (part for sentence in document.sentences for part in (sentence.section or "").split(" – "))
    found = dict.fromkeys(part for part in parts if part and part[-1] != ":")  # entries stand under their lead-in, too
    assert len(found) == len(sample.headings)
    assert_reads("\n".join(sample.headings), "\n".join(found), sample.max_error_rate)


def test_every_sentence_quotes_one_line_of_the_reading(document: Document) -> None:
    spans = [sentence.span for sentence in document.sentences]
    quotes = [document.reading[span.start : span.end] for span in spans]
    assert all(above.end <= below.start for above, below in pairwise(spans))
    assert all(quote and quote == quote.strip() and "\n" not in quote for quote in quotes)


def test_one_letter_too_many_in_two_hundred_is_half_a_percent() -> None:
    assert character_error_rate("a" * 200, "a" * 200 + "b") == 0.005
