"""`suyuan anchor`: deploy the contract, anchor the log, recover from a stolen key."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suyuan_ledger.cli.context import (
    HomeOption,
    JsonOption,
    PassphraseOption,
    give_hint,
    language,
    make_folder,
    note,
    opened,
    settings_of,
    show,
)
from suyuan_ledger.errors import ChainError
from suyuan_ledger.keys.passphrase import passphrase_source

if TYPE_CHECKING:
    from suyuan_ledger.anchor.client import ChainClient
    from suyuan_ledger.anchor.contract import AnchorContract
    from suyuan_ledger.anchor.events import Event, Pass
    from suyuan_ledger.anchor.fees import FeePolicy
    from suyuan_ledger.anchor.finality import Finality
    from suyuan_ledger.anchor.keystore import ChainKey
    from suyuan_ledger.anchor.log_view import LogView
    from suyuan_ledger.anchor.sender import Anchorer
    from suyuan_ledger.anchor.transactions import AdminOptions
    from suyuan_ledger.settings import Settings

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_DETAIL_WORDS = {"mined": "block ", "moved": "block ", "final": "by "}

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
    another: Annotated[
        bool,
        typer.Option("--another", help="Deploy although the log has a contract to anchor in."),
    ] = False,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Deploy an anchor contract for this log, once, and register it."""
    from suyuan_ledger.anchor import deploy as deployment  # noqa: PLC0415 - slow imports
    from suyuan_ledger.anchor.register import contracts, register_contract  # noqa: PLC0415

    _check_address(anchorer)
    settings = settings_of(home)
    with opened(home) as ledger:
        present = [row.address for row in contracts(ledger.store) if row.active]
        if present and not another:
            raise ChainError("chain.has_contract", found=", ".join(present))
        key = _chain_key(owner_key, passphrase_file)
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
    from suyuan_ledger.anchor.loop import run_until_final  # noqa: PLC0415
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
        step = _telling(anchorer, everything=follow)
        while follow:
            # The chain may be gone for a while; what was journalled is settled afterwards.
            with suppress(ChainError):
                step()
            time.sleep(interval)
        done = run_until_final(step, timeout=timeout, poll=min(interval, 1.0))
    show({"anchored": done.anchored, "settled": done.settled}, as_json=as_json)


@app.command()
def status(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Print contracts, anchors and what waits, without the chain."""
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

    _check_address(anchorer)
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
    """Retire a contract whose hot key anchored garbage.

    A successor goes on from the last good anchor. Refuses while every anchor is the log's own:
    `suyuan anchor rotate` is enough then.
    """
    from suyuan_ledger.anchor.contract import AnchorContract  # noqa: PLC0415
    from suyuan_ledger.anchor.log_view import StoredLog  # noqa: PLC0415
    from suyuan_ledger.anchor.recovery import recover as replace_contract  # noqa: PLC0415
    from suyuan_ledger.anchor.register import active_contract  # noqa: PLC0415

    _check_address(anchorer)
    settings = settings_of(home)
    with opened(home) as ledger:
        old = AnchorContract(client_of(settings), active_contract(ledger.store).address)
        log = StoredLog(ledger.store)
        _refuse_sound(old, log)
        row = replace_contract(
            ledger.store,
            old,
            _chain_key(owner_key, passphrase_file),
            log,
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
    """Run a local development chain (anvil) until stopped.

    It keeps its state in the home. The port is another one each time: read the settings anew.
    """
    import signal  # noqa: PLC0415

    from suyuan_ledger.anchor.anvil import Anvil  # noqa: PLC0415

    folder = settings_of(home).home / "chain"
    make_folder(folder)
    if env_file is not None:
        make_folder(env_file.parent)
        # Whoever waits for the file must not read the settings of an earlier run.
        env_file.unlink(missing_ok=True)
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
            fresh = env_file.with_name(f"{env_file.name}.new")
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(env_file)
        note(
            "development chain, its keys are public; Ctrl-C stops it and keeps its state",
            "开发链，其密钥是公开的；按 Ctrl-C 停止，状态会保留",
        )
        try:
            signal.pause()
        except KeyboardInterrupt:
            note("stopped", "已停止")


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
    return open_chain_key(uri, passphrase_source(passphrase_file, key=uri))


def _check_address(text: str) -> None:
    """Refuse a mistyped address before anything is paid for.

    Raises:
        ChainError: `chain.address`.
    """
    from eth_utils import address  # noqa: PLC0415 - slow import

    expected = "0x and 40 hex digits"
    if _ADDRESS.fullmatch(text) and int(text, 16) != 0:
        # Mixed case is a checksum (EIP-55); one case alone carries none.
        if not address.is_checksum_formatted_address(text) or text == address.to_checksum_address(
            text
        ):
            return
        expected = "the checksum of EIP-55, or lower case"
    raise ChainError("chain.address", expected=expected, found=text)


def _refuse_sound(contract: AnchorContract, log: LogView) -> None:
    """Refuse to retire a contract that holds nothing but trees of this log.

    Raises:
        ChainError: `chain.sound`.
    """
    from suyuan_ledger.anchor.contract import ZERO_ADDRESS  # noqa: PLC0415 - slow imports
    from suyuan_ledger.anchor.recovery import last_good_entry  # noqa: PLC0415

    contract.check()
    if contract.address_of("successor") != ZERO_ADDRESS:
        return  # retired by a run that did not end: to be gone on with
    count = contract.head().count
    if count and last_good_entry(contract, log).index == count - 1:
        raise ChainError("chain.sound", pointer=contract.address)


def _telling(anchorer: Anchorer, *, everything: bool) -> Callable[[], Pass]:
    """Return a pass that says what it did, and once what it waits for.

    Args:
        anchorer: makes the passes.
        everything: say also what does not pass by itself; else the caller does.
    """
    from suyuan_ledger.anchor.loop import TRANSIENT  # noqa: PLC0415 - slow imports

    last = ""

    def step() -> Pass:
        nonlocal last
        try:
            done = anchorer.run_once()
        except ChainError as error:
            text = error.text(language())
            if text != last and (everything or error.code in TRANSIENT):
                note(f"waiting: {text}", f"等待中：{text}")
                give_hint(error, "  ")
            last = text
            raise
        last = ""
        for event in done.events:
            note(_line(event))
        return done

    return step


def _line(event: Event) -> str:
    word = _DETAIL_WORDS.get(event.kind, "")
    detail = f"{word}{event.detail}" if event.detail else ""
    return "  ".join(
        part for part in (event.kind, f"size {event.size}", event.tx_hash, detail) if part
    )
