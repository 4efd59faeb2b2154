"""What the keeper of the corpus reads after an ingestion: what was understood, mended, left out, refused."""

import csv
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from corpus.duplicates import find_versions
from corpus.errors import CorpusFolderError
from corpus.locate import page_of
from corpus.readers import ocr
from corpus.types import Document, EditKind, Ingestion

# Up to this share of unknown words (names are among them), the text reads so.
_VERDICTS: Final = (
    (0.04, "gut lesbar"),
    (0.08, "lesbar mit einzelnen Fehlern"),
    (0.15, "fehlerhaft, bitte Stichproben prüfen"),
    (1.0, "schlecht lesbar, bitte neu erfassen"),
)
_CHANGE_COLUMNS: Final = "Datei Seite Anfang Ende vorher nachher Grund Sicherheit Umgebung".split()
_CONTEXT: Final = 40  # characters of the source shown on each side of a change


def describe(ingestion: Ingestion) -> dict[str, Any]:
    """Return the report as plain data, ready for JSON; texts for people are German."""
    return {
        "documents": [_describe_document(document) for document in ingestion.documents],
        "versions": [
            {"older": pair.older.path, "newer": pair.newer.path, "shared": round(pair.share, 2)}
            for pair in find_versions(ingestion.documents)
        ],
        "refused": [{"file": refusal.path, "reason": refusal.reason} for refusal in ingestion.refusals],
    }


def verdict(unknown_word_share: float) -> str:
    """Say in German how well a text with this share of unknown words, in [0, 1], can be read."""
    return next(words for limit, words in _VERDICTS if unknown_word_share <= limit)


def render(ingestion: Ingestion) -> str:
    """Return the report as German text, one part per file."""
    report = describe(ingestion)
    lines = [f"Gelesene Dokumente: {len(report['documents'])}, abgelehnte Dateien: {len(report['refused'])}"]
    for document in report["documents"]:
        lines += ["", *_render_document(document)]
    if report["versions"]:
        lines += ["", "Vermutlich Fassungen desselben Berichts:"]
        lines += [
            f"  {pair['older']} und {pair['newer']} ({round(100 * pair['shared'])} % gleiche Sätze)"
            for pair in report["versions"]
        ]
    if report["refused"]:
        lines += ["", "Abgelehnt:", *(f"  {refusal['file']}: {refusal['reason']}" for refusal in report["refused"])]
    return "\n".join(lines)


def write_changes(ingestion: Ingestion, path: Path) -> None:
    """Write every mended word as a row of a CSV file: where it stands, before and after, why, and how sure.

    :raises CorpusFolderError: If the file cannot be written.
    """
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:  # with its mark, Excel reads the umlauts
            table = csv.writer(file, delimiter=";")
            table.writerow(_CHANGE_COLUMNS)
            for document in ingestion.documents:
                table.writerows(_changes(document))
    except OSError as error:
        msg = f"{path} lässt sich nicht schreiben: {error.strerror}. Bitte einen anderen Ort wählen."
        raise CorpusFolderError(msg) from error


def _changes(document: Document) -> Iterator[tuple[str | int, ...]]:
    source = document.source_text
    for edit in document.edits:
        if edit.kind is EditKind.MEND:
            around = source[max(edit.start - _CONTEXT, 0) : edit.end + _CONTEXT]
            before = source[edit.start : edit.end]
            sure = f"{edit.confidence:.3f}".replace(".", ",")
            page = page_of(document, edit.start)
            place = (document.path, page or "", edit.start, edit.end)
            yield (*place, _one_line(before), edit.replacement, edit.reason, sure, _one_line(around))


def _describe_document(document: Document) -> dict[str, Any]:
    source = document.source_text
    return {
        "file": document.path,
        "id": document.id,
        "title": document.title,
        "publisher": document.publisher,
        "published": document.published.isoformat() if document.published else None,
        "extractor": document.extractor,
        "pages": len(document.pages) or None,
        "scanned": [asdict(scan) for scan in document.scans],
        "characters": len(source),
        "sentences": len(document.sentences),
        "passages": len(document.passages),
        "unknown_word_share": round(document.unknown_word_share, 4),
        "quality": verdict(document.unknown_word_share),
        "mended": [
            {
                "before": source[edit.start : edit.end],
                "after": edit.replacement,
                "reason": edit.reason,
                "confidence": round(edit.confidence, 3),
                "start": edit.start,
                "end": edit.end,
            }
            for edit in document.edits
            if edit.kind is EditKind.MEND
        ],
        "dropped": [
            {"text": source[edit.start : edit.end], "reason": edit.reason, "start": edit.start, "end": edit.end}
            for edit in document.edits
            if edit.kind is EditKind.DROP
        ],
    }


def _render_document(document: dict[str, Any]) -> list[str]:
    share = f"{100 * document['unknown_word_share']:.1f}".replace(".", ",")
    lines = [
        f"{document['file']}: {document['title']}",
        f"  Seiten: {document['pages'] or 'keine'}, Zeichen: {document['characters']}, "
        f"Sätze: {document['sentences']}, Abschnitte: {document['passages']}",
        f"  Herausgeber: {document['publisher'] or 'nicht angegeben'}",
        f"  Datum: {document['published'] or 'unbekannt'}; gelesen mit {document['extractor']}",
        f"  Unbekannte Wörter: {share} %, {document['quality']}",
    ]
    read = [scan["confidence"] for scan in document["scanned"] if scan["confidence"] is not None]
    waiting = [str(scan["page"]) for scan in document["scanned"] if scan["confidence"] is None]
    if read:
        sure = f"{100 * sum(read) / len(read):.0f}"
        lines.append(f"  Eingescannte Seiten: {len(read)}, Sicherheit der Texterkennung {sure} %")
    if waiting:
        remedy = "Bitte mit 300 dpi neu scannen" if ocr.engine() else ocr.INSTALL_HINT
        lines.append(f"  Nicht gelesen sind die eingescannten Seiten {', '.join(waiting)}. {remedy}.")
    if document["mended"]:
        lines.append(f"  Ausgebesserte Wörter ({len(document['mended'])}):")
        lines += [f"    {_one_line(m['before'])} -> {m['after']} ({m['reason']})" for m in document["mended"]]
    if document["dropped"]:
        lines.append(f"  Ausgelassen, nur in der Quelle ({len(document['dropped'])}):")
        lines += [f"    {_one_line(drop['text'])} ({drop['reason']})" for drop in document["dropped"]]
    return lines


def _one_line(text: str) -> str:
    return " ".join(text.split())
