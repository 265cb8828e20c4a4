"""Everything that is checked, one session each: `nox -l` lists them, `nox -s lint` runs one."""

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
def build(session: nox.Session) -> None:
    """The sdist builds the wheel, and the wheel runs on its own in a fresh environment."""
    session.install("build")
    there = Path(session.create_tmp()).resolve()
    shutil.rmtree(there / "dist", ignore_errors=True)
    session.run("python", "-m", "build", "--outdir", str(there / "dist"))
    (wheel,) = (there / "dist").glob("*.whl")
    session.run("python", "-m", "venv", "--clear", str(there / "venv"))
    session.chdir(there)
    session.run("venv/bin/pip", "install", "--quiet", f"{wheel}[demo]", external=True)
    session.run("venv/bin/python", "-c", "import gosms_async", external=True)
    session.run("venv/bin/gosms", "demo", "--help", external=True)


@nox.session
def audit(session: nox.Session) -> None:
    """No dependency has a known vulnerability (asks a public database)."""
    session.install("pip-audit", "-e", ".[demo,fast]")
    session.run("pip-audit", "--skip-editable", "--strict")
