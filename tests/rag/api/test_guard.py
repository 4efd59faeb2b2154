"""What every request must pass: host, origin, size. Sent as a browser or an attacker would."""

import json
import socket

import httpx
import pytest
from live_service import Service

ASK = {"query": "Gründung"}


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST:8000", "[::1]:8000", "fundstelle.example:443"]
)
def test_loopback_and_configured_names_are_served(client: httpx.Client, host: str) -> None:
    assert client.get("/livez", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "localhost:x", "::1", "user@localhost"],
)
def test_any_other_host_is_refused_even_on_loopback(client: httpx.Client, host: str) -> None:
    response = client.get("/livez", headers={"Host": host})
    assert (response.status_code, response.json()["type"]) == (400, "urn:fundstelle:problem:foreign-host")
    assert "FUNDSTELLE_ALLOWED_HOSTS" in response.json()["detail"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9999"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
    ],
)
def test_a_request_sent_by_another_site_is_refused(client: httpx.Client, headers: dict[str, str]) -> None:
    response = client.post("/v1/search", json=ASK, headers=headers)
    assert (response.status_code, response.json()["type"]) == (403, "urn:fundstelle:problem:cross-site")
    assert "access-control-allow-origin" not in response.headers


def test_another_site_cannot_read_documents_either(client: httpx.Client) -> None:
    for mode, destination in [("cors", "empty"), ("no-cors", "script"), ("navigate", "iframe")]:
        headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": destination}
        assert client.get("/v1/documents", headers=headers).status_code == 403


def test_a_link_on_another_site_may_lead_here(client: httpx.Client) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert client.get("/docs", headers=headers).status_code == 200


def test_the_own_page_and_programs_without_a_browser_are_served(service: Service) -> None:
    own = {"Origin": service.url, "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}
    for headers in (own, {}):
        assert httpx.post(service.url + "/v1/search", json=ASK, headers=headers, timeout=30).status_code == 200


def test_a_preflight_of_another_site_gets_no_permission(client: httpx.Client) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    response = client.options("/v1/ask", headers=headers)
    assert response.status_code == 403
    assert not [name for name in response.headers if name.startswith("access-control")]


def test_a_body_over_the_limit_is_refused_by_its_declared_length(client: httpx.Client) -> None:
    response = client.post("/v1/ask", json={"question": "x" * 600_000})
    assert (response.status_code, response.json()["type"]) == (413, "urn:fundstelle:problem:too-large")
    assert "512 KiB" in response.json()["detail"]


def test_a_body_sent_in_chunks_is_cut_off_at_the_limit(service: Service) -> None:
    with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
        head = "POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        connection.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        for _ in range(9):
            connection.sendall(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_large_body_is_refused_on_every_path(client: httpx.Client) -> None:
    for path in ("/", "/v1/documents/", "//v1/documents", "/v1/documents/x", "/gradio_api/upload"):
        assert client.post(path, content=b"x" * 600_000).status_code == 413


@pytest.mark.parametrize("path", ["/livez", "/v1/documents", "/gibt/es/nicht", "/docs"])
def test_every_answer_carries_the_security_headers(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_a_websocket_is_refused(service: Service) -> None:
    with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
        connection.sendall(
            b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        assert b" 101 " not in connection.recv(100)


def test_a_question_survives_the_guard_to_the_byte(client: httpx.Client) -> None:
    body = json.dumps({"question": "Straße – „Größe“ 🙂?", "x": 1}, ensure_ascii=False).encode()
    response = client.post("/v1/ask", content=body, headers={"Content-Type": "application/json"})
    assert [error["pointer"] for error in response.json()["errors"]] == ["#/x"]
