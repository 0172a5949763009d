"""What the records of all loaded codes say together: families, continuations, exclusions. Built once per index. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log

from ingest.documents import CodeRecord
from ingest.facts import FactValue, Span, Verdict, compare
from ingest.index.lexical import terms

# What a continuation counts further, so what it may state otherwise than its first code.
_COUNTED_ON = ("minutes", "count", "first_minutes", "each_minutes")


@dataclass(frozen=True, slots=True)
class Continuation:
    """An add-on that goes on counting where a code of its family stops: 96361 after 96360, 11103 after 11102."""

    first_id: str
    further_id: str
    measure: str          # "minutes" or "count"
    first: Span           # what the first code counts
    further: Span         # where the add-on starts, and where it must stop
    each: float           # how much one unit of the add-on counts

    def units(self, amount: float) -> int:
        """Units of the add-on for that amount in all: 0 while the first code still covers it."""
        start = self.further.low or 0.0
        if amount < start:
            return 0
        if self.further.high is not None:
            amount = min(amount, self.further.high)
        return 1 + int((amount - start) // self.each)


@dataclass(frozen=True)
class CodeBook:
    """Records by document id, and how the codes stand to each other."""

    records: Mapping[str, CodeRecord]
    families: Mapping[str, tuple[str, ...]] = field(init=False)
    continuations: Mapping[str, tuple[Continuation, ...]] = field(init=False)  # by the first code's document
    continues: Mapping[str, tuple[Continuation, ...]] = field(init=False)      # by the add-on's document
    ids_of_code: Mapping[str, tuple[str, ...]] = field(init=False)
    stated_in_family: Mapping[str, Mapping[str, tuple[FactValue, ...]]] = field(init=False)
    _distinct: Mapping[str, Mapping[str, float]] = field(init=False, repr=False)   # document to stem to weight

    def __post_init__(self) -> None:
        families: dict[str, tuple[str, ...]] = {}
        codes: dict[str, tuple[str, ...]] = {}
        for document_id, record in self.records.items():
            families[record.family] = (*families.get(record.family, ()), document_id)
            codes[record.code] = (*codes.get(record.code, ()), document_id)
        by_first: dict[str, tuple[Continuation, ...]] = {}
        by_further: dict[str, tuple[Continuation, ...]] = {}
        for members in families.values():
            for first_id in members:
                for found in _continuations_of(first_id, members, self.records):
                    by_first[first_id] = (*by_first.get(first_id, ()), found)
                    by_further[found.further_id] = (*by_further.get(found.further_id, ()), found)
        distinct: dict[str, dict[str, float]] = {}
        for members in families.values():
            distinct |= _distinct_stems({document_id: self.records[document_id] for document_id in members})
        stated: dict[str, dict[str, tuple[FactValue, ...]]] = {}
        for record in self.records.values():
            of_family = stated.setdefault(record.family, {})
            for name, value in record.facts.items():
                if value not in of_family.get(name, ()):
                    of_family[name] = (*of_family.get(name, ()), value)
        object.__setattr__(self, "stated_in_family", stated)
        object.__setattr__(self, "_distinct", distinct)
        object.__setattr__(self, "families", families)
        object.__setattr__(self, "ids_of_code", codes)
        object.__setattr__(self, "continuations", by_first)
        object.__setattr__(self, "continues", by_further)

    def distinct_words(self, document_id: str, query_terms: Sequence[str]) -> float:
        """How much of the question stands in the document's title and names and in few of its siblings'.

        Each stem counts once: 1 when no sibling has it, 0 when all have; the sum stops at 2.
        """
        weights = self._distinct[document_id]
        return min(2.0, sum(weights.get(term, 0.0) for term in set(query_terms)))

    def excluded(self, one: str, other: str) -> bool:
        """Whether either record says that the two are never reported together."""
        a, b = self.records[one], self.records[other]
        return any(b.code in codes for codes in a.not_with) or any(a.code in codes for codes in b.not_with)

    def goes_with(self, add_on: str, primary: str) -> bool:
        """Whether the add-on's record names the other as one of its primary codes."""
        record = self.records[add_on]
        return record.add_on and any(self.records[primary].code in codes for codes in record.primary_codes)

    def told_apart_by(self, ids: tuple[str, ...]) -> tuple[str, ...]:
        """The facts whose values differ among these documents, in the order first stated."""
        names = dict.fromkeys(name for document_id in ids for name in self.records[document_id].facts)
        return tuple(name for name in names if len({_key(self.records[i].facts.get(name)) for i in ids}) > 1)


def _distinct_stems(members: Mapping[str, CodeRecord]) -> dict[str, dict[str, float]]:
    """Inverse document frequency within one family, scaled to 0..1."""
    if len(members) < 2:
        return {document_id: {} for document_id in members}
    stems = {document_id: set(terms(" . ".join((r.title, *r.common_names)))) for document_id, r in members.items()}
    counts = Counter(stem for of_document in stems.values() for stem in of_document)
    return {
        document_id: {stem: log(len(members) / counts[stem]) / log(len(members)) for stem in sorted(of_document)}
        for document_id, of_document in stems.items()
    }


def _continuations_of(first_id: str, members: tuple[str, ...], records: Mapping[str, CodeRecord]) -> list[Continuation]:
    """Of all add-ons that could go on counting, those that share the most facts with the first code."""
    first = records[first_id]
    found = [
        (_agreeing_facts(first, records[other]), continuation)
        for other in members
        if (continuation := _continuation(first_id, first, other, records[other])) is not None
    ]
    most = max((shared for shared, _ in found), default=0)
    return [continuation for shared, continuation in found if shared == most]


def _agreeing_facts(one: CodeRecord, other: CodeRecord) -> int:
    return sum(one.facts[name] == other.facts[name] for name in one.facts if name in other.facts and name not in _COUNTED_ON)


def _continuation(first_id: str, first: CodeRecord, further_id: str, further: CodeRecord) -> Continuation | None:
    """The second record as a continuation of the first, or None."""
    if first_id == further_id or first.add_on or not further.add_on:
        return None
    if not any(first.code in codes for codes in further.primary_codes):
        return None
    shared = [name for name in first.facts if name in further.facts and name not in (*_COUNTED_ON, "component")]
    if any(compare(name, first.facts[name], further.facts[name]) is Verdict.CONTRADICTS for name in shared):
        return None
    each = further.facts.get("each_minutes")
    if isinstance(each, float | int) and not isinstance(each, bool):
        return _by_minutes(first_id, first, further_id, further, float(each))
    one, more = first.facts.get("count"), further.facts.get("count")
    if isinstance(one, Span) and isinstance(more, Span) and one.high is not None and more.low == one.high + 1:
        return Continuation(first_id, further_id, "count", one, more, 1.0)
    return None


def _by_minutes(first_id: str, first: CodeRecord, further_id: str, further: CodeRecord, each: float) -> Continuation | None:
    band, more = first.facts.get("minutes"), further.facts.get("minutes")
    length = first.facts.get("first_minutes")
    if isinstance(band, Span) and isinstance(more, Span):
        return Continuation(first_id, further_id, "minutes", band, more, each)
    if isinstance(length, float | int) and not isinstance(length, bool):
        # No bands are stated, so a unit counts once its middle is passed: 15 minutes, then more than half of 15 more.
        start = float(length) + each // 2 + 1
        return Continuation(first_id, further_id, "minutes", Span(length // 2 + 1, start - 1), Span(start, None), each)
    return None


def _key(value: FactValue | None) -> str:
    return repr(value)
