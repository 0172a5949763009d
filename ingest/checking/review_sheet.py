"""A family on one sheet for a reviewer: siblings side by side, section by section, what differs in colour. Pure."""

from collections.abc import Sequence
from html import escape

from ingest.checking.documents import Source
from ingest.checking.families import distinguishing_facts, near_copies
from ingest.checking.readability import reading_grade
from ingest.facts import describe
from ingest.sections import SECTION_KINDS

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:1.5rem;color:#1a2330}table{border-collapse:collapse;margin:1rem 0}
th,td{border:1px solid #c7d2dd;padding:.4rem .6rem;vertical-align:top;text-align:left;min-width:16rem}th{background:#eef3f8}
.differs{background:#fff3bf}.copied{background:#ffd8d8}.meta{color:#4b5a6b}
"""


def review_html(family: str, sources: Sequence[Source]) -> str:
    """The sheet as one HTML page without scripts; siblings in the order of their codes."""
    sources = sorted(sources, key=lambda source: source.document.record.code)
    copied = {source.file: {offset for offset, _, _ in near_copies(source, [o for o in sources if o is not source])[0]} for source in sources}
    heads = "".join(
        f"<th>{escape(s.document.record.code)}<br>{escape(s.document.record.title)}<br>"
        f'<span class="meta">reviewed {s.document.record.reviewed}, {len(s.document.text.split())} words</span></th>'
        for s in sources
    )
    facts = "".join(_fact_row(name, sources) for name in _fact_names(sources))
    sections = "".join(_section_row(kind.name, kind.heading, sources, copied) for kind in SECTION_KINDS)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Review: {escape(family)}</title><style>{_STYLE}</style>'
        f"<h1>{escape(family)}</h1><p>Yellow: a fact on which siblings differ. Red: a sentence with a near-copy in a sibling.</p>"
        f"<table><tr><th></th>{heads}</tr>{facts}{sections}</table></html>"
    )


def review_markdown(family: str, sources: Sequence[Source]) -> str:
    """The facts side by side as a Markdown table, differing ones marked with *; then each document's size and grade."""
    sources = sorted(sources, key=lambda source: source.document.record.code)
    differing = _differing(sources)
    lines = [f"# {family}", "", "| | " + " | ".join(s.document.record.code for s in sources) + " |", "|---" * (len(sources) + 1) + "|"]
    for name in _fact_names(sources):
        mark = "*" if name in differing else ""
        lines.append(f"| {name}{mark} | " + " | ".join(_fact_text(name, s) for s in sources) + " |")
    lines.append("")
    for source in sources:
        copies, compared = near_copies(source, [other for other in sources if other is not source])
        grade = reading_grade(" ".join(p.of(source.document.text) for section in source.document.sections for p in source.document.pieces(section)))
        lines.append(f"- {source.document.record.code} {source.document.record.title}: {compared} sentences, {len(copies)} near-copies, grade {grade:.1f}")
    return "\n".join(lines) + "\n"


def _fact_names(sources: Sequence[Source]) -> list[str]:
    return list(dict.fromkeys(name for source in sources for name in source.document.record.facts))


def _differing(sources: Sequence[Source]) -> set[str]:
    first = sources[0].document.record
    return {name for other in sources[1:] for name in distinguishing_facts(first, other.document.record)}


def _fact_text(name: str, source: Source) -> str:
    facts = source.document.record.facts
    return describe(name, facts[name]) if name in facts else ""


def _fact_row(name: str, sources: Sequence[Source]) -> str:
    style = ' class="differs"' if name in _differing(sources) else ""
    return f"<tr><th>{escape(name)}</th>{''.join(f'<td{style}>{escape(_fact_text(name, s))}</td>' for s in sources)}</tr>"


def _section_row(name: str, heading: str, sources: Sequence[Source], copied: dict[str, set[int]]) -> str:
    cells = []
    for source in sources:
        section = source.document.section_of.get(name)
        pieces = source.document.pieces(section) if section else ()
        cells.append(
            "<td>"
            + "<br>".join(
                f'<span class="copied">{escape(p.of(source.document.text))}</span>'
                if p.start in copied[source.file]
                else escape(p.of(source.document.text))
                for p in pieces
            )
            + "</td>"
        )
    return f"<tr><th>{escape(heading)}</th>{''.join(cells)}</tr>"
