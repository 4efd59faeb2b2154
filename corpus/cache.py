"""Where this machine keeps what was computed once and can be computed again."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """Return Fundstelle's cache folder, which may not exist yet (XDG Base Directory Specification)."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if Path(base).is_absolute() else Path.home() / ".cache") / "fundstelle"
