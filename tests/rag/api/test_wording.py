"""The language of refusals, and how they name what is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rag.api.schemas import AskRequest
from rag.api.validation_texts import describe, pointer
from rag.api.wording import preferred_language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "de"),
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("en-GB,en;q=0.9", "en"),
        ("EN", "en"),
        ("fr", "de"),
        ("fr, en;q=0.5", "en"),
        ("en;q=0.4, de;q=0.5", "de"),
        ("en;q=0.5, *;q=0.8", "de"),
        ("*", "de"),
        ("en;q=viel", "de"),
    ],
)
def test_the_language_is_the_one_asked_for_and_german_otherwise(header: str, language: str) -> None:
    assert preferred_language(header) == language


@given(st.text())
def test_no_header_breaks_the_choice_of_language(header: str) -> None:
    assert preferred_language(header) in {"de", "en"}


def test_a_place_in_a_body_is_a_json_pointer_and_a_parameter_is_its_name() -> None:
    assert pointer(("body", "history", 3, "answer")) == "#/history/3/answer"
    assert pointer(("body", "a/b~c")) == "#/a~1b~0c"
    assert pointer(("query", "limit")) == "limit"


def test_rule_and_value_are_named_in_both_languages() -> None:
    with pytest.raises(ValidationError) as caught:
        AskRequest.model_validate({"question": "Wo?", "top_k": 51})
    text = describe(caught.value.errors()[0])
    assert text.de == "Der Wert darf höchstens 50 sein. (51)"
    assert text.en == "The value must be at most 50. (51)"


def test_a_long_value_is_shown_shortened_with_its_length() -> None:
    with pytest.raises(ValidationError) as caught:
        AskRequest.model_validate({"question": "ü" * 1_001})
    text = describe(caught.value.errors()[0]).de
    assert text == f"Es darf höchstens 1000 Zeichen enthalten. („{'ü' * 60}…“, 1001)"
