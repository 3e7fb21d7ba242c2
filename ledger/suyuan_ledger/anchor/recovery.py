"""What the cold key can do: replace the hot key, and end a contract in favour of a successor.

A stolen hot key can anchor what the log never signed. No verifier accepts such an anchor, because
a log-signed checkpoint has to cover it; but the log itself can then no longer anchor, since its
trees do not grow out of the thief's. The way out is public and for ever: a successor goes on from
the last good anchor, and the old contract is retired.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from suyuan_ledger.anchor.contract import ZERO_ADDRESS, AnchorContract, encode_call
from suyuan_ledger.anchor.deploy import deploy
from suyuan_ledger.anchor.log_view import LogView, check_foreign
from suyuan_ledger.anchor.register import register_contract, reopen_outbox
from suyuan_ledger.anchor.transactions import AdminOptions, Mined, send_and_wait
from suyuan_ledger.errors import ChainError
from suyuan_ledger.store.tables import Contract

if TYPE_CHECKING:
    from suyuan_ledger.anchor.contract import Entry
    from suyuan_ledger.anchor.keystore import ChainKey
    from suyuan_ledger.store.engine import Store


def rotate_hot_key(
    contract: AnchorContract,
    owner: ChainKey,
    anchorer: str,
    options: AdminOptions | None = None,
) -> Mined | None:
    """Give another key the right to anchor, and take it from the present one.

    Returns:
        The transaction, or None if that key has the right already.

    Raises:
        ChainError: `chain.not_owner`, `chain.retired`.
    """
    contract.check()
    if contract.address_of("anchorer") == anchorer.lower():
        return None
    call = encode_call("setAnchorer", anchorer)
    return send_and_wait(contract.client, owner, contract.address, call, options or AdminOptions())


def last_good_entry(contract: AnchorContract, log: LogView) -> Entry:
    """Find the newest anchor that is a tree of this log.

    Raises:
        ChainError: `chain.no_good_anchor`; then a fresh contract has to be deployed.
    """
    for index in range(contract.head().count - 1, -1, -1):
        entry = contract.entry(index)
        if check_foreign(log, entry.size, entry.root, index) is None:
            return entry
    raise ChainError("chain.no_good_anchor", pointer=contract.address)


def retire(
    contract: AnchorContract,
    owner: ChainKey,
    successor: str,
    last_index: int,
    options: AdminOptions | None = None,
) -> Mined:
    """End a contract for ever in favour of a successor that was deployed to go on from it.

    Raises:
        ChainError: `chain.not_owner`, `chain.retired`, `chain.bad_successor`.
    """
    contract.check()
    AnchorContract(contract.client, successor).check()
    call = encode_call("retire", successor, last_index)
    return send_and_wait(contract.client, owner, contract.address, call, options or AdminOptions())


def recover(
    store: Store,
    contract: AnchorContract,
    owner: ChainKey,
    log: LogView,
    *,
    anchorer: str,
    options: AdminOptions | None = None,
) -> Contract:
    """Replace a contract whose hot key was stolen: successor, retirement, registration.

    Made again after a crash it goes on: a contract that is retired already is not retired again,
    its successor is checked and registered. A crash between the first two steps leaves a successor
    that nobody uses.

    Args:
        store: the ledger's database.
        contract: the contract to end.
        owner: the cold key; it owns the successor too.
        log: the log, which says which anchor is the last good one.
        anchorer: address of the new hot key.
        options: fees, finality and patience.

    Returns:
        The successor, registered as the contract that new anchors go to.

    Raises:
        ChainError: `chain.not_owner`, `chain.no_good_anchor`, or as the steps.
    """
    contract.check()
    named = contract.address_of("successor")
    if named == ZERO_ADDRESS:
        # Asked first: a successor that cannot be put into service would only cost money.
        if contract.address_of("owner") != owner.address:
            raise ChainError("chain.not_owner", found=owner.address)
        good = last_good_entry(contract, log)
        row = deploy(
            contract.client,
            owner,
            owner=owner.address,
            anchorer=anchorer,
            predecessor=contract.address,
            last_index=good.index,
            options=options,
        )
        retire(contract, owner, row.address, good.index, options)
    else:
        row = _existing(contract, named)
    register_contract(store, row)
    reopen_outbox(store, AnchorContract(contract.client, row.address).head().size)
    return row


def _existing(contract: AnchorContract, named: str) -> Contract:
    successor = AnchorContract(contract.client, named)
    successor.check()
    (last_index,) = contract.read("lastGoodIndex")
    return Contract(
        chain_id=contract.client.config.chain_id,
        address=named,
        predecessor=contract.address,
        last_index=int(last_index),
        deployed_block=successor.entry(0).block_number,
        code_hash=contract.client.config.code_hash,
        active=True,
    )
