"""Shared by all tests: a toy embedder that makes ranking exact and offline, five short procedures, the real index."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from ingest.build import build_index
from ingest.embedding.protocols import EmbedderId, Progress, Vectors
from ingest.index.faiss_store import FaissStore
from ingest.index.lexical import terms
from retriever.ask import Retriever

ROOT = Path(__file__).parent.parent


class ToyEmbedder:
    """Stems hashed into 64 dimensions: texts that share words are close. Serves as its own question encoder."""

    def __init__(self, name: str = "toy-64", dimension: int = 64) -> None:
        self.id = EmbedderId(name, hashlib.sha256(name.encode()).hexdigest(), dimension)
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.embedded += texts
        if progress is not None:
            progress(len(texts))
        return self.encode(texts)

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.id.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for stem in terms(text):
                digest = hashlib.sha256(stem.encode()).digest()
                row[digest[0] % self.id.dimension] += 1.0 if digest[1] % 2 else -1.0
            row /= np.linalg.norm(row) or 1.0
        return rows

    def write_question_encoder(self, folder: Path) -> None:
        (folder / "README").write_text("a toy embedder is its own question encoder\n", "utf-8")


DOCUMENT = """---
system: {system}
code: "{code}"
title: {title}
family: {family}
common_names: [{names}]
facts: {facts}
{extra}status: active
questions: ["{question}"]
reviewed: 2026-11-23
sources: ["a test"]
---

## Summary

{summary}

## Preparation

- {eat}
- Wear loose clothes to the {names}.

## Duration

{duration}

## Coding Notes

- Choose when: {title}.

## Similar Codes

- 99999: a sibling that no search may find.
"""


def toy_document(
    code: str, title: str, facts: str = "{}", *, family: str = "toy", system: str = "CPT", names: str = "toy scan", extra: str = "",
    summary: str = "", eat: str = "", duration: str = "", question: str = "",
) -> str:  # fmt: skip
    """One document in our format, with distinct sentences unless they are given."""
    return DOCUMENT.format(
        system=system, code=code, title=title, family=family, names=names, facts=facts, extra=extra,
        summary=summary or f"{title} is what code {code} stands for.",
        eat=eat or f"You can eat before the {title}.",
        duration=duration or f"The {title} lasts some minutes.",
        question=question or f"What is the {title}?",
    )  # fmt: skip


TOY_CORPUS = {
    "cpt/90832.md": toy_document("90832", "Talk therapy alone, 16 to 37 minutes", "{minutes: {from: 16, to: 37}, component: alone}", family="therapy", names="talk therapy"),
    "cpt/90834.md": toy_document("90834", "Talk therapy alone, 38 to 52 minutes", "{minutes: {from: 38, to: 52}, component: alone}", family="therapy", names="talk therapy"),
    "cpt/71045.md": toy_document("71045", "Chest X-ray, one picture", "{views: {from: 1, to: 1}}", family="chest", names="chest film"),
    "cpt/71046.md": toy_document("71046", "Chest X-ray, two pictures", "{views: {from: 2, to: 2}}", family="chest", names="chest film"),
    "hcpcs/g2012.md": toy_document("G2012", "Virtual check-in by phone", "{setting: telehealth}", family="check-in", system="HCPCS", names="phone check-in", extra="deleted: 2025-01-01\nreplaced_by: [\"98016\"]\n").replace("status: active", "status: deleted"),
}  # fmt: skip


@pytest.fixture
def toy_corpus(tmp_path: Path) -> Path:
    """Five short procedures in a folder of their own."""
    for name, text in TOY_CORPUS.items():
        path = tmp_path / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path / "corpus"


@pytest.fixture
def toy_index(toy_corpus: Path, tmp_path: Path) -> Path:
    """The toy corpus, built and published."""
    build_index(toy_corpus, tmp_path / "index", ToyEmbedder())
    return tmp_path / "index"


@pytest.fixture
def toy_retriever(toy_index: Path) -> Retriever:
    return Retriever(FaissStore.open_current(toy_index), ToyEmbedder())


@pytest.fixture(scope="session")
def real_index() -> Path:
    """The real corpus through the real model; PROCEDURE_ANSWERS_INDEX names one that is already built."""
    if given := os.environ.get("PROCEDURE_ANSWERS_INDEX"):
        return Path(given)
    from ingest.embedding.sentence_model import SentenceModel

    index = ROOT / "index"
    summary = build_index(ROOT / "corpus", index, SentenceModel())
    assert not summary.refused
    return index


@pytest.fixture(scope="session")
def real_retriever(real_index: Path) -> Retriever:
    store = FaissStore.open_current(real_index)
    return Retriever(store, store.question_encoder())


@pytest.fixture(scope="session")
def release_data() -> Path:
    """The folder of official release files and of a published page; they are no part of the project."""
    folder = os.environ.get("PROCEDURE_ANSWERS_DATA")
    if not folder:
        pytest.skip("PROCEDURE_ANSWERS_DATA names no folder of official files; the tests on made-up ones still run")
    return Path(folder)
