"""Text files: old encodings, wrapped and hyphenated lines, form feeds, and what a bad OCR left of a text."""


def niederschrift() -> bytes:
    """Return minutes in Latin-1, which has neither dash nor Euro sign, with wrapped lines and Windows line ends."""
    return """\
Gemeinde Tränke

Niederschrift über die 7. Sitzung des Bauausschusses am 23. Mai 2023

Anwesend:
Ratsfrau Käthe Großmann (Vorsitz)
Ratsherr Jörg Süßmilch
Ratsherr Özgür Yildiz

TOP 3 Sanierung der Brücke am Weißen Weg

Herr Köhler vom Ingenieurbüro stellt das Ergebnis der Brückenprüfung vor. Das Bau-
werk aus dem Jahr 1962 erhält die Note 3,4 und muss spätestens 2026 instand ge-
setzt werden. Bis dahin bleibt es für Fahrzeuge über 7,5 t gesperrt. Die Kosten be-
tragen nach jetzigem Stand ca. 680.000 EUR; das Land fördert die Maßnahme mit bis
zu 65 v. H.

Ratsherr Süßmilch fragt, ob die Brücke während der Bauzeit für Fuß- und Radver-
kehr offen bleiben könne. Herr Köhler bejaht dies: Eine Behelfsbrücke sei in den
Kosten enthalten, die Bauzeit verlängere sich dadurch um etwa drei Wochen.

Beschluss:
Der Bauausschuss empfiehlt dem Rat, die Sanierung nach Variante B auszuführen und
die Mittel in den Haushalt 2024 einzustellen. Abstimmung: 6 Ja-Stimmen, 1 Nein-
Stimme, keine Enthaltung.

TOP 4 Straßenbeleuchtung in der Siedlung "Süd"

Die Verwaltung berichtet, dass 84 der 112 Leuchten auf LED umgerüstet sind. Der Ver-
brauch ist gegenüber 2021 um 58 % gesunken. Anwohner der Hermann-Löns-Straße wün-
schen, dass die Leuchten zwischen 0 und 5 Uhr gedimmt werden; der Ausschuss nimmt
dies zustimmend zur Kenntnis.
""".replace("\n", "\r\n").encode("latin-1")


def winterdienst() -> bytes:
    """Return three pages in UTF-16 with a byte order mark; the pages carry a running header and a number."""
    pages = (
        """\
Räum- und Streuplan 2024/25
Betriebshof der Stadt Hohenmühle

1. Zuständigkeit

Der Betriebshof räumt und streut 138 km Fahrbahnen, 41 km Radwege und die Gehwege
vor städtischen Grundstücken. Der Dienst beginnt werktags um 3:30 Uhr, an Sonn- und
Feiertagen um 5 Uhr. Für alle übrigen Gehwege sind nach § 4 der Straßenreinigungs-
satzung die Anlieger zuständig. Sie müssen werktags bis 7 Uhr geräumt haben und dür-
fen kein Salz verwenden, ausgenommen bei Eisregen und auf""",
        """\
Räum- und Streuplan 2024/25
Betriebshof der Stadt Hohenmühle

Treppen oder steilen Rampen.

2. Dringlichkeit

Zuerst werden die Hauptverkehrsstraßen, die Buslinien und die Zufahrten zu Kranken-
haus, Feuerwehr und Rettungswache geräumt (Stufe I). Es folgen Sammelstraßen und die
Wege zu Schulen und Kitas (Stufe II). In Wohngebieten wird nur bei mehr als 10 cm
Neuschnee oder bei außergewöhnlicher Glätte geräumt (Stufe III).

3. Fahrzeuge und Personal

Im Einsatz sind elf Fahrzeuge mit 34 Beschäftigten in drei Schichten. Zwei Fahrzeu-""",
        """\
Räum- und Streuplan 2024/25
Betriebshof der Stadt Hohenmühle

ge fahren seit diesem Winter mit Strom. Die Vorräte betragen 620 t Salz und 90 m³
Sole; das reicht erfahrungsgemäß für etwa vier Wochen mit täglichem Einsatz.

4. Beschwerden

Hinweise auf ungeräumte Straßen nimmt der Betriebshof unter der Rufnummer 4471-0 ent-
gegen, montags bis freitags von 6 bis 15 Uhr. Über Schäden durch den Winterdienst ent-
scheidet der Kommunale Schadenausgleich. Der Plan gilt bis zum 15. April 2025.
""",
    )
    numbered = (f"{page.rstrip()}\n\n- {number} -" for number, page in enumerate(pages, start=1))
    return "\n\f".join(numbered).encode("utf-16")


def wasserversorgung() -> bytes:
    """Return a text of an OCR that knows no German letter: ü became ii, ß B, ä a and ö o."""
    return b"""\
Bericht iiber die Wasserversorgung

Die Stadtwerke Altenbriick liefern jahrlich rund 1,1 Mio. Kubikmeter Trinkwasser an
5.240 Hausanschliisse. Das Wasser stammt aus sieben Brunnen siidlich der Miihle und wird
im Wasserwerk am Griinen Weg aufbereitet. Die Qualitat wird regelmaBig iiberpriift;
samtliche Grenzwerte der Trinkwasserverordnung wurden auch im Jahr 2022 eingehalten.

Netz und Verluste

Das Leitungsnetz ist 164 km lang, die Halfte davon wurde vor 1980 verlegt. Durch
Rohrbriiche gingen 6,8 % des Wassers verloren. GroBere Schaden gab es in der Linden-
straBe und am Bahnhof. Der Druck variiert zwischen 3,2 und 5,1 bar. Fiir die Erneue-
rung sind jahrlich 450.000 Euro vorgesehen; auBerdem werden alle Hydranten gepriift.

Gebiihren

Die Gebiihr betragt seit dem 1. Januar 2023 einheitlich 1,87 Euro je Kubikmeter, die
Grundgebiihr 7,50 Euro im Monat. Sie muss nach dem Kommunalabgabengesetz die Kosten
decken, darf sie aber nicht iibersteigen. Die nachste Kalkulation ist fiir den Herbst
2024 geplant; die Stadtwerke GmbH wird die Biirgerinnen und Biirger friihzeitig iiber
das Ergebnis informieren.
"""


def friedhoefe() -> bytes:
    """Return a text of an OCR that knows ä and ö, but reads ii for ü and B for ß."""
    return """\
Bestattungen und Friedhofsgebiihren

In der Stadt Hohenmiihle wurden im Jahr 2023 auf den vier städtischen Friedhöfen 318
Verstorbene beigesetzt, davon 241 in Urnen. Die Zahl der Reihengräber geht zuriick; fiir
das Jahr 2030 rechnet die Verwaltung nur noch mit 40 Erdbestattungen. Auf dem Siidfried-
hof wurde deshalb eine groBe Wiese fiir Baumgräber angelegt, die gut angenommen wird.

Gebiihren

Die Gebiihren decken die Kosten zu 83 %. Der Rat hat am 14. Dezember 2023 beschlossen,
sie in zwei Schritten zu erhöhen: zum 1. Januar 2024 um 6 % und zum 1. Juli 2025 um
weitere 5 %. Die Nutzung der Trauerhalle kostet kiinftig 310 Euro. MaBgeblich ist der
Tag der Beisetzung. AuBerhalb der Öffnungszeiten wird ein Zuschlag von 90 Euro erhoben.
Über Ausnahmen entscheidet die Friedhofsverwaltung, SchloBallee 12.
""".encode()
