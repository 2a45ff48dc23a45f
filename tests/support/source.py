"""The project's own source as syntax trees: what a module imports, defines and says."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("voucher_service", "merchants")

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = Function | ast.ClassDef


@dataclass(frozen=True)
class Module:
    """One file of Python: where it is, and its text."""

    path: Path
    text: str

    @property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text)

    @property
    def layer(self) -> str:
        """``core``, ``store``, ``merchants``…: the part of the house that it belongs to."""
        package, *inside = self.path.with_suffix("").parts
        return package if package != "voucher_service" else inside[0]

    @property
    def is_migration(self) -> bool:
        """Whether it is a step of the schema's history: a list, as long as what it lists."""
        return self.path.match("store/migrations/versions/*.py")

    def at(self, node: ast.stmt | ast.expr) -> str:
        """Where in the project something stands, as an editor understands it."""
        return f"{self.path}:{node.lineno}"

    def imports(self) -> Iterator[tuple[str, str]]:
        """Each module that it imports, anywhere in it, and where."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, self.at(node)) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    yield imported(node.module, alias.name), self.at(node)

    def functions(self) -> Iterator[Function]:
        """Every function and method in it, nested ones too."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def calls(self) -> Iterator[tuple[str, str]]:
        """The last word of everything that it calls, and where: ``datetime.now()`` is ``now``."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                match node.func:
                    case ast.Name(id=word) | ast.Attribute(attr=word):
                        yield word, self.at(node)

    def public_definitions(self) -> Iterator[Definition]:
        """Its public functions and classes, and the public methods of those classes."""
        for node in self.tree.body:
            if isinstance(node, Definition) and is_public(node):
                yield node
                if isinstance(node, ast.ClassDef):
                    yield from (
                        item for item in node.body if isinstance(item, Function) and is_public(item)
                    )


def is_public(definition: Definition) -> bool:
    return not definition.name.startswith("_")


def imported(package: str, name: str) -> str:
    """What ``from package import name`` reaches: a module of ours, or something in one."""
    whole = f"{package}.{name}"
    part_of_the_house = package in PACKAGES and not name.startswith("__")
    return whole if part_of_the_house or is_module(whole) else package


def is_module(name: str) -> bool:
    """Whether a dotted name is one of our modules, and not a name inside one."""
    place = ROOT.joinpath(*name.split("."))
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


def modules() -> list[Module]:
    """Every module of the packages that we ship."""
    paths = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return [Module(path.relative_to(ROOT), path.read_text(encoding="utf-8")) for path in paths]
