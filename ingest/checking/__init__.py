"""Checks of a corpus before it is indexed: each finding names its file and line and says what to do."""

from ingest.checking.documents import check_document
from ingest.checking.families import check_family
from ingest.checking.findings import Finding

__all__ = ["Finding", "check_document", "check_family"]
