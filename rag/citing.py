"""From sentences of a document to a citation: verbatim characters of the file and where they stand."""

from corpus.locate import align, ranges_by_page
from corpus.types import Document, EditKind
from rag.links import citation_url
from rag.types import Citation, SourceRange

VERSION_PREFIX = 12  # characters of the file's SHA-256 that name a version in links


def cite(
    document: Document, first: int, last: int, number: int, score: float, also_in: tuple[str, ...] = ()
) -> Citation:
    """Cite the sentences ``first`` to ``last`` (half-open indices into ``document.sentences``).

    The citation's ``source_quote`` is a slice of ``document.source_text``, so it is verbatim by construction.
    """
    text = align(document)
    start, end = document.sentences[first].span.start, document.sentences[last - 1].span.end
    hull = text.source_span(start, end)
    ranges = tuple(SourceRange(page, span.start, span.end) for page, span in ranges_by_page(document, text, start, end))
    version = document.version[:VERSION_PREFIX]
    return Citation(
        id=number,
        document_id=document.id,
        version=version,
        title=document.title,
        published=document.published,
        page=ranges[0].page if ranges else None,
        section=document.sentences[first].section,
        quote=document.reading[start:end],
        source_quote=document.source_text[hull.start : hull.end],
        start=hull.start,
        end=hull.end,
        ranges=ranges,
        score=round(min(max(score, 0.0), 1.0), 4),
        url=citation_url(document.id, version, [(part.start, part.end) for part in ranges]),
        edits=tuple(edit for edit in text.edits_within(start, end) if edit.kind is EditKind.MEND),
        also_in=also_in,
    )
