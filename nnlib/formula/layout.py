r"""From the lexer's tokens to those of the grammar: what LaTeX leaves to the reader's eye.

One sign serves several ends: `|` opens, closes and separates, `\\` begins a new equation or goes
on with the old one, and `x^10` is x¹ times 0. Each step below settles one such matter for the
whole list of tokens; a list with the nearest open bracket of every token serves them all.
"""

import re

from lark import Token

from nnlib.formula.errors import Span

__all__ = ["lay_out"]

OPENERS = {"LPAR": ")", "LSQB": "]", "LBRACE": "}", "LSET": r"\}", "LFLOOR": r"\rfloor",
           "LCEIL": r"\rceil", "LABS": r"\rvert", "LNORM": r"\rVert",
           "BEGIN_CASES": r"\end{cases}", "BEGIN_MATRIX": r"\end"}  # fmt: skip
CLOSERS = {"RPAR", "RSQB", "RBRACE", "RSET", "RFLOOR", "RCEIL", "RABS", "RNORM", "END_CASES",
           "END_MATRIX"}  # fmt: skip
# A token of these types ends a value, so that a bar after it does not open one.
VALUES = CLOSERS | {"NUMBER", "LETTER", "GREEK", "WORD", "PRIMES", "TOP", "STAR", "INFTY"}
SEPARATORS = {"COMMA", "QUAD", "ROW", "TEXT", "SEP"}
GOES_ON = {"REL", "CDOT", "ODOT", "SLASH"}

ROWS_OF_EQUATIONS = {"aligned", "align", "align*", "split", "gather", "gather*", "gathered",
                     "equation", "equation*", "multline", "multline*"}  # fmt: skip
MATRICES = {"matrix", "pmatrix", "bmatrix", "smallmatrix"}

IF = re.compile(r"(if|for|when|where|若|如果|当)[\s:：]*", re.I)
OTHERWISE = re.compile(r"(if )?(otherwise|else|其他|其它|其余|其他情况|其它情况|否则)[.。]?", re.I)
STOP = re.compile(r"[\s,.;，。；]*")
UPRIGHT = {"if", "otherwise", "else"}  # no function of these names stands in cases
LOGIC = {"and": r"\land", "且": r"\land", "or": r"\lor", "或": r"\lor"}


def lay_out(tokens, source):
    """Return the grammar's tokens for the lexer's."""
    tokens = list(tokens)
    for step in (_split_digits, _stacks, _environments, _texts, _bars, _cells, _equations):
        tokens = step(tokens, source)
    return tokens


def span(token, source):
    """Return the place of a token."""
    return Span(source, token.start_pos, token.end_pos)


def _retyped(token, type_, value=None):
    return Token.new_borrow_pos(type_, token.value if value is None else value, token)


def _split_digits(tokens, source):
    r"""Give `^`, `_` and `\frac` without braces the one digit that LaTeX gives them."""
    out, arguments, open_ = [], 0, []  # `arguments` are still owed to the command before
    for token in tokens:
        while token.type == "NUMBER" and arguments and len(token) > 1:
            cut = token.start_pos + 1
            out.append(Token("NUMBER", token[0], token.start_pos, end_pos=cut))
            token = Token("NUMBER", token[1:], cut, end_pos=token.end_pos)
            arguments -= 1
        out.append(token)
        if token.type in ("FRAC", "BINOM"):
            arguments = 2
        elif token.type in ("__ANON_0", "UNDERSCORE", "CIRCUMFLEX", "SQRT", "ACCENT", "FONT"):
            arguments = max(arguments, 1)
        elif token.type == "LBRACE":
            open_.append(max(arguments - 1, 0))
            arguments = 0
        elif token.type == "RBRACE":
            arguments = open_.pop() if open_ else 0
        else:
            arguments = max(arguments - 1, 0)
    return out


def _stacks(tokens, source):
    r"""Write `\substack{i < j \\ k \le n}` in one row, with a comma."""
    if not any(token.type == "SUBSTACK" for token in tokens):
        return tokens
    out, open_ = [], []  # the braces that are open: whether each is that of a stack
    for i, token in enumerate(tokens):
        stack = i > 0 and tokens[i - 1].type == "SUBSTACK"
        if token.type == "LBRACE":
            open_.append(stack)
        elif stack:
            raise span(token, source).error(r"braces are expected after \substack")
        if token.type == "ROW" and open_ and open_[-1]:
            out.append(_retyped(token, "COMMA", ","))
        elif token.type != "SUBSTACK" and not (
            (token.type == "LBRACE" and stack) or (token.type == "RBRACE" and open_ and open_.pop())
        ):
            out.append(token)
    return out


def _environments(tokens, source):
    """Drop the environments that only align; tell cases and matrices from each other."""
    out, names = [], []
    for i, token in enumerate(tokens):
        if token.type == "BEGIN":
            name = token[token.index("{") + 1 : -1]
            names.append((name, token))
            if name in MATRICES or name == "cases":
                out.append(_retyped(token, "BEGIN_CASES" if name == "cases" else "BEGIN_MATRIX"))
            elif name not in ROWS_OF_EQUATIONS:
                raise span(token, source).error(f"the environment {name} is not in the notation")
        elif token.type == "END":
            name = token[token.index("{") + 1 : -1]
            if not names or names.pop()[0] != name:
                raise span(token, source).error(rf"no \begin{{{name}}} belongs to this")
            if name in MATRICES or name == "cases":
                out.append(_retyped(token, "END_CASES" if name == "cases" else "END_MATRIX"))
            elif i + 1 < len(tokens):
                out.append(_retyped(token, "ROW"))  # an equation may follow the block
        else:
            out.append(token)
    if names:
        raise span(names[-1][1], source).error(rf"\end{{{names[-1][0]}}} is missing")
    return out


def _enclosing(tokens, source):
    """Return, for each token, the index of the bracket it stands in, or -1."""
    inside, stack = [], [-1]
    for i, token in enumerate(tokens):
        if token.type in CLOSERS:
            if len(stack) > 1:
                stack.pop()
            else:
                raise span(token, source).error(f"{token} closes nothing")
        inside.append(stack[-1])
        if token.type in OPENERS:
            stack.append(i)
    if len(stack) > 1:
        opener = tokens[stack[-1]]
        raise span(opener, source).error(f"{OPENERS[opener.type]} is missing")
    return inside


def _texts(tokens, source):
    r"""Tell a function's name in `\text` from the words of cases and from remarks."""
    inside = _enclosing(tokens, source)
    out = []
    for i, token in enumerate(tokens):
        bracket = tokens[inside[i]].type if inside[i] >= 0 else None
        words = token[token.index("{") + 1 : -1] if "{" in token else ""
        if token.type == "WORD" and bracket == "BEGIN_CASES" and words.strip() in UPRIGHT:
            pass
        elif token.type != "TEXT":
            out.append(token)
            continue
        before = tokens[i - 1].type if i else None
        after = tokens[i + 1] if i + 1 < len(tokens) else None
        touching = after is not None and after.start_pos == token.end_pos
        left_side = before in (None, *SEPARATORS) and after is not None and after.type == "REL"
        if (
            left_side
            or (bracket not in (None, "BEGIN_CASES") and words.isalpha() and words not in LOGIC)
            or before in ("UNDERSCORE", "CIRCUMFLEX")
            or (bracket == "LBRACE" and tokens[inside[i] - 1].type in ("UNDERSCORE", "CIRCUMFLEX"))
            or (touching and after.type in ("LPAR", "UNDERSCORE", "CIRCUMFLEX"))
        ):
            out.append(_retyped(token, "WORD", rf"\operatorname{{{words.strip()}}}"))
        elif words.strip() in LOGIC and bracket is not None:
            out.append(_retyped(token, "LOGIC", LOGIC[words.strip()]))
        elif bracket == "BEGIN_CASES" and (IF.fullmatch(words.strip()) or STOP.fullmatch(words)):
            pass
        elif bracket == "BEGIN_CASES" and OTHERWISE.fullmatch(words.strip()):
            out.append(_retyped(token, "OTHERWISE"))
        elif bracket is None:
            out.append(token)
        else:
            raise span(token, source).error(
                "a remark has no place here; in cases, write “if”, “for”, “otherwise” or 若, 其他"
            )
    return out


def _bars(tokens, source):
    r"""Tell `|` and `\|` that open from those that close and those that separate."""
    names = {"BAR": ("LABS", "RABS"), "BARS": ("LNORM", "RNORM")}
    inside = _enclosing(tokens, source)
    left = {}  # how many bars are still to come, for each bracket and kind
    for i, token in enumerate(tokens):
        if token.type in names:
            left[inside[i], token.type] = left.get((inside[i], token.type), 0) + 1
    out, open_ = [], {}
    for i, token in enumerate(tokens):
        if token.type not in names:
            out.append(token)
            continue
        where = inside[i], token.type
        opening, closing = names[token.type]
        blank = [t.type for t in out[-2:]] in (["LPAR", "CDOT"], ["COMMA", "CDOT"])  # \pi(\cdot|s)
        after_value = blank or bool(out) and out[-1].type in VALUES
        if not after_value:
            out.append(_retyped(token, opening))
            open_[where] = open_.get(where, 0) + 1
        elif open_.get(where):
            out.append(_retyped(token, closing))
            open_[where] -= 1
        elif inside[i] >= 0 and left[where] % 2:
            out.append(_retyped(token, "MID", "|" if token.type == "BAR" else r"\|"))
        else:
            out.append(_retyped(token, opening))
            open_[where] = open_.get(where, 0) + 1
        left[where] -= 1
    return out


def _cells(tokens, source):
    """Inside brackets drop the space that only spaces, and the stops at the ends of cells."""
    inside = _enclosing(tokens, source)
    out, blank = [], -1  # `blank` ends a {}, which spaces the sign after it
    for i, token in enumerate(tokens):
        table = inside[i] >= 0 and tokens[inside[i]].type in ("BEGIN_CASES", "BEGIN_MATRIX")
        stops = ("AMP", "ROW", "END_CASES", "END_MATRIX")
        after = next((t.type for t in tokens[i + 1 :] if t.type != "QUAD"), None)
        script = i > 0 and tokens[i - 1].type in ("UNDERSCORE", "CIRCUMFLEX")
        if token.type == "LBRACE" and after == "RBRACE" and not script:
            blank = i + 1
        if i in (blank - 1, blank):
            continue
        if inside[i] >= 0 and token.type == "QUAD":
            continue
        if table and token.type in ("COMMA", "PERIOD") and after in stops:
            continue
        if table and token.type == "ROW" and after in ("END_CASES", "END_MATRIX"):
            continue
        out.append(token)
    return out


def _equations(tokens, source):
    r"""Put one SEP between two equations, and nothing where an equation goes on in a new row."""
    inside = _enclosing(tokens, source)
    out, gap = [], []  # `gap` holds the separators met since the last other token
    for i, token in enumerate(tokens):
        if inside[i] >= 0 or token.type not in {*SEPARATORS, "AMP", "PERIOD"}:
            if gap and out and not _continues(i, gap, tokens, inside):
                out.append(_retyped(gap[0], "SEP", ""))
            out.append(token)
            gap = []
        elif token.type == "PERIOD" and any(
            t.type not in {*SEPARATORS, "AMP"} for t in tokens[i + 1 : i + 2]
        ):
            raise span(token, source).error("a full stop in the middle of a formula")
        else:
            gap.append(token)
    return out


def _continues(i, gap, tokens, inside):
    """Whether token `i`, after the separators in `gap`, goes on with the equation before it."""
    token, kinds = tokens[i], {t.type for t in gap}
    if token.type in GOES_ON or kinds == {"AMP"} and tokens[i - len(gap) - 1].type == "REL":
        return True
    if token.type != "ADD":
        return kinds == {"AMP"} and token.type in CLOSERS
    if token == "+" or kinds == {"AMP"} or gap[-1].type in ("AMP", "QUAD") and "AMP" in kinds:
        return True
    # A row that begins with a minus is a new equation only if it has a relation of its own.
    for k in range(i, len(tokens)):
        if inside[k] < 0 and tokens[k].type == "REL":
            return False
        if inside[k] < 0 and tokens[k].type in SEPARATORS:
            break
    return "COMMA" not in kinds and "TEXT" not in kinds
