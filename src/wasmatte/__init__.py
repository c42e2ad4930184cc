"""wasmatte removes the background from a photo, on a desktop and inside a browser tab.

>>> import wasmatte
>>> png = wasmatte.remove_background("photo.jpg")  # doctest: +SKIP
"""

from .errors import (
    BrokenPhotoError,
    EmptyPhotoError,
    ModelCorruptError,
    ModelError,
    ModelFetchError,
    PhotoError,
    PhotoTooLargeError,
    SessionError,
    UnknownModelError,
    UnsupportedPhotoError,
    WasmatteError,
)
from .matter import CutOut, Matter, remove_background
from .models import DEFAULT_MODEL, Chunk, Model, models
from .progress import STEPS, Progress

__version__ = "0.1.0"

__all__ = [
    "DEFAULT_MODEL",
    "STEPS",
    "BrokenPhotoError",
    "Chunk",
    "CutOut",
    "EmptyPhotoError",
    "Matter",
    "Model",
    "ModelCorruptError",
    "ModelError",
    "ModelFetchError",
    "PhotoError",
    "PhotoTooLargeError",
    "Progress",
    "SessionError",
    "UnknownModelError",
    "UnsupportedPhotoError",
    "WasmatteError",
    "__version__",
    "models",
    "remove_background",
]
