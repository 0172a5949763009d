"""The whole check: every document, every family, and the figures that sum a corpus up."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from ingest.checking.documents import FOR_CODERS, Source, check_document
from ingest.checking.families import check_exclusions, check_family, near_copies
from ingest.checking.findings import Finding
from ingest.checking.readability import reading_grade
from ingest.errors import CorpusRefused, DocumentRefused
from ingest.reading.corpus import Corpus, read_corpus
from ingest.sections import SECTION_NAMES
from ingest.vocabulary import read_vocabulary


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
    by_family = _by_family(sources)
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
    if not families and not files:
        findings += _vocabulary_findings(folder)
    return CorpusReport(
        findings=tuple(sorted(set(findings))),
        documents=len(wanted),
        families=len({source.document.record.family for source in wanted}),
        median_grades=_median_grades(wanted),
        near_copy_ratios={source.document.id: _near_copy_ratio(source, by_family) for source in wanted},
    )


def family_sources(folder: Path, families: Sequence[str]) -> dict[str, list[Source]]:
    """The documents of each family named, of every family when none is. Raises CorpusRefused for a family there is none of."""
    by_family = _by_family(_sources(folder, read_corpus(folder)))
    if unknown := [name for name in families if name not in by_family]:
        raise CorpusRefused(f"no family {unknown[0]!r}; there are {', '.join(sorted(by_family))}")
    return {name: by_family[name] for name in families or sorted(by_family)}


def _by_family(sources: Sequence[Source]) -> dict[str, list[Source]]:
    by_family: dict[str, list[Source]] = {}
    for source in sources:
        by_family.setdefault(source.document.record.family, []).append(source)
    return by_family


def _vocabulary_findings(folder: Path) -> list[Finding]:
    try:
        terms = read_vocabulary(folder / "vocabulary").terms
    except DocumentRefused as refusal:
        return [Finding(refusal.name, refusal.line or 1, "vocabulary", refusal.reason)]
    return [Finding("vocabulary", 1, "vocabulary", f"{term.term!r} gives no reason why") for term in terms if not term.why]


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
