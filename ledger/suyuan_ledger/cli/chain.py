"""`suyuan anchor`: deploy the contract, anchor the log, recover from a stolen key."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suyuan_ledger.cli.context import (
    HomeOption,
    JsonOption,
    PassphraseOption,
    note,
    opened,
    settings_of,
    show,
)
from suyuan_ledger.errors import ChainError
from suyuan_ledger.keys.passphrase import passphrase_source

if TYPE_CHECKING:
    from suyuan_ledger.anchor.client import ChainClient
    from suyuan_ledger.anchor.events import Pass
    from suyuan_ledger.anchor.fees import FeePolicy
    from suyuan_ledger.anchor.finality import Finality
    from suyuan_ledger.anchor.keystore import ChainKey
    from suyuan_ledger.anchor.transactions import AdminOptions
    from suyuan_ledger.settings import Settings

app = typer.Typer(help="Deploy the contract, anchor the log, recover.", no_args_is_help=True)

OwnerOption = Annotated[
    str, typer.Option("--owner-key", help="The cold key: file:KEYSTORE or env:NAME.")
]


@app.command()
def deploy(
    owner_key: OwnerOption,
    anchorer: Annotated[
        str, typer.Option("--anchorer", help="Address of the hot key that anchors.")
    ],
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Deploy an anchor contract for this log and register it."""
    from suyuan_ledger.anchor import deploy as deployment  # noqa: PLC0415 - slow imports
    from suyuan_ledger.anchor.register import register_contract  # noqa: PLC0415

    settings = settings_of(home)
    key = _chain_key(owner_key, passphrase_file)
    with opened(home) as ledger:
        row = deployment.deploy(
            client_of(settings), key, owner=key.address, anchorer=anchorer, options=_admin(settings)
        )
        register_contract(ledger.store, row)
    show(
        {"contract": row.address, "chainId": row.chain_id, "codeHash": row.code_hash},
        as_json=as_json,
    )


@app.command()
def run(
    timeout: Annotated[
        float, typer.Option("--timeout", help="Seconds to wait for finality.")
    ] = 600,
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on anchoring until stopped.")
    ] = False,
    interval: Annotated[float, typer.Option("--interval", help="Seconds between passes.")] = 5,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Anchor the newest checkpoint and wait until it is final. Safe to kill and to run again."""
    from suyuan_ledger.anchor.contract import AnchorContract  # noqa: PLC0415
    from suyuan_ledger.anchor.log_view import StoredLog  # noqa: PLC0415
    from suyuan_ledger.anchor.register import active_contract  # noqa: PLC0415
    from suyuan_ledger.anchor.sender import Anchorer, SenderOptions  # noqa: PLC0415

    settings = settings_of(home)
    with opened(home) as ledger:
        contract = AnchorContract(client_of(settings), active_contract(ledger.store).address)
        anchorer = Anchorer(
            ledger.store,
            contract,
            _chain_key(settings.chain_key, passphrase_file),
            StoredLog(ledger.store),
            lambda: int(time.time()),
            options=SenderOptions(
                fees=_fees(settings),
                finality=finality_of(settings),
                stuck_after=settings.stuck_after,
            ),
        )
        while follow:
            try:
                _report(anchorer.run_once())
            except ChainError as error:
                # The chain may be gone for a while; what was journalled is settled afterwards.
                note(f"suyuan: {error.text()}")
            time.sleep(interval)
        done = anchorer.run_until_final(timeout=timeout, poll=min(interval, 1.0), on_pass=_report)
    show({"anchored": done.anchored, "settled": done.settled}, as_json=as_json)


@app.command()
def status(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Print contracts, anchors and what waits, from the ledger's own books."""
    from suyuan_ledger.anchor.register import AnchorRegister, contracts  # noqa: PLC0415

    with opened(home) as ledger:
        size = ledger.checkpoint().size
        rows = contracts(ledger.store)
        anchors = [
            anchor
            for row in rows
            for anchor in AnchorRegister(ledger.store, row.chain_id, row.address).rows()
        ]
    final = max((anchor.size for anchor in anchors if anchor.final), default=0)
    show(
        {
            "size": size,
            "anchoredFinal": final,
            "waiting": size - final,
            "anchors": len(anchors),
            "contracts": ", ".join(
                f"{row.address}{' (active)' if row.active else ''}" for row in rows
            ),
        },
        as_json=as_json,
    )


@app.command()
def rotate(
    owner_key: OwnerOption,
    anchorer: Annotated[str, typer.Option("--anchorer", help="Address of the new hot key.")],
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give the right to anchor to another hot key."""
    from suyuan_ledger.anchor.contract import AnchorContract  # noqa: PLC0415
    from suyuan_ledger.anchor.recovery import rotate_hot_key  # noqa: PLC0415
    from suyuan_ledger.anchor.register import active_contract  # noqa: PLC0415

    settings = settings_of(home)
    with opened(home) as ledger:
        contract = AnchorContract(client_of(settings), active_contract(ledger.store).address)
        rotate_hot_key(contract, _chain_key(owner_key, passphrase_file), anchorer, _admin(settings))
    show({"contract": contract.address, "anchorer": anchorer}, as_json=as_json)


@app.command()
def recover(
    owner_key: OwnerOption,
    anchorer: Annotated[str, typer.Option("--anchorer", help="Address of the new hot key.")],
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Retire a contract whose hot key anchored garbage; a successor goes on before the garbage."""
    from suyuan_ledger.anchor.contract import AnchorContract  # noqa: PLC0415
    from suyuan_ledger.anchor.log_view import StoredLog  # noqa: PLC0415
    from suyuan_ledger.anchor.recovery import recover as replace_contract  # noqa: PLC0415
    from suyuan_ledger.anchor.register import active_contract  # noqa: PLC0415

    settings = settings_of(home)
    with opened(home) as ledger:
        old = AnchorContract(client_of(settings), active_contract(ledger.store).address)
        row = replace_contract(
            ledger.store,
            old,
            _chain_key(owner_key, passphrase_file),
            StoredLog(ledger.store),
            anchorer=anchorer,
            options=_admin(settings),
        )
    show(
        {"retired": row.predecessor, "lastIndex": row.last_index, "successor": row.address},
        as_json=as_json,
    )


def devchain(
    home: HomeOption = None,
    env_file: Annotated[
        Path | None,
        typer.Option(
            "--env-file", help="Write the settings of this chain here.", show_default=False
        ),
    ] = None,
) -> None:
    """Run a local development chain (anvil) until stopped; it keeps its state in the home."""
    import signal  # noqa: PLC0415

    from suyuan_ledger.anchor.anvil import Anvil  # noqa: PLC0415

    folder = settings_of(home).home / "chain"
    folder.mkdir(parents=True, exist_ok=True)
    # Without a handler SIGTERM would end this process before anvil has written its state.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with Anvil(folder) as anvil:
        cold, hot = anvil.accounts[0], anvil.accounts[1]
        lines = [
            f"SUYUAN_CHAIN_URL={anvil.url}",
            f"SUYUAN_CHAIN_ID={anvil.options.chain_id}",
            "SUYUAN_CHAIN_KEY=env:SUYUAN_DEV_HOT_KEY",
            "SUYUAN_FINALITY_TAG=",
            "SUYUAN_CONFIRMATIONS=1",
            f"SUYUAN_DEV_COLD_KEY={cold.private_key}",
            f"SUYUAN_DEV_HOT_KEY={hot.private_key}",
            f"SUYUAN_DEV_HOT_ADDRESS={hot.address}",
        ]
        text = "\n".join(lines) + "\n"
        if env_file is None:
            typer.echo(text, nl=False)
        else:
            # In one move: whoever waits for the file never sees half of it.
            fresh = env_file.with_suffix(".new")
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(env_file)
        note("development chain, its keys are public; Ctrl-C stops it and keeps its state")
        try:
            signal.pause()
        except KeyboardInterrupt:
            note("stopped")


def client_of(settings: Settings) -> ChainClient:
    """Open the node that the settings name.

    Raises:
        ChainError: `chain.settings`.
    """
    from suyuan_ledger.anchor.client import ChainClient, ChainConfig  # noqa: PLC0415

    if not settings.chain_url or not settings.chain_id:
        raise ChainError("chain.settings", expected="SUYUAN_CHAIN_URL and SUYUAN_CHAIN_ID")
    return ChainClient(
        ChainConfig(settings.chain_url, settings.chain_id, headers=settings.chain_headers)
    )


def finality_of(settings: Settings) -> Finality:
    """Say when a block is final, as the settings have it."""
    from suyuan_ledger.anchor.finality import Finality  # noqa: PLC0415

    return Finality(tag=settings.finality_tag or None, confirmations=settings.confirmations)


def _fees(settings: Settings) -> FeePolicy:
    from suyuan_ledger.anchor.fees import FeePolicy  # noqa: PLC0415

    return FeePolicy(gas_price=settings.gas_price, cap=settings.fee_cap)


def _admin(settings: Settings) -> AdminOptions:
    from suyuan_ledger.anchor.transactions import AdminOptions  # noqa: PLC0415

    return AdminOptions(fees=_fees(settings), finality=finality_of(settings))


def _chain_key(uri: str, passphrase_file: Path | None) -> ChainKey:
    from suyuan_ledger.anchor.keystore import open_chain_key  # noqa: PLC0415

    if not uri:
        raise ChainError("chain.settings", expected="SUYUAN_CHAIN_KEY")
    return open_chain_key(uri, passphrase_source(passphrase_file))


def _report(done: Pass) -> None:
    for event in done.events:
        note(f"{event.kind}  size {event.size}  {event.tx_hash}  {event.detail}".rstrip())
