"""Errors of this room. The doors map the classes to exit codes and HTTP status.

AnswerError
├── SettingsError      a setting is missing or wrong: the keeper must change it
├── ModelFileError     the reader's weights are missing or damaged: install again
└── DatasetError       a question or training file is not of its form
"""


class AnswerError(Exception):
    """Base of all errors of rag/."""


class SettingsError(AnswerError):
    """A setting is missing or out of range."""


class ModelFileError(AnswerError):
    """The reader's stored weights cannot be used."""


class DatasetError(AnswerError):
    """A file of questions or training data is not of its form."""
