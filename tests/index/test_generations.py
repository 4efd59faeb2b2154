"""Swapping, going back and forgetting: over three short reports."""

import errno
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.cache import cache_folder
from index.builder import build_index
from index.errors import BuildError, BuildRunningError, SnapshotError
from index.generations import builder_lock, new_name, read_pointer, remove_old
from index.purge import purge
from index.rollback import rollback
from index.searcher import Searcher
from index.status import is_pinned, status
from index.types import Encoder
from tests.index.conftest import read_report, write_reports


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_reports(tmp_path / "berichte")


@pytest.fixture
def data(corpus: Path, tmp_path: Path, encoder: Encoder) -> Path:
    """Return a data folder with two generations: three reports, then one removed."""
    build_index(corpus, tmp_path / "data", encoder, read=read_report)
    (corpus / "verkehr.txt").unlink()
    build_index(corpus, tmp_path / "data", encoder, read=read_report)
    return tmp_path / "data"


def test_going_back_makes_the_generation_before_live_and_pins_it(data: Path, encoder: Encoder) -> None:
    first, second = (generation.name for generation in status(data).generations)
    assert not is_pinned(data, encoder.digest)
    assert rollback(data) == first
    assert (read_pointer(data).generation, read_pointer(data).pinned) == (first, True)
    assert is_pinned(data, encoder.digest)
    assert not is_pinned(data, "0" * 64)
    assert "verkehr.txt" in Searcher.open(data, encoder).stored
    assert rollback(data, second) == second


def test_a_build_by_hand_ends_the_pin(data: Path, corpus: Path, encoder: Encoder) -> None:
    rollback(data)
    built = build_index(corpus, data, encoder, read=read_report).generation
    assert (read_pointer(data).generation, read_pointer(data).pinned) == (built, False)


def test_a_damaged_pin_is_an_error_and_not_the_end_of_the_pin(data: Path, corpus: Path, encoder: Encoder) -> None:
    rollback(data)
    path = data / "index" / "current"
    path.write_bytes(path.read_bytes().replace(b"pinned", b"pinneu"))
    with pytest.raises(SnapshotError, match=r"current ist beschädigt \(„pinneu“"):
        read_pointer(data)
    built = build_index(corpus, data, encoder, read=read_report).generation
    assert read_pointer(data).generation == built


def test_a_pointer_that_was_never_finished_is_removed_by_the_next_build(
    data: Path, corpus: Path, encoder: Encoder
) -> None:
    left_over = data / "index" / ".writing-abgebrochen"
    left_over.write_text("2026", encoding="utf-8")
    build_index(corpus, data, encoder, read=read_report)
    assert not left_over.exists()


def test_a_generation_whose_builder_was_killed_before_it_was_live_is_removed_by_the_next_build(
    data: Path, corpus: Path, encoder: Encoder
) -> None:
    pointer = data / "index" / "current"
    before = pointer.read_bytes()
    killed = build_index(corpus, data, encoder, read=read_report).generation
    pointer.write_bytes(before)  # as it was between the renaming of the folder and that of the pointer
    built = build_index(corpus, data, encoder, read=read_report).generation
    assert [generation.name for generation in status(data).generations][-2:] == [before.decode().strip(), built]
    assert not (data / "index" / killed).exists()


def test_generations_behind_a_pinned_one_stay(data: Path, corpus: Path, encoder: Encoder) -> None:
    first, second = (generation.name for generation in status(data).generations)
    rollback(data)
    built = build_index(corpus, data, encoder, read=read_report).generation
    assert [generation.name for generation in status(data).generations] == [first, second, built]


def test_a_generation_comes_after_the_others_also_when_the_clock_was_set_back(data: Path) -> None:
    newest = status(data).generations[-1].name
    name = new_name(data, datetime(2001, 1, 1, tzinfo=UTC))
    assert name > newest
    assert name[:-6] == newest[:-6]
    assert int(name[-6:]) == int(newest[-6:]) + 1
    assert new_name(data, datetime(2101, 2, 3, 4, 5, 6, 7, tzinfo=UTC)) == "21010203T040506-000007"


def test_what_a_killed_builder_left_of_a_purged_document_goes_with_it(data: Path) -> None:
    left_over = data / "index" / ".building-abgebrochen" / "documents.json"
    left_over.parent.mkdir()
    left_over.write_text("Bürgerbus", encoding="utf-8")
    purge(data, "verkehr.txt")
    assert not left_over.parent.exists()


def test_old_generations_are_removed_from_a_disk_without_room(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, live = (generation.name for generation in status(data).generations)
    monkeypatch.setattr(os, "mkdir", no_room)
    remove_old(data, kept=1)
    assert [generation.name for generation in status(data).generations] == [live]
    assert not [path for path in (data / "index").iterdir() if first in path.name]


def no_room(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_new_index_folder_is_on_the_disk_before_anything_in_it(
    corpus: Path, tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    sync = os.fsync

    def note(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink())
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    build_index(corpus, tmp_path / "neu" / "data", encoder, read=read_report)
    assert synced[:3] == [tmp_path, tmp_path / "neu", tmp_path / "neu" / "data"]


def test_there_is_nothing_before_the_first_generation(data: Path) -> None:
    first = rollback(data)
    with pytest.raises(SnapshotError, match=f"Vor der Generation {first} liegt keine"):
        rollback(data)
    assert read_pointer(data).generation == first


@pytest.mark.parametrize("name", ["20200101T000000-000000", "..", "documents"])
def test_a_generation_that_does_not_exist_is_no_place_to_go_back_to(data: Path, name: str) -> None:
    with pytest.raises(SnapshotError, match="gibt es nicht; vorhanden: 2"):
        rollback(data, name)


def test_a_damaged_generation_is_no_place_to_go_back_to(data: Path) -> None:
    first, live = (generation.name for generation in status(data).generations)
    (data / "index" / first / "compounds.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SnapshotError, match=r"compounds\.json ist beschädigt"):
        rollback(data)
    assert read_pointer(data).generation == live


def test_nobody_goes_back_while_somebody_builds(data: Path) -> None:
    with builder_lock(data), pytest.raises(BuildRunningError):
        rollback(data)


def test_a_version_that_a_kept_generation_holds_is_found(data: Path, corpus: Path, encoder: Encoder) -> None:
    before = Searcher.open(data, encoder).stored["abfall.txt"]
    (corpus / "abfall.txt").write_text(
        "Die Abfuhr der Restmülltonne kostet jetzt 12 Euro im Monat.\n", encoding="utf-8"
    )
    build_index(corpus, data, encoder)
    searcher = Searcher.open(data, encoder)
    found = searcher.find("abfall.txt", before.version[:12])
    assert found == before
    assert searcher.document(before).title == "Abfallbericht"
    assert searcher.original(before).startswith(b"Die Restm")
    assert searcher.find("verkehr.txt", "0" * 12) is None
    assert searcher.find("verkehr.txt") is None


def test_a_purged_document_is_in_no_file_of_the_data_folder_any_more(
    data: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    kept = cache_folder() / "ocr" / "seite.json"
    kept.parent.mkdir(parents=True)
    kept.write_text("Bürgerbus", encoding="utf-8")
    assert holders(data, "Bürgerbus") != []
    open_before = Searcher.open(data, encoder, status(data).generations[0].name)
    assert purge(data, "verkehr.txt") == 1
    assert holders(data, "Bürgerbus") == []
    assert not kept.exists()
    assert len(status(data).generations) == 1
    with pytest.raises(SnapshotError):
        open_before.document(open_before.stored["verkehr.txt"])


def holders(folder: Path, text: str) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


def test_a_document_that_is_live_cannot_be_purged(data: Path) -> None:
    with pytest.raises(BuildError, match=r"enthält das Dokument „abfall\.txt“ noch"):
        purge(data, "abfall.txt")
    assert len(status(data).generations) == 2


def test_purging_what_no_generation_holds_removes_nothing(data: Path) -> None:
    assert purge(data, "unbekannt") == 0
    assert len(status(data).generations) == 2
