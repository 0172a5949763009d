"""Routes that look up rather than answer: codes, siblings side by side, documents, passages."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from chat_ui.problems import Problem, ProblemError
from chat_ui.schemas import document_url
from ingest.codes import SYSTEMS, document_id, normal_code
from ingest.documents import CodeRecord
from ingest.facts import facts_as_json
from ingest.sections import SECTION_NAMES
from retriever.ask import Retriever
from retriever.compare import side_by_side

System = Literal["CPT", "HCPCS", "ICD-10-PCS"]
SystemPath = Annotated[str, Path(max_length=16, examples=["CPT"])]
CodePath = Annotated[str, Path(max_length=16, examples=["90833"])]
Text = Annotated[str, Query(min_length=1, max_length=200)]

MISSING: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "Not loaded; the nearest codes are named."}}


class CodeSummary(BaseModel):
    system: str
    code: str
    title: str
    family: str
    status: str
    url: str


class CodeList(BaseModel):
    codes: list[CodeSummary]


class CodeDetail(CodeSummary):
    common_names: list[str]
    facts: dict[str, object]
    usual: bool
    add_on: bool
    primary_codes: list[str]
    not_with: list[str]
    effective: date | None
    deleted: date | None
    replaced_by: list[str]
    reviewed: date | None
    sources: list[str]


class FactRow(BaseModel):
    fact: str
    values: list[str]


class Siblings(BaseModel):
    codes: list[CodeSummary]
    facts: list[FactRow]


class SectionOut(BaseModel):
    name: str
    heading: str
    start: int
    body_start: int
    end: int


class DocumentOut(CodeDetail):
    text: str
    text_sha256: str
    sections: list[SectionOut]


class PassageOut(BaseModel):
    system: str
    code: str
    document_id: str
    title: str
    section: str
    text: str
    start: int
    end: int
    score: float
    url: str


class PassageList(BaseModel):
    passages: list[PassageOut]


def lookup_routes(retriever: Callable[[], Retriever], today: Callable[[], date] = date.today) -> APIRouter:
    """The router of all look-ups over the retriever of the moment."""
    routes = APIRouter(prefix="/v1")

    @routes.get("/codes", tags=["codes"])
    def find_codes(q: Text, system: System | None = None, k: Annotated[int, Query(ge=1, le=50)] = 10) -> CodeList:
        """Ranked codes for a few typed letters: prefixes, words in any order, typos, abbreviations."""
        current = retriever()
        found = current.finder.find(q, k, (system,) if system else ())
        return CodeList(codes=[_summary(current.book.records[item.document_id], today()) for item in found])

    @routes.get("/codes/{system}/{code}", tags=["codes"], responses=MISSING)
    def get_code(system: SystemPath, code: CodePath) -> CodeDetail:
        """What a document says of its code: facts, add-on partners, exclusions, dates."""
        current = retriever()
        return CodeDetail.model_validate(_detail_fields(current.book.records[_loaded(current, system, code)], today()))

    @routes.get("/codes/{system}/{code}/siblings", tags=["codes"], responses=MISSING)
    def get_siblings(system: SystemPath, code: CodePath) -> Siblings:
        """The family side by side: one row a fact, one column a code; the code asked for comes first."""
        current = retriever()
        wanted = _loaded(current, system, code)
        ids = [wanted, *(i for i in current.book.families[current.book.records[wanted].family] if i != wanted)]
        table = side_by_side(ids, current.book, only_differences=False)
        return Siblings(
            codes=[_summary(current.book.records[i], today()) for i in ids],
            facts=[FactRow(fact=name, values=list(cells)) for name, cells in table.rows],
        )

    @routes.get("/documents/{system}/{code}", tags=["documents"], responses=MISSING)
    def get_document(system: SystemPath, code: CodePath) -> DocumentOut:
        """The document, its sections and their offsets into its text."""
        current = retriever()
        document = current.store.document(_loaded(current, system, code))
        sections = [
            SectionOut(name=s.name, heading=s.heading, start=s.start, body_start=s.body_start, end=s.end) for s in document.sections
        ]
        own = {"text": document.text, "text_sha256": document.sha256, "sections": sections}
        return DocumentOut.model_validate(_detail_fields(document.record, today()) | own)

    @routes.get("/search", tags=["documents"])
    def search(
        q: Annotated[str, Query(min_length=1, max_length=2000)],
        section: Annotated[str, Query(max_length=16, description=f"One of {', '.join(SECTION_NAMES)}.")] = "",
        system: System | None = None,
        k: Annotated[int, Query(ge=1, le=50)] = 10,
    ) -> PassageList:
        """Ranked passages with their offsets."""
        if section and section not in SECTION_NAMES:
            raise ProblemError(422, "Unknown section", f"section must be one of {', '.join(SECTION_NAMES)}.")
        current = retriever()
        passages = []
        for passage, score in current.search(q, k, section, (system,) if system else ()):
            record = current.book.records[passage.document_id]
            passages.append(
                PassageOut(
                    system=record.system,
                    code=record.code,
                    document_id=passage.document_id,
                    title=record.title,
                    section=passage.section,
                    text=passage.text,
                    start=passage.start,
                    end=passage.end,
                    score=round(score, 4),
                    url=document_url(passage.document_id, passage.start, passage.end),
                )
            )
        return PassageList(passages=passages)

    return routes


def _loaded(current: Retriever, system: str, code: str) -> str:
    """The document id of a loaded code; raises ProblemError naming the nearest codes."""
    wanted = document_id(system.strip(), code.strip())
    if wanted not in current.book.records:
        known = next((name for name in SYSTEMS if name.lower() == system.strip().lower()), None)
        near = current.codes.nearest(normal_code(code), (known,) if known else ())
        names = [f"{current.book.records[i].system} {current.book.records[i].code}" for i in near]
        advice = f"The nearest loaded codes are {', '.join(names)}." if names else "Search with /v1/codes?q=."
        raise ProblemError(404, "Code not loaded", f"This code is not among the loaded documents. {advice}", names)
    return wanted


def _summary(record: CodeRecord, today: date) -> CodeSummary:
    return CodeSummary.model_validate(_summary_fields(record, today))


def _summary_fields(record: CodeRecord, today: date) -> dict[str, object]:
    return {
        "system": record.system,
        "code": record.code,
        "title": record.title,
        "family": record.family,
        "status": record.status_on(today),
        "url": document_url(document_id(record.system, record.code)),
    }


def _detail_fields(record: CodeRecord, today: date) -> dict[str, object]:
    return {
        **_summary_fields(record, today),
        "common_names": record.common_names,
        "facts": facts_as_json(record.facts),
        "usual": record.usual,
        "add_on": record.add_on,
        "primary_codes": [str(codes) for codes in record.primary_codes],
        "not_with": [str(codes) for codes in record.not_with],
        "effective": record.effective,
        "deleted": record.deleted,
        "replaced_by": record.replaced_by,
        "reviewed": record.reviewed,
        "sources": record.sources,
    }
