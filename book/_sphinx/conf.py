"""The Sphinx configuration of one language, made from the top-level _config.yml and _toc.yml.

    sphinx-build -c book/_sphinx -t zh book/zh OUTPUT

gives the Chinese book (English without the tag); tools/site.py builds both.
"""

import sys
from pathlib import Path

import yaml
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jupyter_book.config import get_final_config
from sphinx import locale

_here = Path(__file__).resolve().parent
_root = _here.parents[1]
_scratch = _root / "_build" / "sphinx"
sys.path.insert(0, str(_here))
from published import published  # noqa: E402

_lang = "zh" if tags.has("zh") else "en"  # noqa: F821  (Sphinx provides tags)


def _table_of_contents(captions: dict[str, str]) -> Path:
    """Write _toc.yml for this language's folder: paths from there, captions translated."""
    english = (_root / "_toc.yml").read_text(encoding="utf-8").replace("book/en/", "")
    toc = yaml.safe_load(english)
    for part in toc["parts"]:
        caption = part["caption"]
        if _lang != "en" and caption not in captions:
            raise ValueError(
                f"_toc.yml's part caption {caption!r} has no translation: "
                f"add it to book_languages.{_lang}.captions in _config.yml"
            )
        part["caption"] = captions.get(caption, caption)
    path = _scratch / _lang / "_toc.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(toc, allow_unicode=True), encoding="utf-8")
    return path


def _translate_interface(language: str) -> None:
    """Put locale/<language>.po before what the packages bring for the same strings."""
    source = _here / "locale" / f"{language}.po"
    if not source.exists():
        return
    catalog = read_po(source.open("rb"), locale=language)
    folder = _scratch / _lang / "locale"
    for domain in ("sphinx", "booktheme", "exercise", "proof"):
        target = folder / language / "LC_MESSAGES" / f"{domain}.mo"
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            write_mo(file, catalog)
        locale.init([str(folder)], language, domain)  # the first one asked for a string


_settings = yaml.safe_load((_root / "_config.yml").read_text(encoding="utf-8"))
_config, _ = get_final_config(
    user_yaml=_root / "_config.yml",
    cli_config={"latex_individualpages": False},
    raise_on_invalid=True,
)
_language = _config["book_languages"][_lang]
_config.update(_language["config"])
_config["book_language"] = _lang
_config["external_toc_path"] = str(_table_of_contents(_language.get("captions", {})))
_translate_interface(_config["language"])
_config["html_title"] = _config["project"] = _language["title"]
_config["exclude_patterns"] = ["**.ipynb_checkpoints"]  # the others are for a build at the root
# Paths in _config.yml start at the root, where a plain `jupyter-book build .` runs.
for _key in ("html_logo", "html_favicon"):
    _config[_key] = str(_root / _config[_key])
_config["bibtex_bibfiles"] = [str(_root / _path) for _path in _config["bibtex_bibfiles"]]

_repository, _site = published(_settings)
_config["html_baseurl"] = f"{_site}{_lang}/"
_config["html_theme_options"] |= {
    "repository_url": _repository,
    "path_to_docs": f"book/{_lang}",
    "logo": {"text": _language["title"]},
} | _language["theme"]

# Always loaded by jupyter-book, never used, and it throws a JavaScript error on every page.
_config["extensions"].remove("sphinx_thebe")
# jupyter-book adds it after reading the table of contents, which this build does not do.
_config["extensions"].append("sphinx_multitoc_numbering")
globals().update(_config)
