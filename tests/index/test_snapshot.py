import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.types import Document
from index.document_store import DocumentStore
from index.errors import SnapshotError
from index.generations import live_generation
from index.manifest import read_manifest, write_manifest
from index.searcher import Searcher
from index.snapshot import document_store, open_snapshot
from index.types import Encoder


@pytest.fixture
def data(index_data: Path, tmp_path: Path) -> Path:
    """Return a copy of the data folder that a test may damage."""
    return Path(shutil.copytree(index_data, tmp_path / "data"))


@pytest.fixture
def folder(data: Path) -> Path:
    return live_generation(data)


def reopen(folder: Path) -> None:
    open_snapshot(folder, DocumentStore(folder.parent / "documents"))


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def damage(path: Path) -> bytes:
    """Flip a bit in the middle of a file and return what it held."""
    whole = path.read_bytes()
    middle = len(whole) // 2
    path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    return whole


def test_documents_come_back_as_they_were(data: Path, documents: tuple[Document, ...]) -> None:
    store = document_store(data)
    _, content = open_snapshot(live_generation(data), store)
    assert tuple(map(store.document, content.documents)) == tuple(replace(d, word_boxes=b"") for d in documents)


def test_a_flipped_bit_in_any_file_of_a_generation_is_refused_with_the_file_named(folder: Path) -> None:
    assert len(files(folder)) >= 13
    for path in files(folder):
        whole = damage(path)
        with pytest.raises(SnapshotError, match=path.name):
            reopen(folder)
        path.write_bytes(whole)
    reopen(folder)


def test_a_flipped_bit_in_any_file_of_a_document_is_refused_where_it_is_read(data: Path, encoder: Encoder) -> None:
    searcher = Searcher.open(data, encoder)
    vector = encoder.encode_queries(["Wann wird die Biotonne geleert?"])[0]

    def read_all() -> None:
        for hit in searcher.search("Wann wird die Biotonne geleert?", vector, 6):
            searcher.sentence_vectors(hit.passage)
        for stored in searcher.stored.values():
            store.document(stored)
            searcher.original(stored)
            searcher.word_boxes(stored)

    store = document_store(data)
    damaged = [
        path
        for path in files(data / "index" / "documents")
        if path.name not in {"entry", "words.txt", "word-counts.npy"}
    ]
    assert len(damaged) == 10  # text, original and vectors of three documents, places of words of one
    for path in damaged:
        whole = damage(path)
        with pytest.raises(SnapshotError, match=path.name):
            read_all()
        path.write_bytes(whole)
    read_all()


def test_a_truncated_file_is_refused_with_the_file_named(data: Path, folder: Path) -> None:
    for path in [*files(folder), *files(data / "index" / "documents")]:
        whole = path.read_bytes()
        path.write_bytes(whole[:-1])
        if path.name == "entry":  # which only builds read
            reopen(folder)
        else:
            with pytest.raises(SnapshotError, match=path.name):
                reopen(folder)
        path.write_bytes(whole)


def test_a_missing_file_is_refused_with_the_file_named(data: Path, folder: Path) -> None:
    for path in [*files(folder), *files(data / "index" / "documents")]:
        if path.name == "entry":
            continue
        whole = path.read_bytes()
        path.unlink()
        with pytest.raises(SnapshotError, match=f"{path.name} (fehlt|ist nicht lesbar)"):
            reopen(folder)
        path.write_bytes(whole)


def test_an_unreadable_file_is_refused_with_the_file_named(folder: Path) -> None:
    (folder / "compounds.json").unlink()
    (folder / "compounds.json").symlink_to(folder / "nirgends")  # the rights of a file do not stop root
    with pytest.raises(SnapshotError, match=r"compounds\.json ist nicht lesbar"):
        reopen(folder)


def test_a_foreign_file_is_refused_with_the_file_named(folder: Path) -> None:
    (folder / "bm25" / "mehr.npy").write_text("{}", encoding="utf-8")
    with pytest.raises(SnapshotError, match=r"mehr\.npy gehört nicht zu diesem Index"):
        reopen(folder)


def test_a_snapshot_of_another_format_is_refused(folder: Path) -> None:
    write_manifest(replace(read_manifest(folder), format=999), folder)
    with pytest.raises(SnapshotError, match="hat das Format 999"):
        reopen(folder)


@pytest.mark.parametrize("count", ["documents", "passages", "sentences"])
def test_a_manifest_that_counts_otherwise_is_refused(folder: Path, count: str) -> None:
    manifest = read_manifest(folder)
    write_manifest(replace(manifest, **{count: getattr(manifest, count) + 1}), folder)
    with pytest.raises(SnapshotError, match="nicht stimmig"):
        reopen(folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"checksum": 1', '{"checksum": "x", "format": 2}'])
def test_a_manifest_that_is_none_is_refused(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(SnapshotError, match=r"manifest\.json ist beschädigt"):
        read_manifest(folder)


def test_the_manifest_is_readable_by_people(folder: Path) -> None:
    content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert content["encoder_name"] == "multilingual-e5-small"
    assert content["files"].keys() >= {"passages.faiss", "compounds.json", "documents.json"}


def test_a_pointer_to_a_generation_that_is_gone_is_refused(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "current").write_text("20200101T000000-000000\n", encoding="utf-8")
    with pytest.raises(SnapshotError, match="20200101T000000-000000"):
        live_generation(tmp_path)


@pytest.mark.parametrize("name", ["..", "../index", "", "/", "."])
def test_a_pointer_out_of_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "index" / "20260101T000000-000000").mkdir(parents=True)
    (tmp_path / "index" / "current").write_text(name, encoding="utf-8")
    with pytest.raises(SnapshotError, match="die es nicht gibt"):
        live_generation(tmp_path)
