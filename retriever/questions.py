"""A question and its conversation to an understood question. Pure: the index's vocabulary and codes are handed in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ingest.codes import CODE_SHAPED
from ingest.index.lexical import terms
from ingest.vocabulary import Vocabulary
from retriever.answers import Turn
from retriever.code_route import CodeMention, CodeRoute
from retriever.facts_asked import AskedFact, WordValue, read_facts, read_word_facts
from retriever.ranking import AskedFacts
from retriever.sections_asked import read_sections

# Words that carry no topic of their own: a question made of these and of section words leans on what came before.
_LEANING = re.compile(
    r"^(?:and|also|but|ok(?:ay)?|so|then|what about|how about|what if|sorry|no|not|wait|actually|make (?:it|that)|same|only|"
    r"back to|y|¿y|pero)\b|\b(?:it|that one|this one|the (?:other|same|longer|shorter) one|those|them|does that|do they|is that)\b",
    re.IGNORECASE,
)
_NEW_TOPIC = re.compile(r"\b(?:new topic|different question|another question|something else|separate question|otra pregunta)\b", re.I)


@dataclass(frozen=True, slots=True)
class UnderstoodQuestion:
    """A question that stands alone: nothing after this looks at the history."""

    text: str                        # what is answered, follow-ups completed
    original: str                    # what was typed, trimmed
    search_text: str                 # text with abbreviations and lay words spelled out: what is encoded
    search_terms: tuple[str, ...]    # its stems: what is matched word by word
    mentions: tuple[CodeMention, ...]
    facts: tuple[AskedFact, ...]     # measured and chosen facts, in the order they stand
    asked: AskedFacts                # all facts asked, by name, free-word facts included
    sections: tuple[str, ...]        # in the order asked


@dataclass(frozen=True, slots=True)
class Reader:
    """What of the index is needed to understand a question."""

    vocabulary: Vocabulary
    values: tuple[WordValue, ...]
    codes: CodeRoute

    def understand(self, question: str, turns: Sequence[Turn] = ()) -> UnderstoodQuestion:
        """The question made standalone from the history by rules, and read."""
        original = " ".join(question.split())
        text = _standalone(original, turns)
        search_text = spell_out(text, self.vocabulary)
        stems = terms(search_text)
        facts = read_facts(search_text)
        counted = {stem: stems.count(stem) for stem in stems}
        asked: dict[str, tuple[object, ...]] = {}
        for fact in facts:
            asked[fact.name] = (*asked.get(fact.name, ()), fact.value)
        asked |= read_word_facts(counted, self.values)
        return UnderstoodQuestion(
            text=text,
            original=original,
            search_text=search_text,
            search_terms=tuple(stems),
            mentions=self.codes.mentions(text),
            facts=facts,
            asked=MappingProxyType(asked),  # type: ignore[arg-type]  # values are FactValues by construction
            sections=read_sections(text),
        )


def spell_out(text: str, vocabulary: Vocabulary) -> str:
    """The text with what each unambiguous term means written behind it: "CXR (chest x-ray) 2 views".

    Longer terms first; a term inside one already spelled out is left alone.
    """
    taken: list[tuple[int, int, str]] = []
    for term in sorted((t for t in vocabulary.terms if t.means), key=lambda t: (-len(t.term), t.term)):
        for match in re.finditer(rf"(?<!\w){re.escape(term.term)}(?!\w)", text, re.IGNORECASE):
            if all(match.end() <= start or end <= match.start() for start, end, _ in taken):
                taken.append((match.start(), match.end(), term.means))
    for _, end, means in sorted(taken, reverse=True):
        text = f"{text[:end]} ({means}){text[end:]}"
    return text


def _standalone(question: str, turns: Sequence[Turn]) -> str:
    """The question, behind the last question of the asker that it leans on."""
    earlier = [" ".join(turn.content.split()) for turn in turns if turn.role == "user" and turn.content.strip()]
    if not earlier or _NEW_TOPIC.search(question) or CODE_SHAPED.search(question):
        return question
    if _LEANING.search(question) or len(terms(question)) <= 2:
        return f"{_standalone(earlier[-1], turns[: _last_user(turns)])} {question}"
    return question


def _last_user(turns: Sequence[Turn]) -> int:
    return max(place for place, turn in enumerate(turns) if turn.role == "user" and turn.content.strip())


def by_family(records: Mapping[str, object]) -> dict[str, list[str]]:
    """Family to the ids of its documents, both in the order of the ids."""
    families: dict[str, list[str]] = {}
    for document_id, record in records.items():
        families.setdefault(record.family, []).append(document_id)  # type: ignore[attr-defined]
    return families
