"""Facts in free text and shorthand."""

import pytest

from ingest.documents import CodeRecord
from retriever.facts_asked import read_facts, read_word_facts, word_values


@pytest.mark.parametrize(
    ("question", "name", "value"),
    [
        ("a 30-minute therapy session", "minutes", 30),
        ("47 mins", "minutes", 47),
        ("half an hour", "minutes", 30),
        ("half-hour session", "minutes", 30),
        ("an hour", "minutes", 60),
        ("1 h 10 min", "minutes", 70),
        ("an hour and a half", "minutes", 90),
        ("2 hours", "minutes", 120),
        ("forty-five minutes", "minutes", 45),
        ("45 minutos", "minutes", 45),
        ("est pt", "patient", "established"),
        ("new patient", "patient", "new"),
        ("chest xray 2 views", "views", 2),
        ("one picture", "views", 1),
        ("7 AKs", "count", 7),
        ("three lesions", "count", 3),
        ("shave bx x2", "count", 2),
        ("4.2 cm", "size_cm", 4.2),
        ("18 mm", "size_cm", 1.8),
        ("a 6 year old", "age", 6),
        ("tonsils, age 15", "age", 15),
        ("18 mo", "age", 1.5),
        ("MRI w/o", "contrast", "none"),
        ("without contrast", "contrast", "none"),
        ("with dye", "contrast", "with"),
        ("w/wo gad", "contrast", "both"),
        ("without then with contrast", "contrast", "both"),
        ("bilateral", "side", "both"),
        ("lap chole", "approach", "laparoscopic"),
        ("US guided", "guidance", "ultrasound"),
        ("tracing only", "role", "technical"),
        ("Medicare", "payer", "medicare"),
        ("commercial plan", "payer", "any"),
        ("mdm is high", "mdm", "high"),
        ("without the patient present", "patient_present", False),
    ],
)
def test_a_fact_is_read_however_it_is_said(question: str, name: str, value: object) -> None:
    assert (name, value) in {(fact.name, fact.value) for fact in read_facts(question)}


@pytest.mark.parametrize("question", ["what happens in a therapy session", "who looks at the pictures", "can I eat before"])
def test_nothing_is_read_where_nothing_is_said(question: str) -> None:
    assert read_facts(question) == ()


def test_offsets_name_the_words_a_fact_came_from() -> None:
    question = "est pt, 25 min"

    assert [(fact.name, question[fact.start : fact.end]) for fact in read_facts(question)] == [("patient", "est pt"), ("minutes", "25 min")]


def test_free_word_facts_come_from_what_documents_state_the_most_exact_first() -> None:
    records = [CodeRecord("CPT", "45385", "t", "f", facts={"technique": value}) for value in ("snare", "hot forceps", "forceps")]
    stems = {"hot": 1, "forcep": 1, "polyp": 1}

    assert read_word_facts(stems, word_values(records)) == {"technique": ("hot forceps",)}
