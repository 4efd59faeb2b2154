"""Keys: made once, kept as digests, ended at once."""

import hashlib
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from rag.errors import KeyStoreError
from rag.keys import Identity, KeyStore, Role


@pytest.fixture
def keys(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path / "var")


def test_a_key_opens_under_its_name_and_role_until_it_is_revoked(keys: KeyStore) -> None:
    token = keys.add("Amt für Bäder", Role.READER)
    other = keys.add("Öffentlichkeitsarbeit", Role.EDITOR)
    assert keys.find(token) == Identity("Amt für Bäder", Role.READER)
    keys.revoke("Amt für Bäder")
    assert keys.find(token) is None
    assert keys.find(other) == Identity("Öffentlichkeitsarbeit", Role.EDITOR)


def test_what_is_not_the_whole_key_opens_nothing(keys: KeyStore) -> None:
    token = keys.add("Amt", Role.READER)
    for wrong in ("", token[:-1], token + "A", token.upper(), token[3:], f" {token}", "ß" * 46):
        assert keys.find(wrong) is None


def test_a_key_has_256_random_bits_and_only_its_digest_is_kept(keys: KeyStore, tmp_path: Path) -> None:
    token, other = keys.add("eins", Role.READER), keys.add("zwei", Role.READER)
    assert token != other
    assert (token[:3], len(token)) == ("fs_", 3 + 43)  # 32 bytes in base64 without padding
    stored = (tmp_path / "var" / "keys.sqlite").read_bytes()
    assert token.encode() not in stored
    assert token[3:].encode() not in stored
    assert hashlib.sha256(token.encode()).digest() in stored


def test_only_the_owner_may_read_the_file(keys: KeyStore, tmp_path: Path) -> None:
    keys.add("Amt", Role.READER)
    files = list((tmp_path / "var").iterdir())
    assert [file.name for file in files] == ["keys.sqlite"]
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600


def test_keys_are_required_from_the_first_one_on_even_when_all_are_revoked(keys: KeyStore, tmp_path: Path) -> None:
    assert not keys.required()
    keys.add("Amt", Role.READER)
    assert keys.required()
    keys.revoke("Amt")
    assert keys.required()
    assert KeyStore(tmp_path / "var").required()  # as after a restart


def test_looking_makes_no_file(keys: KeyStore, tmp_path: Path) -> None:
    keys.required()
    assert keys.entries() == []
    with pytest.raises(KeyStoreError, match="gibt es nicht"):
        keys.revoke("Amt")
    with pytest.raises(KeyStoreError, match="kein Name"):
        keys.add("", Role.READER)
    assert not (tmp_path / "var").exists()


def test_a_file_that_goes_away_under_a_running_server_opens_nothing(keys: KeyStore, tmp_path: Path) -> None:
    token = keys.add("Amt", Role.READER)
    assert keys.required()
    (tmp_path / "var" / "keys.sqlite").unlink()
    assert keys.required()
    with pytest.raises(KeyStoreError, match=r"keys\.sqlite"):
        keys.find(token)
    assert not KeyStore(tmp_path / "var").required()  # started anew, it is open again


@pytest.mark.parametrize("damage", [b"", b"nur Text", b"SQLite format 3\0" + b"x" * 4080])
def test_a_damaged_file_opens_nothing_and_says_so(keys: KeyStore, tmp_path: Path, damage: bytes) -> None:
    token = keys.add("Amt", Role.READER)
    (tmp_path / "var" / "keys.sqlite").write_bytes(damage)
    assert keys.required()
    with pytest.raises(KeyStoreError, match="Prüfen Sie die Rechte"):
        keys.find(token)


def test_another_process_counts_at_once(keys: KeyStore, tmp_path: Path) -> None:
    token = keys.add("Amt", Role.READER)
    assert keys.find(token)
    code = f"""
from pathlib import Path
from rag.keys import KeyStore, Role
keys = KeyStore(Path({str(tmp_path / "var")!r}))
keys.revoke("Amt")
print(keys.add("Neu", Role.EDITOR))
"""
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert keys.find(token) is None
    assert keys.find(made.stdout.strip()) == Identity("Neu", Role.EDITOR)


def test_a_name_is_unique_among_the_valid_and_free_again_after_revoking(keys: KeyStore) -> None:
    old = keys.add("Amt", Role.READER)
    with pytest.raises(KeyStoreError, match="„Amt“ gibt es schon"):
        keys.add("Amt", Role.EDITOR)
    keys.revoke("Amt")
    new = keys.add("Amt", Role.EDITOR)
    assert keys.find(old) is None
    assert keys.find(new) == Identity("Amt", Role.EDITOR)
    listed = [(key.name, key.role, key.revoked is None) for key in keys.entries()]
    assert sorted(listed) == [("Amt", "editor", True), ("Amt", "reader", False)]


@pytest.mark.parametrize(
    "name", ["", " ", " Amt", "Amt ", "a\nb", "a\x1b[2Jb", "<b>", "x" * 61, "a/b", '"', "a\u202eb"]
)
def test_a_name_that_could_deceive_is_refused(keys: KeyStore, name: str) -> None:
    with pytest.raises(KeyStoreError, match="kein Name für einen Schlüssel"):
        keys.add(name, Role.READER)


@pytest.mark.parametrize("name", ["lokal", "Lokal", "kommandozeile"])
def test_the_names_of_the_audit_log_are_reserved(keys: KeyStore, name: str) -> None:
    with pytest.raises(KeyStoreError, match="vergeben"):
        keys.add(name, Role.READER)


@pytest.mark.parametrize("name", ["a", "x" * 60, "Müller-Lüdenscheidt", "k.meier@stadt.example", "Open WebUI 2"])
def test_names_of_people_offices_and_programs_are_taken(keys: KeyStore, name: str) -> None:
    identity = keys.find(keys.add(name, Role.READER))
    assert identity is not None
    assert identity.name == name


def test_nothing_that_is_asked_for_is_read_as_sql(keys: KeyStore, tmp_path: Path) -> None:
    token = keys.add("Amt", Role.READER)
    assert keys.find("' OR 1=1 --") is None
    with pytest.raises(KeyStoreError):
        keys.revoke("' OR 1=1 --")
    assert keys.find(token)


def test_a_request_waits_for_another_process_that_is_about_to_finish(keys: KeyStore, tmp_path: Path) -> None:
    token = keys.add("Amt", Role.READER)
    writer = sqlite3.connect(tmp_path / "var" / "keys.sqlite", isolation_level=None, check_same_thread=False)
    writer.execute("BEGIN EXCLUSIVE")
    ending = threading.Timer(0.2, lambda: writer.execute("COMMIT"))
    ending.start()
    began = time.monotonic()
    assert keys.find(token)
    assert time.monotonic() - began > 0.1
    ending.join()
    writer.close()
