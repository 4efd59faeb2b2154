"""``fundstelle index`` as the keeper types it: what changes the index stands in the audit log."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from corpus.ingestion import document_id
from index.generations import read_pointer
from index.purge import kept_path
from ui.cli import app

REPORTS = Path(__file__).parents[2] / "corpus" / "reports"


@pytest.fixture
def index(tmp_path: Path, report_data: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return the command over an index of the shipped report, whose texts need not be embedded again."""
    shutil.copytree(REPORTS, tmp_path / "berichte")
    shutil.copytree(report_data, tmp_path / "var")
    monkeypatch.setenv("FUNDSTELLE_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("FUNDSTELLE_CORPUS", str(tmp_path / "berichte"))
    return lambda *arguments: CliRunner().invoke(app, ["index", *arguments])


def _entries(data: Path) -> list[tuple[str, str, str]]:
    lines = (data / "audit.jsonl").read_text(encoding="ascii").splitlines()
    return [(entry["who"], entry["action"], entry["what"]) for entry in map(json.loads, lines)]


def test_build_rollback_and_purge_stand_in_the_audit_log(index: Callable[..., Result], tmp_path: Path) -> None:
    data, copy = tmp_path / "var", tmp_path / "berichte" / "kopie.txt"
    shutil.copy(next(REPORTS.glob("*.txt")), copy)
    assert index("build").exit_code == 0
    first = read_pointer(data).generation
    refused = index("purge", document_id("kopie.txt"))
    assert refused.exit_code == 1
    assert "enthält das Dokument" in str(refused.exception)
    copy.unlink()
    assert index("build").exit_code == 0
    second = read_pointer(data).generation
    assert index("rollback").exit_code == 0
    assert read_pointer(data).generation == first
    assert index("build", "--if-stale").exit_code == 0  # builds nothing after a rollback
    assert index("build").exit_code == 0
    third = read_pointer(data).generation
    purged = index("purge", document_id("kopie.txt"))
    assert "„kopie.txt“ ist aus allem entfernt" in purged.stderr
    assert kept_path(data, document_id("kopie.txt")) is None
    assert _entries(data) == [
        ("kommandozeile", "index_built", first),
        ("kommandozeile", "index_built", second),
        ("kommandozeile", "index_rolled_back", first),
        ("kommandozeile", "index_built", third),
        ("kommandozeile", "document_purged", "kopie.txt"),
    ]
