"""Where the reports and the index lie, for whoever may change them."""

from dataclasses import dataclass
from pathlib import Path

from rag.audit import AuditLog
from rag.jobs import JobStore


@dataclass(frozen=True, slots=True)
class Library:
    """``corpus`` holds the reports, ``data`` the index, the jobs and the audit log."""

    corpus: Path
    data: Path

    @property
    def jobs(self) -> JobStore:
        """What is to be done to the index."""
        return JobStore(self.data)

    @property
    def audit(self) -> AuditLog:
        """Who changed what."""
        return AuditLog(self.data)
