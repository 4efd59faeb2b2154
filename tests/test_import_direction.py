"""The rule of the house: imports go down only, ui -> rag -> index -> corpus."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("ui", "rag", "index", "corpus")  # from the top of the house down


def _modules() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def _imported_rooms(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative imports hide the direction"
            names = [node.module or ""]
        else:
            continue
        for name in names:
            room = name.split(".")[0]
            if room in (*ROOMS, "tests", "benchmarks"):
                yield node.lineno, room


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_from_its_own_room_and_those_below(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    below = ROOMS[ROOMS.index(room) :]
    upward = [f"{path}:{line}: {room} imports {name}" for line, name in _imported_rooms(path) if name not in below]
    assert not upward


def test_every_room_has_modules_to_check() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in _modules()} == set(ROOMS)


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_stays_within_three_hundred_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
