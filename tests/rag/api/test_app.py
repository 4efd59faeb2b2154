"""The application as a whole: health, unknown addresses, bugs, and its documentation."""

import re

import httpx
import pytest
from live_service import serving

from rag.answerer import Answerer
from rag.api.state import ApiState
from rag.api.worker import Worker


def test_alive_and_ready_are_two_things(client: httpx.Client, loading_client: httpx.Client) -> None:
    assert client.get("/livez").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {"status": "ready"}
    assert loading_client.get("/livez").status_code == 200
    waiting = loading_client.get("/readyz")
    assert (waiting.status_code, waiting.json()["type"]) == (503, "urn:fundstelle:problem:not-ready")


@pytest.mark.parametrize("path", ["/v1", "/v1/nichts", "/v2/ask", "/v1/documents/a/b/c", "/docs/assets/nichts.js"])
def test_an_unknown_address_is_a_problem_with_its_path(client: httpx.Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert path in response.json()["detail"]


def test_a_wrong_method_names_the_right_one(client: httpx.Client) -> None:
    response = client.get("/v1/ask")
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert response.json()["detail"] == "/v1/ask nimmt GET nicht an. Erlaubt: POST."
    assert client.delete("/v1/documents").status_code == 405


def test_a_bug_is_told_without_its_insides(answerer: Answerer) -> None:
    worker = Worker(1)
    worker.close()  # a pool that is shut down raises RuntimeError, which no route expects
    with serving(ApiState(worker, answerer)) as running:
        response = httpx.post(running.url + "/v1/ask", json={"question": "Wo?"}, timeout=30)
    assert (response.status_code, response.json()["type"]) == (500, "urn:fundstelle:problem:internal")
    assert response.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"RuntimeError|Traceback|\.py|/work|shutdown", response.text)


def test_the_schema_describes_the_contract(client: httpx.Client) -> None:
    schema = client.get("/openapi.json").raise_for_status().json()
    assert set(schema["paths"]) == {
        *("/v1/ask", "/v1/search", "/v1/documents", "/livez", "/readyz"),
        *(f"/v1/documents/{{document_id}}{rest}" for rest in ("", "/text", "/pages/{number}", "/file")),
        *("/v1/jobs", "/v1/jobs/{job_id}", "/v1/index", "/v1/index/rebuild", "/v1/index/rollback"),
    }
    form = schema["paths"]["/v1/documents"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert form["properties"] == {"file": {"type": "string", "format": "binary"}}
    question = schema["components"]["schemas"]["AskRequest"]["properties"]["question"]
    assert (question["minLength"], question["maxLength"]) == (1, 1_000)
    assert schema["components"]["schemas"]["AskRequest"]["additionalProperties"] is False


def test_the_documentation_brings_its_own_assets(client: httpx.Client) -> None:
    page = client.get("/docs")
    assert "https:" not in page.text
    assert "unsafe-inline" not in page.headers["content-security-policy"].split("script-src")[1].split(";")[0]
    assets = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(assets) == 4
    for asset in assets:
        assert client.get(asset).status_code == 200
