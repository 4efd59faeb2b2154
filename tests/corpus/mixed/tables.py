"""PDF files with tables, lists and nested headings."""

from tests.corpus.mixed.layout import (
    FULL,
    LEFT,
    SOFT_HYPHEN,
    TEXT,
    TITLE,
    TOP,
    Grid,
    Part,
    Style,
    flow,
    pdf,
)


def _vera(size: float, before: float, bold: bool = False, indent: float = 0) -> Style:
    return Style(size, "VeraBd" if bold else "Vera", before, indent)


def radverkehrsplan() -> bytes:
    """Return a table with rules and a cell of two lines, between paragraphs."""
    above = flow(
        [
            (TITLE, "Radverkehrsplan der Stadt Neu Brüchow"),
            (
                TEXT,
                "Der Rat der Stadt Neu Brüchow hat am 12. Juni 2024 den Rad·verkehrs·plan be·schlossen. Er soll den "
                "Anteil der Wege, die mit dem Rad zurück·gelegt werden, bis 2030 von 14 auf 22 % erhöhen. Die ersten "
                "Maß·nahmen sind im Haus·halt ge·sichert; die folgende Über·sicht nennt sie mit Kosten und Jahr.",
            ),
        ],
        LEFT,
        TOP,
        FULL,
    )
    rows = [
        ["Maßnahme", "Straße", "Kosten", "Jahr"],
        ["Radweg, 1,2 km", "Lübsche Straße", "120.000 Euro", "2025"],
        ["Abstellanlage am Bahnhof\nmit 80 Plätzen", "Bahnhofstraße", "64.500 Euro", "2025"],
        ["Querungshilfe", "Schulweg, Ecke Gänsemarkt", "38.000 Euro", "2026"],
        ["Beleuchtung", "Treidelpfad", "91.300 Euro", "2027"],
    ]
    below = [
        (
            TEXT,
            "Alle vier Maß·nahmen werden aus dem Sonder·programm „Stadt und Land“ ge·fördert. Die Stadt trägt einen "
            "Eigen·anteil von 25 %, das sind 78.450 Euro. Für den Rad·weg an der Lübschen Straße müssen elf Park·"
            "plätze ent·fallen; über Ersatz ver·handelt die Ver·waltung mit der Kirchen·gemeinde St. Jürgen.",
        )
    ]
    y = above[-1].y
    table = Grid(LEFT, y - 14, rows, [150, 150, 90, 50], ruled=True)
    return pdf([*above, table, *flow(below, LEFT, y - 140, FULL)])


def stadtteile() -> bytes:
    """Return a table without rules, its numbers aligned at their last digit."""
    above = flow(
        [
            (TITLE, "Einwohner und Haushalte nach Stadtteilen"),
            (
                TEXT,
                "Am 31. Dezember 2023 waren in Grünau an der Elde 16.586 Menschen mit Haupt·wohnung ge·meldet, 143 "
                "mehr als im Jahr zuvor. Der Zu·wachs geht vor allem auf das Neu·bau·gebiet am Süd·hang zurück. Die "
                "Zahl der Haus·halte stieg stärker als die der Ein·wohner, weil immer mehr Menschen allein leben.",
            ),
        ],
        LEFT,
        TOP,
        FULL,
    )
    rows = [
        ["Stadtteil", "Einwohner", "Haushalte", "Fläche in ha"],
        ["Altstadt", "4.218", "2.705", "86"],
        ["Mühlenfeld", "6.940", "3.212", "214"],
        ["Südhang", "3.377", "1.580", "158"],
        ["Weiße Siedlung", "2.051", "967", "73"],
        ["Insgesamt", "16.586", "8.464", "531"],
    ]
    below = [
        (
            TEXT,
            "Die Angaben stammen aus dem Melde·register und können von den Zahlen des Statis·tischen Landes·amtes "
            "ab·weichen. Neben·wohnungen sind nicht ent·halten. Die nächste Er·hebung er·scheint im März 2025.",
        )
    ]
    y = above[-1].y
    return pdf([*above, Grid(LEFT, y - 14, rows, [130, 90, 90, 90], ruled=False), *flow(below, LEFT, y - 142, FULL)])


def stadtgruen() -> bytes:
    """Return numbered headings in larger type, a list with its lead-in, ligatures and soft hyphens."""
    text, item = _vera(9, 6), _vera(9, 1, indent=10)
    section, subsection = _vera(15, 14, bold=True), _vera(11.5, 10, bold=True)
    parts: list[Part] = [
        (_vera(18, 0, bold=True), "Pflegekonzept für das Stadtgrün"),
        (section, "1 Grundlagen"),
        (subsection, "1.1 Auftrag"),
        (
            text,
            "Die Stadt Hohen·mühle pﬂegt 184 ha Grün·ﬂächen, 23 Spiel·plätze und rund 9.600 Bäume. Der Bau·hof und die "
            "be·auf·tragten Fach·ﬁrmen geben dafür jähr·lich 2,3 Mio. Euro aus. Das Kon·zept legt fest, welche Flächen "
            "wie häuﬁg ge·pﬂegt werden und wie sich knappe Mittel ﬂexi·bel ein·setzen lassen.",
        ),
        (subsection, "1.2 Bestand"),
        (
            text,
            "Das Grün·ﬂächen·kataster wurde 2022 voll·ständig er·neuert. Danach sind 61 % der Flächen Rasen, 17 % "
            "Ge·hölze und 9 % Wiesen; der Rest ver·teilt sich auf Beete, Wege und Wasser·läufe. Etwa jeder achte "
            "Straßen·baum ist durch Trocken·heit ge·schädigt, am stärks·ten sind die Linden in der Großen Allee "
            "be·troffen.",
        ),
        (section, "2 Ziele und Maßnahmen"),
        (text, "Bis 2030 verfolgt die Stadt vier Ziele:"),
        (item, "• mehr Schatten auf Schul·höfen und Plätzen"),
        (item, "• arten·reiche Wiesen statt kurz ge·schnit·tenem Rasen, vor allem ent·lang der Aus·fall·straßen und "
         "auf Rest·ﬂächen"),
        (item, "• sichere Bäume an Straßen und Wegen"),
        (item, "• weniger Auf·wand für Wechsel·ﬂor"),
        (subsection, "2.1 Bäume"),
        (
            text,
            "Jähr·lich werden 250 Bäume nach·ge·pﬂanzt, be·vor·zugt Arten, die mit Hitze und Trocken·heit zu·recht·"
            "kommen. Quali·ﬁ·zierte Baum·kontrol·leure prüfen jeden Straßen·baum zwei·mal im Jahr. Die Kosten von "
            "415.000 Euro sind im Haus·halt 2024/2025 ver·an·schlagt; der Ein·ﬂuss der Preis·stei·gerungen ist "
            "be·rück·sich·tigt.",
        ),
    ]  # fmt: skip
    return pdf(flow(parts, LEFT, TOP, FULL, SOFT_HYPHEN))
