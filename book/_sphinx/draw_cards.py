"""Draw the pictures that go with links to the book, and the icon for old browsers, into static/.

To be run by hand after a change of the title or of logo.svg.
"""

import xml.etree.ElementTree as ET
from importlib.util import find_spec
from pathlib import Path

import yaml
from matplotlib import pyplot as plt
from matplotlib.font_manager import fontManager
from matplotlib.patches import Circle
from PIL import Image

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"
SVG = "{http://www.w3.org/2000/svg}"
FOREGROUND, BACKGROUND = "#f2f4f7", "#12202e"


def draw_logo(ax) -> None:
    """Draw logo.svg: straight strokes between points, and circles."""
    ax.set(xlim=(0, 64), ylim=(64, 0), aspect="equal")
    ax.axis("off")
    points_per_unit = ax.get_window_extent().width / 64 * 72 / ax.figure.dpi
    for group in ET.parse(STATIC / "logo.svg").getroot().iter():
        if group.tag == SVG + "path":
            for stroke in group.get("d").replace("M", " M").split("M")[1:]:
                x0, y0, x1, y1 = map(float, stroke.split())
                ax.plot([x0, x1], [y0, y1], color="#808890", lw=2.5 * points_per_unit, zorder=0)
        for circle in group.findall(SVG + "circle"):
            x, y, r = (float(circle.get(name)) for name in ("cx", "cy", "r"))
            ax.add_patch(Circle((x, y), r, color=circle.get("fill") or group.get("fill")))


def wrap(text: str, width: int) -> str:
    """Break a line at spaces, or between any two characters where there are none."""
    lines, line = [], ""
    for word in text.split(" ") if " " in text else text:
        space = " " if line and " " in text else ""
        if len(line) + len(space) + len(word) > width:
            lines.append(line)
            line, space = "", ""
        line += space + word
    return "\n".join([*lines, line])


def draw_card(title: str, claim: str, path: Path) -> None:
    figure = plt.figure(figsize=(12, 6.3), dpi=100, facecolor=BACKGROUND)
    draw_logo(figure.add_axes((0.06, 0.28, 0.24, 0.24 * 12 / 6.3)))
    figure.text(0.36, 0.56, title, color=FOREGROUND, fontsize=44, va="bottom", linespacing=1.25)
    figure.text(0.36, 0.48, claim, color=FOREGROUND, fontsize=22, va="top", linespacing=1.5)
    figure.savefig(path, metadata={"Software": None})
    plt.close(figure)


def draw_icon(path: Path) -> None:
    figure = plt.figure(figsize=(2.56, 2.56), dpi=100)
    draw_logo(figure.add_axes((0, 0, 1, 1)))
    figure.savefig(path.with_suffix(".png"), transparent=True, metadata={"Software": None})
    with Image.open(path.with_suffix(".png")) as picture:
        picture.save(path, sizes=[(16, 16), (32, 32), (48, 48)])
    path.with_suffix(".png").unlink()
    plt.close(figure)


def main() -> None:
    fonts = Path(find_spec("pylopdf_fonts_zh_cn").origin).parent
    font = next(fonts.rglob("NotoSansSC-Regular.otf"))
    fontManager.addfont(font)
    plt.rcParams["font.family"] = "Noto Sans SC"
    settings = yaml.safe_load((HERE.parents[1] / "_config.yml").read_text(encoding="utf-8"))
    for lang, words in settings["sphinx"]["config"]["book_languages"].items():
        title = wrap(words["title"], 9 if lang == "zh" else 16)
        claim = wrap(words["claim"], 40)
        draw_card(title, claim, STATIC / f"card-{lang}.png")
    draw_icon(STATIC / "favicon.ico")


if __name__ == "__main__":
    main()
