"""The command line: ask, serve, keys, index, corpus, evaluate, train. A known error is one line and exit status 1.

Heavy imports stand inside the commands, so that those which need no model start at once.
"""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from corpus.errors import CorpusError
from index.errors import SearchIndexError
from rag.audit import Action, AuditLog
from rag.errors import AnswerError
from rag.keys import COMMAND_LINE_NAME
from rag.settings import load_settings
from rag.types import Answer, Decision, FeatureTrace, Trace
from ui.cli_evaluate import evaluate_app
from ui.cli_keys import keys_app
from ui.cli_train import train_app
from ui.terminal import AsJson, as_json_text, notice, progress

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Fundstelle: Fragen an die eigenen Berichte.")
index_app = typer.Typer(no_args_is_help=True, help="Den Index bauen und prüfen.")
corpus_app = typer.Typer(no_args_is_help=True, help="Was aus den Berichten gelesen wurde.")
app.add_typer(index_app, name="index")
app.add_typer(corpus_app, name="corpus")
app.add_typer(evaluate_app, name="evaluate")
app.add_typer(keys_app, name="keys")
app.add_typer(train_app, name="train")

_SENTENCES_SHOWN = 10
_FEATURES_SHOWN = 6
_DECISIONS = {
    Decision.CHOSEN: "gewählt",
    Decision.REPEATED: "Wiederholung",
    Decision.LESS_RELEVANT: "schwächer",
    Decision.NOT_ANSWERED: "–",
}


def main() -> None:
    """Run the command line; bugs keep their traceback."""
    try:
        app()
    except (CorpusError, SearchIndexError, AnswerError) as error:
        typer.secho(f"Fehler: {error}", fg=typer.colors.RED, err=True)
        sys.exit(1)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="Die Frage.")],
    explain: Annotated[bool, typer.Option("--explain", help="Zeigen, wie die Antwort zustande kam.")] = False,
    as_json: AsJson = False,
) -> None:
    """Eine Frage beantworten."""
    from rag.opening import open_answerer

    answer = open_answerer(load_settings()).ask(question, explain=explain)
    if as_json:
        typer.echo(as_json_text(asdict(answer)))
    else:
        typer.echo(_answer_text(answer) + (_trace_text(answer.trace) if answer.trace else ""))


@app.command()
def serve(
    port: Annotated[int | None, typer.Option(help="Port, sonst FUNDSTELLE_PORT oder 8000.")] = None,
    host: Annotated[str | None, typer.Option(help="Adresse, sonst FUNDSTELLE_HOST oder 127.0.0.1.")] = None,
    workers: Annotated[int | None, typer.Option(help="Prozesse, sonst FUNDSTELLE_WORKERS oder 1.")] = None,
    to_all: Annotated[bool, typer.Option("--open", help="Ohne Schlüssel auch für andere Rechner öffnen.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Neu bauen, sobald sich der Ordner ändert.")] = False,
) -> None:
    """Seite und Schnittstelle bereitstellen."""
    from ui.supervisor import supervise

    supervise(load_settings(port=port, host=host, workers=workers, open=to_all or None), watch)


@index_app.command("build")
def index_build(
    if_stale: Annotated[bool, typer.Option("--if-stale", help="Nur, wenn der Index nicht zum Stand passt.")] = False,
    job: Annotated[str | None, typer.Option(help="Einen Auftrag des Servers ausführen.", hidden=True)] = None,
) -> None:
    """Den Index über alle Berichte bauen und in Betrieb nehmen."""
    from index.encoder import LazyEncoder
    from index.status import is_pinned, why_stale

    settings = load_settings()
    if job is not None:
        from ui.job_process import run_job

        run_job(settings, job)
        return
    encoder = LazyEncoder(settings.encoder, progress("Sprachmodell wird vorbereitet"))
    reasons = why_stale(settings.data, settings.corpus, encoder.digest)
    if if_stale and not reasons:
        notice("Der Index ist auf dem Stand der Berichte.")
        return
    if if_stale and is_pinned(settings.data, encoder.digest):
        notice("Die Generation in Betrieb ist von Hand gewählt. `fundstelle index build` baut eine neue.")
        return
    for reason in reasons:
        notice(reason)
    from index.builder import build_index

    result = build_index(settings.corpus, settings.data, encoder, progress, settings.generations)
    AuditLog(settings.data).record(COMMAND_LINE_NAME, Action.INDEX_BUILT, result.generation)
    for refusal in result.refusals:
        typer.secho(f"Nicht gelesen: {refusal.path}: {refusal.reason}", fg=typer.colors.YELLOW, err=True)
    notice(
        f"Index {result.generation}: {result.documents} Dokumente, {result.passages} Abschnitte "
        f"({result.read} neu gelesen, {result.taken_over} übernommen, {result.removed} entfernt, "
        f"{result.embedded} Texte eingebettet)."
    )


@index_app.command("status")
def index_status(as_json: AsJson = False) -> None:
    """Zeigen, welcher Index in Betrieb ist."""
    from index.status import status
    from ui.index_text import status_text

    found = status(load_settings().data)
    typer.echo(as_json_text(asdict(found)) if as_json else status_text(found))


@index_app.command("rollback")
def index_rollback(
    generation: Annotated[str | None, typer.Argument(help="Die Generation, sonst die vor der jetzigen.")] = None,
) -> None:
    """Zu einer früheren Generation zurückkehren; sie bleibt, bis jemand von Hand neu baut."""
    from index.rollback import rollback

    data = load_settings().data
    chosen = rollback(data, generation)
    AuditLog(data).record(COMMAND_LINE_NAME, Action.INDEX_ROLLED_BACK, chosen)
    notice(f"In Betrieb ist jetzt {chosen}. Ein laufender Server übernimmt sie von selbst.")


@index_app.command("purge")
def index_purge(
    document: Annotated[str, typer.Argument(help="Die Kennung des Dokuments, dessen Datei entfernt ist.")],
) -> None:
    """Ein Dokument aus allen früheren Generationen, gespeicherten Dateien und Zwischenspeichern entfernen."""
    from index.purge import kept_path, purge

    data = load_settings().data
    path = kept_path(data, document)
    removed = purge(data, document)
    AuditLog(data).record(COMMAND_LINE_NAME, Action.DOCUMENT_PURGED, path or document)
    notice(f"„{path or document}“ ist aus allem entfernt, was aufbewahrt war ({removed} Generationen gelöscht).")


@index_app.command("verify")
def index_verify() -> None:
    """Jede Datei, jede Stelle und eine Stichprobe der Vektoren prüfen."""
    from index.verification import verify

    verified = verify(load_settings().data)
    typer.echo(
        f"In Ordnung: Generation {verified.generation}, {verified.documents} Dokumente, {verified.passages} Abschnitte."
    )


@corpus_app.command("report")
def corpus_report(
    as_json: AsJson = False,
    changes: Annotated[
        Path | None, typer.Option("--changes", help="Jede Ausbesserung in diese CSV-Datei schreiben.")
    ] = None,
) -> None:
    """Zeigen, was gelesen, ausgebessert, ausgelassen und abgelehnt wurde."""
    from corpus.ingestion import ingest_folder
    from corpus.report import describe, render, write_changes

    ingestion = ingest_folder(load_settings().corpus, progress("Berichte werden gelesen"))
    if changes:
        write_changes(ingestion, changes)
    typer.echo(as_json_text(describe(ingestion)) if as_json else render(ingestion))


def _answer_text(answer: Answer) -> str:
    lines = [answer.answer, ""] if answer.answered else [answer.answer, "", "Am nächsten kommen:"]
    for citation in answer.citations or answer.related:
        place = f", Seite {citation.page}" if citation.page else ""
        quote = citation.quote if answer.answered else f"{citation.quote[:160]} …"
        lines.append(f"[{citation.id}] {citation.title}{place}, Zeichen {citation.start}–{citation.end}: {quote}")
    return "\n".join(lines)


def _trace_text(trace: Trace) -> str:
    unknown = [term.term for term in trace.terms if not term.known]
    lines = [
        "",
        "",
        f"Gesucht: {trace.question}",
        "Wörter: " + ", ".join(f"{term.term} {term.weight:.1f}" for term in trace.terms),
        *([f"Nirgends im Index: {', '.join(unknown)}"] if unknown else []),
        f"Zuversicht {trace.confidence:.2f}, nötig {trace.threshold:.2f}; Sätze: {trace.sentences_wanted}",
        _features_text(trace.features),
        "Gelesene Abschnitte (Rang, Wert, Nähe, Wörter):",
    ]
    for rank, passage in enumerate(trace.passages, start=1):
        place = f"{passage.document_id}, Zeichen {passage.start}–{passage.end}, {passage.section or 'ohne Überschrift'}"
        lines.append(f"{rank:>3} {passage.score:.3f} {passage.similarity:.3f} {passage.lexical:6.2f}  {place}")
    lines.append("Beste Sätze (Abschnitt, Wert, Entscheidung):")
    for sentence in sorted(trace.sentences, key=lambda sentence: -sentence.relevance)[:_SENTENCES_SHOWN]:
        decision = _DECISIONS[sentence.decision]
        lines.append(f"{sentence.passage + 1:>3} {sentence.relevance:.3f} {decision:<11} {sentence.text[:160]}")
        lines += [_features_text(sentence.features)] if sentence.features else []
    return "\n".join(lines)


def _features_text(features: Sequence[FeatureTrace]) -> str:
    shown = (f"{feature.name} {feature.contribution:+.2f}" for feature in features[:_FEATURES_SHOWN])
    return "      " + ", ".join(shown)
