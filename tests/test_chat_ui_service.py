"""The HTTP service on the toy index: the contract's names, problem details, document pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from chat_ui.schemas import AskReply
from chat_ui.service import create_app
from chat_ui.settings import Settings
from ingest.build import build_index
from ingest.index.faiss_store import FaissStore
from retriever.ask import Retriever
from tests.conftest import ToyEmbedder, toy_document

PROBLEM = "application/problem+json"


@pytest.fixture
def client(toy_retriever: Retriever) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(page=False), lambda: toy_retriever), raise_server_exceptions=False) as client:
        yield client


def test_a_question_is_answered_under_the_contracts_names(client: TestClient) -> None:
    reply = client.post("/v1/ask", json={"question": "can I eat before talk therapy"})

    assert reply.status_code == 200
    body = AskReply.model_validate(reply.json())
    assert body.kind == "answer"
    assert body.citations[0].url == f"/doc/{body.citations[0].document_id}?p={body.citations[0].start}-{body.citations[0].end}"
    assert set(reply.json()) == set(AskReply.model_fields)


def test_every_citation_opens_with_exactly_its_quote_marked(client: TestClient) -> None:
    for citation in client.post("/v1/ask", json={"question": "chest film", "audience": "coder"}).json()["citations"]:
        page = client.get(citation["url"]).text
        assert f'<mark id="p" tabindex="-1">{citation["quote"]}</mark>' in page


@pytest.mark.parametrize(
    "body",
    [{}, {"question": " "}, {"question": "x" * 2001}, {"question": "x", "audience": "nurse"}, {"question": "x", "extra": 1},
     {"question": "x", "history": [{"role": "system", "content": "y"}]}, {"question": "x", "max_codes": 0},
     {"question": "x", "date_of_service": "yesterday"}, {"question": "x", "systems": []}],
)  # fmt: skip
def test_a_request_that_cannot_be_taken_is_a_problem_that_names_the_field(client: TestClient, body: dict[str, object]) -> None:
    reply = client.post("/v1/ask", json=body)

    assert (reply.status_code, reply.headers["content-type"]) == (422, PROBLEM)
    assert set(reply.json()) >= {"type", "title", "status", "detail"}
    assert "xxx" not in reply.text


def test_an_unknown_page_is_a_problem_and_an_unknown_document_names_the_nearest(client: TestClient) -> None:
    assert client.get("/nope").headers["content-type"] == PROBLEM
    missing = client.get("/doc/cpt/90831")
    assert missing.status_code == 404
    assert "/doc/cpt/90832" in missing.text


def test_a_document_page_needs_no_script_and_carries_its_headers(client: TestClient) -> None:
    page = client.get("/doc/cpt/90832")

    assert page.status_code == 200
    assert "<script" not in page.text
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("p", ["", "9-1", "0-999999", "a-b", "-", "1-2-3", "٣-٤"])
def test_an_impossible_span_marks_nothing(client: TestClient, p: str) -> None:
    page = client.get("/doc/cpt/90832", params={"p": p})

    assert page.status_code == 200
    assert "<mark" not in page.text


def test_text_is_never_markup(tmp_path: Path) -> None:
    """A document full of tags is shown as it is written."""
    nasty = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.md").write_text(toy_document("12345", f"'T {nasty}'", summary=f"Summary {nasty} of it.", names="x"), "utf-8")
    build_index(folder, tmp_path / "index", ToyEmbedder())
    retriever = Retriever(FaissStore.open_current(tmp_path / "index"), ToyEmbedder())

    with TestClient(create_app(Settings(page=False), lambda: retriever)) as client:
        page = client.get("/doc/cpt/12345").text

    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


def test_health_says_alive_and_readiness_which_generation(client: TestClient, toy_retriever: Retriever) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    assert client.get("/readyz").json()["generation"] == toy_retriever.store.info.generation


def test_a_fault_is_a_problem_that_holds_nothing_of_the_question(toy_retriever: Retriever) -> None:
    def fail() -> Retriever:
        raise RuntimeError("secret question text")

    with TestClient(create_app(Settings(page=False), fail), raise_server_exceptions=False) as client:
        reply = client.post("/v1/ask", json={"question": "secret question text"})

    assert (reply.status_code, reply.headers["content-type"]) == (500, PROBLEM)
    assert "secret" not in reply.text


def test_logs_drop_every_field_that_is_not_allowed() -> None:
    from chat_ui.logs import keep_allowed_fields

    assert keep_allowed_fields(None, "info", {"event": "asked", "kind": "answer", "question": "who?", "address": "10.0.0.1"}) == {
        "event": "asked", "kind": "answer",
    }  # fmt: skip


def test_a_newer_generation_is_picked_up_and_a_damaged_one_refused(toy_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old one goes on serving until the new one is sound."""
    import chat_ui.generations as generations
    from ingest.index.publish import current_generation

    def open_toy(folder: Path) -> Retriever:
        return Retriever(FaissStore(folder), ToyEmbedder())

    monkeypatch.setattr(generations, "CHECK_EVERY_S", 0.0)
    monkeypatch.setattr(generations, "_open", open_toy)
    index = tmp_path / "index"
    first = build_index(toy_corpus, index, ToyEmbedder()).generation
    live = generations.LiveRetriever(index)
    assert live().store.info.generation == first

    (toy_corpus / "cpt" / "71045.md").unlink()
    second = build_index(toy_corpus, index, ToyEmbedder()).generation
    assert live().store.info.generation == second != first

    (toy_corpus / "cpt" / "71046.md").unlink()
    build_index(toy_corpus, index, ToyEmbedder())
    damaged = current_generation(index) / "documents.jsonl"
    damaged.write_bytes(damaged.read_bytes()[:-1])
    assert live().store.info.generation == second


def test_the_interfaces_are_listed_on_a_page_that_fetches_nothing(client: TestClient) -> None:
    page = client.get("/docs")

    assert page.status_code == 200
    assert "POST /v1/ask" in page.text
    assert "talk therapy + med check" in page.text
    assert "http://" not in page.text
    assert "https://" not in page.text
    assert "<script" not in page.text
    assert client.get("/openapi.json").json()["paths"]["/v1/ask"]
