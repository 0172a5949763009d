"""The coder's table: facts side by side, and a file that no spreadsheet runs."""

import csv
import io

from chat_ui.code_table import ComparedFact, codes_as_csv, compare_facts
from ingest.documents import CodeRecord
from ingest.facts import Span
from retriever.answers import CodeMatch, Why


def match(**changes: object) -> CodeMatch:
    values = {
        "rank": 1, "system": "CPT", "code": "90832", "document_id": "cpt/90832", "title": "Talk therapy", "confidence": 0.5, "units": 2,
        "add_on_to": ("99202-99215",), "status": "active", "why": (Why("minutes", "30", "16 to 37", "fits"),), "citations": (1,), **changes,
    }  # fmt: skip
    return CodeMatch(**values)  # type: ignore[arg-type]


def test_facts_stand_in_the_order_of_the_vocabulary_with_gaps_empty() -> None:
    """One row a stated fact, one value a record."""
    records = [
        CodeRecord("CPT", "90832", "short", "f", facts={"minutes": Span(16, 37)}),
        CodeRecord("CPT", "90833", "add-on", "f", facts={"patient": "new", "minutes": Span(16, 37)}),
    ]
    assert compare_facts(records) == [ComparedFact("minutes", ("16 to 37", "16 to 37")), ComparedFact("patient", ("", "new"))]


def test_a_row_of_the_file_says_what_the_table_says() -> None:
    rows = list(csv.DictReader(io.StringIO(codes_as_csv([match()]))))
    assert rows[0]["code"] == "90832"
    assert rows[0]["units"] == "2"
    assert rows[0]["why"] == "minutes: asked 30, document 16 to 37, fits"


def test_no_cell_begins_a_formula() -> None:
    """A title that a spreadsheet would run is stored with a ' before it."""
    rows = list(csv.DictReader(io.StringIO(codes_as_csv([match(title="=1+1"), match(title="@x")]))))
    assert [row["title"] for row in rows] == ["'=1+1", "'@x"]
