"""The state of the index as German text for the command line."""

from datetime import datetime

from index.status import GenerationStatus, IndexStatus

_KILO = 1000


def status_text(status: IndexStatus) -> str:
    """Return one line per generation, newest first, then what they share."""
    live = status.live
    search = live.search
    found = "genau" if not search.probes else f"{search.factory}, findet {search.recall:.1%} der zehn Nächsten"
    lines = [_generation_text(generation, status.pinned) for generation in reversed(status.generations)]
    return "\n".join(
        [
            *lines,
            f"Texte, Dateien und Vektoren aller Generationen: {_bytes_text(status.document_bytes)}",
            f"Sprachmodell: {live.encoder_name} ({live.encoder_digest[:12]}), Suche nach Nähe: {found}",
            f"Abgelehnte Dateien: {len(live.refusals)}",
            *(f"  {refusal.path}: {refusal.reason}" for refusal in live.refusals),
        ]
    )


def _generation_text(generation: GenerationStatus, pinned: bool) -> str:
    if generation.problem:
        return f"{generation.name}: {generation.problem}"
    when = datetime.fromisoformat(generation.created).astimezone()
    live = (" – in Betrieb, von Hand gewählt" if pinned else " – in Betrieb") if generation.live else ""
    return (
        f"{generation.name}: {when:%d.%m.%Y %H:%M}, {generation.documents} Dokumente, "
        f"{generation.passages} Abschnitte, {_bytes_text(generation.bytes)}{live}"
    )


def _bytes_text(count: float) -> str:
    for unit in ("Byte", "kB", "MB"):
        if count < _KILO:
            return f"{count:.0f} {unit}"
        count /= _KILO
    return f"{count:.1f} GB".replace(".", ",")
