"""MiniLM as an ONNX graph, made of the published weights alone: no PyTorch is needed to make it or to run it.

The graph ends with the mean over the words and the vector's length brought to 1, as sentence-transformers does it.
"""

import json
import math
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

HEADS, LAYERS, WIDTH = 12, 6, 384
OPSET, FORMAT = 20, 10
EPSILON = 1e-12
HIDDEN = 10_000.0
Names = tuple[str, ...]


def weights(raw: bytes) -> Mapping[str, Any]:
    """Read the tensors of a safetensors file."""
    (length,) = struct.unpack("<Q", raw[:8])
    begin = 8 + length
    found = {}
    for name, told in json.loads(raw[8:begin]).items():
        if name != "__metadata__" and told["dtype"] == "F32":
            count, offset = math.prod(told["shape"]), begin + told["data_offsets"][0]
            found[name] = np.frombuffer(raw, np.float32, count=count, offset=offset).reshape(told["shape"])
    return found


class _Graph:
    """Collects nodes and constants; each method gives the name of what it made."""

    def __init__(self, tensors: Mapping[str, Any]) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._tensors = tensors

    def constant(self, value: Any) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def numbers(self, *values: int) -> str:
        return self.constant(np.array(values, np.int64))

    def op(self, kind: str, *inputs: str, **options: Any) -> str:
        name = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **options))
        return name

    def tensor(self, name: str) -> str:
        return self.constant(self._tensors[name])

    def linear(self, x: str, name: str) -> str:
        product = self.op("MatMul", x, self.constant(self._tensors[f"{name}.weight"].T))
        return self.op("Add", product, self.tensor(f"{name}.bias"))

    def norm(self, x: str, name: str) -> str:
        scale, bias = self.tensor(f"{name}.weight"), self.tensor(f"{name}.bias")
        return self.op("LayerNormalization", x, scale, bias, axis=-1, epsilon=EPSILON)

    def words(self) -> str:
        """Give the embedded words with their places."""
        length = self.op("Slice", self.op("Shape", "input_ids"), self.numbers(1), self.numbers(2))
        places = self.tensor("embeddings.position_embeddings.weight")
        places = self.op("Slice", places, self.numbers(0), length, self.numbers(0))
        x = self.op("Gather", self.tensor("embeddings.word_embeddings.weight"), "input_ids")
        kind = self.constant(self._tensors["embeddings.token_type_embeddings.weight"][0])
        return self.norm(self.op("Add", self.op("Add", x, kind), places), "embeddings.LayerNorm")

    def attention(self, x: str, layer: str, hidden: str, split: str) -> str:
        """Give what each word takes from the others."""

        def part(name: str, order: list[int]) -> str:
            made = self.linear(x, f"{layer}.attention.self.{name}")
            return self.op("Transpose", self.op("Reshape", made, split), perm=order)

        query, key, value = part("query", [0, 2, 1, 3]), part("key", [0, 2, 3, 1]), part("value", [0, 2, 1, 3])
        scores = self.op("Mul", self.op("MatMul", query, key), self.constant(np.float32((WIDTH // HEADS) ** -0.5)))
        shares = self.op("Softmax", self.op("Add", scores, hidden), axis=-1)
        taken = self.op("Transpose", self.op("MatMul", shares, value), perm=[0, 2, 1, 3])
        return self.linear(self.op("Reshape", taken, self.numbers(0, 0, WIDTH)), f"{layer}.attention.output.dense")

    def layer(self, x: str, number: int, hidden: str, split: str) -> str:
        name = f"encoder.layer.{number}"
        x = self.norm(self.op("Add", self.attention(x, name, hidden, split), x), f"{name}.attention.output.LayerNorm")
        wide = self.op("Gelu", self.linear(x, f"{name}.intermediate.dense"))
        return self.norm(self.op("Add", self.linear(wide, f"{name}.output.dense"), x), f"{name}.output.LayerNorm")

    def vector(self, x: str, mask: str) -> str:
        """Give the mean over the words at length 1; the mean's own divisor goes away in that."""
        total = self.op(
            "ReduceSum", self.op("Mul", x, self.op("Unsqueeze", mask, self.numbers(2))), self.numbers(1), keepdims=0
        )
        square = self.op("ReduceSum", self.op("Mul", total, total), self.numbers(1), keepdims=1)
        return self.op("Div", total, self.op("Max", self.op("Sqrt", square), self.constant(np.float32(EPSILON))))


def build(raw: bytes) -> bytes:
    """Make the model file (inputs `input_ids` and `attention_mask`, output `vector`) of the weights' bytes."""
    graph = _Graph(weights(raw))
    x = graph.words()
    mask = graph.op("Cast", "attention_mask", to=TensorProto.FLOAT)
    absent = graph.op("Sub", mask, graph.constant(np.float32(1)))
    hidden = graph.op("Unsqueeze", graph.op("Mul", absent, graph.constant(np.float32(HIDDEN))), graph.numbers(1, 2))
    split = graph.numbers(0, 0, HEADS, WIDTH // HEADS)
    for number in range(LAYERS):
        x = graph.layer(x, number, hidden, split)
    graph.nodes.append(helper.make_node("Identity", [graph.vector(x, mask)], ["vector"]))
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["b", "n"]) for name in ("input_ids", "attention_mask")
    ]
    outputs = [helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["b", WIDTH])]
    made = helper.make_graph(graph.nodes, "minilm", inputs, outputs, graph.constants)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=FORMAT)
    return bytes(model.SerializeToString())
