"""The date of service said in a question. Pure."""

import re
from datetime import date

_ISO = re.compile(r"(?<!\d)(?P<y>20\d\d)-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?!\d)")
_US = re.compile(r"(?<!\d)(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>20\d\d|\d\d)(?!\d)")
_MONTH = re.compile(r"(?<!\d)(?P<m>\d{1,2})/(?P<y>20\d\d)(?!\d)")
_YEAR = re.compile(r"\b(?:in|for|dos|date of service|since|from|during|year)\s+(?P<y>20\d\d)\b", re.IGNORECASE)


def read_day(question: str) -> date | None:
    """The first date that the question gives; of a month or a year the first day. None when it gives none or an impossible one."""
    for pattern in (_ISO, _US, _MONTH, _YEAR):
        if match := pattern.search(question):
            parts = match.groupdict()
            year = int(parts["y"])
            try:
                return date(year if year > 99 else 2000 + year, int(parts.get("m") or 1), int(parts.get("d") or 1))
            except ValueError:
                return None
    return None
