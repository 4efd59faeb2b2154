"""Sentence borders: "|" marks where a German reader ends a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.sentences import MAX_SENTENCE_CHARACTERS, split_sentences

CASES = """
Der 11. Bundesländerworkshop fand statt.| Danach gab es Kaffee.
Er fand am 25. April 2023 in Wismar statt.
Die Initiative endet im Jahr 2023.| Danach übernimmt der Bund.
Sie begann 2019.| Bürgermeister Weiß eröffnete sie.
Der Anteil liegt bei 5 Prozent.| Die Quote steigt.
Viele Gäste kamen aus Bayern.| Sachsen war auch vertreten.
Auf Bundesebene unterstützen u.a. das Ministerium und die Länder.
Auf Bundesebene unterstützen u. a. Banken die Länder.
Es helfen Banken u. a.| Die Länder helfen auch.
Man kann z. B. Anträge stellen.
Man kann z.B. Anträge stellen.
Siehe Nr. 5 der Satzung.| Sie gilt ab Mai.
Nach Abs. 2 Satz 1 gilt das.| Es gilt für alle.
Nach § 3 Abs. 2. Halbsatz gilt das nicht.
Der Rat ist gem. § 53 der Gemeindeordnung beschlussfähig.
Um 19.30 Uhr beginnt das Essen.| Es endet spät.
Die Initiative Stadt.Land.Digital lädt ein.
Das Programm Smarte.Land.Regionen Kommunen hilft.
Es heißt Stadt.Land.Digital.| Alle kommen.
Frau Dr. Groß leitet das Amt.| Herr Prof. Dr. Lüders vertritt sie.
Das Amt liegt in der Hauptstr. 5 und ist offen.
Das Amt liegt in der Hauptstr.| Es ist offen.
Die 9. oder 10. Klasse ist gemeint.
Sie kostet ca. 5 Mio. Euro.| Der Bund zahlt mit.
Sie kostet 5 Mio.| Der Bund zahlt mit.
Es kostet 1.452 €.| Die Zahlung ist fällig.
J. Müller und A. B. Weiß kamen.| Sie blieben lange.
Siehe www.stadt-land-digital.de.| Dort steht mehr.
Schreiben Sie an info@stadt.de.| Wir antworten.
Er sagte: „Das ist gut.“| Dann ging er.
Er sagte: „Kommen Sie bald!“ und ging.
„Wer zahlt das?“, fragte Frau Käfer.| Niemand wusste es.
Das Programm „Meine Stadt“.| Die Stadt hilft.
Sie heißt »Smart Country«.| Länder machen mit.
Wie geht es weiter?| Das zeigt die Zukunft.
Jetzt anmelden!| Die Plätze sind knapp.
Sie kommen … und gehen.
Alles fließt …| Die Stadt auch.
Am 01.02.2024 endet die Frist.| Danach ist es zu spät.
Die Frist endet am 01.02.2024.| Anträge danach gelten nicht.
Das gilt ab 15.03. Anträge sind möglich.
Das gilt für Menschen, d. h. Sie können kommen.
Das ist der Fall, vgl. Anlage 3.| Sie liegt bei.
Die Firma Schäfer GmbH & Co. KG baut.| Der Bau dauert.
Der Verein e.V. Augsburg hilft.
Es hilft der Verein Tür e. V.| Dort sind Plätze frei.
Die Quote stieg auf 45.| Das ist viel.
Im Jahr 1990 waren es 12.| Heute sind es mehr.
Der II. Senat entscheidet.| Er tagt selten.
Das regelt das SGB II.| Die Stadt zahlt.
Straßen, Wege usw. werden gebaut.
Es gibt Straßen, Wege usw.| Die Stadt baut sie.
Es gibt Hobbys etc.| Außerdem gibt es Sport.
Öffnungszeiten: Mo. bis Fr. 8.00 bis 12.00 Uhr
Das kostet max. 69 Cent/Min. aus dem Netz.
Rufen Sie an (Tel. 0385 588-0).| Wir helfen gern.
Sie fördert (59 Prozent).| Öffentliche Portale nutzt sie selten.
Der Hebesatz steigt auf 450 v. H.| Eine Kreditaufnahme ist vorgesehen.
Die St. Marienkirche steht in Wismar.| Sie ist alt.
Bis zum 30. Juni 2024 ist der Weg fertig.
Zum 1. Januar steigt der Preis.| Im Mai sinkt er.
Bündnis 90 und FDP stimmten zu.| Die SPD nicht.
Das Museum (erb. 1890) ist offen.| Kommen Sie!
Ende der Sitzung: 20.45 Uhr.| Herr Weiß dankt.
Die Bundes-, Landes- und Kommunalmittel reichen.| Mehr gibt es nicht.
Insgesamt kamen 28 Gäste.| 15 Länder waren dabei.
Der Antrag ist i. d. R. Sache des Rates.
Der Beschluss gilt bzgl. Anlage A.| Sie liegt bei.
Der Verkehr nimmt zu.| § 5 der Satzung gilt.
Das Fest ist am Sonntag.| „Alle sind willkommen“, sagt die Stadt.
Sie wurde 1.100.000 Euro teuer.| Niemand klagte.
Die Feier war im 19. Jahrhundert üblich.
Sie ist 30 Jahre alt.| Jeden Tag übt sie.
Die Zeitung heißt AZ.| Jeden Mittwoch kommt sie.
Anträge dieser Art.| Die Stadt prüft sie.
Nach Art. 28 des Grundgesetzes gilt das.
""".strip().splitlines()


@pytest.mark.parametrize("marked", CASES)
def test_sentences_end_where_a_reader_ends_them(marked: str) -> None:
    text = marked.replace("|", "")
    assert [text[s.start : s.end] for s in split_sentences(text)] == [part.strip() for part in marked.split("|")]


def test_there_are_sixty_cases_or_more() -> None:
    assert len(CASES) >= 60


def test_a_line_break_ends_a_sentence() -> None:
    text = "Rathausplatz 1\n12345 Musterstadt\n\n"
    assert [text[s.start : s.end] for s in split_sentences(text)] == ["Rathausplatz 1", "12345 Musterstadt"]


def test_text_without_full_stops_is_cut_at_spaces() -> None:
    text = "Gebühr " * 400
    pieces = [text[s.start : s.end] for s in split_sentences(text)]
    assert max(map(len, pieces)) <= MAX_SENTENCE_CHARACTERS
    assert " ".join(pieces) == text.strip()


def test_white_space_alone_has_no_sentence() -> None:
    assert split_sentences(" \n ") == []


@given(st.text(alphabet="aBü1 .!?“\n…„)", max_size=80))
def test_sentences_hold_every_visible_character_once_and_in_order(text: str) -> None:
    spans = split_sentences(text)
    assert all(text[s.start : s.end] == text[s.start : s.end].strip() for s in spans)
    covered = [i for s in spans for i in range(s.start, s.end)]
    assert covered == sorted(set(covered))
    assert all(text[i].isspace() for i in set(range(len(text))) - set(covered))
