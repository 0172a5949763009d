"""The YAML front matter of a document, and a sidecar of the same keys: text to CodeRecord."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, cast

import yaml

from ingest.codes import CodeRange, normal_code, parse_code_range
from ingest.documents import CodeRecord
from ingest.errors import DocumentRefused
from ingest.facts import parse_facts

FENCE = "---\n"

KEYS = (
    "system", "code", "title", "family", "common_names", "facts", "usual", "add_on", "primary_codes", "not_with", "status",
    "effective", "deleted", "replaced_by", "questions", "reviewed", "sources",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CodeHint:
    """What is known of a file from outside it: a sidecar's text, or a code given as an option."""

    sidecar: str | None = None
    system: str | None = None
    code: str | None = None


class _StrictLoader(yaml.SafeLoader):
    """Safe loading that refuses a key standing twice, which YAML would silently let win."""


def _mapping_without_repeats(loader: _StrictLoader, node: yaml.MappingNode) -> dict[object, object]:
    seen: dict[object, object] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {key!r} stands twice", key_node.start_mark
            )
        seen[key] = loader.construct_object(value_node, deep=True)
    return seen


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_without_repeats)


def split_front_matter(name: str, text: str) -> tuple[dict[str, Any], str]:
    """The front matter's mapping and the text after it.

    Raises DocumentRefused when there is none, it does not end, or it is no mapping.
    """
    if not text.startswith(FENCE):
        raise DocumentRefused(name, "front matter is missing; the first line must be '---'", 1)
    end = text.find("\n" + FENCE, len(FENCE) - 1)
    if end < 0:
        raise DocumentRefused(name, "front matter does not end; close it with a line '---'", 1)
    return load_mapping(name, text[len(FENCE) : end + 1], first_line=2), text[end + 1 + len(FENCE) :]


def load_mapping(name: str, text: str, first_line: int = 1) -> dict[str, Any]:
    """Parse YAML that must be a mapping; a broken line is named by its number in the file."""
    loaded = _load_yaml(name, text, first_line)
    if not isinstance(loaded, dict):
        raise DocumentRefused(name, f"expected a mapping of keys to values, found {type(loaded).__name__}", first_line)
    return cast(dict[str, Any], loaded)


def load_list(name: str, text: str) -> list[Any]:
    """Parse YAML that must be a list; an empty file is an empty list."""
    loaded = _load_yaml(name, text, first_line=1)
    if loaded is None:
        return []
    if not isinstance(loaded, list):
        raise DocumentRefused(name, f"expected a list, found {type(loaded).__name__}", 1)
    return loaded


def _load_yaml(name: str, text: str, first_line: int) -> object:
    try:
        # _StrictLoader is a SafeLoader: it builds plain values only.
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        line = first_line + (error.problem_mark.line if error.problem_mark else 0)
        raise DocumentRefused(name, f"not valid YAML: {error.problem}", line) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise DocumentRefused(name, f"not valid YAML: {error}", first_line) from error


def code_record(name: str, raw: Mapping[str, Any]) -> CodeRecord:
    """Build the record; raises DocumentRefused naming the first key that is missing, unknown or wrong."""
    unknown = [str(key) for key in raw if key not in KEYS]
    if unknown:
        raise DocumentRefused(name, f"unknown key {unknown[0]!r} in front matter; known are {', '.join(KEYS)}")
    code = _words(name, raw, "code", required=True)
    try:
        return CodeRecord(
            system=_words(name, raw, "system", required=True),
            code=normal_code(code),
            title=_words(name, raw, "title", required=True),
            family=_words(name, raw, "family", required=True),
            common_names=_list_of_words(name, raw, "common_names"),
            facts=MappingProxyType(parse_facts(raw.get("facts"))),
            usual=_flag(name, raw, "usual"),
            add_on=_flag(name, raw, "add_on"),
            primary_codes=_ranges(name, raw, "primary_codes"),
            not_with=_ranges(name, raw, "not_with"),
            status=_words(name, raw, "status") or "active",
            effective=_day(name, raw, "effective"),
            deleted=_day(name, raw, "deleted"),
            replaced_by=tuple(normal_code(item) for item in _list_of_words(name, raw, "replaced_by")),
            questions=_list_of_words(name, raw, "questions"),
            reviewed=_day(name, raw, "reviewed"),
            sources=_list_of_words(name, raw, "sources"),
        )
    except ValueError as error:
        raise DocumentRefused(name, str(error)) from error


def _words(name: str, raw: Mapping[str, Any], key: str, *, required: bool = False) -> str:
    value = raw.get(key)
    if value is None or value == "":
        if required:
            advice = "; give one in front matter or a sidecar" if key == "code" else ""
            raise DocumentRefused(name, f"the {key} is missing{advice}")
        return ""
    if not isinstance(value, str):
        # An unquoted 00123 is a number to YAML and would lose its zeros.
        raise DocumentRefused(name, f"{key} must be quoted text, found {value!r}; write {key}: \"{value}\"")
    return " ".join(value.split())


def _list_of_words(name: str, raw: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = raw.get(key) or []
    value = [value] if isinstance(value, str) else value
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise DocumentRefused(name, f"{key} must be a list of quoted texts, found {value!r}")
    return tuple(" ".join(item.split()) for item in value)


def _ranges(name: str, raw: Mapping[str, Any], key: str) -> tuple[CodeRange, ...]:
    return tuple(parse_code_range(item) for item in _list_of_words(name, raw, key))


def _flag(name: str, raw: Mapping[str, Any], key: str) -> bool:
    value = raw.get(key, False)
    if not isinstance(value, bool):
        raise DocumentRefused(name, f"{key} must be true or false, found {value!r}")
    return value


def _day(name: str, raw: Mapping[str, Any], key: str) -> date | None:
    value = raw.get(key)
    if value is not None and type(value) is not date:
        raise DocumentRefused(name, f"{key} must be a date such as 2026-11-23, found {value!r}")
    return value
