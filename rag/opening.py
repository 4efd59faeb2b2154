"""Puts the parts together: settings -> encoder, live snapshot, reader -> answerer."""

from collections.abc import Callable
from dataclasses import replace

from index.encoder import load_encoder
from index.searcher import Searcher
from index.types import Encoder
from rag.answerer import Answerer
from rag.reader import FeatureReader, ReaderWeights
from rag.settings import Settings


def open_answerer(settings: Settings, notice: Callable[[str], None] | None = None) -> Answerer:
    """Load encoder and live snapshot and answer once for warmth, so that the first question does not wait.

    :param notice: Told in German what is going on.
    :raises AnswerError, SearchIndexError: If settings, model or snapshot cannot be used.
    """
    tell = notice or (lambda text: None)
    tell("Sprachmodell wird geladen …")
    encoder = load_encoder(settings.encoder)
    tell("Index wird geöffnet …")
    answerer = assemble(Searcher.open(settings.data, encoder), encoder, settings)
    answerer.ask("Worum geht es?")
    return answerer


def assemble(searcher: Searcher, encoder: Encoder, settings: Settings) -> Answerer:
    """Build an answerer over an open snapshot."""
    weights = ReaderWeights.load()
    if settings.answer_threshold is not None:
        weights = replace(weights, answer_threshold=settings.answer_threshold)
    return Answerer(searcher, encoder, FeatureReader(searcher, weights), settings.top_k)
