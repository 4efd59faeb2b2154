"""Waiting for what another process does."""

import time
from collections.abc import Callable

_LIMIT_S = 60  # generous: other work may share the two cores


def wait_until(condition: Callable[[], bool]) -> None:
    """Return as soon as the condition holds; one that never does fails the test."""
    limit = time.monotonic() + _LIMIT_S
    while not condition():
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.1)
