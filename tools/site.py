"""Build the bilingual site into _site/: /en/, /zh/, a landing page and a page for lost readers.

Any warning is a failure.
"""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

ROOT = Path(__file__).resolve().parents[1]
SPHINX = ROOT / "book" / "_sphinx"
BUILD = ROOT / "_build" / "site"
SITE = ROOT / "_site"
LANGUAGES = ("en", "zh")
sys.path.insert(0, str(SPHINX))
from published import published  # noqa: E402


def start(lang: str) -> subprocess.Popen:
    """Start the build of one language, from nothing: a cached page would hide its warnings."""
    folder = BUILD / lang
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-n", "-q", "-W", "--keep-going"]
    command += ["-c", SPHINX, "-t", lang, "-d", folder / "doctrees"]
    command += [ROOT / "book" / lang, folder / "html"]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    )


def finish(lang: str, build: subprocess.Popen) -> bool:
    """Wait for one language, show what it said, and move its pages into the site."""
    output, _ = build.communicate()
    if output.strip():
        print(f"--- {lang} ---\n{output.strip()}")
    pages = BUILD / lang / "html"
    if not (pages / "index.html").exists():
        return False
    (pages / ".buildinfo").unlink(missing_ok=True)
    shutil.move(pages, SITE / lang)
    return build.returncode == 0


def write_root() -> None:
    """Write what lies above the languages: the landing page, 404, and files for machines."""
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    languages = settings["sphinx"]["config"]["book_languages"]
    _, site = published(settings)
    templates = Environment(
        loader=FileSystemLoader(SPHINX / "templates" / "root"),
        undefined=StrictUndefined,
        autoescape=True,
    )
    pages = [
        path.relative_to(SITE).as_posix()
        for lang in LANGUAGES
        for path in sorted((SITE / lang).rglob("*.html"))
        if path.name not in {"genindex.html", "search.html"} and "_static" not in path.parts
    ]
    base = "/" + site.split("/", 3)[3]  # where the site lies on its host: / or /name/
    context = {"languages": languages, "site": site, "base": base, "pages": pages}
    for name in ("index.html", "404.html", "sitemap.xml", "robots.txt"):
        text = templates.get_template(name).render(context)
        (SITE / name).write_text(text, encoding="utf-8")
    for name in ("favicon.ico", "logo.svg"):
        shutil.copy(SPHINX / "static" / name, SITE / name)
    (SITE / ".nojekyll").touch()  # or GitHub Pages drops the folders whose names begin with _


def main() -> int:
    begin = time.perf_counter()
    shutil.rmtree(SITE, ignore_errors=True)
    SITE.mkdir()
    builds = {lang: start(lang) for lang in LANGUAGES}
    good = all([finish(lang, build) for lang, build in builds.items()])
    if not good:
        print("The site has warnings or errors; see above.", file=sys.stderr)
        return 1
    write_root()
    print(f"The site is in {SITE}, built in {time.perf_counter() - begin:.0f} s.")
    print("To read it: make serve")
    return 0


if __name__ == "__main__":
    sys.exit(main())
