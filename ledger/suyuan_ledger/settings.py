"""Settings: where the ledger lives, which keys and which chain it uses.

Read from the environment (`SUYUAN_...`), then from `suyuan.env` in the ledger's home, which
`suyuan init` writes. A setting never holds a secret, only the place of one.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from suyuan_ledger.errors import RefusedError

HOME_VARIABLE = "SUYUAN_HOME"
DEFAULT_HOME = Path(".suyuan")
FILE_NAME = "suyuan.env"
DATABASE_NAME = "ledger.sqlite"
_EXPECTED = {
    "SUYUAN_CHAIN_URL": "an http or https address",
    "SUYUAN_CHAIN_HEADERS": 'a JSON object of texts, such as {"x-api-key": "..."}',
    "SUYUAN_FINALITY_TAG": "finalized, safe, or nothing",
}


class Settings(BaseSettings):
    """All settings of a ledger; the names in the environment carry the prefix `SUYUAN_`."""

    model_config = SettingsConfigDict(env_prefix="SUYUAN_", extra="ignore")

    home: Path = Field(DEFAULT_HOME, description="folder of the database, keys and settings")
    database: str = Field("", description="database URL; empty for SQLite in the home")
    log_key: str = Field("", description="key URI of the log; empty for keys/log.pem in the home")
    chain_url: str = Field(
        "", description="JSON-RPC address of the chain", pattern=r"^(https?://[^\s/]\S*)?$"
    )
    chain_id: int = Field(0, description="EIP-155 chain id that the node has to state", ge=0)
    chain_key: str = Field("", description="hot key that anchors: file:KEYSTORE or env:NAME")
    chain_headers: dict[str, str] = Field(
        default_factory=dict, description="HTTP headers for a gateway, as JSON"
    )
    finality_tag: Literal["finalized", "safe", ""] = Field(
        "finalized", description="finalized, safe, or empty to count confirmations only"
    )
    confirmations: int = Field(12, description="blocks where there is no finality tag", ge=1)
    gas_price: int | None = Field(None, description="fixed legacy gas price in wei; 0 is allowed")
    fee_cap: int | None = Field(None, description="most wei per gas to offer")
    stuck_after: int = Field(180, description="seconds until a stuck transaction is replaced")

    @property
    def database_place(self) -> str | Path:
        """Path of the SQLite file, or the database URL."""
        return self.database or self.home / DATABASE_NAME

    @property
    def log_key_uri(self) -> str:
        """Key URI of the log."""
        return self.log_key or f"file:{self.home / 'keys' / 'log.pem'}"


def load_settings(home: Path | None = None) -> Settings:
    """Read the settings of one home.

    Args:
        home: overrides SUYUAN_HOME.

    Raises:
        RefusedError: `settings.value`.
    """
    home = home or Path(os.environ.get(HOME_VARIABLE, str(DEFAULT_HOME)))
    try:
        return Settings(_env_file=home / FILE_NAME, home=home)
    except ValidationError as error:
        first = error.errors()[0]
        name = "SUYUAN_" + "_".join(str(part) for part in first["loc"]).upper()
        # The value is not shown: an address may carry a gateway's credentials.
        expected = _EXPECTED.get(name, first["msg"].removeprefix("Input should be "))
        raise RefusedError("settings.value", pointer=name, expected=expected) from None
    except SettingsError as error:
        # Raised for members that are read as JSON; the field's name stands in the text only.
        name = "SUYUAN_CHAIN_HEADERS" if "chain_headers" in str(error) else FILE_NAME
        raise RefusedError("settings.value", pointer=name, expected=_EXPECTED.get(name)) from None
    except UnicodeDecodeError:
        raise RefusedError(
            "settings.value", pointer=str(home / FILE_NAME), expected="a text in UTF-8"
        ) from None
