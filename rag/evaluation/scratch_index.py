"""An index over texts that are there only for a measurement or for training."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from index.builder import ProgressOf, build_index
from index.searcher import Searcher
from index.types import Encoder


@contextmanager
def scratch_index(
    texts: Mapping[str, str], encoder: Encoder, progress: ProgressOf = lambda _: lambda done, total: None
) -> Iterator[Searcher]:
    """Read texts by file name (.txt) as the product reads reports, index them in a temporary folder and open that."""
    with tempfile.TemporaryDirectory() as scratch:
        corpus_folder, data_folder = Path(scratch) / "corpus", Path(scratch) / "data"
        for name, text in texts.items():
            path = corpus_folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        build_index(corpus_folder, data_folder, encoder, progress)
        yield Searcher.open(data_folder, encoder)


def ids_by_name(searcher: Searcher) -> dict[str, str]:
    """Return file name -> document id."""
    return {document.path: document.id for document in searcher.stored.values()}
