"""Documents and passages as lines of JSON, and back."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from ingest.codes import parse_code_range
from ingest.documents import CodeRecord, Passage, ProcedureDocument
from ingest.facts import facts_as_json, parse_facts
from ingest.sections import Section


def document_line(document: ProcedureDocument) -> str:
    """One line without its newline; keys in a fixed order, so that equal documents give equal bytes."""
    record = document.record
    return json.dumps(
        {
            "system": record.system,
            "code": record.code,
            "title": record.title,
            "family": record.family,
            "common_names": record.common_names,
            "facts": facts_as_json(record.facts),
            "usual": record.usual,
            "add_on": record.add_on,
            "primary_codes": [str(codes) for codes in record.primary_codes],
            "not_with": [str(codes) for codes in record.not_with],
            "status": record.status,
            "effective": _day_text(record.effective),
            "deleted": _day_text(record.deleted),
            "replaced_by": record.replaced_by,
            "questions": record.questions,
            "reviewed": _day_text(record.reviewed),
            "sources": record.sources,
            "text": document.text,
            "sections": [[s.name, s.heading, s.start, s.body_start, s.end] for s in document.sections],
        },
        ensure_ascii=False,
    )


def parse_document(line: str) -> ProcedureDocument:
    """Read what `document_line` wrote. Raises ValueError or KeyError for anything else."""
    raw: dict[str, Any] = json.loads(line)
    record = CodeRecord(
        system=raw["system"],
        code=raw["code"],
        title=raw["title"],
        family=raw["family"],
        common_names=tuple(raw["common_names"]),
        facts=MappingProxyType(parse_facts(raw["facts"])),
        usual=raw["usual"],
        add_on=raw["add_on"],
        primary_codes=tuple(parse_code_range(codes) for codes in raw["primary_codes"]),
        not_with=tuple(parse_code_range(codes) for codes in raw["not_with"]),
        status=raw["status"],
        effective=_day(raw["effective"]),
        deleted=_day(raw["deleted"]),
        replaced_by=tuple(raw["replaced_by"]),
        questions=tuple(raw["questions"]),
        reviewed=_day(raw["reviewed"]),
        sources=tuple(raw["sources"]),
    )
    sections = tuple(Section(name, heading, start, body, end) for name, heading, start, body, end in raw["sections"])
    return ProcedureDocument(record, raw["text"], sections)


def passage_line(passage: Passage) -> str:
    """One line: where the passage stands. Its text is the document's own, so it is not written twice."""
    return json.dumps([passage.document_id, passage.section, passage.start, passage.body_start, passage.end])


def parse_passages(lines: Iterable[str], documents: Mapping[str, ProcedureDocument]) -> dict[str, tuple[Passage, ...]]:
    """Passages by document id, sliced out of their documents. Raises ValueError or KeyError when they do not fit."""
    passages: dict[str, list[Passage]] = {document_id: [] for document_id in documents}
    for line in lines:
        document_id, section, start, body_start, end = json.loads(line)
        document = documents[document_id]
        of_document = passages[document_id]
        headings = (document.record.title, document.section_of[section].heading) if section else (document.record.title,)
        of_document.append(
            Passage(
                id=f"{document_id}#{len(of_document)}",
                document_id=document_id,
                section=section,
                headings=headings,
                text=document.text[start:end],
                start=start,
                body_start=body_start,
                end=end,
            )
        )
    return {document_id: tuple(found) for document_id, found in passages.items()}


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
