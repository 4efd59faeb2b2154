"""Documents in memory while they are in use: the last ones read, up to a bound."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from corpus.types import Document
from index.document_store import StoredDocument

_MAX_CHARACTERS: Final = 16_000_000  # of source text; as objects they take about ten times as many bytes


class DocumentCache(Mapping[str, Document]):
    """Documents by id, read when asked for; safe to share by threads.

    :param read: Reads one from the disk; what it raises comes through.
    """

    def __init__(self, stored: Mapping[str, StoredDocument], read: Callable[[StoredDocument], Document]) -> None:
        self._stored = stored
        self._read = read
        self._kept: OrderedDict[str, Document] = OrderedDict()  # the last one used comes last
        self._characters = 0
        self._lock = threading.Lock()

    def __getitem__(self, document_id: str) -> Document:
        with self._lock:
            if document_id in self._kept:
                self._kept.move_to_end(document_id)
                return self._kept[document_id]
        document = self._read(self._stored[document_id])
        with self._lock:
            if document_id not in self._kept:
                self._kept[document_id] = document
                self._characters += len(document.source_text)
            while self._characters > _MAX_CHARACTERS and len(self._kept) > 1:
                _, oldest = self._kept.popitem(last=False)
                self._characters -= len(oldest.source_text)
        return document

    def __iter__(self) -> Iterator[str]:
        return iter(self._stored)

    def __len__(self) -> int:
        return len(self._stored)

    def __contains__(self, document_id: object) -> bool:
        return document_id in self._stored
