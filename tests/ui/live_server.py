"""``fundstelle serve`` as its keeper runs it."""

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
READY = "Fundstelle ist bereit: "
_START_S = 120  # generous: other work may share the two cores


@dataclass
class Server:
    """A server process; ``output`` is what it has printed so far."""

    process: subprocess.Popen[str]
    url: str
    output: list[str] = field(default_factory=list)


def start(data: Path, port: int, *options: str, **settings: str) -> subprocess.Popen[str]:
    """Start the command on a port; ``settings`` are further variables of the environment."""
    command = [sys.executable, "-c", "from ui.cli import main; main()", "serve", "--port", str(port), *options]
    environment = {**os.environ, "FUNDSTELLE_DATA": str(data), **settings}
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@contextmanager
def running_server(data: Path, *options: str, **settings: str) -> Iterator[Server]:
    """Run the server until the context ends, by Ctrl+C; enter it when the server says that it is ready.

    A test may kill it before that; any other end is an error.
    """
    port = free_port()
    server = Server(start(data, port, *options, **settings), f"http://127.0.0.1:{port}")
    lines: queue.Queue[str] = queue.Queue()
    reader = threading.Thread(target=lambda: _read(server, lines))
    reader.start()
    try:
        while not (line := lines.get(timeout=_START_S)).startswith(READY):
            assert line, f"the server ended: {server.output}"
        yield server
    finally:
        server.process.send_signal(signal.SIGINT)
        server.process.wait(30)
        reader.join()
    assert server.process.returncode in (0, -signal.SIGKILL), server.output


def _read(server: Server, lines: "queue.Queue[str]") -> None:
    """Pass on each line, and an empty one at the end."""
    with server.process.stdout as stream:  # type: ignore[union-attr]
        for line in stream:
            server.output.append(line)
            lines.put(line)
    lines.put("")
