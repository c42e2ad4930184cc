"""A model of a few hundred bytes whose matte is known: the photo's brightness.

The file is written field by field, so that no package is needed that a tab does not have.

References
----------
ONNX, ``onnx/onnx.proto``; Protocol Buffers, "Encoding".
"""

import hashlib
import struct

from wasmatte import Chunk, Model

SIZE = 8
FLOAT = 1  # TensorProto.DataType
INTS = 7  # AttributeProto.AttributeType


def tiny_model(*, chunk_size: int = 64) -> tuple[Model, bytes]:
    """Make a model that gives the mean of R, G and B, / 256, and its row."""
    data = brightness()
    pieces = [data[start : start + chunk_size] for start in range(0, len(data), chunk_size)]
    row = Model(
        name="tiny",
        title="Brightness",
        input_size=SIZE,
        mean=128.0,
        scale=256.0,
        input="input",
        output="output",
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        chunks=tuple(Chunk(hashlib.sha256(piece).hexdigest(), len(piece)) for piece in pieces),
        home="https://models.example/tiny/",
        licence="Apache-2.0",
        origin="tests/unit/tiny.py",
    )
    return row, data


def pieces(model: Model, data: bytes) -> dict[str, bytes]:
    """Cut a model's file into its chunks, by their sha256."""
    found = {}
    for chunk in model.chunks:
        found[chunk.sha256], data = data[: chunk.size], data[chunk.size :]
    return found


def brightness() -> bytes:
    """Encode the graph: the mean over channels, plus a half."""
    axes = _field(1, b"axes") + _field(8, 1) + _field(20, INTS)
    mean = _node(b"ReduceMean", [b"input"], [b"mean"], _field(5, axes))
    shift = _node(b"Add", [b"mean", b"half"], [b"output"])
    half = _field(2, FLOAT) + _field(8, b"half") + _field(9, struct.pack("<f", 0.5))
    graph = (
        _field(1, mean)
        + _field(1, shift)
        + _field(2, b"brightness")
        + _field(5, half)
        + _field(11, _tensor(b"input", 3))
        + _field(12, _tensor(b"output", 1))
    )
    opset = _field(1, b"") + _field(2, 13)
    return _field(1, 8) + _field(7, graph) + _field(8, opset)


def _node(kind: bytes, inputs: list[bytes], outputs: list[bytes], attributes: bytes = b"") -> bytes:
    names = [_field(1, name) for name in inputs] + [_field(2, name) for name in outputs]
    return b"".join(names) + _field(4, kind) + attributes


def _tensor(name: bytes, channels: int) -> bytes:
    shape = b"".join(_field(1, _field(1, length)) for length in (1, channels, SIZE, SIZE))
    tensor = _field(1, FLOAT) + _field(2, shape)
    return _field(1, name) + _field(2, _field(1, tensor))


def _field(number: int, value: int | bytes) -> bytes:
    """Encode one field; integers here are all below 128 or lengths."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 127:
        encoded.append(value & 127 | 128)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
