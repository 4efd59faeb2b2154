"""`fundstelle serve`: one or more processes that answer at the same port, started again when one dies.

This process holds the port and nothing else, so whatever happens to one that answers (a crash in a library, no memory,
a mapped file that was cut short), the service comes back by itself.
"""

import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final

import typer

from rag.errors import AnswerError, SettingsError
from rag.keys import KeyStore
from rag.settings import Settings
from ui.exposure import check_exposure

_LONGEST_PAUSE_S: Final = 30.0  # before a process that dies again and again is started once more
_STEADY_S: Final = 60.0  # a process that lived so long died of something new
_PATIENCE_S: Final = 15.0  # for the end of all processes
# Forking is safe here, since this process has no threads and no model; the sockets are inherited.
_PROCESSES: Final = multiprocessing.get_context("fork")


def supervise(settings: Settings, watch: bool = False) -> None:
    """Serve until SIGTERM or SIGINT; say where to click once questions are answered.

    :param watch: Build by itself when files of the corpus folder change.
    :raises SettingsError: If the port is taken, the host is not one of this machine, or it needs keys.
    :raises KeyStoreError: If it cannot be told whether there are keys.
    :raises AnswerError: If a process cannot even start; it has said why.
    """
    check_exposure(settings, KeyStore(settings.data))
    with ExitStack() as stack:
        listening = stack.enter_context(_listen(settings.host, settings.port))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="fundstelle-"))
        page = stack.enter_context(_page_socket(Path(folder) / "page")) if settings.workers > 1 else None
        alive, ours = os.pipe()  # whose end tells the processes that this one is gone, however it went
        stack.callback(os.close, ours)
        signal.signal(signal.SIGTERM, _interrupt)
        workers = [
            Worker(number, settings, listening, page, (alive, ours), watch) for number in range(settings.workers)
        ]
        try:
            for worker in workers:
                worker.start()
            _watch(workers, listening)
        except KeyboardInterrupt:
            pass
        finally:
            _end(workers)


class Worker:
    """One process that answers; the first also has the chat page and runs the builds.

    :param page: The socket through which the others reach the chat page.
    :param alive: The pipe that this process holds open; the worker keeps its first end.
    """

    def __init__(
        self,
        number: int,
        settings: Settings,
        listening: socket.socket,
        page: socket.socket | None,
        alive: tuple[int, int],
        watch: bool,
    ) -> None:
        self._number = number
        self._settings = settings
        self._listening = listening
        self._page = page
        self._alive = alive
        self._watch = watch
        self._process: BaseProcess | None = None
        self._started = 0.0
        self._pause = 0.0
        self.ready: Connection | None = None
        self.was_ready = False

    def start(self) -> None:
        """Start the process."""
        self.ready, tell = _PROCESSES.Pipe(duplex=False)
        self._process = _PROCESSES.Process(target=self._run, args=(tell,), name=f"fundstelle-{self._number}")
        self._process.start()
        tell.close()
        self._started = time.monotonic()

    def restart(self) -> None:
        """Start the process again, after a longer pause each time it dies soon."""
        soon = time.monotonic() - self._started < _STEADY_S
        self._pause = min(max(2 * self._pause, 1.0), _LONGEST_PAUSE_S) if soon else 0.0
        typer.echo(f"Ein Prozess von Fundstelle endete unerwartet ({self.exit_code}) und wird neu gestartet.", err=True)
        time.sleep(self._pause)
        self.start()

    @property
    def sentinel(self) -> int:
        """What becomes ready when the process ends."""
        return self._started_process.sentinel

    @property
    def exit_code(self) -> int | None:
        """How the process ended; None while it runs."""
        return self._started_process.exitcode

    @property
    def _started_process(self) -> BaseProcess:
        if self._process is None:
            raise RuntimeError("not started")
        return self._process

    def end(self, deadline: float) -> None:
        """Wait until the process has ended, and end it at the deadline."""
        if self._process is None:
            return
        self._process.join(max(0.0, deadline - time.monotonic()))
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def terminate(self) -> None:
        """Ask the process to end."""
        if self._process is not None:
            self._process.terminate()

    def _run(self, ready: Connection) -> None:
        from ui.server import serve  # noqa: PLC0415  (heavy; only the processes that answer need it)

        os.close(self._alive[1])
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl+C reaches all; this process is told
        sockets = [self._listening]
        if self._page is not None and self._number == 0:
            sockets.append(self._page)
        other = self._page.getsockname() if self._page is not None and self._number else None
        try:
            serve(self._settings, sockets, other, self._alive[0], lambda: ready.send(True), self._watch)
        except _known_errors() as error:
            typer.secho(f"Fehler: {error}", fg=typer.colors.RED, err=True)
            sys.exit(1)


def _watch(workers: Sequence[Worker], listening: socket.socket) -> None:
    """Say when all are ready, and start again what dies; a process that dies before that ends everything."""
    said = False
    while True:
        told = {worker.ready: worker for worker in workers if worker.ready is not None}
        for event in wait([*told, *(worker.sentinel for worker in workers)]):
            if isinstance(event, Connection):
                _hear(told[event])
        for worker in [worker for worker in workers if worker.exit_code is not None]:
            if not worker.was_ready:
                raise AnswerError("Fundstelle konnte nicht starten; der Grund steht darüber.")
            worker.restart()
        if not said and all(worker.was_ready for worker in workers):
            said = True
            host, port = listening.getsockname()[:2]
            shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104
            typer.echo(f"Fundstelle ist bereit: http://{shown}:{port}/")


def _hear(worker: Worker) -> None:
    """Take in that a worker is ready, or that it ended without saying so."""
    if worker.ready is None:
        return
    try:
        worker.ready.recv()
        worker.was_ready = True
    except EOFError:
        pass
    worker.ready.close()
    worker.ready = None


def _end(workers: Sequence[Worker]) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for worker in workers:
        worker.terminate()
    deadline = time.monotonic() + _PATIENCE_S
    for worker in workers:
        worker.end(deadline)


def _known_errors() -> tuple[type[Exception], ...]:
    from corpus.errors import CorpusError  # noqa: PLC0415
    from index.errors import SearchIndexError  # noqa: PLC0415

    return CorpusError, SearchIndexError, AnswerError


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _page_socket(path: Path) -> socket.socket:
    page = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    page.bind(str(path))
    page.listen()
    return page


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything slow begins."""
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise SettingsError(
            f"Adresse {host}, Port {port} ist nicht zu belegen ({error.strerror}). Läuft Fundstelle schon? "
            "Ein anderer Port: make run PORT=8123 oder FUNDSTELLE_PORT=8123."
        ) from error
