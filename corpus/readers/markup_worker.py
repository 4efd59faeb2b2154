"""The process that reads files with marked structure: Word, OpenDocument, HTML and Markdown on standard input.

Each becomes HTML by its own library, and HTML becomes blocks.
"""

import io
import re
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import version
from typing import Any, Final

import lxml.etree
import lxml.html
import yaml

from corpus.options import MAX_UNPACKED_BYTES
from corpus.readers import text
from corpus.readers.html_blocks import PAGE_BREAK, html_blocks
from corpus.readers.isolation import RefusedError, serve

_DATE_NAMES: Final = "article:published_time dcterms.date dcterms.issued dcterms.created dc.date date".split()
_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|$)", re.DOTALL)
_ISO_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_WORD_STYLES: Final = f"""
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => h2:fresh
br[type='page'] => hr.{PAGE_BREAK}
"""
_DUBLIN_CORE: Final = {"dc": "http://purl.org/dc/elements/1.1/", "dcterms": "http://purl.org/dc/terms/"}


@dataclass(frozen=True, slots=True)
class _Html:
    root: Any
    extractor: str
    title: str | None
    published: str | None  # ISO 8601


def _parse(file_format: str, data: bytes) -> dict[str, Any]:
    try:
        html = _TO_HTML[file_format](data)
    except RefusedError:
        raise
    except Exception as error:  # whatever a library meets in a damaged file
        raise RefusedError(f"Die Datei ist beschädigt oder nicht vom Format .{file_format}.") from error
    blocks = html_blocks(html.root)
    if not blocks:
        raise RefusedError("Die Datei enthält keinen Text.")
    return {
        "blocks": [asdict(block) for block in blocks],
        "extractor": html.extractor,
        "title": (html.title or "").strip() or None,
        "published": html.published,
    }


def _from_html(data: bytes) -> _Html:
    # The parser reads the encoding from the page; where the page does not say, it is found as for plain text.
    declared = re.search(rb"<meta[^>]+charset|^<\?xml[^>]+encoding", data[:4096], re.IGNORECASE)
    root = lxml.html.document_fromstring(data if declared else text.read(data).source_text)
    names = {
        (meta.get("name") or meta.get("property") or "").lower(): meta.get("content") or ""
        for meta in root.iter("meta")
    }
    published = next(filter(None, (_iso_date(names.get(name, "")) for name in _DATE_NAMES)), None)
    return _Html(root, f"lxml {lxml.__version__}", root.findtext(".//title"), published)


def _from_markdown(data: bytes) -> _Html:
    source = text.read(data).source_text
    front = _FRONT_MATTER.match(source)
    stated = _front_matter(front[1]) if front else {}
    return _rendered_markdown(
        source[front.end() :] if front else source,
        f"markdown-it-py {version('markdown-it-py')}",
        str(stated.get("title") or "") or None,
        _iso_date(str(stated.get("date") or "")),
    )


def _front_matter(block: str) -> Mapping[str, Any]:
    """Return what stands in YAML above a Markdown text; what is no YAML states nothing."""
    try:
        stated = yaml.safe_load(block)
    except yaml.YAMLError:
        return {}
    return stated if isinstance(stated, dict) else {}


def _rendered_markdown(source: str, extractor: str, title: str | None, published: str | None) -> _Html:
    from markdown_it import MarkdownIt  # noqa: PLC0415  (needed for two formats of four)

    html = MarkdownIt("commonmark").enable("table").render(source)
    return _Html(lxml.html.document_fromstring(html or "<p></p>"), extractor, title, published)


def _from_word(data: bytes) -> _Html:
    import mammoth  # noqa: PLC0415

    _check_size(data)
    html = mammoth.convert_to_html(
        io.BytesIO(data), style_map=_WORD_STYLES, convert_image=mammoth.images.img_element(lambda image: {})
    ).value
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        has_properties = "docProps/core.xml" in package.namelist()
        core = lxml.etree.fromstring(package.read("docProps/core.xml")) if has_properties else None
    title = core.findtext("dc:title", namespaces=_DUBLIN_CORE) if core is not None else None
    # A file may have the day of its template as that of its making, or as that of its last change: the later counts.
    days = (
        [core.findtext(f"dcterms:{name}", "", _DUBLIN_CORE) for name in ("created", "modified")]
        if core is not None
        else []
    )
    root = lxml.html.document_fromstring(html or "<p></p>")
    return _Html(root, f"mammoth {version('mammoth')}", title, _iso_date(max(days, default="")))


def _from_open_document(data: bytes) -> _Html:
    from odfdo import Document  # noqa: PLC0415

    _check_size(data)
    document = Document(io.BytesIO(data))
    days = [day.date().isoformat() for day in (document.meta.creation_date, document.meta.date) if day]
    return _rendered_markdown(
        str(document.to_markdown()),
        f"odfdo {version('odfdo')}",
        document.meta.title,
        max(days, default=None),
    )


def _check_size(data: bytes) -> None:
    """Refuse a packed file that would fill the memory."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        size = sum(entry.file_size for entry in package.infolist())
    if size > MAX_UNPACKED_BYTES:
        limit = MAX_UNPACKED_BYTES // 1024**2
        raise RefusedError(
            f"Die Datei ist entpackt {size / 1024**2:.0f} MB groß; erlaubt sind {limit} MB. Bitte teilen."
        )


def _iso_date(value: str) -> str | None:
    match = _ISO_DATE.match(value.strip())
    try:
        return date(*map(int, match.groups())).isoformat() if match else None
    except ValueError:
        return None


_TO_HTML: Mapping[str, Callable[[bytes], _Html]] = {
    "docx": _from_word,
    "html": _from_html,
    "md": _from_markdown,
    "odt": _from_open_document,
}

if __name__ == "__main__":
    serve(lambda data: _parse(sys.argv[1], data))
