"""Runs a parser of foreign files in a process of its own.

A damaged or malicious file may crash or hang its parser, or ask for all memory: the worker process is limited in time
and memory, and what happens to it is an ordinary refusal here.
"""

import json
import resource
import subprocess  # fixed commands of this package, no shell
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from corpus.errors import UnreadableFileError
from corpus.options import PARSER_MEMORY_BYTES, PARSER_TIMEOUT_S

_PACKAGE_ROOT = Path(__file__).parents[2]


class RefusedError(Exception):
    """Raised inside a worker: the file cannot be read, with the reason in German."""


def parse_isolated(worker: str, *arguments: str, data: bytes, timeout_s: float = PARSER_TIMEOUT_S) -> dict[str, Any]:
    """Return what a worker module of this package makes of the bytes of a file.

    :param worker: Name of the module, run with ``arguments``; it calls ``serve``.
    :raises UnreadableFileError: If the worker refuses the file, dies or takes too long.
    """
    try:
        process = subprocess.run(  # noqa: S603 (the arguments are this package's own)
            [sys.executable, "-m", f"corpus.readers.{worker}", *arguments],
            input=data,
            capture_output=True,
            timeout=timeout_s,
            cwd=_PACKAGE_ROOT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        msg = f"Die Datei ließ sich nicht in {timeout_s:.0f} Sekunden lesen und wurde übersprungen."
        raise UnreadableFileError(msg) from error
    if process.returncode != 0:
        raise UnreadableFileError("Die Datei ist beschädigt: Das Lesen ist abgebrochen.")
    result: dict[str, Any] = json.loads(process.stdout)
    if "refusal" in result:
        raise UnreadableFileError(result["refusal"])
    return result


def serve(parse: Callable[[bytes], dict[str, Any]]) -> None:
    """Be the worker: limit the memory, parse standard input, write the result or the reason of refusal as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (PARSER_MEMORY_BYTES, PARSER_MEMORY_BYTES))
    try:
        result = parse(sys.stdin.buffer.read())
    except RefusedError as refusal:
        result = {"refusal": str(refusal)}
    json.dump(result, sys.stdout)
