"""Several processes behind one port, and what happens when one of them dies."""

import os
import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from live_server import Server, free_port, running_server, start

from index.builder import build_index
from index.generations import live_generation
from index.types import Encoder

QUESTION = {"question": "Wie viele Gäste hatte das Hallenbad?"}
_PATIENCE_S = 60


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    """Return a data folder with two generations of one report."""
    corpus, data = tmp_path_factory.mktemp("reports"), tmp_path_factory.mktemp("data")
    (corpus / "bäder.txt").write_text("Bäder\n\nDas Hallenbad hatte 2023 genau 81.000 Gäste.\n", encoding="utf-8")
    for _ in range(2):
        build_index(corpus, data, encoder)
    return data


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Server]:
    with running_server(data, "--workers", "2") as running:
        yield running


def workers(server: Server) -> list[int]:
    """Return the processes that answer."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text(encoding="ascii")
    return [int(child) for child in children.split()]


def eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.2)
    return False


def answers(server: Server) -> bool:
    """Ask over a new connection, which any of the processes may take."""
    try:
        return httpx.post(f"{server.url}/v1/ask", json=QUESTION, timeout=30).status_code == 200
    except httpx.TransportError:
        return False


def ready_again(server: Server) -> bool:
    return len(workers(server)) == 2 and all(answers(server) for _ in range(8))


def test_every_process_answers_and_leads_to_the_one_chat_page(server: Server) -> None:
    assert len(workers(server)) == 2
    for _ in range(12):
        assert answers(server)
        page = httpx.get(f"{server.url}/", timeout=30)
        assert (page.status_code, "Fundstelle" in page.text) == (200, True)
    # the page's own requests go to one process, or each would know half of them
    assert len({httpx.get(f"{server.url}/gradio_api/app_id", timeout=30).text for _ in range(12)}) == 1
    assert httpx.get(f"{server.url}/gradio_api/upload", timeout=30).status_code == 404


def test_a_process_that_dies_is_started_again_while_the_other_answers(server: Server) -> None:
    first, second = workers(server)
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: first not in workers(server) and ready_again(server))
    assert second in workers(server)
    assert any("unerwartet (-9)" in line for line in server.output)


def test_a_file_cut_short_does_not_end_the_service(server: Server, data: Path) -> None:
    vectors = live_generation(data) / "passages.faiss"
    whole = vectors.read_bytes()
    os.truncate(vectors, 100)
    try:
        assert answers(server)  # small files were read into memory; where one is mapped, the process would die here
        killed = workers(server)[0]
        os.kill(killed, signal.SIGKILL)
        assert eventually(lambda: killed not in workers(server) and ready_again(server))  # with the generation before
    finally:
        vectors.write_bytes(whole)


def test_the_processes_end_with_their_supervisor_however_it_ends(data: Path) -> None:
    port = free_port()
    process = start(data, port, "--workers", "2")
    running = Server(process, f"http://127.0.0.1:{port}")
    try:
        assert eventually(lambda: answers(running))
        children = workers(running)
        process.kill()
        process.wait(10)
        assert eventually(lambda: not any(Path(f"/proc/{child}").exists() for child in children))
        socket.create_server(("127.0.0.1", port)).close()
    finally:
        process.kill()
        if process.stdout:
            process.stdout.close()


def test_a_process_that_cannot_start_ends_the_command_with_its_reason(data: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(data, tmp_path / "data"))
    for generation in (folder / "index").glob("2*"):
        (generation / "compounds.json").write_text("{}", encoding="utf-8")
    process = start(folder, free_port())
    output, _ = process.communicate(timeout=_PATIENCE_S)
    assert process.returncode == 1
    assert "compounds.json ist beschädigt" in output
    assert "Fundstelle konnte nicht starten; der Grund steht darüber." in output
