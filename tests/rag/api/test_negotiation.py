"""What Accept and If-None-Match ask for."""

import pytest

from rag.api.negotiation import is_known, quality

FIREFOX_IMAGE = "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"
CHROMIUM_IMAGE = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
CHROMIUM_PAGE = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "text", "image"),
    [
        ("", 1, 1),
        ("*/*", 1, 1),
        ("image/png", 0, 1),
        ("IMAGE/PNG", 0, 1),
        ("application/json", 0, 0),
        ("image/*;q=0.3", 0, 0.3),
        ("image/png;q=0, image/*, */*;q=0.1", 0.1, 0),
        ("text/plain; charset=utf-8 ; q=0.7, image/png ;q=viel", 0.7, 0),
        (FIREFOX_IMAGE, 0.5, 1),
        (CHROMIUM_IMAGE, 0.8, 1),
        (CHROMIUM_PAGE, 0.8, 0.8),
    ],
)
def test_the_most_specific_range_counts(accept: str, text: float, image: float) -> None:
    assert (quality(accept, "text/plain"), quality(accept, "image/png")) == (text, image)


@pytest.mark.parametrize(
    ("given", "known"),
    [(None, False), ('"a"', True), ('W/"a"', True), ('"b", "a"', True), ('"ab"', False), ("a", False)],
)
def test_a_copy_is_known_by_its_tag(given: str | None, known: bool) -> None:
    assert is_known({} if given is None else {"if-none-match": given}, '"a"') is known
