"""The one way from data to HTML: Jinja templates that escape everything they are given."""

from datetime import date

from jinja2 import Environment, PackageLoader, StrictUndefined

from rag.links import ASSETS_PATH, LOGIN_PATH, LOGOUT_PATH

_MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()


def german_date(day: date) -> str:
    """Return a date as Germans write it: ``25. April 2023``."""
    return f"{day.day}. {_MONTHS[day.month - 1]} {day.year}"


_environment = Environment(
    loader=PackageLoader("ui", "assets/templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters["german_date"] = german_date
_environment.globals.update(assets=ASSETS_PATH, login=LOGIN_PATH, logout=LOGOUT_PATH)


def render(template: str, **values: object) -> str:
    """Fill ``ui/assets/templates/{template}``; a missing value is an error, never an empty place."""
    return _environment.get_template(template).render(**values)
