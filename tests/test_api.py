"""nnlib's public face: names, signatures, docstrings, and their pages in both languages.

    python tests/test_api.py

records the signatures as they are now (`make signatures`). A change of them is a change for every
user: it also needs a line in CHANGELOG.md.
"""

import inspect
import pkgutil
import re
import sys
from importlib import import_module
from operator import attrgetter
from pathlib import Path

import pytest
import yaml
from numpydoc.docscrape import ClassDoc, FunctionDoc, NumpyDocString, get_doc_object
from numpydoc.validate import validate
from site_pages import LANGUAGES, ROOT, SITE, require_site, soup

import nnlib

sys.path.insert(0, str(ROOT / "book" / "_sphinx" / "ext"))
from api_names import call, constant  # noqa: E402

SNAPSHOT = Path(__file__).with_name("api_signatures.txt")
RECORD = "make signatures, and say in CHANGELOG.md what changed for users"
# nnlib itself holds the formulas; these are tools, each imported by itself.
TOOLS = tuple(
    f"nnlib.{name}"
    for name in (
        "bias_variance cheat_sheet cnn datasets early_stopping environments explorer formula "
        "gradcheck plotting rl sequence_models sequences training"
    ).split()
)
# What numpydoc would have and a docstring may leave out: an extended summary, a «See Also».
OPTIONAL = {"ES01", "SA01"}


def public(module):
    return [f"{module}.{name}" for name in import_module(module).__all__]


def find(name):
    """The object of a qualified name, from the module that readers import it from."""
    module = max((m for m in ("nnlib", *TOOLS) if name.startswith(f"{m}.")), key=len)
    return attrgetter(name.removeprefix(f"{module}."))(import_module(module))


def sections(name):
    obj = find(name)
    if inspect.isclass(obj):
        return ClassDoc(obj, config={"show_class_members": False})
    if inspect.isroutine(obj):
        return FunctionDoc(obj)
    return NumpyDocString(constant(name.rpartition(".")[0], name)[0])


def methods(name):
    """The methods that a class's docstring lists as those for its users."""
    listed = sections(name)["Methods"] if inspect.isclass(find(name)) else ()
    return [f"{name}.{method.name}" for method in listed]


FORMULAS = public("nnlib")
NAMES = FORMULAS + [name for module in TOOLS for name in public(module)]
DOCUMENTED = [each for name in NAMES for each in (name, *methods(name))]
CALLABLES = [name for name in DOCUMENTED if callable(find(name))]


def module_of(name):
    """The module on whose page a name is: one of the tools, or the formula's own."""
    tools = [module for module in TOOLS if name.startswith(f"{module}.")]
    # The module may be a package: nnlib.activations of nnlib.activations._relu.
    return tools[0] if tools else ".".join(find(name).__module__.split(".")[:2])


# The modules that define nnlib's formulas: nnlib.activations, …
TOPICS = sorted(set(map(module_of, FORMULAS)))


# ---------------------------------------------------------------------------------------------
# Names and signatures


@pytest.mark.parametrize("name", ["nnlib", *TOPICS, *TOOLS])
def test_all_is_sorted_and_complete(name):
    module = import_module(name)
    defined = {
        key
        for key, value in vars(module).items()
        if (inspect.isclass(value) or inspect.isfunction(value)) and not key.startswith("_")
        if f"{value.__module__}.".startswith(f"{name}.")
    }
    assert module.__all__ == sorted(module.__all__)
    assert set(module.__all__) >= defined, "public, but not in __all__"


def test_nnlib_exports_the_names_of_all_its_modules():
    topics = {
        f"nnlib.{module.name}"
        for module in pkgutil.iter_modules(nnlib.__path__)
        if not module.name.startswith("_") and f"nnlib.{module.name}" not in TOOLS
    }
    assert set(TOPICS) == topics
    exported = [name for topic in topics for name in import_module(topic).__all__]
    assert nnlib.__all__ == sorted(exported)


def signature(name):
    """How it is called. Annotations are left out: Python's versions write them differently."""
    return f"{name}{call(find(name))}"


def signatures():
    return [signature(name) for name in DOCUMENTED]


def test_signatures_are_the_recorded_ones():
    recorded = SNAPSHOT.read_text(encoding="utf-8").splitlines()
    gone = [f"- {line}" for line in recorded if line not in signatures()]
    new = [f"+ {line}" for line in signatures() if line not in recorded]
    assert signatures() == recorded, "\n".join(
        ["nnlib's signatures changed:", *gone, *new, f"If that is meant: {RECORD}."]
    )


def test_changelog_names_every_public_name():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    written = {code for code in re.findall(r"`([\w.]+)", changelog)}
    unwritten = [name for name in NAMES if not {name, name.removeprefix("nnlib.")} & written]
    assert not unwritten, "no line in CHANGELOG.md is about these"


# ---------------------------------------------------------------------------------------------
# Docstrings


@pytest.mark.parametrize("name", CALLABLES)
def test_docstring_is_valid_numpydoc(name):
    allowed = OPTIONAL if name in NAMES else OPTIONAL | {"EX01"}  # a method's class has examples
    if inspect.isclass(find(name)):
        # Of an object that nnlib makes, the attributes matter, not how it is made.
        listed = ", ".join(attribute.name for attribute in sections(name)["Attributes"])
        if set(listed.split(", ")) >= set(inspect.signature(find(name)).parameters):
            allowed = allowed | {"PR01"}
    errors = validate(get_doc_object(find(name)))["errors"]
    wrong = [message for code, message in errors if code not in allowed]
    assert not wrong


@pytest.mark.parametrize("name", NAMES)
def test_class_lists_the_methods_for_its_users(name):
    if not inspect.isclass(find(name)):
        return
    public = {key for key, value in vars(find(name)).items() if inspect.isfunction(value)}
    if any(not key.startswith("_") for key in public):
        assert methods(name), "a section «Methods» with the names of those for users"
    assert {method.rpartition(".")[2] for method in methods(name)} <= public


@pytest.mark.parametrize("name", CALLABLES)
def test_docstring_says_what_is_raised(name):
    obj = inspect.unwrap(find(name))
    # Every formula checks its arguments, often by a helper.
    if inspect.isfunction(obj) and (name in FORMULAS or "raise " in inspect.getsource(obj)):
        assert sections(name)["Raises"]


@pytest.mark.parametrize("name", NAMES)
def test_docstring_has_an_example_to_run(name):
    assert any(line.startswith(">>> ") for line in sections(name)["Examples"])


@pytest.mark.parametrize("name", FORMULAS)
def test_formula_shows_its_equation_and_names_its_label(name):
    text = inspect.getdoc(find(name))
    assert ".. math::" in text
    named = re.search(r"Equation ``eq-[a-z0-9-]+`` of the book", text)
    assert named, "the docstring does not say «Equation ``eq-…`` of the book»"


# ---------------------------------------------------------------------------------------------
# Pages


def chinese_summaries():
    return yaml.safe_load((ROOT / "book" / "api.zh.yml").read_text(encoding="utf-8"))


def test_every_name_has_its_chinese_summary():
    assert set(chinese_summaries()) == {*DOCUMENTED, *TOPICS, *TOOLS}
    for name, summary in chinese_summaries().items():
        sentence = re.fullmatch(r".*[\u4e00-\u9fff].*。", summary)
        assert sentence, f"{name}: expected one line in Chinese that ends in 。, got {summary!r}"


def target(page, link):
    """The page and element that a link on a page leads to."""
    file, _, fragment = link["href"].partition("#")
    path = (SITE / page).parent / file if file else SITE / page
    page = path.resolve().relative_to(SITE).as_posix()
    return page, soup(page).find(id=fragment)


def api_page(lang, name):
    """The page of a name and its signature there, found as a reader does: in the index."""
    require_site()
    index = f"{lang}/api/index.html"
    link = soup(index).select_one(f"article a[title='{name}']")
    assert link, f"{name} is not in {index}"
    return target(index, link)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_on_its_module_s_page(lang, name):
    page, signed = api_page(lang, name)
    assert page == f"{lang}/api/{module_of(name)}.html"
    section = signed.find_parent("section")
    assert section.find(re.compile("h[1-6]")).get_text().startswith(name.rpartition(".")[2])
    text = " ".join(section.get_text().split()).replace("’", "'")
    summary = " ".join(sections(name)["Summary"]) if lang == "en" else chinese_summaries()[name]
    assert signature(name).replace(" ", "") in signed.get_text().replace(" ", "")
    assert summary.replace("`", "") in text
    assert ">>> " in text
    assert section.select_one(".api-meta a[href*='/blob/']"), "no link to the source"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("module", [*TOPICS, *TOOLS])
def test_index_links_every_module_and_says_what_it_is_about(lang, module):
    require_site()
    index = f"{lang}/api/index.html"
    link = soup(index).select_one(f"article h2 a[title='{module}']")
    assert target(index, link)[0] == f"{lang}/api/{module}.html"
    summary = inspect.getdoc(import_module(module)).partition("\n")[0]
    summary = summary if lang == "en" else chinese_summaries()[module]
    assert summary.replace("`", "") in link.find_parent("section").get_text().replace("’", "'")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", FORMULAS)
def test_formula_and_equation_are_linked_both_ways(lang, name):
    page, signed = api_page(lang, name)
    for label in re.findall(r"``(eq-[a-z0-9-]+)``", inspect.getdoc(find(name))):
        link = soup(page).select_one(f"article a[href$='#equation-{label}']")
        assert link, f"{page} has no link to {label}"
        chapter, equation = target(page, link)
        assert equation, f"no equation {label} in {chapter}"
        below = equation.find_next_sibling()
        backward = [target(chapter, a) for a in below.find_all("a", class_="reference")]
        assert (page, signed) in backward, f"{label} in {lang} has no link to {name} below it"


if __name__ == "__main__":
    SNAPSHOT.write_text("\n".join(signatures()) + "\n", encoding="utf-8")
    print(f"Recorded in {SNAPSHOT.relative_to(ROOT)}. Say in CHANGELOG.md what changed for users.")
