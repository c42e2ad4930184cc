"""The command line."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from . import __version__
from . import png as png_file
from .errors import WasmatteError
from .files import replace_file
from .matter import CutOut, Matter
from .models import DEFAULT_MODEL, models
from .progress import Progress, ProgressCallback
from .store import SOURCE_VARIABLE

__all__ = ["main"]

OK, FAILED, USAGE = 0, 1, 2  # exit codes
PIPE = "-"
SUFFIX = "-cutout.png"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the program's name; by default those that the program was started with.

    Returns
    -------
    int
        0 if all went well, 1 if not. Wrong usage exits with 2.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.list_models:
        return _list_models()
    if not options.photos:
        parser.error("name at least one photo, or - for standard input")
    try:
        targets = _targets(options.photos, options.output)
    except ValueError as error:
        parser.error(str(error))
    progress = _Line(sys.stderr).show if sys.stderr.isatty() else None
    try:
        with Matter.open(
            options.model, source=options.models_url, threads=options.threads, progress=progress
        ) as matter:
            return _cut_out_all(matter, targets, matte=options.matte, progress=progress)
    except WasmatteError as error:
        return _complain(str(error))
    except KeyboardInterrupt:
        return _complain("interrupted")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wasmatte", description="Remove the background from photos."
    )
    parser.add_argument("photos", metavar="PHOTO", nargs="*", help="a photo; - for standard input")
    parser.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        help="a PNG file, a folder, or - for standard output; a folder where there are several "
        f"photos (default: NAME{SUFFIX} beside each photo)",
    )
    parser.add_argument(
        "--model",
        metavar="NAME",
        choices=[row.name for row in models()],
        default=DEFAULT_MODEL,
        help="one of %(choices)s (default: %(default)s)",
    )
    parser.add_argument("--matte", action="store_true", help="write the matte alone, in grey")
    parser.add_argument("--threads", metavar="N", type=_positive, help="threads to use at most")
    parser.add_argument(
        "--models-url",
        metavar="URL",
        help="a folder or address that holds the models (default: $" + SOURCE_VARIABLE + ", or the "
        "publisher's own)",
    )
    parser.add_argument("--list-models", action="store_true", help="list the models and exit")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


_positive.__name__ = "positive number"  # argparse shows it


def _list_models() -> int:
    for row in models():
        default = " (default)" if row.name == DEFAULT_MODEL else ""
        print(f"{row.name}{default}: {row.title}, {row.size / 1e6:.1f} MB, {row.licence}")
        print(f"    from {row.origin}")
    return OK


def _targets(photos: Sequence[str], output: str | None) -> list[tuple[str, str]]:
    """Pair each photo with what is written for it.

    Raises
    ------
    ValueError
        If two photos would be written to one place, or a photo would be overwritten.
    """
    folder = output not in (None, PIPE) and (len(photos) > 1 or Path(str(output)).is_dir())
    targets = []
    for photo in photos:
        name = "photo" if photo == PIPE else Path(photo).stem
        if folder:
            target = str(Path(str(output)) / f"{name}{SUFFIX}")
        elif output is not None:
            target = output
        else:
            target = PIPE if photo == PIPE else str(Path(photo).with_name(f"{name}{SUFFIX}"))
        targets.append((photo, target))
    written = [os.path.realpath(target) for _, target in targets]
    for (photo, target), path in zip(targets, written, strict=True):
        if written.count(path) > 1:
            raise ValueError(f"{target} would be written more than once; name another --output")
        if path in map(os.path.realpath, photos) and target != PIPE:
            raise ValueError(f"{photo} would overwrite {target}; name another --output")
    return targets


def _cut_out_all(
    matter: Matter,
    targets: Sequence[tuple[str, str]],
    *,
    matte: bool,
    progress: ProgressCallback | None,
) -> int:
    """Cut all photos out, going on after those that fail."""
    code = OK
    for photo, target in targets:
        try:
            data: str | bytes = sys.stdin.buffer.read() if photo == PIPE else photo
            cutout = matter.cut_out(data, progress=progress)
            _write(target, _encode(cutout, matte=matte, progress=progress))
        except (WasmatteError, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            code = _complain(f"{photo}: {reason}")
    return code


def _encode(cutout: CutOut, *, matte: bool, progress: ProgressCallback | None) -> bytes:
    return png_file.encode(cutout.alpha) if matte else cutout.png(progress=progress)


def _write(target: str, data: bytes) -> None:
    """Write a file; it appears under its name only when it is whole."""
    if target == PIPE:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    path = Path(target)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, data)


def _complain(message: str) -> int:
    print(f"wasmatte: {message}", file=sys.stderr)
    return FAILED


class _Line:
    """Shows progress on one line of a terminal."""

    def __init__(self, terminal: TextIO) -> None:
        self._terminal = terminal

    def show(self, event: Progress) -> None:
        """Overwrite the line; nothing stays when a step is done."""
        text = ""
        if event.done != event.total:
            text = f"{event.step} ..."
            if event.unit == "bytes" and event.total is not None:
                text = f"{event.step} {event.done / 1e6:.1f} of {event.total / 1e6:.1f} MB"
        self._terminal.write(f"\r\x1b[K{text}")
        self._terminal.flush()
