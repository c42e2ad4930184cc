"""Tests of the session, with a tiny model."""

from dataclasses import replace

import numpy as np
import onnxruntime
import pytest

from wasmatte import Model, SessionError
from wasmatte.place import here
from wasmatte.session import Session

from .tiny import SIZE

TENSOR = np.random.default_rng(2).normal(0, 0.1, (1, 3, SIZE, SIZE)).astype(np.float32)


def test_the_matte_is_the_models_output(tiny: tuple[Model, bytes]) -> None:
    """Float32, two dimensions, the values of the closed form."""
    matte = Session(*tiny).run(TENSOR)
    assert (matte.dtype, matte.shape) == (np.float32, (SIZE, SIZE))
    # float32 sums of three values near 0.5, in whatever order: two units in the last place
    assert np.abs(matte - (TENSOR.astype(np.float64).mean(axis=1)[0] + 0.5)).max() <= 1.2e-7


def test_the_provider_is_the_one_in_use(tiny: tuple[Model, bytes]) -> None:
    """Without a choice it is one of those that we prefer."""
    assert Session(*tiny).provider in onnxruntime.get_available_providers()


def test_providers_that_are_not_here_are_passed_over(tiny: tuple[Model, bytes]) -> None:
    """A list falls back in order, without a warning."""
    session = Session(*tiny, providers=["NoSuchExecutionProvider", "CPUExecutionProvider"])
    assert session.provider == "CPUExecutionProvider"


@pytest.mark.parametrize("providers", [[], ["NoSuchExecutionProvider"]])
def test_no_provider_at_all_is_an_error(tiny: tuple[Model, bytes], providers: list[str]) -> None:
    """The message names those that there are."""
    with pytest.raises(SessionError, match=r"there are .*CPUExecutionProvider"):
        Session(*tiny, providers=providers)


@pytest.mark.parametrize(("asked", "used"), [(None, 10_000), (1, 1), (10_000, 10_000)])
def test_threads_are_those_that_run(
    tiny: tuple[Model, bytes], asked: int | None, used: int
) -> None:
    """No more than the place has, and all of them without a choice."""
    session = Session(*tiny, threads=asked)
    assert session.threads == min(used, here.thread_count(session.provider))


@pytest.mark.parametrize("threads", [0, -1])
def test_no_threads_is_an_error(tiny: tuple[Model, bytes], threads: int) -> None:
    """The message names the value."""
    with pytest.raises(SessionError, match=f"at least 1; got {threads}"):
        Session(*tiny, threads=threads)


@pytest.mark.parametrize("damage", [lambda d: b"rubbish", lambda d: d[:90], lambda d: b""])
def test_a_damaged_model_is_refused(tiny: tuple[Model, bytes], damage: object) -> None:
    """ONNX Runtime's exception becomes ours, and stays its cause."""
    row, data = tiny
    assert callable(damage)
    with pytest.raises(SessionError, match="cannot load the model tiny: ") as caught:
        Session(row, damage(data))
    assert caught.value.__cause__ is not None


@pytest.mark.parametrize(
    "tensor",
    [TENSOR.astype(np.float64), TENSOR[0], TENSOR[:, :, :4], TENSOR[:, :2]],
    ids=["dtype", "rank", "height", "channels"],
)
def test_a_wrong_tensor_is_refused(tiny: tuple[Model, bytes], tensor: np.ndarray) -> None:
    """And the session works afterwards."""
    session = Session(*tiny)
    with pytest.raises(SessionError, match="cannot run the model tiny: "):
        session.run(tensor)
    assert session.run(TENSOR).shape == (SIZE, SIZE)


def test_a_wrong_row_is_refused(tiny: tuple[Model, bytes]) -> None:
    """An output that the model does not have is named."""
    row, data = tiny
    with pytest.raises(SessionError, match="nonsense"):
        Session(replace(row, output="nonsense"), data).run(TENSOR)


def test_an_output_of_another_shape_is_refused(tiny: tuple[Model, bytes]) -> None:
    """The message names the shape that came: here that of the model's input."""
    row, data = tiny
    session = Session(row, data)
    assert session._session is not None
    session._session.run = lambda names, feeds, options: [feeds["input"]]
    with pytest.raises(SessionError, match=r"must have shape \(1, 1, 8, 8\); got \(1, 3, 8, 8\)"):
        session.run(TENSOR)


def test_a_closed_session_says_so(tiny: tuple[Model, bytes]) -> None:
    """Closing twice is fine; running is not."""
    session = Session(*tiny)
    session.close()
    session.close()
    with pytest.raises(SessionError, match="closed; load the model again"):
        session.run(TENSOR)
