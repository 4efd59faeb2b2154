"""New reports by HTTP: whole or not at all, what they say they are, and never outside the folder."""

import errno
import io
import os
import socket
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from docx import Document as WordDocument
from editing import POOLS, Editing, editing
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.ingestion import document_id, ingest_or_refuse
from corpus.intake import NameFault, remove_abandoned, safe_name
from corpus.options import MAX_FILE_BYTES
from index.types import Encoder
from rag.api import guard

BUDGET = "Haushalt\n\nDer Haushalt sieht 40.000 Euro für Fahrräder vor.\n".encode()
PROBLEM = "urn:fundstelle:problem:"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Editing]:
    with editing(tmp_path_factory.mktemp("uploads"), encoder) as running:
        yield running


@pytest.fixture(autouse=True)
def _nothing_is_left_behind(office: Editing) -> Iterator[None]:
    """Whatever a test sends, afterwards no file is hidden in the folder, and the next test finds it as it was."""
    before = office.files()
    yield
    after = office.files()
    assert [name for name in after if "/." in f"/{name}"] == []
    for name in after - before:
        (office.library.corpus / name).unlink()


def _problem(response: httpx.Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, response.json()["type"].removeprefix(PROBLEM)


def _word() -> bytes:
    document = WordDocument()
    document.add_paragraph("Die Feuerwehr rückte 120-mal aus.")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _zip(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(name, data)
    return file.getvalue()


def test_a_report_is_put_into_the_folder_to_the_byte_and_a_build_is_queued(office: Editing) -> None:
    response = office.upload("Haushalt für Größe.txt", BUDGET)
    assert response.status_code == 202
    job = response.json()
    assert (job["kind"], job["state"], job["who"], job["result"]) == ("build", "queued", "Archiv", None)
    assert job["document"] == {"id": document_id("Haushalt für Größe.txt"), "file": "Haushalt für Größe.txt"}
    assert response.headers["location"] == f"/v1/jobs/{job['id']}"
    assert (office.library.corpus / "Haushalt für Größe.txt").read_bytes() == BUDGET
    assert office.editor.get(response.headers["location"]).json()["id"] == job["id"]
    assert office.audit()[-1] == ("Archiv", "document_uploaded", "Haushalt für Größe.txt")
    second = office.upload("Haushalt 2.txt", BUDGET + b"2")
    assert second.json()["id"] == job["id"]  # one build does for both


def test_only_an_editor_may_upload(office: Editing) -> None:
    files = {"file": ("neu.txt", BUDGET)}
    assert _problem(office.reader.post("/v1/documents", files=files)) == (403, "role-too-low")
    assert httpx.post(office.editor.base_url.join("/v1/documents"), files=files).status_code == 401
    assert "neu.txt" not in office.files()


@pytest.mark.parametrize("key", ["", "Authorization: Bearer falsch\r\n"])
def test_a_stranger_is_refused_before_the_body_comes(office: Editing, key: str) -> None:
    with socket.create_connection(("127.0.0.1", office.port), timeout=5) as connection:
        connection.sendall(_head(key, 30 * 1024**2))  # and not one byte of it
        answer = connection.recv(4_000)
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert b"connection: close" in answer.lower()


def test_a_stranger_who_sends_all_at_once_still_reads_why_he_is_refused(office: Editing) -> None:
    response = httpx.post(office.editor.base_url.join("/v1/documents"), files={"file": ("x.txt", b"x" * 20_000_000)})
    assert _problem(response) == (401, "no-key")


def test_content_that_is_there_already_is_refused_with_its_document(office: Editing) -> None:
    for name, parameters in (("anders.txt", {}), ("bäder.txt", {"replace": "true"})):
        response = office.upload(name, POOLS.encode(), **parameters)
        assert _problem(response) == (409, "known-content")
        assert response.json()["document"] == {"id": document_id("bäder.txt"), "file": "bäder.txt"}
        assert "„bäder.txt“" in response.json()["detail"]
    assert office.upload("neu.txt", BUDGET).status_code == 202
    again = office.upload("neu 2.txt", BUDGET)  # in the folder, not in the index yet
    assert again.json()["document"]["file"] == "neu.txt"


def test_content_that_is_served_is_known_also_where_its_file_is_gone(office: Editing) -> None:
    path = office.library.corpus / "bäder.txt"
    data = path.read_bytes()
    path.unlink()
    try:
        assert _problem(office.upload("anders.txt", data)) == (409, "known-content")
    finally:
        path.write_bytes(data)


def test_another_file_of_that_name_is_replaced_only_when_told_to(office: Editing) -> None:
    assert office.upload("haushalt.txt", BUDGET).status_code == 202
    response = office.upload("haushalt.txt", BUDGET + b"neu")
    assert _problem(response) == (409, "name-taken")
    assert response.json()["document"]["file"] == "haushalt.txt"
    assert (office.library.corpus / "haushalt.txt").read_bytes() == BUDGET
    assert office.upload("haushalt.txt", BUDGET + b"neu", replace="true").status_code == 202
    assert (office.library.corpus / "haushalt.txt").read_bytes() == BUDGET + b"neu"


def test_a_folder_is_never_replaced(office: Editing) -> None:
    (office.library.corpus / "ordner.txt").mkdir()
    try:
        assert _problem(office.upload("ordner.txt", BUDGET, replace="true")) == (409, "name-taken")
    finally:
        (office.library.corpus / "ordner.txt").rmdir()


def test_decomposed_umlauts_are_the_same_name(office: Editing) -> None:
    assert office.upload("Gru\u0308n.txt", BUDGET).json()["document"]["file"] == "Grün.txt"
    assert _problem(office.upload("Grün.txt", BUDGET + b"2")) == (409, "name-taken")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("b.txt", BUDGET),
        ("b.md", b"# Titel\n\nText\n"),
        ("B.HTML", b"<p>Text</p>"),
        ("b.htm", "Größe".encode("cp1252")),
        ("utf16.txt", "Größe".encode("utf-16")),
        ("b.pdf", b"\xef\xbb\xbf%PDF-1.7\n..."),
        ("b.docx", _word()),
        ("b.odt", b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.textPK"),
        ("b.png", b"\x89PNG\r\n\x1a\n..."),
        ("b.jpeg", b"\xff\xd8\xff\xe0..."),
        ("b.tif", b"II*\0..."),
    ],
)
def test_every_kind_of_report_is_taken_by_its_content(office: Editing, name: str, data: bytes) -> None:
    assert office.upload(name, data).status_code == 202


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("programm.pdf", b"MZ\x90\0" + b"\0" * 60, "ist ein Programm"),
        ("seite.pdf", b"<html>kein PDF</html>", "ist eine Textdatei. Dazu passt die Endung .htm, .html, .md, .txt."),
        ("bericht.txt", b"%PDF-1.7\n...", "ist eine PDF-Datei. Dazu passt die Endung .pdf."),
        ("bericht.docx", b"%PDF-1.7\n...", "ist eine PDF-Datei"),
        ("bericht.docx", b"\xd0\xcf\x11\xe0" + b"\0" * 60, "ist eine alte Office-Datei"),
        ("bericht.odt", _word(), "ist eine Word-Datei. Dazu passt die Endung .docx."),
        ("bombe.docx", _zip(bombe=b"\0" * 50_000_000), "ist eine gepackte Datei (ZIP)"),
        ("bild.png", b"\xff\xd8\xff\xe0...", "ist ein Bild (JPEG)"),
        ("daten.txt", bytes(range(32)) * 40, "ist eine Datei mit Binärdaten"),
        ("halb.txt", b"\xff\xfeG\0r\0\xf6", "ist eine Datei mit Binärdaten"),
        ("tabelle.csv", b"a;b\n", "ist eine Textdatei"),
        ("bericht.meta.toml", b'title = "x"', "ist eine Textdatei"),
        ("ohne", BUDGET, "ist eine Textdatei"),
    ],
)
def test_a_name_that_contradicts_the_content_is_refused_with_both(
    office: Editing, name: str, data: bytes, told: str
) -> None:
    response = office.upload(name, data)
    assert _problem(response) == (415, "other-content")
    assert f"Die Datei „{name}“ {told}" in response.json()["detail"]
    assert name not in office.files()


def test_a_packed_file_that_would_fill_the_memory_is_refused_by_the_build(office: Editing) -> None:
    data = _zip(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b" " * 230_000_000})
    assert len(data) < 1_000_000
    assert office.upload("bombe.docx", data).status_code == 202
    refusal = ingest_or_refuse(office.library.corpus / "bombe.docx", office.library.corpus)
    assert "entpackt 219 MB groß" in getattr(refusal, "reason", "")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("../flucht.txt", "enthält einen Pfad"),
        ("/etc/passwd.txt", "enthält einen Pfad"),
        ("a\\..\\b.txt", "enthält einen Pfad"),
        ("zeile\r\nX-Kopf: 1.txt", "enthält unlesbare Zeichen"),
        ("gedreht\u202etxt.exe.txt", "enthält unlesbare Zeichen"),
        (".versteckt.txt", "werden nicht gelesen"),
        ("~$bericht.docx", "werden nicht gelesen"),
        (".upload-0123.txt", "werden nicht gelesen"),
        ("nul.txt", "unter Windows ein Gerät"),
        ("Com1.bericht.txt", "unter Windows ein Gerät"),
        (" rand.txt", "beginnt oder endet mit einem Leerzeichen"),
        ("punkt.txt.", "endet mit einem Punkt"),
        ("ä" * 99 + ".txt", "länger als 200 Byte"),
        ("   ", "ist leer"),
    ],
)
def test_a_name_that_is_not_safe_is_refused_with_the_reason(office: Editing, name: str, told: str) -> None:
    parent = set(office.library.corpus.parent.iterdir())
    response = office.upload(name, BUDGET)
    assert _problem(response) == (422, "bad-file-name")
    assert told in response.json()["detail"]
    assert set(office.library.corpus.parent.iterdir()) == parent


# Letters of all kinds, with what leads out of a folder or hides in it more often than chance would have it.
_HOSTILE = st.lists(
    st.one_of(
        st.text(max_size=12), st.sampled_from(["..", "/", "\\", "\0", ".", "~$", "nul", " ", "%2e", "\n", "ß", "ü"])
    ),
    max_size=8,
).map("".join)


@settings(max_examples=512, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=_HOSTILE)
def test_whatever_a_file_is_called_it_stays_inside_the_folder_and_visible(tmp_path: Path, name: str) -> None:
    safe = safe_name(name + ".txt")
    if isinstance(safe, NameFault):
        return
    folder = tmp_path / "berichte"
    folder.mkdir(exist_ok=True)
    (folder / safe).write_bytes(b"x")
    assert [path.name for path in folder.iterdir()] == [safe]
    assert [path.name for path in tmp_path.iterdir()] == ["berichte"]
    assert not safe.startswith((".", "~$"))
    (folder / safe).unlink()


def test_german_names_are_safe_as_they_are() -> None:
    for name in ("Ärztliche Versorgung – Größe & Maß (2023).pdf", "Straße, §5 „Übersicht“.docx", "nullnummer.txt"):
        assert safe_name(name) == name


def test_an_empty_file_is_refused(office: Editing) -> None:
    assert _problem(office.upload("leer.txt", b"")) == (422, "empty-file")


def test_a_file_over_the_limit_is_refused_while_it_comes(office: Editing) -> None:
    sent = 0

    def body() -> Iterator[bytes]:
        nonlocal sent
        yield b'--grenze\r\nContent-Disposition: form-data; name="file"; filename="gross.txt"\r\n\r\n'
        while sent < 4 * MAX_FILE_BYTES:
            sent += 1024**2
            yield b"x" * 1024**2

    response = office.editor.post(
        "/v1/documents", content=body(), headers={"Content-Type": "multipart/form-data; boundary=grenze"}
    )
    assert _problem(response) == (413, "file-too-large")
    assert "höchstens 40 MB" in response.json()["detail"]
    assert sent < 2 * MAX_FILE_BYTES  # nobody waited for the rest


def test_a_file_over_the_limit_is_refused_at_once_where_its_length_is_declared(office: Editing) -> None:
    with socket.create_connection(("127.0.0.1", office.port), timeout=5) as connection:
        connection.sendall(_head(_bearer(office), MAX_FILE_BYTES + 100_000))
        assert connection.recv(4_000).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "broken-form"),
        (b"kein Formular", "broken-form"),
        (b"--grenze--\r\n", "broken-form"),
        (b'--grenze\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhalb', "broken-form"),
        (b'--grenze\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--grenze--\r\n', "other-field"),
        (
            b'--grenze\r\nContent-Disposition: form-data; name="x"; filename="a.txt"\r\n\r\nx\r\n--grenze--',
            "other-field",
        ),
        (b"--grenze\r\nContent-Type: text/plain\r\n\r\nx\r\n--grenze--\r\n", "other-field"),
        (
            b'--grenze\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nx\r\n' * 2
            + b"--grenze--",
            "other-field",
        ),
    ],
)
def test_a_body_of_another_form_is_refused(office: Editing, body: bytes, kind: str) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=grenze"}
    assert _problem(office.editor.post("/v1/documents", content=body, headers=headers)) == (422, kind)


@pytest.mark.parametrize("declared", ["application/json", "multipart/form-data", "text/plain; boundary=x", ""])
def test_a_body_that_is_no_form_is_refused(office: Editing, declared: str) -> None:
    response = office.editor.post("/v1/documents", content=b"{}", headers={"Content-Type": declared})
    assert _problem(response) == (415, "not-multipart")


def test_a_body_that_stops_coming_is_given_up(office: Editing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "BODY_TIMEOUT_S", 0.3)
    with socket.create_connection(("127.0.0.1", office.port), timeout=5) as connection:
        connection.sendall(_head(_bearer(office), 5_000) + _FIRST_PART)
        answer = connection.recv(4_000)
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_sender_who_goes_away_leaves_nothing_behind(office: Editing) -> None:
    jobs = office.library.jobs.newest(200)
    with socket.create_connection(("127.0.0.1", office.port), timeout=5) as connection:
        connection.sendall(_head(_bearer(office), 5_000_000) + _FIRST_PART + b"x" * 200_000)
        _wait_until(lambda: any(name.startswith(".upload-") for name in office.files()))
    _wait_until(lambda: not any(name.startswith(".upload-") for name in office.files()))
    assert office.library.jobs.newest(200) == jobs


def test_what_a_dead_server_left_is_removed_when_it_is_old(tmp_path: Path) -> None:
    old, young = tmp_path / ".upload-alt", tmp_path / ".upload-jung"
    for path in (old, young):
        path.write_bytes(b"halb")

    os.utime(old, (time.time() - 7_200,) * 2)
    remove_abandoned(tmp_path)
    assert list(tmp_path.iterdir()) == [young]


def test_a_folder_that_takes_nothing_is_told_without_its_path(office: Editing) -> None:
    aside = office.library.corpus.with_name("woanders")
    office.library.corpus.rename(aside)
    try:
        response = office.upload("neu.txt", BUDGET)
        assert _problem(response) == (503, "not-stored")
        assert str(aside.parent) not in response.text
    finally:
        aside.rename(office.library.corpus)


def test_a_full_disk_is_told_and_nothing_changed(office: Editing, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("rag.api.multipart.os.fsync", full)
    jobs = office.library.jobs.newest(200)
    assert _problem(office.upload("neu.txt", BUDGET)) == (507, "not-stored")
    assert "neu.txt" not in office.files()
    assert office.library.jobs.newest(200) == jobs


def test_an_audit_log_that_cannot_be_written_keeps_everything_as_it_is(office: Editing) -> None:
    log = office.library.data / "audit.jsonl"
    text = log.read_bytes() if log.exists() else b""
    log.unlink(missing_ok=True)
    log.mkdir()
    try:
        assert _problem(office.upload("neu.txt", BUDGET)) == (503, "not-stored")
        assert "neu.txt" not in office.files()
    finally:
        log.rmdir()
        log.write_bytes(text)


_FIRST_PART = b'--grenze\r\nContent-Disposition: form-data; name="file"; filename="langsam.txt"\r\n\r\nDer Anfang'


def _head(key: str, length: int) -> bytes:
    return (
        "POST /v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=grenze\r\n"
        f"{key}Content-Length: {length}\r\n\r\n"
    ).encode()


def _bearer(office: Editing) -> str:
    return f"Authorization: {office.editor.headers['authorization']}\r\n"


def _wait_until(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.02)
