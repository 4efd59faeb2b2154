"""Texts of the HTTP interface in its two languages, and which one a request asks for."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["de", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One message in both languages."""

    de: str
    en: str

    def in_language(self, language: Language) -> str:
        """Return the message in ``language``."""
        return self.en if language == "en" else self.de


def preferred_language(accept_language: str) -> Language:
    """Choose by an ``Accept-Language`` header (RFC 9110, 12.5.4); German where nothing else is asked for."""
    weights: dict[str, float] = {}
    for part in accept_language[:500].split(","):
        tag, _, parameters = part.partition(";")
        try:
            weight = float(parameters.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        name = tag.strip().lower().split("-")[0]
        weights[name] = max(weight, weights.get(name, 0.0))
    anything = weights.get("*", 0.0)
    return "en" if weights.get("en", 0.0) > weights.get("de", anything) else "de"
