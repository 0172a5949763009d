"""A page as it is published on the web, saved as plain text: title, a line naming the code system, named sections.

Such a page carries no code. It is taken from a sidecar (`page.yaml` beside `page.txt`, with the keys of a front
matter) or from an option; title and system come from the page unless the sidecar says otherwise.
"""

import re
from typing import Any

from ingest.codes import document_id
from ingest.documents import ProcedureDocument
from ingest.errors import DocumentRefused
from ingest.reading.front_matter import CodeHint, code_record, load_mapping
from ingest.reading.text_in import decode
from ingest.sections import Heading, section_name, split_sections

# "CPT4 code", "HCPCS code", "ICD-10-PCS code": the line that names the system of the page.
_SYSTEM_LINE = re.compile(r"(?P<system>CPT|HCPCS|ICD-?10-?PCS)[ -]?\d? codes?:?", re.IGNORECASE)
_LINE = re.compile(r"(?P<words>[^\n]*)(?:\n|$)")


def read_published_page(name: str, data: bytes, hint: CodeHint) -> ProcedureDocument:
    """Read a saved page; its whole text is the document's text, so every offset is one into the file's text.

    Raises DocumentRefused when the page has no system line, no sections, or no code is given for it.
    """
    text = decode(name, data)
    lines = [match for match in _LINE.finditer(text) if match["words"].strip()]
    system_at = next((i for i, line in enumerate(lines) if _SYSTEM_LINE.fullmatch(line["words"].strip())), None)
    if not system_at:
        raise DocumentRefused(name, "no line such as 'CPT4 code' follows a title; is this a published procedure page?")
    headings = [
        Heading(line["words"].strip(), line.start(), line.end())
        for line in lines[system_at + 1 :]
        if section_name(line["words"]) is not None
    ]
    if not headings:
        raise DocumentRefused(name, "no section was found; expected lines such as 'Summary' or 'Duration'")
    raw = _raw_record(name, hint, _system(lines[system_at]["words"]), lines[system_at - 1]["words"])
    try:
        return ProcedureDocument(code_record(name, raw), text, split_sections(text, headings))
    except ValueError as error:
        raise DocumentRefused(name, str(error)) from error


def _raw_record(name: str, hint: CodeHint, system: str, title: str) -> dict[str, Any]:
    raw: dict[str, Any] = {"system": hint.system or system, "title": " ".join(title.split())}
    if hint.sidecar is not None:
        raw |= load_mapping(name, hint.sidecar)
    if hint.code is not None:
        raw |= {"code": hint.code}
    if "code" not in raw:
        sidecar = name.rsplit(".", 1)[0] + ".yaml"
        raise DocumentRefused(
            name, f"the page names no code; give one with --code {name}={raw['system']}:CODE, or in a sidecar {sidecar}"
        )
    if isinstance(raw["code"], str) and isinstance(raw["system"], str):
        raw.setdefault("family", document_id(raw["system"], raw["code"]))
    return raw


def _system(line: str) -> str:
    found = _SYSTEM_LINE.fullmatch(line.strip())
    word = found["system"].upper() if found else ""
    return "ICD-10-PCS" if word.startswith("ICD") else word
