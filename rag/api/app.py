"""The HTTP interface as one application: routes, error form and guard put together."""

from collections.abc import Iterable

from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer

from rag.api import ask, deletion, docs, documents, health, index, jobs, problems, search, uploads
from rag.api.access import Access
from rag.api.guard import Guard
from rag.api.schemas import ProblemOut
from rag.api.state import ApiState

_DESCRIPTION = """Deutsche Fragen an kommunale Berichte, beantwortet mit wörtlichen Sätzen und ihren Fundstellen.
Fehler haben die Form von RFC 9457 (`application/problem+json`), auf Deutsch, nach `Accept-Language` auf Englisch."""
# Tells programs and /docs how to send a key; whether one is needed decides the access layer.
_BEARER = HTTPBearer(auto_error=False, description="Zugangsschlüssel, sobald der Server welche verlangt")
_PROBLEM = {"model": ProblemOut, "content": {"application/problem+json": {}}}


def create_app(state: ApiState, hosts: Iterable[str] = ()) -> FastAPI:
    """Build the application around ``state``, whose answerer may be loaded later.

    :param hosts: Names allowed in the Host header besides those of loopback.
    """
    app = FastAPI(
        title="Fundstelle",
        version="1",
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        dependencies=[Depends(_BEARER)],
        responses=dict.fromkeys(("4XX", "5XX"), _PROBLEM),
    )
    app.state.service = state
    for resource in (ask, search, documents, uploads, deletion, index, jobs, health):
        app.include_router(resource.router)
    docs.install(app)
    problems.install(app)
    app.add_middleware(Access, keys=state.keys)
    app.add_middleware(Guard, hosts=tuple(hosts), streamed={uploads.ROUTE})
    return app
