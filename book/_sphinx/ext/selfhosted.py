"""The book's templates, styles and scripts, and MathJax: a page asks no other host for anything."""

import importlib.util
import shutil
from pathlib import Path

from sphinx.application import Sphinx

HERE = Path(__file__).resolve().parents[1]
# What formulas written in TeX need, out of the package's 20 MB.
MATHJAX = ["tex-chtml.js", "input/tex/extensions", "output/chtml/fonts"]


def add_paths(app: Sphinx, config) -> None:
    """Absolute paths work in a build from the root as well as in one of a language's folder."""
    config.html_static_path.append(str(HERE / "static"))
    config.templates_path.insert(0, str(HERE / "templates"))


def copy_mathjax(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    package = Path(importlib.util.find_spec("sphinx-mathjax-offline").origin).parent
    target = Path(app.outdir, "_static", "mathjax")
    for name in MATHJAX:
        source = package / "static" / "mathjax" / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        copy(source, target / name, **({"dirs_exist_ok": True} if source.is_dir() else {}))


def add_source_download(app: Sphinx, pagename, templatename, context, doctree) -> None:
    """Offer a notebook's source, the .md beside it, next to the notebook itself."""
    source = Path(app.srcdir, pagename).with_suffix(".md")
    if context.get("page_source_suffix") != ".ipynb" or not source.exists():
        return
    target = Path(app.outdir, "_sources", pagename).with_suffix(".md")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)
    for group in context["header_buttons"]:
        if group.get("label") == "download-buttons":
            notebook = next(button for button in group["buttons"] if button["text"] == ".ipynb")
            markdown = notebook | {
                "url": context["pathto"](f"_sources/{pagename}.md", True),
                "text": ".md",
                "icon": "fas fa-file-lines",
                "label": "download-markdown-button",
            }
            group["buttons"].insert(group["buttons"].index(notebook) + 1, markdown)


def setup(app: Sphinx) -> dict:
    app.connect("config-inited", add_paths)
    app.connect("html-page-context", add_source_download, priority=502)  # after the buttons
    app.connect("build-finished", copy_mathjax)
    app.add_css_file("book.css")
    app.add_js_file("book.js")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
