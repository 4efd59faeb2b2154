"""A service with keys over a small library that tests may change, in folders of their own."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from live_service import serving

from index.builder import build_index
from index.searcher import Searcher
from index.types import Encoder
from rag.api.state import ApiState
from rag.api.worker import Worker
from rag.keys import KeyStore, Role
from rag.library import Library
from rag.opening import assemble
from rag.settings import Settings

POOLS = "Bericht über die Bäder\n\nDas Hallenbad zählte im Jahr 2023 genau 81.000 Gäste.\n"
TREES = "Bericht über die Friedhöfe\n\nAuf dem Waldfriedhof wurden 312 Linden gepflanzt.\n"


@dataclass(frozen=True)
class Editing:
    """A running service, its folders, and a session of an editor and of a reader."""

    library: Library
    port: int
    editor: httpx.Client
    reader: httpx.Client

    def upload(self, name: str, data: bytes, **parameters: str) -> httpx.Response:
        return self.editor.post("/v1/documents", files={"file": (name, data)}, params=parameters)

    def audit(self) -> list[tuple[str, str, str]]:
        """Return who did what with what, in order."""
        path = self.library.data / "audit.jsonl"
        lines = path.read_text(encoding="ascii").splitlines() if path.exists() else []
        return [(entry["who"], entry["action"], entry["what"]) for entry in map(json.loads, lines)]

    def files(self) -> set[str]:
        """Return every file of the corpus folder, hidden ones too."""
        return {path.relative_to(self.library.corpus).as_posix() for path in self.library.corpus.rglob("*")}


def write_library(folder: Path) -> Library:
    """Write two reports into a folder, and make the other one."""
    library = Library(folder / "berichte", folder / "var")
    (library.corpus / "grün").mkdir(parents=True)
    (library.corpus / "bäder.txt").write_text(POOLS, encoding="utf-8")
    (library.corpus / "grün" / "friedhöfe.txt").write_text(TREES, encoding="utf-8")
    return library


@contextmanager
def editing(folder: Path, encoder: Encoder) -> Iterator[Editing]:
    """Serve a library of two reports; the index keeps what the folder held when this began."""
    library = write_library(folder)
    build_index(library.corpus, library.data, encoder)
    keys = KeyStore(library.data)
    tokens = [keys.add("Archiv", Role.EDITOR), keys.add("Bürgerbüro", Role.READER)]
    answerer = assemble(Searcher.open(library.data, encoder), encoder, Settings())
    with serving(ApiState(Worker(2), answerer, keys, library)) as running:
        sessions = [
            httpx.Client(base_url=running.url, timeout=30, headers={"Authorization": f"Bearer {token}"})
            for token in tokens
        ]
        try:
            yield Editing(library, running.port, *sessions)
        finally:
            for session in sessions:
                session.close()
    shutil.rmtree(folder)
