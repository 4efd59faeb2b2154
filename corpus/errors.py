"""What can go wrong while documents are read.

CorpusError
├── UnreadableFileError   the file is damaged, empty, too large or not what its name says
├── UnsupportedFormatError   no reader for this kind of file
└── CorpusFolderError   the corpus folder itself cannot be listed

The messages are German: they reach the keeper of the corpus as they are.
"""


class CorpusError(Exception):
    """Base of all errors of this room."""


class UnreadableFileError(CorpusError):
    """One file cannot be read; the rest of the corpus is not concerned."""


class UnsupportedFormatError(CorpusError):
    """No reader exists for the file's suffix."""


class CorpusFolderError(CorpusError):
    """The corpus folder is missing or is not a folder."""
