"""PDF files in one and two columns, over several pages, with things beside the text."""

from typing import Final

from tests.corpus.mixed.layout import (
    COLUMN,
    FULL,
    HEADING,
    LEFT,
    RIGHT,
    TEXT,
    TITLE,
    TOP,
    Part,
    Picture,
    Placed,
    Style,
    across,
    flow,
    pdf,
)

_SPACED: Final = Style(before=12.5)  # an empty line above: the lines of both columns keep the same heights
_BOTTOM: Final = 70.0
_BIG: Final = Style(22, "Helvetica-Bold", 14)
_NOTE: Final = Style(8, "Helvetica-Oblique", 0)
_SMALL: Final = Style(8, before=0)


def laermaktionsplan() -> bytes:
    """Return two columns, written one after the other; a sentence goes on from the first to the second."""
    title = flow([(TITLE, "Lärmaktionsplan der Stadt Altenbrück")], LEFT, TOP, FULL)
    left: list[Part] = [
        (HEADING, "Anlass und Rechtsgrundlage"),
        (
            TEXT,
            "Die Stadt Altenbrück schreibt ihren Lärm·aktions·plan gemäß § 47d Abs. 5 des Bundes-Immissions·schutz·"
            "gesetzes alle fünf Jahre fort. Grundlage ist die Lärm·kartierung des Landes·amtes vom 30. Juni 2022, die "
            "für die Orts·durch·fahrten der B 321 und der L 87 über 8.200 Kraft·fahr·zeuge am Tag aus·weist.",
        ),
        (
            TEXT,
            "Nach der Kartierung sind 1.460 Ein·wohne·rinnen und Ein·wohner nachts Pegeln von mehr als 55 dB(A) aus·"
            "gesetzt, rund 12,4 % der Bevöl·kerung. Besonders be·troffen sind die Große Mühlen·straße, der Fährweg "
            "und die Süd·seite des Bahn·hofs·vor·platzes, wo die Häuser",
        ),
    ]
    right: list[Part] = [
        (Style(before=12), "dicht an der Fahr·bahn stehen und die Geh·wege schmal sind."),
        (HEADING, "Maßnahmen bis 2028"),
        (
            TEXT,
            "Auf der B 321 gilt ab dem 1. März 2025 zwischen 22 und 6 Uhr Tempo 30. Der Straßen·bau·last·träger "
            "ersetzt die Pflaster·decke am Markt durch einen lärm·mindernden Belag; die Kosten von ca. 1,85 Mio. Euro "
            "teilen sich Bund, Land und Stadt. Für den Ein·bau von Schall·schutz·fenstern stellt die Stadt jähr·lich "
            "60.000 Euro bereit. Rad- und Fuß·wege werden ausgebaut.",
        ),
        (HEADING, "Beteiligung"),
        (
            TEXT,
            "Der Entwurf lag vom 4. bis zum 29. November 2024 im Rat·haus öffent·lich aus. Es gingen 37 Stel·lung·"
            "nahmen ein, davon 21 aus der Bürger·schaft. Über ihre Ab·wägung entscheidet der Aus·schuss für Bauen, "
            "Umwelt und Ver·kehr voraus·sichtlich am 18. Februar 2025.",
        ),
    ]
    y = title[-1].y
    return pdf([*title, *flow(left, LEFT, y, COLUMN), *flow(right, RIGHT, y, COLUMN)])


def klimaschutzkonzept() -> bytes:
    """Return two columns, written line by line across both, between a title and a paragraph of full width."""
    title = flow([(TITLE, "Klimaschutzkonzept der Gemeinde Süderholm")], LEFT, TOP, FULL)
    left: list[Part] = [
        (
            _SPACED,
            "Die Gemeinde Süderholm will bis 2040 treib·haus·gas·neutral werden. Das beschloss die Gemeinde·ver·"
            "tretung am 14. September 2023 mit elf gegen drei Stimmen. Im Jahr 2021 wurden im Gemeinde·gebiet rund "
            "48.700 t Kohlen·dioxid aus·gestoßen, das sind 7,9 t je Ein·wohner. Der größte An·teil ent·fällt auf die "
            "Gebäude·wärme.",
        ),
        (
            _SPACED,
            "Die Gemeinde hat dafür eine Stelle für Klima·schutz·manage·ment ge·schaffen. Sie wird vom Bund zu 70 % "
            "ge·fördert und ist zu·nächst bis zum 31. Dezember 2026 be·fristet.",
        ),
    ]
    right: list[Part] = [
        (
            _SPACED,
            "Ein Wärme·plan zeigt, wo sich Wärme·netze lohnen. Im Orts·kern soll ein Netz ent·stehen, das die Ab·wärme "
            "der Klär·anlage nutzt. Für die übrigen Ge·biete empfehlen die Gut·achter Luft- oder Erd·wärme·pumpen in "
            "Ver·bindung mit besserer Dämmung.",
        ),
        (
            _SPACED,
            "Auf den Dächern der Grund·schule und des Bau·hofs wurden 2024 Photo·voltaik·anlagen mit zu·sammen 142 kWp "
            "er·richtet. Sie decken etwa zwei Drittel des Strom·ver·brauchs beider Gebäude und sparen im Jahr ca. "
            "31.000 Euro.",
        ),
    ]
    columns = across(flow(left, LEFT, title[-1].y, COLUMN) + flow(right, RIGHT, title[-1].y, COLUMN))
    end = (
        "Die Verwaltung be·richtet der Gemeinde·ver·tretung jährlich bis zum 31. März, welche Maß·nahmen um·gesetzt "
        "wurden und was sie ge·kostet haben. Der voll·ständige Bericht mit allen An·lagen liegt im Bürger·büro, Am "
        "Kirch·platz 3, aus und kann auch auf der Internet·seite der Gemeinde ge·lesen werden."
    )
    return pdf([*title, *columns, *flow([(_SPACED, end)], LEFT, columns[-1].y, FULL)])


def vorbericht() -> bytes:
    """Return three pages with header, footer and number; a sentence and a word go on over the ends of the pages."""
    texts: tuple[list[Part], ...] = (
        [
            (HEADING, "Gesamtlage"),
            (
                TEXT,
                "Der Haus·halts·plan des Amtes Großen·wöhrde für das Jahr 2024 schließt im Er·gebnis·plan mit "
                "Er·trägen von 27.386.400 Euro und Auf·wen·dungen von 28.914.900 Euro ab. Der Jahres·fehl·betrag von "
                "1.528.500 Euro kann aus der Er·gebnis·rück·lage gedeckt werden, die Ende 2023 voraus·sicht·lich "
                "4,1 Mio. Euro be·trägt.",
            ),
            (
                TEXT,
                "Gegenüber dem Vor·jahr steigen die Auf·wen·dungen um 6,2 %. Ursachen sind der Tarif·ab·schluss vom "
                "22. April 2023, höhere Preise für Energie und die Umlage an den Kreis, deren Satz um 1,5 Pro·zent·"
                "punkte auf 34,0 % an·ge·hoben wurde. Der Amts·aus·schuss hat die Ver·waltung des·halb be·auf·tragt, "
                "bis zur Sommer·pause 2024 Vor·schläge zu unter·breiten, wie die frei·willigen",
            ),
        ],
        [
            (TEXT, "Leistungen um mindestens 150.000 Euro im Jahr ver·ringert werden können."),
            (HEADING, "Erträge"),
            (
                TEXT,
                "Wichtigste Er·trags·quelle bleiben die Schlüssel·zu·wei·sungen des Landes mit 9,8 Mio. Euro. Die "
                "Ge·werbe·steuer wird nach der Steuer·schätzung vom Oktober mit 5,25 Mio. Euro ver·an·schlagt. Der "
                "Hebe·satz bleibt bei 380 v. H., die Hebe·sätze der Grund·steuer A und B werden eben·falls nicht "
                "er·höht.",
            ),
            (
                TEXT,
                "Die Gebühren für die Straßen·reini·gung steigen zum 1. Januar 2024 auf 2,18 Euro je Front·meter. Die "
                "Kosten·deckung be·trägt dann 91 %. Für Mieten und Pachten rechnet das Amt mit 612.000 Euro; darin "
                "sind die beiden neuen Dorf·gemein-",
            ),
        ],
        [
            (TEXT, "schafts·häuser in Möllnitz und Groß Ührde ent·halten."),
            (HEADING, "Investitionen"),
            (
                TEXT,
                "2024 sollen 6,74 Mio. Euro in·vestiert werden. Der größte Be·trag ent·fällt auf den An·bau der Grund·"
                "schule „Am Mühlen·bach“ mit vier Klassen·räumen und einer Mensa. Der erste Bau·ab·schnitt kostet "
                "3,1 Mio. Euro, das Land fördert ihn mit 45 %. Für die Feuer·wehren werden zwei Lösch·fahr·zeuge "
                "be·schafft (je 385.000 Euro).",
            ),
            (HEADING, "Verschuldung"),
            (
                TEXT,
                "Zur Finan·zie·rung ist eine Kredit·auf·nahme von 2,4 Mio. Euro vor·ge·sehen. Der Schulden·stand "
                "steigt damit bis zum 31. Dezember 2024 auf 11,3 Mio. Euro oder 742 Euro je Ein·wohner und liegt "
                "weiter·hin unter dem Durch·schnitt ver·gleich·barer Ämter (Stand 2022: 918 Euro).",
            ),
        ],
    )
    pages: list[list[Placed | Picture]] = []
    for number, parts in enumerate(texts, start=1):
        header = Placed(LEFT, 800, _SMALL, "Amt Großenwöhrde – Vorbericht zum Haushaltsplan 2024")
        height = TOP - flow(parts, LEFT, TOP, FULL)[-1].y
        lines = flow(parts, LEFT, _BOTTOM + height, FULL)  # the text ends where the page ends
        diagram = Picture(lines[0].y + 30, TOP)
        footer = Placed(LEFT, 40, _SMALL, "Amt für Finanzen, Stand: 12.12.2023")
        pages.append([header, diagram, *lines, footer, Placed(480, 40, _SMALL, f"Seite {number} von 3")])
    return pdf(*pages)


def bekanntmachung() -> bytes:
    """Return an address block, a headline over several lines and a note in the margin beside the last paragraph."""
    width = 340.0
    address: list[Part] = [
        (TEXT, "Stadt Ostermühlen"),
        (Style(before=0), "Fachbereich Bauen und Umwelt"),
        (Style(before=0), "Markt 1"),
        (Style(before=0), "23999 Ostermühlen"),
    ]
    body: list[Part] = [
        (_BIG, "Auslegung des Bebauungsplans Nr. 17 für das Gewerbegebiet am Fährhof"),
        (
            Style(before=16),
            "Der Rat der Stadt Oster·mühlen hat am 26. September 2024 den Ent·wurf des Be·bau·ungs·plans Nr. 17 und "
            "die Be·gründung dazu ge·billigt und be·schlossen, sie nach § 3 Abs. 2 BauGB öffent·lich aus·zu·legen. "
            "Das Plan·ge·biet um·fasst 11,6 ha nörd·lich der Werft·straße.",
        ),
        (
            TEXT,
            "Die Unter·lagen liegen vom 14. Oktober bis ein·schließ·lich 15. November 2024 im Rat·haus, Zimmer 207, "
            "während der Dienst·stunden aus. Ver·füg·bar sind der Umwelt·be·richt, ein Schall·gut·achten und Stel·"
            "lung·nahmen zum Hoch·wasser·schutz.",
        ),
    ]
    last = (
        "Stel·lung·nahmen können während der Aus·legungs·frist schrift·lich, zur Nieder·schrift oder per E-Mail ab·"
        "ge·geben werden. Nicht frist·gerecht ab·ge·gebene Stel·lung·nahmen können bei der Be·schluss·fassung un·"
        "berück·sichtigt bleiben. Über das Er·gebnis der Prüfung werden alle Be·teiligten unter·richtet."
    )
    note = "Auskunft erteilt Frau Jürgens, Tel. 03841 2516-17."
    head = flow(address, LEFT, TOP, width)
    main = flow(body, LEFT, head[-1].y - 10, width)
    end = flow([(TEXT, last)], LEFT, main[-1].y, width)
    margin = flow([(_NOTE, note)], LEFT + width + 20, end[0].y + 10, 100)
    return pdf([*head, *main, *end, *margin])
