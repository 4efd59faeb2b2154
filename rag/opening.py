"""Puts the parts together: settings -> encoder, live snapshot, reader -> answerer."""

from collections.abc import Callable
from dataclasses import replace

from index.encoder import load_encoder
from index.errors import SnapshotError
from index.generations import generations, read_pointer
from index.searcher import Searcher
from index.types import Encoder
from rag.answerer import Answerer
from rag.cross_encoder import load_cross_encoder
from rag.reader import ReaderWeights, TwoStepReader
from rag.settings import Settings

Notice = Callable[[str], None]


def open_answerer(settings: Settings, notice: Notice | None = None) -> Answerer:
    """Load encoder and live snapshot and answer once for warmth, so that the first question does not wait.

    Where the live snapshot is damaged, the newest one before it that is whole answers in its place.

    :param notice: Told in German what is going on.
    :raises AnswerError, SearchIndexError: If settings, model or snapshot cannot be used.
    """
    tell = notice or (lambda text: None)
    tell("Sprachmodell wird geladen …")
    encoder = load_encoder(settings.encoder)
    tell("Index wird geöffnet …")
    answerer = assemble(_open_searcher(settings, encoder, tell), encoder, settings)
    answerer.ask("Worum geht es?")
    return answerer


def assemble(searcher: Searcher, encoder: Encoder, settings: Settings) -> Answerer:
    """Build an answerer over an open snapshot."""
    weights = ReaderWeights.load()
    if settings.answer_threshold is not None:
        weights = replace(weights, answer_threshold=settings.answer_threshold)
    return Answerer(searcher, encoder, TwoStepReader(searcher, weights, load_cross_encoder()), settings.top_k)


def reopen(answerer: Answerer, settings: Settings) -> Answerer:
    """Open the live snapshot with the encoder of an answerer.

    :raises SnapshotError: If it is damaged or another encoder made it.
    """
    return assemble(Searcher.open(settings.data, answerer.encoder), answerer.encoder, settings)


def _open_searcher(settings: Settings, encoder: Encoder, tell: Notice) -> Searcher:
    try:
        return Searcher.open(settings.data, encoder)
    except SnapshotError as error:
        live = read_pointer(settings.data).generation
        for name in sorted((name for name in generations(settings.data) if name < live), reverse=True):
            try:
                earlier = Searcher.open(settings.data, encoder, name)
            except SnapshotError:
                continue
            tell(f"{error} Bis dahin antwortet die frühere Generation {name}.")
            return earlier
        raise
