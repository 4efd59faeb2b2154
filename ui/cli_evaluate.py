"""``fundstelle evaluate``: how good the answers are, on a question set of one's own or of public form."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag.settings import Settings, load_settings
from ui.terminal import AsJson, as_json_text, notice, progress

if TYPE_CHECKING:
    from index.types import Encoder
    from rag.evaluation.datasets import Dataset
    from rag.evaluation.measurement import Measurement, Progress

evaluate_app = typer.Typer(no_args_is_help=True, help="Die Güte der Antworten messen.")

Predictions = Annotated[
    Path | None, typer.Option("--predictions", help="In diese JSON-Datei schreiben, was geantwortet wurde.")
]


@evaluate_app.command("questions")
def evaluate_questions(
    file: Annotated[Path, typer.Argument(help="Fragen mit Belegen, eine JSON-Zeile je Frage.")],
    details: Annotated[bool, typer.Option("--details", help="Jede falsch behandelte Frage zeigen.")] = False,
    as_json: AsJson = False,
    predictions: Predictions = None,
) -> None:
    """Den Anteil richtig behandelter Fragen nach Art zeigen, gestellt an den Index in Betrieb."""
    from rag.evaluation.questions import as_metrics, evaluate, load_questions, summarise
    from rag.opening import open_answerer

    cases = load_questions(file)
    outcomes = evaluate(open_answerer(load_settings(), notice), cases, progress("Fragen werden gestellt"))
    _keep(predictions, {outcome.case.id: asdict(outcome.answer) for outcome in outcomes})
    typer.echo(as_json_text({"metrics": as_metrics(outcomes)}) if as_json else summarise(outcomes, details))


@evaluate_app.command("omos")
def evaluate_omos(
    file: Annotated[Path, typer.Argument(help="Fragen mit ihren Seiten in der Form von OMoS-QA.")],
    as_json: AsJson = False,
    predictions: Predictions = None,
) -> None:
    """Auswahl der Sätze und Enthaltung messen, jede Frage an ihre eigene Seite gestellt."""
    from rag.evaluation.datasets import read_omos
    from rag.evaluation.measurement import measure_omos

    _measure(measure_omos, read_omos(file), as_json, predictions)


@evaluate_app.command("squad")
def evaluate_squad(
    file: Annotated[Path, typer.Argument(help="Fragen mit ihren Absätzen in der Form von SQuAD.")],
    as_json: AsJson = False,
    predictions: Predictions = None,
) -> None:
    """Besten Satz und kurze Antwort messen, jede Frage an ihren eigenen Absatz gestellt."""
    from rag.evaluation.datasets import read_squad
    from rag.evaluation.measurement import measure_squad

    _measure(measure_squad, read_squad(file), as_json, predictions)


@evaluate_app.command("retrieval")
def evaluate_retrieval(
    pages: Annotated[Path, typer.Option(help="Die Seiten, eine JSON-Zeile je Seite (city, pageId, text).")],
    questions: Annotated[Path, typer.Option(help="Fragen in der Form von OMoS-QA.")],
    as_json: AsJson = False,
    predictions: Predictions = None,
) -> None:
    """Messen, an welcher Stelle die Seite steht, die eine Frage beantwortet."""
    from rag.evaluation.datasets import Dataset, read_omos, read_pages
    from rag.evaluation.measurement import measure_retrieval

    asked = Dataset(read_pages(pages), read_omos(questions).questions)
    _measure(measure_retrieval, asked, as_json, predictions)


def _measure(
    measure: "Callable[[Dataset, Encoder, Settings, Progress], Measurement]",
    asked: "Dataset",
    as_json: bool,
    predictions: Path | None,
) -> None:
    from index.encoder import load_encoder

    settings = load_settings()
    notice("Sprachmodell wird geladen …")
    found = measure(asked, load_encoder(settings.encoder), settings, progress)
    _keep(predictions, found.predictions)
    if as_json:
        typer.echo(as_json_text({"questions": found.questions, "metrics": found.metrics}))
    else:
        typer.echo("\n".join(f"{name:<14} {value:7.4f}" for name, value in found.metrics.items()))
        typer.echo(f"{found.questions} Fragen")


def _keep(path: Path | None, predictions: dict[str, Any]) -> None:
    if path:
        path.write_text(as_json_text(predictions) + "\n", encoding="utf-8")
