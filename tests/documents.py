"""Markdown documents of this repository, taken apart."""

import ast
import re
from pathlib import Path

from sybil.document import Document
from sybil.parsers.markdown.lexers import RawFencedCodeBlockLexer

ROOT = Path(__file__).parents[1]
_INFO = re.compile(r'(?P<language>\w+)(?: title="(?P<title>[\w./-]+)")?$\n', re.MULTILINE)


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name, language):
    """Return the fenced code blocks of a language."""
    return [block for kind, _, block in all_blocks(name) if kind == language]


def all_blocks(name):
    """Return the language, the title (None: it has none) and the text of each code block."""
    document = Document.parse(str(ROOT / name), RawFencedCodeBlockLexer(_INFO))
    found = [region.lexemes for _, region in sorted(document.regions)]
    return [(each["language"], each["title"], str(each["source"])) for each in found]


def skeleton(name):
    """Return what twins share: headings, kinds of blocks, rows of tables, items of lists."""
    return re.findall(r"^(#+|```\w+|!!! \w+|\||- |\d\. |:::.*)", read(name), re.MULTILINE)


def code(name):
    """Return the code of a document without the language of its comments and texts."""
    return [ast.dump(_wordless(ast.parse(block))) for block in blocks(name, "python")]


def _wordless(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return tree


def dead_links(name):
    """Return the links of a document to files that are not there."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)", read(name))
    return [link for link in links if not ((ROOT / name).parent / link).exists()]
