"""The encoder that comes with the installation: multilingual-e5-small as a local sentence-transformers folder.

Model: Wang et al. 2024, "Multilingual E5 Text Embeddings", arXiv:2402.05672, MIT licence.
"""

import json
import tempfile
import time
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from index.model_folder import ModelFolder, folder_digest
from index.openvino_model import OpenVinoModel, remove_graph, write_graph
from index.torch_model import TorchModel
from index.types import EncoderModel, Progress
from index.weight_file import FILE_SHA256, Header, Vocabulary, WeightFile, read_weight_file

MODEL_NAME: Final = "multilingual-e5-small"
PROMPTS: Final = {"query": "query: ", "document": "passage: "}

_FOLDER_NAME: Final = f"{MODEL_NAME}-{FILE_SHA256[:12]}-2"  # the last number counts changes of this writer
_DIGEST_FILE: Final = "digest.sha256"
_NEARLY_EXACT: Final = 0.999  # cosine to the vectors of float32
_SENTENCE: Final = "Welche Aufgaben, Kosten und Fristen nennt die Gemeinde für das laufende Jahr? "

# What the file's normalisation map does beyond NFKC (SentencePiece's rule set nmt_nfkc).
_DELETED: Final = r"[\x{01}-\x{08}\x{0B}\x{0E}-\x{1F}\x{7F}\x{8F}\x{9F}]"
_SPACES: Final = r"[\x{09}\x{0A}\x{0C}\x{0D}\x{1680}\x{200B}-\x{200F}\x{2028}\x{2029}\x{2581}\x{FEFF}\x{FFFD}]"

# tensor names of the file -> names of transformers' BertModel
_EMBEDDINGS: Final = {
    "emb.word": "word_embeddings.weight",
    "emb.pos": "position_embeddings.weight",
    "emb.type": "token_type_embeddings.weight",
    "emb.ln.w": "LayerNorm.weight",
    "emb.ln.b": "LayerNorm.bias",
}
_LAYER_PARTS: Final = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def prepare(cache_folder: Path, progress: Progress | None = None) -> ModelFolder:
    """Return the sentence-transformers folder of the embedded encoder, written first if need be.

    The folder appears complete or not at all; a damaged one is written again.

    :param cache_folder: Folder of prepared models; created if missing.
    :param progress: Told the number of tensors written and their total.
    :raises EncoderError: If the package or its weight file is missing or not the known one.
    """
    target = cache_folder / _FOLDER_NAME
    digest = _intact_digest(target)
    if digest is not None:
        return ModelFolder(target, digest)
    source = read_weight_file()
    cache_folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".preparing-", dir=cache_folder) as temporary:
        folder = Path(temporary) / _FOLDER_NAME
        folder.mkdir()
        _write_model(source, folder, progress)
        digest = folder_digest(folder)
        (folder / _DIGEST_FILE).write_text(digest, encoding="ascii")
        if _intact_digest(target) is None:  # else another process was faster
            if target.exists():
                target.rename(Path(temporary) / "damaged")
            folder.rename(target)
    return ModelFolder(target, digest)


def prepared_folder(cache_folder: Path) -> Path:
    """Return the same folder without looking whether it is intact: for what reads it beside a loaded encoder.

    :raises EncoderError: As ``prepare``, where it has to be written first.
    """
    target = cache_folder / _FOLDER_NAME
    return target if target.is_dir() else prepare(cache_folder).path


def _intact_digest(folder: Path) -> str | None:
    """Return the digest of a prepared folder, or None if it is missing or not as it was written."""
    recorded = folder / _DIGEST_FILE
    if not recorded.is_file():
        return None
    digest = folder_digest(folder)
    return digest if recorded.read_bytes() == digest.encode() else None


def _write_model(source: WeightFile, folder: Path, progress: Progress | None) -> None:
    _write_weights(source, folder, progress)
    _write_tokenizer(source.vocabulary, source.header, folder)
    _write_settings(source.vocabulary, source.header, folder, "float32")
    fastest = _fastest_path(folder)
    if fastest != "openvino":
        remove_graph(folder)
        _write_settings(source.vocabulary, source.header, folder, fastest)


def _write_weights(source: WeightFile, folder: Path, progress: Progress | None) -> None:
    from safetensors.numpy import save_file  # noqa: PLC0415  (needed once per machine)

    header = source.header
    names = {name: f"embeddings.{target}" for name, target in _EMBEDDINGS.items()}
    for layer in range(header.layers):
        for part, target in _LAYER_PARTS.items():
            names[f"l{layer}.{part}.w"] = f"encoder.layer.{layer}.{target}.weight"
            names[f"l{layer}.{part}.b"] = f"encoder.layer.{layer}.{target}.bias"
    widths = {"fo.w": header.feed_forward}
    # BertModel wants a pooler, which mean pooling never uses.
    tensors = {
        "pooler.dense.weight": np.zeros((header.hidden_size, header.hidden_size), np.float32),
        "pooler.dense.bias": np.zeros(header.hidden_size, np.float32),
    }
    for done, (name, target) in enumerate(names.items(), start=1):
        weights = source.tensor(name)
        is_matrix = target.endswith(".weight") and "LayerNorm" not in target
        width = widths.get(name.partition(".")[2], header.hidden_size)
        tensors[target] = weights.reshape(-1, width) if is_matrix else weights
        if progress is not None:
            progress(done, len(names))
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})


def _write_tokenizer(vocabulary: Vocabulary, header: Header, folder: Path) -> None:
    """Write the XLM-RoBERTa tokenizer: SentencePiece unigram with metaspace, `<s> … </s>` around the text."""
    from tokenizers import (  # noqa: PLC0415  (needed once per machine)
        AddedToken,
        Regex,
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        processors,
    )

    name = [piece for piece, _ in vocabulary.pieces]
    start, end = name[vocabulary.start], name[vocabulary.end]
    padding, unknown, mask = name[vocabulary.padding], name[vocabulary.unknown], name[-1]
    tokenizer = Tokenizer(models.Unigram(vocabulary.pieces, vocabulary.unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(_DELETED), ""),
            normalizers.Replace(Regex(_SPACES), " "),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{start} $A {end}",
        pair=f"{start} $A {end} {end} $B {end}",
        special_tokens=[(start, vocabulary.start), (end, vocabulary.end)],
    )
    tokenizer.add_special_tokens(
        [AddedToken(token, special=True, normalized=False) for token in (start, padding, end, unknown, mask)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    _write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": header.positions,
            "bos_token": start,
            "cls_token": start,
            "eos_token": end,
            "sep_token": end,
            "pad_token": padding,
            "unk_token": unknown,
            "mask_token": mask,
        },
    )


def _write_settings(vocabulary: Vocabulary, header: Header, folder: Path, dtype: str) -> None:
    """Write every other file of the folder; `dtype` is the number type the weights are loaded with."""
    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "dtype": dtype,
        "hidden_size": header.hidden_size,
        "num_hidden_layers": header.layers,
        "num_attention_heads": header.heads,
        "intermediate_size": header.feed_forward,
        "hidden_act": "gelu",
        "vocab_size": header.vocabulary,
        "max_position_embeddings": header.positions,
        "type_vocab_size": header.token_types,
        "layer_norm_eps": header.epsilon,
        "pad_token_id": vocabulary.padding,
    }
    pooling = {"word_embedding_dimension": header.hidden_size, "pooling_mode_mean_tokens": True}
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
        {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
    ]
    (folder / "1_Pooling").mkdir(exist_ok=True)
    (folder / "2_Normalize").mkdir(exist_ok=True)
    _write_json(folder / "config.json", config)
    _write_json(folder / "modules.json", modules)
    _write_json(folder / "1_Pooling" / "config.json", pooling)
    _write_json(folder / "2_Normalize" / "config.json", {})
    _write_json(folder / "sentence_bert_config.json", {"max_seq_length": header.positions, "do_lower_case": False})
    _write_json(folder / "config_sentence_transformers.json", {"prompts": PROMPTS, "similarity_fn_name": "cosine"})


def _fastest_path(folder: Path) -> str:
    """Write the OpenVINO graph, try every way this processor has to compute, and name the one to take.

    A way counts only if its vectors are nearly those of float32.
    """
    exact = TorchModel(folder, "float32")
    write_graph(exact, folder)
    paths: dict[str, EncoderModel] = {"float32": exact, "openvino": OpenVinoModel(folder)}
    if computes_bfloat16():
        paths["bfloat16"] = TorchModel(folder, "bfloat16")
    expected = _vectors(exact)
    near = [name for name, model in paths.items() if (_vectors(model) * expected).sum(axis=1).min() >= _NEARLY_EXACT]
    return min(near, key=lambda name: _seconds(paths[name]))


def computes_bfloat16() -> bool:
    """Return whether this processor computes with bfloat16 by itself."""
    import torch  # noqa: PLC0415  (heavy, needed once per machine)

    capabilities = torch.cpu.get_capabilities()
    return any(capabilities.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16"))


def _vectors(model: EncoderModel) -> npt.NDArray[np.float32]:
    """Return unit vectors of texts of several lengths."""
    vectors = model.encode([_SENTENCE * count for count in (1, 2, 8)], PROMPTS["document"], "document")
    unit: npt.NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def _seconds(model: EncoderModel) -> float:
    """Return the shortest of nine times to encode a question, which is what somebody waits for, in seconds."""
    times = []
    for _ in range(9):
        start = time.perf_counter()
        model.encode([_SENTENCE], PROMPTS["query"], "query")
        times.append(time.perf_counter() - start)
    return min(times)


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
