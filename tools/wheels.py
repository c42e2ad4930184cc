"""Build the wheels and put them into ``build/wheels``: ``python -m tools.wheels``."""

import shutil

from tools.cache import say
from tools.distribution import built_wheels
from tools.errors import reported
from tools.toolchain import prepare
from tools.versions import REPOSITORY

if __name__ == "__main__":
    output = REPOSITORY / "build" / "wheels"
    with reported():
        wheels = built_wheels(prepare())
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    for file in wheels:
        shutil.copy(file, output)
        say(f"{file.stat().st_size / 1e6:6.2f} MB  {output / file.name}")
