// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CheckpointAnchor} from "./CheckpointAnchor.sol";

/// @dev The cheat codes that this script uses.
interface ScriptVm {
    function envAddress(string calldata name) external view returns (address);
    function envOr(string calldata name, address fallback_) external view returns (address);
    function envOr(string calldata name, uint256 fallback_) external view returns (uint256);
    function startBroadcast() external;
    function stopBroadcast() external;
}

/// @title Deploy
/// @notice Deploys one CheckpointAnchor with forge, for operators who do not use the ledger's own command.
/// @dev Environment: ANCHOR_OWNER (cold key), ANCHOR_ANCHORER (hot key); for a successor also ANCHOR_PREDECESSOR and
/// ANCHOR_LAST_GOOD_INDEX. The owner then calls `retire` on the predecessor: this script never holds the cold key.
contract Deploy {
    ScriptVm private constant vm =
        ScriptVm(address(uint160(uint256(keccak256("hevm cheat code")))));

    error IndexTooLarge(uint256 index);
    error SameKey(address key);

    function run() external returns (CheckpointAnchor deployed) {
        address owner = vm.envAddress("ANCHOR_OWNER");
        address anchorer = vm.envAddress("ANCHOR_ANCHORER");
        address predecessor = vm.envOr("ANCHOR_PREDECESSOR", address(0));
        uint256 index = vm.envOr("ANCHOR_LAST_GOOD_INDEX", uint256(0));
        if (index > type(uint64).max) revert IndexTooLarge(index);
        // A stolen hot key must never be the key that replaces it.
        if (owner == anchorer) revert SameKey(owner);
        vm.startBroadcast();
        // forge-lint: disable-next-line(unsafe-typecast): bounded above
        deployed = new CheckpointAnchor(owner, anchorer, predecessor, uint64(index));
        vm.stopBroadcast();
    }
}
