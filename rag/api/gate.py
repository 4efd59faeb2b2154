"""Bounds work that runs in threads of its own: few at a time, few waiting.

Knows nothing of HTTP.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rag.api.worker import BusyError


class Gate:
    """Lets threads through, ``at_once`` at a time; ``waiting`` more may stand before it."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._waiting = waiting
        self._places = threading.BoundedSemaphore(at_once + waiting)
        self._turns = threading.BoundedSemaphore(at_once)

    @contextmanager
    def passage(self) -> Iterator[None]:
        """Wait for a turn and keep it until the context ends.

        :raises BusyError: If as many wait already as may.
        """
        if not self._places.acquire(blocking=False):
            raise BusyError(self._waiting)
        try:
            with self._turns:
                yield
        finally:
            self._places.release()
