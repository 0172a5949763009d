"""The README is true: its commands exist, its settings are the service's, its links lead somewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from chat_ui.settings import Settings
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.replace("\\\n", " ").splitlines() if line.strip()]
RETRIEVER = [c for c in COMMANDS if "-m retriever index" in c]


@pytest.mark.parametrize("command", RETRIEVER)
def test_every_question_shown_is_answered(command: str, real_index: Path) -> None:
    words = command.replace(".venv/bin/python", sys.executable).replace("-m retriever index", f"-m retriever {real_index}")

    done = subprocess.run(["bash", "-c", words], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "[1]" in done.stdout


def test_every_make_target_shown_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in set(re.findall(r"\bmake (\w+)", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_setting_is_listed_with_its_default() -> None:
    for name, field in Settings.model_fields.items():
        default = str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
        assert f"| `{name.upper()}` | `{default}` |" in README


def test_every_file_named_is_there() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
    for target in re.findall(r"`((?:benchmarks|corpus|retriever|ingest|tests)/[\w./-]+)`", README):
        assert (ROOT / target).exists(), target


def test_the_example_over_http_is_answered(real_index: Path) -> None:
    import json

    from fastapi.testclient import TestClient

    from chat_ui.service import create_app
    from ingest.index.faiss_store import FaissStore
    from retriever.ask import Retriever

    body = re.search(r"/v1/ask .*?--data '(.*?)'", README, re.DOTALL)
    assert body is not None
    store = FaissStore.open_current(real_index)
    retriever = Retriever(store, store.question_encoder())
    with TestClient(create_app(Settings(page=False), lambda: retriever)) as client:
        reply = client.post("/v1/ask", json=json.loads(body[1]))
    assert (reply.status_code, reply.json()["kind"]) == (200, "answer")
    assert reply.json()["codes"][0]["code"] == "71046"
