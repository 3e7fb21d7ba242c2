"""Deploying the anchor contract, and proving to oneself that it is what was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from suyuan_ledger.anchor.artifact import load_artifact
from suyuan_ledger.anchor.contract import ZERO_ADDRESS, AnchorContract
from suyuan_ledger.anchor.transactions import AdminOptions, send_and_wait
from suyuan_ledger.errors import ChainError
from suyuan_ledger.store.tables import Contract

if TYPE_CHECKING:
    from suyuan_ledger.anchor.client import ChainClient
    from suyuan_ledger.anchor.keystore import ChainKey


def deploy(
    client: ChainClient,
    key: ChainKey,
    *,
    owner: str,
    anchorer: str,
    predecessor: str | None = None,
    last_index: int = 0,
    options: AdminOptions | None = None,
) -> Contract:
    """Deploy a contract and wait until it is final.

    Args:
        client: the node.
        key: who pays; it gets no power over the contract.
        owner: address of the cold key.
        anchorer: address of the hot key.
        predecessor: the contract that this one goes on from.
        last_index: the predecessor's last anchor that is accepted.
        options: fees, finality and patience.

    Returns:
        The row to register (`register.register_contract`); nothing is stored here.

    Raises:
        ChainError: `chain.code` or `chain.deployed` if the chain holds something else than what
            was sent; `chain.bad_predecessor`; otherwise as `send_and_wait`.
    """
    from eth_abi.abi import encode  # noqa: PLC0415 (slow import)

    artifact = load_artifact()
    arguments = [owner, anchorer, predecessor or ZERO_ADDRESS, last_index]
    code = artifact.bytecode + encode(artifact.constructor_types(), arguments)
    mined = send_and_wait(client, key, None, code, options or AdminOptions())
    if mined.created is None:
        raise ChainError("chain.deployed", pointer=mined.tx_hash, expected="a contract address")
    contract = AnchorContract(client, mined.created)
    contract.check()
    for role, expected in (
        ("owner", owner),
        ("anchorer", anchorer),
        ("predecessor", predecessor or ZERO_ADDRESS),
    ):
        found = contract.address_of(role)
        if found != expected.lower():
            raise ChainError("chain.deployed", pointer=role, expected=expected, found=found)
    return Contract(
        chain_id=client.config.chain_id,
        address=contract.address,
        predecessor=predecessor.lower() if predecessor else None,
        last_index=last_index if predecessor else None,
        deployed_block=mined.block_number,
        code_hash=client.config.code_hash,
        active=True,
    )
