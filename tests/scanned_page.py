"""Pages for tests of reading and showing scans."""

from pathlib import Path

import reportlab
from PIL import Image, ImageDraw, ImageFont


def scan_of(*lines: str) -> Image.Image:
    """Return a page as a scanner sees it, A4 with 150 dots per inch."""
    page = Image.new("L", (1240, 1754), 255)
    font = ImageFont.truetype(str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"), 30)
    for number, line in enumerate(lines):
        ImageDraw.Draw(page).text((120, 200 + 60 * number), line, font=font, fill=0)
    return page
