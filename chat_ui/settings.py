"""Settings of the service, from the environment; every name is listed in the README."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Environment variables in capitals: HOST, PORT, INDEX_DIR, PAGE."""

    model_config = SettingsConfigDict(case_sensitive=False, extra="ignore", frozen=True)

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=1, le=65535, description="Port to listen on.")
    index_dir: Path = Field(Path("index"), description="The folder that ingest published into.")
    page: bool = Field(True, description="Whether to serve the chat page; off leaves the interfaces for programs.")
