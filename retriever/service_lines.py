"""Ranked documents to the lines of a claim: which codes together, how many units of each, and the sum behind it. Pure.

The rules are general: a code goes on counting in its add-on (chains), several values of one fact are several services,
an add-on needs its primary, exclusions part what does not go together. The codes come from the documents' records.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.documents import CodeRecord
from ingest.facts import VOCABULARY, FactValue, Span, Verdict, compare
from retriever.code_book import CodeBook, Continuation
from retriever.questions import Segment, UnderstoodQuestion
from retriever.ranking import RankedDocument

# A second service must be nearly as close to the question as the first, or it is only similar.
SECOND_SERVICE_TOPIC = 0.60


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """One line of a claim."""

    document_id: str
    units: int = 1
    arithmetic: str = ""   # the sum behind the units: "7 lesions: 1 + 6"


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What was measured lies below the smallest band: no code applies."""

    name: str
    asked: float
    floor: float


def shortfall(ranked: Sequence[RankedDocument], book: CodeBook, question: UnderstoodQuestion) -> Shortfall | None:
    """The leading family's smallest band when every asked amount lies below it, else None.

    Only siblings that nothing else contradicts set the floor.
    """
    if not ranked:
        return None
    family = [item for item in ranked if item.family == ranked[0].family]
    open_to = [item for item in family if not item.contradicted] or family
    for name in ("minutes", "count", "size_cm"):
        amounts = [value for value in question.asked.get(name, ()) if isinstance(value, float | int)]
        bands = [band for item in open_to if isinstance(band := book.records[item.document_id].facts.get(name), Span)]
        floors = [band.low for band in bands if band.low]
        if amounts and bands and len(floors) == len(bands) and max(amounts) < min(floors):
            return Shortfall(name, max(amounts), min(floors))
    return None


def build_lines(ranked: Sequence[RankedDocument], book: CodeBook, question: UnderstoodQuestion) -> tuple[ServiceLine, ...]:
    """The claim's lines, primary before its add-ons; empty when nothing ranked fits."""
    if not ranked:
        return ()
    chosen = _leads(ranked, book, question)
    chosen = _with_primaries(chosen, ranked, book, question)
    chosen = _with_companions(chosen, ranked, book, question)
    chosen = _without_exclusions(chosen, book)
    lines = _one_primary(_counted(chosen, book, question), book)
    return _timed_together(lines, book, question)


def _leads(ranked: Sequence[RankedDocument], book: CodeBook, question: UnderstoodQuestion) -> list[str]:
    """The best document, and one more for each further value of a fact that its family tells apart."""
    lead = next((item for item in ranked if _leads_a_claim(item, ranked[0], book)), ranked[0])
    chosen = [_first_of_chain(lead.document_id, book, question)]
    family = [item for item in ranked if item.family == lead.family]
    for name, values in question.asked.items():
        stated = book.records[lead.document_id].facts.get(name)
        if len(values) < 2 or isinstance(stated, Span) or stated is None:
            continue
        for value in values:
            fitting = [i for i in family if compare(name, value, book.records[i.document_id].facts.get(name)) is Verdict.FITS]
            best = next((item for item in fitting if not _other_contradictions(item, name)), None)
            if best is not None and not any(
                compare(name, value, book.records[c].facts.get(name)) is Verdict.FITS for c in chosen
            ):
                chosen.append(_first_of_chain(best.document_id, book, question))
    return list(dict.fromkeys(chosen))


def _leads_a_claim(item: RankedDocument, best: RankedDocument, book: CodeBook) -> bool:
    """Whether the document is the service itself and not the amount beside it: miles follow the ride."""
    of_family = item.family == best.family and not item.contradicted and item.fitting > 0
    return item is best if "units_of" not in book.records[best.document_id].facts else of_family and (
        "units_of" not in book.records[item.document_id].facts
    )


def _first_of_chain(document_id: str, book: CodeBook, question: UnderstoodQuestion) -> str:
    """An add-on that only goes on counting is led by its first code, unless the asker named the add-on."""
    chains = book.continues.get(document_id, ())
    return chains[0].first_id if chains and document_id not in question.named_ids else document_id


def _other_contradictions(item: RankedDocument, name: str) -> bool:
    return any(v.verdict is Verdict.CONTRADICTS and v.name != name for v in item.verdicts)


def _with_primaries(
    chosen: list[str], ranked: Sequence[RankedDocument], book: CodeBook, question: UnderstoodQuestion
) -> list[str]:
    """Each add-on behind the best primary that the question describes: named, or a sibling of the add-on."""
    result: list[str] = []
    for document_id in chosen:
        record = book.records[document_id]
        if record.add_on and not any(book.goes_with(document_id, other) for other in chosen):
            primary = next(
                (
                    item.document_id
                    for item in ranked
                    if book.goes_with(document_id, item.document_id)
                    and (item.document_id in question.named_ids or item.family == record.family)
                    and not _contradicted_apart_from(item, record, book)
                ),
                None,
            )
            if primary is not None:
                result.append(primary)
        result.append(document_id)
    return list(dict.fromkeys(result))


def _contradicted_apart_from(item: RankedDocument, add_on: CodeRecord, book: CodeBook) -> bool:
    """Whether a fact speaks against the primary that is not the very fact the add-on is there for."""
    return any(
        v.verdict is Verdict.CONTRADICTS and compare(v.name, v.asked, add_on.facts.get(v.name)) is not Verdict.FITS
        for v in item.verdicts
    )


def _with_companions(
    chosen: list[str], ranked: Sequence[RankedDocument], book: CodeBook, question: UnderstoodQuestion
) -> list[str]:
    """Further services: codes named beside the lead, and the best fitting add-on of another family that goes with it."""
    result = list(chosen)
    result += [document_id for document_id in question.named_ids if document_id not in result]
    seen = {book.records[document_id].family for document_id in result}
    for item in ranked:
        record = book.records[item.document_id]
        near = item.topic >= SECOND_SERVICE_TOPIC or _drug_named(item, book)
        if item.family in seen or not near or _contradicted_beside(item, result, book, question):
            continue
        pairs = any(book.goes_with(item.document_id, c) or book.goes_with(c, item.document_id) for c in result)
        if _drug_named(item, book):
            result.append(item.document_id)
            seen.add(item.family)
        elif pairs and _own_fact_asked(item, result, book):
            result.insert(len(result) if record.add_on else 0, item.document_id)
            seen.add(item.family)
    for item in ranked:
        # Within the family: an add-on with a fact of its own that was asked, such as a mileage line beside a ride.
        if item.document_id in result or item.family not in seen or item.document_id in book.continues:
            continue
        record = book.records[item.document_id]
        if record.add_on and not item.contradicted and _own_fact_asked(item, result, book):
            if any(book.goes_with(item.document_id, c) for c in result):
                result.append(item.document_id)
        elif "units_of" in record.facts and any(v.name == "units_of" and v.verdict is Verdict.FITS for v in item.verdicts):
            result.append(item.document_id)
    return result


def _contradicted_beside(item: RankedDocument, chosen: Sequence[str], book: CodeBook, question: UnderstoodQuestion) -> bool:
    """Whether facts speak against a companion. Beside a named primary its add-on is what is meant, whatever the words."""
    beside_named = any(c in question.named_ids and book.goes_with(item.document_id, c) for c in chosen)
    return any(
        v.verdict is Verdict.CONTRADICTS and not (beside_named and VOCABULARY[v.name].kind == "words") for v in item.verdicts
    )


def _drug_named(item: RankedDocument, book: CodeBook) -> bool:
    """Whether the document is a drug that the question names: it is billed beside the service that gives it."""
    return "dose_unit" in book.records[item.document_id].facts and any(
        v.name == "drug" and v.verdict is Verdict.FITS for v in item.verdicts
    )


def _own_fact_asked(item: RankedDocument, chosen: Sequence[str], book: CodeBook) -> bool:
    """Whether a fact was asked that this document states and none of the chosen meets."""
    return any(
        v.verdict is Verdict.FITS
        and not any(compare(v.name, v.asked, book.records[c].facts.get(v.name)) is Verdict.FITS for c in chosen)
        for v in item.verdicts
    )


def _without_exclusions(chosen: Sequence[str], book: CodeBook) -> list[str]:
    """Of two that exclude each other the later one said goes, unless the earlier is the one that only looks on."""
    kept: list[str] = []
    for document_id in chosen:
        rival = next((other for other in kept if book.excluded(document_id, other)), None)
        if rival is None:
            kept.append(document_id)
        elif book.records[rival].facts.get("technique") == "look only":
            kept[kept.index(rival)] = document_id
    return kept


def _counted(chosen: Sequence[str], book: CodeBook, question: UnderstoodQuestion) -> list[ServiceLine]:
    """Units of each chosen document, and the add-ons that go on counting."""
    lines: list[ServiceLine] = []
    for document_id in chosen:
        chain = next(iter(book.continuations.get(document_id, ())), None)
        if chain is not None:
            lines += _chain_lines(chain, _amount(document_id, chain.measure, book, question), book)
        else:
            lines.append(_unit_line(document_id, book, question))
    return list({line.document_id: line for line in reversed(lines)}.values())[::-1]


def _chain_lines(chain: Continuation, amount: float | None, book: CodeBook) -> Iterator[ServiceLine]:
    if amount is None:
        yield ServiceLine(chain.first_id)
        return
    further = chain.units(amount)
    unit = "minutes" if chain.measure == "minutes" else "in all"
    if not further:
        yield ServiceLine(chain.first_id)
        return
    first_code, further_code = book.records[chain.first_id].code, book.records[chain.further_id].code
    if chain.measure == "count":
        arithmetic = f"{amount:g} {unit}: 1 + {further} = {first_code} x1, {further_code} x{further}"
    else:
        start = chain.further.low or 0
        arithmetic = (
            f"{amount:g} {unit}: {first_code} to {start - 1:g}, then each {chain.each:g} from {start:g} = {further_code} x{further}"
        )
    yield ServiceLine(chain.first_id, 1, arithmetic)
    yield ServiceLine(chain.further_id, further, arithmetic)


def _unit_line(document_id: str, book: CodeBook, question: UnderstoodQuestion) -> ServiceLine:
    """A line whose units are counted in lengths, doses or things: 38 minutes of 15, 40 mg of 10."""
    facts = book.records[document_id].facts
    each = facts.get("each_minutes")
    if isinstance(each, float | int) and not isinstance(each, bool):
        minutes = _amount(document_id, "minutes", book, question)
        if minutes is not None:
            units = int((minutes + (each - 1) // 2) // each)
            sum_ = f"{minutes:g} minutes: {units} x {each:g}" + (f" = {units * each:g}" if units * each == minutes else "")
            return ServiceLine(document_id, max(1, units), f"{sum_}, a unit counting from {each // 2 + 1:g} minutes")
    for unit in (facts.get("units_of"), facts.get("dose_unit")):
        if isinstance(unit, str) and (amount := question.amount_of(unit)) is not None:
            size, word = _unit_size(unit)
            units = max(1, -(-int(amount * 1000) // int(size * 1000)))  # a part of a unit counts whole
            return ServiceLine(document_id, units, f"{amount:g} {word} / {size:g} {word} = {units} units")
    return ServiceLine(document_id)


def _unit_size(unit: str) -> tuple[float, str]:
    """"10 mg" is 10 of mg, "mile" is 1 of mile."""
    number, _, word = unit.partition(" ")
    try:
        return float(number), word
    except ValueError:
        return 1.0, unit


def _amount(document_id: str, name: str, book: CodeBook, question: UnderstoodQuestion) -> float | None:
    """The amount said of this document: in the segment that describes it, else the only or the largest said."""
    said = [value for value in question.asked.get(name, ()) if isinstance(value, float | int) and not isinstance(value, bool)]
    if not said:
        return None
    own = [
        value
        for segment in question.segments
        if _describes(segment, book.records[document_id].facts)
        for value in segment.asked.get(name, ())
        if isinstance(value, float | int)
    ]
    return float(max(own or said))


def _describes(segment: Segment, facts: Mapping[str, FactValue]) -> bool:
    """Whether a segment states a free-word or chosen fact of the document."""
    return any(
        compare(name, value, facts[name]) is Verdict.FITS
        for name, values in segment.asked.items()
        if name in facts and not isinstance(facts[name], Span)
        for value in values
    )


def _one_primary(lines: Sequence[ServiceLine], book: CodeBook) -> list[ServiceLine]:
    """Of several first codes of one family only one may lead: the one whose add-on partners the others can be.

    "Shave x2 and punch x1" leads with the punch, because the shave's add-on may follow it and not the other way round.
    """
    firsts = [line for line in lines if line.document_id in book.continuations]
    if len(firsts) < 2:
        return list(lines)
    for lead in firsts:
        follow = {
            line.document_id: next(
                (c.further_id for c in book.continuations[line.document_id] if book.goes_with(c.further_id, lead.document_id)), None
            )
            for line in firsts
            if line is not lead
        }
        if all(follow.values()):
            return _led_by(lead, lines, {first: further for first, further in follow.items() if further}, book)
    return list(lines)


def _led_by(lead: ServiceLine, lines: Sequence[ServiceLine], follow: Mapping[str, str], book: CodeBook) -> list[ServiceLine]:
    units = {line.document_id: line.units for line in lines}
    result = [replace(lead, arithmetic=""), *(line for line in lines if line.document_id in _further_ids(lead.document_id, book))]
    for first, further in follow.items():
        count = units[first] + units.get(further, 0)
        result.append(ServiceLine(further, count, f"{count} of these beside {book.records[lead.document_id].code}"))
    handled = {line.document_id for line in result} | set(follow)
    return [*result, *(line for line in lines if line.document_id not in handled)]


def _further_ids(first_id: str, book: CodeBook) -> set[str]:
    return {chain.further_id for chain in book.continuations.get(first_id, ())}


def _timed_together(lines: Sequence[ServiceLine], book: CodeBook, question: UnderstoodQuestion) -> tuple[ServiceLine, ...]:
    """Several services timed alike share their minutes: units come from the total, whole units first.

    20 + 15 minutes of 15-minute services are 35 minutes, so 2 units and not 3.
    Source: Medicare Claims Processing Manual, chapter 5, section 20.2 (the 8-minute rule).
    """
    timed = {}
    for line in lines:
        each = book.records[line.document_id].facts.get("each_minutes")
        minutes = _amount(line.document_id, "minutes", book, question)
        if each == 15.0 and not book.records[line.document_id].add_on and minutes is not None:
            timed[line.document_id] = minutes
    if len(timed) < 2 or len(question.asked.get("minutes", ())) < 2:
        return tuple(lines)
    total = sum(timed.values())
    units = {document_id: int(minutes // 15) for document_id, minutes in timed.items()}
    left = int((total + 7) // 15) - sum(units.values())
    for document_id in sorted(timed, key=lambda name: (-(timed[name] % 15), name))[: max(0, left)]:
        units[document_id] += 1
    parts = " + ".join(f"{minutes:g}" for minutes in timed.values())
    arithmetic = f"{parts} = {total:g} minutes: {sum(units.values())} units of 15 in all"
    return tuple(
        replace(line, units=units[line.document_id], arithmetic=arithmetic) if line.document_id in timed else line
        for line in lines
        if units.get(line.document_id, 1) > 0
    )
