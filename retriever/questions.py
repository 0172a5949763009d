"""A question and its conversation to an understood question. Pure: the index's vocabulary and codes are handed in."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ingest.documents import CodeRecord
from ingest.facts import VOCABULARY, FactValue
from ingest.index.lexical import terms
from retriever.answers import Turn
from retriever.code_route import CodeMention, CodeRoute
from retriever.conversation import Reading, fold
from retriever.facts_asked import AskedFact, WordValue, read_facts, read_quantities, read_word_facts
from retriever.language import detect_language
from retriever.ranking import AskedFacts
from retriever.sections_asked import read_sections
from retriever.spelling import Spelling
from retriever.vocabulary import SpellingOut

# The conversation is folded from at most so many of the asker's turns, the latest.
MAX_TURNS_FOLDED = 8
# A text is Spanish when the Spanish word list reads this share of its words; no English question reached it.
MOSTLY_SPANISH = 0.4
# A word is a topic when the names of no more families than this hold it.
MAX_FAMILIES_OF_A_TOPIC = 3
# "no prior section", "without adenoids": what is denied is not asked. Contrast and the like have phrases of their own.
_DENIED = re.compile(r"\b(?:no|not|without|w/o|never|denies|isn't|wasn't|didn't|don't)\s+(?:\w+[ -]){0,2}\w+", re.IGNORECASE)
# Where one service of several ends and the next begins.
_JOINT = re.compile(r"\s*(?:[,;+&]|\bplus\b|\band\b|\bthen\b|\balso\b|\bas well as\b|\by\b)\s*", re.IGNORECASE)


_PRONOUN = re.compile(r"\b(?:it|them|mine|one)\s+(?=out|in|off|up|back|down)", re.IGNORECASE)
_MEANING = re.compile(r"\([^()]*\)")

# Stems of words that ask rather than name: any procedure may stand behind them.
_ASKING = frozenset(
    terms(
        "happen happens during before after go going get getting take takes long hurt hurts pain painful feel risk risks safe eat drink "
        "drive work home doctor need procedure test exam scan surgery operation treatment thing appointment session time day way "
        "know tell ready prepare recover recovery heal side effects bill charge code cost much many like really scared nervous"
    )
)


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
    latest: str                      # the last turn's own words, spelled out; differs from search_text in a follow-up
    follows_up: bool                 # whether the history completed it
    language: str                    # "en" or "es"
    search_text: str                 # text with abbreviations, lay words and Spanish spelled out: what is encoded
    search_terms: tuple[str, ...]    # its stems: what is matched word by word
    mentions: tuple[CodeMention, ...]
    facts: tuple[AskedFact, ...]     # measured and chosen facts, with offsets into search_text
    asked: AskedFacts                # all facts asked, by name, free-word facts included
    segments: tuple[Segment, ...]
    quantities: Mapping[str, float]  # amounts by unit: mg, mile, unit
    sections: tuple[str, ...]        # in the order asked
    topics: Mapping[str, int]        # families that its words name, and by how many words; empty when it names no procedure
    topic_terms: tuple[str, ...]     # its stems without those that any question about a procedure may hold

    def amount_of(self, unit: str) -> float | None:
        """The amount said in the measure of "10 mg", "mile" or the like."""
        return self.quantities.get(unit.split()[-1])

    @property
    def named_ids(self) -> tuple[str, ...]:
        """The documents of the codes that the question names, in its order."""
        return tuple(dict.fromkeys(i for mention in self.mentions for i in mention.document_ids))


@dataclass(frozen=True, slots=True)
class QuestionReader:
    """What of the index is needed to understand a question."""

    typos: Spelling
    spelling: SpellingOut
    values: tuple[WordValue, ...]
    codes: CodeRoute
    topics: Mapping[str, tuple[str, ...]]

    def understand(self, question: str, turns: Sequence[Turn] = (), language: str | None = None) -> UnderstoodQuestion:
        """The question made standalone from the history by rules, and read. Only the asker's own turns are read."""
        original = " ".join(question.split())
        language = language or self._language(original)
        earlier = [" ".join(turn.content.split()) for turn in turns if turn.role == "user" and turn.content.strip()]
        readings = [self._read(text, self._language(text)) for text in earlier[-MAX_TURNS_FOLDED:]]
        meant = fold([*readings, self._read(original, language)], self._word_facts)
        segments = self._segments(meant.search_text, read_facts(meant.search_text))
        return UnderstoodQuestion(
            text=meant.text,
            original=original,
            latest=meant.latest or meant.search_text,
            follows_up=meant.follows_up,
            language=language,
            search_text=meant.search_text,
            search_terms=tuple(terms(meant.search_text)),
            mentions=meant.mentions,
            facts=meant.facts,
            asked=meant.asked,
            segments=segments,
            quantities=MappingProxyType(read_quantities(meant.search_text)),
            sections=meant.sections,
            topics=MappingProxyType(
                Counter(family for term in set(terms(meant.search_text)) for family in self.topics.get(term, ()))
                if meant.families
                else {}
            ),
            topic_terms=tuple(term for term in dict.fromkeys(terms(meant.search_text)) if term not in _ASKING),
        )

    def _language(self, text: str) -> str:
        """By its small words; a note without any, by whether the Spanish list reads most of it."""
        return "es" if self.spelling.spanish_share(text) >= MOSTLY_SPANISH else detect_language(text)

    def _read(self, text: str, language: str) -> Reading:
        corrected = text if language == "es" else self.typos.correct(text)
        search_text = self.spelling.add_meanings(corrected, language)
        # "taking it out" means what "taking out" does.
        bare = _PRONOUN.sub("", corrected)
        if bare != corrected:
            known = {found.means for found in self.spelling.find(corrected, language)}
            more = [found.means for found in self.spelling.find(bare, language) if found.means not in known]
            search_text += "".join(f" ({means})" for means in dict.fromkeys(more))
        facts = read_facts(search_text)
        return Reading(
            text=text,
            search_text=search_text,
            facts=facts,
            asked=self._asked_whole(search_text, facts, self._segments(search_text, facts)),
            mentions=self.codes.mentions(text),
            sections=read_sections(search_text if language == "es" else corrected),
            families=frozenset(family for term in terms(_blank(search_text, facts)) for family in self.topics.get(term, ())),
        )

    def _segments(self, text: str, facts: Sequence[AskedFact]) -> tuple[Segment, ...]:
        # A joint inside a fact ("w and w/o", "an hour and a half") or inside a meaning spelled out joins nothing.
        closed = [(f.start, f.end) for f in facts] + [match.span() for match in _MEANING.finditer(text)]
        joints = [m for m in _JOINT.finditer(text) if not any(start < m.end() and m.start() < end for start, end in closed)]
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
        asked |= self._word_facts(text)
        return MappingProxyType(asked)

    def _word_facts(self, text: str) -> Mapping[str, tuple[FactValue, ...]]:
        return dict(read_word_facts(Counter(terms(_DENIED.sub(" ", text))), self.values))


def _blank(text: str, facts: Sequence[AskedFact]) -> str:
    """The text without the words that state facts: "she has Medicare" names no procedure."""
    for fact in sorted(facts, key=lambda f: -f.start):
        text = text[: fact.start] + " " + text[fact.end :]
    return text


def topics_of(records: Iterable[CodeRecord]) -> Mapping[str, tuple[str, ...]]:
    """Stem to the families that it is a topic of: it stands in the names of at least half of a family's documents,
    and so for no more than MAX_FAMILIES_OF_A_TOPIC families.
    """
    sizes: Counter[str] = Counter()
    found: dict[str, Counter[str]] = {}
    for record in records:
        sizes[record.family] += 1
        for stem in set(terms(" . ".join((record.title, *record.common_names)))):
            if not stem.isdecimal():
                found.setdefault(stem, Counter())[record.family] += 1
    topics = {
        stem: tuple(sorted(family for family, count in families.items() if 2 * count >= sizes[family]))
        for stem, families in found.items()
    }
    return {stem: families for stem, families in topics.items() if 0 < len(families) <= MAX_FAMILIES_OF_A_TOPIC}


def facts_shown(asked: AskedFacts) -> Mapping[str, FactValue]:
    """The facts as the reply shows them: one value a fact, the first said."""
    return {name: values[0] for name, values in asked.items()}
