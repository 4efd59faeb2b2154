"""Who may enter: once keys exist, nobody without a valid one, at any address."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import httpx
import pytest
from fastapi import Depends
from live_service import Service, serving

from rag.answerer import Answerer
from rag.api.access import require_editor
from rag.api.app import create_app
from rag.api.state import ApiState
from rag.api.worker import Worker
from rag.keys import Identity, KeyStore, Role
from tests.addresses import addresses

PUBLIC = {"/livez", "/readyz"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
ASK = {"question": "Wer leitet das Innovationslabor?"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def reader(data: Path) -> str:
    return KeyStore(data).add("Bürgerbüro", Role.READER)


@pytest.fixture(scope="module")
def editor(data: Path) -> str:
    return KeyStore(data).add("Archiv", Role.EDITOR)


@pytest.fixture(scope="module")
def locked(data: Path, reader: str, editor: str, answerer: Answerer) -> Iterator[Service]:
    """Serve with keys, and with one route for editors alone."""
    state = ApiState(Worker(2), answerer, KeyStore(data))
    app = create_app(state)

    @app.post("/v1/pruefung")
    async def check(identity: Annotated[Identity, Depends(require_editor)]) -> dict[str, str]:
        return {"who": identity.name}

    with serving(state, app) as running:
        yield running


@pytest.fixture(scope="module")
def stranger(locked: Service) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=locked.url, timeout=30) as client:
        yield client


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_without_a_key_every_address_but_health_answers_401(stranger: httpx.Client) -> None:
    found = set(addresses(create_app(ApiState(Worker(1))).routes))
    paths = {path for _, path in found}
    assert {"/v1/ask", "/v1/documents/x/pages/x", "/openapi.json", "/docs", "/docs/assets/x", *PUBLIC} <= paths
    answers = {(method, path): stranger.request(method, path).status_code for method, path in found}
    opened = {path for (_, path), status in answers.items() if status != 401}
    assert opened == PUBLIC
    assert stranger.get("/livez").status_code == stranger.get("/readyz").status_code == 200


@pytest.mark.parametrize(
    "path", ["/gibt/es/nicht", "//livez", "/livez/", "/LIVEZ", "/livez/../v1/documents", "/%2e/livez", "/anmelden/x"]
)
def test_an_address_that_only_resembles_a_public_one_is_closed(stranger: httpx.Client, path: str) -> None:
    assert stranger.get(httpx.URL(stranger.base_url, raw_path=path.encode())).status_code == 401


def test_a_refusal_says_what_is_missing_in_both_languages(stranger: httpx.Client) -> None:
    response = stranger.post("/v1/ask", json=ASK)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert (problem["type"], problem["title"]) == ("urn:fundstelle:problem:no-key", "Zugangsschlüssel nötig")
    assert "Authorization: Bearer" in problem["detail"]
    english = stranger.post("/v1/ask", json=ASK, headers={"Accept-Language": "en"}).json()
    assert english["title"] == "Access key needed"


def test_a_key_opens_in_the_header_or_in_the_cookie(stranger: httpx.Client, reader: str) -> None:
    ways = [_bearer(reader), {"Authorization": f"bearer   {reader}"}, {"Cookie": f"a=b; fundstelle_key={reader}"}]
    for headers in ways:
        response = stranger.post("/v1/ask", json=ASK, headers=headers)
        assert (response.status_code, response.json()["answered"]) == (200, True)
    # A proxy's own login says nothing about the cookie.
    both = {"Authorization": "Basic YTpi", "Cookie": f"fundstelle_key={reader}"}
    assert stranger.get("/v1/documents", headers=both).status_code == 200


@pytest.mark.parametrize("wrong", ["x", "fs_" + "A" * 43, "ß", "a b", "' OR 1=1", "Bearer x", "x" * 5_000])
def test_a_wrong_key_is_told_as_such_and_never_repeated(stranger: httpx.Client, wrong: str) -> None:
    for name, value in [("Authorization", f"Bearer {wrong}"), ("Cookie", f'fundstelle_key="{wrong}"')]:
        response = stranger.get("/v1/documents", headers=[(name, value.encode())])
        assert (response.status_code, response.json()["type"]) == (401, "urn:fundstelle:problem:wrong-key")
        assert f"„{wrong}“" not in response.text


@pytest.mark.parametrize("header", ["Bearer", "Basic YTpi", "{reader}", "Token {reader}", "Bearer{reader}"])
def test_another_form_of_the_header_opens_nothing(stranger: httpx.Client, reader: str, header: str) -> None:
    headers = {"Authorization": header.format(reader=reader)}
    assert stranger.get("/v1/documents", headers=headers).status_code == 401


def test_a_wrong_header_is_not_saved_by_the_cookie(stranger: httpx.Client, reader: str) -> None:
    both = {**_bearer("falsch"), "Cookie": f"fundstelle_key={reader}"}
    assert stranger.get("/v1/documents", headers=both).status_code == 401


def test_a_key_in_the_address_opens_nothing(stranger: httpx.Client, reader: str) -> None:
    for name in ("key", "token", "access_token", "fundstelle_key"):
        assert stranger.get("/v1/documents", params={name: reader}).status_code == 401


def test_a_browser_is_led_to_the_login_page_and_knows_the_way_back(stranger: httpx.Client) -> None:
    response = stranger.get("/fundstelle/b%C3%A4der?ranges=1-2,4-5&page=2", headers=BROWSER)
    assert response.status_code == 303
    location = httpx.URL(response.headers["location"])
    assert (location.host, location.path) == ("", "/anmelden")
    assert location.params["weiter"] == "/fundstelle/b%C3%A4der?ranges=1-2,4-5&page=2"
    assert stranger.post("/v1/ask", json=ASK, headers=BROWSER).status_code == 401


def test_the_guard_stands_before_the_keys(stranger: httpx.Client, reader: str) -> None:
    for headers in ({}, _bearer(reader)):
        assert stranger.get("/v1/documents", headers={**headers, "Host": "evil.example"}).status_code == 400
        assert stranger.get("/v1/documents", headers={**headers, "Origin": "https://evil.example"}).status_code == 403
    assert stranger.get("/docs", headers=BROWSER).headers["x-content-type-options"] == "nosniff"  # on the way to log in


def test_only_an_editor_passes_where_one_is_needed(stranger: httpx.Client, reader: str, editor: str) -> None:
    assert stranger.post("/v1/pruefung", headers=_bearer(editor)).json() == {"who": "Archiv"}
    assert stranger.post("/v1/pruefung").status_code == 401
    refused = stranger.post("/v1/pruefung", headers=_bearer(reader))
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:fundstelle:problem:role-too-low")
    assert "„Bürgerbüro“ hat die Rolle reader; nötig ist editor." in refused.json()["detail"]


def test_added_and_revoked_keys_count_at_once(locked: Service, stranger: httpx.Client, data: Path) -> None:
    token = KeyStore(data).add("kurz da", Role.READER)
    assert stranger.get("/v1/documents", headers=_bearer(token)).status_code == 200
    KeyStore(data).revoke("kurz da")
    assert stranger.get("/v1/documents", headers=_bearer(token)).status_code == 401


def test_without_keys_everybody_is_a_local_editor_until_the_first_is_added(answerer: Answerer, tmp_path: Path) -> None:
    keys = KeyStore(tmp_path)
    state = ApiState(Worker(1), answerer, keys)
    app = create_app(state)

    @app.get("/v1/wer")
    async def who(identity: Annotated[Identity, Depends(require_editor)]) -> dict[str, str]:
        return {"who": identity.name, "role": identity.role}

    with serving(state, app) as running, httpx.Client(base_url=running.url) as client:
        assert client.get("/v1/wer").json() == {"who": "lokal", "role": "editor"}
        assert client.get("/v1/wer", headers=_bearer("irgendwas")).status_code == 200
        keys.add("Amt", Role.READER)
        assert client.get("/v1/wer").status_code == 401
        keys.revoke("Amt")
        assert client.get("/v1/wer").status_code == 401


def test_keys_that_cannot_be_read_open_nothing_and_leave_health_alone(tmp_path: Path) -> None:
    (tmp_path / "keys.sqlite").write_bytes(b"kaputt" * 1_000)
    with serving(ApiState(Worker(1), keys=KeyStore(tmp_path))) as running, httpx.Client(base_url=running.url) as client:
        refused = client.get("/docs", headers=_bearer("fs_x"))
        assert (refused.status_code, refused.json()["type"]) == (503, "urn:fundstelle:problem:keys-unreadable")
        assert str(tmp_path) not in refused.text
        assert client.get("/livez").status_code == 200
        assert client.get("/v1/documents").status_code == 401  # no key, nothing to look up
