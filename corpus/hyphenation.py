"""What happens to a word at a line end: joined, hyphen kept, or left as two words.

Decides by the document's own spelling elsewhere, then by the word lists, then by capitals; holds no word of any
report.
"""

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from corpus.lines import HYPHENS, Line
from corpus.restoration.lexicon import is_listed

# After these the hyphen stands for a part left out: "Geschäfts- und Privatkunden".
_CONJUNCTIONS: Final = frozenset(
    {"und", "oder", "bzw", "sowie", "bis", "beziehungsweise", "als", "wie", "noch", "statt"}
)
_MAX_TOKEN: Final = 100  # characters
_LEFT = re.compile(rf"([\w@./-]*\w)[{HYPHENS}]$")
_RIGHT = re.compile(r"\w+(?:-\w+)*")
_TOKEN = re.compile(r"\w+(?:[-./@]\w+)*")
_OPEN_TOKEN = re.compile(r"[\w-]+(?:[./@][\w-]+)*[./@_]$")
_WHOLE_PART = re.compile(r"(?<=[./@_])[\w-]+(?![\w-])")
_PART = re.compile(r"[-‐‑]")


class LineEndRules:
    """Joins line ends of one document.

    :param lines: All lines of the document, from which its own spellings are counted.
    """

    def __init__(self, lines: Sequence[Line]) -> None:
        self._joined: set[str] = set()  # beginnings of names and addresses with dots inside: "Stadt.Land"
        self._words: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()  # words that the document joins by a hyphen
        for line, above in zip(lines, [None, *lines], strict=False):
            tokens = _TOKEN.findall(line.text)
            if above is not None and above.text[-1] in HYPHENS:
                tokens = tokens[1:]  # the second half of a word
            if line.text[-1] in HYPHENS:
                tokens = tokens[:-1]
            short = (token for token in tokens if len(token) <= _MAX_TOKEN)
            self._joined.update(token[: end.end()] for token in short for end in _WHOLE_PART.finditer(token))
            for token in tokens:
                parts = _PART.split(token.lower())
                self._words.update(parts)
                self._pairs.update(itertools.pairwise(parts))

    def separator(self, above: str, below: str) -> tuple[int, str]:
        """Return how a line goes on in the next: (characters to take off its end, what to put between).

        ``(0, " ")`` is the ordinary line end.
        """
        right = _RIGHT.match(below)
        if right is None:
            return 0, " "
        end = above[-_MAX_TOKEN:]
        left = _LEFT.search(end)
        if left is not None:
            return 1, self._joint(left[1], right[0])
        broken = _OPEN_TOKEN.search(end)
        if broken and broken[0] + right[0] in self._joined:
            return 0, ""  # "Stadt.Land." and "Digital", where the document has "Stadt.Land.Digital"
        return 0, " "

    def _joint(self, token: str, word: str) -> str:
        """Return "" (one word), "-" (hyphenated word) or "- " (suspended hyphen)."""
        left, right = _PART.split(token)[-1], _PART.split(word)[0]
        if _keeps_hyphen(token, left, right):
            return "-"
        hyphenated, solid = self._pairs[left.lower(), right.lower()], self._words[(left + right).lower()]
        if hyphenated != solid:
            return "-" if hyphenated > solid else ""
        if right[0].isupper():
            return "" if left.isupper() and right.isupper() and is_listed((left + right).capitalize()) else "-"
        if right in _CONJUNCTIONS:
            return "" if is_listed(left + right) else "- "
        return "-" if is_listed(f"{left}-{right}") else ""


def _keeps_hyphen(token: str, left: str, right: str) -> bool:
    """Tell whether the form of the parts alone shows a hyphenated word: "EU-weit", "2-jährig", "E-Mail", an address."""
    if "www." in token or "@" in token or "/" in token[-len(left) - 1 : -len(left)]:
        return True
    if not (left[-1].isalpha() and right[0].isalpha()) or len(left) == 1:
        return True
    return left.isupper() and not right.isupper()
