"""Calibrate confidences on the tuning half; report calibration error and the risk-coverage curve on both halves.

Writes results/calibration.json and results/calibration.png (reliability diagram and risk-coverage curve).
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import numpy as np
from matplotlib import pyplot as plt
from measuring import RESULTS, write_results
from sklearn.linear_model import LogisticRegression

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from ingest.index.faiss_store import FaissStore  # noqa: E402
from retriever.ask import Retriever  # noqa: E402
from retriever.confidence import WEIGHTS, LeadFeatures  # noqa: E402
from retriever.quality import TODAY, Judgement, in_tuning_half, judge, read_questions  # noqa: E402

BINS = 8


def expected_calibration_error(confidences: np.ndarray, held: np.ndarray, bins: int = BINS) -> float:
    """Mean distance between confidence and accuracy over bins of equal count, weighted by count."""
    order = np.argsort(confidences, kind="stable")
    error = 0.0
    for part in np.array_split(order, bins):
        if len(part):
            error += len(part) / len(order) * abs(confidences[part].mean() - held[part].mean())
    return error


def risk_coverage(confidences: np.ndarray, held: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coverage and the error among what is answered, answering the surest first."""
    order = np.argsort(-confidences, kind="stable")
    covered = np.arange(1, len(order) + 1)
    return covered / len(order), np.cumsum(1 - held[order]) / covered


def main() -> None:
    store = FaissStore.open_current(ROOT / "index")
    retriever = Retriever(store, store.question_encoder())
    lines = (ROOT / "tests/judged/questions.jsonl").read_text("utf-8").splitlines()
    seen: list[LeadFeatures] = []
    retriever.on_lead = seen.append
    rows: list[tuple[Judgement, LeadFeatures]] = []
    for question in read_questions(lines):
        if "wave-2" in question.tags and store.info.documents < 500:
            continue
        seen.clear()
        judgement = judge(question, retriever.ask(question.to_ask(TODAY)))
        # A question that should not have been answered at all counts as answered wrongly.
        if seen and judgement.answer.kind.value in ("answer", "clarify", "caution") and (question.codes or not judgement.held["kind"]):
            rows.append((judgement, seen[-1]))
    half = np.array([in_tuning_half(judgement.question.id) for judgement, _ in rows])
    x = np.array([features.as_row() for _, features in rows])
    y = np.array([judgement.held.get("code@1", False) for judgement, _ in rows], dtype=float)
    model = LogisticRegression(C=1.0).fit(x[half], y[half])
    p = model.predict_proba(x)[:, 1]
    now = np.array([judgement.answer.codes[0].confidence for judgement, _ in rows])
    draw(p, y, half)
    write_results(
        "calibration",
        {
            "fitted": {"intercept": round(float(model.intercept_[0]), 3), **dict(zip(WEIGHTS, model.coef_[0].round(3).tolist(), strict=True))},
            "questions": {"tuned": int(half.sum()), "held_out": int((~half).sum())},
            "accuracy": {"tuned": round(float(y[half].mean()), 3), "held_out": round(float(y[~half].mean()), 3)},
            "calibration_error_refitted": figures(p, y, half),
            "calibration_error_as_served": figures(now, y, half),
            "error_at_coverage_held_out": at_coverage(p[~half], y[~half]),
        },
    )


def figures(p: np.ndarray, y: np.ndarray, half: np.ndarray) -> dict[str, float]:
    return {
        "all": round(expected_calibration_error(p, y), 3),
        "tuned": round(expected_calibration_error(p[half], y[half]), 3),
        "held_out": round(expected_calibration_error(p[~half], y[~half]), 3),
    }


def at_coverage(p: np.ndarray, y: np.ndarray, marks: Sequence[float] = (0.5, 0.7, 0.8, 0.9, 1.0)) -> dict[str, float]:
    coverage, risk = risk_coverage(p, y)
    return {f"{mark:.0%}": round(float(risk[np.searchsorted(coverage, mark)]), 3) for mark in marks}


def draw(p: np.ndarray, y: np.ndarray, half: np.ndarray) -> None:
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4))
    for name, mask, mark in (("tuned", half, "o"), ("held out", ~half, "s")):
        parts = np.array_split(np.argsort(p[mask], kind="stable"), BINS)
        left.plot([p[mask][i].mean() for i in parts], [y[mask][i].mean() for i in parts], mark + "-", label=name)
        coverage, risk = risk_coverage(p[mask], y[mask])
        right.plot(coverage, risk, label=name)
    left.plot([0, 1], [0, 1], ":", color="gray")
    left.set(xlabel="confidence", ylabel="share right", title="Reliability of the first code", xlim=(0, 1), ylim=(0, 1.02))
    right.set(xlabel="share answered", ylabel="share wrong", title="Risk and coverage", ylim=(0, None))
    for axis in (left, right):
        axis.legend()
        axis.grid(alpha=0.3)
    figure.tight_layout()
    RESULTS.mkdir(exist_ok=True)
    figure.savefig(RESULTS / "calibration.png", dpi=90)


if __name__ == "__main__":
    main()
