"""Ask from the command line: parse, call, print."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from ingest.errors import IngestError
from retriever.answers import Answer, Ask
from retriever.errors import RetrieverError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def commands() -> None:
    """Ask an index. `python -m retriever index "question"` is short for `… ask index "question"`."""


@app.command()
def ask(
    index: Annotated[Path, typer.Argument(help="The folder that ingest published into.")],
    question: Annotated[str, typer.Argument(help="What to ask.")],
    audience: Annotated[Literal["patient", "coder"], typer.Option(help="Who is asking.")] = "patient",
    day: Annotated[datetime | None, typer.Option("--date-of-service", formats=["%Y-%m-%d"], help="Today when not given.")] = None,
    codes: Annotated[int, typer.Option(help="How many codes to show.")] = 5,
) -> None:
    """Print a cited answer and the codes."""
    from ingest.index.faiss_store import FaissStore
    from retriever.ask import Retriever

    try:
        store = FaissStore.open_current(index)
        retriever = Retriever(store, store.question_encoder())
        answer = retriever.ask(Ask(question, day.date() if day else date.today(), audience=audience, max_codes=codes))
    except (IngestError, RetrieverError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    typer.echo(format_answer(answer))


@app.command()
def judge(
    index: Annotated[Path, typer.Argument(help="The folder that ingest published into.")],
    questions: Annotated[Path, typer.Argument(help="Judged questions, one JSON object a line.")],
    half: Annotated[Literal["tuned", "held-out", "all"], typer.Option(help="Which half, by a hash of the id.")] = "all",
    tag: Annotated[str, typer.Option(help="Only questions with this tag.")] = "",
    without_tag: Annotated[str, typer.Option(help="Leave out questions with this tag.")] = "",
    failures: Annotated[Path | None, typer.Option(help="Write the failures, one JSON object a line, to this file.")] = None,
) -> None:
    """Ask every judged question and print the measures by audience, set and tag, with counts and 95 % intervals."""
    from ingest.index.faiss_store import FaissStore
    from retriever import quality
    from retriever.ask import Retriever

    try:
        store = FaissStore.open_current(index)
        retriever = Retriever(store, store.question_encoder())
        asked = quality.read_questions(questions.read_text("utf-8").splitlines())
    except (IngestError, OSError, ValueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    asked = [
        question
        for question in asked
        if (half == "all" or quality.in_tuning_half(question.id) == (half == "tuned"))
        and (not tag or tag in question.tags)
        and (not without_tag or without_tag not in question.tags)
    ]
    report = quality.run(asked, retriever.ask, quality.TODAY)
    typer.echo(quality.format_report(report))
    if failures is not None:
        failures.write_text("".join(line + "\n" for line in quality.failure_lines(report)), "utf-8")


def format_answer(answer: Answer) -> str:
    """The answer, its sources and its codes as plain text."""
    lines = [answer.answer.replace("**", "")]
    if answer.clarify is not None:
        lines += [f"  - {option.label}" for option in answer.clarify.options]
    if answer.citations:
        lines += ["", "Sources"]
        lines += [
            f"  [{c.number}] {c.system} {c.code}, {c.heading}, characters {c.start}-{c.end}: {c.quote}" for c in answer.citations
        ]
    if answer.codes:
        lines += ["", "Codes"]
    for code in answer.codes:
        units = f" x{code.units}" if code.units > 1 else ""
        with_codes = f" (add-on to {', '.join(code.add_on_to)})" if code.add_on_to else ""
        lines.append(f"  {code.rank}. {code.system} {code.code}{units}  {code.title}{with_codes}")
        lines += [f"       {why.fact}: asked {why.asked}, document {why.document}: {why.verdict}" for why in code.why]
    if answer.follow_ups:
        lines += ["", "Ask next", *(f"  - {follow_up}" for follow_up in answer.follow_ups)]
    if answer.notice is not None and answer.notice.text not in answer.answer:
        lines += ["", answer.notice.text]
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    """Run one command; a first word that is no command is the index of `ask`."""
    known = {command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands}
    if arguments and not arguments[0].startswith("-") and arguments[0] not in known:
        arguments = ["ask", *arguments]
    app(arguments, prog_name="python -m retriever")


if __name__ == "__main__":
    main(sys.argv[1:])
