"""What ONNX Runtime offers, listed the same way natively and in the tab."""

from types import ModuleType
from typing import Any

import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as state

__all__ = ["kernels", "public_names", "schemas"]

# Registered only where MLAS finds a processor for the NCHWc layout; no model names them.
HARDWARE_DOMAIN = "com.microsoft.nchwc"


def public_names() -> dict[str, list[str]]:
    """List the public names of the package, the compiled module and the classes of both."""
    names = {}
    for module in (ort, state):
        names[module.__name__] = members(module)
        for name in members(module):
            value = getattr(module, name)
            if isinstance(value, type) and not issubclass(value, Exception):
                names[f"{module.__name__}.{name}"] = members(value)
    return names


def members(owner: object) -> list[str]:
    """List an object's public names, modules left out."""
    return sorted(
        name
        for name in dir(owner)
        if not name.startswith("_") and not isinstance(getattr(owner, name), ModuleType)
    )


def kernels() -> list[str]:
    """List every kernel: provider, domain, operator, first and last version, types."""
    return sorted(
        describe_kernel(kernel)
        for kernel in state.get_all_opkernel_def()
        if kernel.domain != HARDWARE_DOMAIN
    )


def schemas() -> list[str]:
    """List every operator's schema: domain, operator, first version."""
    return sorted(
        f"{schema.domain}.{schema.name} {schema.since_version}"
        for schema in state.get_all_operator_schema()
        if schema.domain != HARDWARE_DOMAIN
    )


def describe_kernel(kernel: Any) -> str:
    """Describe a kernel on one line."""
    first, last = kernel.version_range
    types = " ".join(
        f"{name}={','.join(sorted(types))}"
        for name, types in sorted(kernel.type_constraints.items())
    )
    return f"{kernel.provider} {kernel.domain}.{kernel.op_name} {first}-{last} {types}"
