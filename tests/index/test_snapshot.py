import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.types import Ingestion
from index.errors import SnapshotError
from index.generations import live_generation
from index.manifest import read_manifest, write_manifest
from index.snapshot import open_snapshot


@pytest.fixture
def folder(index_data: Path, tmp_path: Path) -> Path:
    """Return a copy of the snapshot that a test may damage."""
    return Path(shutil.copytree(live_generation(index_data), tmp_path / "snapshot"))


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_documents_come_back_as_they_were(index_data: Path, ingestion: Ingestion) -> None:
    _, content = open_snapshot(live_generation(index_data))
    assert content.documents == tuple(replace(document, word_boxes=b"") for document in ingestion.documents)


def test_sentence_vectors_stay_on_the_disk_until_read(index_data: Path) -> None:
    _, content = open_snapshot(live_generation(index_data))
    assert isinstance(content.sentence_vectors, np.memmap)
    assert not content.sentence_vectors.flags.writeable


def test_a_flipped_bit_in_any_file_is_refused_with_the_file_named(folder: Path) -> None:
    assert len(files(folder)) >= 14
    for path in files(folder):
        whole = path.read_bytes()
        middle = len(whole) // 2
        path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
        with pytest.raises(SnapshotError, match=path.name):
            open_snapshot(folder)
        path.write_bytes(whole)
    open_snapshot(folder)


def test_a_truncated_file_is_refused_with_the_file_named(folder: Path) -> None:
    for path in files(folder):
        whole = path.read_bytes()
        path.write_bytes(whole[:-1])
        with pytest.raises(SnapshotError, match=path.name):
            open_snapshot(folder)
        path.write_bytes(whole)


def test_a_missing_file_is_refused_with_the_file_named(folder: Path) -> None:
    for path in files(folder):
        whole = path.read_bytes()
        path.unlink()
        with pytest.raises(SnapshotError, match=f"{path.name} (fehlt|ist nicht lesbar)"):
            open_snapshot(folder)
        path.write_bytes(whole)


def test_a_foreign_file_is_refused_with_the_file_named(folder: Path) -> None:
    (folder / "documents" / "00009.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SnapshotError, match=r"00009\.json gehört nicht zu diesem Index"):
        open_snapshot(folder)


def test_a_snapshot_of_another_format_is_refused(folder: Path) -> None:
    write_manifest(replace(read_manifest(folder), format=999), folder)
    with pytest.raises(SnapshotError, match="hat das Format 999"):
        open_snapshot(folder)


@pytest.mark.parametrize("count", ["documents", "passages", "sentences", "dimension"])
def test_a_manifest_that_counts_otherwise_is_refused(folder: Path, count: str) -> None:
    manifest = read_manifest(folder)
    write_manifest(replace(manifest, **{count: getattr(manifest, count) + 1}), folder)
    with pytest.raises(SnapshotError, match="nicht stimmig"):
        open_snapshot(folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"checksum": 1', '{"checksum": "x", "format": 2}'])
def test_a_manifest_that_is_none_is_refused(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(SnapshotError, match=r"manifest\.json ist beschädigt"):
        read_manifest(folder)


def test_the_manifest_is_readable_by_people(folder: Path) -> None:
    content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert content["encoder_name"] == "multilingual-e5-small"
    assert content["files"].keys() >= {"passages.faiss", "sentences.npy", "compounds.json", "originals/00000"}


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
