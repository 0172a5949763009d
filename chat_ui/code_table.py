"""The ranked codes as a coder reads them: a table, the siblings side by side, a CSV file. Pure; escapes what it shows."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from chat_ui.citation_links import CitationLinks
from chat_ui.schemas import document_url
from chat_ui.strings import Voice
from ingest.documents import CodeRecord
from ingest.facts import VOCABULARY, describe
from retriever.answers import CodeMatch, Why

_MARKS = {"fits": "✓", "contradicts": "✗", "not said": "–"}
_NOT_VALID = ("deleted", "not yet valid")


@dataclass(frozen=True, slots=True)
class ComparedFact:
    """One fact across several codes; an empty value where a document does not state it."""

    fact: str
    values: tuple[str, ...]


def compare_facts(records: Sequence[CodeRecord]) -> list[ComparedFact]:
    """Every fact that some record states, in the order of the fact vocabulary; values in the order of `records`."""
    stated = {name for record in records for name in record.facts}
    return [
        ComparedFact(name, tuple(describe(name, r.facts[name]) if name in r.facts else "" for r in records))
        for name in VOCABULARY
        if name in stated
    ]


def codes_as_csv(codes: Sequence[CodeMatch]) -> str:
    """The ranked codes as CSV with a heading row; a cell that a spreadsheet would run as a formula begins with '."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("rank", "system", "code", "title", "proposed", "units", "arithmetic", "add_on_to", "status",
                     "replaced_by", "why"))  # fmt: skip
    for code in codes:
        why = "; ".join(f"{w.fact}: asked {w.asked}, document {w.document}, {w.verdict}" for w in code.why)
        cells = (code.rank, code.system, code.code, code.title, "yes" if code.proposed else "no", code.units,
                 code.arithmetic, " ".join(code.add_on_to), code.status, " ".join(code.replaced_by), why)  # fmt: skip
        writer.writerow([_harmless(str(cell)) for cell in cells])
    return out.getvalue()


def render_codes(
    codes: Sequence[CodeMatch], records: Mapping[str, CodeRecord], links: CitationLinks, say: Voice, decided: bool
) -> str:
    """The table with its tools; nothing when there are no codes. Rows are moved through with the arrow keys.

    decided: whether the first code is the answer, or one of those that a question is still open between.
    """
    if not codes:
        return ""
    with_units = any(code.units != 1 or code.arithmetic for code in codes)
    columns = ("rank", "code", "what_it_is", "why", "units") if with_units else ("rank", "code", "what_it_is", "why")
    heads = "".join(f'<th scope="col">{say[column]}</th>' for column in columns)
    rows = "".join(_row(place, code, with_units, decided, links, say) for place, code in enumerate(codes))
    return (
        f'<div class="codes-box"><table class="codes" data-csv="{escape(codes_as_csv(codes))}">'
        f"<caption>{say['codes']}</caption>"
        f"<thead><tr>{heads}</tr></thead>"
        f'<tbody>{rows}</tbody></table><p class="small keys">{say["row_keys"]}</p>'
        f'<div class="tools"><button type="button" class="tool" data-tool="csv">{say["download"]}</button></div>'
        f"{_comparison(codes, records, say)}</div>"
    )


def _row(place: int, code: CodeMatch, with_units: bool, decided: bool, links: CitationLinks, say: Voice) -> str:
    word = "ruled_out" if not code.proposed else "best" if decided and place == 0 else "possible"
    url = escape(document_url(code.document_id))
    name = escape(code.code)
    return (
        f'<tr tabindex="{0 if place == 0 else -1}" data-code="{name}" data-href="{url}" class="{word}">'
        f'<td class="rank"><span class="place">{code.rank}</span> <span class="verdict">{say[word]}</span></td>'
        f'<th scope="row"><a class="open-doc code" href="{url}">{name}</a>'
        f'<span class="small system">{escape(code.system)}</span>'
        f'<button type="button" class="tool" data-copy="{name}" aria-label="{say["copy"]} {name}">{say["copy"]}</button>'
        f'</th><td><span lang="en">{escape(code.title)}</span>{_notes(code, say)}</td>'
        f'<td class="reasons">{_whys(code, say)}{links(code.citations)}</td>{_units(code, say) if with_units else ""}</tr>'
    )


def _units(code: CodeMatch, say: Voice) -> str:
    sum_ = f'<span class="small">{escape(code.arithmetic)}</span>' if code.arithmetic else ""
    return f'<td data-head="{say["units"]}"><strong>{code.units}</strong> {sum_}</td>'


def _notes(code: CodeMatch, say: Voice) -> str:
    notes = []
    if code.add_on_to:
        notes.append(f"{say['add_on']} {', '.join(code.add_on_to)}")
    if code.status in _NOT_VALID:
        notes.append(say[code.status])
    if code.replaced_by:
        notes.append(f"{say['use_instead']} {', '.join(code.replaced_by)}")
    return "".join(f'<span class="code-note">{escape(note)}</span>' for note in notes)


def _whys(code: CodeMatch, say: Voice) -> str:
    return f'<ul class="whys">{"".join(_why(why, say) for why in code.why)}</ul>' if code.why else ""


def _why(why: Why, say: Voice) -> str:
    stated = "" if why.verdict == "not said" else f": {say.value(why.fact, why.document)}"
    mark, verdict = _MARKS.get(why.verdict, ""), escape(why.verdict)
    word = say[why.verdict] if why.verdict in _MARKS else verdict
    return (
        f'<li class="{verdict.replace(" ", "-")}"><span aria-hidden="true">{mark}</span> <strong>{word}</strong> '
        f'{escape(say.fact(why.fact) + stated)} <span class="small">({say["asked"]} {escape(say.value(why.fact, why.asked))})</span></li>'
    )


def _comparison(codes: Sequence[CodeMatch], records: Mapping[str, CodeRecord], say: Voice) -> str:
    """The listed codes side by side: one row a fact that was asked or on which they differ."""
    shown = [records[code.document_id] for code in codes if code.document_id in records]
    asked = {why.fact for code in codes for why in code.why}
    rows = [row for row in compare_facts(shown) if row.fact in asked or len(set(row.values)) > 1]
    if len(shown) < 2 or not rows:
        return ""
    heads = "".join(f'<th scope="col">{escape(record.code)}</th>' for record in shown)
    body = "".join(_compared_row(row, say) for row in rows)
    return (
        f'<details class="compare"><summary>{say["compare"]}</summary>'
        f'<div class="scroll" tabindex="0" role="region" aria-label="{say["compare"]}"><table>'
        f'<thead><tr><th scope="col">{say["fact"]}</th>{heads}</tr></thead><tbody>{body}</tbody></table></div></details>'
    )


def _compared_row(row: ComparedFact, say: Voice) -> str:
    cells = "".join(f"<td>{escape(say.value(row.fact, value)) or say['not said']}</td>" for value in row.values)
    return f'<tr><th scope="row">{escape(say.fact(row.fact))}</th>{cells}</tr>'


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
