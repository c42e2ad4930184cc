"""Make the files of ``data`` on the host, where ``onnx`` and native ONNX Runtime are.

They lie in the artefact cache, and are made again when this package's sources, or the versions of
what they come from, change.
"""

import json
import platform
import shutil
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper
from onnx.backend.test.loader import load_model_tests
from onnx.external_data_helper import convert_model_to_external_data, set_external_data
from onnx.parser import parse_model

from tools.cache import artefact, tree_digest

from . import models
from .names import kernels, public_names, schemas
from .nodes import run_case

__all__ = ["prepare"]

SOURCES = (
    "concat_models.py",
    "models.py",
    "names.py",
    "nodes.py",
    "prepare.py",
    "quantized_models.py",
    "text.py",
)
PACKAGES = ("onnx", "onnxruntime", "numpy")

# What NumPy has no type for.
FOREIGN = {
    TensorProto.BFLOAT16,
    TensorProto.FLOAT8E4M3FN,
    TensorProto.FLOAT8E4M3FNUZ,
    TensorProto.FLOAT8E5M2,
    TensorProto.FLOAT8E5M2FNUZ,
    TensorProto.UINT4,
    TensorProto.INT4,
}

Tensors = dict[str, Any]  # arrays


def prepare() -> Path:
    """Give the folder of the files."""
    inputs = {
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "sources": {name: tree_digest(Path(__file__).parent / name) for name in SOURCES},
    }
    return artefact("wheel-tests", inputs, write)


def write(folder: Path) -> None:
    """Fill an empty folder."""
    for part in ("models", "nodes"):
        (folder / part).mkdir()
    write_models(folder / "models")
    (folder / "nodes.json").write_text(json.dumps(write_nodes(folder / "nodes")))
    native = {"names": public_names(), "kernels": kernels(), "schemas": schemas()}
    (folder / "native.json").write_text(json.dumps(native))


def write_models(folder: Path) -> None:
    """Write the models of ``models``, and those that text cannot say."""
    for name, text in models.texts().items():
        onnx.save(parse_model(text), folder / f"{name}.onnx")

    denoted = parse_model(models.HEADER + "g (float[N] x) => (float[N] y) { y = Neg(x) }")
    denoted.graph.input[0].type.tensor_type.shape.dim[0].denotation = "DATA_BATCH"
    onnx.save(denoted, folder / "denoted.onnx")

    weights = numpy_helper.from_array(np.arange(256, dtype=np.float32), "w")
    external = parse_model(models.HEADER + "g (float[256] x) => (float[256] y) { y = Mul(x, w) }")
    external.graph.initializer.append(weights)
    branch = parse_model(models.HEADER + models.BRANCH)
    branch.graph.node[0].attribute[0].g.initializer.append(weights)
    for name, model in {"external": external, "external_branch": branch}.items():
        convert_model_to_external_data(model, location=f"{name}.bin", size_threshold=0)
        onnx.save(model, folder / f"{name}.onnx")
    onnx.save(external_everywhere(), folder / "external_everywhere.onnx")

    quantized = onnx.load(folder / "quantized_conv.onnx")
    kernel = next(each for each in quantized.graph.initializer if each.name == "w")
    kernel.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(kernel), "w"))  # raw
    onnx.save(quantized, folder / "quantized_conv_raw.onnx")
    kernel.raw_data = kernel.raw_data[:100]
    onnx.save(quantized, folder / "short_weights.onnx")


def external_everywhere() -> onnx.ModelProto:
    """Make a model whose tensors lie in files wherever a model may have tensors.

    Each file is named after the place, ``inlined`` but for one that is in the model after all.
    """

    def tensor(place: str) -> onnx.TensorProto:
        made = numpy_helper.from_array(np.zeros(1, np.float32), place)
        set_external_data(made, f"{place}.bin", offset=0, length=4)
        made.ClearField("raw_data")
        return made

    def sparse(place: str) -> onnx.SparseTensorProto:
        parts = {part: tensor(f"{place}_{part}") for part in ("values", "indices")}
        return onnx.SparseTensorProto(dims=[1], **parts)

    inlined = tensor("inlined")
    inlined.data_location = onnx.TensorProto.DEFAULT
    node = onnx.NodeProto(op_type="Any", output=["y"])
    for value in (
        tensor("attribute"),
        [tensor("attributes")],
        onnx.GraphProto(name="g", initializer=[tensor("branch")]),
        [onnx.GraphProto(name="g", initializer=[tensor("branches")])],
        sparse("sparse_attribute"),
        [sparse("sparse_attributes")],
    ):
        node.attribute.append(onnx.helper.make_attribute(f"a{len(node.attribute)}", value))
    within = onnx.NodeProto(op_type="Constant", output=["z"])
    within.attribute.append(onnx.helper.make_attribute("value", tensor("function")))
    return onnx.ModelProto(
        ir_version=10,
        graph=onnx.GraphProto(
            name="g",
            node=[node],
            initializer=[tensor("initializer"), inlined],
            sparse_initializer=[sparse("sparse")],
        ),
        functions=[onnx.FunctionProto(name="f", domain="d", node=[within])],
    )


def write_nodes(folder: Path) -> dict[str, Any]:
    """Convert ONNX's node tests, and run each on native ONNX Runtime.

    Returns
    -------
    dict
        The content of ``nodes.json``.
    """
    cases = {}
    for test in sorted(load_model_tests(kind="node"), key=lambda test: test.name):
        source = Path(test.model_dir or "")
        graph = onnx.load(source / "model.onnx").graph
        if any(element_type(value.type) in FOREIGN for value in (*graph.input, *graph.output)):
            continue
        tensors: Tensors = {}
        case: dict[str, Any] = {
            "inputs": read_values(source, "input", graph.input, tensors),
            "outputs": [*read_values(source, "output", graph.output, tensors).values()],
        }
        shutil.copyfile(source / "model.onnx", folder / f"{test.name}.onnx")
        np.savez(folder / f"{test.name}.npz", **tensors)
        case["native"] = native_error(folder, test.name, case)
        cases[test.name] = case
    return cases


def read_values(source: Path, kind: str, values: Any, tensors: Tensors) -> dict[str, Any]:
    """Read a node test's inputs or outputs into tensors; give their descriptions by name."""
    read = {}
    for index, value in enumerate(values):
        file = source / "test_data_set_0" / f"{kind}_{index}.pb"
        content = read_proto(file.read_bytes(), value.type)
        read[value.name] = store(content, f"{kind}{index}", tensors)
    return read


def native_error(folder: Path, name: str, case: dict[str, Any]) -> str | None:
    """Run a case natively and say how it fails, on one line."""
    try:
        run_case(folder, name, case)
    except Exception as error:  # whatever ONNX Runtime or NumPy raise is the answer
        return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    return None


def element_type(proto: onnx.TypeProto) -> int:
    """Give the type of the tensors in a value."""
    match proto.WhichOneof("value"):
        case "sequence_type":
            return element_type(proto.sequence_type.elem_type)
        case "optional_type":
            return element_type(proto.optional_type.elem_type)
        case _:
            return int(proto.tensor_type.elem_type)


def read_proto(content: bytes, proto: onnx.TypeProto) -> Any:
    """Read an input's or output's file as onnx's runner does (``Runner._load_proto``)."""
    match proto.WhichOneof("value"):
        case "sequence_type":
            return numpy_helper.to_list(onnx.SequenceProto.FromString(content))
        case "optional_type":
            return numpy_helper.to_optional(onnx.OptionalProto.FromString(content))
        case _:
            return numpy_helper.to_array(onnx.TensorProto.FromString(content))


def store(value: Any, key: str, tensors: Tensors) -> Any:
    """Put a value's arrays among the tensors; give its description."""
    if value is None:
        return None
    if isinstance(value, list):
        return [store(element, f"{key}.{index}", tensors) for index, element in enumerate(value)]
    tensors[key] = value.astype(str) if value.dtype == object else value
    return key
