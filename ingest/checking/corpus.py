"""The whole check: every document, every family, and the figures that sum a corpus up."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from ingest.checking.documents import FOR_CODERS, Source, check_document
from ingest.checking.families import check_exclusions, check_family, near_copies
from ingest.checking.findings import Finding
from ingest.checking.readability import reading_grade
from ingest.reading.corpus import Corpus, read_corpus
from ingest.sections import SECTION_NAMES


@dataclass(frozen=True, slots=True)
class CorpusReport:
    """What the check of a corpus found, and its figures."""

    findings: tuple[Finding, ...]
    documents: int
    families: int
    median_grades: dict[str, float]     # canonical section to Flesch-Kincaid grade, patient sections only
    near_copy_ratios: dict[str, float]  # document id to the share of its sentences with a near-copy in a sibling

    @property
    def passed(self) -> bool:
        return not self.findings


def check_corpus(folder: Path, families: Sequence[str] = (), files: Sequence[str] = ()) -> CorpusReport:
    """Check the documents below `folder`; with `families` or `files` only findings about those are kept."""
    corpus = read_corpus(folder)
    sources = _sources(folder, corpus)
    by_family: dict[str, list[Source]] = {}
    for source in sources:
        by_family.setdefault(source.document.record.family, []).append(source)
    wanted = [
        source
        for source in sources
        if (not families and not files) or source.document.record.family in families or source.file in files
    ]
    kept = {source.file for source in wanted}
    findings = [Finding(refusal.name, refusal.line or 1, "refused", refusal.reason) for refusal in corpus.refused]
    for source in wanted:
        findings += check_document(source)
    for name in dict.fromkeys(source.document.record.family for source in wanted):
        findings += [finding for finding in check_family(by_family[name]) if finding.file in kept]
    findings += [finding for finding in check_exclusions(sources) if finding.file in kept]
    return CorpusReport(
        findings=tuple(sorted(set(findings))),
        documents=len(wanted),
        families=len({source.document.record.family for source in wanted}),
        median_grades=_median_grades(wanted),
        near_copy_ratios={source.document.id: _near_copy_ratio(source, by_family) for source in wanted},
    )


def _sources(folder: Path, corpus: Corpus) -> list[Source]:
    sources = []
    for document in corpus.documents:
        file = corpus.files[document.id]
        whole = (folder / file).read_text("utf-8-sig")
        sources.append(Source(document, file, whole.count("\n") - document.text.count("\n")))
    return sources


def _near_copy_ratio(source: Source, by_family: dict[str, list[Source]]) -> float:
    siblings = [other for other in by_family[source.document.record.family] if other is not source]
    copies, compared = near_copies(source, siblings)
    return len(copies) / compared if compared else 0.0


def _median_grades(sources: Sequence[Source]) -> dict[str, float]:
    grades: dict[str, list[float]] = {}
    for source in sources:
        document = source.document
        for section in document.sections:
            if section.name not in FOR_CODERS:
                words = " ".join(piece.of(document.text) for piece in document.pieces(section) if piece.quotable)
                grades.setdefault(section.name, []).append(reading_grade(words))
    return {name: median(grades[name]) for name in SECTION_NAMES if name in grades}
