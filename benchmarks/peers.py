"""txtai, Haystack, LlamaIndex and LangChain on our corpus: same passages, same vectors, same judged questions, own fusion.

    .venv/bin/python benchmarks/peers.py                 # results/peers.json and peers.md
    .venv/bin/python benchmarks/peers.py --all-entries   # names and questions of the documents as passages too

Each peer runs in an environment of its own below benchmarks/.peers, without network once it is installed. It gets the
question as typed and its vector, and no judgement; documents rank by their best passage. Per peer two rows: its default
hybrid, and the setting that does best on the tuning half of the questions. `ours` is the reply of Retriever.ask.
"""

import os

# One thread for everyone: the searches are small and the cores are shared. Read by the libraries when they load.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"

import argparse  # noqa: E402
import json  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Iterator, Sequence  # noqa: E402
from dataclasses import dataclass, field, replace  # noqa: E402
from pathlib import Path  # noqa: E402

import numpy as np  # noqa: E402
from measuring import RESULTS, percentile, write_results  # noqa: E402

BENCHMARKS = Path(__file__).parent
ROOT = BENCHMARKS.parent
sys.path.insert(0, str(ROOT))

from peers_exchange import DENSE_SHARES, DOCUMENTS, PASSAGES, Exchange, Run, Search, run_setting  # noqa: E402
from peers_judging import (  # noqa: E402
    Difference,
    Figures,
    Lists,
    Span,
    compare,
    figures_of,
    first_holds,
    objective,
    right_first,
)

from ingest.embedding.protocols import QuestionEncoder  # noqa: E402
from ingest.index.entries import ENTRY_KINDS, EntryKind  # noqa: E402
from ingest.index.faiss_store import FaissStore  # noqa: E402
from ingest.index.lexical import LexicalIndex, terms  # noqa: E402
from retriever.answers import Answer  # noqa: E402
from retriever.ask import Retriever  # noqa: E402
from retriever.quality import TODAY, Figure, JudgedQuestion, in_tuning_half, judge, read_questions  # noqa: E402
from retriever.search import fuse_scores  # noqa: E402

PEERS_FOLDER = BENCHMARKS / ".peers"
# Haystack is far the slowest: every BM25 question walks all passages in Python.
PEER_TIMEOUT_S = 3600
OURS = "ours"

# Nothing may be reported or fetched; each name is read by one of the peers or by a library below it.
QUIET = {
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_TRACING": "false",
    "ANONYMIZED_TELEMETRY": "False",
    "POSTHOG_DISABLED": "1",
    "DO_NOT_TRACK": "1",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "PYTHONWARNINGS": "ignore",
}


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer and what its environment holds; all of it runs without torch."""

    name: str
    packages: tuple[str, ...]

    @property
    def folder(self) -> Path:
        return PEERS_FOLDER / self.name.lower()

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def runner(self) -> Path:
        return BENCHMARKS / f"peers_{self.name.lower()}.py"


PEERS = (
    Peer("txtai", ("txtai-minimal==9.14.0", "faiss-cpu==1.15.1", "regex==2026.11.15", "msgpack==1.2.4", "pyyaml==6.0.3",
                   "huggingface-hub==2.4.0", "tqdm==4.70.1", "numpy==2.4.6")),
    Peer("Haystack", ("haystack-ai==3.4.0", "faiss-haystack==3.0.0", "faiss-cpu==1.15.1", "numpy==1.26.4")),
    Peer("LlamaIndex", ("llama-index-core==0.14.25", "llama-index-vector-stores-faiss==0.7.0",
                        "llama-index-retrievers-bm25==0.8.0", "bm25s==0.3.16", "PyStemmer==2.2.0.3", "faiss-cpu==1.15.1",
                        "numpy==2.4.6")),
    Peer("LangChain", ("langchain-community==0.4.2", "langchain-classic==1.0.8", "langchain-core==1.7.2", "rank-bm25==0.2.2",
                       "faiss-cpu==1.15.1", "numpy==2.4.6")),
)  # fmt: skip


class PeerFailed(Exception):
    """A peer could not be installed or run; the message is the reason for the table."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    system: str
    setting: str
    chosen: str                # "default", "best on tuning half", or "" where there is one setting only
    lists: Lists
    query_ms: float            # p50 of processor time, question encoding counted
    is_peer: bool = False


@dataclass(frozen=True, slots=True)
class Tried:
    """Everything one system was tried at: its rows, and how the choice among its settings stood."""

    rows: tuple[Row, ...]
    settings: int
    highest: Figure            # coders' code@1 on the held-out half, of whichever setting has the highest there
    versions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the questions, and each row's figures on them."""

    name: str
    questions: list[JudgedQuestion]
    figures: list[Figures]
    peer: Row | None           # the peer's row with the highest code@1 for coders on these questions
    difference: Difference | None


def main() -> None:
    parser = argparse.ArgumentParser(description="Peers on our corpus, vectors and judged questions.")
    parser.add_argument("--all-entries", action="store_true", help="give the peers names and questions of documents too")
    all_entries = parser.parse_args().all_entries

    store = FaissStore.open_current(ROOT / "index")
    encoder = store.question_encoder()
    questions = judged_questions()
    exchange, encoding_ms = export(store, encoder, questions, ENTRY_KINDS if all_entries else ("passage",))
    exchange.save(PEERS_FOLDER / "exchange")
    code_of = {document_id: record.code for document_id, record in store.records.items()}
    print(f"{store.info.generation}: {len(exchange.texts)} passages, {len(questions)} questions", flush=True)

    tried: dict[str, Tried] = {OURS: ask_ours(Retriever(store, encoder), questions)}
    runs = [run_setting(name, search, exchange) for name, search in own_searches(exchange)]
    for system, chosen in (("plain MiniLM", runs[:1]), ("BM25", runs[1:2]), ("min-max fusion", runs[2:])):
        tried[system] = choose(system, chosen, questions, code_of, encoding_ms, is_peer=False)
    failed: dict[str, str] = {}
    for peer in PEERS:
        print(f"{peer.name} …", flush=True)
        try:
            peer_runs, versions = run_peer(peer)
        except PeerFailed as reason:
            failed[peer.name] = str(reason)
            continue
        tried[peer.name] = choose(peer.name, peer_runs, questions, code_of, encoding_ms, is_peer=True, versions=versions)

    rows = [row for system in tried.values() for row in system.rows]
    held_out = [question for question in questions if not in_tuning_half(question.id)]
    parts = [part_of("held-out half", held_out, rows), part_of("all", questions, rows)]
    name = "peers_all_entries" if all_entries else "peers"
    heading = f"{store.info.generation}, {store.info.documents} documents, {len(exchange.texts)} passages" + (
        " (names and questions of the documents among them)" if all_entries else ""
    )
    write_results(name, results(heading, parts, rows, tried, failed, encoding_ms))
    page = as_markdown(heading, parts, rows, tried, failed)
    (RESULTS / f"{name}.md").write_text(page, "utf-8")
    print(page)


def judged_questions() -> list[JudgedQuestion]:
    """Those that stand alone, on documents that are there."""
    lines = (ROOT / "tests/judged/questions.jsonl").read_text("utf-8").splitlines()
    return [question for question in read_questions(lines) if not question.history and "wave-2" not in question.tags]


def export(
    store: FaissStore, encoder: QuestionEncoder, questions: Sequence[JudgedQuestion], kinds: Sequence[EntryKind]
) -> tuple[Exchange, float]:
    """What every system gets, and the p50 milliseconds of processor time to encode one question."""
    # A store hands out entries by search only; asking for all of them gives their texts, and their rows the stored vectors.
    every = store.nearest(np.zeros(store.info.embedder.dimension, dtype=np.float32), 1_000_000)
    entries = sorted((hit.entry for hit in every if hit.entry.kind in kinds), key=lambda entry: entry.row)
    vectors = np.array(store._vectors[[entry.row for entry in entries]])
    encoder.encode([questions[0].question])
    encoded, spent = [], []
    for question in questions:
        started = time.process_time()
        encoded.append(encoder.encode([question.question])[0])
        spent.append((time.process_time() - started) * 1000)
    return Exchange(
        texts=[entry.text for entry in entries],
        documents=[entry.document_id for entry in entries],
        vectors=vectors,
        question_ids=[question.id for question in questions],
        questions=[question.question for question in questions],
        question_vectors=np.stack(encoded),
    ), percentile(spent, 50)


def ask_ours(retriever: Retriever, questions: Sequence[JudgedQuestion]) -> Tried:
    """Our replies to the same questions. Raises ValueError when this harness and retriever/quality.py judge one differently."""
    lists, spent = {}, []
    retriever.ask(questions[0].to_ask(TODAY))
    for question in questions:
        started = time.process_time()
        answer = retriever.ask(question.to_ask(TODAY))
        spent.append((time.process_time() - started) * 1000)
        lists[question.id] = codes_of(question, answer)
        if right_first(question) and first_holds(question, lists[question.id]) != judge(question, answer).held["code@1"]:
            raise ValueError(f"{question.id}: judged otherwise than by retriever/quality.py; see codes_of")
    row = Row(OURS, "reply of Retriever.ask", "", lists, percentile(spent, 50))
    return Tried((row,), 1, held_out_figures(questions, lists).coders_first)


def codes_of(question: JudgedQuestion, answer: Answer) -> list[str]:
    """The codes of a reply, best first: a coder reads the proposed ones, a patient the cited documents and then those."""
    proposed = [match.code for match in answer.codes if match.proposed]
    if question.audience == "coder":
        return list(dict.fromkeys(proposed))
    return list(dict.fromkeys([*(citation.code for citation in answer.citations), *proposed])) if answer.citations else []


def own_searches(exchange: Exchange) -> Iterator[tuple[str, Search]]:
    """What our own parts do without what we know: the vectors, our BM25, and min-max fusion of the two."""
    lexical = LexicalIndex.build(exchange.texts)

    def top(scores: np.ndarray) -> dict[int, float]:
        rows = np.lexsort((np.arange(len(scores)), -scores))[:PASSAGES]
        return {int(row): float(scores[row]) for row in rows if scores[row] > 0}

    def dense(question: str) -> dict[int, float]:
        return top(exchange.vectors @ exchange.vector_of[question])

    def words(question: str) -> dict[int, float]:
        return top(lexical.scores(terms(question)))

    def fused(share: float) -> Search:
        def search(question: str) -> list[int]:
            found = [{str(row): score for row, score in leg(question).items()} for leg in (dense, words)]
            return [int(row) for row, _ in fuse_scores(*found, share)]

        return search

    yield "cosine", lambda question: list(dense(question))
    yield "stems, stop words out", lambda question: list(words(question))
    for share in (0.5, *DENSE_SHARES):
        yield f"{share} dense", fused(share)


def run_peer(peer: Peer) -> tuple[list[Run], dict[str, str]]:
    """Install when needed, run all settings; runs and versions. Raises PeerFailed."""
    install(peer)
    found = PEERS_FOLDER / f"{peer.name.lower()}.json"
    found.unlink(missing_ok=True)
    command = [str(peer.python), str(peer.runner), str(PEERS_FOLDER / "exchange"), str(found)]
    # HOME: what a library keeps for itself stays with its environment.
    environment = {**os.environ, **QUIET, "HOME": str(peer.folder)}
    environment.pop("PYTHONPATH", None)
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=PEER_TIMEOUT_S, env=environment)
    except subprocess.CalledProcessError as error:
        raise PeerFailed(f"cannot be run: {last_line(error.stderr)}") from error
    except subprocess.TimeoutExpired as error:
        raise PeerFailed(f"not done after {PEER_TIMEOUT_S} s") from error
    raw = json.loads(found.read_text("utf-8"))
    return [Run(**run) for run in raw["runs"]], raw["versions"]


def install(peer: Peer) -> None:
    """Put the pinned packages into the peer's environment unless they are there. Raises PeerFailed."""
    marker = peer.folder / "installed.txt"
    wanted = "\n".join(peer.packages) + "\n"
    if marker.is_file() and marker.read_text("utf-8") == wanted:
        return
    try:
        subprocess.run([sys.executable, "-m", "venv", str(peer.folder)], check=True, capture_output=True, text=True)
        pip = [str(peer.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *peer.packages]
        subprocess.run(pip, check=True, capture_output=True, text=True, timeout=PEER_TIMEOUT_S)
    except subprocess.CalledProcessError as error:
        raise PeerFailed(f"cannot be installed: {last_line(error.stderr)}") from error
    except subprocess.TimeoutExpired as error:
        raise PeerFailed(f"not installed after {PEER_TIMEOUT_S} s") from error
    marker.write_text(wanted, "utf-8")


def last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "no message")[:300]


def choose(
    system: str,
    runs: Sequence[Run],
    questions: Sequence[JudgedQuestion],
    code_of: dict[str, str],
    encoding_ms: float,
    is_peer: bool,
    versions: dict[str, str] | None = None,
) -> Tried:
    """The row of the first setting, and of the one that does best on the tuning half; ties go to the earlier setting."""
    tuning = [question for question in questions if in_tuning_half(question.id)]
    rows = [
        Row(
            system,
            run.setting,
            "",
            {
                question.id: list(dict.fromkeys(code_of[document] for document in documents))
                for question, documents in zip(questions, run.documents, strict=True)
            },
            percentile(run.search_ms, 50) + encoding_ms,
            is_peer,
        )
        for run in runs
    ]
    highest = max((held_out_figures(questions, row.lists).coders_first for row in rows), key=lambda figure: figure.share)
    if len(rows) == 1:
        return Tried((rows[0],), 1, highest, versions or {})
    best = max(rows, key=lambda row: objective(figures_of(tuning, row.lists)))
    named = (replace(rows[0], chosen="default"), replace(best, chosen="best on tuning half"))
    return Tried(named, len(rows), highest, versions or {})


def held_out_figures(questions: Sequence[JudgedQuestion], lists: Lists) -> Figures:
    return figures_of([question for question in questions if not in_tuning_half(question.id)], lists)


def part_of(name: str, questions: list[JudgedQuestion], rows: Sequence[Row]) -> Part:
    """The figures of every row, and ours against the peer that is best on these very questions, which favours the peer."""
    figures = [figures_of(questions, row.lists) for row in rows]
    peers = [(found, row) for found, row in zip(figures, rows, strict=True) if row.is_peer]
    peer = max(peers, key=lambda pair: (pair[0].coders_first.share, pair[0].reciprocal))[1] if peers else None
    return Part(name, questions, figures, peer, compare(questions, rows[0].lists, peer.lists) if peer else None)


def results(
    heading: str, parts: Sequence[Part], rows: Sequence[Row], tried: dict[str, Tried], failed: dict[str, str], encoding_ms: float
) -> dict[str, object]:
    ours_ms = rows[0].query_ms
    return {
        "index": heading,
        "passages_a_search": PASSAGES,
        "documents_a_ranking": DOCUMENTS,
        "encoding_cpu_ms_p50": round(encoding_ms, 2),
        "rows": [
            {
                "system": row.system,
                "setting": row.setting,
                "chosen": row.chosen,
                **{part.name: figures_as_json(part.figures[place]) for part in parts},
                "query_cpu_ms_p50": round(row.query_ms, 2),
                "query_against_ours": round(row.query_ms / ours_ms, 2),
            }
            for place, row in enumerate(rows)
        ],
        "ours_minus_best_peer_at_coders_code@1": {
            part.name: {
                "peer": f"{part.peer.system}, {part.peer.setting}",
                "difference": round(part.difference.mean, 3),
                "interval": rounded(part.difference.span),
                "n": part.difference.questions,
                "won": part.difference.won,
                "lost": part.difference.lost,
            }
            for part in parts
            if part.peer and part.difference
        },
        "settings_tried": {
            name: {"settings": system.settings, "highest_held_out_coders_code@1": round(system.highest.share, 3)}
            for name, system in tried.items()
        },
        "versions": {name: system.versions for name, system in tried.items() if system.versions},
        "not_run": failed,
    }


def figures_as_json(figures: Figures) -> dict[str, object]:
    def share(figure: Figure) -> dict[str, object]:
        return {"share": round(figure.share, 3), "held": figure.held, "n": figure.count, "interval": rounded(figure.interval)}

    return {
        "patients_code@1": share(figures.patients_first),
        "coders_code@1": share(figures.coders_first),
        "coders_codes@5": share(figures.coders_five),
        "mrr@5": {"mean": round(figures.reciprocal, 3), "n": figures.questions, "interval": rounded(figures.reciprocal_span)},
    }


def rounded(span: Span) -> list[float]:
    return [round(value, 3) for value in span]


def as_markdown(
    heading: str, parts: Sequence[Part], rows: Sequence[Row], tried: dict[str, Tried], failed: dict[str, str]
) -> str:
    """The table as a page: held-out half first, then all questions."""
    lines = ["# Peers on the same passages, vectors and questions", "", f"{heading}. Made by `benchmarks/peers.py`.", ""]
    lines += EXPLAINED
    for part in parts:
        lines += ["", f"## {part.name[0].upper()}{part.name[1:]}: {len(part.questions)} questions", "", *table(part, rows, failed)]
        if part.peer and part.difference:
            low, high = part.difference.span
            lines += [
                "",
                f"Ours minus {part.peer.system} ({part.peer.setting}) at coders' code@1: **{part.difference.mean:+.3f}** "
                f"[{low:+.3f}, {high:+.3f}], n={part.difference.questions}, {part.difference.won} won, {part.difference.lost} lost.",
            ]
    lines += ["", "## Settings tried", "", "| system | settings | highest coders' code@1 of any of them, held-out | versions |", "|---|---|---|---|"]
    lines += [
        f"| {name} | {system.settings} | {share_cell(system.highest)} | "
        f"{', '.join(f'{package} {number}' for package, number in system.versions.items())} |"
        for name, system in tried.items()
    ]
    return "\n".join(lines) + "\n"


EXPLAINED = [
    "Each system gets the question as typed; a document stands where its best passage stands. *code@1*: the first code is the",
    "right one; for a patient's question, that of our first citation. *codes@5*: all codes of the claim are among the first",
    "five; of ours only those proposed count. *MRR*: within the first five, both audiences. Shares with 95 % Wilson intervals,",
    "MRR with a bootstrap interval. *query*: p50 of processor time for encoding and search, against that of our whole cited",
    "reply. Peers know neither our vocabulary nor the documents' facts. *default*: hybrid as their own guides set it up. *best",
    "on tuning half*: highest code@1 there, patients and coders weighing alike, among their own fusions, weights, dense only",
    "and BM25 only.",
]


def table(part: Part, rows: Sequence[Row], failed: dict[str, str]) -> list[str]:
    lines = [
        "| system | setting | patients code@1 | coders code@1 | coders codes@5 | MRR | query |",
        "|---|---|---|---|---|---|---|",
    ]
    for row, figures in zip(rows, part.figures, strict=True):
        low, high = figures.reciprocal_span
        setting = f"{row.chosen}: {row.setting}" if row.chosen else row.setting
        lines.append(
            f"| {row.system} | {setting} | {share_cell(figures.patients_first)} | {share_cell(figures.coders_first)} | "
            f"{share_cell(figures.coders_five)} | {figures.reciprocal:.3f} [{low:.2f}, {high:.2f}] | "
            f"{row.query_ms / rows[0].query_ms:.2f}x |"
        )
    return lines + [f"| {name} | {reason} | – | – | – | – | – |" for name, reason in failed.items()]


def share_cell(figure: Figure) -> str:
    low, high = figure.interval
    return f"{figure.share:.3f} [{low:.2f}, {high:.2f}] {figure.held}/{figure.count}"


if __name__ == "__main__":
    main()
