"""Three short municipal reports, made by hand, and an index of them."""

import hashlib
from pathlib import Path

import pytest

from corpus.types import Document, Edit, EditKind, Page, Passage, Sentence, Span
from corpus.word_boxes import WordBox, pack
from index.builder import build_index
from index.types import Encoder

Sections = list[tuple[str | None, list[str]]]  # (heading, sentences)

REPORTS: dict[str, tuple[str, Sections]] = {
    "abfall.txt": (
        "Abfallbericht",
        [
            (
                "Müllabfuhr",
                ["Die Restmülltonne wird alle zwei Wochen geleert.", "Die Biotonne wird wöchentlich geleert."],
            ),
            ("Wertstoffhof", ["Der Wertstoffhof in Grünwalde öffnet samstags um neun Uhr."]),
        ],
    ),
    "schule/schulen.txt": (
        "Schulbericht",
        [
            ("Grundschulen", ["Die Stadt betreibt sieben Grundschulen.", "Eine achte Grundschule wird 2027 gebaut."]),
            ("Digitalisierung", ["Für Digitalisierungsstrategien der Schulen stehen 40.000 Euro bereit."]),
        ],
    ),
    "verkehr.txt": (
        "Verkehrsbericht",
        [
            ("Radwege", ["Das Radwegenetz ist 120 Kilometer lang.", "Neue Radwege entstehen entlang der Bahnstrecke."]),
            (None, ["Der Bürgerbus fährt werktags im Stundentakt."]),
        ],
    ),
}


def source_text(path: str) -> str:
    """Return what the file of a report says."""
    return text_of(REPORTS[path][1])


def text_of(sections: Sections) -> str:
    """Return sections as the text of a file: one sentence a line, headings left out."""
    return "\n".join(sentence for _, sentences in sections for sentence in sentences) + "\n"


def make_document(path: str, title: str, sections: Sections) -> Document:
    """Make a document: one passage per section, line ends read as spaces."""
    text = text_of(sections)
    sentences: list[Sentence] = []
    passages: list[Passage] = []
    start = 0
    for section, lines in sections:
        first = len(sentences)
        for line in lines:
            sentences.append(Sentence(Span(start, start + len(line)), section))
            start += len(line) + 1
        passages.append(Passage(path, first, len(sentences), section, " ".join(lines)))
    edits = tuple(Edit(at, at + 1, " ", EditKind.FOLD) for at, letter in enumerate(text) if letter == "\n")
    return Document(
        id=path,
        path=path,
        version=hashlib.sha256(text.encode()).hexdigest(),
        title=title,
        published=None,
        extractor="Test 1",
        source_text=text,
        edits=edits,
        reading=text.replace("\n", " "),
        pages=(Page(1, Span(0, len(text))),),
        sentences=tuple(sentences),
        passages=tuple(passages),
        word_boxes=pack([WordBox(0, 3, 10, 20, 30, 40)]) if path == "verkehr.txt" else b"",
    )


def write_reports(folder: Path) -> Path:
    """Write the files of the reports into a folder."""
    for path in REPORTS:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(source_text(path), encoding="utf-8", newline="")
    return folder


def read_report(path: Path, root: Path) -> Document:
    """Return the document made by hand for a file, in place of ingestion."""
    name = path.relative_to(root).as_posix()
    return make_document(name, *REPORTS[name])


@pytest.fixture(scope="session")
def documents() -> tuple[Document, ...]:
    return tuple(make_document(path, *REPORTS[path]) for path in sorted(REPORTS))


@pytest.fixture(scope="session")
def reports_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the corpus folder; tests must not write into it."""
    return write_reports(tmp_path_factory.mktemp("reports"))


@pytest.fixture(scope="session")
def index_data(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder, reports_folder: Path) -> Path:
    """Return a data folder with one generation; tests must not write into it."""
    folder = tmp_path_factory.mktemp("index-data")
    build_index(reports_folder, folder, encoder, read=read_report)
    return folder
