"""Which modules of the pages go into one file: what several pages share, what is a page's own, what is loaded late.

On a slow line each file costs a round trip, and on a phone each byte costs time. So a page gets all it needs in a few
files, and finds those that it shares with other pages in the browser's cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from app.base.errors import FanfareError
from app.edge.http.modules import Module, parse

# What some pages share and is no longer than this, in characters, is no file of its own: another round trip costs those
# who wait for it more than a little text costs the pages that could do without it.
SMALL = 4096


class Chunks:
    """The modules of all pages, in the files that they are joined into.

    Args:
        read: the text of a module.
        entries: the modules that the pages start with.
    """

    def __init__(self, read: Callable[[str], str], entries: Iterable[str]) -> None:
        self._read = read
        self._modules: dict[str, Module] = {}
        owners: dict[str, list[str]] = {}
        for entry in sorted(entries):
            for module in self._in_order(entry):
                owners.setdefault(module.name, []).append(entry.removesuffix(".js"))
        self.late = self._all_late()
        # What late modules need as well is a file of its own: it is named in theirs, which are named in the page's,
        # and a file's address can only be known before the files that it is named in.
        needed_late = {module.name for late in self.late for module in self._in_order(late)}
        self._chunk_of: dict[str, str] = {}
        self._members: dict[str, list[Module]] = {}
        for pages, names in self._gathered(owners, needed_late).items():
            for name in names:
                self._put(self._modules[name], pages)
        for name in owners:
            if name in needed_late:
                self._put(self._modules[name], (*owners[name], "late"))
        for late in self.late:
            if late in owners:
                raise FanfareError(f"static/js/{late} is to be loaded late, but a page imports it")
            self._members[late] = [module for module in self._in_order(late) if module.name not in owners]

    def needed_by(self, chunk: str) -> dict[str, list[str]]:
        """The chunks that a chunk imports, and the variables that it takes from each."""
        own = {module.name for module in self._members[chunk]}
        needed: dict[str, set[str]] = {}
        for module in self._members[chunk]:
            for name in module.imports.keys() - own:
                needed.setdefault(self._chunk_of[name], set()).add(self._modules[name].variable)
        return {name: sorted(needed[name]) for name in sorted(needed)}

    def joined(self, chunk: str, address_of: Callable[[str], str]) -> str:
        """A chunk's text; `address_of` has the addresses of the other chunks."""
        modules = self._members[chunk]
        lines = [
            f'import {{ {", ".join(variables)} }} from "{address_of(needed)}";\n'
            for needed, variables in self.needed_by(chunk).items()
        ]
        lines += [module.written(address_of) for module in modules]
        if chunk in self.late:
            lines.append(f"export const {{ {', '.join(modules[-1].exports)} }} = {modules[-1].variable};\n")
        else:
            lines.append(f"export {{ {', '.join(module.variable for module in modules)} }};\n")
        return "".join(lines)

    def whole(self, entry: str) -> str:
        """The text of a file that has an entry and all that it needs, and exports what the entry does.

        Raises:
            FanfareError: something in it is loaded late, and would be in no file.
        """
        modules = self._in_order(entry)
        if late := [name for module in modules for name in module.late]:
            raise FanfareError(f"static/js/{entry} is one file, and cannot load {late[0]} late")
        text = "".join(module.written(str) for module in modules)
        return f"{text}export const {{ {', '.join(modules[-1].exports)} }} = {modules[-1].variable};\n"

    def _put(self, module: Module, pages: Iterable[str]) -> None:
        chunk = f"{'+'.join(pages)}.js"
        self._chunk_of[module.name] = chunk
        self._members.setdefault(chunk, []).append(module)

    def _gathered(self, owners: dict[str, list[str]], needed_late: set[str]) -> dict[tuple[str, ...], list[str]]:
        """The modules that are not needed late, by the pages whose file they are in; a few go with what more share."""
        groups: dict[tuple[str, ...], list[str]] = {}
        for name, pages in owners.items():
            if name not in needed_late:
                groups.setdefault(tuple(pages), []).append(name)
        place = {name: set(pages) for name, pages in owners.items()}
        for few in sorted(groups, key=len, reverse=True):
            names = groups[few]
            # A page's own file begins the page: nobody else may have it.
            if len(few) == 1 or sum(len(self._modules[name].body) for name in names) > SMALL:
                continue
            needed = {more for name in names for more in self._modules[name].imports} - set(names)
            # No file may need one that fewer pages have: so none needs itself, by whatever way around.
            wider = [
                more for more in groups if set(few) < set(more) and all(place[name] >= set(more) for name in needed)
            ]
            if wider:
                target = min(wider, key=len)
                groups[target] += groups.pop(few)
                place.update((name, set(target)) for name in names)
        return groups

    def _in_order(self, entry: str) -> list[Module]:
        """A module and all that it needs at once, in the order in which a browser runs them."""
        done: dict[str, Module] = {}

        def visit(name: str, way: tuple[str, ...]) -> None:
            if name in way:
                circle = (*way[way.index(name) :], name)
                raise FanfareError(f"static/js: these modules need each other: {' '.join(circle)}")
            if name in done:
                return
            module = self._module(name)
            for needed, taken in module.imports.items():
                visit(needed, (*way, name))
                if unknown := set(taken) - set(done[needed].exports):
                    raise FanfareError(f"static/js/{name} imports {', '.join(sorted(unknown))}: {needed} has no such")
            done[name] = module

        visit(entry, ())
        return list(done.values())

    def _module(self, name: str) -> Module:
        if name not in self._modules:
            self._modules[name] = parse(name, self._read(name))
        return self._modules[name]

    def _all_late(self) -> list[str]:
        """All modules that are loaded late, also by such as are loaded late themselves."""
        found: list[str] = []
        while new := {late for module in self._modules.values() for late in module.late} - set(found):
            found += sorted(new)
            for late in new:
                self._in_order(late)
        return found
