"""Session-wide real parts: the encoder, and an index of the report that ships with the project."""

from pathlib import Path

import pytest
from hypothesis import settings

from corpus.ingestion import ingest_folder
from corpus.types import Document
from index.builder import build_index
from index.encoder import load_encoder
from index.searcher import Searcher
from index.types import Encoder
from rag.answerer import Answerer
from rag.opening import assemble
from rag.settings import Settings

# Machines are noisy: a slow example is no wrong one.
settings.register_profile("fundstelle", deadline=None)
settings.load_profile("fundstelle")

REPORTS = Path(__file__).parent.parent / "corpus" / "reports"


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return load_encoder(None)


@pytest.fixture(scope="session")
def report() -> Document:
    return ingest_folder(REPORTS).documents[0]


@pytest.fixture(scope="session")
def report_data(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    """Return the data folder of an index over corpus/reports; tests must not write into it."""
    folder = tmp_path_factory.mktemp("report-data")
    build_index(REPORTS, folder, encoder)
    return folder


@pytest.fixture(scope="session")
def answerer(report_data: Path, encoder: Encoder) -> Answerer:
    return assemble(Searcher.open(report_data, encoder), encoder, Settings())
