"""An index over texts that are there only for a measurement or for training."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from corpus.ingestion import ingest_folder
from index.builder import build_index
from index.searcher import Searcher
from index.types import Encoder


@contextmanager
def scratch_index(
    texts: Mapping[str, str], encoder: Encoder, progress: Callable[[int, int], None] | None = None
) -> Iterator[Searcher]:
    """Read texts by file name (.txt) as the product reads reports, index them in a temporary folder and open that."""
    with tempfile.TemporaryDirectory() as scratch:
        corpus_folder, data_folder = Path(scratch) / "corpus", Path(scratch) / "data"
        for name, text in texts.items():
            path = corpus_folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        build_index(ingest_folder(corpus_folder), encoder, data_folder, corpus_folder, progress)
        yield Searcher.open(data_folder, encoder)


def ids_by_name(searcher: Searcher) -> dict[str, str]:
    """Return file name -> document id."""
    return {document.path: document.id for document in searcher.documents.values()}
