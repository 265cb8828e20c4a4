"""Everything that is checked, one session each: `nox -l` lists them, `nox -s lint` runs one."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import nox

nox.needs_version = ">=2025.2"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False
nox.options.sessions = ["lint", "types", "tests"]

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]


def show_every_pyenv_python() -> None:
    """Pyenv shows only the versions its user has chosen: choose all that are wanted here."""
    if "PYENV_VERSION" in os.environ or not (pyenv := shutil.which("pyenv")):
        return
    versions = subprocess.check_output([pyenv, "versions", "--bare"], text=True).split()  # noqa: S603 - fixed words
    os.environ["PYENV_VERSION"] = ":".join(v for v in versions if v.startswith(tuple(PYTHONS)))


show_every_pyenv_python()


def install(session: nox.Session, *groups: str) -> None:
    session.install(*(f"--group={group}" for group in groups), "-e", ".")


@nox.session
def lint(session: nox.Session) -> None:
    """Style and format."""
    session.install("--group=lint")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Two type checkers, and that the public API is typed to the last name."""
    install(session, "types")
    session.run("mypy")
    session.run("pyright")
    session.run("pyright", "--verifytypes", "gosms_async", "--ignoreexternal")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """All tests on each Python found; arguments after `--` go to pytest."""
    install(session, "test")
    session.run("pytest", *session.posargs)


@nox.session
def coverage(session: nox.Session) -> None:
    """Every line and nearly every branch is run by a test."""
    install(session, "test")
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", *session.posargs)
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report", "--fail-under=98")


@nox.session(venv_backend="uv", python=PYTHONS[0])
def oldest(session: nox.Session) -> None:
    """All tests against the lowest versions that pyproject.toml allows."""
    session.install("--resolution=lowest-direct", "--group=test", "-e", ".[demo,fast]")
    session.run("pytest", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """The documents in both languages build without a warning, into docs/site."""
    install(session, "docs")
    for language in ("en", "ru"):
        session.run("zensical", "build", "--strict", "--config-file", f"docs/{language}.toml")


@nox.session
def bench(session: nox.Session) -> None:
    """Measure this client beside the others, in less than ten minutes, into docs/assets."""
    install(session, "bench")
    session.run("python", "benchmarks/all.py", *session.posargs)


@nox.session
def kill(session: nox.Session) -> None:
    """Campaigns killed by SIGKILL a thousand times lose and double nothing."""
    install(session, "test")
    session.run("pytest", "tests/kill", *(session.posargs or ["--kills", "1000"]))


@nox.session(python=PYTHONS[0])
def arq(session: nox.Session) -> None:
    """The recipe for arq, which wants an older redis than the others."""
    install(session, "arq")
    session.run("pytest", "tests/rooms/test_recipes.py", *session.posargs)


@nox.session
def mutation(session: nox.Session) -> None:
    """Break the retries, limits and looks in every small way; the tests notice 90 % of them."""
    install(session, "mutation")
    session.run("mutmut", "run", *session.posargs)
    session.run("mutmut", "results")
    session.run("mutmut", "export-cicd-stats")
    counts = json.loads(Path("mutants/mutmut-cicd-stats.json").read_text())
    score = 100 * (counts["killed"] + counts["timeout"]) / (counts["total"] - counts["skipped"])
    if score < 90:  # noqa: PLR2004 - per cent, as promised above
        session.error(f"the tests notice {score:.1f} % of the mutants only")


@nox.session
def soak(session: nox.Session) -> None:
    """Minutes of load, faults and cancels; arguments go to the script: `-- --minutes 10`."""
    install(session, "test")
    session.run("python", "benchmarks/soak.py", *(session.posargs or ["--minutes", "10"]))


@nox.session
def hostile(session: nox.Session) -> None:
    """A million answers and arguments made up by hypothesis."""
    install(session, "test")
    session.run("pytest", "tests/hostile", *session.posargs, env={"HOSTILE_EXAMPLES": "40000"})


@nox.session
def e2e(session: nox.Session) -> None:
    """The emulator's page in a real browser: Debian's `chromium`."""
    if not shutil.which("chromium"):
        session.error("a browser is missing: apt-get install chromium")
    install(session, "e2e")
    session.run("pytest", "tests/e2e", *session.posargs)


@nox.session
def contract(session: nox.Session) -> None:
    """Others read the API as the emulator does: schemathesis and the makers' own client."""
    install(session, "contract")
    session.run("pytest", "tests/emulator/test_contract.py", *session.posargs)


def install_wheel(session: nox.Session, extra: str, *others: str) -> None:
    """Build, go elsewhere, and install the wheel with *extra* where nothing else is: `venv`."""
    session.install("build")
    there = Path(session.create_tmp()).resolve()
    shutil.rmtree(there / "dist", ignore_errors=True)
    session.run("python", "-m", "build", "--outdir", str(there / "dist"))
    (wheel,) = (there / "dist").glob("*.whl")
    session.run("python", "-m", "venv", "--clear", str(there / "venv"))
    session.chdir(there)
    session.run("venv/bin/pip", "install", "--quiet", f"{wheel}[{extra}]", *others, external=True)


@nox.session
def plugin(session: nox.Session) -> None:
    """A project elsewhere, with only the wheel's emulator and pytest, uses the fixtures."""
    project = Path("tests/outside/shop.py").resolve()
    install_wheel(session, "emulator", "pytest")
    shutil.copy(project, "test_shop.py")
    Path("pytest.ini").write_text("[pytest]\nfilterwarnings = error\n", encoding="utf-8")
    session.run("venv/bin/pytest", *session.posargs, external=True)


@nox.session
def build(session: nox.Session) -> None:
    """The sdist builds the wheel, and the wheel runs on its own in a fresh environment."""
    install_wheel(session, "demo")
    session.run("venv/bin/python", "-c", "import gosms_async", external=True)
    session.run("venv/bin/gosms", "demo", "--help", external=True)


@nox.session
def audit(session: nox.Session) -> None:
    """No locked dependency has a known vulnerability; where nobody can be asked, it says so."""
    session.install("pip-audit", "uv")
    locked, known = (Path(session.create_tmp()) / name for name in ("locked.txt", "known.txt"))
    session.run(
        "uv",
        "export",
        "--quiet",
        "--frozen",
        "--all-extras",
        "--no-emit-project",
        "-o",
        str(locked),
    )
    ask = ["pip-audit", "-s", "osv", "--disable-pip", "--timeout", "5", *session.posargs, "-r"]
    # The database is asked first for a flaw that it knows: who does not name it cannot be trusted.
    known.write_text("jinja2==2.4.1\n")
    told = session.run(
        *ask, str(known), "--no-deps", "-f", "json", success_codes=[0, 1], silent=True
    )
    if '"fix_versions"' in str(told):
        session.run(*ask, str(locked))
    else:
        session.warn("NOT AUDITED: the database of known vulnerabilities gives no answer")
