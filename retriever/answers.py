"""What is asked and what comes back. Values only; `chat_ui` gives them their JSON names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from ingest.codes import SYSTEMS
from ingest.facts import FactValue
from retriever.errors import QuestionRefused

MAX_QUESTION_CHARS = 2000
MAX_TURNS = 40
MAX_CODES = 20

Audience = Literal["patient", "coder"]
ClaimForm = Literal["lead", "sentence", "item", "step"]


class AnswerKind(StrEnum):
    ANSWER = "answer"
    CLARIFY = "clarify"
    CAUTION = "caution"
    ABSTAIN = "abstain"
    REFUSE = "refuse"
    EMERGENCY = "emergency"
    CRISIS = "crisis"


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation so far."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A question with all that decides its answer; the service keeps nothing between two of them."""

    question: str
    day: date                      # date of service; unless day_given, a date in the question comes before it
    turns: tuple[Turn, ...] = ()   # oldest first
    audience: Audience = "patient"
    systems: tuple[str, ...] = SYSTEMS
    language: Literal["en", "es"] | None = None   # None: as the question is written
    max_codes: int = 5
    day_given: bool = False

    def __post_init__(self) -> None:
        length = len(self.question.strip())
        if not 1 <= length <= MAX_QUESTION_CHARS:
            raise QuestionRefused(f"the question has {length:,} characters; expected 1 to {MAX_QUESTION_CHARS:,}")
        if len(self.turns) > MAX_TURNS:
            raise QuestionRefused(f"the history has {len(self.turns)} turns; expected at most {MAX_TURNS}: send the latest")
        if not 1 <= self.max_codes <= MAX_CODES:
            raise QuestionRefused(f"max_codes is {self.max_codes}; expected 1 to {MAX_CODES}")
        if unknown := [system for system in self.systems if system not in SYSTEMS]:
            raise QuestionRefused(f"unknown code system {unknown[0]!r}; expected some of {', '.join(SYSTEMS)}")


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim stretch of one section of one document: document.text[start:end] == quote."""

    number: int            # from 1, in the order of first use
    system: str
    code: str
    document_id: str
    title: str
    section: str           # canonical name
    heading: str
    quote: str
    start: int
    end: int
    document_sha256: str
    reviewed: date | None


@dataclass(frozen=True, slots=True)
class Claim:
    """One quoted sentence of the answer and the citations that carry it."""

    text: str
    citations: tuple[int, ...]
    form: ClaimForm = "sentence"
    before: str = ""       # our own connecting words in front of it; they state no medical fact


@dataclass(frozen=True, slots=True)
class Why:
    """One fact: what was asked, what the document says, and whether that fits."""

    fact: str
    asked: str
    document: str
    verdict: str


@dataclass(frozen=True, slots=True)
class CodeMatch:
    """A code proposed for what was described."""

    rank: int
    system: str
    code: str
    document_id: str
    title: str
    confidence: float            # calibrated probability that this code belongs in the answer, 0 to 1
    units: int
    add_on_to: tuple[str, ...]   # codes or ranges it must go with; empty when it stands alone
    status: str                  # on the date of service: active, deleted, not yet valid
    why: tuple[Why, ...]
    citations: tuple[int, ...]
    replaced_by: tuple[str, ...] = ()
    proposed: bool = True        # False: a sibling shown with why it does not fit
    arithmetic: str = ""         # "7 lesions: 1 + 6", when units were computed


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a clarifying question, and the question to send for it."""

    label: str
    ask: str


@dataclass(frozen=True, slots=True)
class Clarify:
    """The one deciding fact that is missing."""

    question: str
    fact: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A fixed text of ours beside or instead of an answer."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Understood:
    """How the question was read; shown to the asker, who may correct it."""

    standalone_question: str
    focus: tuple[str, ...] = ()       # "CPT 90832"
    sections: tuple[str, ...] = ()
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole reply. Fields that do not apply are empty or None, never missing."""

    kind: AnswerKind
    answer: str                       # Markdown with [1] after each claim
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    codes: tuple[CodeMatch, ...]
    clarify: Clarify | None
    follow_ups: tuple[str, ...]
    notice: Notice | None
    understood: Understood
    generation: str
    documents: int
    embedder: str
    timings_ms: Mapping[str, float]
