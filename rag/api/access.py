"""Who may enter: once keys exist, nobody without one. Routes ask here who sent a request.

Plain ASGI between the guard and the application. What is not named here as public is closed, whoever serves it.
"""

from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Depends, Request
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.api.problems import Problem, keys_unreadable, problem_response
from rag.api.wording import Text
from rag.errors import KeyStoreError
from rag.keys import LOCAL, Identity, KeyStore, Role
from rag.links import ASSETS_PATH, LOGIN_PATH, LOGOUT_PATH

KEY_COOKIE: Final = "fundstelle_key"
_PUBLIC = frozenset({"/livez", "/readyz", LOGIN_PATH, LOGOUT_PATH})


class Access:
    """Lets a request in whose key is valid, and notes whose it is in the scope's state as ``identity``.

    :param keys: None where nobody ever needs a key.
    """

    def __init__(self, app: ASGIApp, keys: KeyStore | None) -> None:
        self._app = app
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it: with problem details, or a browser with the way to the login page."""
        if scope["type"] == "lifespan" or _is_public(scope["path"]):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        try:
            identity = identify(self._keys, connection)
        except KeyStoreError as error:
            await problem_response(keys_unreadable(error), connection.headers)(scope, receive, send)
            return
        if identity is None:
            await _refusal(scope, connection)(scope, receive, send)
            return
        scope.setdefault("state", {})["identity"] = identity
        await self._app(scope, receive, send)


def identify(keys: KeyStore | None, connection: HTTPConnection) -> Identity | None:
    """Return who sends a request, by its ``Authorization`` header, else by its cookie; None without a valid key.

    Asks the disk, from the event loop's own thread: it takes less time than handing it to another one and back.

    :raises KeyStoreError: If the keys cannot be read.
    """
    if keys is None or not keys.required():
        return LOCAL
    token = _token(connection)
    return keys.find(token) if token else None


def get_identity(request: Request) -> Identity:
    """Return who sent the request."""
    identity: Identity = request.state.identity
    return identity


def require_editor(identity: Annotated[Identity, Depends(get_identity)]) -> Identity:
    """Return who sent the request, for the audit log.

    :raises Problem: 403 if the key is not an editor's.
    """
    if identity.role is not Role.EDITOR:
        raise Problem(
            403,
            "role-too-low",
            Text("Nicht erlaubt", "Not allowed"),
            Text(
                f"Der Schlüssel „{identity.name}“ hat die Rolle {identity.role}; nötig ist {Role.EDITOR}. Die "
                "Systembetreuung kann einen solchen anlegen (`fundstelle keys add`).",
                f"The key “{identity.name}” has the role {identity.role}; {Role.EDITOR} is needed. The keeper of the "
                "server can make such a key (`fundstelle keys add`).",
            ),
        )
    return identity


def _is_public(path: str) -> bool:
    """Tell whether everybody may see an address: health, the login page and what it is made of."""
    return path in _PUBLIC or path.startswith(ASSETS_PATH + "/")


def _token(connection: HTTPConnection) -> str:
    """Return the key a request carries, or an empty string.

    Another scheme than Bearer is that of a proxy in front, which says nothing about the cookie.
    """
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    return connection.cookies.get(KEY_COOKIE, "")


def _refusal(scope: Scope, connection: HTTPConnection) -> Response:
    if scope["method"] == "GET" and "text/html" in connection.headers.get("accept", "").lower():
        wanted = scope["raw_path"].decode("latin-1") + ("?" if scope["query_string"] else "")
        wanted += scope["query_string"].decode("latin-1")
        return RedirectResponse(f"{LOGIN_PATH}?weiter={quote(wanted, safe='/')}", HTTPStatus.SEE_OTHER)
    return problem_response(_WRONG if _token(connection) else _MISSING, connection.headers)


_TITLE = Text("Zugangsschlüssel nötig", "Access key needed")
_CHALLENGE = {"WWW-Authenticate": "Bearer"}
_MISSING = Problem(
    401,
    "no-key",
    _TITLE,
    Text(
        "Die Anfrage trägt keinen Zugangsschlüssel. Bitte senden Sie „Authorization: Bearer …“ mit dem Schlüssel, den "
        f"Sie von der Systembetreuung haben, oder melden Sie sich im Browser unter {LOGIN_PATH} an.",
        "The request carries no access key. Please send “Authorization: Bearer …” with the key that the keeper of the "
        f"server gave you, or log in with a browser at {LOGIN_PATH}.",
    ),
    _CHALLENGE,
)
_WRONG = Problem(
    401,
    "wrong-key",
    _TITLE,
    Text(
        "Der Zugangsschlüssel der Anfrage gilt nicht: Er ist unvollständig, unbekannt oder gesperrt. Bitte prüfen Sie "
        "ihn, oder bitten Sie die Systembetreuung um einen neuen.",
        "The access key of the request is not valid: it is incomplete, unknown or revoked. Please check it, or ask the "
        "keeper of the server for a new one.",
    ),
    _CHALLENGE,
)
