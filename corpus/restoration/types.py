"""What restoration hands back. Imports nothing of this project."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Mend:
    """One mended word: ``text[start:end]`` should read ``replacement``.

    Offsets are half-open code points of the text that was given to ``restore``. ``reason`` says in short German
    what was misread; ``confidence`` in [0, 1] is the model's probability of the replacement against all else.
    """

    start: int
    end: int
    replacement: str
    reason: str
    confidence: float
