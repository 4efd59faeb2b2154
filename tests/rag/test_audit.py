"""The audit log: whole lines, whoever writes and whatever the names hold."""

import json
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rag.audit import Action, AuditLog
from rag.errors import AuditError


def _entries(folder: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (folder / "audit.jsonl").read_bytes().split(b"\n")[:-1]]


def test_an_entry_says_when_who_what_in_the_order_of_writing(tmp_path: Path) -> None:
    began = datetime.now(UTC).replace(microsecond=0)
    log = AuditLog(tmp_path / "var")
    log.record("Amt für Bäder", Action.DOCUMENT_UPLOADED, "bäder/bericht 2023.pdf")
    log.record("lokal", Action.INDEX_BUILT, "20251124-101500")
    first, second = _entries(tmp_path / "var")
    when = datetime.fromisoformat(first.pop("when"))
    assert when.utcoffset() == timedelta(0)
    assert began <= when <= datetime.now(UTC)
    assert when.microsecond == 0
    assert first == {"who": "Amt für Bäder", "action": "document_uploaded", "what": "bäder/bericht 2023.pdf"}
    assert (second["who"], second["action"]) == ("lokal", "index_built")


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    AuditLog(tmp_path).record("lokal", Action.KEY_ADDED, "Amt")
    assert stat.S_IMODE((tmp_path / "audit.jsonl").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "name", ['a\n{"who": "x"}', "a\r\nb", "a\x00b", "a\x1b[2Jb", "a\u2028b\x85c", 'a"b\\c', "a\udcffb"]
)
def test_no_name_can_break_a_line_or_reach_a_terminal(tmp_path: Path, name: str) -> None:
    AuditLog(tmp_path).record(name, Action.DOCUMENT_DELETED, name)
    text = (tmp_path / "audit.jsonl").read_text(encoding="ascii")
    assert len(text.splitlines()) == 1
    assert text.rstrip("\n").isprintable()
    assert (_entries(tmp_path)[0]["who"], _entries(tmp_path)[0]["what"]) == (name, name)


def test_many_writers_lose_and_mix_nothing(tmp_path: Path) -> None:
    def write(writer: int) -> None:
        for number in range(20):
            AuditLog(tmp_path).record(f"w{writer}", Action.DOCUMENT_UPLOADED, f"{number} " + "x" * 5_000)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    written = [(entry["who"], int(entry["what"].split()[0])) for entry in _entries(tmp_path)]
    assert sorted(written) == [(f"w{writer}", number) for writer in range(4) for number in range(20)]


def test_a_line_that_was_cut_off_spoils_no_other(tmp_path: Path) -> None:
    log = AuditLog(tmp_path)
    log.record("lokal", Action.KEY_ADDED, "eins")
    with (tmp_path / "audit.jsonl").open("ab") as file:
        file.write(b'{"when": "2025-')
    log.record("lokal", Action.KEY_ADDED, "zwei")
    lines = (tmp_path / "audit.jsonl").read_text(encoding="ascii").splitlines()
    assert [json.loads(lines[0])["what"], lines[1], json.loads(lines[2])["what"]] == ["eins", '{"when": "2025-', "zwei"]


def test_a_log_that_cannot_be_written_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").mkdir()
    with pytest.raises(AuditError, match=r"audit\.jsonl lässt sich nicht schreiben"):
        AuditLog(tmp_path).record("lokal", Action.KEY_ADDED, "Amt")
