"""What becomes of a word at a line end."""

import pytest

from corpus.hyphenation import LineEndRules
from corpus.lines import find_lines

OWN_SPELLINGS = "Start-ups bauen Start-up-Kompetenzen auf.\nDie Initiative heißt Stadt.Land.Digital.\n"


def joined(text: str, own: str = "") -> str:
    """Fold two lines as the rules of a document say that also holds ``own``."""
    lines = find_lines(own + text, ()).lines
    above, below = lines[-2].text, lines[-1].text
    cut, separator = LineEndRules(lines).separator(above, below)
    return above[: len(above) - cut] + separator + below


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in Mecklenburg-Vorpom-\nmern arbeiten", "in Mecklenburg-Vorpommern arbeiten"),
        ("um Verwaltungs-\ndienstleistungen", "um Verwaltungsdienstleistungen"),
        ("zu Digital-\nisierungsthemen", "zu Digitalisierungsthemen"),
        ("in Baden-\nWürttemberg", "in Baden-Württemberg"),
        ("Geschäfts-\nund Privatkunden", "Geschäfts- und Privatkunden"),
        ("Ein-\noder Ausgang", "Ein- oder Ausgang"),
        ("der Ver-\nbund der Städte", "der Verbund der Städte"),
        ("der Kür-\nbis im Garten", "der Kürbis im Garten"),
        ("die EU-\nweite Vorgabe", "die EU-weite Vorgabe"),
        ("die 2-\njährige Laufzeit", "die 2-jährige Laufzeit"),
        ("per E-\nMail senden", "per E-Mail senden"),
        ("siehe www.stadt-\nland.de", "siehe www.stadt-land.de"),
        ("VERWAL-\nTUNG", "VERWALTUNG"),
        ("das CDO-\nForum", "das CDO-Forum"),
        ("Straße 5 -\nStadtmitte", "Straße 5 - Stadtmitte"),
        ("die Straße\nendet", "die Straße endet"),
        ("die Gemein\u00ad\nde", "die Gemeinde"),
        ("die Gemein\ufffede", "die Gemeinde"),
        ("in Baden\ufffeWürttemberg", "in Baden-Württemberg"),
    ],
)
def test_words_are_joined_by_form_and_word_lists(text: str, expected: str) -> None:
    assert joined(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mehr Start-\nups gründen", "mehr Start-ups gründen"),
        ("mehr Start-\nup-Kompetenzen", "mehr Start-up-Kompetenzen"),
        ("mehr Start-up-\nKompetenzen", "mehr Start-up-Kompetenzen"),
        ("die Initiative Stadt.Land.\nDigital endet", "die Initiative Stadt.Land.Digital endet"),
    ],
)
def test_the_documents_own_spelling_decides_first(text: str, expected: str) -> None:
    assert joined(text, OWN_SPELLINGS) == expected


def test_a_document_that_writes_startups_joins_startups() -> None:
    assert joined("mehr Start-\nups gründen", "Die Startups wachsen. Viele Startups.\n") == "mehr Startups gründen"
