"""The real model and the real corpus: the questions the project is for."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from ingest.embedding.sentence_model import SentenceModel
from ingest.index.faiss_store import FaissStore
from retriever.answers import AnswerKind, Ask
from retriever.ask import Retriever
from retriever.quality import TODAY, read_questions, run
from tests.conftest import ROOT


def codes(retriever: Retriever, question: str, **more: object) -> list[tuple[str, int]]:
    answer = retriever.ask(Ask(question, TODAY, audience="coder", **more))  # type: ignore[arg-type]
    return [(code.code, code.units) for code in answer.codes if code.proposed]


def test_the_exported_question_encoder_gives_the_models_own_vectors(real_index: Path) -> None:
    """Cosine 1.0000 for short and long questions, alone and in a batch."""
    encoder = FaissStore.open_current(real_index).question_encoder()
    texts = ["knee", "what happens in a 30-minute therapy session", "word " * 300]

    exported, own = encoder.encode(texts), SentenceModel().embed(texts)

    assert np.sum(exported * own, axis=1) == pytest.approx([1.0, 1.0, 1.0], abs=1e-4)
    assert encoder.encode([texts[0]])[0] @ exported[0] == pytest.approx(1.0, abs=1e-4)


def test_a_patient_gets_the_steps_of_a_half_hour_session_in_order(real_retriever: Retriever) -> None:
    answer = real_retriever.ask(Ask("what happens in a 30-minute therapy session", TODAY))

    assert answer.kind is AnswerKind.ANSWER
    assert answer.citations[0].code in ("90832", "90833")
    starts = [c.start for c in answer.citations if c.section == "procedure"]
    assert starts == sorted(starts) != []


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("25 min talk therapy + med check, same visit", [("90833", 1)]),
        ("chest x-ray, two views", [("71046", 1)]),
        ("7 AKs frozen", [("17000", 1), ("17003", 6)]),
        ("15 actinic keratoses destroyed", [("17004", 1)]),
        ("crisis psychotherapy 110 minutes", [("90839", 1), ("90840", 2)]),
        ("punch biopsy of one mole and shave biopsy of two", [("11104", 1), ("11103", 2)]),
        ("chemo infusion of one drug, 2 hours 40 minutes", [("96413", 1), ("96415", 2)]),
        ("99214 plus 40 minutes of psychotherapy", [("99214", 1), ("90836", 1)]),
    ],
)
def test_a_described_service_becomes_its_codes_and_units(real_retriever: Retriever, question: str, expected: list[tuple[str, int]]) -> None:
    assert codes(real_retriever, question)[: len(expected)] == expected


def test_below_the_smallest_band_no_code_is_proposed_and_the_floor_is_said(real_retriever: Retriever) -> None:
    answer = real_retriever.ask(Ask("psychotherapy alone, 12 minutes", TODAY, audience="coder"))

    assert not any(code.proposed for code in answer.codes)
    assert "16 minutes" in answer.answer


def test_one_missing_fact_is_asked_for_with_options(real_retriever: Retriever) -> None:
    answer = real_retriever.ask(Ask("MRI of the brain", TODAY, audience="coder"))

    assert answer.kind is AnswerKind.CLARIFY
    assert answer.clarify is not None
    assert answer.clarify.fact == "contrast"
    assert {code.code for code in answer.codes[:3]} == {"70551", "70552", "70553"}
    chosen = real_retriever.ask(Ask(answer.clarify.options[0].ask, TODAY, audience="coder"))
    assert chosen.kind is AnswerKind.ANSWER


def test_the_date_of_service_decides(real_retriever: Retriever) -> None:
    """The global package is valid to the end of 2026."""
    status = {
        day: next(c.status for c in real_retriever.ask(Ask("59400", day, audience="coder", day_given=True)).codes if c.code == "59400")
        for day in (date(2026, 12, 31), date(2027, 1, 1))
    }

    assert status == {date(2026, 12, 31): "active", date(2027, 1, 1): "deleted"}


def test_every_judged_question_gets_a_reply_that_keeps_its_promises(real_retriever: Retriever) -> None:
    """The retriever raises on a broken promise, so that all come back is the proof; and quality does not fall far."""
    questions = read_questions((ROOT / "tests/judged/questions.jsonl").read_text("utf-8").splitlines())

    report = run(questions, real_retriever.ask, TODAY)

    assert len(report.judgements) == len(questions) == 282
    assert report.figures["coder"]["code@1"].share >= 0.75
    assert report.figures["patient"]["code@1"].share >= 0.75


def test_the_command_line_answers_and_says_how_to_build_a_missing_index(real_index: Path, tmp_path: Path) -> None:
    def run_command(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "retriever", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)

    good = run_command(str(real_index), "what happens in a 30-minute therapy session")
    missing = run_command(str(tmp_path / "no"), "x")

    assert (good.returncode, missing.returncode) == (0, 2)
    assert "[1]" in good.stdout
    assert "CPT 9083" in good.stdout
    assert "python -m ingest corpus" in missing.stderr
