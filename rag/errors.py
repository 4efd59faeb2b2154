"""Errors of this room. The doors map the classes to exit codes and HTTP status.

AnswerError
├── SettingsError      a setting is missing or wrong: the keeper must change it
├── ModelFileError     the reader's weights are missing or damaged: install again
├── DatasetError       a question or training file is not of its form
├── KeyStoreError      a key is unknown or its name taken, or the keys cannot be read: the keeper must act
├── AuditError         the audit log cannot be written
└── JobStoreError      the jobs cannot be read or written: the keeper must act
"""


class AnswerError(Exception):
    """Base of all errors of rag/."""


class SettingsError(AnswerError):
    """A setting is missing or out of range."""


class ModelFileError(AnswerError):
    """The reader's stored weights cannot be used."""


class DatasetError(AnswerError):
    """A file of questions or training data is not of its form."""


class KeyStoreError(AnswerError):
    """A key cannot be made or found, or the file of keys cannot be used."""


class AuditError(AnswerError):
    """The audit log cannot be written."""


class JobStoreError(AnswerError):
    """The file of jobs cannot be used."""
