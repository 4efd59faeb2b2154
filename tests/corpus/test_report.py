"""The keeper's report says what was read, mended, left out and refused."""

import csv
import json
from pathlib import Path

import pytest

from corpus.errors import CorpusFolderError
from corpus.ingestion import ingest_folder
from corpus.readers.formats import READERS
from corpus.report import describe, render, verdict, write_changes
from corpus.types import Document, Ingestion, Refusal

SOURCE = "Die Strafie wird fiir alle Biirger der Stadt saniert.\n‘\nDie Arbeiten fiir den Weg enden im Mai.\n"


@pytest.fixture
def ingestion(tmp_path: Path) -> Ingestion:
    (tmp_path / "bericht.txt").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "tabelle.xlsx").write_bytes(b"PK\x03\x04")
    return ingest_folder(tmp_path)


def test_mended_words_are_listed_with_before_after_and_place(ingestion: Ingestion) -> None:
    document = describe(ingestion)["documents"][0]
    mended = {(entry["before"], entry["after"]) for entry in document["mended"]}
    assert {("fiir", "für"), ("Biirger", "Bürger")} <= mended
    assert all(SOURCE[entry["start"] : entry["end"]] == entry["before"] for entry in document["mended"])
    assert all(entry["reason"] and 0 <= entry["confidence"] <= 1 for entry in document["mended"])


def test_every_mended_word_is_a_row_of_the_changes(ingestion: Ingestion, tmp_path: Path) -> None:
    file = tmp_path / "changes.csv"
    write_changes(ingestion, file)
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened, delimiter=";"))
    assert len(rows) == len(describe(ingestion)["documents"][0]["mended"])
    first = next(row for row in rows if row["vorher"] == "fiir")
    assert (first["Datei"], first["Seite"], first["nachher"]) == ("bericht.txt", "", "für")
    assert SOURCE[int(first["Anfang"]) : int(first["Ende"])] == "fiir"
    assert 0 < float(first["Sicherheit"].replace(",", ".")) <= 1
    assert "wird fiir alle" in first["Umgebung"]


def test_changes_that_cannot_be_written_are_an_error_with_the_place(ingestion: Ingestion, tmp_path: Path) -> None:
    with pytest.raises(CorpusFolderError, match=r"nirgends/changes\.csv lässt sich nicht schreiben"):
        write_changes(ingestion, tmp_path / "nirgends" / "changes.csv")


def test_noise_is_listed_with_its_reason(ingestion: Ingestion) -> None:
    dropped = describe(ingestion)["documents"][0]["dropped"]
    assert dropped == [{"text": "‘", "reason": "kein Wort in der Zeile", "start": 54, "end": 55}]


def test_the_report_is_plain_data_for_json(ingestion: Ingestion) -> None:
    data = json.loads(json.dumps(describe(ingestion)))
    assert data["refused"] == [
        {
            "file": "tabelle.xlsx",
            "reason": f"Das Format .xlsx wird nicht gelesen, nur {', '.join(READERS)}.",
        }
    ]
    document = data["documents"][0]
    assert (document["pages"], document["characters"], document["sentences"]) == (None, len(SOURCE), 2)


def test_the_printed_report_names_every_file(ingestion: Ingestion) -> None:
    text = render(ingestion)
    assert text.startswith("Gelesene Dokumente: 1, abgelehnte Dateien: 1\n")
    assert "fiir -> für" in text
    assert "  tabelle.xlsx: Das Format .xlsx wird nicht gelesen" in text


def test_an_empty_corpus_is_said_to_be_empty() -> None:
    assert render(Ingestion((), ())) == "Gelesene Dokumente: 0, abgelehnte Dateien: 0"


def test_every_refusal_is_printed_even_without_documents() -> None:
    assert render(Ingestion((), (Refusal("a.pdf", "Das PDF ist beschädigt."),))).endswith(
        "Abgelehnt:\n  a.pdf: Das PDF ist beschädigt."
    )


def test_the_verdict_worsens_with_the_share_of_unknown_words(report: Document) -> None:
    shares = (0.0, 0.05, 0.1, 0.3, 1.0)
    assert [verdict(share) for share in shares] == [
        "gut lesbar",
        "lesbar mit einzelnen Fehlern",
        "fehlerhaft, bitte Stichproben prüfen",
        "schlecht lesbar, bitte neu erfassen",
        "schlecht lesbar, bitte neu erfassen",
    ]
    assert verdict(report.unknown_word_share) in {verdict(0.0), verdict(0.05)}
