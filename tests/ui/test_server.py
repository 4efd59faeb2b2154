"""Starting, serving and stopping the whole service."""

import re
import socket
from pathlib import Path

import httpx
import pytest
from live_server import READY, Server, free_port, running_server, start


def test_the_last_line_says_where_to_click_and_the_first_question_is_answered_at_once(server: Server) -> None:
    assert server.output[-1] == f"{READY}{server.url}/\n"
    assert httpx.get(server.url + "/readyz").status_code == 200
    answer = httpx.post(server.url + "/v1/ask", json={"question": "Was kostet der Eintritt?"}, timeout=30).json()
    assert answer["took_ms"] < 5_000


def test_a_taken_port_is_told_with_the_remedy(server: Server, library_data: Path) -> None:
    port = int(server.url.rpartition(":")[2])
    process = start(library_data, port)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"Port {port}" in output
    assert "PORT=8123" in output
    assert "Traceback" not in output


def test_a_missing_index_ends_the_server_with_one_clear_line(tmp_path: Path) -> None:
    process = start(tmp_path / "leer", free_port())
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 1
    assert output.strip().splitlines()[-1].startswith("Fehler: ")
    assert "Traceback" not in output


def test_the_server_ends_in_order_and_has_written_down_no_question(library_data: Path) -> None:
    with running_server(library_data) as running:
        word = "Kranichweg"
        httpx.post(running.url + "/v1/ask", json={"question": f"Was kostet der {word}?"}, timeout=30)
        httpx.post(running.url + "/v1/ask", json={"question": word, "falsch": word}, timeout=30)
        httpx.get(running.url + f"/fundstelle/{word}")
        with socket.create_connection(("127.0.0.1", int(running.url.rpartition(":")[2]))):  # an idle visitor
            running.process.terminate()
            assert running.process.wait(20) == 0
    assert word not in "".join(running.output)
    assert "Traceback" not in "".join(running.output)


def test_the_chat_page_comes_in_german_under_a_policy_that_names_its_scripts(server: Server) -> None:
    response = httpx.get(server.url + "/", headers={"Accept-Encoding": "br, gzip"})
    assert '<html\n\tlang="de"' in response.text
    assert "gradio.app" not in response.text
    assert "githubusercontent" not in response.text
    policy = response.headers["content-security-policy"]
    scripts = re.search(r"script-src ([^;]+);", policy)
    assert scripts is not None
    assert "unsafe-inline" not in scripts[1]
    assert scripts[1].count("'sha256-") == response.text.count("<script") - 1  # all but the one that is loaded
    for rule in ("default-src 'none'", "connect-src 'self'", "font-src 'self'", "frame-ancestors 'none'"):
        assert rule in policy
    assert httpx.head(server.url + "/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/gradio_api/upload",
            "/gradio_api/file=/etc/passwd",
            "/gradio_api/proxy=https://example.org",
            "/docs/oauth2",
        ),
        *("/gradio_api/info", "/gradio_api/run/respond", "/gradio_api/call/respond", "/gradio_api/runs", "/monitoring"),
        *("/gradio_api/component_server", "/login", "/manifest.json", "/robots.txt", "/gradio_api/vibe-edit"),
        *(
            "/gradio_api/queue/join",
            "/gradio_api/queue/data",
            "//gradio_api/upload",
            "/v1/nichts",
            "/gradio_api/stream/x",
        ),
    ],
)
def test_nothing_of_gradio_is_open_that_the_page_does_not_need(server: Server, path: str) -> None:
    for method in ("GET", "POST"):
        response = httpx.request(method, server.url + path)
        assert response.status_code == 404
        assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["assets/../config.json", "static/../../../../etc/passwd", "static/%2e%2e/%2e%2e/x"])
def test_assets_do_not_lead_into_the_file_system(server: Server, path: str) -> None:
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=10) as connection:
        connection.sendall(f"GET /{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        status = connection.recv(1000).split(b" ", 2)[1]
    assert status in {b"403", b"404"}


def test_the_questions_of_the_page_go_through_the_same_guard(server: Server) -> None:
    ask = server.url + "/gradio_api/run/predict"
    assert httpx.post(ask, json={}, headers={"Origin": "https://evil.example"}).status_code == 403
    assert httpx.post(ask, json={}, headers={"Host": "evil.example"}).status_code == 400
    assert httpx.post(ask, content=b"x" * 600_000).status_code == 413
