"""What the commands have in common: what they print and how they show progress."""

import json
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Als JSON ausgeben.")]


def notice(text: str) -> None:
    """Tell what is going on, beside the output."""
    typer.echo(text, err=True)


def progress(label: str) -> Callable[[int, int], None]:
    """Return a callback that keeps one line up to date, or prints every tenth where there is no terminal."""
    shown = -1

    def show(done: int, total: int) -> None:
        nonlocal shown
        tenth = 10 * done // max(total, 1)
        if sys.stderr.isatty():
            typer.echo(f"\r{label}: {done} von {total}" + ("\n" if done == total else ""), err=True, nl=False)
        elif tenth != shown:
            typer.echo(f"{label}: {done} von {total}", err=True)
        shown = tenth

    return show


def as_json_text(value: Any) -> str:
    """Return a value as readable JSON."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)
