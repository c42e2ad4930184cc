"""wasmatte removes the background from a photo, on a desktop and inside a browser tab.

>>> import wasmatte
>>> png = wasmatte.remove_background("photo.jpg")  # doctest: +SKIP
"""

from .cutout import CutOut, apply_mask
from .errors import (
    BrokenPhotoError,
    EmptyPhotoError,
    ModelCorruptError,
    ModelError,
    ModelFetchError,
    OptionError,
    PhotoError,
    PhotoTooLargeError,
    SessionError,
    UnknownModelError,
    UnsupportedPhotoError,
    WasmatteError,
)
from .matter import Matter, remove_background, segment_foreground
from .models import DEFAULT_MODEL, Chunk, Model, models
from .output import Output
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
    "OptionError",
    "Output",
    "PhotoError",
    "PhotoTooLargeError",
    "Progress",
    "SessionError",
    "UnknownModelError",
    "UnsupportedPhotoError",
    "WasmatteError",
    "__version__",
    "apply_mask",
    "models",
    "remove_background",
    "segment_foreground",
]
