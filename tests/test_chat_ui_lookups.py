"""Look-ups over HTTP: autocompletion, facts, siblings side by side, documents, passages."""

import pytest
from fastapi.testclient import TestClient

from tests.test_chat_ui_service import client  # noqa: F401  # a fixture


@pytest.mark.parametrize(
    ("typed", "first"),
    [("9083", "90832"), ("talk 38", "90834"), ("38 talk ther", "90834"), ("chset film", "71045"), ("g20", "G2012"), ("x-ray two", "71046")],
)
def test_codes_are_found_by_prefix_words_in_any_order_and_typos(client: TestClient, typed: str, first: str) -> None:  # noqa: F811
    assert client.get("/v1/codes", params={"q": typed}).json()["codes"][0]["code"] == first


def test_nothing_like_it_finds_nothing(client: TestClient) -> None:  # noqa: F811
    assert client.get("/v1/codes", params={"q": "zebra"}).json() == {"codes": []}


def test_a_codes_facts_come_in_the_form_documents_state_them(client: TestClient) -> None:  # noqa: F811
    body = client.get("/v1/codes/cpt/90832").json()

    assert (body["code"], body["facts"]) == ("90832", {"minutes": {"from": 16, "to": 37}, "component": "alone"})
    assert client.get("/v1/codes/HCPCS/g2012").json()["status"] == "deleted"


def test_siblings_stand_side_by_side_the_asked_one_first(client: TestClient) -> None:  # noqa: F811
    body = client.get("/v1/codes/CPT/90834/siblings").json()

    assert [code["code"] for code in body["codes"]] == ["90834", "90832"]
    assert {"fact": "minutes", "values": ["38 to 52", "16 to 37"]} in body["facts"]


def test_an_unknown_code_is_a_problem_that_names_the_nearest(client: TestClient) -> None:  # noqa: F811
    for path in ("/v1/codes/CPT/90831", "/v1/codes/CPT/90831/siblings", "/v1/documents/CPT/90831"):
        reply = client.get(path)
        assert (reply.status_code, reply.headers["content-type"]) == (404, "application/problem+json")
        assert "CPT 90832" in reply.json()["nearest"]


def test_a_documents_sections_slice_its_text(client: TestClient) -> None:  # noqa: F811
    body = client.get("/v1/documents/CPT/90832").json()

    for section in body["sections"]:
        assert body["text"][section["start"] : section["body_start"]].strip() == f"## {section['heading']}"


def test_passages_are_slices_of_their_documents_best_first(client: TestClient) -> None:  # noqa: F811
    passages = client.get("/v1/search", params={"q": "eat before talk therapy", "k": 5}).json()["passages"]

    assert [p["score"] for p in passages] == sorted((p["score"] for p in passages), reverse=True)
    for passage in passages:
        text = client.get(f"/v1/documents/{passage['system']}/{passage['code']}").json()["text"]
        assert text[passage["start"] : passage["end"]] == passage["text"]
    only = client.get("/v1/search", params={"q": "talk therapy", "section": "duration"}).json()["passages"]
    assert {p["section"] for p in only} == {"duration"}
    assert client.get("/v1/search", params={"q": "x", "section": "nope"}).status_code == 422
