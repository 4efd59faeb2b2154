"""German sentence borders, by rules.

Splitters from packages (pysbd, syntok, simplemma) break at "Nr. 5", "Abs. 2" or "5 Mio. Euro" or do not break after
years, so the rules are written out here: a full stop ends a sentence unless the word before it is an abbreviation, an
ordinal or an initial; some of these may end one as well, which a following function word in capitals tells.
"""

import re
from collections.abc import Iterator
from typing import Final

from corpus.types import Span

MAX_SENTENCE_CHARACTERS: Final = 1_000  # what has no full stop for so long is a table or a list, and is cut

# Never the last word of a sentence: a name, a number or a noun follows.
_OPEN_ABBREVIATIONS: Final = frozenset(
    """d.h e.g i.s u.z z.b z.hd abb abs abschn amtl anl anm aufl az begr bes betr bgm bsp bzgl bzw ca chr
    co dipl dr ebd ehem eigtl einschl entspr erb erg evtl exkl fa fam fr gegr gem ggf hg hl hr hrn hrsg ing inkl
    insb insbes jur kap kath lfd lit lt max med mind mr mrs mtl nat nr nrn oec phil pos prof pt rd rel
    rer resp rz sog soz st staatl städt stellv tab tel telef tsd überarb ugs univ urspr verf vgl vorl vors wiss z
    ziff zit zul zzgl""".split()
)
# Ends a sentence or not: the next word decides.
_CLOSING_ABBREVIATIONS: Final = frozenset(
    """abt allg art bd bearb bl bsw d.j e.v etc ff geb gest gez ggfs i.a i.d.r i.e i.v jan feb febr mär apr jun jul
    aug sep sept okt nov dez jh jhd jhdt lj lfm mio min mo di mi do fr sa so mrd n.chr o.a o.ä p.a p.m pf pl qm
    s.a s.o s.u std stk str sek stv tägl u.a u.ä u.a.m usf usw u.u u.v.m v.a v.chr v.h wg z.b z.t z.zt""".split()
)
MONTHS: Final = frozenset(
    """januar jänner februar märz april mai juni juli august september oktober november dezember jan feb febr mrz
    apr jun jul aug sep sept okt nov dez""".split()
)
# Function words: in capitals after a full stop they open a sentence, for no noun is spelled like them.
_OPENERS: Final = frozenset(
    """ab aber alle allen aller allerdings alles als also am an andere anschließend auch auf aufgrund aus außerdem
    bei beide beim bereits bisher bislang damals derzeit besonders bis da dabei dadurch dafür dagegen daher damit
    danach daneben dann daran darauf daraus darin darüber darum das dass davon davor dazu dem den denn dennoch der
    deren des deshalb dessen deswegen die dies diese diesem diesen dieser dieses doch dort durch ebenfalls ebenso
    ein eine einem einen einer eines einige einmal er erst es etwa für ferner gegen gemeinsam gleichzeitig heute
    hier hierbei hierfür hierzu hinter hinzu ich ihm ihr ihre ihrem ihren ihrer im in immer indem inzwischen
    infolge insbesondere insgesamt ist ja jede jeder jedes jedoch jene jetzt kein keine können künftig man
    mittlerweile mehr mehrere mit mithilfe nach nachdem neben nicht noch nun nur ob obwohl oder ohne sehr seit
    seitdem sein seine sich sie sind so sobald solche somit sondern sonst soweit sowie statt trotz trotzdem über
    und unser unsere unter viele vielmehr vom von vor während wann war warum was weil weiter weitere weiterhin
    welche wenn wer weshalb wie wieso wir wird wo wobei wurde wurden zu zudem zuletzt zum zunächst zur zusätzlich
    zuvor zwar zwischen""".split()
)

_STOP = re.compile(r"(?:\.{2,}|[.!?…]+)[\"“”»«’‘')\]]*(?=\s)")
_BEFORE = re.compile(r"(?:(?<!\w)\w\.\s)*\S{1,80}$")  # "z. B" is one abbreviation
_SPACE = re.compile(r"\s")
_NEXT_WORD = re.compile(r"\s+[\"„“”»«‚‘’'(\[–—•*-]*\s*([\w§&%€]+)")
_LEADING = "\"„“”»«‚‘’'([{,–—-"
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_ROMAN = re.compile(r"[IVX]+")
_DATE_WITHOUT_YEAR = re.compile(r"\d{1,2}\.\d{1,2}")
_CUT = re.compile(r".*[;,\s]", re.DOTALL)


def split_sentences(text: str) -> list[Span]:
    """Return the sentences of a German text in order, without the white space between them.

    A line break always ends a sentence. No sentence is longer than ``MAX_SENTENCE_CHARACTERS``.
    """
    return [
        piece
        for line in re.finditer(r"[^\n]+", text)
        for sentence in _sentences_of_line(text, line.start(), line.end())
        for piece in _cut(text, sentence)
    ]


def _sentences_of_line(text: str, start: int, end: int) -> Iterator[Span]:
    for stop in _STOP.finditer(text, start, end):
        if _ends_sentence(text, stop, start):
            yield from _trimmed(text, start, stop.end())
            start = stop.end()
    yield from _trimmed(text, start, end)


def _ends_sentence(text: str, stop: re.Match[str], start: int) -> bool:
    """Decide about one stop; ``start`` is where the present sentence begins."""
    following = _NEXT_WORD.match(text, stop.end())
    if following is None:
        return True
    word = following[1]
    if word[0].islower():
        return False
    before = _BEFORE.search(text, max(start, stop.start() - 80), stop.start())
    if text[stop.start()] != "." or text[stop.start() : stop.start() + 2] == ".." or before is None:
        return True
    token = _SPACE.sub("", before[0]).lstrip(_LEADING).rstrip("\"“”»«’‘')]")
    verdict = _ends_after(token, word)
    if verdict is None:  # it may end here: only a function word in capitals says that the next sentence begins
        return word.lower() in _OPENERS
    return verdict


def _ends_after(token: str, word: str) -> bool | None:
    """Say whether ``token.`` ends a sentence before ``word``; None if only the next word can tell."""
    if token.isdigit():
        return False if word.lower() in MONTHS else True if len(token) > 2 else None
    if _DATE_WITHOUT_YEAR.fullmatch(token):
        return None
    last = token.lower().rsplit("/", 1)[-1].rsplit("-", 1)[-1].lstrip(_LEADING)
    if token.isalpha() and token.isupper() and len(token) > 1 and not _ROMAN.fullmatch(token):
        return True  # an acronym, though small it may be an abbreviation: "WG.", "wg."
    if last in _OPEN_ABBREVIATIONS:
        return False
    unsure = last in _CLOSING_ABBREVIATIONS or last.endswith("str")
    if unsure or _ROMAN.fullmatch(token) or _INITIALS.fullmatch(token):
        return None
    return True


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the range without white space at its ends, nothing if nothing is left."""
    part = text[start:end]
    if part.strip():
        yield Span(start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip()))


def _cut(text: str, sentence: Span) -> Iterator[Span]:
    """Cut what is too long at the last comma, semicolon or space that fits."""
    start = sentence.start
    while sentence.end - start > MAX_SENTENCE_CHARACTERS:
        fitting = _CUT.match(text, start, start + MAX_SENTENCE_CHARACTERS)
        end = fitting.end() if fitting else start + MAX_SENTENCE_CHARACTERS
        yield from _trimmed(text, start, end)
        start = end
    yield from _trimmed(text, start, sentence.end)
