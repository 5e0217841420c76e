"""All code lists, maps and value sets of some folders, checked as a whole: one error names every mistake of every file."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from core.errors import ConfigError
from transforms.terminology.code_list import CodeList, CodeMap, Entry, Wrong, read_list, read_map
from transforms.terminology.codes import Code, CodeSet, place, says_its_place
from transforms.terminology.value_set import Part, ValueSet, read_value_set

SHIPPED = Path(__file__).parent
_HOW = "docs/terminology.md says what the files hold."


class TerminologyError(ConfigError):
    """Code lists or value sets that cannot be used, or a value set that is not there. The message lists every mistake."""


class Terminology:
    """What is known of codes. Compared and hashed by what the files hold.

    `systems` are the URIs that have a list, `value_sets` the sets by canonical URL.
    """

    def __init__(self, lists: Iterable[CodeList], maps: Iterable[CodeMap], version: str) -> None:
        self.lists = tuple(lists)
        self.maps = tuple(maps)
        self.version = version
        self.value_sets: dict[str, ValueSet] = {}
        self._entries: dict[str, dict[str, Entry]] = defaultdict(dict)
        self._children: dict[Code, list[str]] = defaultdict(list)
        self._canonical: dict[str, str] = {}
        self._hierarchy: dict[str, str] = {}
        self._expanded: dict[str, CodeSet] = {}
        for one in self.lists:
            self._entries[one.sheet.system].update(one.entries)
            self._hierarchy[one.sheet.system] = one.sheet.hierarchy
            self._canonical |= dict.fromkeys(one.sheet.aliases, one.sheet.system)
        for system, entries in self._entries.items():
            for entry in entries.values():
                for parent in entry.parents:
                    self._children[system, parent].append(entry.code)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Terminology) and self.version == other.version

    def __hash__(self) -> int:
        return hash(self.version)

    def __str__(self) -> str:
        return self.version

    @property
    def systems(self) -> frozenset[str]:
        return frozenset(self._entries)

    def canonical(self, system: str) -> str:
        """The URI that the lists use for a system that may come under another."""
        return self._canonical.get(system, system)

    def uris(self, system: str) -> tuple[str, ...]:
        """All URIs under which the codes of a system come."""
        system = self.canonical(system)
        return (system, *sorted(a for a, s in self._canonical.items() if s == system))

    def entry(self, system: str, code: str) -> Entry | None:
        return self._entries.get(self.canonical(system), {}).get(code)

    def is_listed(self, system: str, code: str) -> bool:
        """Whether a list holds the code, or, in a system whose codes say their place, a code above it."""
        system = self.canonical(system)
        entries = self._entries.get(system, {})
        if not says_its_place(system):
            return code in entries
        return any(code[:n] in entries for n in range(1, len(code) + 1))

    def value_set(self, url: str) -> CodeSet:
        """The codes of a value set by its canonical URL, a version after `|` allowed. TerminologyError where it is unknown."""
        name, _, version = url.partition("|")
        found = self.value_sets.get(name)
        if found is None or version not in ("", found.version):
            had = f" in version {version!r}, only in {found.version!r}" if found else ""
            known = ", ".join(sorted(self.value_sets)) or "none"
            raise TerminologyError(f"value set {name!r} is not known{had}. Known: {known}. {_HOW}")
        return self._expanded[name]

    def at_or_below(self, system: str, code: str, *, through_maps: bool = False) -> CodeSet | None:
        """The code with all that lies below it; None where nobody says what does (the code is then its own only member).

        Below it are what the list's parents or the beginning of the code say, and, `through_maps`, what maps lead there
        from other systems, with what is below that.
        """
        system = self.canonical(system)
        found = self._below(system, code)
        if through_maps:
            inside = found or CodeSet(frozenset({(system, code)}))
            for one in self.maps:
                if one.sheet.target_system == system:
                    leads = [s for s, targets in one.targets.items() if any((system, t) in inside for t in targets)]
                    for source in leads:
                        more = self._below(one.sheet.source_system, source)
                        found = (found or inside) | (more or CodeSet(frozenset({(one.sheet.source_system, source)})))
        return found and self._under_all_uris(found)

    def only(self, system: str, code: str) -> CodeSet:
        """The code alone, under all URIs of its system."""
        return self._under_all_uris(CodeSet(frozenset({(self.canonical(system), code)})))

    def all_of(self, system: str) -> CodeSet:
        """Every code of a system's lists, with what lies below it where its code says so."""
        codes = frozenset((system, c) for c in self._entries[system])
        is_deep = says_its_place(system)
        return self._under_all_uris(CodeSet(prefixes=codes) if is_deep else CodeSet(codes))

    def _below(self, system: str, code: str) -> CodeSet | None:
        if says_its_place(system) or self._hierarchy.get(system) == "prefix":
            beginning = place(system, code)
            return None if beginning is None else CodeSet(prefixes=frozenset({(system, beginning)}))
        if self._hierarchy.get(system) != "parents" or code not in self._entries[system]:
            return None
        found, waiting = {code}, [code]
        while waiting:
            below = [c for c in self._children[system, waiting.pop()] if c not in found]
            found |= set(below)
            waiting += below
        return CodeSet(frozenset((system, c) for c in found))

    def _under_all_uris(self, codes: CodeSet) -> CodeSet:
        def spread(found: Iterable[Code]) -> frozenset[Code]:
            return frozenset((uri, c) for s, c in found for uri in self.uris(s))

        return CodeSet(spread(codes.codes), spread(codes.prefixes), codes.without)

    # Value sets, once at load

    def add(self, sets: Iterable[ValueSet], wrong: Wrong) -> None:
        for one in sets:
            if one.url in self.value_sets:
                wrong(f"{one.file}: value set {one.url!r} is defined in {self.value_sets[one.url].file} too")
            self.value_sets[one.url] = one
        for one in self.value_sets.values():
            self._expand(one, (), wrong)

    def _expand(self, one: ValueSet, above: tuple[str, ...], wrong: Wrong) -> CodeSet:
        if one.url in above:
            wrong(f"{one.file}: value set {one.url!r} holds itself")
            return CodeSet()
        if one.url in self._expanded:
            return self._expanded[one.url]
        include, exclude = (self._joined(one, parts, above, wrong) for parts in (one.include, one.exclude))
        found = CodeSet(include.codes, include.prefixes, exclude if exclude else include.without)
        if not found:
            wrong(f"{one.file}: value set {one.url!r} holds no code")
        self._expanded[one.url] = found
        return found

    def _joined(self, one: ValueSet, parts: Sequence[Part], above: tuple[str, ...], wrong: Wrong) -> CodeSet:
        found = CodeSet()
        for part in parts:
            for system, code in part.codes:
                found |= self.only(system, code)
            for system in part.systems:
                found |= self._under_all_uris(CodeSet(prefixes=frozenset({(self.canonical(system), "")})))
            for url in part.sets:
                found |= self._other(one, url, above, wrong)
            for place_ in (*part.at_and_below, *part.below):
                found |= self._deep(one, place_, wrong, is_only_below=place_ in part.below)
        return found

    def _deep(self, one: ValueSet, code: Code, wrong: Wrong, *, is_only_below: bool) -> CodeSet:
        found = self.at_or_below(*code)
        if found is None:
            wrong(
                f"{one.file}: nothing says what is below {code[1]!r} of {code[0]}. Give its list parents, or give the codes"
            )
            return CodeSet()
        if is_only_below and found.prefixes:
            wrong(f"{one.file}: descendent-of is not supported for {code[0]}; use is-a")
        return CodeSet(found.codes - self.only(*code).codes if is_only_below else found.codes, found.prefixes)

    def _other(self, one: ValueSet, url: str, above: tuple[str, ...], wrong: Wrong) -> CodeSet:
        other = self.value_sets.get(url.partition("|")[0])
        if other is None:
            wrong(f"{one.file}: value set {url!r} is not known")
            return CodeSet()
        found = self._expand(other, (*above, one.url), wrong)
        if found.without:
            wrong(f"{one.file}: value set {url!r} has exclusions; it cannot be part of another. Give its codes")
        return found


def load_terminology(*folders: Path) -> Terminology:
    """The shipped lists, maps and value sets with those of the user's folders. TerminologyError lists every mistake.

    A list for a system that has one adds to it; a code in both is as the later folder says.
    """
    mistakes: list[str] = []
    wrong = mistakes.append
    all_folders = (SHIPPED, *folders)
    for folder in folders:
        if not folder.is_dir():
            wrong(f"{folder}: is not a folder")
    lists = [x for f in _files(all_folders, "lists", ".csv") if (x := read_list(f, wrong))]
    maps = [m for f in _files(all_folders, "maps", ".csv") if (m := read_map(f, wrong))]
    found = Terminology(lists, maps, _version(all_folders))
    if not mistakes:  # what leans on a broken file would be reported for what is not its fault
        _check_lists(found, wrong)
    names = {one.name: one.sheet.system for one in lists}
    files = _files(all_folders, "valuesets", ".json", ".csv")
    sets = [s for f in files if (s := read_value_set(f, lambda name: names.get(name, name), wrong))]
    if not mistakes:
        found.add(sets, wrong)
    if mistakes:
        raise TerminologyError("\n".join([*mistakes, _HOW]))
    return found


@cache
def shipped() -> Terminology:
    """The lists, maps and value sets that come with the project."""
    return load_terminology()


def _check_lists(found: Terminology, wrong: Wrong) -> None:
    hierarchies: dict[str, str] = {}
    for one in found.lists:
        sheet = one.sheet
        if hierarchies.setdefault(sheet.system, sheet.hierarchy) != sheet.hierarchy:
            wrong(f"list {one.name!r}: hierarchy is {sheet.hierarchy}, another list of {sheet.system} says otherwise")
        for entry in one.entries.values():
            for parent in entry.parents:
                if found.entry(sheet.system, parent) is None:
                    wrong(
                        f"list {one.name!r}: parent {parent!r} of {entry.code!r} is in no list. Add it, or leave it out"
                    )
            if _is_below_itself(found, sheet.system, entry):
                wrong(f"list {one.name!r}: code {entry.code!r} lies below itself")
    for of in found.maps:
        for system, codes in (
            (of.sheet.source_system, set(of.targets)),
            (of.sheet.target_system, {t for targets in of.targets.values() for t in targets}),
        ):
            for code in sorted(c for c in codes if not found.is_listed(system, c)):
                wrong(f"map {of.name!r}: {code!r} is in no list of {system}")


def _is_below_itself(found: Terminology, system: str, entry: Entry) -> bool:
    seen: set[str] = set()
    waiting = list(entry.parents)
    while waiting:
        code = waiting.pop()
        if code == entry.code:
            return True
        above = found.entry(system, code)
        if code not in seen and above:
            waiting += above.parents
        seen.add(code)
    return False


def _files(folders: Iterable[Path], inside: str, *suffixes: str) -> list[Path]:
    return [f for folder in folders for f in sorted((folder / inside).glob("*")) if f.suffix in suffixes]


def _version(folders: Iterable[Path]) -> str:
    """A short hash over all files of all folders."""
    digest = sha256()
    for file in _files(folders, "lists", ".csv", ".yaml") + _files(folders, "maps", ".csv", ".yaml"):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    for file in _files(folders, "valuesets", ".csv", ".yaml", ".json"):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
