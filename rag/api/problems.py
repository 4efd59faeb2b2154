"""Every refusal of the HTTP interface as problem details (RFC 9457), in German or English.

Never shows a stack, a path of the server or a Python name.
"""

import errno
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from corpus.errors import CorpusFolderError
from index.errors import SnapshotError
from rag.api.validation_texts import describe, pointer
from rag.api.wording import Text, preferred_language
from rag.api.worker import BusyError, JobTimeoutError
from rag.errors import AuditError, JobStoreError, KeyStoreError

_log = logging.getLogger(__name__)

PROBLEM_TYPE = "urn:fundstelle:problem:"
RETRY_AFTER_S = 5  # a question takes well under a second: a full queue has moved on by then

# Closed to other origins and inert in a browser; answers that are pages bring their own policy.
SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Problem(Exception):  # noqa: N818  (the RFC's own word)
    """A request that is refused, and why. ``kind`` ends the problem's ``type``, ``members`` are told besides."""

    def __init__(
        self,
        status: int,
        kind: str,
        title: Text,
        detail: Text,
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(kind)
        self.status = status
        self.kind = kind
        self.title = title
        self.detail = detail
        self.headers = headers or {}
        self.members = members or {}


def not_ready() -> Problem:
    """Return the refusal of a server whose index and models are still loading."""
    return Problem(
        503,
        "not-ready",
        Text("Noch nicht bereit", "Not ready yet"),
        Text(
            "Index und Sprachmodell werden noch geladen. Bitte versuchen Sie es in einigen Sekunden erneut.",
            "Index and language model are still loading. Please try again in a few seconds.",
        ),
        {"Retry-After": str(RETRY_AFTER_S)},
    )


def busy(waiting: int) -> Problem:
    """Return the refusal of a server with ``waiting`` requests in its queue."""
    return Problem(
        503,
        "busy",
        Text("Ausgelastet", "Busy"),
        Text(
            f"Es warten bereits {waiting} Anfragen. Bitte versuchen Sie es in {RETRY_AFTER_S} Sekunden erneut.",
            f"{waiting} requests are waiting already. Please try again in {RETRY_AFTER_S} seconds.",
        ),
        {"Retry-After": str(RETRY_AFTER_S)},
    )


def keys_unreadable(error: KeyStoreError) -> Problem:
    """Return the refusal of a server that cannot tell who may enter; its keeper finds the reason in the log."""
    _log.error("%s", error)
    return Problem(
        503,
        "keys-unreadable",
        Text("Zugang nicht prüfbar", "Access cannot be checked"),
        Text(
            "Die Zugangsschlüssel lassen sich gerade nicht lesen. Bitte wenden Sie sich an Ihre Systembetreuung.",
            "The access keys cannot be read at the moment. Please tell the keeper of the server.",
        ),
        {"Retry-After": str(RETRY_AFTER_S)},
    )


def not_stored(error: Exception) -> Problem:
    """Return the refusal of a server that cannot write what it must; its keeper finds the reason in the log."""
    _log.error("%s", error)
    full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
    return Problem(
        507 if full else 503,
        "not-stored",
        Text("Nicht gespeichert", "Not stored"),
        Text(
            "Der Server kann Dateien, Aufträge oder Protokoll gerade nicht schreiben; geändert wurde nichts. Die "
            "Systembetreuung findet den Grund im Protokoll des Servers: meist Rechte oder ein voller Datenträger.",
            "The server cannot write files, jobs or audit log at the moment; nothing was changed. Its keeper finds the "
            "reason in the server's log: mostly permissions or a full disk.",
        ),
    )


def timed_out(limit_s: float) -> Problem:
    """Return the refusal of a request that the model did not get to in time."""
    return Problem(
        503,
        "timeout",
        Text("Zeit überschritten", "Timed out"),
        Text(
            f"Die Anfrage war nach {limit_s:g} Sekunden nicht beantwortet. Bitte versuchen Sie es später erneut.",
            f"The request was not answered within {limit_s:g} seconds. Please try again later.",
        ),
        {"Retry-After": str(RETRY_AFTER_S)},
    )


def damaged() -> Problem:
    """Return the refusal of a server that found a file of its index damaged."""
    return Problem(
        503,
        "index-damaged",
        Text("Index beschädigt", "Index damaged"),
        Text(
            "Eine Datei des Index ist beschädigt. Die Systembetreuung kann ihn mit `fundstelle index build` neu bauen.",
            "A file of the index is damaged. Its keeper can build it again with `fundstelle index build`.",
        ),
    )


def unknown_document(document_id: str) -> Problem:
    """Return the refusal of a document id that the index does not hold."""
    return Problem(
        404,
        "unknown-document",
        Text("Dokument unbekannt", "Unknown document"),
        Text(
            f"Ein Dokument „{document_id[:80]}“ gibt es nicht. GET /v1/documents nennt alle.",
            f"There is no document “{document_id[:80]}”. GET /v1/documents lists them all.",
        ),
    )


def unknown_version(document_id: str, version: str) -> Problem:
    """Return the refusal of a version that no kept generation of the index holds."""
    return Problem(
        404,
        "unknown-version",
        Text("Fassung unbekannt", "Unknown version"),
        Text(
            f"Die Fassung „{version[:64]}“ von „{document_id[:80]}“ wird nicht (mehr) vorgehalten. "
            "Ohne version kommt die jetzige.",
            f"Version “{version[:64]}” of “{document_id[:80]}” is not kept (any more). "
            "Without version you get the present one.",
        ),
    )


def problem_response(problem: Problem, headers: Headers, errors: Sequence[Mapping[str, str]] = ()) -> JSONResponse:
    """Return the problem as ``application/problem+json`` in the language of the request's ``headers``."""
    language = preferred_language(headers.get("accept-language", ""))
    body: dict[str, Any] = {
        "type": PROBLEM_TYPE + problem.kind,
        "title": problem.title.in_language(language),
        "status": problem.status,
        "detail": problem.detail.in_language(language),
        **problem.members,
    }
    if errors:
        body["errors"] = list(errors)
    return JSONResponse(
        body,
        problem.status,
        {**SECURITY_HEADERS, "Content-Language": language, **problem.headers},
        media_type="application/problem+json",
    )


def install(app: FastAPI) -> None:
    """Let ``app`` answer every error with problem details."""

    @app.exception_handler(Problem)
    async def on_problem(request: Request, error: Problem) -> JSONResponse:
        return problem_response(error, request.headers)

    @app.exception_handler(BusyError)
    async def on_busy(request: Request, error: BusyError) -> JSONResponse:
        return problem_response(busy(error.waiting), request.headers)

    @app.exception_handler(JobTimeoutError)
    async def on_timeout(request: Request, error: JobTimeoutError) -> JSONResponse:
        return problem_response(timed_out(error.limit_s), request.headers)

    @app.exception_handler(SnapshotError)
    async def on_damage(request: Request, error: SnapshotError) -> JSONResponse:
        _log.error("%s", error)
        return problem_response(damaged(), request.headers)

    @app.exception_handler(KeyStoreError)
    async def on_unreadable_keys(request: Request, error: KeyStoreError) -> JSONResponse:
        return problem_response(keys_unreadable(error), request.headers)

    @app.exception_handler(AuditError)
    @app.exception_handler(JobStoreError)
    @app.exception_handler(CorpusFolderError)
    async def on_unwritable(request: Request, error: Exception) -> JSONResponse:
        return problem_response(not_stored(error), request.headers)

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return _invalid(error, request.headers)

    @app.exception_handler(HTTPException)
    async def on_http_error(request: Request, error: HTTPException) -> JSONResponse:
        return problem_response(_from_status(request, error), request.headers)

    @app.exception_handler(Exception)
    async def on_bug(request: Request, error: Exception) -> JSONResponse:
        # The traceback is logged by the server; it names code, never a question.
        _log.error("%s %s failed with %s", request.method, request.url.path, type(error).__name__)
        return problem_response(_INTERNAL, request.headers)


_INTERNAL = Problem(
    500,
    "internal",
    Text("Interner Fehler", "Internal error"),
    Text(
        "Bei der Bearbeitung ist ein Fehler aufgetreten. Bitte wenden Sie sich an Ihre Systembetreuung.",
        "The request failed because of an error in the service. Please tell its keeper.",
    ),
)

_NO_JSON = Text("Kein gültiges JSON", "Invalid JSON")


def _invalid(error: RequestValidationError, headers: Headers) -> JSONResponse:
    """Name each wrong part of a request with its place, its value and the rule."""
    language = preferred_language(headers.get("accept-language", ""))
    found = [(pointer(item["loc"]), describe(item).in_language(language)) for item in error.errors()]
    broken = any(item["type"] == "json_invalid" for item in error.errors())
    title = _NO_JSON if broken else Text("Ungültige Anfrage", "Invalid request")
    text = " ".join(f"{place}: {sentence}" for place, sentence in found)
    problem = Problem(422, "invalid-request", title, Text(text, text))
    return problem_response(problem, headers, [{"pointer": place, "detail": sentence} for place, sentence in found])


def _from_status(request: Request, error: HTTPException) -> Problem:
    """Put an error of the framework (unknown path, wrong method) into words."""
    path = request.url.path[:200]
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.NOT_FOUND:
        detail = Text(
            f"Unter {path} gibt es nichts. /docs beschreibt alle Adressen.",
            f"There is nothing at {path}. /docs describes all addresses.",
        )
        return Problem(404, "not-found", Text("Nicht gefunden", "Not found"), detail, headers)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = headers.get("Allow", "")
        detail = Text(
            f"{path} nimmt {request.method} nicht an. Erlaubt: {allowed}.",
            f"{path} does not take {request.method}. Allowed: {allowed}.",
        )
        return Problem(405, "method-not-allowed", Text("Methode nicht erlaubt", "Method not allowed"), detail, headers)
    if error.status_code == HTTPStatus.BAD_REQUEST:  # the framework's word for a body that is not UTF-8
        return Problem(422, "invalid-request", _NO_JSON, describe({"type": "json_invalid"}), headers)
    phrase = HTTPStatus(error.status_code).phrase
    detail = Text("Die Anfrage ist nicht lesbar.", "The request cannot be read.")
    return Problem(error.status_code, "http", Text(phrase, phrase), detail, headers)
