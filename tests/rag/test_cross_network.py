"""The cross-encoder is trained and put into the graph that ships: the real network on a few pairs."""

from pathlib import Path

import numpy as np
import pytest
import torch

from corpus.cache import cache_folder
from index.embedded_encoder import prepared_folder
from rag.cross_encoder import CrossEncoder, Pair, pair
from rag.errors import ModelFileError
from rag.training import cross_network
from rag.training.pairs import TrainingPair

FACTS = [("Wann öffnet das Bad?", "Das Bad öffnet um 8 Uhr."), ("Was kostet der Hund?", "Die Steuer beträgt 60 Euro.")]
PAIRS = [
    TrainingPair(pair(question, "Bericht", None, text), asked == answered, 1.0)
    for asked, (question, _) in enumerate(FACTS)
    for answered, (_, text) in enumerate(FACTS)
] * 8


class _InterruptedError(Exception):
    pass


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cross_network, "_BATCH_TOKENS", 200)
    monkeypatch.setattr(cross_network, "_STEPS_KEPT", 2)


@pytest.fixture(scope="module")
def encoder_folder() -> Path:
    return prepared_folder(cache_folder())


def _weights(network: cross_network.CrossNetwork) -> list[torch.Tensor]:
    return [parameter.detach() for parameter in network.parameters()]


def test_training_goes_on_where_it_was_interrupted(encoder_folder: Path, tmp_path: Path) -> None:
    done = []

    def interrupt(step: int, steps: int) -> None:
        done.append(step)
        if step == 3 and len(done) == 3:
            raise _InterruptedError

    with pytest.raises(_InterruptedError):
        cross_network.train(PAIRS, encoder_folder, tmp_path / "state.pt", interrupt)
    resumed = cross_network.train(PAIRS, encoder_folder, tmp_path / "state.pt", interrupt)
    steps = done[-1]
    assert done == [1, 2, 3, *range(3, steps + 1)]  # kept after the second, so the third is done again
    assert steps > 4
    assert all(torch.isfinite(weight).all() for weight in _weights(resumed))


def test_what_was_kept_for_other_pairs_is_not_taken_up(encoder_folder: Path, tmp_path: Path) -> None:
    steps: list[int] = []
    for pairs in (PAIRS, PAIRS[:-1]):
        cross_network.train(pairs, encoder_folder, tmp_path / "state.pt", lambda step, of: steps.append(step))
    assert steps.count(1) == 2


def test_the_graph_says_what_the_network_says(encoder_folder: Path, tmp_path: Path) -> None:
    network = cross_network.train(PAIRS, encoder_folder, tmp_path / "state.pt", lambda step, steps: None)
    cross_network.export(network, tmp_path / "graph.xml")
    asked: list[Pair] = [one.pair for one in PAIRS[:4]]
    batcher = cross_network._Batcher(PAIRS[:4], encoder_folder)
    vectors, mask, _, _ = batcher.tensors(range(4))
    with torch.inference_mode():
        expected = network(vectors, mask).numpy()
    found = CrossEncoder(encoder_folder, tmp_path / "graph.xml").log_odds(asked)
    assert found == pytest.approx(expected, abs=0.1)  # weights of eight bits
    assert found.shape == (4,)
    assert (tmp_path / "graph.bin").stat().st_size < 12_000_000


def test_an_empty_batch_needs_no_network(encoder_folder: Path) -> None:
    assert CrossEncoder(encoder_folder).log_odds([]).shape == (0,)


def test_a_sentence_is_judged_alike_alone_and_among_others(encoder_folder: Path) -> None:
    cross_encoder = CrossEncoder(encoder_folder)
    pairs = [PAIRS[0].pair, pair("Wer?", "Bericht", "Ein langer Abschnitt", "Ein viel längerer Satz steht hier. " * 5)]
    alone = [float(cross_encoder.log_odds([one])[0]) for one in pairs]
    assert np.allclose(cross_encoder.log_odds(pairs), alone, atol=0.05)


def test_a_damaged_graph_is_named(encoder_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "graph.xml"
    path.write_text("<net", encoding="utf-8")
    with pytest.raises(ModelFileError, match=r"graph\.xml: the cross-encoder cannot be loaded"):
        CrossEncoder(encoder_folder, path)
