"""Facts stated in a question, in free text and shorthand: text to asked facts. Pure.

One mechanism for every fact of the vocabulary. Numbers are read by measure (minutes, cm, years, views, things
counted); choices and flags by a table of phrases; the free-word facts (region, technique, drug, device, component)
by the values that the loaded documents state, so a new family needs documents, not code.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ingest.documents import CodeRecord
from ingest.facts import VOCABULARY, FactValue
from ingest.index.lexical import terms


@dataclass(frozen=True, slots=True)
class AskedFact:
    """One fact that the question states: its value and where in the question it stands."""

    name: str
    value: FactValue
    start: int
    end: int


_NUMBER_WORDS = {
    word: number
    for number, words in enumerate(
        ("zero", "one|a single|single", "two|a couple of|couple", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
         "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty")
    )
    for word in words.split("|")
}  # fmt: skip
_NUMBER_WORDS |= {"thirty": 30, "forty": 40, "forty-five": 45, "fifty": 50, "sixty": 60, "ninety": 90}
_N = r"(?:\d+(?:\.\d+)?|\.\d+|" + "|".join(sorted(map(re.escape, _NUMBER_WORDS), key=len, reverse=True)) + r")"

# Each alternative is one way to say a length of time; hours may carry minutes behind them.
_TIME = re.compile(
    rf"""(?<![\w.])(?:
        (?P<half>(?:a\ )?half[ -](?:an?[ -])?hour|half\ hr|1/2\ h(?:ou)?r)
      | (?P<hours>{_N}|an?)[ -]*(?:hours?|hrs?|h)\b(?:[ ,]*(?:and\ )?(?P<and_half>a\ half)|[ ,]*(?:and\ )?(?P<rest>{_N})[ -]*(?:minutes?|mins?|m)?\b)?
      | (?P<minutes>{_N})(?:\ ?(?:-|to)\ ?(?P<to>\d+))?[ -]*(?:minutes?|mins?|minutos?|m)\b
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_SIZE = re.compile(rf"(?<![\w.])(?P<n>{_N})[ -]*(?P<unit>centimet(?:er|re)s?|cm|millimet(?:er|re)s?|mm|inch(?:es)?|in\b\.?(?=\s*(?:cut|wound|lac)))", re.IGNORECASE)
_CM = {"c": 1.0, "m": 0.1, "i": 2.54}
_AGE = re.compile(
    r"""(?<![\w.])(?:
        (?P<years>\d{1,3})[ -]*(?:years?[ -]?old|yrs?[ -]?old|yr[ -]?old|y\.?/?o\.?\b|años|year-old|y\ old)
      | (?P<months>\d{1,2})[ -]*(?:months?[ -]?old|mos?[ -]?old|m/?o\b|mo\b|meses)
      | (?:aged?|edad|pt|patient|turned|i'm|i\ am|he's|she's)\ (?:is\ )?(?P<plain>\d{1,3})(?!\s*(?:min|cm|mm|mg|mil|x\b|lesion|view|h(?:ou)?r|day|week|%|\d))\b
      | (?P<sexed>\d{1,3})\ ?(?:M|F)\b(?!\w)
    )""",
    re.VERBOSE,
)
_LAST_SEEN = re.compile(
    rf"\bseen(?: here)?(?: last)? (?:about |over |almost )?(?P<years>{_N}) ?(?:years?|yrs?)(?: (?:and )?(?P<months>{_N}) ?(?:months?|mos?))? ago", re.IGNORECASE
)
_VIEWS = re.compile(rf"(?<![\w.])(?P<n>{_N})[ -]*(?:or\ more\ )?(?:views?|vws?|v\b|pictures?|images?|films?)", re.IGNORECASE)
_TIMES = re.compile(r"(?<![\w.])x ?(?P<n>\d{1,3})\b|\b(?P<m>\d{1,3}) ?x\b", re.IGNORECASE)
# What coders count. Words of measure are left to the other patterns.
_COUNTED = re.compile(
    rf"""(?<![\w./-])(?P<n>{_N})\s+(?:(?:more|other|additional|separate|different|actinic|spinal|precancerous|skin|common|plantar|flat)\s+)*
        (?P<what>lesions?|spots?|aks?|keratos[ei]s|warts?|biops(?:y|ies)|nails?|toenails?|muscles?|regions?|areas?|segments?|levels?
          |vaccines?|shots?|injections?|tests?|units?|checks?|evaluations?|days?(?=\ of\ data)|channels?|lacerations?|wounds?|joints?|tubes?|moles?|tags?|families)\b""",
    re.VERBOSE | re.IGNORECASE,
)

_OFTEN = re.compile(r"\b(?:(?P<twice>twice)|(?P<n>two|three|four|five|2|3|4|5) times)\b", re.IGNORECASE)

# "shave biopsy of two": the thing counted was named before.
_ELIDED = re.compile(rf"\bof (?P<n>{_N})(?=\s*(?:$|[,.;]|and\b))", re.IGNORECASE)

_I = re.IGNORECASE
# fact, value, the phrases that say so. Longer, more exact phrases first: the first that matches a stretch takes it.
_PHRASES: tuple[tuple[str, FactValue, re.Pattern[str]], ...] = tuple(
    (fact, value, re.compile(rf"(?<![\w/])(?:{pattern})(?!\w)", _I))
    for fact, value, pattern in (
        ("contrast", "both", r"w/?o?\.? ?(?:and|&|then|/) ?w(?:ith|/)?\b(?!o)|w/ ?(?:and|&) ?w/?o|w/?wo|wo/?w|with(?:out)? (?:and|&|then|/|or) with(?:out)?|without(?: \w+)? ?,? (?:and )?(?:then|followed by|and) with|no (?:contrast|dye),? then with|before and after (?:contrast|dye|gad\w*)|both (?:with and without|without and with)|pre and post contrast|con y sin contraste|sin y con contraste"),
        ("contrast", "none", r"w/?o(?:ut)?\.? (?:iv )?(?:contrast|dye|gad\w*)|without (?:any |iv |the )?(?:contrast|dye|gad\w*)|no (?:iv )?(?:contrast|dye)|non[- ]?contrast|oral contrast only|nothing iv|w/o|wo|sin contraste"),
        ("contrast", "with", r"(?:with|w/?|w/ |iv|using|plus|one with) ?(?:iv |the )?(?:contrast|dye|gad\w*)|contrast[- ]enhanced|con contraste|w contrast|with c\b"),
        ("patient", "established", r"est(?:ab(?:lished)?)?\.?[ -](?:pt|patient)s?|established|est pt|return(?:ing)? (?:pt|patient)|follow[- ]?up visit|seen (?:here )?(?:before|last year)|known patient|already a patient"),
        ("patient", "new", r"new[ -](?:pt|patient)s?|np visit|never (?:been )?seen(?: here)?(?: before)?|first (?:time|visit) (?:at|with|to) (?:this|the|my) (?:new )?(?:clinic|doctor|office|practice)|paciente nuev[oa]"),
        ("mdm", "straightforward", r"straight[- ]?forward|minimal (?:mdm|complexity)"),
        ("mdm", "low", r"low(?:[- ](?:level|complexity))?(?= (?:mdm|complexity|medical|decision|level|eval))|mdm (?:is |was )?low|low complexity|low level"),
        ("mdm", "moderate", r"mod(?:erate)?\.?(?=[ -](?:mdm|complexity|medical|decision|level|eval))|mdm (?:is |was )?mod(?:erate)?|moderate"),
        ("mdm", "high", r"high(?=[ -](?:mdm|complexity|medical|decision|level|eval))|mdm (?:is |was )?high|high complexity"),
        ("visit", "discharge", r"(?:day of )?discharge (?:day|visit|management|service)s?"),
        ("visit", "subsequent", r"subsequent|later (?:visit|year)|re-?eval(?:uation)?|follow[- ]?up day|second (?:annual|yearly)"),
        ("visit", "initial", r"initial|first (?:ever |annual |yearly )?(?:visit|eval(?:uation)?|appointment|appt|session|awv|wellness|hospital day)|intake|ippe"),
        ("setting", "emergency", r"ed visit|er visit|emergency (?:department|room)"),
        ("setting", "telehealth", r"telehealth|telemedicine|video visit|virtual(?: visit)?|audio[- ]only|by phone|phone visit|over the phone|telephone"),
        ("setting", "home", r"at home|home (?:test|study|kind|sleep|visit)|take[- ]home|in[- ]home|hst|en casa"),
        ("setting", "lab", r"sleep lab|in[- ]lab|attended|overnight (?:at|in) (?:the|a) (?:sleep )?(?:lab|clinic|center)|psg|polysomnogra\w+"),
        ("setting", "hospital", r"inpatient|inpt|in the hospital|hospital(?:ized)? (?:day|care|visit)"),
        ("extent", "follow-up", r"follow[- ]?up (?:scan|ultrasound|us|exam|study)"),
        ("extent", "limited", r"limited|ltd|quick look"),
        ("extent", "complete", r"complete|full (?:study|exam)"),
        ("side", "both", r"bilat(?:eral)?(?:ly)?|both (?:sides|breasts|knees|eyes|ears|hips|legs|arms)|ambos"),
        ("side", "one", r"unilat(?:eral)?|one (?:side|breast|knee|eye|ear)|(?:left|right|lt|rt) (?:breast|knee|hip|eye|ear|side|shoulder|leg|arm)|single breast"),
        ("approach", "laparoscopic", r"lap(?:aroscop\w*)?\.?|robot\w*|key ?hole|(?:little|small|tiny) (?:cuts?|holes?|incisions?)|laparosc[oó]pi\w+"),
        ("approach", "open", r"open(?: (?:surgery|repair|approach))?|(?:one )?big cut|large incision"),
        ("approach", "endoscopic", r"endoscop\w+"),
        ("approach", "percutaneous", r"percutaneous\w*|perc"),
        ("guidance", "ultrasound", r"u/?s[- ]?guid\w*|us[- ]guid\w*|ultrasound[- ]guid\w*|(?:with|under|using|w/|by) (?:us|u/s|ultrasound)(?: guidance)?|sono[- ]?guid\w*|us inj\w*"),
        ("guidance", "fluoroscopy", r"fluoro\w*"),
        ("guidance", "none", r"(?:no|without|w/o) (?:us|ultrasound|imaging|image)(?: guidance)?|landmark|blind(?:ly)?"),
        ("role", "technical", r"tracing only|technical(?: component)?(?: only)?|tc only|-?tc\b|(?:given|administered|done)(?: and scored)? by (?:a |the )?tech(?:nician)?|by (?:a |the )tech(?:nician)?|machine only"),
        ("role", "professional", r"interp(?:retation)?(?: and report)?(?: only)?|reading only|read only|professional (?:component|part)|26 modifier|modifier 26"),
        ("role", "global", r"global(?: service)?(?= (?:ekg|ecg|service|billing|test))|tracing (?:and|plus|with|&) (?:interp\w*|read\w*)|done and read (?:in|at|by) (?:our|the same|my) \w+"),
        ("purpose", "screening", r"screen(?:ing)?s?|routine check|surveillance|annual (?:mammo\w*|check)|tamizaje"),
        ("purpose", "diagnostic", r"diagnostic|diag|called (?:me )?back|call ?back|problem|lump"),
        ("payer", "medicare", r"medicare|mcr|cms|part b"),
        ("payer", "any", r"commercial(?: (?:payer|plan|insurance|ins))?|private (?:insurance|payer|plan)|non[- ]?medicare|not medicare|aetna|bcbs|blue cross|cigna|united ?healthcare|uhc|humana"),
        ("complexity", "simple", r"simple|one[- ]layer|single[- ]layer|superficial"),
        ("complexity", "intermediate", r"intermediate|layered|two[- ]layer"),
        ("complexity", "complex", r"complex(?= (?:repair|closure|cataract|wound|lac\w*))|complex repair"),
        ("recurrence", "recurrent", r"recurrent|recurring|came back|regrow\w*|re-?grown|second time|revision|re-?do(?:ne)?"),
        ("recurrence", "initial", r"initial|first[- ]time|primary repair|never (?:had|done) before"),
        ("anesthesia", "general", r"general (?:anesthesia|anaesthesia)|\bga\b|fully asleep|put (?:under|to sleep)"),
        ("anesthesia", "local", r"local (?:anesthesia|anaesthetic|anesthetic)|in (?:the )?office under local|numbing only"),
        ("medical_services", True, r"prescri\w+|started? (?:an? )?(?:ssri|med\w*|lithium)|with medical services|pmhnp|psychiatrist|reviewed labs|pills"),
        ("medical_services", False, r"(?:no|without) medical services|(?:psychologist|lcsw|social worker|counselor|lpc|lmft)\b"),
        ("patient_present", False, r"w/?o (?:the )?(?:pt|patient|her|him)(?: present| in the room| there)?|without (?:the )?(?:pt|patient|her|him|my \w+|our \w+)(?: present| in the room| there)?|patient (?:is |was )?(?:not|absent)(?: (?:present|in the room|there))?|pt (?:not present|absent)|parents? only"),
        ("patient_present", True, r"w/? ?(?:the )?(?:pt|patient)(?: present| in the room| there)?|with (?:the )?(?:pt|patient) present|(?:pt|patient) (?:is |was )?present|couples?(?: therapy| counseling)?|conjoint|family session with pt"),
        ("group", True, r"group (?:therapy|psychotherapy|session|tx)|in (?:a |one )?group"),
        ("obstructed", True, r"incarcerated|strangulated|trapped|stuck|blocked|obstruct\w+|irreducible"),
        ("obstructed", False, r"reducible|pushes back in|not (?:trapped|stuck|incarcerated)"),
    )
)  # fmt: skip


def read_facts(question: str) -> tuple[AskedFact, ...]:
    """Every measured number, choice and flag that the question states, in the order they stand.

    Two phrases of one fact may both stand ("20 min ther ex and 15 min manual"); overlapping phrases may not.
    """
    found = [*_numbers(question), *_phrases(question)]
    return tuple(sorted(found, key=lambda fact: (fact.start, fact.end, fact.name)))


# Amounts of what is billed by amount: doses and miles. One adjective may stand between ("11 loaded miles").
_QUANTITY = re.compile(
    r"(?<![\w.])(?P<n>\d+(?:,\d{3})*(?:\.\d+)?)[ -]?(?:\w+ )?(?P<unit>mg|milligrams?|g|gm|grams?|mcg|micrograms?|miles?|mi|units?)\b", re.IGNORECASE
)
_QUANTITY_UNITS = {"m": ("mg", 1.0), "mg": ("mg", 1.0), "milligram": ("mg", 1.0), "g": ("mg", 1000.0), "gm": ("mg", 1000.0),
                   "gram": ("mg", 1000.0), "mcg": ("mg", 0.001), "microgram": ("mg", 0.001), "mile": ("mile", 1.0), "mi": ("mile", 1.0),
                   "unit": ("unit", 1.0)}  # fmt: skip


def read_quantities(question: str) -> dict[str, float]:
    """Amounts by unit (mg, mile, unit), the largest said of each; grams and micrograms become mg."""
    found: dict[str, float] = {}
    for match in _QUANTITY.finditer(question):
        word = match["unit"].lower()
        unit, factor = _QUANTITY_UNITS[word if word in _QUANTITY_UNITS else word.rstrip("s")]
        amount = float(match["n"].replace(",", "")) * factor
        found[unit] = max(amount, found.get(unit, 0.0))
    return found


def _numbers(question: str) -> Iterator[AskedFact]:
    for match in _TIME.finditer(question):
        yield AskedFact("minutes", _minutes(match), match.start(), match.end())
    for match in _SIZE.finditer(question):
        centimeters = round(_number(match["n"]) * _CM[match["unit"][0].lower()], 2)
        yield AskedFact("size_cm", centimeters, match.start(), match.end())
    for match in _AGE.finditer(question):
        years = match["years"] or match["plain"] or match["sexed"]
        age = float(years) if years else round(float(match["months"]) / 12, 2)
        yield AskedFact("age", age, match.start(), match.end())
    for match in _LAST_SEEN.finditer(question):
        months = 12 * _number(match["years"]) + (_number(match["months"]) if match["months"] else 0)
        # Within three years a patient of the same group and specialty is established.
        yield AskedFact("patient", "established" if months < 36 else "new", match.start(), match.end())
    for match in _VIEWS.finditer(question):
        yield AskedFact("views", _number(match["n"]), match.start(), match.end())
    for match in _COUNTED.finditer(question):
        yield AskedFact("count", _number(match["n"]), match.start(), match.end())
    for match in _ELIDED.finditer(question):
        yield AskedFact("count", _number(match["n"]), match.start(), match.end())
    for match in _OFTEN.finditer(question):
        yield AskedFact("count", 2.0 if match["twice"] else _number(match["n"]), match.start(), match.end())
    for match in _TIMES.finditer(question):
        yield AskedFact("count", float(match["n"] or match["m"]), match.start(), match.end())


def _minutes(match: re.Match[str]) -> float:
    if match["half"]:
        return 30.0
    if match["hours"]:
        hours = 1.0 if match["hours"].lower() in ("a", "an") else _number(match["hours"])
        rest = 30.0 if match["and_half"] else _number(match["rest"]) if match["rest"] else 0.0
        return hours * 60 + rest
    return _number(match["minutes"])


def _number(words: str) -> float:
    found = _NUMBER_WORDS.get(words.lower())
    return float(words) if found is None else float(found)


def _phrases(question: str) -> Iterator[AskedFact]:
    taken: dict[str, list[tuple[int, int]]] = {}
    for name, value, pattern in _PHRASES:
        for match in pattern.finditer(question):
            spans = taken.setdefault(name, [])
            if all(match.end() <= start or end <= match.start() for start, end in spans):
                spans.append(match.span())
                yield AskedFact(name, value, match.start(), match.end())


@dataclass(frozen=True, slots=True)
class WordValue:
    """A free-word value that some document states, with the stems that name it.

    core: the stems before its first comma. "revision, both parts" is a revision, whatever is said of its parts.
    """

    name: str
    value: str
    stems: frozenset[str]
    core: frozenset[str]


def word_values(records: Iterable[CodeRecord]) -> tuple[WordValue, ...]:
    """Every different free-word value of the loaded documents, in the order first stated."""
    values: dict[tuple[str, str], None] = {}
    for record in records:
        for name, value in record.facts.items():
            # "10 mg" is how a drug is counted, not what is asked for.
            if VOCABULARY[name].kind == "words" and name != "dose_unit" and isinstance(value, str):
                values.setdefault((name, value))
    return tuple(
        WordValue(name, value, frozenset(terms(value)), frozenset(terms(value.partition(",")[0]))) for name, value in values
    )


def read_word_facts(question_stems: Mapping[str, int], values: Iterable[WordValue]) -> dict[str, tuple[str, ...]]:
    """The free-word values whose every stem, or every stem of whose core, stands in the question; by fact, the most exact first.

    question_stems: stem to how often it stands. A value contained in a longer matching one is left out:
    "snare" is not also asked where "cold snare" fits.
    """
    said_stems = frozenset(question_stems)
    matching = [value for value in values if value.core and value.core <= said_stems]
    said = {value: value.stems if value.stems <= said_stems else value.core for value in matching}
    kept = [v for v in matching if not any(v.name == o.name and said[v] < said[o] for o in matching)]
    found: dict[str, list[WordValue]] = {}
    for value in kept:
        found.setdefault(value.name, []).append(value)
    return {
        name: tuple(v.value for v in sorted(some, key=lambda v: (-len(said[v]), v.value))) for name, some in found.items()
    }
