"""A document as a page for people: plain HTML, one stylesheet inside, no scripts. Everything quoted is escaped."""

from collections.abc import Sequence
from html import escape

from ingest.documents import CodeRecord, ProcedureDocument
from ingest.sections import Section
from ingest.sentences import Piece, split_pieces

STYLE = """
:root{color-scheme:light dark;--ink:#1a2330;--soft:#4b5a6b;--paper:#fff;--line:#d5dde6;--link:#0b5cad;--mark:#ffe08a;--mark-ink:#1a2330;--card:#f5f8fb}
@media(prefers-color-scheme:dark){:root{--ink:#e8edf3;--soft:#a9b6c4;--paper:#11171f;--line:#324050;--link:#7db8ff;--mark:#ffd866;--mark-ink:#11171f;--card:#19212c}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main,header{max-width:44rem;margin:0 auto;padding:1rem 1.25rem}header{border-bottom:1px solid var(--line)}
h1{font-size:1.6rem;line-height:1.25;margin:.3rem 0}h2{font-size:1.2rem;margin:2rem 0 .4rem;padding-top:.4rem}h3{font-size:1rem;margin:1.2rem 0 .2rem}
p{margin:.35rem 0}ul,ol{margin:.35rem 0;padding-left:1.4rem}li{margin:.2rem 0}a{color:var(--link)}
.meta,.note{color:var(--soft);font-size:.95rem}.note{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.6rem .8rem}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:.15rem .9rem;margin:.8rem 0;font-size:.95rem}.facts dt{color:var(--soft)}.facts dd{margin:0}
nav ul{display:flex;flex-wrap:wrap;gap:.3rem .9rem;list-style:none;padding:0;margin:.5rem 0;font-size:.95rem}nav a{display:inline-block;padding:.2rem 0}
mark{background:var(--mark);color:var(--mark-ink);padding:.05em .1em;border-radius:.15em;scroll-margin:40vh}mark:focus-visible,a:focus-visible{outline:3px solid var(--link);outline-offset:2px}
@media print{nav{display:none}}
"""


def render_document(document: ProcedureDocument, marked: tuple[int, int] | None, generation: str) -> str:
    """The whole page; document.text[start:end] of `marked` is in <mark id="p">, however many lines it spans."""
    record = document.record
    if marked is not None and not 0 <= marked[0] < marked[1] <= len(document.text):
        marked = None
    sections = "".join(_section(document, section, marked) for section in document.sections)
    links = "".join(f'<li><a href="#{s.name}">{escape(s.heading)}</a></li>' for s in document.sections)
    jump = '<p><a href="#p">Go to the marked passage</a></p>' if marked else ""
    body = f"""<header><a href="/">Procedure Answers</a>
<p class="meta">{escape(record.system)} code {escape(record.code)}{_status(record)}</p>
<h1>{escape(record.title)}</h1>
<p class="meta">{_reviewed(record)}</p>{jump}
<nav aria-label="Sections"><ul>{links}</ul></nav></header>
<main>{sections}
<section><h2>About this page</h2>
<p class="note">General information, not medical advice. Written by the project and read twice by it; no clinician or certified
coder has read it yet. Ask your care team about your own case.</p>
<p class="meta">Sources: {escape("; ".join(record.sources)) or "none named"}.</p>
<p class="meta">Text SHA-256 {document.sha256[:16]}, index {escape(generation)}.</p></section></main>"""
    return _page(f"{record.code}: {record.title}", body)


def render_missing(system: str, code: str, nearest: Sequence[CodeRecord]) -> str:
    """The page of a code that is not loaded, with the nearest that are."""
    links = "".join(
        f'<li><a href="/doc/{escape(r.system.lower())}/{escape(r.code.lower())}">{escape(r.code)}: {escape(r.title)}</a></li>'
        for r in nearest
    )
    near = f"<p>The nearest codes that are loaded:</p><ul>{links}</ul>" if links else ""
    name = escape(f"{system.upper()} {code.upper()}")
    return _page("Not found", f'<main><h1>No page for {name}</h1><p>This code is not among the loaded documents.</p>{near}<p><a href="/">Ask a question</a></p></main>')


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>{body}</body></html>"
    )


def _status(record: CodeRecord) -> str:
    parts = []
    if record.effective is not None:
        parts.append(f"valid from {record.effective}")
    if record.deleted is not None:
        parts.append(f"not valid from {record.deleted}")
    if record.replaced_by:
        parts.append(f"replaced by {', '.join(record.replaced_by)}")
    return f", {escape(', '.join(parts))}" if parts else ""


def _reviewed(record: CodeRecord) -> str:
    return "" if record.reviewed is None else f"Last read through by the project on {record.reviewed}."


def _section(document: ProcedureDocument, section: Section, marked: tuple[int, int] | None) -> str:
    blocks: list[str] = []
    run: list[tuple[Piece, str]] = []
    for piece in split_pieces(document.text, section.body_start, section.end):
        if run and run[-1][0].block != piece.block:
            blocks.append(_block(run))
            run = []
        run.append((piece, _marked(document.text, piece, marked)))
    if run:
        blocks.append(_block(run))
    return f'<section id="{section.name}"><h2>{escape(section.heading)}</h2>{"".join(blocks)}</section>'


def _block(run: Sequence[tuple[Piece, str]]) -> str:
    kind = run[0][0].kind
    if kind in ("item", "step"):
        tag = "ul" if kind == "item" else "ol"
        return f"<{tag}>{''.join(f'<li>{html}</li>' for _, html in run)}</{tag}>"
    if kind in ("heading", "label"):
        return f"<h3>{run[0][1]}</h3>"
    return f"<p>{' '.join(html for _, html in run)}</p>"


def _marked(text: str, piece: Piece, marked: tuple[int, int] | None) -> str:
    """The piece's words, escaped, with what `marked` covers of them in a mark; the first mark carries the id."""
    if marked is None or marked[1] <= piece.start or piece.end <= marked[0]:
        return escape(piece.of(text))
    start, end = max(marked[0], piece.start), min(marked[1], piece.end)
    identity = ' id="p" tabindex="-1"' if marked[0] >= piece.start else ""
    return f"{escape(text[piece.start:start])}<mark{identity}>{escape(text[start:end])}</mark>{escape(text[end:piece.end])}"
