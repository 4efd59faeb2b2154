"""What can go wrong in this room, cut by what the caller does next.

SearchIndexError
├── EncoderError      the encoder cannot be loaded: choose another one or repair the installation
├── SnapshotError     no usable snapshot: build the index again
└── BuildError        nothing was built, the live snapshot is untouched
    └── BuildRunningError   another process is building: wait for it

Messages are German, since the keeper reads them; each names the thing, the value and the remedy.
"""

from typing import Final

REBUILD: Final = "Bauen Sie den Index mit `fundstelle index build` neu."


class SearchIndexError(Exception):
    """Base of every error of the search index."""


class EncoderError(SearchIndexError):
    """The encoder cannot be found, prepared or loaded."""


class SnapshotError(SearchIndexError):
    """A snapshot is missing, damaged, of another format or made with another encoder."""


class BuildError(SearchIndexError):
    """An index cannot be built; what was live before stays live."""


class BuildRunningError(BuildError):
    """Another process holds the builder's lock."""
