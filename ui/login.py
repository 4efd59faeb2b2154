"""The login page: takes a key from people, as programs send it in a header. Works without scripts."""

import re
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from rag.api.access import KEY_COOKIE, identify
from rag.api.state import ApiState, get_state
from rag.keys import LOCAL, Identity
from rag.links import LOGIN_PATH, LOGOUT_PATH
from ui.templating import render

router = APIRouter(include_in_schema=False)

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# A scheme or a second slash names another host, to browsers also a backslash in its place. Printable ASCII, no spaces.
_LOCAL_PATH = re.compile(r"/(?!/)[!-\[\]-~]*")

State = Annotated[ApiState, Depends(get_state)]
SentKey = Annotated[str, Form(alias="schluessel")]


@router.get(LOGIN_PATH, response_class=HTMLResponse)
async def show_login(request: Request, state: State, weiter: Annotated[str, Query()] = "/") -> HTMLResponse:
    """Return the form, or who is signed in."""
    identity = identify(state.keys, request)
    # Browsers keep a strict cookie to themselves when a link on another site led here. The page then follows on its
    # own, once: what a page of this server asks for carries the cookie.
    linked = request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}
    return _page(HTTPStatus.OK, local_path(weiter), identity=identity, follow=linked and identity is None)


@router.post(LOGIN_PATH)
async def sign_in(request: Request, state: State, key: SentKey = "", weiter: Annotated[str, Form()] = "/") -> Response:
    """Keep a valid key in a cookie and lead on to a page of this server."""
    onward = RedirectResponse(local_path(weiter), HTTPStatus.SEE_OTHER)
    keys = state.keys
    if keys is None or not keys.required():
        return onward
    token = key.strip()
    if keys.find(token) is None:
        return _page(HTTPStatus.UNAUTHORIZED, local_path(weiter))
    # The cookie holds the key itself, out of reach of scripts: there is no store of sessions to keep, and a revoked
    # key is out at once. It ends with the browser.
    secure = request.url.scheme == "https"
    onward.set_cookie(KEY_COOKIE, token, httponly=True, samesite="strict", secure=secure)
    return onward


@router.post(LOGOUT_PATH)
async def sign_out(request: Request) -> RedirectResponse:
    """Take the cookie back."""
    response = RedirectResponse(LOGIN_PATH, HTTPStatus.SEE_OTHER)
    response.delete_cookie(KEY_COOKIE, httponly=True, samesite="strict", secure=request.url.scheme == "https")
    return response


def local_path(path: str) -> str:
    """Return a path that stays on this server, or the chat page's for any other address."""
    return path if _LOCAL_PATH.fullmatch(path) else "/"


def _page(status: int, target: str, *, identity: Identity | None = None, follow: bool = False) -> HTMLResponse:
    """Return the page; status 401 is the answer to a wrong key."""
    wrong = status == HTTPStatus.UNAUTHORIZED
    html = render("login.html", identity=identity, open=identity == LOCAL, wrong=wrong, follow=follow, target=target)
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(html, status, headers | ({"WWW-Authenticate": "Bearer"} if wrong else {}))
