"""Draw the app's PNG icons from web/icon.svg, with Chromium: ``python -m tools.icons``.

They are committed; run this when icon.svg has changed.
"""

import base64
from pathlib import Path

from tools.browser import chromium
from tools.versions import REPOSITORY

__all__ = ["draw"]

SIZES = (192, 512)
GROUND = "#0f766e"  # of icon.svg
# A maskable icon fills its square, and what matters lies within a circle of 80 % of its width.
KINDS = {"icon": ("transparent", 1.0), "maskable": (GROUND, 0.8)}

PAINT = """
const [svg, size, ground, share, done] = arguments;
const image = new Image();
image.onload = () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
  const context = canvas.getContext("2d");
  context.fillStyle = ground;
  context.fillRect(0, 0, size, size);
  const inset = (size * (1 - share)) / 2;
  context.drawImage(image, inset, inset, size * share, size * share);
  done(canvas.toDataURL("image/png").split(",")[1]);
};
image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
"""


def draw(folder: Path) -> None:
    """Write ``icon-<size>.png`` and ``maskable-<size>.png`` into a folder."""
    svg = (REPOSITORY / "web" / "icon.svg").read_text(encoding="utf-8")
    with chromium() as driver:
        for kind, (ground, share) in KINDS.items():
            for size in SIZES:
                sized = svg.replace("<svg ", f'<svg width="{size}" height="{size}" ')
                data = driver.execute_async_script(PAINT, sized, size, ground, share)
                (folder / f"{kind}-{size}.png").write_bytes(base64.b64decode(data))


if __name__ == "__main__":
    draw(REPOSITORY / "web" / "icons")
