"""Mending of OCR damage in German text."""

from corpus.restoration.restorer import restore
from corpus.restoration.types import Mend

__all__ = ["Mend", "restore"]
