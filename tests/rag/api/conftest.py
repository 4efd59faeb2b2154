"""Servers of the HTTP interface, with the real answerer and still without one."""

from collections.abc import Iterator

import httpx
import pytest
from live_service import Service, serving

from rag.answerer import Answerer
from rag.api.state import ApiState
from rag.api.worker import Worker


@pytest.fixture(scope="session")
def service(answerer: Answerer) -> Iterator[Service]:
    with serving(ApiState(Worker(queue_size=2), answerer)) as running:
        yield running


@pytest.fixture(scope="session")
def client(service: Service) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url, timeout=30) as session:
        yield session


@pytest.fixture
def loading_client() -> Iterator[httpx.Client]:
    """Return a client of a server whose index and models are not there yet."""
    with serving(ApiState(Worker(queue_size=2))) as running, httpx.Client(base_url=running.url) as session:
        yield session
