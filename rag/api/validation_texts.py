"""What pydantic found wrong with a request, in words that name the value and the rule."""

from collections.abc import Mapping, Sequence
from typing import Any

from rag.api.wording import Text

# pydantic's error type -> the rule; {…} are pydantic's own context values
_RULES: Mapping[str, Text] = {
    "missing": Text("Das Feld fehlt.", "The field is missing."),
    "extra_forbidden": Text("Dieses Feld gibt es nicht.", "There is no such field."),
    "string_type": Text("Erwartet wird eine Zeichenkette.", "A string is expected."),
    "string_too_short": Text(
        "Es muss mindestens {min_length} Zeichen enthalten, Leerzeichen am Rand nicht gezählt.",
        "It must hold at least {min_length} characters, not counting spaces around it.",
    ),
    "string_too_long": Text(
        "Es darf höchstens {max_length} Zeichen enthalten.", "It must hold at most {max_length} characters."
    ),
    "int_type": Text("Erwartet wird eine ganze Zahl.", "An integer is expected."),
    "int_from_float": Text("Erwartet wird eine ganze Zahl.", "An integer is expected."),
    "int_parsing": Text("Erwartet wird eine ganze Zahl.", "An integer is expected."),
    "greater_than_equal": Text("Der Wert muss mindestens {ge} sein.", "The value must be at least {ge}."),
    "less_than_equal": Text("Der Wert darf höchstens {le} sein.", "The value must be at most {le}."),
    "too_long": Text("Es dürfen höchstens {max_length} Einträge sein.", "There must be at most {max_length} entries."),
    "list_type": Text("Erwartet wird eine Liste.", "A list is expected."),
    "frozen_set_type": Text("Erwartet wird eine Liste.", "A list is expected."),
    "bool_type": Text("Erwartet wird true oder false.", "true or false is expected."),
    "bool_parsing": Text("Erwartet wird true oder false.", "true or false is expected."),
    "date_type": Text("Erwartet wird ein Datum wie 2023-04-25.", "A date like 2023-04-25 is expected."),
    "date_parsing": Text("Erwartet wird ein Datum wie 2023-04-25.", "A date like 2023-04-25 is expected."),
    "date_from_datetime_parsing": Text(
        "Erwartet wird ein Datum wie 2023-04-25.", "A date like 2023-04-25 is expected."
    ),
    "literal_error": Text("Erlaubt ist {expected}.", "Allowed: {expected}."),
    "enum": Text("Erlaubt ist {expected}.", "Allowed: {expected}."),
    "model_attributes_type": Text("Erwartet wird ein JSON-Objekt.", "A JSON object is expected."),
    "model_type": Text("Erwartet wird ein JSON-Objekt.", "A JSON object is expected."),
    "dict_type": Text("Erwartet wird ein JSON-Objekt.", "A JSON object is expected."),
    "json_invalid": Text("Der Inhalt ist kein gültiges JSON in UTF-8.", "The body is not valid JSON in UTF-8."),
    "string_unicode": Text("Die Zeichenkette enthält kein gültiges Unicode.", "The string is not valid Unicode."),
    "date_order": Text(
        "published_from darf nicht nach published_to liegen.", "published_from must not be after published_to."
    ),
}
_ANY = Text("Der Wert ist nicht zulässig.", "The value is not allowed.")
_WITHOUT_VALUE = frozenset({"missing", "json_invalid", "model_attributes_type", "string_unicode"})
_SHOWN = 60  # characters of a wrong value that are shown back


def pointer(location: Sequence[int | str]) -> str:
    """Return the place of an error: a JSON pointer in URI form (RFC 6901) for bodies, else the parameter's name."""
    if location and location[0] != "body":
        return str(location[-1])
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in location[1:] if isinstance(step, str | int))
    return "#" + "".join(f"/{step}" for step in steps)


def describe(error: Mapping[str, Any]) -> Text:
    """Return the rule that one pydantic error names, with the value that breaks it."""
    kind = error["type"]
    rule = _RULES.get(kind, _ANY)
    context = error.get("ctx", {})
    value = "" if kind in _WITHOUT_VALUE else _shown(error.get("input"))
    return Text(rule.de.format(**context) + value, rule.en.format(**context) + value)


def _shown(value: object) -> str:
    if isinstance(value, str) and len(value) > _SHOWN:
        return f" („{value[:_SHOWN]}…“, {len(value)})"
    if isinstance(value, str | int | float) or value is None:
        return f" ({value!r})"
    return ""
