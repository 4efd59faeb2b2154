"""What every request must pass, loopback included: its host, its origin, the size of its body.

Plain ASGI around the whole application, pages and assets included. Bodies are read here, whole, before anything else
looks at the request; only the routes that are named as streamed get theirs piece by piece, and bound it themselves.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.api.problems import SECURITY_HEADERS, Problem, problem_response
from rag.api.wording import Text

MAX_BODY_BYTES = 512 * 1024  # the longest history allowed (220,000 characters) fits, German umlauts escaped or not
BODY_TIMEOUT_S = 30.0
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Guard:
    """Refuses foreign hosts, cross-site requests and large bodies; adds the security headers.

    A browser on the same machine can be led to this server by any web page, directly (cross-site requests) or by a
    name that resolves to 127.0.0.1 (DNS rebinding): so loopback is no protection, and Host and Origin are checked.
    Follows the resource isolation policy of the Fetch Metadata specification (https://www.w3.org/TR/fetch-metadata/).

    :param hosts: Names that may stand in the Host header besides loopback, without a port.
    :param streamed: Method and path of the routes that take their bodies piece by piece.
    """

    def __init__(
        self, app: ASGIApp, hosts: Iterable[str] = (), streamed: Collection[tuple[str, str]] = frozenset()
    ) -> None:
        self._app = app
        self._hosts = LOOPBACK_HOSTS | {host.lower() for host in hosts}
        self._streamed = streamed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it with problem details."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            if scope["type"] != "http":
                raise _NO_WEBSOCKET
            self._check_host(headers)
            _check_site(scope["method"], headers)
            if (scope["method"], scope["path"]) in self._streamed:
                stream = _Stream(receive, send)
                await self._app(scope, stream.receive, _with_headers(stream.send))
                return
            body = await _read_body(headers, receive)
        except Problem as problem:
            await problem_response(problem, headers)(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), _with_headers(send))

    def _check_host(self, headers: Headers) -> None:
        given = headers.getlist("host")
        name = _host_name(given[0]) if len(given) == 1 else ""
        if name not in self._hosts:
            shown = ", ".join(given)[:100]
            raise Problem(
                400,
                "foreign-host",
                Text("Unbekannter Servername", "Unknown host name"),
                Text(
                    f"Dieser Server heißt nicht „{shown}“. Die Systembetreuung kann Namen in "
                    "FUNDSTELLE_ALLOWED_HOSTS zulassen.",
                    f"This server is not called “{shown}”. Its keeper can allow names in FUNDSTELLE_ALLOWED_HOSTS.",
                ),
            )


_NO_WEBSOCKET = Problem(
    404, "not-found", Text("Nicht gefunden", "Not found"), Text("Es gibt keine WebSockets.", "There are no WebSockets.")
)


def _host_name(host: str) -> str:
    """Return the host of a Host header in lower case without its port; empty where it is malformed."""
    name, colon, port = host.lower().rpartition(":")
    if not colon or host.endswith("]"):
        return host.lower()
    return name if port.isdigit() else ""


def _check_site(method: str, headers: Mapping[str, str]) -> None:
    """Let other sites link here, and do nothing else."""
    origin = headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc.lower() != headers["host"].lower()
    if headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
        linked = headers.get("sec-fetch-mode") == "navigate" and method in {"GET", "HEAD"}
        foreign = foreign or not linked or headers.get("sec-fetch-dest") not in {"document", None}
    if foreign:
        shown = origin or headers.get("sec-fetch-site", "")
        raise Problem(
            403,
            "cross-site",
            Text("Anfrage von einer fremden Seite", "Cross-site request"),
            Text(
                f"Anfragen von „{shown[:100]}“ werden nicht angenommen, nur solche der eigenen Seiten.",
                f"Requests from “{shown[:100]}” are refused; only this server's own pages may send them.",
            ),
        )


async def _read_body(headers: Headers, receive: Receive) -> bytes:
    """Read the whole body, however it is sent, and stop at the limit."""
    declared = headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > MAX_BODY_BYTES:
        raise _too_large()
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return bytes(body)
                body += message.get("body", b"")
                if len(body) > MAX_BODY_BYTES:
                    raise _too_large()
                more = message.get("more_body", False)
    except TimeoutError as error:
        raise _too_slow(
            Text(
                f"Der Inhalt war nach {BODY_TIMEOUT_S:g} Sekunden nicht vollständig.",
                f"The body was not complete after {BODY_TIMEOUT_S:g} seconds.",
            )
        ) from error
    return bytes(body)


class _Stream:
    """Passes a body on piece by piece, with a limit to the wait for each."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._whole = False

    async def receive(self) -> Message:
        """Return the next piece, and after the last one whatever comes.

        :raises Problem: 408
        """
        if self._whole:
            return await self._receive()
        try:
            async with asyncio.timeout(BODY_TIMEOUT_S):
                message = await self._receive()
        except TimeoutError as error:
            raise _too_slow(
                Text(
                    f"Seit {BODY_TIMEOUT_S:g} Sekunden kam nichts mehr von der Datei. Bitte senden Sie sie erneut.",
                    f"Nothing of the file came for {BODY_TIMEOUT_S:g} seconds. Please send it again.",
                )
            ) from error
        self._whole = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        """Send, and close the connection after an answer to half a body: the rest of it is no next request."""
        if message["type"] == "http.response.start" and not self._whole:
            MutableHeaders(scope=message)["Connection"] = "close"
        await self._send(message)


def _too_slow(detail: Text) -> Problem:
    return Problem(408, "slow-body", Text("Anfrage zu langsam", "Request too slow"), detail, {"Connection": "close"})


def _too_large() -> Problem:
    limit = MAX_BODY_BYTES // 1024
    return Problem(
        413,
        "too-large",
        Text("Anfrage zu groß", "Request too large"),
        Text(
            f"Der Inhalt darf höchstens {limit} KiB groß sein. Bitte kürzen Sie den Verlauf.",
            f"The body may hold at most {limit} KiB. Please shorten the history.",
        ),
        {"Connection": "close"},
    )


def _replay(body: bytes, receive: Receive) -> Receive:
    """Give the body that was read once, then whatever comes (the client's going away)."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return pending.pop() if pending else await receive()

    return replayed


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
