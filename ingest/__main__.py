"""The command line of ingest: parse, call, print."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ingest.errors import CorpusRefused, IngestError
from ingest.reading.front_matter import CodeHint

if TYPE_CHECKING:
    from ingest.checking.corpus import CorpusReport

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="From documents to a searchable index.")
console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


@app.callback()
def commands() -> None:
    """From documents to a searchable index. `python -m ingest corpus index` is short for `… build corpus index`."""


@app.command()
def build(
    corpus: Annotated[Path, typer.Argument(help="The folder of documents.")],
    index: Annotated[Path, typer.Argument(help="The folder to publish the index into; made when missing.")],
    model: Annotated[str, typer.Option(help="The packaged model, a folder that holds one, or a name on a hub.")] = "",
    code: Annotated[
        list[str] | None, typer.Option(help="The code of a page that names none: FILE=SYSTEM:CODE; may be repeated.")
    ] = None,
) -> None:
    """Read, check, cut and embed every document, and publish the index. Exit status 1: some files were refused."""
    from ingest.build import build_index
    from ingest.embedding.sentence_model import PACKAGED_MODEL, SentenceModel

    try:
        hints = dict(map(_code_hint, code or ()))
        with Progress(
            TextColumn("embedding"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=errors, transient=True
        ) as bar:
            task = bar.add_task("embedding", total=None)
            summary = build_index(
                corpus,
                index,
                SentenceModel(model or PACKAGED_MODEL),
                hints=hints,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
    except (IngestError, OSError) as error:
        errors.print(str(error), markup=False)
        raise typer.Exit(2) from error
    for refusal in summary.refused:
        errors.print(f"refused: {refusal}", markup=False)
    console.print(
        f"{summary.generation}: {summary.documents} documents, {summary.passages} passages, "
        f"{summary.embedded} of {summary.texts} texts embedded, {summary.seconds:.1f} s, {len(summary.refused)} files refused"
    )
    raise typer.Exit(1 if summary.refused else 0)


def _code_hint(option: str) -> tuple[str, CodeHint]:
    name, equals, code = option.partition("=")
    system, colon, number = code.partition(":")
    if not (equals and colon and name and system and number):
        raise CorpusRefused(f"--code {option!r} is not of the form FILE=SYSTEM:CODE, such as page.txt=CPT:90833")
    return name, CodeHint(system=system, code=number)


@app.command()
def check(
    corpus: Annotated[Path, typer.Argument(help="The folder of documents.")],
    files: Annotated[list[str] | None, typer.Argument(help="Only these files, relative to the corpus.")] = None,
    family: Annotated[list[str] | None, typer.Option(help="Only this family; may be repeated.")] = None,
    format: Annotated[  # noqa: A002  # the option's name
        Literal["text", "html", "markdown"], typer.Option(help="Findings as text, or the review sheet of the families named.")
    ] = "text",
) -> None:
    """Check documents: sections, sentences, facts, families, near-copies, reading grade, word lists."""
    from ingest.checking.corpus import check_corpus, family_sources
    from ingest.checking.review_sheet import review_html, review_markdown

    try:
        if format != "text":
            for name, sources in family_sources(corpus, family or ()).items():
                typer.echo((review_html if format == "html" else review_markdown)(name, sources))
            raise typer.Exit(0)
        report = check_corpus(corpus, family or (), files or ())
    except IngestError as error:
        errors.print(str(error))
        raise typer.Exit(2) from error
    _print_report(report)
    raise typer.Exit(0 if report.passed else 1)


@app.command()
def new(
    system: Annotated[str, typer.Argument(help="CPT, HCPCS or ICD-10-PCS.")],
    code: Annotated[str, typer.Argument(help="The code.")],
    corpus: Annotated[Path, typer.Option(help="The folder of documents.")] = Path("corpus"),
) -> None:
    """Start a document from the template; never overwrites one."""
    from ingest.template import new_document

    try:
        name, text = new_document(system, code, date.today())
        path = corpus / name
        if path.exists():
            raise CorpusRefused(f"{path} is there already; edit it")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except (IngestError, OSError) as error:
        errors.print(str(error), markup=False)
        raise typer.Exit(2) from error
    console.print(f"{path}: fill in every section, then run: python -m ingest check {corpus} {name}", markup=False)


def _print_report(report: "CorpusReport") -> None:
    for finding in report.findings:
        console.print(str(finding), markup=False)
    grades = ", ".join(f"{name} {grade:.1f}" for name, grade in report.median_grades.items())
    ratios = sorted(report.near_copy_ratios.values())
    console.print(f"\n{report.documents} documents in {report.families} families, {len(report.findings)} findings")
    console.print(f"median reading grade by section: {grades}")
    if ratios:
        worst = max(report.near_copy_ratios, key=lambda name: report.near_copy_ratios[name])
        console.print(
            f"sentences with a near-copy in a sibling: median {ratios[len(ratios) // 2]:.1%}, "
            f"most {ratios[-1]:.1%} ({worst})"
        )


def main(arguments: list[str]) -> None:
    """Run one command; a first word that is no command is the corpus of `build`."""
    known = {command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands}
    if arguments and not arguments[0].startswith("-") and arguments[0] not in known:
        arguments = ["build", *arguments]
    app(arguments, prog_name="python -m ingest")


if __name__ == "__main__":
    main(sys.argv[1:])
