"""The gate lets few through at a time and turns the rest away."""

import threading

import pytest

from rag.api.gate import Gate
from rag.api.worker import BusyError


def test_as_many_as_may_go_at_once_and_wait_are_let_in_and_the_next_is_refused() -> None:
    gate = Gate(at_once=2, waiting=1)
    inside = threading.Semaphore(0)
    release = threading.Event()

    def go() -> None:
        with gate.passage():
            inside.release()
            release.wait(30)

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert inside.acquire(timeout=10) and inside.acquire(timeout=10)
    third = threading.Thread(target=go)
    third.start()
    assert not inside.acquire(timeout=0.2)  # it waits
    with pytest.raises(BusyError) as refused, gate.passage():
        pass
    assert refused.value.waiting == 1
    release.set()
    for thread in (*threads, third):
        thread.join(10)
    with gate.passage():
        pass


def test_an_error_inside_gives_the_place_back() -> None:
    gate = Gate(at_once=1, waiting=0)
    for _ in range(3):
        with pytest.raises(RuntimeError), gate.passage():
            raise RuntimeError
