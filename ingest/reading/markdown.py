"""Our own format: YAML front matter, then Markdown with one `##` heading a section."""

import re

from ingest.documents import ProcedureDocument
from ingest.errors import DocumentRefused
from ingest.reading.front_matter import CodeHint, code_record, split_front_matter
from ingest.reading.text_in import decode
from ingest.sections import Heading, split_sections

# A section heading: two hashes, its words, and the end of its line.
_SECTION_HEADING = re.compile(r"^## +(?P<words>[^\n]+?) *$\n?", re.MULTILINE)


def read_markdown(name: str, data: bytes, hint: CodeHint) -> ProcedureDocument:
    """Read a document whose front matter names its code; `hint` is not needed and not used.

    document.text is everything after the front matter, character for character.
    Raises DocumentRefused.
    """
    front_matter, text = split_front_matter(name, decode(name, data))
    record = code_record(name, front_matter)
    headings = [Heading(match["words"], match.start(), match.end()) for match in _SECTION_HEADING.finditer(text)]
    if not headings:
        raise DocumentRefused(name, "no section was found; expected headings such as '## Summary'")
    if text[: headings[0].start].strip():
        raise DocumentRefused(name, "text stands before the first section; put it under a '## ' heading")
    try:
        return ProcedureDocument(record, text, split_sections(text, headings))
    except ValueError as error:
        raise DocumentRefused(name, str(error)) from error
