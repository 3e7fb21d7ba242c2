// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CheckpointAnchor} from "../../contracts/CheckpointAnchor.sol";
import {ReferenceTree} from "./ReferenceTree.sol";
import {TestBase} from "./TestBase.sol";

/// @dev A log of 64 leaves, its contract and the parties around it.
abstract contract AnchorFixture is TestBase {
    using ReferenceTree for bytes32[];

    address internal constant OWNER = address(0xC01D);
    address internal constant HOT = address(0x407);
    address internal constant STRANGER = address(0xBAD);
    uint256 internal constant LOG_SIZE = 64;

    bytes32[] internal log = ReferenceTree.leaves(LOG_SIZE, 0x5359);
    CheckpointAnchor internal target = new CheckpointAnchor(OWNER, HOT, address(0), 0);

    function rootAt(uint256 size) internal view returns (bytes32) {
        return prefix(size).root();
    }

    function proofOf(uint256 oldSize, uint256 newSize) internal view returns (bytes32[] memory) {
        if (oldSize == 0) return new bytes32[](0);
        return prefix(newSize).consistency(oldSize);
    }

    function prefix(uint256 size) internal view returns (bytes32[] memory) {
        return log.slice(0, size);
    }

    /// @dev Anchors `newSize` over the present head, as the honest anchorer does.
    function grow(CheckpointAnchor to, uint256 newSize) internal returns (uint64) {
        (, uint64 oldSize,) = to.head();
        bytes32 root = rootAt(newSize);
        bytes32[] memory proof = proofOf(oldSize, newSize);
        vm.prank(HOT);
        return to.anchor(oldSize, uint64(newSize), root, proof);
    }

    /// @dev Anchors with `error` as the expected end. The arguments are computed by the caller: a call to the SHA-256
    /// precompile would otherwise be the "next call" that the cheat codes look at.
    function refuse(
        bytes memory error_,
        uint64 oldSize,
        uint64 newSize,
        bytes32 root,
        bytes32[] memory proof
    ) internal {
        vm.prank(HOT);
        vm.expectRevert(error_);
        target.anchor(oldSize, newSize, root, proof);
    }
}
