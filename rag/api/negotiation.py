"""Which form a request has or asks for, and whether its sender has the answer already."""

from collections.abc import Mapping

from fastapi import Request

from rag.api.problems import Problem
from rag.api.wording import Text


def quality(accept: str, media_type: str) -> float:
    """Return how much an ``Accept`` header wants a media type, from 0 to 1 (RFC 9110, 12.5.1).

    The most specific range that fits counts; a header that says nothing takes everything.
    """
    wanted: dict[str, float] = {}
    for part in accept[:1_000].split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights = [parameter.removeprefix("q=") for parameter in parameters if parameter.startswith("q=")]
        try:
            wanted[name] = float(weights[0]) if weights else 1.0
        except ValueError:
            continue
    ranges = media_type, media_type.partition("/")[0] + "/*", "*/*"
    return next((wanted[name] for name in ranges if name in wanted), 0.0 if accept.strip() else 1.0)


def is_known(headers: Mapping[str, str], etag: str) -> bool:
    """Tell whether ``If-None-Match`` names the tag: then the sender's copy is current (RFC 9110, 13.1.2)."""
    known = {tag.strip().removeprefix("W/") for tag in headers.get("if-none-match", "").split(",")}
    return etag in known


def json_only(request: Request) -> None:
    """Refuse a body that is not declared as JSON.

    :raises Problem: 415
    """
    declared = request.headers.get("content-type", "")
    media_type = declared.partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Problem(
            415,
            "not-json",
            Text("Falscher Inhaltstyp", "Unsupported media type"),
            Text(
                f"Der Inhaltstyp „{declared[:60]}“ wird nicht angenommen. Bitte senden Sie application/json.",
                f"The content type “{declared[:60]}” is not supported. Please send application/json.",
            ),
        )
