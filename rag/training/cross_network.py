"""The cross-encoder while it learns: a PyTorch network, its training and its way into the graph that ships.

Only training imports this; answering runs the graph (rag/cross_encoder.py).
"""

import random
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import nn
from transformers import AutoModel

from index.embedded_encoder import computes_bfloat16
from index.openvino_model import convert, import_openvino, load_tokenizer, save_graph
from index.types import Progress
from index.word_table import open_word_table
from rag.training.pairs import TrainingPair

_LAYERS: Final = 6  # the lower half: as good as all twelve would have to be twice as slow
_EPOCHS: Final = 3
_BATCH_TOKENS: Final = 3000
_BUCKET: Final = 512  # pairs that are sorted by length together, so that a batch has little padding
_LEARNING_RATE: Final = 1e-4
_WEIGHT_DECAY: Final = 0.01
_WARM_UP: Final = 0.1  # share of the steps
_DROPOUT: Final = 0.1
_STEPS_KEPT: Final = 100  # steps between two checkpoints
_STEPS_OF_LENGTH: Final = 127  # of an eight-bit weight
_SEED: Final = 1


class CrossNetwork(nn.Module):
    """The lower layers of the encoder over question and sentence, mean pooling, and a head with one output.

    Word vectors come from outside: they are the encoder's and do not change, so neither file holds them again.
    """

    def __init__(self, encoder_folder: Path) -> None:
        super().__init__()
        self.body = AutoModel.from_pretrained(str(encoder_folder), local_files_only=True, dtype=torch.float32)
        self.body.encoder.layer = self.body.encoder.layer[:_LAYERS]
        self.body.pooler = None
        self.body.embeddings.word_embeddings = None
        self.body.embeddings.requires_grad_(False)
        width = self.body.config.hidden_size
        self.head = nn.Sequential(
            nn.Dropout(_DROPOUT), nn.Linear(width, width), nn.Tanh(), nn.Dropout(_DROPOUT), nn.Linear(width, 1)
        )

    def forward(self, inputs_embeds: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return log odds, shape (n,).

        :param inputs_embeds: Word vectors, shape (n, n_tokens, dimension).
        :param attention_mask: 1 for a token, 0 for padding, shape (n, n_tokens).
        """
        hidden = self.body(inputs_embeds=inputs_embeds, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask[..., None].float()
        log_odds: torch.Tensor = self.head((hidden.float() * mask).sum(1) / mask.sum(1)).squeeze(-1)
        return log_odds


def train(pairs: Sequence[TrainingPair], encoder_folder: Path, checkpoint: Path, progress: Progress) -> CrossNetwork:
    """Fit the network to the pairs: binary cross-entropy, AdamW, a rate that rises and falls again in a line.

    Seeded; uses a GPU where there is one. What was reached is kept in ``checkpoint`` and taken up again there, if it
    was of the same pairs.
    """
    torch.manual_seed(_SEED)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    network = CrossNetwork(encoder_folder).to(device).train()
    batcher = _Batcher(pairs, encoder_folder)
    batches = batcher.batches()
    optimizer = torch.optim.AdamW(
        [parameter for parameter in network.parameters() if parameter.requires_grad],
        lr=_LEARNING_RATE,
        weight_decay=_WEIGHT_DECAY,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, len(batches)))
    parts: dict[str, Any] = {"network": network, "optimizer": optimizer, "schedule": schedule}
    done = _resume(parts, checkpoint, batcher.digest)
    for step in range(done, len(batches)):
        vectors, mask, target, weight = (part.to(device) for part in batcher.tensors(batches[step]))
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda" or computes_bfloat16()):
            log_odds = network(vectors, mask)
        loss = nn.functional.binary_cross_entropy_with_logits(log_odds.float(), target, weight)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        if (step + 1) % _STEPS_KEPT == 0:
            _keep(parts, checkpoint, batcher.digest, step + 1)
        progress(step + 1, len(batches))
    return network.eval()


def export(network: CrossNetwork, path: Path) -> None:
    """Write the network as an OpenVINO graph with weights of eight bits, one scale a row.

    :param path: A file ending in .xml; the weights go into one beside it ending in .bin.
    """
    vectors, mask = torch.zeros(2, 4, network.body.config.hidden_size), torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]])
    graph = convert(network.cpu().eval(), {"inputs_embeds": vectors, "attention_mask": mask})
    opset = import_openvino().opset13
    for operation in graph.get_ordered_ops():
        _quantise(operation, opset)
    save_graph(graph, path, path.stem)


def _quantise(operation: Any, opset: Any) -> None:
    """Put eight-bit numbers times a scale in the place of a matrix of weights."""
    if operation.get_type_name() != "Constant" or len(operation.shape) != 2 or 1 in operation.shape:
        return
    users = list(operation.output(0).get_target_inputs())
    if {user.get_node().get_type_name() for user in users} != {"MatMul"}:
        return
    weights = operation.data.astype(np.float32)
    scale = np.abs(weights).max(axis=1, keepdims=True) / _STEPS_OF_LENGTH
    steps = np.round(weights / np.maximum(scale, np.finfo(np.float32).tiny)).astype(np.int8)
    product = opset.multiply(opset.convert(opset.constant(steps), "f32"), opset.constant(scale))
    for user in users:
        user.replace_source_output(product.output(0))


class _Batcher:
    """Pairs as tokens, in the batches of all epochs."""

    def __init__(self, pairs: Sequence[TrainingPair], encoder_folder: Path) -> None:
        self._words = open_word_table(encoder_folder)
        tokenizer = load_tokenizer(encoder_folder)
        encoded = (tokenizer.encode_batch([tuple(one.pair)])[0] for one in pairs)  # one by one: without padding
        self._tokens = [one.ids for one in encoded]
        self._pairs = pairs
        self.digest = zlib.crc32("\n".join(map(repr, pairs)).encode())

    def batches(self) -> list[list[int]]:
        """Return the places of the pairs of every batch, in the order of training."""
        order, chosen = random.Random(_SEED), []  # noqa: S311  (repeatable, not secret)
        for _ in range(_EPOCHS):
            places = list(range(len(self._tokens)))
            order.shuffle(places)
            epoch = [
                batch
                for first in range(0, len(places), _BUCKET)
                for batch in self._cut(places[first : first + _BUCKET])
            ]
            order.shuffle(epoch)
            chosen += epoch
        return chosen

    def _cut(self, places: list[int]) -> list[list[int]]:
        batches: list[list[int]] = [[]]
        for place in sorted(places, key=lambda one: len(self._tokens[one])):
            if (len(batches[-1]) + 1) * len(self._tokens[place]) > _BATCH_TOKENS:
                batches.append([])
            batches[-1].append(place)
        return [batch for batch in batches if batch]

    def tensors(self, batch: Sequence[int]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return word vectors, attention mask, targets and weights."""
        longest = max(len(self._tokens[place]) for place in batch)
        vectors = np.zeros((len(batch), longest, self._words.shape[1]), np.float32)
        mask = np.zeros((len(batch), longest), np.int64)
        for row, place in enumerate(batch):
            tokens = self._tokens[place]
            vectors[row, : len(tokens)] = self._words[tokens]
            mask[row, : len(tokens)] = 1
        target = torch.tensor([float(self._pairs[place].answers) for place in batch])
        weight = torch.tensor([self._pairs[place].weight for place in batch])
        return torch.from_numpy(vectors), torch.from_numpy(mask), target, weight


def _rate(step: int, steps: int) -> float:
    rising = (step + 1) / max(1.0, _WARM_UP * steps)
    return min(1.0, rising) * max(0.02, 1 - step / steps)


def _keep(parts: dict[str, Any], checkpoint: Path, digest: int, step: int) -> None:
    states = {name: part.state_dict() for name, part in parts.items()}
    unfinished = checkpoint.with_suffix(".tmp")
    torch.save({"digest": digest, "step": step, **states}, unfinished)
    unfinished.replace(checkpoint)


def _resume(parts: dict[str, Any], checkpoint: Path, digest: int) -> int:
    """Load what was kept and return the number of steps done, 0 where nothing was kept for these pairs."""
    if not checkpoint.is_file():
        return 0
    kept = torch.load(checkpoint, weights_only=True)
    if kept["digest"] != digest:
        return 0
    for name, part in parts.items():
        part.load_state_dict(kept[name])
    return int(kept["step"])
