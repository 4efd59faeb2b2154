"""Which rules and engines read the files: an index built under others is stale."""

from typing import Final

from corpus.readers.ocr import engine

# Changes whenever reading, restoration or passage rules change.
_RULES: Final = "5"


def reading_version() -> str:
    """Return the version of the rules with the engine that reads pictures, if there is one."""
    return f"{_RULES}, {engine() or 'ohne Texterkennung'}"
