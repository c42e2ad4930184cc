"""The command line."""

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from . import __version__
from .cutout import CutOut, apply_mask
from .errors import WasmatteError
from .files import replace_file
from .matter import Matter
from .models import DEFAULT_MODEL, models
from .output import FORMATS, KINDS, SUFFIXES, Output
from .progress import Progress, ProgressCallback
from .source import PhotoSource
from .store import SOURCE_VARIABLE

__all__ = ["main"]

OK, FAILED, USAGE = 0, 1, 2  # exit codes
PIPE = "-"
CROP, SUBJECT = "--crop", "subject"


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
    options = parser.parse_args(_spelt_out(sys.argv[1:] if arguments is None else arguments))
    if options.list_models:
        return _list_models()
    if not options.photos:
        parser.error("name at least one photo, or - for standard input")
    try:
        output = _output(options)
        targets = _targets(options.photos, options.output, output)
    except ValueError as error:
        parser.error(str(error))
    except (WasmatteError, OSError) as error:
        return _complain(f"{options.background}: {_reason(error)}")
    progress = _Line(sys.stderr).show if sys.stderr.isatty() else None
    try:
        with _cutter(options, output, progress) as cut_out:
            return _cut_out_all(cut_out, targets, progress)
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
        help="a file, a folder, or - for standard output; a folder where there are several "
        "photos (default: NAME-KIND.FORMAT beside each photo, such as photo-cutout.png)",
    )
    parser.add_argument(
        "--model",
        metavar="NAME",
        choices=[row.name for row in models()],
        default=DEFAULT_MODEL,
        help="one of %(choices)s (default: %(default)s)",
    )
    _add_output_options(parser)
    parser.add_argument(
        "--mask",
        metavar="FILE",
        help="cut out along this picture, white where the subject is, instead of a model's matte",
    )
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


def _add_output_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--kind", choices=KINDS, default=KINDS[0], help="what is written (default: %(default)s)"
    )
    parser.add_argument(
        "--format", choices=FORMATS, help="(default: what OUT's name ends with, or png)"
    )
    parser.add_argument("--quality", metavar="N", type=int, help="of jpeg and webp, 1 to 100 (90)")
    parser.add_argument(
        "--background",
        metavar="COLOUR|FILE",
        help="what lies under the cut-out: a colour of CSS, or a picture (jpeg: white)",
    )
    parser.add_argument(
        "--background-blur",
        metavar="SHARE",
        type=float,
        help="keep the photo's own background, blurred by this share of its longer side: 0.02",
    )
    parser.add_argument(
        "--refine",
        action="store_true",
        help="make edges follow the photo's own, with no halo of the old background",
    )
    parser.add_argument("--max-width", metavar="PIXELS", type=int, help="reduce to this width")
    parser.add_argument("--max-height", metavar="PIXELS", type=int, help="reduce to this height")
    parser.add_argument(
        CROP,
        metavar="LEFT,TOP,WIDTH,HEIGHT",
        type=_crop,
        help="keep this rectangle, in pixels; without one: cut off what is empty at the edges",
    )
    parser.add_argument(
        "--margin",
        metavar="SHARE",
        type=float,
        help="what --crop leaves round the subject, of its longer side: 0.1",
    )


def _spelt_out(arguments: Sequence[str]) -> list[str]:
    """Give a mere ``--crop`` a value, or argparse would take the photo after it for one."""
    found = list(arguments)
    for index, argument in enumerate(found):
        following = found[index + 1] if index + 1 < len(found) else ""
        if argument == CROP and not re.fullmatch(r"-?[\d.]+(,-?[\d.]*)+", following):
            found[index] = f"{CROP}={SUBJECT}"
    return found


def _crop(text: str) -> bool | tuple[int, ...]:
    return True if text == SUBJECT else tuple(map(int, text.split(",")))


_crop.__name__ = "rectangle LEFT,TOP,WIDTH,HEIGHT"  # argparse shows it


def _output(options: argparse.Namespace) -> Output:
    """Collect what says how the result shall be."""
    names = (
        *("kind", "format", "quality", "background", "background_blur", "refine"),
        *("max_width", "max_height", "crop", "margin"),
    )
    given = {name: getattr(options, name) for name in names}
    given = {name: value for name, value in given.items() if value is not None}
    if "format" not in given and options.output not in (None, PIPE):
        suffix = Path(options.output).suffix.lower()
        named = {**{end: name for name, end in SUFFIXES.items()}, ".jpeg": "jpeg"}
        given["format"] = named.get(suffix, "png")
    background = given.get("background")
    if background is not None and Path(background).is_file():
        given["background"] = Path(background)
    return Output(**given)


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


def _targets(photos: Sequence[str], output: str | None, made: Output) -> list[tuple[str, str]]:
    """Pair each photo with what is written for it.

    Raises
    ------
    ValueError
        If two photos would be written to one place, or a photo would be overwritten.
    """
    folder = output not in (None, PIPE) and (len(photos) > 1 or Path(str(output)).is_dir())
    suffix = f"-{made.kind.replace('-', '')}{SUFFIXES[made.format]}"
    targets = []
    for photo in photos:
        name = "photo" if photo == PIPE else Path(photo).stem
        if folder:
            target = str(Path(str(output)) / f"{name}{suffix}")
        elif output is not None:
            target = output
        else:
            target = PIPE if photo == PIPE else str(Path(photo).with_name(f"{name}{suffix}"))
        targets.append((photo, target))
    written = [os.path.realpath(target) for _, target in targets]
    for (photo, target), path in zip(targets, written, strict=True):
        if written.count(path) > 1:
            raise ValueError(f"{target} would be written more than once; name another --output")
        if path in map(os.path.realpath, photos) and target != PIPE:
            raise ValueError(f"{photo} would overwrite {target}; name another --output")
    return targets


@contextmanager
def _cutter(
    options: argparse.Namespace, output: Output, progress: ProgressCallback | None
) -> Iterator[Callable[[PhotoSource], CutOut]]:
    """Give what cuts one photo out: along the mask that is named, or with a model."""
    if options.mask is not None:
        mask = Path(options.mask)
        yield lambda photo: apply_mask(photo, mask, output=output, progress=progress)
        return
    with Matter.open(
        options.model, source=options.models_url, threads=options.threads, progress=progress
    ) as matter:
        yield lambda photo: matter.cut_out(photo, output=output, progress=progress)


def _cut_out_all(
    cut_out: Callable[[PhotoSource], CutOut],
    targets: Sequence[tuple[str, str]],
    progress: ProgressCallback | None,
) -> int:
    """Cut all photos out, going on after those that fail."""
    code = OK
    for photo, target in targets:
        try:
            data: str | bytes = sys.stdin.buffer.read() if photo == PIPE else photo
            _write(target, cut_out(data).encode(progress=progress))
        except (WasmatteError, OSError) as error:
            code = _complain(f"{photo}: {_reason(error)}")
    return code


def _reason(error: WasmatteError | OSError) -> str:
    return str(error.strerror if isinstance(error, OSError) else error)


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
