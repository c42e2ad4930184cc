"""Every error that wasmatte raises on purpose.

::

    WasmatteError
    ├── PhotoError                 the photo cannot be used
    │   ├── EmptyPhotoError        it has no bytes
    │   ├── UnsupportedPhotoError  it is in a format that nothing here decodes
    │   ├── BrokenPhotoError       its format is known, its contents are damaged or cut off
    │   └── PhotoTooLargeError     it has more pixels than allowed, or than memory holds
    ├── ModelError                 the model cannot be used
    │   ├── UnknownModelError      no registry row has this name
    │   ├── ModelFetchError        its bytes cannot be fetched
    │   └── ModelCorruptError      its bytes are not those that the registry promises
    ├── SessionError               ONNX Runtime refuses the model, an option or a run
    └── OptionError                an option of the output has a value that is not allowed

Messages name the value that was wrong and what to do about it; they are meant to be shown.
"""

__all__ = [
    "BrokenPhotoError",
    "EmptyPhotoError",
    "ModelCorruptError",
    "ModelError",
    "ModelFetchError",
    "OptionError",
    "PhotoError",
    "PhotoTooLargeError",
    "SessionError",
    "UnknownModelError",
    "UnsupportedPhotoError",
    "WasmatteError",
]


class WasmatteError(Exception):
    """Base of every error that wasmatte raises on purpose."""


class PhotoError(WasmatteError):
    """The photo cannot be used."""


class EmptyPhotoError(PhotoError):
    """The photo has no bytes."""


class UnsupportedPhotoError(PhotoError):
    """The photo is in a format that nothing here decodes."""


class BrokenPhotoError(PhotoError):
    """The photo's format is known, but its contents are damaged or cut off."""


class PhotoTooLargeError(PhotoError):
    """The photo has more pixels than allowed, or than memory holds."""


class ModelError(WasmatteError):
    """The model cannot be used."""


class UnknownModelError(ModelError):
    """No registry row has this name."""


class ModelFetchError(ModelError):
    """The model's bytes cannot be fetched."""


class ModelCorruptError(ModelError):
    """The model's bytes are not those that the registry promises."""


class SessionError(WasmatteError):
    """ONNX Runtime refuses the model, an option or a run."""


class OptionError(WasmatteError, ValueError):
    """An option of the output has a value that is not allowed."""
