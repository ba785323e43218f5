"""Wrong versions of an equation, each with one slip of a kind that readers report in books."""

from dataclasses import fields, is_dataclass

from nnlib.formula import syntax
from nnlib.formula.parse import parse

OPPOSITE = {"+": "-", "-": "+", "": "-", r"\max": r"\min", r"\min": r"\max", r"\le": r"\ge",
            r"\ge": r"\le", "<": ">", ">": "<"}  # fmt: skip


def mutants(latex):
    """The mutants of an equation: pairs of the slip's name and the LaTeX with it, no two alike."""
    parsed = parse(latex)
    nodes = [node for chain in parsed.equations for node in walk(chain)]
    letters = sorted({letter.name for node in nodes for letter in index_letters(node)})
    found = {}
    for node in nodes:
        for slip, start, end, text in slips(node, letters, latex):
            found.setdefault(f"{latex[:start]}{text}{latex[end:]}", slip)
    found.pop(latex, None)
    return [(slip, mutant) for mutant, slip in found.items()]


def walk(node):
    """A node of a syntax tree and all nodes under it."""
    if isinstance(node, syntax.Node):
        yield node
    if is_dataclass(node):
        for field in fields(node):
            yield from walk(getattr(node, field.name))
    elif isinstance(node, tuple):
        for item in node:
            yield from walk(item)


def slips(node, letters, latex):
    """What can go wrong at a node: the slip's name, the place, and the text to put there."""
    match node:
        case syntax.Sum(terms=terms, signs=signs):
            for i, (term, sign) in enumerate(zip(terms, signs, strict=True)):
                before = terms[i - 1].at.end if i else term.at.start
                # The sign stands somewhere between the terms, or before the first.
                start = latex.rfind(sign, before, term.at.start) if sign and i else node.at.start
                end = start + len(sign)
                yield "sign", start, end, OPPOSITE[sign] + (" " if not sign else "")
                if len(terms) > 1:
                    yield (
                        "dropped term",
                        *(
                            (before, term.at.end)
                            if i
                            else (
                                node.at.start,
                                terms[1].at.start if signs[1] == "+" else term.at.end,
                            )
                        ),
                        "",
                    )
        case syntax.Number(text=text):
            yield "constant", node.at.start, node.at.end, str(float(text) + 1).removesuffix(".0")
        case syntax.Frac(num=num, den=den) if not is_derivative(node):
            swapped = rf"\frac{{{den.at.text}}}{{{num.at.text}}}"
            yield "swapped fraction", node.at.start, node.at.end, swapped
        case syntax.Head(name=name) if name in OPPOSITE:
            yield "max for min", node.at.start, node.at.end, OPPOSITE[name]
        case syntax.Term(factors=factors) if len(factors) > 1:
            for factor in factors:
                yield "dropped factor", factor.at.start, factor.at.end, " "
        case syntax.Chain(signs=signs, places=places):
            for sign, place in zip(signs, places, strict=True):
                if sign in OPPOSITE:
                    yield "relation", place.start, place.end, OPPOSITE[sign]
    for letter in index_letters(node):
        for other in letters:
            if other != letter.name:
                yield "index", letter.at.start, letter.at.end, other


def is_derivative(fraction):
    """Whether a fraction is a derivative, which swapped means nothing."""
    return any(
        isinstance(node, syntax.Head) and node.kind == "partial"
        for node in walk((fraction.num, fraction.den))
    )


def index_letters(node):
    """The letters that stand for an index: in subscripts, under sums, and in `[i = j]`."""
    match node:
        case syntax.Scripted(subs=subs):
            places = subs
        case syntax.Group(opener="["):
            places = node.items
        case _:
            places = ()
    return [
        part
        for place in places
        for part in walk(place)
        if isinstance(part, syntax.Symbol) and len(part.name) == 1
    ]
