"""What a coder is told: when each code applies, the sum behind the units, what decides, what never goes together. Pure."""

import re
from collections.abc import Callable, Sequence

from ingest.codes import CODE_SHAPED, CodeRange, parse_code_range
from ingest.documents import ProcedureDocument
from ingest.facts import Span
from ingest.index.store import PieceHit
from retriever.answers import Claim
from retriever.code_book import CodeBook
from retriever.compare import SideBySide
from retriever.compose import CitationList, deciding_piece, score_pieces
from retriever.questions import UnderstoodQuestion
from retriever.service_lines import ServiceLine, Shortfall

MAX_LINES_TOLD = 3
MAX_DETAILS = 3
# A detail that names a number of the deciding band, or another code in question, is worth this many cosines more.
TELLS_NUMBER = 0.12
TELLS_CODE = 0.30
NOT_WHEN = 0.06

Document = Callable[[str], ProcedureDocument]
Hits = Callable[[str], Sequence[PieceHit]]

_RANGE = re.compile(r"(?<!\w)([0-9A-Z]{5})-([0-9A-Z]{5})(?!\w)")


def tell_lines(
    lines: Sequence[ServiceLine], question: UnderstoodQuestion, book: CodeBook, document: Document, hits: Hits, citations: CitationList
) -> list[Claim]:
    """Each line's deciding sentence, then what else of the leading documents bears on the question."""
    claims = []
    for place, line in enumerate(lines[:MAX_LINES_TOLD]):
        section, start, end = deciding_piece(document(line.document_id))
        number = citations.cite(document(line.document_id), section, start, end)
        label = f"{book.records[line.document_id].code} x{line.units}" if line.units > 1 else book.records[line.document_id].code
        claims.append(
            Claim(document(line.document_id).text[start:end], (number,), "lead" if place == 0 else "sentence", f"{label}:")
        )
    ids = [line.document_id for line in lines[:2]]
    claims += tell_details(ids, question, book, document, hits, citations, MAX_DETAILS)
    return claims


def tell_details(
    ids: Sequence[str],
    question: UnderstoodQuestion,
    book: CodeBook,
    document: Document,
    hits: Hits,
    citations: CitationList,
    count: int,
    floor: Shortfall | None = None,
) -> list[Claim]:
    """The sentences of these documents that bear most on the question, best first.

    A sentence that gives a number of the band in question, or names another code in question, is preferred.
    """
    numbers = {f"{floor.floor:g}"} if floor else _band_numbers(ids, question, book)
    codes = {book.records[i].code for i in question.named_ids}
    scored: list[tuple[float, str, PieceHit]] = []
    for document_id in ids:
        text = document(document_id).text
        others = codes - {book.records[document_id].code}
        for item in score_pieces(hits(document_id), document(document_id), question, "coder"):
            words = item.hit.piece.of(text)
            score = item.score + TELLS_CODE * any(names_code(words, code) for code in others)
            score += TELLS_NUMBER * any(re.search(rf"(?<![\d.]){re.escape(n)}(?![\d.])", words) for n in numbers)
            score += NOT_WHEN * words.startswith("Not when")
            scored.append((score, document_id, item.hit))
    scored.sort(key=lambda item: (-item[0], item[1], item[2].piece.start))
    claims: list[Claim] = []
    told = {(citation.document_id, citation.start) for citation in citations()}
    for _, document_id, hit in scored:
        if (document_id, hit.piece.start) in told:
            continue
        number = citations.cite(document(document_id), hit.section, hit.piece.start, hit.piece.end)
        claims.append(Claim(hit.piece.of(document(document_id).text), (number,), "item"))
        if len(claims) == count:
            break
    return claims


def names_code(words: str, code: str) -> bool:
    """Whether a sentence names a code, alone or within a range."""
    if code in (match[0].upper() for match in CODE_SHAPED.finditer(words)):
        return True
    return any(code in _range(match) for match in _RANGE.finditer(words))


def _range(match: re.Match[str]) -> CodeRange | tuple[()]:
    try:
        return parse_code_range(match[0])
    except ValueError:
        return ()


def _band_numbers(ids: Sequence[str], question: UnderstoodQuestion, book: CodeBook) -> set[str]:
    """The ends of the bands that the question's measured facts meet in these documents."""
    numbers = set()
    for document_id in ids:
        for name in question.asked:
            band = book.records[document_id].facts.get(name)
            if isinstance(band, Span):
                numbers |= {f"{end:g}" for end in (band.low, band.high) if end}
    return numbers


def table_markdown(table: SideBySide, book: CodeBook, marks: Sequence[int]) -> str:
    """The comparison as a Markdown table; each column's head carries the citation that backs it."""
    heads = [f"{book.records[i].code} [{mark}]" for i, mark in zip(table.document_ids, marks, strict=True)]
    rows = [f"| {name.replace('_', ' ')} | {' | '.join(cell or '—' for cell in cells)} |" for name, cells in table.rows]
    return "\n".join([f"| | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|", *rows])
