"""A new document, ready to be filled in: every key and every section, with what each asks for."""

from datetime import date

from ingest.codes import document_id, has_shape, normal_code
from ingest.errors import CorpusRefused
from ingest.sections import SECTION_KINDS

_ASKS = {
    "name": "The plain name is …\nPeople also say …",
    "summary": "Two or three sentences: what it is in a patient's words, then the one thing that sets this code apart.",
    "purpose": "The problem it answers, and the goal.",
    "indications": "Whom it is for.\nWhom it is not for.",
    "preparation": "- Eating and drinking before.\n- Which medicines to ask about.\n- Clothes, a driver, what to bring.",
    "procedure": "1. First step.\n2. Next step.\n\nNumbing or sleep, if any.",
    "duration": "Minutes in the room.\nWhat the code counts.",
    "setting": "Usual places.",
    "personnel": "Who does it.\nWho may bill it.",
    "risks": "- A common risk.\n- A rare risk.",
    "benefits": "What it gives, and when.",
    "recovery": "Driving, work, lifting, washing, food.\n\n### Call\n\nWhen to call the office.\n\n### Call 911\n\nWhen to call 911.",
    "alternatives": "- Another way: one plus, one minus.",
    "experience": "What it feels like during and after.\nWhat the bill shows.",
    "coding": "- Choose when: …\n- Not when: …\n- Threshold: …\n- Goes with: …\n- Never with: …\n- Proof in the record: …",
    "similar": "- 00000: plain name, deciding difference.",
}


def new_document(system: str, code: str, today: date) -> tuple[str, str]:
    """The file name, relative to the corpus, and the text of a document to fill in.

    Raises CorpusRefused when the code has not the shape of the system's codes.
    """
    system, code = system.upper(), normal_code(code)
    try:
        fits = has_shape(system, code)
    except KeyError:
        raise CorpusRefused(f"unknown code system {system!r}; expected CPT, HCPCS or ICD-10-PCS") from None
    if not fits:
        raise CorpusRefused(f"{code!r} does not have the shape of a {system} code")
    front = f"""---
system: {system}
code: "{code}"
title: Plain title with the deciding facts
family: family-name
common_names: []
facts: {{}}
status: active
questions:
  - "A question in a patient's words?"
reviewed: {today.isoformat()}
sources: []
---
"""
    sections = "".join(f"\n## {kind.heading}\n\n{_ASKS[kind.name]}\n" for kind in SECTION_KINDS)
    return f"{document_id(system, code)}.md", front + sections
