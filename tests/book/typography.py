"""Chinese typography: full-width punctuation, and a space between 汉字 and Latin letters.

Most of it is autocorrect's work; RULES add what it leaves alone. Formulas, code, roles and links
are taken out before, and put back after.
"""

import re

import autocorrect_py as autocorrect

from tests.book.cells import HANZI
from tests.book.python_code import FIRST_INSERT

H = r"[\u3400-\u4dbf\u4e00-\u9fff]"  # 汉字
WIDE = r"[\u3001-\u3011\u3400-\u9fff\uff01-\uff5e]"  # 汉字 and full-width punctuation
LETTER = r"[\u00c0-\u024f\u0370-\u03ff\u1e00-\u1eff]"  # accented and Greek
FULL_WIDTH = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？"}

RULES = [
    (rf"(?<={H})[,;:!?](?!\w)|[,;:!?](?={H})", lambda m: FULL_WIDTH[m[0]]),
    (rf"(?<={H})\.(?![\w.])", "。"),
    (rf"(?<={H}) ?\(([^()]*(?:{H}|[A-Za-z]{{2}})[^()]*)\) ?", r"（\1）"),
    (rf" ?\(([^()]*{H}[^()]*)\) ?", r"（\1）"),
    (rf'"([^"]*{H}[^"]*)"', r"“\1”"),
    (rf"(?<={H}) ?(?:--|(?<!—)—(?!—)) ?(?={H})", "——"),
    (rf"(?<={H})(?={LETTER})|(?<={LETTER})(?={H})", " "),
]
# Only where words run on: in code, spaces may align columns.
PROSE_RULES = [(rf"(?<={H}) +(?={H})", "")]
# «**好。** 再» needs its space for Markdown's sake: the stop belongs outside.
EMPHASIS_OF_A_STOP = re.compile(rf"([，。；：！？、])(\*\*?) +(?={WIDE})")


def corrected(text, is_prose=True):
    """The text as it should be set."""
    if not HANZI.search(text):
        return text
    text = autocorrect.format(text)
    for pattern, replacement in RULES + PROSE_RULES * is_prose:
        text = re.sub(pattern, replacement, text)
    return text


def mistakes(cell):
    """Triples of a line of the file, what stands there, and what should."""
    emphasised = set()
    if cell.kind == "markdown":
        for i, text in enumerate(cell.source.split("\n")):
            for match in EMPHASIS_OF_A_STOP.finditer(text):
                emphasised.add(cell.line + i)
                right = f"{match[2]}{match[1]} (the stop outside, so that no space is needed)"
                yield cell.line + i, match[0], right
    for passage in cell.content.passages:
        if passage.kind == "text in a formula" or passage.line in emphasised:
            continue
        is_code = cell.kind == "code" and passage.kind in ("comment", "text in code")
        masked, shown = _mask(passage, is_code)
        lines = zip(masked.split("\n"), corrected(masked, not is_code).split("\n"), strict=True)
        for i, (found, right) in enumerate(lines):
            if found != right:
                yield passage.line + i, shown(found), shown(right)
        if is_code:
            continue
        for match in re.finditer(rf"({WIDE})\n({WIDE})", masked):
            line = passage.line + masked[: match.start()].count("\n")
            yield line, f"{match[1]}⏎{match[2]} (a browser shows a space)", match[1] + match[2]
        if "**" in masked:
            yield passage.line, "** that opens or closes nothing", "**强调**。, stops outside"


def _mask(passage, is_code):
    """The text with letters for formulas, code and addresses; and how to undo that."""
    originals = {}
    for k in range(len(passage.inserts)):
        originals[chr(FIRST_INSERT + k)] = passage.inserts[k]
    if is_code:  # the fields of f-strings
        originals = dict.fromkeys(re.findall("[\ue000-\uf8ff]", passage.text), "{…}")
    text, letters = passage.text, {}
    for mark, source in originals.items():
        # Roles and images stay marks: what they show may be Chinese or not.
        if source.startswith(("$", "`", "http", "{…}")):
            letters[f"Zq{ord(mark) - FIRST_INSERT}qZ"] = source
            text = text.replace(mark, f"Zq{ord(mark) - FIRST_INSERT}qZ")
        else:
            letters[mark] = source

    def shown(line):
        return re.sub(r"Zq\d+qZ|[\ue000-\uf8ff]", lambda match: letters[match[0]], line)

    return text, shown
