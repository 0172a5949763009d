"""Fit the ranking weights on the tuning half of the judged questions, by coordinate search from the present ones.

A step is taken only when the objective gains more than MIN_GAIN, so that weights do not chase single questions.
Prints the weights found; they are written into retriever/ranking.py by hand, with a look at the other half afterwards.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from ingest.embedding.protocols import EmbedderId, QuestionEncoder, Vectors  # noqa: E402
from ingest.index.faiss_store import FaissStore  # noqa: E402
from retriever.ask import Retriever  # noqa: E402
from retriever.quality import JudgedQuestion, in_tuning_half, read_questions, run  # noqa: E402
from retriever.ranking import RankingWeights  # noqa: E402

TODAY = date(2026, 11, 23)
FACTORS = (0.5, 0.75, 1.35, 2.0)
PASSES = 2
MIN_GAIN = 0.004
FITTED = ("dense_share", "family_share", "distinct", "fits", "contradicts", "fits_words", "contradicts_words", "unasked", "add_on_unasked", "usual")


class RememberingEncoder:
    """The store's encoder, each text encoded once over all trials."""

    def __init__(self, encoder: QuestionEncoder) -> None:
        self._encoder = encoder
        self._one = lru_cache(maxsize=None)(lambda text: encoder.encode([text])[0])

    @property
    def id(self) -> EmbedderId:
        return self._encoder.id

    def encode(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._one(text) for text in texts])


def objective(retriever: Retriever, questions: Sequence[JudgedQuestion]) -> float:
    """The share of all code measures that hold, patients and coders weighing alike."""
    figures = run(questions, retriever.ask, TODAY).figures
    coder, patient = figures["coder"], figures["patient"]
    return (coder["code@1"].share + coder["codes@5"].share) / 2 * 0.5 + patient["code@1"].share * 0.3 + figures["all"]["kind"].share * 0.2


def main() -> None:
    store = FaissStore.open_current(ROOT / "index")
    encoder = RememberingEncoder(store.question_encoder())
    lines = (ROOT / "tests/judged/questions.jsonl").read_text("utf-8").splitlines()
    questions = [q for q in read_questions(lines) if in_tuning_half(q.id) and "wave-2" not in q.tags]
    weights = RankingWeights()
    best = objective(Retriever(store, encoder, weights), questions)
    print(f"start {best:.4f} over {len(questions)} questions", flush=True)
    for _ in range(PASSES):
        for name in FITTED:
            for factor in FACTORS:
                value = getattr(weights, name) * factor
                trial = replace(weights, **{name: min(value, 0.95) if name.endswith("share") else value})
                found = objective(Retriever(store, encoder, trial), questions)
                if found > best + MIN_GAIN:
                    best, weights = found, trial
                    print(f"{best:.4f} {name} = {getattr(weights, name):.3f}", flush=True)
    print(weights)


if __name__ == "__main__":
    main()
