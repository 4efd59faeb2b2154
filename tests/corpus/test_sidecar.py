"""What the keeper states beside a report wins over what the report says."""

import os
from datetime import date
from pathlib import Path

import pytest

from corpus.ingestion import ingest_folder

REPORT = "Jahresbericht\n\nDie Bücherei hat im Jahr 2023 über 12.000 Gäste begrüßt und neue Medien beschafft.\n"


def test_title_publisher_and_day_are_the_keepers(tmp_path: Path) -> None:
    (tmp_path / "bericht_2023-12-31.txt").write_text(REPORT, encoding="utf-8")
    (tmp_path / "bericht_2023-12-31.meta.toml").write_text(
        'title = " Bücherei 2023 "\npublisher = "Stadt Köln"\npublished = 2024-02-29\n', encoding="utf-8"
    )
    ingestion = ingest_folder(tmp_path)
    [document] = ingestion.documents
    assert (document.title, document.publisher, document.published) == (
        "Bücherei 2023",
        "Stadt Köln",
        date(2024, 2, 29),
    )
    assert ingestion.refusals == ()


def test_what_the_keeper_does_not_state_comes_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "bericht_2023-12-31.txt").write_text(REPORT, encoding="utf-8")
    (tmp_path / "bericht_2023-12-31.meta.toml").write_text('publisher = "Stadt Köln"', encoding="utf-8")
    [document] = ingest_folder(tmp_path).documents
    assert (document.title, document.published) == ("Jahresbericht", date(2023, 12, 31))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('titel = "X"', "titel: unbekannte Angabe"),
        ('published = "2024-02-29"', "published: kein Datum wie 2024-03-05"),
        ("published = 2024-02-29T10:00:00", "published: kein Datum wie 2024-03-05"),
        ("title = 7", "title: kein Text in Anführungszeichen"),
        ('title = ""', "title: leer"),
        ("title = ", "nicht lesbar"),
        ("# " + "x" * 70_000, "länger als 64 KB"),
    ],
)
def test_statements_that_cannot_be_used_are_named_and_the_report_is_read_without_them(
    tmp_path: Path, content: str, reason: str
) -> None:
    (tmp_path / "bericht.txt").write_text(REPORT, encoding="utf-8")
    (tmp_path / "bericht.meta.toml").write_text(content, encoding="utf-8")
    ingestion = ingest_folder(tmp_path)
    assert [document.title for document in ingestion.documents] == ["Jahresbericht"]
    assert [refusal.path for refusal in ingestion.refusals] == ["bericht.meta.toml"]
    assert reason in ingestion.refusals[0].reason


def test_statements_without_their_report_are_named(tmp_path: Path) -> None:
    (tmp_path / "anders.txt").write_text(REPORT, encoding="utf-8")
    (tmp_path / "bericht.meta.toml").write_text('title = "X"', encoding="utf-8")
    assert "fehlt der Bericht bericht.*" in ingest_folder(tmp_path).refusals[0].reason


def test_statements_behind_a_link_or_a_pipe_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(REPORT, encoding="utf-8")
    (tmp_path / "a.meta.toml").symlink_to(tmp_path / "a.txt")
    (tmp_path / "b.txt").write_text(REPORT, encoding="utf-8")
    os.mkfifo(tmp_path / "b.meta.toml")
    ingestion = ingest_folder(tmp_path)
    assert [document.path for document in ingestion.documents] == ["a.txt", "b.txt"]
    assert all("keine gewöhnliche Datei" in refusal.reason for refusal in ingestion.refusals)
