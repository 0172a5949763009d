"""Serve the chat: parse, open, run."""

from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from chat_ui.logs import configure_logs
from chat_ui.settings import Settings
from ingest.errors import IngestError

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (PORT).")] = None,
    index: Annotated[Path | None, typer.Option(help="The index folder (INDEX_DIR).")] = None,
    page: Annotated[bool | None, typer.Option(help="Serve the chat page (PAGE).")] = None,
) -> None:
    """Serve the chat page and the HTTP interfaces on this machine."""
    from chat_ui.generations import LiveRetriever
    from chat_ui.service import create_app

    given = {"host": host, "port": port, "index_dir": index, "page": page}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    configure_logs()
    try:
        retriever = LiveRetriever(settings.index_dir)
    except IngestError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    typer.echo(f"Procedure Answers: http://{settings.host}:{settings.port}/", err=True)
    uvicorn.run(
        create_app(settings, retriever),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,  # an access log would keep addresses
        server_header=False,
        timeout_graceful_shutdown=5,  # an open chat page would hold the shutdown back
    )


if __name__ == "__main__":
    app()
