"""What the keeper says of a document: ``report.meta.toml`` beside ``report.pdf`` wins over what the file says.

title = "Radverkehrskonzept"
publisher = "Stadt Musterstadt"
published = 2024-03-05
"""

import datetime
import tomllib
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from corpus.errors import UnreadableFileError

SUFFIX: Final = ".meta.toml"
_MAX_BYTES: Final = 64 * 1024


def _day(value: object) -> object:
    """Take a TOML date; a string or a time of day would be guessed at."""
    if type(value) is not datetime.date:
        raise ValueError("kein Datum wie 2024-03-05 (ohne Anführungszeichen)")
    return value


_Text = Annotated[str, Field(min_length=1, max_length=160)]


class Sidecar(BaseModel):
    """The keeper's statements; None where there is none."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    title: _Text | None = None
    publisher: _Text | None = None
    published: Annotated[datetime.date, BeforeValidator(_day)] | None = None


def read_sidecar(path: Path) -> Sidecar:
    """Read the file.

    :raises UnreadableFileError: If it is not TOML or says something else than the three statements, with the reason.
    """
    if path.is_symlink() or not path.is_file():
        raise UnreadableFileError("Die Angaben fehlen oder sind keine gewöhnliche Datei.")
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise UnreadableFileError(f"Die Angaben sind länger als {_MAX_BYTES // 1024} KB.")
        return Sidecar.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UnreadableFileError(f"Die Angaben sind nicht lesbar: {error}.") from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {_german(fault)}" for fault in error.errors())
        msg = f"Die Angaben sind nicht brauchbar ({faults}). Möglich sind title, publisher und published."
        raise UnreadableFileError(msg) from error


def _german(fault: object) -> str:
    kind = fault["type"] if isinstance(fault, dict) else ""
    known = {
        "extra_forbidden": "unbekannte Angabe",
        "string_type": "kein Text in Anführungszeichen",
        "string_too_short": "leer",
        "string_too_long": "länger als 160 Zeichen",
        "value_error": "kein Datum wie 2024-03-05 (ohne Anführungszeichen)",
    }
    return known.get(str(kind), "unbrauchbar")
