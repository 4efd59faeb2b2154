"""Measure the mending of OCR damage on synthetic damage, on pages really printed and read, and on clean pages.

    python benchmarks/restoration.py PAGES.jsonl                      synthetic damage and clean pages, held-back half
    python benchmarks/restoration.py PAGES.jsonl --fonts A.ttf B.ttf  pages printed and read with Tesseract's eng, too
    ... --documents 16 --read FOLDER                                  print so many; keep there what was read for later
    ... --half dev --errors                                           the half to develop on, with every wrong word

PAGES.jsonl holds one object a line with "city", "pageId" and "text" (OMoS-QA). Only --fonts needs Tesseract.
"""

import argparse
import dataclasses
import difflib
import hashlib
import json
import random
import subprocess
import tempfile
import textwrap
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from corpus.restoration import restore
from corpus.restoration.channel import MISREADINGS, SPECIAL_LETTERS
from corpus.restoration.lexicon import is_known_word

DOCUMENT_CHARACTERS = 15_000
RESOLUTIONS_DPI = (150, 200, 300, 110)


@dataclass
class Document:
    """Words as they should be (None where the alignment is unsure) beside the words as read."""

    true: list[str | None] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    def add(self, true: str | None, seen: str) -> None:
        """Append one word."""
        self.true.append(true)
        self.seen.append(seen)


def load_pages(path: Path, half: str) -> list[str]:
    """Return the page texts of one half ("dev" or "test"), split by a hash of the page's key, in a seeded order."""
    pages = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    chosen = [page for page in pages if (_digest(page["city"] + page["pageId"]) % 2 == 1) == (half == "test")]
    random.Random(7).shuffle(chosen)  # noqa: S311 (an experiment, not a secret)
    return [page["text"].replace("\u00ad", "") for page in chosen]  # the product's reading has no soft hyphens either


def _digest(key: str) -> int:
    return int(hashlib.sha256(key.encode()).hexdigest(), 16)


def documents_of(pages: Sequence[str]) -> Iterator[list[str]]:
    """Group pages into documents of about 15,000 characters."""
    group: list[str] = []
    for page in pages:
        group.append(page)
        if sum(map(len, group)) >= DOCUMENT_CHARACTERS:
            yield group
            group = []


def damage(pages: Sequence[str], seed: int) -> Document:
    """Misread the German letters of a document.

    Each document has its own habits: of each letter's misreadings four are drawn, and one in ten words escapes.
    """
    rng = random.Random(seed)  # noqa: S311
    habits = {
        letter: rng.choices(list(options), list(options.values()), k=4) for letter, options in MISREADINGS.items()
    }
    document = Document()
    for word in (word for page in pages for word in _words(page)):
        letters = [rng.choice(habits[letter]) if letter in SPECIAL_LETTERS else letter for letter in word]
        document.add(word, "".join(letters) or word)
    return document


def _words(page: str) -> list[str]:
    return page.replace("\n", " \n ").split(" ") if page else []


def read_pages(pages: Sequence[str], font: Path, dpi: int) -> Document:
    """Print pages with one font, read them with Tesseract's English model, and align the words."""
    document = Document()
    face = ImageFont.truetype(str(font), int(10.5 * dpi / 72))
    for page in pages:
        lines = [
            line for block in page.split("\n") for line in textwrap.wrap(block, 78, break_on_hyphens=False) or [""]
        ]
        height = int(14.5 * dpi / 72)
        image = Image.new("L", (int(8.3 * dpi), height * (len(lines) + 5)), 255)
        for row, line in enumerate(lines):
            ImageDraw.Draw(image).text((dpi // 2, height * (row + 2)), line, font=face, fill=10)
        with tempfile.NamedTemporaryFile(suffix=".png") as file:
            image.save(file.name, dpi=(dpi, dpi))
            command = ["tesseract", file.name, "-", "-l", "eng"]
            result = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
        _align(
            page.split(), _words(result.stdout.replace("\n\n", "\0").replace("\n", " ").replace("\0", "\n")), document
        )
    return document


def printed_documents(groups: Sequence[Sequence[str]], fonts: Sequence[Path], folder: Path | None) -> list[Document]:
    """Print and read every group of pages, fonts and resolutions taking turns.

    :param folder: Where what was read is kept: reading takes half a minute a document, measuring a second.
    """
    documents = []
    for turn, pages in enumerate(groups):
        font = fonts[turn % len(fonts)]
        dpi = RESOLUTIONS_DPI[(turn + turn // len(fonts)) % len(RESOLUTIONS_DPI)]
        kept = folder / f"{turn:02}-{font.stem}-{dpi}-{_digest(''.join(pages)) % 16**8:08x}.json" if folder else None
        if kept is not None and kept.exists():
            documents.append(Document(**json.loads(kept.read_text(encoding="utf-8"))))
            continue
        documents.append(read_pages(pages, font, dpi))
        if kept is not None:
            kept.write_text(json.dumps(dataclasses.asdict(documents[-1])), encoding="utf-8")
    return documents


def _align(true: Sequence[str], seen: Sequence[str], document: Document) -> None:
    words = [word for word in seen if word]
    matcher = difflib.SequenceMatcher(None, true, words, autojunk=False)
    for _, first, last, begin, end in matcher.get_opcodes():
        sure = last - first == end - begin
        for offset, word in enumerate(words[begin:end]):
            document.add(true[first + offset] if sure else None, word)


def mend(document: Document) -> tuple[list[str], float]:
    """Return the words after restoration and the seconds it took."""
    text = " ".join(document.seen)
    begin = time.process_time()
    mends = restore(text)
    seconds = time.process_time() - begin
    words, position, at = [], 0, 0
    for word in document.seen:
        end = position + len(word)
        mended, copied = "", position
        while at < len(mends) and mends[at].end <= end:
            mended += text[copied : mends[at].start] + mends[at].replacement
            copied = mends[at].end
            at += 1
        words.append(mended + text[copied:end])
        position = end + 1
    return words, seconds


def core(word: str) -> str:
    """Strip punctuation around a word: quotes and full stops are not what is measured."""
    return word.strip(".,;:!?\"'„“”‘’»«*®()[]<>=-–—… ")


def measure(name: str, documents: Sequence[Document], *, show_errors: bool) -> None:
    """Print the figures of one set of documents."""
    count: Counter[str] = Counter()
    wrong: Counter[tuple[str, str, str, str]] = Counter()
    seconds = characters = 0.0
    for document in documents:
        mended, took = mend(document)
        seconds += took
        characters += sum(len(word) + 1 for word in document.seen)
        for true, seen, after in zip(document.true, document.seen, mended, strict=True):
            if true is None or not core(true):
                continue
            kind = _kind(core(true), core(seen))
            right = core(after) == core(true)
            count[kind] += 1
            count[f"{kind} right"] += right
            if not right and not (kind == "other damage" and after == seen):
                wrong[(kind, true, seen, after)] += 1
    _print_figures(name, len(documents), count, seconds / characters * 100_000)
    if show_errors:
        for (kind, *words), times in sorted(wrong.items(), key=lambda item: (item[0][0], -item[1])):
            print(f"  {times:4} {kind}: " + " | ".join(words))


def _kind(true: str, seen: str) -> str:
    if true == seen:
        return "good"
    if not any(letter in true for letter in SPECIAL_LETTERS):
        return "other damage"
    return "real-word" if is_known_word(seen) else "non-word"


def _print_figures(name: str, documents: int, count: Counter[str], seconds: float) -> None:
    kinds = ("good", "non-word", "real-word", "other damage")
    words = sum(count[kind] for kind in kinds)
    right = sum(count[f"{kind} right"] for kind in kinds)
    damaged = count["non-word"] + count["real-word"]
    restored = count["non-word right"] + count["real-word right"]
    print(f"{name}: {documents} documents, {words} words, {damaged} with damaged German letters")
    print(f"  word error rate {1 - count['good'] / words:.2%} -> {1 - right / words:.2%}")
    for kind, part, total in (
        ("all damaged German letters", restored, damaged),
        ("non-words", count["non-word right"], count["non-word"]),
        ("real-word errors", count["real-word right"], count["real-word"]),
        ("other damage", count["other damage right"], count["other damage"]),
    ):
        if total:
            print(f"  {kind}: {part} of {total} restored exactly ({part / total:.1%})")
    harmed = count["good"] - count["good right"]
    print(f"  harm: {harmed} of {count['good']} good words changed ({harmed / count['good'] * 10_000:.1f} per 10,000)")
    print(f"  {seconds:.2f} s per 100,000 characters")


def main() -> None:
    """Run the measurements the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path)
    parser.add_argument("--half", choices=("dev", "test"), default="test")
    parser.add_argument("--fonts", type=Path, nargs="*", default=[], help="TrueType files to print pages with")
    parser.add_argument("--documents", type=int, help="how many documents of the half to print; all by default")
    parser.add_argument("--read", type=Path, help="folder that keeps what Tesseract read")
    parser.add_argument("--errors", action="store_true", help="list every word that came out wrong")
    arguments = parser.parse_args()
    groups = list(documents_of(load_pages(arguments.pages, arguments.half)))
    restore("Die Wortlisten werden beim ersten Gebrauch geladen; das zahlt nicht fiir die Zeit dieser Messung.")
    clean = [Document([w for p in pages for w in _words(p)], [w for p in pages for w in _words(p)]) for pages in groups]
    measure("clean", clean, show_errors=arguments.errors)
    measure("synthetic", [damage(pages, seed) for seed, pages in enumerate(groups)], show_errors=arguments.errors)
    if arguments.fonts:
        read = printed_documents(groups[: arguments.documents], arguments.fonts, arguments.read)
        measure("printed and read", read, show_errors=arguments.errors)


if __name__ == "__main__":
    main()
