"""The documents: two trees alike, every program in them runs, every code has its page."""

import asyncio
import importlib.util
import re
import subprocess
import sys
import tomllib

import pytest
from documents import ROOT, all_blocks, code, dead_links, read, skeleton

from gosms_async import ErrorCode
from gosms_async.cli.outcome import Exit
from gosms_async.emulator import Emulator

LANGUAGES = ("en", "ru")
PAGES = {
    language: sorted(
        str(path.relative_to(ROOT / "docs" / language))
        for path in (ROOT / "docs" / language).rglob("*.md")
    )
    for language in LANGUAGES
}
WRITTEN = [page for page in PAGES["en"] if not page.startswith("errors/")]
PROCESSES = {f"cookbook/{page}.md" for page in ("csv-notices", "resume-after-crash", "tests")}
"""Pages that start processes, which takes seconds: of twins with the same code one is enough."""
PROGRAMS = [
    document
    for language in LANGUAGES
    for page in WRITTEN
    for document in (f"docs/{language}/{page}",)
    if any(kind == "python" for kind, _, _ in all_blocks(document))
    and (language == "ru" or page not in PROCESSES)
]
HERE = "http://127.0.0.1:8026"  # where the documents have their emulator


def error_pages():
    """Load the script that writes the pages of the error codes."""
    spec = importlib.util.spec_from_file_location("error_pages", ROOT / "docs/error_pages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.pages()


def nav_files(node):
    if isinstance(node, str):
        return [node]
    values = node.values() if isinstance(node, dict) else node
    return [file for value in values for file in nav_files(value)]


@pytest.fixture
async def emulator(monkeypatch):
    async with Emulator(clock="x60") as emulator:
        monkeypatch.setenv("GOSMS_TOKEN", "dev")
        monkeypatch.setenv("GOSMS_BASE_URL", emulator.base_url)
        yield emulator


@pytest.mark.parametrize("document", PROGRAMS)
async def test_the_programs_of_a_page_run_in_their_order(emulator, home, document):
    """A block with a title is a file too; files that hold tests are run by pytest."""
    await asyncio.to_thread(run, document, home, emulator.url)

    healthy = [request for request in emulator.requests if not request.faults]
    assert {request.status for request in healthy if request.endpoint == "send"} <= {200}


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(document, home, url):
    names = {"__name__": "page"}
    tests = False
    for kind, title, text in all_blocks(document):
        block = text.replace(HERE, url)
        if title:
            (home / title).write_text(block, encoding="utf-8")
        if title and title.startswith("test_"):
            tests = True
        elif kind == "python":
            exec(compile(block, f"{document}: {block[:40]!r}", "exec"), names)
    if tests:
        run_pytest(home)


def run_pytest(home):
    """Run the tests of a page as its readers do, in a process of their own."""
    options = ["-q", "-p", "no:cacheprovider"]
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", *options], cwd=home, capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout


def test_the_trees_are_alike():
    assert PAGES["en"] == PAGES["ru"]


@pytest.mark.parametrize("page", WRITTEN)
def test_twins_have_the_same_parts_and_the_same_code(page):
    english, russian = (f"docs/{language}/{page}" for language in LANGUAGES)

    assert skeleton(english) == skeleton(russian)
    assert code(english) == code(russian)


def test_every_code_has_its_page_as_it_is_written_by_the_script():
    pages = {str(path.relative_to(ROOT)): text for path, text in error_pages()}

    assert {name: read(name) for name in pages} == pages
    assert len(pages) == 2 * (len(ErrorCode) + 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_explain_prints_what_the_page_of_a_code_says(language):
    for error in ErrorCode:
        page = read(f"docs/{language}/errors/{error:d}.md")

        assert error.meaning(language) in page
        assert error.advice(language) in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_menu_shows_every_written_page(language):
    nav = tomllib.loads(read(f"docs/{language}.toml"))["project"]["nav"]

    assert sorted(nav_files(nav)) == sorted([*WRITTEN, "errors/index.md"])


@pytest.mark.parametrize(
    "document",
    ["docs/llms.txt", *(f"docs/{lang}/{page}" for lang in PAGES for page in PAGES[lang])],
)
def test_what_is_linked_is_there(document):
    assert dead_links(document) == []


@pytest.mark.parametrize("folder", ["cookbook", "how-to"])
def test_machines_are_told_of_every_page_too(folder):
    links = set(re.findall(r"\]\(en/([^)]+)\)", read("docs/llms.txt")))

    assert {page for page in WRITTEN if page.startswith(folder)} <= links


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_exit_code_is_explained(language):
    table = re.findall(
        r"^\| (\d+) \|", read(f"docs/{language}/how-to/command-line.md"), re.MULTILINE
    )

    assert [int(number) for number in table] == list(Exit)
