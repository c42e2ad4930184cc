"""The pinned versions, read from ``recipes/versions.toml``."""

import tomllib
from pathlib import Path
from typing import Any

__all__ = ["REPOSITORY", "VERSIONS"]

REPOSITORY = Path(__file__).resolve().parent.parent

VERSIONS: dict[str, Any] = tomllib.loads(
    (REPOSITORY / "recipes" / "versions.toml").read_text(encoding="utf-8")
)
