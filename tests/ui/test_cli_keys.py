"""``fundstelle keys`` as the keeper types it."""

import json
import stat
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from rag.keys import Identity, KeyStore, Role
from ui.cli import app, main


@pytest.fixture(autouse=True)
def _data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNDSTELLE_DATA", str(tmp_path))


def _keys(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["keys", *arguments])


def test_a_new_key_stands_alone_on_the_output_and_opens(tmp_path: Path) -> None:
    made = _keys("add", "Amt für Bäder", "--role", "editor")
    assert made.exit_code == 0
    assert KeyStore(tmp_path).find(made.stdout.rstrip("\n")) == Identity("Amt für Bäder", Role.EDITOR)
    assert "nur jetzt angezeigt" in made.stderr
    assert "Ab jetzt nimmt der Server nur noch Anfragen mit einem Schlüssel an." in made.stderr
    assert "Ab jetzt" not in _keys("add", "zweiter", "--role", "reader").stderr


def test_the_list_shows_all_keys_and_never_their_content(tmp_path: Path) -> None:
    assert "keine Schlüssel" in _keys("list").stdout
    token = _keys("add", "Amt", "--role", "reader").stdout.strip()
    _keys("add", "Öffentlichkeitsarbeit", "--role", "editor")
    _keys("revoke", "Amt")
    first, second = sorted(_keys("list").stdout.splitlines())
    assert first.startswith("Amt                    reader  angelegt 20")
    assert "gesperrt 20" in first
    assert second.endswith("gültig")
    listed = json.loads(_keys("list", "--json").stdout)
    assert {(key["name"], key["role"], key["revoked"] is None) for key in listed} == {
        ("Amt", "reader", False),
        ("Öffentlichkeitsarbeit", "editor", True),
    }
    assert token not in _keys("list", "--json").stdout


def test_revoking_the_last_key_says_that_nobody_gets_in_now(tmp_path: Path) -> None:
    token = _keys("add", "eins", "--role", "reader").stdout.strip()
    _keys("add", "zwei", "--role", "reader")
    assert "weist alle ab" not in _keys("revoke", "eins").stderr
    assert KeyStore(tmp_path).find(token) is None
    assert "weist alle ab" in _keys("revoke", "zwei").stderr


def test_the_audit_log_keeps_who_changed_keys(tmp_path: Path) -> None:
    token = _keys("add", "Amt", "--role", "reader").stdout.strip()
    _keys("revoke", "Amt")
    _keys("revoke", "Amt")  # there is none any more: nothing was done
    text = (tmp_path / "audit.jsonl").read_text(encoding="utf-8")
    entries = [json.loads(line) for line in text.splitlines()]
    assert [(entry["who"], entry["action"], entry["what"]) for entry in entries] == [
        ("kommandozeile", "key_added", "Amt"),
        ("kommandozeile", "key_revoked", "Amt"),
    ]
    assert token not in text
    assert stat.S_IMODE((tmp_path / "audit.jsonl").stat().st_mode) == 0o600


def test_a_known_error_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["fundstelle", "keys", "revoke", "niemand"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    told = capsys.readouterr().err
    assert told == "Fehler: Einen gültigen Schlüssel „niemand“ gibt es nicht. `fundstelle keys list` zeigt alle.\n"


def test_a_role_must_be_named_and_known(tmp_path: Path) -> None:
    for arguments in (["Amt"], ["Amt", "--role", "admin"]):
        assert _keys("add", *arguments).exit_code == 2
    assert list(tmp_path.iterdir()) == []
