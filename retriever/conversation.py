"""Follow-ups made standalone from the history, by rules: what a turn leans on, replaces, adds or leaves behind. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from ingest.facts import VOCABULARY, FactValue
from retriever.code_route import CodeMention
from retriever.facts_asked import AskedFact
from retriever.ranking import AskedFacts

_I = re.IGNORECASE
# A turn that says itself that it begins anew.
_NEW_TOPIC = re.compile(
    r"\b(?:new topic|(?:a )?different (?:question|topic)|another question|separate question|unrelated|changing (?:the )?subject|otra pregunta|otro tema)\b", _I
)
_RETURNS = re.compile(r"\b(?:back to|again about|volviendo a|regresando a)\s+(?:the |my |that |la |el |mi )?(?P<what>\w+)", _I)
# A turn that takes back or changes what was said: "no, 45 minutes", "sorry, I meant a CT".
_CORRECTS = re.compile(
    r"^(?:(?:oh|ah|ok|well|um+)[ ,]+)*(?:no\b|not\b|nope|sorry|wait|actually|i meant?|i mean|rather|make (?:it|that)|correction|perd[oó]n|quise decir)|\bi mean?t\b|\binstead\b", _I
)
# "never mind the minutes": a fact is taken back.
_DROPS = re.compile(r"\b(?:never mind|forget(?: about)?|ignore|drop|leave out|olvide|sin contar) (?:the |el |la |los |las )?(?P<what>[\w -]{3,30}?)[.!]?$", _I)
# What people call a fact whose key is no word of theirs.
_CALLED = {
    "decision making": "mdm", "place": "setting", "size": "size_cm", "size in cm": "size_cm", "part billed": "role", "body part": "region",
    "patient in the room": "patient_present", "trapped or blocked": "obstructed", "number": "count", "time": "minutes",
}  # fmt: skip
# A turn that adds to what was said.
_ADDS = re.compile(r"\b(?:too|also|as well|plus|together|same day|along with|con|tambi[eé]n)\b|^(?:and |y )?with\b", _I)
# A turn that leans on what was said.
_LEANS = re.compile(
    r"^(?:and|also|but|then|so|what about|how about|what if|same|only|just|still|y|¿y|pero|y si)\b"
    r"|\b(?:it|that|this|those|these|them|they|the (?:other|same|longer|shorter|first|second|two|latter)|which of)\b|\b(?:both|either|ones?)\s*(?=[?.!]?$|of (?:them|those|the two))"
    r"|\b(?:eso|esa|ese|lo mismo|el otro|la otra)\b|\bthen\?*$|\bthough\?*$",
    _I,
)
# "a CT, not an MRI": what is said not to be meant.
_NOT_MEANT = re.compile(r",?\s*\b(?:and )?not (?:an? |the |my )?[\w-]+(?: \w+)?\s*$", _I)
_BARE_NUMBER = re.compile(r"(?<![\w.$/-])(?P<n>\d{1,3}(?:\.\d+)?|one|two|three|four|five)(?![\w%/-]|\.\d)", _I)
_NUMBER_WORDS = {"one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0}


@dataclass(frozen=True, slots=True)
class Reading:
    """One turn of the asker, read alone: or several, merged into what they ask together."""

    text: str                        # as typed; of merged turns, one behind the other
    search_text: str                 # with terms spelled out
    facts: tuple[AskedFact, ...]     # offsets into search_text of the latest turn
    asked: AskedFacts
    mentions: tuple[CodeMention, ...]
    sections: tuple[str, ...]
    families: frozenset[str]         # families whose names the turn's words point to; empty for a turn with no topic
    follows_up: bool = False         # merged from more than one turn
    latest: str = ""                 # the latest turn's own search text, when merged


# Reads the free-word facts of a text: a value may take its words from two turns ("vaginal" … "prior section").
ReadWords = Callable[[str], Mapping[str, tuple[FactValue, ...]]]


def fold(readings: Sequence[Reading], read_words: ReadWords) -> Reading:
    """What the last turn asks, given the ones before it; readings oldest first, never empty."""
    state = readings[0]
    past = [readings[0]]
    for reading in readings[1:]:
        state = _next(state, reading, past, read_words)
        past.append(state)
    return state


def _next(state: Reading, reading: Reading, past: Sequence[Reading], read_words: ReadWords) -> Reading:
    if _NEW_TOPIC.search(reading.text):
        return reading
    if dropped := _dropped(reading.text, state):
        return _without_fact(state, dropped)
    if returns := _RETURNS.search(reading.text):
        word = re.compile(rf"\b{re.escape(returns['what'])}", _I)
        earlier = next((r for r in reversed(past) if word.search(r.text) or r.families & reading.families), None)
        return _merge(earlier, reading, read_words, replaces=False) if earlier is not None else reading
    corrects = bool(_CORRECTS.search(reading.text))
    leans = bool(_LEANS.search(reading.text))
    if reading.mentions:
        if not (leans or corrects or _ADDS.search(reading.text)) or len(reading.mentions) > 1:
            return reading
        if _ADDS.search(reading.text):
            return _merge(state, reading, read_words, replaces=False)
        return replace(reading, sections=reading.sections or state.sections)
    other_topic = bool(reading.families) and not (reading.families & state.families)
    if other_topic and corrects:
        meant = replace(reading, text=_NOT_MEANT.sub("", reading.text), search_text=_NOT_MEANT.sub("", reading.search_text))
        return replace(meant, sections=reading.sections or state.sections)
    if other_topic and not leans:
        return reading
    if not reading.families and not leans and not corrects and _stands_alone(reading):
        return reading
    return _merge(state, reading, read_words, replaces=not _ADDS.search(reading.text))


def _dropped(text: str, state: Reading) -> str:
    """The fact that the turn takes back, "" when it takes back none that was asked."""
    match = _DROPS.search(text)
    what = match["what"].strip().lower() if match else ""
    name = _CALLED.get(what, what.replace(" ", "_"))
    return name if name in state.asked else ""


def _without_fact(state: Reading, name: str) -> Reading:
    """What was asked, as if the fact had not been said."""
    return replace(
        state,
        search_text=_without(state, {name}),
        asked=MappingProxyType({other: values for other, values in state.asked.items() if other != name}),
        follows_up=True,
        latest=_without(state, {name}),
    )


def _stands_alone(reading: Reading) -> bool:
    """Whether a turn without a known topic still reads as a question of its own: long, with no gap to fill."""
    return len(reading.search_text.split()) > 14


def _merge(state: Reading, reading: Reading, read_words: ReadWords, *, replaces: bool) -> Reading:
    """The two as one question. Facts said later replace those said earlier; free words may add to them instead."""
    later = dict(reading.asked)
    for name, value in _bare_numbers(state, reading).items():
        later.setdefault(name, (value,))
    asked: dict[str, tuple[FactValue, ...]] = dict(state.asked)
    for name, values in later.items():
        adds = not replaces and VOCABULARY[name].kind == "words"
        asked[name] = tuple(dict.fromkeys((*asked.get(name, ()), *values))) if adds else values
    search_text = f"{_without(state, {name for name in later if name in state.asked})} {reading.search_text}"
    for name, values in read_words(search_text).items():
        # A value that only the two turns together state says more than what either said alone.
        if name not in asked or not set(values) & set(asked[name]):
            asked[name] = values
    return Reading(
        text=f"{state.text} {reading.text}",
        search_text=search_text,
        facts=reading.facts,
        asked=MappingProxyType(asked),
        mentions=(*state.mentions, *reading.mentions),
        sections=reading.sections or (() if reading.asked else state.sections),
        families=state.families | reading.families,
        follows_up=True,
        latest=reading.search_text,
    )


def _without(state: Reading, replaced: set[str]) -> str:
    """The earlier words, measures that are now replaced left out; other facts' words may be the topic itself."""
    if state.follows_up:
        return state.search_text
    text = state.search_text
    for fact in sorted(state.facts, key=lambda f: -f.start):
        if fact.name in replaced and VOCABULARY[fact.name].kind == "span":
            text = text[: fact.start] + text[fact.end :]
    return text


def _bare_numbers(state: Reading, reading: Reading) -> Mapping[str, float]:
    """"and 3?" after "two views" means three views: a bare number is of the last measure said."""
    if any(VOCABULARY[name].kind == "span" for name in reading.asked):
        return {}
    measures = [name for name in state.asked if VOCABULARY[name].kind == "span"]
    match = _BARE_NUMBER.search(reading.text)
    if not measures or match is None:
        return {}
    word = match["n"].lower()
    return {measures[-1]: _NUMBER_WORDS.get(word) or float(match["n"])}

