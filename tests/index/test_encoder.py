import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from index.encoder import load_encoder
from index.errors import EncoderError
from index.types import Encoder

TEXTS = ["Kurz.", "Ein etwas längerer Satz über die Gemeinde und ihre Straßen.", "Müll", "Wer? " * 40, "Rathaus"]


@pytest.fixture
def static_model(tmp_path: Path) -> Path:
    """Return the folder of a tiny model of word vectors, without prompts."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    tokenizer = Tokenizer(
        models.WordLevel({"[UNK]": 0, "frage:": 1, "text:": 2, "bus": 3, "rad": 4}, unk_token="[UNK]")  # noqa: S106
    )
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    weights = np.array([[0, 0], [0, 9], [9, 0], [3, 4], [1, 0]], np.float32)
    model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)], device="cpu")
    model.save(str(tmp_path / "modell"), create_model_card=False)
    return tmp_path / "modell"


def set_prompts(folder: Path, prompts: str) -> None:
    path = folder / "config_sentence_transformers.json"
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition('"prompts": {')
    path.write_text(f'{before}"prompts": {prompts}{rest.partition("}")[2]}', encoding="utf-8")


def test_rows_are_unit_vectors_in_the_order_of_the_texts(encoder: Encoder) -> None:
    vectors = encoder.encode_passages(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (5, encoder.dimension) == (5, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for text, vector in zip(TEXTS, vectors, strict=True):
        assert encoder.encode_passages([text])[0] @ vector > 0.9999


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode_queries([]).shape == (0, 384)


def test_questions_and_passages_are_told_apart(encoder: Encoder) -> None:
    assert encoder.encode_queries(TEXTS[:1])[0] @ encoder.encode_passages(TEXTS[:1])[0] < 0.9999


def test_progress_is_told_to_the_end(encoder: Encoder) -> None:
    seen: list[tuple[int, int]] = []
    encoder.encode_passages(["Bus"] * 33, lambda done, total: seen.append((done, total)))
    assert seen == [(16, 33), (32, 33), (33, 33)]


def test_threads_share_an_encoder(encoder: Encoder) -> None:
    expected = encoder.encode_queries(TEXTS)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda text: encoder.encode_queries([text])[0], TEXTS * 3))
    cosines = (np.array(found) * np.tile(expected, (3, 1))).sum(axis=1)
    assert cosines.min() >= 0.999  # in bfloat16, padding changes the last digits


def test_a_model_without_prompts_gets_none(static_model: Path) -> None:
    encoder = load_encoder(str(static_model))
    assert (encoder.name, encoder.dimension) == (str(static_model), 2)
    assert encoder.encode_queries(["bus"]) == pytest.approx(np.array([[0.6, 0.8]]))
    assert encoder.encode_passages(["bus"]) == pytest.approx(np.array([[0.6, 0.8]]))


@pytest.mark.parametrize("name", ["document", "passage", "corpus"])
def test_prompts_come_from_the_configuration_of_the_model(static_model: Path, name: str) -> None:
    set_prompts(static_model, f'{{"query": "frage: ", "{name}": "text: "}}')
    encoder = load_encoder(str(static_model))
    # means of word vectors: question (0, 9) and (1, 0), passage (9, 0) and (1, 0)
    assert encoder.encode_queries(["rad"]) == pytest.approx(np.array([[1, 9]]) / np.sqrt(82))
    assert encoder.encode_passages(["rad"]) == pytest.approx(np.array([[1.0, 0.0]]))


def test_the_digest_tells_other_prompts_and_weights_apart_but_not_other_places(static_model: Path) -> None:
    first = load_encoder(str(static_model)).digest
    copy = shutil.copytree(static_model, static_model.parent / "kopie")
    assert load_encoder(str(copy)).digest == first
    set_prompts(static_model, '{"query": "frage: ", "document": ""}')
    assert load_encoder(str(static_model)).digest != first


def test_a_folder_without_a_model_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=f"{tmp_path} enthält kein Sprachmodell"):
        load_encoder(str(tmp_path))


def test_a_folder_with_a_broken_model_is_refused_with_its_name(static_model: Path) -> None:
    (static_model / "modules.json").write_text("[{", encoding="utf-8")
    with pytest.raises(EncoderError, match=f"{static_model} lässt sich nicht laden"):
        load_encoder(str(static_model))


def test_a_path_that_does_not_exist_is_refused_with_its_name() -> None:
    with pytest.raises(EncoderError, match="„/gibt/es/nicht“ ist kein Ordner"):
        load_encoder("/gibt/es/nicht")
