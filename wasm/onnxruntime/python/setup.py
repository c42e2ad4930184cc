"""Mark the wheel as one of this platform: its extension module is compiled before this runs."""

from setuptools import Distribution, setup


class BinaryDistribution(Distribution):
    """A distribution with an extension module that setuptools does not build itself."""

    def has_ext_modules(self) -> bool:
        """Say yes."""
        return True


setup(distclass=BinaryDistribution)
