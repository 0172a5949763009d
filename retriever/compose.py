"""Ranked documents to a cited answer: sentences are quoted, never written. Pure but for asking the store for text."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.documents import ProcedureDocument
from ingest.facts import describe
from ingest.index.lexical import terms
from ingest.index.store import PieceHit
from retriever.answers import Citation, Claim, Why
from retriever.ranking import FactVerdict, RankedDocument

MAX_ANSWER_WORDS = 120
MAX_CLAIMS = 6

# What a section asked for adds to the cosine of its sentences: first asked, then the others.
SECTION_ASKED = (0.30, 0.22)
WORDS_SHARED = 0.25          # for a sentence that holds every content word of the question
CODER_SECTIONS = {"coding": 0.15}
# Sections a patient did not ask for are the last to be quoted to one.
PATIENT_SECTIONS = {"coding": -0.15, "name": -0.05}


class CitationList:
    """Numbers citations in the order of first use; the same stretch is cited once."""

    def __init__(self) -> None:
        self._citations: list[Citation] = []
        self._numbers: dict[tuple[str, int, int], int] = {}

    def cite(self, document: ProcedureDocument, section: str, start: int, end: int) -> int:
        """The number of the citation of document.text[start:end]."""
        key = (document.id, start, end)
        if key not in self._numbers:
            self._numbers[key] = len(self._citations) + 1
            record = document.record
            self._citations.append(
                Citation(
                    number=self._numbers[key],
                    system=record.system,
                    code=record.code,
                    document_id=document.id,
                    title=record.title,
                    section=section,
                    heading=document.section_of[section].heading,
                    quote=document.text[start:end],
                    start=start,
                    end=end,
                    document_sha256=document.sha256,
                    reviewed=record.reviewed,
                )
            )
        return self._numbers[key]

    def __call__(self) -> tuple[Citation, ...]:
        return tuple(self._citations)


@dataclass(frozen=True, slots=True)
class ScoredPiece:
    """A quotable piece and how well it answers: cosine, plus what its section and words add."""

    hit: PieceHit
    score: float


def score_pieces(
    hits: Sequence[PieceHit],
    document: ProcedureDocument,
    sections: Sequence[str],
    query_terms: Sequence[str],
    section_bias: Mapping[str, float],
) -> list[ScoredPiece]:
    """Pieces best first; ties to the earlier in the text."""
    wanted = set(query_terms)
    scored = []
    for hit in hits:
        score = hit.score + section_bias.get(hit.section, 0.0)
        if hit.section in sections:
            score += SECTION_ASKED[0] if hit.section == sections[0] else SECTION_ASKED[1]
        if wanted:
            score += WORDS_SHARED * len(wanted & set(terms(hit.piece.of(document.text)))) / len(wanted)
        scored.append(ScoredPiece(hit, score))
    return sorted(scored, key=lambda item: (-item.score, item.hit.piece.start))


def choose_claims(
    ranked: Sequence[ScoredPiece], document: ProcedureDocument, citations: CitationList, max_words: int = MAX_ANSWER_WORDS
) -> list[Claim]:
    """The best piece first, then what belongs to it: the rest of its list or steps, else the next best of its section.

    Stops before `max_words`; the first piece always stands.
    """
    if not ranked:
        return []
    lead = ranked[0].hit
    section = [item for item in ranked if item.hit.section == lead.section]
    if lead.piece.kind in ("step", "item"):
        rest = sorted((i for i in section if i.hit.piece.block == lead.piece.block), key=lambda i: i.hit.piece.start)
        if lead.piece.kind == "step":
            chosen = [item.hit for item in rest]   # steps are told from the first
        else:
            chosen = [lead, *(item.hit for item in rest if item.hit is not lead)]
    else:
        chosen = [lead, *(item.hit for item in section if item.hit is not lead and item.score > 0.6 * ranked[0].score)]
    claims: list[Claim] = []
    words = 0
    for place, hit in enumerate(chosen[:MAX_CLAIMS]):
        quote = hit.piece.of(document.text)
        words += len(quote.split())
        if claims and words > max_words:
            break
        number = citations.cite(document, hit.section, hit.piece.start, hit.piece.end)
        form = "step" if hit.piece.kind == "step" else "lead" if place == 0 else "item" if hit.piece.kind == "item" else "sentence"
        claims.append(Claim(quote, (number,), form))
    return claims


def explain(verdicts: Iterable[FactVerdict]) -> tuple[Why, ...]:
    """Fact by fact, asked against document, in a reader's words."""
    return tuple(
        Why(
            fact=verdict.name,
            asked=describe(verdict.name, verdict.asked),
            document="not said" if verdict.stated is None else describe(verdict.name, verdict.stated),
            verdict=verdict.verdict.value,
        )
        for verdict in verdicts
    )


def deciding_piece(document: ProcedureDocument, hits: Sequence[PieceHit]) -> PieceHit | None:
    """The sentence that says when to choose the code, else the best of its summary, else its best at all."""
    for wanted in (lambda h: h.section == "coding" and _CHOOSE.match(h.piece.of(document.text)), lambda h: h.section == "summary"):
        some = [hit for hit in hits if wanted(hit)]
        if some:
            return max(some, key=lambda hit: (hit.score, -hit.piece.start))
    return max(hits, key=lambda hit: (hit.score, -hit.piece.start), default=None)


_CHOOSE = re.compile(r"Choose when", re.IGNORECASE)


def render_markdown(claims: Sequence[Claim]) -> str:
    """The answer as Markdown: the lead in bold, items and steps as lists, [n] after each claim."""
    lines: list[str] = []
    step = 0
    for claim in claims:
        marks = "".join(f"[{number}]" for number in claim.citations)
        if claim.after:
            lines.append(claim.after)
        if claim.form == "lead":
            lines.append(f"**{claim.text}** {marks}")
        elif claim.form == "step":
            step += 1
            lines.append(f"{step}. {claim.text} {marks}")
        elif claim.form == "item":
            lines.append(f"- {claim.text} {marks}")
        else:
            lines.append(f"{claim.text} {marks}")
    text = ""
    previous = ""
    for line in lines:
        kind = "list" if re.match(r"(?:- |\d+\. )", line) else "prose"
        text += ("" if not text else "\n" if kind == previous == "list" else "\n\n") + line
        previous = kind
    return text

