"""All documents of the corpus with what is expected of their reading.

The expected reading of a document is the text file of its name in this folder, written by hand in the order in which a
person reads the document: one line for each heading, paragraph, list entry and row of a table. A lead-in and its short
list are one line.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.corpus.mixed import marked, pdfs, plain, scans, tables

DIGITAL: Final = 0.01
SCANNED: Final = 0.03  # with 300 dots per inch


@dataclass(frozen=True, slots=True)
class Sample:
    """One document: ``make`` returns its file, ``headings`` are those that text stands under, in order."""

    make: Callable[[], bytes]
    suffix: str
    headings: tuple[str, ...]
    max_error_rate: float = DIGITAL

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.make.__name__ + self.suffix

    @property
    def expected(self) -> str:
        """The reading that a person expects."""
        path = Path(__file__).with_name(f"{self.make.__name__}.txt")
        return path.read_text(encoding="utf-8").removesuffix("\n")


SAMPLES: Final = (
    Sample(
        pdfs.laermaktionsplan,
        ".pdf",
        (
            "Lärmaktionsplan der Stadt Altenbrück",
            "Anlass und Rechtsgrundlage",
            "Maßnahmen bis 2028",
            "Beteiligung",
        ),
    ),
    Sample(pdfs.klimaschutzkonzept, ".pdf", ("Klimaschutzkonzept der Gemeinde Süderholm",)),
    Sample(pdfs.vorbericht, ".pdf", ("Gesamtlage", "Erträge", "Investitionen", "Verschuldung")),
    Sample(pdfs.bekanntmachung, ".pdf", ("Auslegung des Bebauungsplans Nr. 17 für das Gewerbegebiet am Fährhof",)),
    Sample(tables.radverkehrsplan, ".pdf", ("Radverkehrsplan der Stadt Neu Brüchow",)),
    Sample(tables.stadtteile, ".pdf", ("Einwohner und Haushalte nach Stadtteilen",)),
    Sample(
        tables.stadtgruen,
        ".pdf",
        (
            "Pflegekonzept für das Stadtgrün",
            "1 Grundlagen",
            "1.1 Auftrag",
            "1.2 Bestand",
            "2 Ziele und Maßnahmen",
            "2.1 Bäume",
        ),
    ),
    Sample(
        scans.hundesteuersatzung,
        ".pdf",
        (
            "Satzung über die Erhebung der Hundesteuer",
            "§ 1 Steuergegenstand",
            "§ 2 Steuersatz",
            "§ 3 Befreiungen",
            "§ 4 Fälligkeit",
        ),
        SCANNED,
    ),
    Sample(
        scans.baederbericht,
        ".png",
        ("Bericht über die städtischen Bäder im Jahr 2023", "Besucherzahlen", "Kosten und Sanierung"),
        SCANNED,
    ),
    Sample(
        marked.sportstaetten,
        ".docx",
        (
            "Sportstättenentwicklungsplan 2024 bis 2034",
            "Ausgangslage",
            "Befragung der Vereine",
            "Ziele",
            "Zustand und Kosten",
        ),
    ),
    Sample(
        marked.bibliothek,
        ".odt",
        ("Jahresbericht der Stadtbibliothek Grünau", "Veranstaltungen", "Standorte", "Ausblick"),
    ),
    Sample(
        marked.gewerbe,
        ".html",
        (
            "Gewerbe anmelden",
            "Benötigte Unterlagen",
            "Gebühren",
            "Gebühren ab 1. Januar 2024",
            "Dauer und Ansprechpartner",
        ),
    ),
    Sample(
        marked.digitalisierung,
        ".md",
        ("Ergebnisse der Digitalrunde vom 17. Mai 2024", "Stand der Einführung", "Beschlüsse", "Nächstes Treffen"),
    ),
    Sample(
        plain.niederschrift,
        ".txt",
        ("TOP 3 Sanierung der Brücke am Weißen Weg", 'TOP 4 Straßenbeleuchtung in der Siedlung "Süd"'),
    ),
    Sample(
        plain.winterdienst,
        ".txt",
        ("1. Zuständigkeit", "2. Dringlichkeit", "3. Fahrzeuge und Personal", "4. Beschwerden"),
    ),
    Sample(plain.wasserversorgung, ".txt", ("Bericht über die Wasserversorgung", "Netz und Verluste", "Gebühren")),
    Sample(plain.friedhoefe, ".txt", ("Bestattungen und Friedhofsgebühren", "Gebühren")),
)
