// The chat page's script. Answers come rendered from the server; this places them, keeps the conversation in the
// tab, opens documents beside it and carries the keyboard. Nothing is written outside sessionStorage.
window.procedureAnswers = (() => {
  "use strict";

  const KEY = "procedure-answers";
  const SHOWN_TURNS = 20;
  const HISTORY_TURNS = 19;
  const HISTORY_CHARS = 8000;
  const SILENCE_MS = 20000;
  const MOMENT_MS = 2500;
  const AFTER_FAILURE_MS = 1500;
  const WIDE = matchMedia("(min-width: 64rem)");

  let root, send, words;
  let state = { audience: "patient", language: "en", turns: [], draft: "" };
  let running = null; // the turn that is being answered
  let lastTurn = 0; // never used twice, or two frames could be equal and the second go unnoticed
  let silence = 0;
  let leaving = false;
  let opener = null; // what opened the document: focus returns to it

  const part = (id) => document.getElementById(id);
  const say = (key) => words[key][state.language];
  const announce = (text) => { part("pa-status").textContent = text; };

  // ---- start ---------------------------------------------------------------------------------------------------

  // send: hands a question to the server; its frames come to `receive`.
  function start(element, ask) {
    root = element.querySelector("#pa");
    send = ask;
    words = JSON.parse(root.dataset.words);
    const url = new URL(location.href);
    load();
    const language = url.searchParams.get("lang") || state.language || (navigator.language.startsWith("es") ? "es" : "en");
    const audience = url.searchParams.get("audience") || state.audience;
    setLanguage(language === "es" ? "es" : "en");
    setAudience(audience === "coder" ? "coder" : "patient");
    part("pa-question").value = state.draft;
    lastTurn = state.turns.reduce((most, turn) => Math.max(most, turn.n), 0);
    state.turns.slice(-SHOWN_TURNS).forEach((turn) => part("pa-turns").append(turnElement(turn)));
    closeOlderSources();
    drawView();
    listen();
    const question = (url.searchParams.get("q") || "").slice(0, 2000).trim();
    if (question) {
      history.replaceState({}, "", "/");
      askQuestion(question);
    } else {
      showAddress();
    }
  }

  function listen() {
    part("pa-form").addEventListener("submit", (event) => { event.preventDefault(); askTyped(); });
    part("pa-question").addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); askTyped(); }
    });
    part("pa-question").addEventListener("input", (event) => { state.draft = event.target.value; save(); });
    part("pa-stop").addEventListener("click", halt);
    part("pa-new").addEventListener("click", newChat);
    part("pa-earlier").addEventListener("click", showEarlier);
    part("pa-doc-back").addEventListener("click", leaveDocument);
    part("pa-doc").addEventListener("cancel", (event) => { event.preventDefault(); leaveDocument(); });
    root.addEventListener("change", (event) => {
      if (event.target.name === "pa-audience") { setAudience(event.target.value); save(); }
      if (event.target.name === "pa-language") { setLanguage(event.target.value); save(); }
    });
    root.addEventListener("submit", correct);
    root.addEventListener("click", click);
    root.addEventListener("keydown", moveInTable);
    root.addEventListener("focusin", (event) => {
      const row = event.target.closest("tr[data-code]");
      if (row) row.parentElement.querySelectorAll("tr").forEach((other) => { other.tabIndex = other === row ? 0 : -1; });
    });
    document.addEventListener("keydown", (event) => {
      // Over the conversation the dialog itself turns Escape into "cancel".
      if (event.key === "Escape" && part("pa-doc").open && !part("pa-doc").matches(":modal")) leaveDocument();
    });
    document.addEventListener("click", (event) => {
      root.querySelectorAll("details.chip[open]").forEach((chip) => { if (!chip.contains(event.target)) chip.open = false; });
    });
    window.addEventListener("popstate", showAddress);
    window.addEventListener("online", drawOffline);
    window.addEventListener("offline", drawOffline);
    window.addEventListener("afterprint", () => root.querySelectorAll(".printing").forEach((turn) => turn.classList.remove("printing")));
    WIDE.addEventListener("change", () => { if (part("pa-doc").open) showDialog(); });
    drawOffline();
  }

  function click(event) {
    const link = event.target.closest("a.cite, a.source, a.open-doc, .doc-text a");
    if (link) {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button !== 0) return;
      followLink(link, event);
      return;
    }
    const home = event.target.closest("#pa-home");
    if (home) { event.preventDefault(); scrollTo({ top: 0 }); return; }
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.copy) copyCode(button.dataset.copy, button);
    else if (button.dataset.tool) useTool(button);
    else if ("again" in button.dataset) again(button.closest(".turn"));
    else if ("repeat" in button.dataset) repeat(button);
    else if (button.dataset.edit) edit(button.dataset.edit);
    else if (button.dataset.ask) askQuestion(button.dataset.ask, { shown: button.dataset.said });
  }

  // ---- asking --------------------------------------------------------------------------------------------------

  function askTyped() {
    const field = part("pa-question");
    const text = field.value.trim();
    if (running || !text) { field.focus(); return; }
    field.value = "";
    state.draft = "";
    if (matchMedia("(hover: none)").matches) field.blur(); // the keyboard of a phone would cover the answer
    askQuestion(text);
  }

  // fresh: without the conversation so far, so that its topic is forgotten.
  function askQuestion(question, { fresh = false, shown = "" } = {}) {
    if (running) return;
    const n = ++lastTurn;
    const turn = { n, question, shown: shown || question, audience: state.audience, html: "", answer: "", kind: "", fresh };
    const earlier = fresh ? [] : earlierTurns();
    state.turns.push(turn);
    const element = turnElement(turn);
    element.querySelector(".reply").innerHTML = `<div class="said"><p class="searching"></p></div>`;
    element.querySelector(".searching").textContent = say("searching");
    part("pa-turns").append(element);
    trimShown();
    closeOlderSources();
    running = { turn, element };
    setBusy(true);
    drawView();
    leaveDocumentQuietly();
    bringUp(element);
    announce(say("searching"));
    const request = { question, history: earlier, audience: state.audience, ...(state.language === "es" ? { language: "es" } : {}) };
    send({ turn: n, request });
    listenForSilence();
  }

  function earlierTurns() {
    const since = state.turns.findLastIndex((turn) => turn.fresh);
    return state.turns.slice(Math.max(since, 0)).filter((turn) => turn.answer).slice(-HISTORY_TURNS).flatMap((turn) => [
      { role: "user", content: turn.question.slice(0, HISTORY_CHARS) },
      { role: "assistant", content: turn.answer.slice(0, HISTORY_CHARS) },
    ]);
  }

  function receive(frame) {
    if (!frame || !running || frame.turn !== running.turn.n) return;
    running.element.querySelector(".reply").innerHTML = frame.html;
    listenForSilence();
    if (!frame.done) return;
    finish(frame);
    announce(frame.announce || say("error"));
  }

  function finish({ html, answer, kind }) {
    Object.assign(running.turn, { html, answer, kind });
    running.element.dataset.kind = kind;
    running = null;
    clearTimeout(silence);
    setBusy(false);
    save();
  }

  // The page library lost a question, perhaps one that was stopped before: what runs now has a moment to prove alive.
  function failed() {
    clearTimeout(silence);
    silence = setTimeout(giveUp, AFTER_FAILURE_MS);
  }

  function giveUp() {
    if (!running) return;
    const html = `<div class="said"><div class="card error" role="group"><p><strong></strong></p><button type="button" class="primary" data-again></button></div></div>`;
    const reply = running.element.querySelector(".reply");
    reply.innerHTML = html;
    reply.querySelector("strong").textContent = say("error");
    reply.querySelector("button").textContent = say("try_again");
    finish({ html: reply.innerHTML, answer: "", kind: "error" });
    announce(say("error"));
  }

  // An answer takes well under a second: after a moment of silence ask whether the service is there at all.
  function listenForSilence() {
    clearTimeout(silence);
    silence = setTimeout(async () => {
      silence = setTimeout(giveUp, SILENCE_MS);
      try {
        await fetch("/healthz", { cache: "no-store" });
      } catch {
        failed();
      }
    }, MOMENT_MS);
  }

  // The server is done in milliseconds; what still comes of a stopped turn is ignored.
  function halt() {
    if (!running) return;
    const reply = running.element.querySelector(".reply");
    const note = Object.assign(document.createElement("p"), { className: "notice", textContent: say("stopped") });
    reply.querySelector(".searching")?.remove();
    reply.querySelector(".said").append(note);
    finish({ html: reply.innerHTML, answer: "", kind: "stopped" });
    announce(say("stopped"));
    part("pa-question").focus();
  }

  function again(element) {
    const turn = turnOf(element);
    state.turns = state.turns.filter((other) => other !== turn);
    element.remove();
    askQuestion(turn.question, { fresh: turn.fresh, shown: turn.shown });
  }

  function repeat(button) {
    const turn = turnOf(button.closest(".turn"));
    if (button.dataset.audience) { setAudience(button.dataset.audience); }
    askQuestion(turn.question, { fresh: "fresh" in button.dataset || turn.fresh, shown: turn.shown });
  }

  function edit(question) {
    const field = part("pa-question");
    field.value = question;
    field.focus();
  }

  function correct(event) {
    const form = event.target.closest("form.correct");
    if (!form) return;
    event.preventDefault();
    askQuestion(form.dataset.correct.replace("{}", form.querySelector("input").value));
  }

  function newChat() {
    if (running) halt();
    state = { ...state, turns: [], draft: "" };
    sessionStorage.removeItem(KEY);
    part("pa-turns").replaceChildren();
    part("pa-question").value = "";
    leaveDocumentQuietly();
    drawView();
    scrollTo({ top: 0 });
    part("pa-question").focus();
  }

  // ---- the conversation ----------------------------------------------------------------------------------------

  function turnElement(turn) {
    const element = part("pa-turn").content.firstElementChild.cloneNode(true);
    const heading = element.querySelector(".asked");
    heading.id = `pa-asked-${turn.n}`;
    element.setAttribute("aria-labelledby", heading.id);
    Object.assign(element.dataset, { n: turn.n, kind: turn.kind, audience: turn.audience });
    element.querySelector("[data-t]").textContent = say("you_asked");
    element.querySelector(".asked-text").textContent = turn.shown || turn.question;
    element.querySelector(".reply").innerHTML = turn.html;
    return element;
  }

  const turnOf = (element) => state.turns.find((turn) => turn.n === Number(element.dataset.n));

  function trimShown() {
    const shown = part("pa-turns").children;
    while (shown.length > SHOWN_TURNS) shown[0].remove();
  }

  function showEarlier() {
    const shown = part("pa-turns");
    const first = shown.firstElementChild;
    const until = state.turns.indexOf(turnOf(first));
    const earlier = state.turns.slice(Math.max(0, until - SHOWN_TURNS), until).map(turnElement);
    const height = document.documentElement.scrollHeight;
    shown.prepend(...earlier);
    closeOlderSources();
    drawView();
    scrollBy({ top: document.documentElement.scrollHeight - height, behavior: "instant" });
    earlier.at(-1)?.querySelector(".asked").scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  // The newest answer's sources stand open beside it; older ones fold to one line.
  function closeOlderSources() {
    const turns = [...part("pa-turns").children];
    turns.slice(0, -1).forEach((turn) => turn.querySelectorAll("details.sources").forEach((d) => { d.open = false; }));
  }

  function bringUp(element) {
    element.scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth" });
  }

  function drawView() {
    root.dataset.view = state.turns.length ? "chat" : "start";
    part("pa-earlier").hidden = state.turns.length <= part("pa-turns").children.length;
  }

  function drawOffline() { part("pa-offline").hidden = navigator.onLine; }

  function setBusy(busy) {
    root.toggleAttribute("data-busy", busy);
    part("pa-ask").hidden = busy;
    part("pa-stop").hidden = !busy;
  }

  function setAudience(audience) {
    state.audience = audience;
    root.dataset.audience = audience;
    root.querySelector(`input[name=pa-audience][value=${audience}]`).checked = true;
  }

  function setLanguage(language) {
    state.language = language;
    root.dataset.language = language;
    root.lang = document.documentElement.lang = language;
    root.querySelector(`input[name=pa-language][value=${language}]`).checked = true;
    root.querySelectorAll("[data-t]").forEach((el) => { el.textContent = say(el.dataset.t); });
    root.querySelectorAll("[data-t-label]").forEach((el) => { el.setAttribute("aria-label", say(el.dataset.tLabel)); });
    root.querySelectorAll("[data-t-placeholder]").forEach((el) => { el.placeholder = say(el.dataset.tPlaceholder); });
  }

  function save() {
    for (let kept = state.turns; ; kept = kept.slice(Math.ceil(kept.length / 2))) {
      try {
        sessionStorage.setItem(KEY, JSON.stringify({ ...state, turns: kept.filter((turn) => turn.kind) }));
        return;
      } catch {
        if (!kept.length) return; // no storage at all: the page works without it
      }
    }
  }

  function load() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEY));
      if (kept && Array.isArray(kept.turns)) state = { ...state, ...kept };
      else state.language = "";
    } catch {
      state.language = "";
    }
  }

  // ---- documents -----------------------------------------------------------------------------------------------

  function followLink(link, event) {
    const url = new URL(link.href);
    if (url.origin !== location.origin) return;
    const inPage = link.getAttribute("href").startsWith("#");
    if (inPage) {
      event.preventDefault();
      part("pa-doc-text").querySelector(`[id="${CSS.escape(url.hash.slice(1))}"]`)?.scrollIntoView();
      return;
    }
    const found = url.pathname.match(/^\/doc\/([a-z0-9-]+\/[a-z0-9]+)$/i);
    if (!found) return;
    event.preventDefault();
    const passage = url.searchParams.get("p");
    const address = `/?doc=${encodeURIComponent(found[1])}${passage ? `&p=${encodeURIComponent(passage)}` : ""}`;
    if (!link.closest(".doc-text")) opener = link;
    const inDocument = Boolean(history.state?.document);
    history[inDocument ? "replaceState" : "pushState"]({ document: true }, "", address);
    showAddress();
  }

  // What the address names is what is shown: nothing, or a document at a passage.
  function showAddress() {
    leaving = false;
    const params = new URLSearchParams(location.search);
    const name = params.get("doc");
    if (name && /^[a-z0-9-]+\/[a-z0-9]+$/i.test(name)) openDocument(name, params.get("p"));
    else closeDocument();
  }

  async function openDocument(name, passage) {
    const address = `/doc/${name}${/^\d+-\d+$/.test(passage || "") ? `?p=${passage}` : ""}`;
    const text = part("pa-doc-text");
    part("pa-doc-page").href = address;
    text.textContent = say("loading_document");
    showDialog();
    markOpener(address);
    try {
      const reply = await fetch(address, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await reply.text(), "text/html");
      if (part("pa-doc-page").getAttribute("href") !== address) return; // another one was opened meanwhile
      text.replaceChildren(...documentParts(page));
    } catch {
      text.textContent = say("document_failed");
    }
    showPassage(text);
  }

  function documentParts(page) {
    const head = page.querySelector("body > header");
    head?.querySelectorAll(":scope > a, nav").forEach((element) => element.remove());
    const from = [...(head?.childNodes ?? []), ...(page.querySelector("main")?.childNodes ?? [])];
    return from.map((node) => document.importNode(node, true));
  }

  function showPassage(text) {
    const mark = text.querySelector("mark");
    const target = mark ?? text.querySelector("h1") ?? text;
    target.tabIndex = -1;
    // Not scrollIntoView, which would move the conversation too.
    const above = mark ? mark.getBoundingClientRect().top - text.getBoundingClientRect().top + text.scrollTop : 0;
    text.scrollTop = mark ? above - (text.clientHeight - mark.offsetHeight) / 2 : 0;
    target.focus({ preventScroll: true });
  }

  // Beside the conversation on a wide screen, over it on a narrow one.
  function showDialog() {
    const dialog = part("pa-doc");
    if (dialog.open) dialog.close();
    if (WIDE.matches) dialog.show();
    else dialog.showModal();
    root.dataset.document = "open";
  }

  function closeDocument() {
    const dialog = part("pa-doc");
    if (!dialog.open) return;
    dialog.close();
    delete root.dataset.document;
    markOpener("");
    (opener?.isConnected ? opener : part("pa-question")).focus();
    opener = null;
  }

  function leaveDocument() {
    if (leaving) return; // going back takes a moment; twice would leave the page
    if (history.state?.document) {
      leaving = true;
      history.back();
    } else {
      leaveDocumentQuietly();
    }
  }

  function leaveDocumentQuietly() {
    if (!part("pa-doc").open) return;
    opener = null;
    history.replaceState({}, "", "/");
    closeDocument();
  }

  function markOpener(address) {
    root.querySelectorAll(".turn a[aria-current]").forEach((link) => link.removeAttribute("aria-current"));
    if (address) root.querySelectorAll(`.turn a[href="${CSS.escape(address)}"]`).forEach((link) => link.setAttribute("aria-current", "true"));
  }

  // ---- codes and tools -----------------------------------------------------------------------------------------

  function moveInTable(event) {
    const row = event.target.closest("tr[data-code]");
    if (!row || event.target !== row || event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = [...row.parentElement.children];
    const at = rows.indexOf(row);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      rows[Math.min(Math.max(to, 0), rows.length - 1)].focus();
    } else if (event.key === "Enter") {
      event.preventDefault();
      opener = row;
      history.pushState({ document: true }, "", `/?doc=${encodeURIComponent(row.dataset.href.replace("/doc/", ""))}`);
      showAddress();
    } else if (event.key.toLowerCase() === "c") {
      event.preventDefault();
      copyCode(row.dataset.code, row.querySelector("[data-copy]"));
    }
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return false;
    }
  }

  async function copyCode(code, button) {
    const done = await copy(code);
    announce(done ? `${say("copied")} ${code}` : say("copy_failed"));
    if (!done) return;
    button.dataset.done = say("copied");
    setTimeout(() => { delete button.dataset.done; }, 2000);
  }

  async function useTool(button) {
    const element = button.closest(".turn");
    const turn = turnOf(element);
    const tool = button.dataset.tool;
    if (tool === "print") { printTurn(element); return; }
    if (tool === "csv") { downloadCsv(element.querySelector("table.codes").dataset.csv); return; }
    const text = tool === "copy" ? answerAsText(element) : shareAddress(turn);
    const done = await copy(text);
    announce(done ? say(tool === "copy" ? "copied" : "shared") : say("copy_failed"));
    if (!done) return;
    button.dataset.done = say("copied");
    setTimeout(() => { delete button.dataset.done; }, 2000);
  }

  function shareAddress(turn) {
    const query = new URLSearchParams({ q: turn.question, audience: turn.audience, lang: state.language });
    return `${location.origin}/?${query}`;
  }

  function answerAsText(element) {
    const sources = [...element.querySelectorAll("a.source")].map((source) => {
      const title = source.closest(".document").querySelector("h4").textContent;
      return `[${source.querySelector(".number").textContent}] ${title}. ${source.querySelector(".section").textContent}. ${source.href}`;
    });
    return [element.querySelector(".asked-text").textContent, turnOf(element).answer.replaceAll("**", ""), sources.join("\n")].join("\n\n");
  }

  function printTurn(element) {
    element.querySelectorAll("details.sources").forEach((details) => { details.open = true; });
    element.classList.add("printing");
    window.print();
  }

  function downloadCsv(text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" }));
    link.download = "codes.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    announce(say("downloaded"));
  }

  return { start, receive, failed };
})();
