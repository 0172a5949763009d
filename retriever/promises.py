"""The promises of the reply contract, checked on every reply before it leaves. Pure."""

import re
from collections.abc import Callable, Container

from ingest.codes import CODE_SHAPED, normal_code
from ingest.documents import ProcedureDocument
from retriever.answers import Answer, AnswerKind, Citation
from retriever.errors import PromiseBroken

_MARK = re.compile(r"\[\d+\]")


def check_promises(answer: Answer, document: Callable[[str], ProcedureDocument], codes: Container[str]) -> None:
    """Raises PromiseBroken at the first promise the reply does not keep; says nothing of the question.

    document: id to the loaded document; codes: every loaded code.
    """
    for citation in answer.citations:
        _check_citation(citation, document(citation.document_id))
    _check_numbers(answer)
    if answer.kind is AnswerKind.ABSTAIN and (answer.claims or answer.citations):
        raise PromiseBroken("an abstention carries claims or citations")
    quotes = " ".join(citation.quote for citation in answer.citations)
    for match in CODE_SHAPED.finditer(_MARK.sub("", answer.answer)):
        code = normal_code(match[0])
        if code not in codes and match[0] not in quotes:
            raise PromiseBroken(f"the answer names {code}, which is neither loaded nor quoted")


def _check_citation(citation: Citation, document: ProcedureDocument) -> None:
    found = document.text[citation.start : citation.end]
    if found != citation.quote:
        raise PromiseBroken(f"citation {citation.number} of {document.id}: its offsets hold other words than its quote")
    if citation.document_sha256 != document.sha256:
        raise PromiseBroken(f"citation {citation.number} of {document.id}: the document's hash is another")
    section = document.section_of.get(citation.section)
    if section is None or not section.body_start <= citation.start < citation.end <= section.end:
        raise PromiseBroken(f"citation {citation.number} of {document.id}: it does not lie within {citation.section!r}")


def _check_numbers(answer: Answer) -> None:
    numbers = [citation.number for citation in answer.citations]
    if numbers != list(range(1, len(numbers) + 1)):
        raise PromiseBroken(f"citations are numbered {numbers}, expected 1 to {len(numbers)}")
    used = {number for claim in answer.claims for number in claim.citations}
    used |= {number for code in answer.codes for number in code.citations}
    if used != set(numbers):
        raise PromiseBroken(f"citations {sorted(used ^ set(numbers))} are used without being listed, or listed unused")
    if answer.kind is AnswerKind.ANSWER and (not answer.claims or not all(claim.citations for claim in answer.claims)):
        raise PromiseBroken("an answer needs claims, and each claim a citation")
