"""The exported question encoder: ONNX Runtime and a tokenizer, no torch. Starts in a quarter of a second."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from ingest.embedding.protocols import EmbedderId, Vectors
from ingest.errors import IndexDamaged

ENCODER_FILE = "encoder.onnx"
TOKENIZER_FILE = "tokenizer.json"
SETTINGS_FILE = "encoder.json"


def write_settings(folder: Path, embedder: EmbedderId, max_tokens: int) -> None:
    """Write down whose encoder lies in `folder` and how many tokens it reads."""
    settings = {"embedder": asdict(embedder), "max_tokens": max_tokens}
    (folder / SETTINGS_FILE).write_text(json.dumps(settings, indent=1) + "\n", "utf-8")


class OnnxQuestionEncoder:
    """A QuestionEncoder from the files that `Embedder.write_question_encoder` left in `folder`."""

    def __init__(self, folder: Path) -> None:
        try:
            settings = json.loads((folder / SETTINGS_FILE).read_text("utf-8"))
            self._id = EmbedderId(**settings["embedder"])
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
            options = onnxruntime.SessionOptions()
            # One question is too little work to share: two threads took longer than one.
            options.intra_op_num_threads = 1
            options.inter_op_num_threads = 1
            options.log_severity_level = 3
            self._session = onnxruntime.InferenceSession(
                str(folder / ENCODER_FILE), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # both libraries raise bare Exceptions of their own
            raise IndexDamaged(f"the question encoder in {folder.name}/ cannot be loaded: {error}; rebuild the index") from error
        self._tokenizer.enable_truncation(settings["max_tokens"])
        self._tokenizer.enable_padding(pad_id=0, pad_token="[PAD]")  # noqa: S106  # a padding token, no secret

    @property
    def id(self) -> EmbedderId:
        return self._id

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See QuestionEncoder.encode."""
        if not texts:
            return np.empty((0, self._id.dimension), dtype=np.float32)
        encoded = self._tokenizer.encode_batch(list(texts))
        vectors = self._session.run(
            None,
            {
                "input_ids": np.array([item.ids for item in encoded], dtype=np.int64),
                "attention_mask": np.array([item.attention_mask for item in encoded], dtype=np.int64),
            },
        )[0]
        return np.asarray(vectors, dtype=np.float32)
