"""Ranked codes against judged questions: the figures of one system, and the difference between two. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retriever.quality import Figure, JudgedQuestion

# How far down a list the measures look.
SHOWN = 5
RESAMPLES = 10_000
SEED = 20261123

# Question id to codes, best first, each once.
Lists = Mapping[str, Sequence[str]]
Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Figures:
    """What one setting of one system reaches on some questions."""

    patients_first: Figure
    coders_first: Figure
    coders_five: Figure
    reciprocal: float          # mean over patients and coders, within the first five
    reciprocal_span: Span      # 95 %
    questions: int             # that the mean is over


@dataclass(frozen=True, slots=True)
class Difference:
    """How much more of the same questions one system gets right than another, with its 95 % interval."""

    mean: float
    span: Span
    questions: int
    won: int    # right where the other is wrong
    lost: int


def right_first(question: JudgedQuestion) -> set[str]:
    """The codes that may stand first, as in retriever/quality.py."""
    return {*(question.codes if question.any_order else question.codes[:1]), *question.accept}


def first_holds(question: JudgedQuestion, codes: Sequence[str]) -> bool:
    return bool(codes) and codes[0] in right_first(question)


def reciprocal_rank(question: JudgedQuestion, codes: Sequence[str]) -> float:
    """1 over the place of the first right code, 0 when none of the first five is right."""
    right = right_first(question)
    return next((1 / place for place, code in enumerate(codes[:SHOWN], start=1) if code in right), 0.0)


def figures_of(questions: Sequence[JudgedQuestion], lists: Lists) -> Figures:
    """code@1 and MRR over questions that name a right code; codes@5 over coders' questions that name codes."""
    named = [question for question in questions if right_first(question)]
    coders = [question for question in named if question.audience == "coder"]
    patients = [question for question in named if question.audience == "patient"]
    several = [question for question in coders if question.codes]
    ranks = np.array([reciprocal_rank(question, lists[question.id]) for question in named])
    return Figures(
        patients_first=_share([first_holds(question, lists[question.id]) for question in patients]),
        coders_first=_share([first_holds(question, lists[question.id]) for question in coders]),
        coders_five=_share([set(question.codes) <= set(lists[question.id][:SHOWN]) for question in several]),
        reciprocal=float(ranks.mean()),
        reciprocal_span=mean_span(ranks),
        questions=len(named),
    )


def compare(questions: Sequence[JudgedQuestion], one: Lists, other: Lists) -> Difference:
    """Paired over coders' questions: code@1 of `one` minus code@1 of `other`."""
    coders = [question for question in questions if question.audience == "coder" and right_first(question)]
    gains = np.array(
        [first_holds(question, one[question.id]) - first_holds(question, other[question.id]) for question in coders],
        dtype=np.float64,
    )
    return Difference(float(gains.mean()), mean_span(gains), len(gains), int((gains > 0).sum()), int((gains < 0).sum()))


def mean_span(values: npt.NDArray[np.float64]) -> Span:
    """95 % percentile bootstrap interval of the mean over questions; the same draw every time."""
    picks = np.random.default_rng(SEED).integers(len(values), size=(RESAMPLES, len(values)))
    low, high = np.percentile(values[picks].mean(axis=1), (2.5, 97.5))
    return float(low), float(high)


def objective(figures: Figures) -> tuple[float, float]:
    """What a setting is chosen by on the tuning half: code@1, patients and coders weighing alike; then MRR."""
    return round((figures.patients_first.share + figures.coders_first.share) / 2, 6), round(figures.reciprocal, 6)


def _share(held: Sequence[bool]) -> Figure:
    return Figure(sum(held), len(held))
