"""The way of a question: the whole answer against bare question encoding, interleaved in one run; start and memory.

Aim: an answer within 1.5 times the bare encoding at the median, 3 times at p95; a start under 1.5 s.
"""

import resource
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from measuring import percentile, write_results

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from ingest.index.faiss_store import FaissStore  # noqa: E402
from retriever.answers import Ask  # noqa: E402
from retriever.ask import Retriever  # noqa: E402
from retriever.quality import read_questions  # noqa: E402

ROUNDS = 5


def main() -> None:
    store = FaissStore.open_current(ROOT / "index")
    encoder = store.question_encoder()
    retriever = Retriever(store, encoder)
    questions = read_questions((ROOT / "tests/judged/questions.jsonl").read_text("utf-8").splitlines())
    bare: list[float] = []
    whole: list[float] = []
    for round_number in range(ROUNDS + 1):
        for question in questions:
            started = time.perf_counter()
            encoder.encode([question.question])
            middle = time.perf_counter()
            retriever.ask(Ask(question.question, date(2026, 11, 23), question.history, question.audience))
            if round_number:  # the first round warms up
                bare.append((middle - started) * 1000)
                whole.append((time.perf_counter() - middle) * 1000)
    starts = [start_seconds() for _ in range(5)]
    write_results(
        "question_way",
        {
            "documents": store.info.documents,
            "questions": len(questions),
            "rounds": ROUNDS,
            "bare_encoding_ms": {"p50": round(percentile(bare, 50), 2), "p95": round(percentile(bare, 95), 2)},
            "whole_answer_ms": {"p50": round(percentile(whole, 50), 2), "p95": round(percentile(whole, 95), 2)},
            "ratio_p50": round(percentile(whole, 50) / percentile(bare, 50), 2),
            "ratio_p95": round(percentile(whole, 95) / percentile(bare, 95), 2),
            "cold_start_to_printed_answer_s": {"min": round(min(starts), 2), "median": round(percentile(starts, 50), 2)},
            "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        },
    )


def start_seconds() -> float:
    """Wall seconds of `python -m retriever index "…"` from start to its printed answer."""
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "retriever", "index", "what happens in a 30-minute therapy session"],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
