"""A service without keys is for its own machine, unless its keeper says otherwise."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from rag.errors import SettingsError
from rag.keys import KeyStore, Role
from rag.settings import Settings
from ui.cli import app
from ui.exposure import check_exposure


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "", "192.168.1.5", "10.0.0.1", "server.example", "localhost.example"]
)
def test_another_address_than_loopback_needs_keys_or_a_word(tmp_path: Path, host: str) -> None:
    keys = KeyStore(tmp_path)
    with pytest.raises(SettingsError, match=r"fundstelle keys add.*FUNDSTELLE_OPEN=1") as refused:
        check_exposure(Settings(host=host), keys)
    assert (host or "(alle)") in str(refused.value)
    check_exposure(Settings(host=host, open=True), keys)
    keys.add("Amt", Role.READER)
    check_exposure(Settings(host=host), keys)
    keys.revoke("Amt")
    check_exposure(Settings(host=host), keys)  # refuses everybody, so it may be reached


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "LOCALHOST", "::1"])
def test_loopback_needs_neither(tmp_path: Path, host: str) -> None:
    check_exposure(Settings(host=host), KeyStore(tmp_path))


def test_serve_refuses_before_it_takes_the_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNDSTELLE_DATA", str(tmp_path))
    refused = CliRunner().invoke(app, ["serve", "--host", "0.0.0.0", "--port", "8765"])
    assert isinstance(refused.exception, SettingsError)
    assert "ohne Anmeldung" in str(refused.exception)
    # An address of documentation, which no machine has: with the word, serving goes on and fails at taking the port.
    for allowed in (["--open"], []):
        monkeypatch.setenv("FUNDSTELLE_OPEN", "0" if allowed else "1")
        told = CliRunner().invoke(app, ["serve", "--host", "192.0.2.1", "--port", "8765", *allowed])
        assert "Port 8765 ist nicht zu belegen" in str(told.exception)
