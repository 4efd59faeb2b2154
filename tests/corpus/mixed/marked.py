"""Files whose format marks headings, lists and tables: Word, OpenDocument, HTML, Markdown."""

from collections.abc import Callable
from io import BytesIO

import docx
import odfdo

_SPORT_TABLE = (
    ("Sportstätte", "Zustand", "Sanierung", "Kosten"),
    ("Turnhalle Mühlenweg", "mangelhaft", "2026", "1,8 Mio. Euro"),
    ("Sportplatz Süd", "befriedigend", "2028", "420.000 Euro"),
    ("Ruderhaus an der Schleuse", "gut", "", "keine"),
)
_LIBRARY_TABLE = (
    ("Standort", "Medien", "Entleihungen", "Öffnungsstunden"),
    ("Hauptstelle", "48.200", "193.400", "38"),
    ("Zweigstelle Weststadt", "12.750", "41.090", "20"),
    ("Fahrbücherei", "6.300", "22.815", "14"),
)


def _saved(save: Callable[[BytesIO], object]) -> bytes:
    file = BytesIO()
    save(file)
    return file.getvalue()


def sportstaetten() -> bytes:
    """Return a Word file; its running header is no part of the text."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Stadt Lüdershagen, Amt für Schule und Sport"
    document.add_heading("Sportstättenentwicklungsplan 2024 bis 2034", 0)
    document.add_heading("Ausgangslage", 1)
    paragraph = document.add_paragraph("Die Stadt Lüdershagen unterhält neun Turnhallen, sechs Sportplätze und ein ")
    paragraph.add_run("Ruderhaus").bold = True
    paragraph.add_run(
        ". In 47 Vereinen sind rund 9.300 Menschen Mitglied, das ist mehr als ein Drittel der Bevölkerung. "
        "Der Bedarf wurde im Frühjahr 2023 erhoben; 41 Vereine und alle Schulen haben geantwortet."
    )
    document.add_heading("Befragung der Vereine", 2)
    document.add_paragraph(
        "Am häufigsten wünschen sich die Vereine zusätzliche Hallenzeiten am späten Nachmittag (29 Nennungen), "
        "bessere Umkleiden (18) und barrierefreie Zugänge (15). Mit der Vergabe durch das Sportamt sind gut vier "
        "Fünftel zufrieden."
    )
    document.add_heading("Ziele", 1)
    document.add_paragraph("Der Plan setzt drei Schwerpunkte:")
    for entry in ("energetische Sanierung der Hallen", "längere Öffnung in den Ferien", "ein Kunstrasenplatz im Süden"):
        document.add_paragraph(entry, style="List Bullet")
    document.add_paragraph("Die Umsetzung läuft in zwei Schritten:")
    document.add_paragraph("Bis Ende 2025 werden für alle Hallen Gutachten erstellt.", style="List Number")
    document.add_paragraph("Ab 2026 wird jährlich mindestens eine Halle saniert.", style="List Number")
    document.add_heading("Zustand und Kosten", 1)
    table = document.add_table(rows=0, cols=4, style="Table Grid")
    for row in _SPORT_TABLE:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = value
    document.add_paragraph(
        "Die Kosten beruhen auf Schätzungen nach DIN 276 vom August 2023 und enthalten 19 % Umsatzsteuer. Für die "
        "Turnhalle am Mühlenweg ist ein Zuschuss des Bundes von 45 % beantragt."
    )
    return _saved(document.save)


def bibliothek() -> bytes:
    """Return an OpenDocument file."""
    document = odfdo.Document("text")
    body = document.body
    body.clear()
    body.append(odfdo.Header(1, "Jahresbericht der Stadtbibliothek Grünau"))
    body.append(
        odfdo.Paragraph(
            "2023 war für die Stadtbibliothek Grünau ein Jahr des Aufbruchs. Die Zahl der Besuche stieg um 17 % auf "
            "86.420, die der Entleihungen auf 257.305. Erstmals seit 2017 wurde der Etat für Medien erhöht, und zwar "
            "um 15.000 Euro auf 98.000 Euro."
        )
    )
    body.append(odfdo.Header(2, "Veranstaltungen"))
    body.append(
        odfdo.Paragraph(
            "1. Preis im Wettbewerb „Bibliothek des Jahres“: Das Preisgeld von 7.500 Euro fließt in die Leseförderung. "
            "Es fanden 212 Veranstaltungen statt, darunter 96 Klassenführungen (§ 4 der Kooperationsvereinbarung). "
            "Anmeldungen nimmt das Team unter lese_foerderung@gruenau.example entgegen."
        )
    )
    body.append(odfdo.Paragraph("Neu im Angebot sind:"))
    body.append(odfdo.List(["Saatgut zum Tauschen", "E-Book-Reader", "Führungen in Leichter Sprache"]))
    body.append(odfdo.Header(2, "Standorte"))
    table = odfdo.Table("Standorte", width=4, height=len(_LIBRARY_TABLE))
    for y, row in enumerate(_LIBRARY_TABLE):
        for x, value in enumerate(row):
            table.set_value((x, y), value)
    body.append(table)
    body.append(odfdo.Header(3, "Ausblick"))
    body.append(
        odfdo.Paragraph(
            "Im Herbst 2024 zieht die Zweigstelle Weststadt in das frühere Postgebäude. Die Fläche verdoppelt sich "
            "dadurch auf 410 m². Für Einrichtung und Umzug stehen 265.000 Euro bereit; das Land übernimmt davon 60 %."
        )
    )
    return _saved(document.save)


def gewerbe() -> bytes:
    """Return a web page with navigation, nested list, table and much around the text."""
    return """<!doctype html>
<html lang="de"><head><meta charset="utf-8"><title>Gewerbe anmelden – Stadt Altenbrück</title>
<style>nav { display: flex }</style></head>
<body>
<header><a href="/">Stadt Altenbrück</a><form role="search"><input type="search"><button>Suchen</button></form></header>
<nav><ul><li><a href="/rathaus">Rathaus</a></li><li><a href="/buergerservice">Bürgerservice</a></li></ul></nav>
<main>
<h1>Gewerbe anmelden</h1>
<p>Wer ein stehendes Gewerbe beginnt, muss es gemäß §&nbsp;14 der Gewerbe&shy;ordnung
   <strong>gleichzeitig mit dem Beginn</strong> anzeigen. Das gilt auch für Zweig&shy;niederlassungen,
   unselbständige Zweigstellen und den Wechsel des Betriebs&shy;sitzes innerhalb der Stadt.</p>
<h2>Benötigte Unterlagen</h2>
<ul>
  <li>Personalausweis oder Reisepass mit Melde&shy;bescheinigung, die nicht älter als drei Monate ist</li>
  <li>bei juristischen Personen zusätzlich
    <ul><li>ein aktueller Auszug aus dem Handelsregister</li>
        <li>der Gesellschaftsvertrag in Kopie, falls die Eintragung noch aussteht</li></ul></li>
  <li>bei erlaubnispflichtigen Tätigkeiten die Erlaubnis, z.&nbsp;B. die Handwerkskarte</li>
</ul>
<h2>Gebühren</h2>
<table>
  <caption>Gebühren ab 1. Januar 2024</caption>
  <thead><tr><th>Vorgang</th><th>Persönlich</th><th>Online</th></tr></thead>
  <tbody>
    <tr><th>Anmeldung</th><td>26,00&nbsp;Euro</td><td>20,00&nbsp;Euro</td></tr>
    <tr><th>Ummeldung</th><td>20,00&nbsp;Euro</td><td>15,00&nbsp;Euro</td></tr>
    <tr><th>Abmeldung</th><td>kostenfrei</td><td>kostenfrei</td></tr>
  </tbody>
</table>
<h2>Dauer und Ansprechpartner</h2>
<p>Die Bestätigung erhalten Sie in der Regel innerhalb von drei Werktagen. Das Gewerbeamt gibt Ihre Anzeige an das
   Finanzamt, die Berufsgenossenschaft und die zuständige Kammer weiter; Sie müssen dort nichts veranlassen.</p>
<p>Ordnungsamt, Sachgebiet Gewerbe<br>Große Mühlenstraße 8<br>19999 Altenbrück</p>
<aside><h2>Aktuelles</h2><p>Weihnachtsmarkt ab 2. Dezember</p></aside>
</main>
<footer><p>Impressum | Datenschutz | Barrierefreiheit</p></footer>
<script>track("gewerbe")</script>
</body></html>
""".encode()


def digitalisierung() -> bytes:
    """Return a Markdown file as a team writes its minutes."""
    return """---
title: Digitalrunde
---

# Ergebnisse der Digitalrunde vom 17. Mai 2024

Die Runde tagte von 9:00 bis 11:30 Uhr im **Kreishaus Möllnitz**. Vertreten waren die
Hauptämter aller *sieben* Gemeinden sowie der Zweckverband [eGo-Nord](https://ego.example).

## Stand der Einführung

Von 575 Leistungen nach dem Onlinezugangsgesetz (OZG) sind 214 im Kreis online verfügbar,
38 mehr als im Dezember. Die Bauanträge werden seit dem 1. April 2024 vollständig
elektronisch bearbeitet; die Prüfung dauert dadurch rund zwölf Tage weniger.

| Gemeinde | Leistungen online | E-Akte | Ansprechpartner |
|:---------|------------------:|:------:|-----------------|
| Möllnitz | 214 | ja | Hr. Köhler |
| Groß Ührde | 187 | nein | Fr. Süß |
| Tränke | 96 | `geplant` | offen |

## Beschlüsse

1. Die E-Akte wird bis Ende 2025 in allen Gemeinden eingeführt.
2. Der Kreis beschafft eine gemeinsame Plattform für Terminvergabe.
   Die Kosten von 48.000 Euro im Jahr werden nach Einwohnern umgelegt.

> Ohne gemeinsame Schnittstellen bleibt jede Gemeinde auf sich gestellt.

Offen blieben folgende Punkte:

- Schulung der Beschäftigten
- Ersatz der Faxgeräte
    - im Jugendamt
    - im Gesundheitsamt

### Nächstes Treffen

Die Runde trifft sich wieder am 13. September 2024 in Groß Ührde. Fragen beantwortet bis dahin die
Geschäftsstelle unter der Nummer 0385 7200\\-114.
""".encode()
