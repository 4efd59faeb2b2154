"""Gradio behind a door: only the addresses its page needs, and the page in German under a policy of its own."""

import base64
import hashlib
import re
from typing import Any

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.keys import LOCAL, Identity
from rag.links import ASSETS_PATH
from ui.templating import render

# All else that Gradio serves (uploads, files, its own documentation, a proxy) stays closed.
_OPEN = re.compile(r"/(config|theme\.css|assets/.*|static/.*)?|/gradio_api/(run/predict|heartbeat/\w+|app_id)")
# Gradio takes the language of its own texts from the browser, and staff may use one set to another language. Where a
# key stopped being valid, the page would say that the server is gone; loaded anew, it leads to the login page.
_HEAD = f"""<script>Object.defineProperty(navigator, "language", {{get: () => "de"}});</script>
<script>
const ask = window.fetch;
window.fetch = async (...request) => {{
  const response = await ask(...request);
  if (response.status === 401) location.reload();
  return response;
}};
</script>
<link rel="icon" href="{ASSETS_PATH}/fundstelle.svg" type="image/svg+xml">
<link rel="stylesheet" href="{ASSETS_PATH}/fundstelle.css">
"""
_ABOUT_GRADIO = re.compile(r'<meta\s+(?:property="og:|name="twitter:)[^>]*>\s*|<link rel="manifest"[^>]*>\s*')
_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)


class ChatMount(Mount):
    """Gradio's application at ``/``, closed but for what its page asks for."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match only the open addresses, so that all others get the API's own refusals."""
        if scope["type"] == "http" and _OPEN.fullmatch(scope["path"]):
            return super().matches(scope)
        return Match.NONE, {}


def close_gradio(app: FastAPI) -> None:
    """Put the door in front of the Gradio application that was mounted on ``app`` last."""
    mounted = app.router.routes.pop()
    if not isinstance(mounted, Mount):
        raise TypeError(f"the last route of the application is a {type(mounted).__name__}, not Gradio's mount")
    app.router.routes.append(ChatMount("/", app=_GermanPage(mounted.app)))


class _GermanPage:
    """Rewrites the one HTML page that Gradio serves."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != "/":
            await self._app(scope, receive, send)
            return
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        kept: list[Message] = []

        async def keep(message: Message) -> None:
            kept.append(message)

        await self._app({**scope, "headers": plain}, receive, keep)
        start, body = kept[0], b"".join(message.get("body", b"") for message in kept[1:])
        headers = MutableHeaders(scope=start)
        if Headers(raw=start["headers"]).get("content-type", "").startswith("text/html"):
            page = germanise(body.decode(), scope["state"]["identity"])
            headers["content-security-policy"] = policy(page)
            body = page.encode()
            headers["content-length"] = str(len(body))
        await send(start)
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def germanise(page: str, identity: Identity) -> str:
    """Return Gradio's page in German, with our style sheet and without what it says about Gradio.

    Where keys exist, it says whose is used, with a button to sign out.
    """
    page = _ABOUT_GRADIO.sub("", page)
    if identity != LOCAL:
        page = page.replace("<gradio-app", render("account.html", name=identity.name) + "<gradio-app", 1)
    page = page.replace('lang="en"', 'lang="de"', 1)
    return page.replace('<meta charset="utf-8" />', '<meta charset="utf-8" />\n' + _HEAD, 1)


def policy(page: str) -> str:
    """Return a content security policy that lets exactly the inline scripts of ``page`` run.

    Gradio compiles its HTML templates in the browser, so 'unsafe-eval' cannot be left out.
    """
    digests = (hashlib.sha256(script.encode()).digest() for script in _INLINE_SCRIPT.findall(page))
    scripts = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    rules: dict[str, Any] = {
        "default-src": "'none'",
        "script-src": f"'self' 'unsafe-eval' {scripts}",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())
