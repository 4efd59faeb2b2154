"""The whole service in processes of its own, as its keeper runs it."""

import json
import os
import socket
import subprocess  # this project's own command
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen


@dataclass(frozen=True, slots=True)
class Service:
    """A running service: its port, the process of the supervisor, and those that answer."""

    port: int
    supervisor: int
    workers: tuple[int, ...]

    def ask(self, question: str) -> dict[str, Any]:
        """Ask over a new connection and return the answer.

        :raises OSError: If there is none; `urllib.error.HTTPError` for another status than 200.
        """
        body = json.dumps({"question": question}).encode()
        url = f"http://127.0.0.1:{self.port}/v1/ask"
        with urlopen(Request(url, body, {"Content-Type": "application/json"}), timeout=60) as answer:
            read: dict[str, Any] = json.loads(answer.read())
        return read


@contextmanager
def serving(data: Path, *options: str, cgroup: Path | None = None) -> Iterator[Service]:
    """Run `fundstelle serve` over a data folder until the context ends.

    :param cgroup: The folder of a control group in which it runs, so that the kernel limits its memory.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    enter = f"open({str(cgroup / 'cgroup.procs')!r}, 'w').write('0'); " if cgroup else ""
    start = f"{enter}from ui.cli import main; main()"
    command = [sys.executable, "-c", start, "serve", "--port", str(port), *options]
    environment = {**os.environ, "FUNDSTELLE_DATA": str(data)}
    began = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603
        try:
            while server.stdout and not server.stdout.readline().startswith("Fundstelle ist bereit"):
                if server.poll() is not None:
                    raise SystemExit("the server did not start")
            print(f"service ready after {time.perf_counter() - began:.1f} s")
            children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
            yield Service(port, server.pid, tuple(map(int, children)))
        finally:
            server.terminate()


def memory(process: int | str = "self") -> tuple[int, int]:
    """Return what a process holds in MB: private and mapped from files."""
    fields = dict(line.split(":") for line in Path(f"/proc/{process}/status").read_text().splitlines() if ":" in line)
    private, mapped = (int(fields[name].split()[0]) // 1000 for name in ("RssAnon", "RssFile"))
    return private, mapped
