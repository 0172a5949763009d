"""Code systems, the shapes of their codes, and ranges of codes. Values only."""

import re
from dataclasses import dataclass

SYSTEMS = ("CPT", "HCPCS", "ICD-10-PCS")

_SHAPES = {
    "CPT": re.compile(r"\d{4}[0-9FTU]"),
    "HCPCS": re.compile(r"[A-V]\d{4}"),
    "ICD-10-PCS": re.compile(r"[0-9A-HJ-NP-Z]{7}"),  # the letters I and O are never used
}

# A word that could be a code of any system. ICD-10-PCS words need a digit, or "illness" would be one.
CODE_SHAPED = re.compile(
    r"(?<![\w.])(?:\d{4}[0-9FTUftu]|[A-Va-v]\d{4}|(?=[0-9A-Za-z]{0,6}\d)[0-9][0-9A-HJ-NP-Za-hj-np-z]{6})(?!\w)"
)


def normal_code(code: str) -> str:
    """The code as it is stored: no spaces around, upper case."""
    return code.strip().upper()


def has_shape(system: str, code: str) -> bool:
    """Whether `code` (already normal) has the shape of a code of `system`."""
    return bool(_SHAPES[system].fullmatch(code))


def systems_of_shape(code: str) -> tuple[str, ...]:
    """The systems whose shape the code has, in the order of SYSTEMS."""
    return tuple(system for system in SYSTEMS if has_shape(system, code))


def document_id(system: str, code: str) -> str:
    """The id of the document of a code: "cpt/90833"."""
    return f"{system.lower()}/{code.lower()}"


@dataclass(frozen=True, slots=True)
class CodeRange:
    """Codes from `first` to `last`, both included, as text of one length orders them."""

    first: str
    last: str

    def __post_init__(self) -> None:
        if len(self.first) != len(self.last) or self.first > self.last:
            raise ValueError(f"code range {self.first}-{self.last}: the first code must not follow the last")

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and len(code) == len(self.first) and self.first <= code <= self.last

    def __str__(self) -> str:
        return self.first if self.first == self.last else f"{self.first}-{self.last}"


def parse_code_range(text: str) -> CodeRange:
    """Read "90833" or "99202-99239".

    Raises ValueError when an end has no code's shape or the ends are out of order.
    """
    first, _, last = normal_code(text).partition("-")
    last = last or first
    for end in (first, last):
        if not systems_of_shape(end):
            raise ValueError(f"{text!r} is not a code or a range of codes such as '99202-99239'")
    return CodeRange(first, last)
