"""The corpus's own word lists: abbreviations, lay words, brand names, Spanish. Values, and reading them from YAML.

A file of `corpus/vocabulary/` is a list of terms:

    - term: CXR
      means: chest x-ray
      why: used for nothing else in a coding note
    - term: PT
      readings: [physical therapy, prothrombin time, patient]
      why: three readings; only the words beside it can tell

A term with `means` is replaced or added to a question; one with `readings` is ambiguous and never is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import DocumentRefused
from ingest.reading.front_matter import load_list

LANGUAGES = ("en", "es")


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase people use, and what it means in the corpus's words."""

    term: str
    means: str                   # "" for an ambiguous term
    readings: tuple[str, ...]    # two or more for an ambiguous term, else empty
    language: str = "en"
    why: str = ""

    def __post_init__(self) -> None:
        if bool(self.means) == bool(self.readings):
            raise ValueError(f"term {self.term!r} needs either 'means' or 'readings'")
        if len(self.readings) == 1:
            raise ValueError(f"term {self.term!r} has one reading; write it as 'means'")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All terms, in the order of their files and lines."""

    terms: tuple[Term, ...] = ()


def read_vocabulary(folder: Path) -> Vocabulary:
    """Read every .yaml file of `folder`, in the order of their names; no folder gives an empty vocabulary.

    Raises DocumentRefused naming the file and what is wrong with its first bad entry.
    """
    terms: list[Term] = []
    seen: dict[tuple[str, str], str] = {}
    for path in sorted(folder.glob("*.yaml")):
        name = f"vocabulary/{path.name}"
        for place, raw in enumerate(load_list(name, path.read_text("utf-8")), start=1):
            try:
                term = _term(raw)
            except (ValueError, TypeError, KeyError) as error:
                raise DocumentRefused(name, f"entry {place}: {error}") from error
            key = (term.language, term.term.casefold())
            if key in seen:
                raise DocumentRefused(name, f"entry {place}: {term.term!r} stands in {seen[key]} too; keep one")
            seen[key] = name
            terms.append(term)
    return Vocabulary(tuple(terms))


def _term(raw: object) -> Term:
    if not isinstance(raw, dict) or not isinstance(raw.get("term"), str):
        raise ValueError(f"expected a mapping with a quoted 'term', found {raw!r}")
    unknown = set(raw) - {"term", "means", "readings", "language", "why"}
    if unknown:
        raise ValueError(f"unknown key {sorted(unknown)[0]!r}; known are term, means, readings, language, why")
    language = raw.get("language", "en")
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, found {language!r}")
    return Term(
        term=raw["term"].strip(),
        means=str(raw.get("means") or "").strip(),
        readings=tuple(str(reading) for reading in raw.get("readings") or ()),
        language=language,
        why=str(raw.get("why") or ""),
    )


def vocabulary_as_json(vocabulary: Vocabulary) -> list[dict[str, object]]:
    """In the form that `vocabulary_from_json` reads."""
    return [
        {"term": t.term, "means": t.means, "readings": list(t.readings), "language": t.language, "why": t.why}
        for t in vocabulary.terms
    ]


def vocabulary_from_json(raw: Iterable[object]) -> Vocabulary:
    """Raises ValueError for anything that `vocabulary_as_json` would not have written."""
    return Vocabulary(tuple(_term(item) for item in raw))
