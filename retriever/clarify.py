"""The one deciding fact that is missing: when to ask for it, and with which options. Pure."""

from collections.abc import Sequence

from ingest.facts import VOCABULARY, FactValue, Span, describe
from retriever.answers import Clarify, Option
from retriever.code_book import CodeBook
from retriever.questions import UnderstoodQuestion
from retriever.ranking import RankedDocument

# Rivals must lie this close to the leader once unmentioned special facts are forgiven: in words alone they are equal.
RIVAL_MARGIN = 0.13
# A word of the question that only the leader's names hold tells it from its siblings.
RIVAL_WORDS = 0.3
MAX_OPTIONS = 5

# Facts of which one is enough: a visit's level goes by decision making or by time.
ALTERNATIVES = ({"mdm", "minutes"},)

QUESTIONS = {
    "minutes": "How many minutes?",
    "patient": "Is the patient new or established?",
    "visit": "Is it an initial or a later one?",
    "mdm": "What level of decision making is documented?",
    "setting": "Where was it done?",
    "contrast": "Was contrast used?",
    "views": "How many views?",
    "count": "How many?",
    "size_cm": "How long, in centimeters in all?",
    "age": "How old is the patient?",
    "extent": "Was it complete or limited?",
    "side": "One side or both?",
    "approach": "By which approach?",
    "guidance": "Was imaging guidance used?",
    "role": "Which part was done?",
    "purpose": "Screening or diagnostic?",
    "payer": "Who pays?",
    "complexity": "How complex was it?",
    "recurrence": "First time or recurrent?",
    "anesthesia": "Which anesthesia?",
    "medical_services": "With or without medical services?",
    "patient_present": "Was the patient in the room?",
    "group": "In a group?",
    "obstructed": "Was it trapped or blocked?",
    "region": "Where on the body?",
    "technique": "By which technique?",
    "drug": "Which drug?",
    "device": "Which device?",
    "component": "Which of these was it?",
}
_UNITS = {"minutes": " minutes", "views": " views", "size_cm": " cm", "age": " years"}


def rivals(ranked: Sequence[RankedDocument], book: CodeBook, question: UnderstoodQuestion) -> list[RankedDocument]:
    """The leader and the siblings that nothing said tells from it, best first.

    They meet the same asked facts, contradict none, share the question's distinct words, and are no add-ons beside a code that stands alone.
    """
    if not ranked:
        return []
    lead = ranked[0]
    lead_is_add_on = book.records[lead.document_id].add_on
    return [
        item
        for item in ranked
        if item.family == lead.family
        and not item.contradicted
        and item.fitting == lead.fitting
        and item.bare_score >= lead.bare_score - RIVAL_MARGIN
        and item.distinct >= lead.distinct - RIVAL_WORDS
        and book.records[item.document_id].add_on == lead_is_add_on
        and not any(c.first_id in {r.document_id for r in ranked} for c in book.continues.get(item.document_id, ()))
    ]


def missing_fact(ranked: Sequence[RankedDocument], book: CodeBook, question: UnderstoodQuestion) -> tuple[Clarify, tuple[str, ...]] | None:
    """What to ask and the documents it decides between, or None when nothing or more than one thing is missing."""
    if not ranked or ranked[0].contradicted or question.named_ids:
        return None
    close = rivals(ranked, book, question)
    if len(close) < 2:
        return None
    ids = tuple(item.document_id for item in close)
    names = [name for name in book.told_apart_by(ids) if name not in question.asked and not _settled(name, question)]
    splitting = [name for name in names if _splits(name, ids, book)]
    if len(splitting) != 1:
        return None
    name = splitting[0]
    options = _options(name, ids, book, question)
    if len(options) < 2:
        return None
    return Clarify(QUESTIONS.get(name, f"Which {name}?"), name, options), _in_order(name, ids, book)


def _in_order(name: str, ids: Sequence[str], book: CodeBook) -> tuple[str, ...]:
    """Bands from the lowest up; else the usual code first, then as ranked."""
    if VOCABULARY[name].kind == "span":
        return tuple(sorted(ids, key=lambda i: (_low(book.records[i].facts[name]), i)))
    return tuple(sorted(ids, key=lambda i: not book.records[i].usual))


def _settled(name: str, question: UnderstoodQuestion) -> bool:
    """Whether an alternative of this fact was given."""
    return any(name in group and any(other in question.asked for other in group - {name}) for group in ALTERNATIVES)


def _splits(name: str, ids: Sequence[str], book: CodeBook) -> bool:
    """Whether every one of the documents states the fact: one that is silent about it is told apart by something else."""
    return all(name in book.records[document_id].facts for document_id in ids)


def _options(name: str, ids: Sequence[str], book: CodeBook, question: UnderstoodQuestion) -> tuple[Option, ...]:
    values: dict[str, FactValue] = {}
    for document_id in ids:
        value = book.records[document_id].facts[name]
        values.setdefault(describe(name, value), value)
    ordered = sorted(values, key=lambda label: _low(values[label])) if all(isinstance(v, Span) for v in values.values()) else list(values)
    return tuple(
        Option(_label(name, label), f"{question.text}, {_label(name, label)}") for label in ordered[:MAX_OPTIONS]
    )


def _label(name: str, label: str) -> str:
    if name == "contrast":
        return {"none": "without contrast", "with": "with contrast", "both": "without, then with contrast"}[label]
    if name == "views" and label == "1":
        return "1 view"
    if name == "patient":
        return f"{label} patient"
    if name == "payer":
        return {"any": "not Medicare", "medicare": "Medicare"}[label]
    if name == "age":
        return f"age {label}"
    return f"{label}{_UNITS.get(name, '')}"


def _low(value: FactValue) -> float:
    return (value.low or 0.0) if isinstance(value, Span) else 0.0


# With no more words than this that could name a procedure, a patient is asked which one.
FEW_WORDS = 1
MAX_PROCEDURES = 4


def which_procedure(ranked: Sequence[RankedDocument], book: CodeBook, question: UnderstoodQuestion) -> tuple[Clarify, tuple[str, ...]] | None:
    """Ask which procedure is meant when the question names none: "is it going to hurt?", "what happens during my scan".

    The options are the nearest families, each by the first common name of its best document.
    """
    if question.topics or question.named_ids or question.follows_up or len(question.topic_terms) > FEW_WORDS:
        return None
    best = {item.family: item.document_id for item in reversed(ranked)}
    ids = tuple(best[family] for family in dict.fromkeys(item.family for item in ranked))[:MAX_PROCEDURES]
    names = {document_id: book.records[document_id].common_names or (book.records[document_id].title,) for document_id in ids}
    options = tuple(Option(names[i][0], f"{question.text} ({names[i][0]})") for i in ids)
    return (Clarify(WHICH_PROCEDURE[question.language], "procedure", options), ids) if len(options) > 1 else None


WHICH_PROCEDURE = {"en": "Which procedure do you mean?", "es": "¿De qué procedimiento habla?"}
