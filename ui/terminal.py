"""What the commands have in common: what they print and how they show progress."""

import json
import sys
import time
from collections.abc import Callable
from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Als JSON ausgeben.")]


def notice(text: str) -> None:
    """Tell what is going on, beside the output."""
    typer.echo(text, err=True)


def progress(label: str, clock: Callable[[], float] = time.monotonic) -> Callable[[int, int], None]:
    """Return a callback that keeps one line up to date, or prints every tenth where there is no terminal.

    :param clock: Seconds; the line says how many are done in one, and how long the rest takes.
    """
    shown = -1
    began = clock()

    def show(done: int, total: int) -> None:
        nonlocal shown
        tenth = 10 * done // max(total, 1)
        text = f"{label}: {done} von {total}{_pace(done, total, clock() - began)}"
        if sys.stderr.isatty():
            # The end of a longer line before is wiped out.
            typer.echo(f"\r{text}\x1b[K" + ("\n" if done == total else ""), err=True, nl=False)
        elif tenth != shown:
            typer.echo(text, err=True)
        shown = tenth

    return show


def _pace(done: int, total: int, seconds: float) -> str:
    """Return the rate and the time left, once both can be told."""
    if not done or seconds < 1 or done == total:
        return ""
    left = round((total - done) * seconds / done)
    hours, minutes = divmod(left // 60, 60)
    rest = f"{hours} h {minutes:02} min" if hours else f"{minutes}:{left % 60:02} min"
    return f" ({done / seconds:.1f} je Sekunde, noch {rest})".replace(".", ",", 1)


def as_json_text(value: Any) -> str:
    """Return a value as readable JSON."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)
