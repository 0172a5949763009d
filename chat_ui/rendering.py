"""An answer as HTML for the chat page. Pure; whatever comes from outside this module is escaped here.

Element ids begin with "pa-", because a document's own ids stand beside them when it is opened in the page.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import groupby

from chat_ui.citation_links import CitationLinks, passage_url
from chat_ui.code_table import render_codes
from chat_ui.schemas import document_url
from chat_ui.strings import CORRECTIONS, EXAMPLES, NUMBER_CORRECTIONS, REMOVAL, WORDS, Voice, voice
from ingest.documents import CodeRecord
from ingest.facts import VOCABULARY, FactValue, Span, describe
from retriever.answers import Answer, AnswerKind, Audience, Citation, Claim, Clarify

URGENT = (AnswerKind.EMERGENCY, AnswerKind.CRISIS)
MAX_FOCUS_CHIPS = 3
MAX_BRIEF_CODES = 3
# Numbers that a phone should offer to call.
_CALLABLE = re.compile(r"(?<![\w$-])(911|988|1-8\d\d-\d{3}-\d{4})(?![\w-])")
_LIST_LINE = re.compile(r"(?:- |\d+\. )")
# In an emergency each sentence is a line of its own.
_SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[A-ZÁÉÍÓÚÑ¡¿])")
_MARK = re.compile(r"\s*\[\d+\]")
_MONTHS = {
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    "es": ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"],
}


@dataclass(frozen=True, slots=True)
class ReplyView:
    """What decides how one answer looks besides the answer itself."""

    turn: int                           # number of the turn in its conversation: makes ids unique
    question: str                       # as typed
    audience: Audience
    records: Mapping[str, CodeRecord]   # by document id: facts for the comparison of siblings


def render_shell() -> str:
    """The page around the conversation, in English; its script puts it into Spanish with the words it carries."""
    say = voice("en")
    return f"""<div id="pa" data-audience="patient" data-language="en" data-view="start"
 data-words="{escape(json.dumps(WORDS, ensure_ascii=False))}">
<a class="skip" href="#pa-question" data-t="skip">{say["skip"]}</a>
{_header(say)}
<p class="banner" id="pa-offline" hidden data-t="offline">{say["offline"]}</p>
<div class="body">
<div class="talk" id="pa-talk" role="region" aria-label="{say["conversation"]}" data-t-label="conversation">
<div class="start">
<h2 class="for-patient" data-t="start_patient">{say["start_patient"]}</h2>
<h2 class="for-coder" data-t="start_coder">{say["start_coder"]}</h2>
<p data-t="start_how">{say["start_how"]}</p>
</div>
<button type="button" class="plain" id="pa-earlier" hidden data-t="show_earlier">{say["show_earlier"]}</button>
<div id="pa-turns"></div>
</div>
{_question_form(say)}
<div class="start below"><p class="label" data-t="try">{say["try"]}</p>
{"".join(_examples(audience, language) for audience, language in EXAMPLES)}
<ul class="promises">{"".join(f'<li data-t="{key}">{say[key]}</li>' for key in _PROMISES)}</ul></div>
{_document_dialog(say)}
</div>
<div role="status" class="vh" id="pa-status"></div>
<template id="pa-turn"><section class="turn"><h2 class="asked"><span class="vh" data-t="you_asked"></span>
<span class="asked-text"></span></h2><div class="reply"></div></section></template>
</div>"""


_PROMISES = ("promise_quoted", "promise_source", "promise_private")

# A page with one marked line: what the project does.
_LOGO = (
    '<svg viewBox="0 0 24 24" width="28" height="28" aria-hidden="true" focusable="false">'
    '<rect x="3" y="1.5" width="18" height="21" rx="3" fill="currentColor"/>'
    '<path d="M7 7h10M7 17h7" stroke="var(--on-brand)" stroke-width="2" stroke-linecap="round"/>'
    '<path d="M6 12h12" stroke="var(--mark)" stroke-width="4"/></svg>'
)


def _header(say: Voice) -> str:
    return f"""<div class="head"><div class="bar">
<h1><a href="/" id="pa-home">{_LOGO}<span data-t="title">{say["title"]}</span></a></h1>
<button type="button" class="plain" id="pa-new" data-t="new_chat">{say["new_chat"]}</button>
<fieldset class="switch"><legend data-t="i_am">{say["i_am"]}</legend>
<label><input type="radio" name="pa-audience" value="patient" checked><span data-t="patient">{say["patient"]}</span></label>
<label><input type="radio" name="pa-audience" value="coder"><span data-t="coder">{say["coder"]}</span></label></fieldset>
<fieldset class="switch"><legend class="vh" data-t="language">{say["language"]}</legend>
<label lang="en"><input type="radio" name="pa-language" value="en" checked><span>{_short("English", "EN")}</span></label>
<label lang="es"><input type="radio" name="pa-language" value="es"><span>{_short("Español", "ES")}</span></label></fieldset>
</div></div>"""


def _short(name: str, short: str) -> str:
    """A name that phones show short; screen readers say it whole."""
    return f'<span class="long">{name}</span><span class="short" aria-hidden="true">{short}</span>'


def _question_form(say: Voice) -> str:
    return f"""<form class="ask" id="pa-form" autocomplete="off">
<label for="pa-question" class="vh" data-t="question">{say["question"]}</label>
<div class="box"><textarea id="pa-question" rows="1" maxlength="2000" placeholder="{say["placeholder"]}"
 data-t-placeholder="placeholder" enterkeyhint="send"></textarea>
<button type="submit" class="primary" id="pa-ask" data-t="ask">{say["ask"]}</button>
<button type="button" class="primary stop" id="pa-stop" hidden data-t="stop">{say["stop"]}</button></div>
<p class="small"><span data-t="general">{say["general"]}</span> <span class="once" data-t="no_names">{say["no_names"]}</span>
<span class="once" data-t="urgent">{say["urgent"]}</span></p>
</form>"""


def _document_dialog(say: Voice) -> str:
    return f"""<dialog class="doc" id="pa-doc" aria-label="{say["document"]}" data-t-label="document">
<div class="doc-bar"><button type="button" class="plain" id="pa-doc-back"><span aria-hidden="true">←</span>
<span data-t="back">{say["back"]}</span></button>
<a id="pa-doc-page" href="/" target="_blank" rel="noopener" data-t="open_page">{say["open_page"]}</a></div>
<div class="doc-text" id="pa-doc-text" lang="en"></div>
</dialog>"""


def _examples(audience: str, language: str) -> str:
    items = "".join(f"<li>{_ask_button('', text)}</li>" for text in EXAMPLES[audience, language])
    return f'<ul class="examples" data-for="{audience}-{language}" lang="{language}">{items}</ul>'


def render_reply(answer: Answer, view: ReplyView, claims_shown: int | None = None) -> str:
    """The reply of one turn: answer, sources, codes and next steps.

    claims_shown: while streaming, how many claims to show, and nothing but them; None for the whole reply.
    """
    say = voice(answer.understood.language)
    links = CitationLinks({citation.number: citation for citation in answer.citations}, say)
    card = _card(answer, answer.claims[:claims_shown], links, say)
    if claims_shown is not None:
        return _columns(say, card, "")
    below = [
        _tools(say) if answer.claims else "",
        _understood(answer, view, say),
        _next_questions(answer, say),
        _notice(answer),
    ]
    side = _sources(cited(answer, view.audience), view.turn, say)
    if view.audience == "coder":
        side = render_codes(answer.codes, view.records, links, say, answer.kind is not AnswerKind.CLARIFY) + side
    else:
        below.append(_codes_in_brief(answer, say))
    return _columns(say, card + "".join(below), side)


def render_error(language: str, message: str = "error") -> str:
    """Said in place of an answer that could not be made; `message` is one of our words."""
    say = voice(language)
    card = (
        f'<div class="card error" role="group"><p><strong>{say[message]}</strong></p>'
        f'<button type="button" class="primary" data-again>{say["try_again"]}</button></div>'
    )
    return _columns(say, card, "")


def announcement(answer: Answer, audience: Audience) -> str:
    """What a screen reader is told when the answer stands: one short line."""
    say = voice(answer.understood.language)
    if answer.clarify is not None:
        return answer.clarify.question
    if answer.kind in URGENT or not answer.claims:
        return _MARK.sub("", answer.answer.replace("**", "")).strip().split("\n")[0]
    count = len(cited(answer, audience))
    return f"{say['answer_ready']}, {count} {say['source'] if count == 1 else say['sources_count']}"


def cited(answer: Answer, audience: Audience) -> list[Citation]:
    """The citations whose number the reader sees: those of claims, and for coders those of codes."""
    used = {number for claim in answer.claims for number in claim.citations}
    if audience == "coder":
        used |= {number for code in answer.codes for number in code.citations}
    return [citation for citation in answer.citations if citation.number in used]


def _columns(say: Voice, main: str, side: str) -> str:
    beside = f'<div class="side" lang="{say.language}">{side}</div>' if side else ""
    return f'<div class="said" lang="{say.language}">{main}</div>{beside}'


def _card(answer: Answer, claims: Sequence[Claim], links: CitationLinks, say: Voice) -> str:
    kind = answer.kind
    body = _about(answer) + _claims(claims, links)
    if kind in URGENT:
        return _urgent(answer, body, say)
    if kind is AnswerKind.CLARIFY and answer.clarify is not None:
        return f'<div class="card clarify">{_clarify(answer.clarify, say)}{body}</div>'
    if kind is AnswerKind.ABSTAIN:
        head, rest = _first_sentence(answer.answer)
        more = f"<p>{say['next_step']}</p>{_topics(answer.follow_ups, say)}"
        return f'<div class="card abstain"><h3>{escape(head)}</h3>{_phrases(rest)}{more}</div>'
    if kind in (AnswerKind.CAUTION, AnswerKind.REFUSE):
        head, rest = _first_sentence(_without(answer.answer, claims))
        return f'<div class="card {kind.value}"><h3>{escape(head)}</h3>{_phrases(rest)}{body}</div>'
    return f'<div class="card">{body or _phrases(answer.answer)}</div>'


def _about(answer: Answer) -> str:
    """The document that the claims are quoted from, when they all are from one: the reader sees whether it is theirs."""
    numbers = {number for claim in answer.claims for number in claim.citations}
    sources = {(c.title, c.system, c.code) for c in answer.citations if c.number in numbers}
    if len(sources) != 1:
        return ""
    title, system, code = sources.pop()
    return f'<p class="about"><span lang="en">{escape(title)}</span> <span class="code-of">{escape(f"{system} {code}")}</span></p>'


def _urgent(answer: Answer, body: str, say: Voice) -> str:
    """The card that stands above all: its first words are those of the answer."""
    head, rest = _first_sentence(_without(answer.answer, answer.claims))
    rest = _SENTENCE_END.sub("\n\n", rest)
    return (
        f'<div class="card urgent {answer.kind.value}" role="group" aria-label="{say[answer.kind.value]}">'
        f'<p class="urgent-head">{_ALARM}<strong>{_callable(escape(head))}</strong></p>'
        f'<div class="urgent-body">{_callable(_phrases(rest))}{body}</div></div>'
    )


_ALARM = (
    '<svg viewBox="0 0 24 24" width="28" height="28" aria-hidden="true" focusable="false">'
    '<path d="M12 2 1.5 21h21z" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round"/>'
    '<path d="M12 9v6M12 17.6v.6" stroke="currentColor" stroke-width="2.4" stroke-linecap="round"/></svg>'
)


def _clarify(clarify: Clarify, say: Voice) -> str:
    question = escape(clarify.question)
    buttons = "".join(_ask_button("option", option.ask, option.label, option.label) for option in clarify.options)
    return (
        f'<p class="label">{say["one_question"]}</p><p class="lead">{question}</p>'
        f'<div class="options" role="group" aria-label="{question}">{buttons}</div>'
    )


def _ask_button(css: str, ask: str, label: str = "", said: str = "") -> str:
    """A button that asks `ask`; the conversation shows `said` as what was asked, when it is given."""
    style = f' class="{css}"' if css else ""
    shown = f' data-said="{escape(said)}"' if said else ""
    return f'<button type="button"{style} data-ask="{escape(ask)}"{shown}>{escape(label or ask)}</button>'


def _claims(claims: Sequence[Claim], links: CitationLinks) -> str:
    """The lead in bold, runs of items and steps as lists; steps are counted through."""
    parts: list[str] = []
    steps = 1
    for form, run in groupby(claims, key=lambda claim: claim.form):
        rows = [_claim(claim, links) for claim in run]
        if form == "step":
            parts.append(f'<ol start="{steps}">{_items(rows)}</ol>')
            steps += len(rows)
        elif form == "item":
            parts.append(f"<ul>{_items(rows)}</ul>")
        else:
            css = ' class="lead"' if form == "lead" else ""
            parts += [f"<p{css}>{row}</p>" for row in rows]
    return "".join(parts)


def _claim(claim: Claim, links: CitationLinks) -> str:
    before = f'<span class="connect">{escape(claim.before)}</span> ' if claim.before else ""
    return before + links.after(claim.text, claim.citations)


def _items(rows: Sequence[str]) -> str:
    return "".join(f"<li>{row}</li>" for row in rows)


def _phrases(text: str) -> str:
    """Our own fixed texts: paragraphs, lists and **bold**; citation marks are left out."""
    parts = []
    for block in re.split(r"\n\s*\n", _MARK.sub("", text).strip()):
        for is_list, lines in groupby(block.split("\n"), key=lambda line: bool(_LIST_LINE.match(line))):
            said = [_bold(escape(_LIST_LINE.sub("", line, count=1) if is_list else line)) for line in lines]
            said = [line for line in said if line.strip()]
            if said:
                parts.append(f"<ul>{_items(said)}</ul>" if is_list else f"<p>{'<br>'.join(said)}</p>")
    return "".join(parts)


def _first_sentence(text: str) -> tuple[str, str]:
    """The first sentence without marks of bold, and all that follows."""
    line, _, rest = text.strip().partition("\n")
    head, stop, more = line.replace("**", "").partition(". ")
    return head + stop.strip(), "\n".join(part for part in (more, rest) if part.strip())


def _bold(escaped: str) -> str:
    return re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", escaped)


def _callable(escaped: str) -> str:
    return _CALLABLE.sub(r'<a href="tel:\1">\1</a>', escaped)


def _without(text: str, claims: Sequence[Claim]) -> str:
    """The lines that hold none of the claims, which are shown on their own."""
    return "\n".join(line for line in text.split("\n") if not any(claim.text in line for claim in claims))


def _topics(topics: Sequence[str], say: Voice) -> str:
    if not topics:
        return ""
    buttons = [_ask_button("topic", topic) for topic in topics]
    return f'<p class="label">{say["nearest"]}</p><ul class="topics">{_items(buttons)}</ul>'


def _tools(say: Voice) -> str:
    tools = (("copy", "copy_answer"), ("share", "share"), ("print", "print"))
    buttons = (f'<button type="button" class="tool" data-tool="{tool}">{say[word]}</button>' for tool, word in tools)
    return f'<div class="tools">{"".join(buttons)}</div>'


def _next_questions(answer: Answer, say: Voice) -> str:
    if not answer.follow_ups or answer.kind in (AnswerKind.ABSTAIN, AnswerKind.CLARIFY):
        return ""
    return _row_of("nexts", say["ask_next"], [_ask_button("next", text) for text in answer.follow_ups])


def _row_of(css: str, label: str, parts: Sequence[str]) -> str:
    return (
        f'<div class="{css}" role="group" aria-label="{label}"><span class="label">{label}</span>{"".join(parts)}</div>'
    )


def _notice(answer: Answer) -> str:
    if answer.notice is None or answer.kind not in (AnswerKind.ANSWER, AnswerKind.CLARIFY):
        return ""
    return f'<p class="notice">{escape(answer.notice.text)}</p>'


def _understood(answer: Answer, view: ReplyView, say: Voice) -> str:
    """How the question was read, each part correctable."""
    if answer.kind in URGENT or answer.kind is AnswerKind.REFUSE:
        return ""
    understood = answer.understood
    chips = [_focus_chip(name, answer, say) for name in understood.focus[:MAX_FOCUS_CHIPS]]
    chips += [_fact_chip(name, value, say) for name, value in understood.facts.items()]
    chips.append(_audience_chip(view.audience, say))
    if understood.standalone_question != " ".join(view.question.split()):
        chips.append(_reading_chip(understood.standalone_question, say))
    return _row_of("understood", say["understood"], chips)


def _chip(label: str, choices: str) -> str:
    return f'<details class="chip"><summary>{escape(label)}</summary><div class="choices">{choices}</div></details>'


def _focus_chip(name: str, answer: Answer, say: Voice) -> str:
    """Another code of the reply, or the question asked afresh without what the conversation was about."""
    others = [match.code for match in answer.codes if match.code != name.split()[-1]][:4]
    choices = "".join(_ask_button("", f"no, {other}", other) for other in others)
    return _chip(
        f"{say['about']} {name}",
        f'{choices}<button type="button" data-repeat data-fresh>{say["remove"]}</button>',
    )


def _audience_chip(audience: Audience, say: Voice) -> str:
    other = "coder" if audience == "patient" else "patient"
    choice = f"{say['ask_as']} {say[other].lower()}"
    return _chip(
        f"{say['for']}: {say[audience].lower()}",
        f'<button type="button" data-repeat data-audience="{other}">{choice}</button>',
    )


def _reading_chip(reading: str, say: Voice) -> str:
    edit = f'<button type="button" data-edit="{escape(reading)}">{say["edit"]}</button>'
    return _chip(say["read_as"], f'<p class="small">{escape(reading)}</p>{edit}')


def _fact_chip(name: str, value: FactValue, say: Voice) -> str:
    label = say.fact(name)
    removal = f'<button type="button" data-ask="{escape(REMOVAL.format(voice("en").fact(name)))}">{say["remove"]}</button>'
    return _chip(
        f"{label}: {say.value(name, describe(name, value))}",
        _number_field(name, value, label, say) + _choice_buttons(name, value, say) + removal,
    )


def _choice_buttons(name: str, value: FactValue, say: Voice) -> str:
    key = VOCABULARY.get(name)
    if key is None or key.kind not in ("choice", "flag"):
        return ""
    choices = key.choices if key.kind == "choice" else ("yes", "no")
    now = value if isinstance(value, str) else "yes" if value else "no"
    shown = {choice: describe(name, choice == "yes") if key.kind == "flag" else choice for choice in choices}
    return "".join(
        _ask_button("", CORRECTIONS[name, choice], say.value(name, shown[choice]))
        for choice in choices
        if choice != now and (name, choice) in CORRECTIONS
    )


def _number_field(name: str, value: FactValue, label: str, say: Voice) -> str:
    if name not in NUMBER_CORRECTIONS or isinstance(value, bool | str):
        return ""
    number = value.low if isinstance(value, Span) else value
    filled = "" if number is None else f"{number:g}"
    return (
        f'<form class="correct" data-correct="{escape(NUMBER_CORRECTIONS[name])}">'
        f'<label><span class="vh">{escape(label)}</span>'
        f'<input type="number" min="0" max="999" step="any" required value="{filled}"></label>'
        f'<button type="submit">{say["change"]}</button></form>'
    )


def _sources(shown: Sequence[Citation], turn: int, say: Voice) -> str:
    """The cited passages, one group a document, in the order of their numbers."""
    if not shown:
        return ""
    groups: dict[str, list[Citation]] = {}
    for citation in shown:
        groups.setdefault(citation.document_id, []).append(citation)
    documents = "".join(_source_group(group, turn, say) for group in groups.values())
    note = f'<p class="small">{say["in_english"]}</p>' if say["in_english"] else ""
    heading = f'<h3>{say["sources"]}</h3> <span class="count">{len(shown)}</span>'
    return f'<details class="sources" open><summary>{heading}</summary>{note}{documents}</details>'


def _source_group(group: Sequence[Citation], turn: int, say: Voice) -> str:
    first = group[0]
    read = "" if first.reviewed is None else f" · {say['read_through']} {_day(first.reviewed, say)}"
    passages = [
        f'<a class="source" id="pa-{turn}-source-{citation.number}" href="{passage_url(citation)}">'
        f'<span class="number">{citation.number}</span><span class="words">'
        f'<span class="section" lang="en">{escape(citation.heading)}</span>'
        f'<q lang="en">{escape(citation.quote)}</q></span></a>'
        for citation in group
    ]
    return (
        f'<div class="document"><h4 lang="en">{escape(first.title)}</h4>'
        f'<p class="small">{escape(first.system)} {escape(first.code)}{read}</p>'
        f'<ol class="passages">{_items(passages)}</ol></div>'
    )


def _day(day: date, say: Voice) -> str:
    return f"{day.day} {_MONTHS[say.language][day.month - 1]} {day.year}"


def _codes_in_brief(answer: Answer, say: Voice) -> str:
    """A short closed list for patients: enough to recognize the line of a bill."""
    codes = [code for code in answer.codes if code.proposed][:MAX_BRIEF_CODES]
    if not codes or answer.kind in URGENT:
        return ""
    lines = [
        f'<a class="open-doc" href="{escape(document_url(code.document_id))}">{escape(code.code)}</a> '
        f'<span lang="en">{escape(code.title)}</span>'
        for code in codes
    ]
    return f'<details class="codes-brief"><summary>{say["codes_brief"]}</summary><ul>{_items(lines)}</ul></details>'
