"""Run by test_login.py in a process of its own (Gradio leaves event loops open): asks every address without a key."""

import asyncio
import json
import sys
from pathlib import Path

import httpx

from rag.api.worker import Worker
from rag.keys import KeyStore
from tests.addresses import addresses
from ui.server import build_server_app
from ui.server_state import ServerState


async def walk(data: Path) -> list[tuple[str, str, int]]:
    """Return method, path and status of each address."""
    app = build_server_app(ServerState(Worker(1), keys=KeyStore(data)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
        return [(*found, (await client.request(*found)).status_code) for found in sorted(set(addresses(app.routes)))]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(walk(Path(sys.argv[1])))))
