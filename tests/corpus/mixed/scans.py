"""Pages that are pictures: printed, scanned with 300 dots per inch, without a text layer."""

from typing import Final

from tests.corpus.mixed.layout import (
    COLUMN,
    FULL,
    LEFT,
    RIGHT,
    TOP,
    Part,
    Style,
    flow,
    pdf,
    pdf_of_scan,
    png_of_scan,
    scan,
)

_TITLE: Final = Style(15, "Times-Bold", 0)
_HEADING: Final = Style(11.5, "Times-Bold", 16)
_TEXT: Final = Style(11, "Times-Roman", 8)


def hundesteuersatzung() -> bytes:
    """Return one column, half a degree askew."""
    parts: list[Part] = [
        (_TITLE, "Satzung über die Erhebung der Hundesteuer"),
        (
            _TEXT,
            "Aufgrund der §§ 5 und 22 der Kommunal·ver·fassung hat die Gemeinde·ver·tretung Lütten·büttel am "
            "7. November 2023 folgende Satzung be·schlossen.",
        ),
        (_HEADING, "§ 1 Steuergegenstand"),
        (
            _TEXT,
            "Der Steuer unter·liegt das Halten von mehr als drei Monate alten Hunden im Gemeinde·gebiet. Wird das "
            "Alter eines Hundes nicht nach·ge·wiesen, so ist davon aus·zu·gehen, dass er mehr als drei Monate alt ist.",
        ),
        (_HEADING, "§ 2 Steuersatz"),
        (
            _TEXT,
            "Die Steuer be·trägt im Kalender·jahr für den ersten Hund 60,00 Euro, für den zweiten Hund 90,00 Euro und "
            "für jeden weiteren Hund 130,00 Euro. Für ge·fähr·liche Hunde im Sinne der Hunde·halter·ver·ordnung "
            "be·trägt sie 480,00 Euro.",
        ),
        (_HEADING, "§ 3 Befreiungen"),
        (
            _TEXT,
            "Von der Steuer be·freit sind auf An·trag Blinden·führ·hunde, Rettungs·hunde mit gültiger Prüfung sowie "
            "Hunde, die aus einem Tier·heim auf·ge·nommen wurden, für die ersten zwölf Monate.",
        ),
        (_HEADING, "§ 4 Fälligkeit"),
        (
            _TEXT,
            "Die Steuer wird zum 15. Februar, 15. Mai, 15. August und 15. November mit je einem Viertel des Jahres·"
            "be·trages fällig. Wer die Steuer schuldet, muss Be·ginn und Ende der Hunde·haltung inner·halb von "
            "14 Tagen schrift·lich an·zeigen. Ordnungs·widrig handelt, wer dieser Pflicht vor·sätz·lich oder leicht·"
            "fertig nicht nach·kommt.",
        ),
    ]
    return pdf_of_scan(scan(pdf(flow(parts, LEFT, TOP, FULL)), degrees=0.5))


def baederbericht() -> bytes:
    """Return two columns below a title."""
    title = flow([(_TITLE, "Bericht über die städtischen Bäder im Jahr 2023")], LEFT, TOP, FULL)
    left: list[Part] = [
        (_HEADING, "Besucherzahlen"),
        (
            _TEXT,
            "Im Jahr 2023 be·suchten 118.300 Gäste das Hallen·bad und 64.750 Gäste das Frei·bad am Küster·see. Damit "
            "ist der Stand von 2019 fast wieder er·reicht. Das Frei·bad war wegen der kühlen Wochen im Juli an zwölf "
            "Tagen ge·schlossen.",
        ),
        (
            _TEXT,
            "Die Schulen nutzten das Hallen·bad an 168 Vor·mittagen. In den Ferien lernten 412 Kinder in Kursen der "
            "DLRG schwimmen; für sie zahlte die Stadt einen Zu·schuss von je 35 Euro.",
        ),
    ]
    right: list[Part] = [
        (_HEADING, "Kosten und Sanierung"),
        (
            _TEXT,
            "Der Zu·schuss der Stadt be·trug 1,26 Mio. Euro, das sind 6,88 Euro je Be·such. Die Kosten für Wärme und "
            "Strom stiegen um 31 %. Seit Oktober 2023 wird das Wasser im Sport·becken nur noch auf 26 Grad ge·heizt.",
        ),
        (
            _TEXT,
            "Das Dach des Hallen·bads muss bis 2026 saniert werden. Die Kosten schätzt das Hoch·bau·amt auf 2,9 Mio. "
            "Euro. Während der Bau·zeit bleibt das Bad sieben Monate ge·schlossen.",
        ),
    ]
    y = title[-1].y
    return png_of_scan(scan(pdf([*title, *flow(left, LEFT, y, COLUMN), *flow(right, RIGHT, y, COLUMN)])))
