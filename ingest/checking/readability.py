"""Reading grade of plain English: the one place that calls textstat."""

import textstat


def reading_grade(text: str) -> float:
    """Flesch-Kincaid grade: years of United States schooling; 0.0 for no words."""
    return float(textstat.flesch_kincaid_grade(text)) if text.strip() else 0.0
