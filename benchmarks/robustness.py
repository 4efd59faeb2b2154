"""Feed damaged files to the ingestion: bit flips, cuts, repeated and foreign pieces, deep nesting.

    python benchmarks/robustness.py [COUNT]      2,000 files by default, about half a second each and core

Prints how many were read or refused with a reason, how many met an unexpected error (a bug), the slowest one, and the
largest memory of any process. Nothing here may crash or hang.
"""

import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import docx
import odfdo
from PIL import Image, ImageDraw
from reportlab.pdfgen.canvas import Canvas

from corpus.errors import CorpusError
from corpus.ingestion import ingest_file

SEED = 11
TEXT = "Die Stadt baut im Jahr 2025 drei Brunnen für 40.000 Euro. Der Rat hat das am 3. März beschlossen."


def word_file() -> bytes:
    """Return a small Word file with a heading, a list and a table."""
    document = docx.Document()
    document.add_heading("Brunnen", 1)
    document.add_paragraph(TEXT)
    document.add_paragraph("Marktplatz", style="List Bullet")
    document.add_table(rows=2, cols=3).cell(0, 0).text = "Ort"
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def open_document() -> bytes:
    """Return a small OpenDocument text."""
    document = odfdo.Document("text")
    document.body.append(odfdo.Header(1, "Brunnen"))
    document.body.append(odfdo.Paragraph(TEXT))
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def pdf_file() -> bytes:
    """Return a PDF of two pages."""
    file = BytesIO()
    canvas = Canvas(file, invariant=1)
    for line in (TEXT, TEXT):
        canvas.drawString(72, 700, line)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def picture() -> bytes:
    """Return a small image with words."""
    image = Image.new("L", (600, 100), 255)
    ImageDraw.Draw(image).text((10, 40), TEXT[:60], fill=0)
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def html_file() -> bytes:
    """Return a small web page."""
    return (
        f"<html><body><h1>Brunnen</h1><p>{TEXT}</p><table><tr><th>A<th>B<tr><td>1<td>2</table></body></html>".encode()
    )


def flip(data: bytes, generator: random.Random) -> bytes:
    """Change single bits."""
    changed = bytearray(data)
    for _ in range(generator.choice([1, 5, 50])):
        changed[generator.randrange(len(changed))] ^= 1 << generator.randrange(8)
    return bytes(changed)


def cut(data: bytes, generator: random.Random) -> bytes:
    """Keep the beginning only."""
    return data[: generator.randrange(1, len(data))]


def repeat(data: bytes, generator: random.Random) -> bytes:
    """Repeat a piece very often: deep nesting, endless tables."""
    start = generator.randrange(len(data))
    piece = data[start : start + generator.randrange(1, 60)]
    return data[:start] + piece * generator.choice([10, 1_000, 50_000]) + data[start:]


def splice(data: bytes, generator: random.Random) -> bytes:
    """Put random bytes over a piece."""
    start = generator.randrange(len(data))
    noise = generator.randbytes(generator.randrange(1, 200))
    return data[:start] + noise + data[start + len(noise) :]


SEEDS: Mapping[str, Callable[[], bytes]] = {
    "docx": word_file, "odt": open_document, "pdf": pdf_file, "png": picture, "html": html_file,
    "md": f"# Brunnen\n\n{TEXT}\n\n- Markt\n\n| A | B |\n|---|---|\n| 1 | 2 |\n".encode,
    "txt": f"Brunnen\n\n{TEXT}\n".encode,
}  # fmt: skip


class Outcome(NamedTuple):
    """What became of one file."""

    what: str
    seconds: float
    memory: float  # of the largest process so far, in MB
    file: str


def ingest(path: Path) -> Outcome:
    """Read one file and report an unexpected error."""
    start = time.perf_counter()
    try:
        ingest_file(path, path.parent)
        what = "read"
    except CorpusError:
        what = "refused"
    except Exception as error:  # what this looks for
        what = "unexpected"
        print(f"{path.name}: {type(error).__name__}: {error}")
    memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    return Outcome(what, time.perf_counter() - start, memory, path.name)


def main(count: int) -> None:
    """Ingest the files, one per core at a time, and print what became of them."""
    generator = random.Random(SEED)  # noqa: S311 (not for secrets)
    seeds = {kind: make() for kind, make in SEEDS.items()}
    with tempfile.TemporaryDirectory() as scratch:
        paths: list[Path] = []
        for number in range(count):
            kind = generator.choice(list(seeds))
            mutate = generator.choice([flip, cut, repeat, splice])
            paths.append(Path(scratch) / f"{number}-{mutate.__name__}.{kind}")
            paths[-1].write_bytes(mutate(seeds[kind], generator))
        with ProcessPoolExecutor() as pool:
            outcomes = list(pool.map(ingest, paths, chunksize=10))
    counts = dict(Counter(outcome.what for outcome in outcomes))
    slowest = max(outcomes, key=lambda outcome: outcome.seconds)
    memory = max(outcome.memory for outcome in outcomes)
    print(f"{count} files: {counts}; slowest {slowest.seconds:.1f} s: {slowest.file}; largest process {memory:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
