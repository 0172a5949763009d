"""Ranked documents to a cited answer: sentences are quoted, never written. Pure but for asking the store for text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log

from ingest.documents import ProcedureDocument
from ingest.facts import describe
from ingest.index.lexical import terms
from ingest.index.store import PieceHit
from retriever.answers import Audience, Citation, Claim, ClaimForm, Why
from retriever.questions import UnderstoodQuestion
from retriever.ranking import FactVerdict

MAX_ANSWER_WORDS = 120
MAX_CLAIMS = 6

# What a section asked for adds to the cosine of its sentences: first asked, then the others.
SECTION_ASKED = (0.45, 0.35)
SECOND_CHOICE = 0.7
# Where the answer to some questions stands besides the section they name, the likeliest first.
ANSWERED_BY: Mapping[str, tuple[str, ...]] = {
    "name": ("summary", "name", "purpose"),
    "similar": ("summary", "alternatives", "coding"),
    "coding": ("coding", "experience", "summary"),
    "indications": ("indications", "purpose"),
    "purpose": ("purpose", "indications"),
}
WORDS_SHARED = 0.25   # for a sentence that holds every content word of the question
# "pregnant" and "pregnancy" have different stems but one beginning.
STEM_CHARS = 6
# The share of a sentence's closeness that is measured beside the document's common topic.
BESIDE_TOPIC = 0.5
NEXT_BEST = 0.6      # a further sentence must score this share of the first
# Coders read notes; sections a patient did not ask for are the last to be quoted to one.
SECTION_BIAS: Mapping[Audience, Mapping[str, float]] = {
    "coder": {"coding": 0.15},
    "patient": {"coding": -0.50, "name": -0.10, "setting": -0.03, "personnel": -0.03},
}


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
    hits: Sequence[PieceHit], document: ProcedureDocument, question: UnderstoodQuestion, audience: Audience
) -> list[ScoredPiece]:
    """Pieces best first; ties to the earlier in the text.

    A piece scores its cosine, a bonus when its section is asked for, and the share of the question's words it holds;
    a word counts the more, the fewer pieces of the document hold it.
    """
    bias = SECTION_BIAS[audience]
    wanted = wanted_sections(question.sections)
    stems = [_stems(hit.piece.of(document.text)) for hit in hits]
    # What the document is called stands behind every sentence of it and tells none from another.
    topic = _stems(" . ".join((document.record.title, *document.record.common_names)))
    wants = dict.fromkeys(cue_of(term) for term in (t[:STEM_CHARS] for t in terms(question.latest)) if term not in topic)
    weights = {want: log(1 + len(hits) / count) for want in wants if (count := sum(not want.isdisjoint(p) for p in stems))}
    total = sum(weights.values()) or 1.0
    scored = []
    for hit, of_piece in zip(hits, stems, strict=True):
        score = (1 - BESIDE_TOPIC) * hit.score + BESIDE_TOPIC * hit.beside_topic
        # What was asked for is not held back.
        score += wanted.get(hit.section, bias.get(hit.section, 0.0))
        score += WORDS_SHARED * sum(weight for want, weight in weights.items() if not want.isdisjoint(of_piece)) / total
        scored.append(ScoredPiece(hit, score))
    return sorted(scored, key=lambda item: (-item.score, item.hit.piece.start))


def wanted_sections(asked: Sequence[str]) -> dict[str, float]:
    """What each section gains: those asked for, and those that answer such a question too."""
    gains: dict[str, float] = {}
    for place, section in enumerate(asked):
        for rank, name in enumerate(ANSWERED_BY.get(section, (section,))):
            gain = SECTION_ASKED[min(place, 1)] * (1.0 if rank == 0 else SECOND_CHOICE)
            gains[name] = max(gain, gains.get(name, 0.0))
    return gains


# Words that answer each other: who asks if it hurts is answered by a sentence about cramps.
CUES = tuple(
    frozenset(term[:STEM_CHARS] for term in terms(words))
    for words in (
        "hurt hurts painful pain ache sore cramp sting pinch burn discomfort uncomfortable pressure feel",
        "drive driving driver ride car home",
        "eat eating food meal drink drinking fast fasting breakfast diet swallow liquids",
        "awake asleep sleep sedated sedation anesthesia numb numbing drowsy sleepy under",
        "work job desk school class lift lifting gym sport exercise activity",
        "swim shower bath bathe wash water wet pool",
        "wear clothes clothing undress gown bra jewelry deodorant lotion powder makeup dress",
        "pregnant pregnancy nursing breastfeeding baby",
        "pills medicine medicines drug tablets prescription painkiller take",
        "scar scarring stitches wound cut bandage",
        "results result report answer find",
        "charge charged bill billed line fee cost pay",
        "scared nervous afraid worried anxious calm claustrophobia closed",
        "night nights overnight hospital stay home same",
    )
)


def cue_of(term: str) -> frozenset[str]:
    """The words that would answer to this one, itself among them."""
    return next((cue for cue in CUES if term in cue), frozenset((term,)))


@lru_cache(maxsize=65_536)
def _stems(sentence: str) -> frozenset[str]:
    return frozenset(term[:STEM_CHARS] for term in terms(sentence))


def choose_claims(
    ranked: Sequence[ScoredPiece],
    document: ProcedureDocument,
    citations: CitationList,
    parts_asked: Sequence[str] = (),
    max_words: int = MAX_ANSWER_WORDS,
) -> list[Claim]:
    """The best piece first, then the best of each further section asked for, then what belongs to them.

    Steps are told from the first one. Stops before `max_words`; the first piece always stands.
    """
    if not ranked:
        return []
    lead = ranked[0].hit
    if parts_asked[:1] == ("procedure",) and (steps := _steps(ranked)):
        # What happens is told as the steps in their order, behind the best sentence of what it is.
        opening = next((item.hit for item in ranked if item.hit.section == "summary"), None)
        chosen = [*([opening] if opening else []), *steps]
    else:
        steps = []
        near = [item.hit for item in ranked if item.score >= NEXT_BEST * ranked[0].score]
        parts = [next((item.hit for item in ranked if item.hit.section == section), None) for section in parts_asked]
        chosen = list(dict.fromkeys([lead, *(hit for hit in parts if hit is not None), *near, *_run_of(lead, ranked)]))
    claims: list[Claim] = []
    words = 0
    for place, hit in enumerate(chosen[: MAX_CLAIMS + len(steps)]):
        quote = hit.piece.of(document.text)
        words += len(quote.split())
        if claims and words > max_words:
            break
        number = citations.cite(document, hit.section, hit.piece.start, hit.piece.end)
        form: ClaimForm = "step" if hit in steps else "lead" if place == 0 else "item"
        claims.append(Claim(quote, (number,), form))
    return claims


def _steps(ranked: Sequence[ScoredPiece]) -> list[PieceHit]:
    """The steps of the procedure section in the order of the text."""
    steps = [item.hit for item in ranked if item.hit.section == "procedure" and item.hit.piece.kind == "step"]
    return sorted(steps, key=lambda hit: hit.piece.start)


def _run_of(lead: PieceHit, ranked: Sequence[ScoredPiece]) -> list[PieceHit]:
    """The rest of the list that the leading item stands in, in the order of the text."""
    if lead.piece.kind != "item":
        return []
    same = [item.hit for item in ranked if item.hit.section == lead.section and item.hit.piece.block == lead.piece.block]
    return sorted(same, key=lambda hit: hit.piece.start)


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


def deciding_piece(document: ProcedureDocument) -> tuple[str, int, int]:
    """Section, start and end of the sentence that says when to choose the code; else the summary's last, else any.

    The last sentence of a summary is where our documents say what sets the code apart.
    """
    for section in sorted(document.sections, key=lambda s: _DECIDING.get(s.name, 9)):
        pieces = [piece for piece in document.pieces(section) if piece.quotable]
        if section.name == "coding":
            pieces = [piece for piece in pieces if piece.of(document.text).startswith("Choose when")]
        if pieces:
            return section.name, pieces[-1].start, pieces[-1].end
    raise ValueError(f"{document.id} states nothing that could be cited")


_DECIDING = {"coding": 0, "summary": 1, "name": 2}


def render_markdown(claims: Sequence[Claim], opening: str = "", closing: str = "") -> str:
    """The answer as Markdown: the lead in bold, items and steps as lists, [n] after each claim, our own words around."""
    lines = [("prose", opening)] if opening else []
    step = 0
    for claim in claims:
        marks = "".join(f"[{number}]" for number in claim.citations)
        before = f"{claim.before} " if claim.before else ""
        if claim.form == "lead":
            lines.append(("prose", f"{before}**{claim.text}** {marks}"))
        elif claim.form == "step":
            step += 1
            lines.append(("list", f"{step}. {before}{claim.text} {marks}"))
        elif claim.form == "item":
            lines.append(("list", f"- {before}{claim.text} {marks}"))
        else:
            lines.append(("prose", f"{before}{claim.text} {marks}"))
    if closing:
        lines.append(("prose", closing))
    text = lines[0][1] if lines else ""
    for (previous, _), (kind, line) in pairwise(lines):
        text += ("\n" if kind == previous == "list" else "\n\n") + line
    return text
