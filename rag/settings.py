"""The only reader of the environment. Variables start with ``FUNDSTELLE_``; docs/operate.md lists them."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from rag.errors import SettingsError


class Settings(BaseSettings):
    """What the keeper may set. Paths are relative to the working directory."""

    model_config = SettingsConfigDict(env_prefix="FUNDSTELLE_", frozen=True, extra="forbid")

    corpus: Path = Path("corpus/reports")
    data: Path = Path("var")
    encoder: str | None = Field(default=None, description="sentence-transformers folder or hub name; none = embedded")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    open: bool = Field(default=False, description="serve other machines, too, while no keys exist")
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="further names in the Host header, separated by commas"
    )
    top_k: int = Field(default=8, ge=1, le=50, description="passages read for one question")
    generations: int = Field(default=3, ge=1, le=100, description="generations of the index that are kept")
    workers: int = Field(default=1, ge=1, le=64, description="processes that answer")
    queue: int = Field(default=16, ge=1, le=1000, description="requests that may wait for the model")
    answer_threshold: float | None = Field(
        default=None, ge=0, le=1, description="confidence below which no answer is given; none = as trained"
    )

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _split_at_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(name.strip() for name in value.split(",") if name.strip())
        return value


def load_settings(**overrides: object) -> Settings:
    """Read the settings from the environment; ``overrides`` that are not None win.

    :raises SettingsError: If a value is out of its range, naming the variable, the value and the rule.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        problems = "; ".join(
            f"FUNDSTELLE_{'_'.join(str(part) for part in item['loc']).upper()}={item.get('input')!r}: {item['msg']}"
            for item in error.errors()
        )
        raise SettingsError(f"Einstellung nicht brauchbar: {problems}") from error
