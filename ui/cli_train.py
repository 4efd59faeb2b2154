"""``fundstelle train``: fit what judges sentences; docs/reader_card.md says on what and how well."""

from pathlib import Path
from typing import Annotated

import typer

from rag.settings import load_settings
from ui.terminal import notice, progress

train_app = typer.Typer(no_args_is_help=True, help="Die Bewertung der Sätze anpassen.")

Data = Annotated[Path, typer.Argument(help="Ordner mit den öffentlichen Fragen (docs/evaluate.md).")]


@train_app.command("cross-encoder")
def train_cross_encoder(data: Data) -> None:
    """Das Netz neu anpassen, das Frage und Satz zusammen liest, und rag/cross_encoder.xml schreiben.

    Ein abgebrochener Lauf wird fortgesetzt.
    """
    from corpus.cache import cache_folder
    from index.embedded_encoder import prepared_folder
    from index.encoder import load_encoder
    from rag.cross_encoder import GRAPH_FILE
    from rag.training.cross_network import export, train
    from rag.training.examples import make_examples
    from rag.training.material import load_cross_material
    from rag.training.pairs import training_pairs

    material, encoder = load_cross_material(data), load_encoder()
    examples = make_examples(material.datasets, encoder, notice)
    pairs = training_pairs(examples, material.matters, material.sentence_sets)
    checkpoint = load_settings().data / "cross_encoder.pt"
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    notice(f"{len(pairs)} Paare aus Frage und Satz; der Stand liegt in {checkpoint}")
    export(train(pairs, prepared_folder(cache_folder()), checkpoint, progress("Schritte")), GRAPH_FILE)
    checkpoint.unlink(missing_ok=True)
    notice(f"{GRAPH_FILE} geschrieben. Passen Sie nun die Bewertung an: fundstelle train reader {data}")


@train_app.command("reader")
def train_reader(
    data: Data,
    with_dev: Annotated[
        bool, typer.Option("--with-dev", help="Auch an den Fragen lernen, an denen sonst gemessen wird.")
    ] = False,
) -> None:
    """Die Bewertung der Sätze neu anpassen und rag/reader_weights.json schreiben."""
    from index.encoder import load_encoder
    from rag.cross_encoder import load_cross_encoder
    from rag.reader import WEIGHTS_FILE
    from rag.training.material import load_reader_material
    from rag.training.reader import train_reader as fit

    material, encoder = load_reader_material(data, with_dev), load_encoder(load_settings().encoder)
    fit(material, encoder, load_cross_encoder(), notice).save(WEIGHTS_FILE)
    notice(f"{WEIGHTS_FILE} geschrieben.")
