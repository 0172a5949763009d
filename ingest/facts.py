"""The facts that decide between sibling codes, and how an asked fact meets a stated one.

Values only: a fact has a key of the closed VOCABULARY and a value of that key's kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Kind = Literal["span", "number", "choice", "flag", "words"]


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers from `low` to `high`, both included; None leaves an end open."""

    low: float | None
    high: float | None

    def __post_init__(self) -> None:
        if self.low is None and self.high is None:
            raise ValueError("a span needs at least one end")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"span from {self.low:g} to {self.high:g}: the low end is above the high end")

    def __contains__(self, number: object) -> bool:
        return (
            isinstance(number, int | float)
            and (self.low is None or number >= self.low)
            and (self.high is None or number <= self.high)
        )

    def overlaps(self, other: "Span") -> bool:
        """Whether some number lies in both."""
        low = max(_or(self.low, float("-inf")), _or(other.low, float("-inf")))
        return low <= min(_or(self.high, float("inf")), _or(other.high, float("inf")))


FactValue = Span | float | bool | str
Facts = Mapping[str, FactValue]


class Verdict(StrEnum):
    """What a document's fact says to the fact that was asked."""

    FITS = "fits"
    CONTRADICTS = "contradicts"
    SAYS_NOTHING = "not said"


@dataclass(frozen=True, slots=True)
class FactKey:
    """One entry of the fact vocabulary."""

    name: str
    kind: Kind
    unit: str = ""
    choices: tuple[str, ...] = ()


VOCABULARY: dict[str, FactKey] = {
    key.name: key
    for key in (
        FactKey("minutes", "span", "minutes"),
        FactKey("first_minutes", "number", "minutes"),
        FactKey("each_minutes", "number", "minutes"),
        FactKey("units_of", "words"),
        FactKey("dose_unit", "words"),
        FactKey("patient", "choice", choices=("new", "established")),
        FactKey("visit", "choice", choices=("initial", "subsequent", "discharge")),
        FactKey("mdm", "choice", choices=("straightforward", "low", "moderate", "high")),
        FactKey("setting", "choice", choices=("office", "hospital", "emergency", "home", "lab", "telehealth")),
        FactKey("contrast", "choice", choices=("none", "with", "both")),
        FactKey("views", "span", "views"),
        FactKey("count", "span"),
        FactKey("size_cm", "span", "cm"),
        FactKey("age", "span", "years"),
        FactKey("extent", "choice", choices=("complete", "limited", "follow-up")),
        FactKey("side", "choice", choices=("one", "both")),
        FactKey("approach", "choice", choices=("open", "laparoscopic", "endoscopic", "percutaneous", "external")),
        FactKey("guidance", "choice", choices=("none", "ultrasound", "fluoroscopy", "ct")),
        FactKey("role", "choice", choices=("professional", "technical", "global")),
        FactKey("purpose", "choice", choices=("screening", "diagnostic", "treatment")),
        FactKey("payer", "choice", choices=("any", "medicare", "not medicare")),
        FactKey("complexity", "choice", choices=("simple", "intermediate", "complex")),
        FactKey("recurrence", "choice", choices=("initial", "recurrent")),
        FactKey("anesthesia", "choice", choices=("local", "general", "none")),
        FactKey("sex", "choice", choices=("male", "female")),
        FactKey("medical_services", "flag"),
        FactKey("patient_present", "flag"),
        FactKey("group", "flag"),
        FactKey("obstructed", "flag"),
        FactKey("region", "words"),
        FactKey("technique", "words"),
        FactKey("drug", "words"),
        FactKey("device", "words"),
        FactKey("component", "words"),
    )
}

FLAG_WORDS = {
    "medical_services": ("with medical services", "without medical services"),
    "patient_present": ("patient in the room", "patient not in the room"),
    "group": ("in a group", "not in a group"),
    "obstructed": ("trapped or blocked", "not trapped"),
}


def parse_facts(raw: object) -> dict[str, FactValue]:
    """Read the `facts` of a front matter; keys keep their order.

    Raises ValueError naming the key, what stands there and what the vocabulary expects.
    """
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        raise ValueError(f"facts must be a mapping such as {{minutes: {{from: 16, to: 37}}}}, found {raw!r}")
    return {str(name): _parse_value(str(name), value) for name, value in raw.items()}


def _parse_value(name: str, value: object) -> FactValue:
    key = VOCABULARY.get(name)
    if key is None:
        raise ValueError(f"unknown fact {name!r}; the vocabulary has {', '.join(VOCABULARY)}")
    if key.kind == "span":
        return _parse_span(name, value)
    if key.kind == "number":
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"fact {name!r} must be a number of {key.unit}, found {value!r}")
        return float(value)
    if key.kind == "flag":
        if not isinstance(value, bool):
            raise ValueError(f"fact {name!r} must be true or false, found {value!r}")
        return value
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"fact {name!r} must be words, found {value!r}")
    if key.kind == "choice" and value not in key.choices:
        raise ValueError(f"fact {name!r} must be one of {', '.join(key.choices)}; found {value!r}")
    return value


def _parse_span(name: str, value: object) -> Span:
    if not isinstance(value, Mapping) or not value or not set(value) <= {"from", "to"}:
        raise ValueError(f"fact {name!r} must be a range such as {{from: 16, to: 37}}, found {value!r}")
    ends = []
    for end in ("from", "to"):
        number = value.get(end)
        if number is not None and (isinstance(number, bool) or not isinstance(number, int | float)):
            raise ValueError(f"fact {name!r}: '{end}' must be a number, found {number!r}")
        ends.append(None if number is None else float(number))
    try:
        return Span(ends[0], ends[1])
    except ValueError as error:
        raise ValueError(f"fact {name!r}: {error}") from error


def compare(name: str, asked: FactValue, stated: FactValue | None) -> Verdict:
    """How a document's `stated` value meets the value that was `asked`.

    A span fits when it holds the asked number, or overlaps the asked span. Payer "any" says nothing to a question
    about Medicare, because such a code may serve both; another plan ("any") is what "not medicare" is for.
    """
    if stated is None:
        return Verdict.SAYS_NOTHING
    if name == "payer" and stated == "any" and asked == "medicare":
        return Verdict.SAYS_NOTHING
    if name == "payer" and stated == "not medicare" and asked == "any":
        return Verdict.FITS
    if isinstance(stated, Span):
        if isinstance(asked, Span):
            return _verdict(stated.overlaps(asked))
        return _verdict(not isinstance(asked, bool | str) and asked in stated)
    return _verdict(asked == stated)


def describe(name: str, value: FactValue) -> str:
    """The value in a reader's words: "16 to 37", "53 or more", "up to 2.5", "new"."""
    if isinstance(value, Span):
        if value.high is None:
            return f"{_or(value.low, 0):g} or more"
        if not value.low:  # a span from 0 reads better as an upper bound
            return f"up to {value.high:g}"
        return f"{value.low:g}" if value.low == value.high else f"{value.low:g} to {value.high:g}"
    if isinstance(value, bool):
        yes, no = FLAG_WORDS.get(name, ("yes", "no"))
        return yes if value else no
    return value if isinstance(value, str) else f"{value:g}"


def describe_amount(name: str, amount: float) -> str:
    """An amount with its unit: "14 minutes", "2.8 cm", "3"."""
    unit = VOCABULARY[name].unit
    return f"{amount:g} {unit}" if unit else f"{amount:g}"


def facts_as_json(facts: Facts) -> dict[str, object]:
    """The facts in the form that `parse_facts` reads."""
    return {name: _value_as_json(value) for name, value in facts.items()}


def _value_as_json(value: FactValue) -> object:
    if not isinstance(value, Span):
        return value
    ends = (("from", value.low), ("to", value.high))
    return {end: int(number) if number == int(number) else number for end, number in ends if number is not None}


def _verdict(fits: bool) -> Verdict:
    return Verdict.FITS if fits else Verdict.CONTRADICTS


def _or(number: float | None, otherwise: float) -> float:
    return otherwise if number is None else number
