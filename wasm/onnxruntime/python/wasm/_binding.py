"""Input and output binding for sessions of the engine."""

from typing import Any, ClassVar

from onnxruntime.capi import onnxruntime_pybind11_state as state

wasm = state._wasm


class Binding:
    """Takes the place of ``onnxruntime_pybind11_state.SessionIOBinding``.

    Bound memory lies on Python's side; a run copies inputs from it and outputs into it.

    Attributes
    ----------
    inputs : dict of str to OrtValue
        By name.
    outputs : dict of str to OrtValue or None
        By name, in the order of binding; None where a run makes the value.
    """

    _CPU: ClassVar[int] = state.OrtDevice.cpu()

    def __init__(self, signature: Any) -> None:
        self._signature = signature
        self._results: dict[str, Any] = {}
        self.inputs: dict[str, Any] = {}
        self.outputs: dict[str, Any] = {}

    def bind_input(self, name: str, *value: Any) -> None:
        """Bind an array, or (device, element type, shape, address)."""
        if len(value) == 1:
            self._check_name(name, self._signature.inputs_meta)
            self.inputs[name] = self._signature.feed(name, value[0], only_arrays=True)
        else:
            device, kind, shape, address = value
            self._check_device(device)
            self._check_input(name)
            self.inputs[name] = wasm.wrap(kind, shape, address)

    def bind_ortvalue_input(self, name: str, value: Any) -> None:
        """Bind an OrtValue."""
        self._check_input(name)
        self.inputs[name] = value

    def bind_output(self, name: str, device: Any, *place: Any) -> None:
        """Bind to a device, or to (element type, shape, address) on it."""
        self._check_device(device)
        if place:
            self._check_name(name, self._signature.outputs_meta)
            if place[2] == 0:
                raise RuntimeError("Pointer to data memory is not valid")
        self._place(name, wasm.wrap(*place) if place else None)

    def bind_ortvalue_output(self, name: str, value: Any) -> None:
        """Bind to an OrtValue."""
        self._place(name, value)

    def synchronize_inputs(self) -> None:
        """Do nothing: nothing is under way between runs."""

    def synchronize_outputs(self) -> None:
        """Do nothing: nothing is under way between runs."""

    def clear_binding_inputs(self) -> None:
        """Unbind all inputs."""
        self.inputs.clear()

    def clear_binding_outputs(self) -> None:
        """Unbind all outputs."""
        self.outputs.clear()
        self._results.clear()

    def fill(self, values: list[Any]) -> None:
        """Take a run's outputs, in the order of binding."""
        from ._session import copy_into

        results = {}
        for (name, place), value in zip(self.outputs.items(), values, strict=True):
            if place is not None and value is not None:
                copy_into(place, value)
                value = place
            results[name] = value
        self._results = results

    def get_outputs(self) -> Any:
        """Give the last run's outputs; those that it did not make are as they are bound."""
        vector = state.OrtValueVector()
        for name, place in self.outputs.items():
            value = self._results.get(name, place)
            vector.push_back(wasm.nothing() if value is None else value)
        return vector

    def copy_outputs_to_cpu(self) -> list[Any]:
        """Give copies of the last run's outputs, as arrays."""
        return [value.numpy().copy() for value in self.get_outputs()]

    def _place(self, name: str, place: Any) -> None:
        self.outputs[name] = place
        self._results.pop(name, None)

    def _check_input(self, name: str) -> None:
        known = [*self._signature.inputs_meta, *self._signature.overridable_initializers]
        if name not in [value.name for value in known]:
            raise RuntimeError(
                f"Error when binding input: Failed to find input name in the mapping: {name}"
            )

    def _check_device(self, device: Any) -> None:
        if device.device_type() != self._CPU:
            raise RuntimeError("the engine binds memory of the CPU only")

    def _check_name(self, name: str, metadata: Any) -> None:
        if name not in [value.name for value in metadata]:
            raise RuntimeError(f"Failed to find NodeArg with name: {name} in the def list")
