// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RFC9162} from "../../contracts/RFC9162.sol";

/// @dev The library's internal functions, callable from outside; for the Solidity tests and for the differential test.
contract RFC9162Harness {
    struct Case {
        uint64 oldSize;
        bytes32 oldRoot;
        uint64 newSize;
        bytes32 newRoot;
        bytes32[] proof;
    }

    function nodeHash(bytes32 left, bytes32 right) external view returns (bytes32) {
        return RFC9162.nodeHash(left, right);
    }

    function emptyRoot() external pure returns (bytes32) {
        return RFC9162.EMPTY_ROOT;
    }

    function verify(
        uint64 oldSize,
        bytes32 oldRoot,
        uint64 newSize,
        bytes32 newRoot,
        bytes32[] calldata proof
    ) external view returns (bool) {
        return RFC9162.verifyConsistency(oldSize, oldRoot, newSize, newRoot, proof);
    }

    /// @dev One byte per case: 1 accepted, 0 refused.
    function verifyAll(Case[] calldata cases) external view returns (bytes memory verdicts) {
        verdicts = new bytes(cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            Case calldata c = cases[i];
            if (RFC9162.verifyConsistency(c.oldSize, c.oldRoot, c.newSize, c.newRoot, c.proof)) {
                verdicts[i] = 0x01;
            }
        }
    }
}
