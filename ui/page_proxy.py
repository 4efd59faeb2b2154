"""The way to the chat page from a process that has none: its sessions live in one process, which this passes on to."""

import httpx
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from ui.chat_mount import ChatMount

# Of this connection only, not of the message (RFC 9110, 7.6.1).
_OWN = frozenset({"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"})


class PageProxy:
    """Asks the process with the page through its Unix socket, headers and all, and passes on what it answers.

    Both sides check host, origin and key of the request.
    """

    def __init__(self, socket_path: str) -> None:
        transport = httpx.AsyncHTTPTransport(uds=socket_path)
        # An open page keeps a request open for as long as it is shown.
        self._client = httpx.AsyncClient(transport=transport, timeout=httpx.Timeout(None, connect=5))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on one request."""
        request = Request(scope, receive)
        passed_on = self._client.build_request(
            request.method,
            f"http://page{scope['path']}",
            params=request.url.query,
            headers=[(name, value) for name, value in request.headers.raw if name.decode("latin-1") not in _OWN],
            content=await request.body(),
        )
        answer = await self._client.send(passed_on, stream=True)
        response = StreamingResponse(answer.aiter_raw(), answer.status_code)
        response.raw_headers = [
            (name.lower(), value) for name, value in answer.headers.raw if name.decode("latin-1").lower() not in _OWN
        ]
        try:
            await response(scope, request.receive, send)
        finally:
            await answer.aclose()


def mount_proxy(app: FastAPI, socket_path: str) -> None:
    """Put the way to the chat page at the root of an application."""
    app.router.routes.append(ChatMount("/", app=PageProxy(socket_path)))
