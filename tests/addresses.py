"""Every address an application answers at, found by walking its routes."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from starlette.routing import BaseRoute, Mount


def addresses(routes: Iterable[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield method and path of each route, ``x`` in the place of its parameters."""
    for route in routes:
        inner: Any = getattr(route, "original_router", None) or getattr(route, "app", None)
        while hasattr(inner, "_app"):  # the doors that this project puts around an application
            inner = inner._app
        if isinstance(route, Mount):
            yield "GET", f"{prefix}{route.path}/x"
            yield from addresses(getattr(inner, "routes", []), prefix + route.path)
        elif hasattr(route, "original_router"):
            yield from addresses(inner.routes, prefix)
        else:
            path = prefix + re.sub(r"\{[^}]+\}", "x", getattr(route, "path", ""))
            for method in sorted(getattr(route, "methods", None) or {"GET"}):
                yield method, path
