"""The shape of the project: imports run one way, and each heavy library has one door."""

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGES = ("ingest", "retriever", "chat_ui")


def imported(path: Path) -> set[str]:
    """Top-level and dotted names that a module imports anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


MODULES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def test_imports_run_from_chat_ui_to_retriever_to_ingest() -> None:
    """A lower package never imports a higher one."""
    for place, package in enumerate(PACKAGES):
        for path in (ROOT / package).rglob("*.py"):
            tops = {name.split(".")[0] for name in imported(path)}
            assert not tops & set(PACKAGES[place + 1 :]), path


@pytest.mark.parametrize(
    ("library", "modules"),
    [
        ("faiss", {"ingest/index/faiss_store.py"}),
        ("bm25s", {"ingest/index/lexical.py"}),
        ("sentence_transformers", {"ingest/embedding/sentence_model.py"}),
        ("torch", {"ingest/embedding/sentence_model.py"}),
        ("onnxruntime", {"ingest/embedding/question_encoder.py"}),
        ("gradio", {"chat_ui/page.py"}),
        ("textstat", {"ingest/checking/readability.py"}),
    ],
)
def test_each_heavy_library_has_one_door(library: str, modules: set[str]) -> None:
    """Replacing a library touches one module."""
    found = {
        path.relative_to(ROOT).as_posix() for path in MODULES if library in {name.split(".")[0] for name in imported(path)}
    }
    assert found == modules


def test_value_modules_import_only_the_standard_library_and_each_other() -> None:
    """Values can be read, tested and reused without anything installed."""
    values = ("ingest/codes.py", "ingest/facts.py", "ingest/sections.py", "ingest/sentences.py", "ingest/documents.py")
    own = {path.removesuffix(".py").replace("/", ".") for path in values}
    import sys

    for path in values:
        for name in imported(ROOT / path):
            assert name in own or name.split(".")[0] in sys.stdlib_module_names, (path, name)


def test_nothing_unpickles_or_runs_code_from_data() -> None:
    """No module calls pickle, torch.load or trusts remote code."""
    for path in MODULES:
        source = path.read_text("utf-8")
        assert not {"pickle", "joblib", "dill", "marshal", "shelve"} & {name.split(".")[0] for name in imported(path)}, path
        assert "torch.load(" not in source, path
        assert "trust_remote_code=True" not in source, path
        assert "allow_pickle=True" not in source, path


def test_importing_the_question_way_loads_no_torch() -> None:
    """Asking from the command line must start in about a second."""
    import subprocess
    import sys

    code = "import sys, retriever.ask, ingest.index.faiss_store; print(sorted({'torch','transformers','gradio','fastapi'} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
