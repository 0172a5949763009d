"""A question and its conversation to an understood question. Pure: the index's vocabulary and codes are handed in."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ingest.codes import CODE_SHAPED
from ingest.facts import VOCABULARY, FactValue
from ingest.index.lexical import terms
from retriever.answers import Turn
from retriever.code_route import CodeMention, CodeRoute
from retriever.facts_asked import AskedFact, WordValue, read_facts, read_quantities, read_word_facts
from retriever.language import detect_language
from retriever.ranking import AskedFacts
from retriever.sections_asked import read_sections
from retriever.vocabulary import SpellingOut

# Words that lean on what was said before.
_LEANING = re.compile(
    r"^(?:and|also|but|ok(?:ay)?|so|then|what about|how about|what if|sorry|no|not|wait|actually|make (?:it|that)|same|only|"
    r"back to|y|¿y|pero)\b|\b(?:it|that one|this one|the (?:other|same|longer|shorter) one|those|them|does that|do they|is that)\b",
    re.IGNORECASE,
)
_NEW_TOPIC = re.compile(r"\b(?:new topic|different question|another question|something else|separate question|otra pregunta)\b", re.I)
# Where one service of several ends and the next begins.
_JOINT = re.compile(r"\s*(?:[,;+&]|\bplus\b|\band\b|\bthen\b|\balso\b|\bas well as\b|\by\b)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the question between two joints, with the facts it states: one of several services described."""

    text: str
    asked: AskedFacts


@dataclass(frozen=True, slots=True)
class UnderstoodQuestion:
    """A question that stands alone: nothing after this looks at the history."""

    text: str                        # what is answered, follow-ups completed
    original: str                    # what was typed, white space collapsed
    language: str                    # "en" or "es"
    search_text: str                 # text with abbreviations, lay words and Spanish spelled out: what is encoded
    search_terms: tuple[str, ...]    # its stems: what is matched word by word
    mentions: tuple[CodeMention, ...]
    facts: tuple[AskedFact, ...]     # measured and chosen facts, with offsets into search_text
    asked: AskedFacts                # all facts asked, by name, free-word facts included
    segments: tuple[Segment, ...]
    quantities: Mapping[str, float]  # amounts by unit: mg, mile, unit
    sections: tuple[str, ...]        # in the order asked

    def amount_of(self, unit: str) -> float | None:
        """The amount said in the measure of "10 mg", "mile" or the like."""
        return self.quantities.get(unit.split()[-1])

    @property
    def named_ids(self) -> tuple[str, ...]:
        """The documents of the codes that the question names, in its order."""
        return tuple(dict.fromkeys(i for mention in self.mentions for i in mention.document_ids))


@dataclass(frozen=True, slots=True)
class Reader:
    """What of the index is needed to understand a question."""

    spelling: SpellingOut
    values: tuple[WordValue, ...]
    codes: CodeRoute

    def understand(self, question: str, turns: Sequence[Turn] = (), language: str | None = None) -> UnderstoodQuestion:
        """The question made standalone from the history by rules, and read."""
        original = " ".join(question.split())
        language = language or detect_language(original)
        text = _standalone(original, turns)
        search_text = self.spelling.add_meanings(text, language)
        facts = read_facts(search_text)
        segments = self._segments(search_text, facts)
        return UnderstoodQuestion(
            text=text,
            original=original,
            language=language,
            search_text=search_text,
            search_terms=tuple(terms(search_text)),
            mentions=self.codes.mentions(text),
            facts=facts,
            asked=self._asked_whole(search_text, facts, segments),
            segments=segments,
            quantities=MappingProxyType(read_quantities(search_text)),
            sections=read_sections(search_text if language == "es" else text),
        )

    def _segments(self, text: str, facts: Sequence[AskedFact]) -> tuple[Segment, ...]:
        # A joint inside a fact ("w and w/o", "an hour and a half") joins nothing.
        joints = [m for m in _JOINT.finditer(text) if not any(f.start < m.end() and m.start() < f.end for f in facts)]
        starts = [0, *(joint.end() for joint in joints)]
        ends = [*(joint.start() for joint in joints), len(text)]
        return tuple(
            Segment(text[start:end], self._asked(text[start:end], [f for f in facts if start <= f.start < end]))
            for start, end in zip(starts, ends, strict=True)
            if text[start:end].strip()
        )

    def _asked_whole(self, text: str, facts: Sequence[AskedFact], segments: Sequence[Segment]) -> AskedFacts:
        """All facts asked. A free-word value that one stretch states whole speaks before one pieced together from several."""
        asked = dict(self._asked(text, facts))
        for name in asked:
            if VOCABULARY[name].kind == "words":
                within = [value for segment in segments for value in segment.asked.get(name, ())]
                asked[name] = tuple(dict.fromkeys(within)) or asked[name]
        return MappingProxyType(asked)

    def _asked(self, text: str, facts: Sequence[AskedFact]) -> AskedFacts:
        asked: dict[str, tuple[FactValue, ...]] = {}
        for fact in facts:
            if fact.value not in asked.get(fact.name, ()):
                asked[fact.name] = (*asked.get(fact.name, ()), fact.value)
        asked |= read_word_facts(Counter(terms(text)), self.values)
        return MappingProxyType(asked)


def _standalone(question: str, turns: Sequence[Turn]) -> str:
    """The question, behind the last question of the asker that it leans on."""
    earlier = [turn for turn in turns if turn.role == "user" and turn.content.strip()]
    if not earlier or _NEW_TOPIC.search(question) or CODE_SHAPED.search(question):
        return question
    if _LEANING.search(question) or len(terms(question)) <= 2:
        return f"{_standalone(' '.join(earlier[-1].content.split()), earlier[:-1])} {question}"
    return question


def facts_shown(asked: AskedFacts) -> Mapping[str, FactValue]:
    """The facts as the reply shows them: one value a fact, the first said."""
    return {name: values[0] for name, values in asked.items()}
