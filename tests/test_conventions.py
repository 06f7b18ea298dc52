"""Rules worth having, held by a test that says what to do instead."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from samverkan import catalogue

BASE = Path(settings.BASE_DIR)
APPS = ("samverkan", "groups", "meetings", "interventions")
#: These stand on top of everything and may import from anywhere.
ON_TOP = ("samverkan.settings", "samverkan.urls", "samverkan.celery", "samverkan.wsgi")

#: The staircase inside an app; a module may import from its own step and those below. Modules that are named for a
#: subject and not for a kind are verbs.
STEPS = ("models", "deliveries", "tasks", "verbs", "forms", "views", "urls")
BELOW_MODELS = {
    "groups": {"roles", "periods", "ordering", "cadence", "hours"},
    "meetings": {"documents", "bodytext"},
}
DELIVERIES = {
    # The programme's clocks stand this low, since the worker mails when they run out.
    # The import of people and the verbs of leaving that it ends in are the worker's too.
    "groups": {
        "afterwards",
        "agreement_paper",
        "handover",
        "handover_notices",
        "handover_sources",
        "leaving",
        "notices",
        "programme",
        "programme_notices",
        "agreement_notices",
        "memberships",
        "people_giving_up",
        "people_import",
        "people_plan",
        "people_rows",
        "people_writing",
        "refusals",
        "reorganising",
        "reorganising_notices",
        "reorganising_sources",
        "reorganising_structure",
        "seats",
        "waiting",
    },
    # The agenda's own verbs stand this low, since the worker puts the duties of the year there (placing).
    "meetings": {
        "agendas",
        "calendar",
        "deliveries",
        "docx",
        "docxstyle",
        "duty_notices",
        "placing",
        "printing",
    },
}
KINDS = {
    "admin": "views",
    "apps": "urls",
    "management": "urls",
    "context": "views",
    "templatetags": "views",
    "plan_urls": "urls",
}


def python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in (BASE / folder).rglob("*.py") if "migrations" not in path.parts)


def module_of(path: Path) -> str:
    parts = path.relative_to(BASE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every module or name that a file imports, as a dotted path, with its line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def step_of(module: str) -> int | None:
    """The step on which a module of an app stands; None for the project's own package."""
    app, *rest = module.split(".")
    if app not in APPS[1:]:
        return None
    name = rest[0] if rest else ""
    if name in BELOW_MODELS.get(app, ()) or name in ("models", ""):
        return STEPS.index("models")
    if name in DELIVERIES.get(app, ()):
        return STEPS.index("deliveries")
    kind = KINDS.get(name) or ("forms" if name.startswith("forms") else name)
    return STEPS.index(kind if kind in STEPS else "verbs")


def test_imports_climb_nowhere_between_apps():
    climbing = [
        f"{path.relative_to(BASE)}:{line} imports {name}"
        for path in python_files(*APPS)
        if (module := module_of(path)) not in ON_TOP
        for line, name in imports(path)
        if name.split(".")[0] in APPS and APPS.index(name.split(".")[0]) > APPS.index(module.split(".")[0])
    ]

    assert climbing == [], "Move what is shared down: interventions → meetings → groups → samverkan."


def test_imports_climb_nowhere_inside_an_app():
    climbing = []
    for path in python_files(*APPS[1:]):
        module = module_of(path)
        here = step_of(module)
        for line, name in imports(path):
            there = step_of(name)
            if there is not None and name.split(".")[0] == module.split(".")[0] and there > here:
                climbing.append(
                    f"{path.relative_to(BASE)}:{line} ({STEPS[here]}) imports {name} ({STEPS[there]})"
                )

    assert climbing == [], "urls → views → forms → verbs → tasks → deliveries → models"


def test_no_import_inside_a_function():
    inside = []
    for path in python_files(*APPS):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                inside += [
                    f"{path.relative_to(BASE)}:{inner.lineno}"
                    for inner in ast.walk(node)
                    if isinstance(inner, ast.Import | ast.ImportFrom)
                ]

    assert inside == []


def test_views_enter_by_the_door():
    """In a view, ``Model.objects`` is followed by ``.visible_to(…)`` and nothing else; one row comes from get_for."""
    past_the_door = []
    for path in python_files(*APPS):
        if (
            step_of(module_of(path)) != STEPS.index("views")
            or path.stem.startswith("admin")
            or "admin" in path.parts
            or "templatetags" in path.parts
        ):
            continue
        text = path.read_text(encoding="utf-8")
        for found in re.finditer(r"\.(?:objects|_default_manager)\b(?!\s*\.visible_to\()", text):
            past_the_door.append(f"{path.relative_to(BASE)}:{text[: found.start()].count(chr(10)) + 1}")
        if "get_object_or_404" in text or "get_list_or_404" in text:
            past_the_door.append(f"{path.relative_to(BASE)}: get_object_or_404")

    assert past_the_door == [], "Use Model.objects.visible_to(user) or samverkan.access.get_for."


def test_case_data_is_touched_only_in_interventions():
    outside = [
        f"{path.relative_to(BASE)}:{line} imports {name}"
        for path in python_files("samverkan", "groups", "meetings")
        for line, name in imports(path)
        if name.startswith("interventions") and module_of(path) not in ON_TOP
    ]

    assert outside == []


def test_guardians_shortcuts_are_used_nowhere():
    """They are slow at size and open everything to superusers and to model-level permissions (docs/permissions.md)."""
    used = [
        f"{path.relative_to(BASE)}:{line} imports {name}"
        for path in python_files(*APPS)
        for line, name in imports(path)
        if name.startswith(("guardian.shortcuts", "guardian.core", "guardian.backends", "guardian.mixins"))
    ]

    assert used == []


def test_modules_are_named_for_a_subject():
    unwanted = {"utils", "helpers", "common", "core", "services", "misc", "tools", "signals"}
    named = [
        str(path.relative_to(BASE))
        for path in python_files(*APPS)
        if unwanted & {path.stem, *path.relative_to(BASE).parts}
    ]

    assert named == []


def test_files_can_be_read_to_the_end():
    long = [
        f"{path.relative_to(BASE)}: {lines}"
        for path in python_files(*APPS, "tests")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 520
    ]

    assert long == [], "Split it by subject."


def test_templates_carry_nothing_inline():
    """The Content-Security-Policy refuses inline script, style and handlers; so do we, before a browser does."""
    inline = []
    for path in sorted((BASE / "templates").rglob("*.html")):
        if "mail" in path.relative_to(BASE / "templates").parts:
            continue
        text = path.read_text(encoding="utf-8")
        for found in re.finditer(
            r"""\sstyle=|<style\b|<script(?![^>]*\bsrc=)|\son[a-z]+=["']|javascript:""", text
        ):
            inline.append(
                f"{path.relative_to(BASE)}:{text[: found.start()].count(chr(10)) + 1} {found[0].strip()}"
            )

    assert inline == []


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_swedish_is_complete():
    swedish = catalogue.read("sv")
    missing, fuzzy = [], []
    for (context, message), places in catalogue.said().items():
        entry = swedish.get(message[0] if isinstance(message, tuple) else message, context)
        strings = (
            entry.string
            if entry and isinstance(entry.string, tuple | list)
            else [entry.string if entry else ""]
        )
        if not all(strings):
            missing.append(f"{places[0][0]}:{places[0][1]} {message!r}")
        elif entry.fuzzy:
            fuzzy.append(f"{message!r}")

    assert missing == [], "Run manage.py collect_messages and translate what is new in locale/sv."
    assert fuzzy == []


def test_swedish_keeps_every_placeholder():
    holes = re.compile(r"%\([a-z_]+\)[sd]|\{[a-z_]*\}")
    broken = []
    for message in catalogue.read("sv"):
        ids = message.id if isinstance(message.id, tuple | list) else [message.id]
        strings = message.string if isinstance(message.string, tuple | list) else [message.string]
        wanted = set(holes.findall(" ".join(ids)))
        broken += [ids[0] for string in strings if message.id and set(holes.findall(string)) - wanted]
        broken += [
            ids[0] for string in strings[-1:] if message.id and string and wanted - set(holes.findall(string))
        ]

    assert broken == []


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--", *patterns], cwd=BASE, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    return [BASE / name for name in listed if name]


def test_nothing_is_left_open():
    marks = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX|NotImplemented" + r"Error)\b")
    left = [
        f"{path.relative_to(BASE)}: {found[0]}"
        for path in tracked("*.py", "*.html", "*.js", "*.css", "*.typ", "*.md", "*.txt", "*.toml", "*.yml")
        if path.exists() and (found := marks.search(path.read_text(encoding="utf-8")))
    ]

    assert left == []
