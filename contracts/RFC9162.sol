// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title RFC9162
/// @notice Merkle tree hashing and consistency proofs of RFC 9162 (the tree of RFC 6962) with SHA-256.
library RFC9162 {
    /// @notice Root of the tree without leaves: SHA-256 of nothing (RFC 9162 section 2.1.1).
    bytes32 internal constant EMPTY_ROOT =
        0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855;

    /// @notice Hash of an inner node: SHA-256(0x01 || left || right).
    /// @dev `sha256(abi.encodePacked(...))` costs about half as much again: it copies its input twice.
    function nodeHash(bytes32 left, bytes32 right) internal view returns (bytes32 digest) {
        assembly ("memory-safe") {
            // 65 bytes behind the free memory pointer, which stays where it is.
            let input := mload(0x40)
            mstore8(input, 0x01)
            mstore(add(input, 0x01), left)
            mstore(add(input, 0x21), right)
            // A chain without the precompile answers a call to address 2 with success and no data.
            if iszero(
                and(eq(returndatasize(), 0x20), staticcall(gas(), 0x02, input, 0x41, 0x00, 0x20))
            ) { revert(0x00, 0x00) }
            digest := mload(0x00)
        }
    }

    /// @notice Whether `proof` shows that the tree (oldSize, oldRoot) is a prefix of the tree (newSize, newRoot).
    /// @dev RFC 9162 section 2.1.4.2, for 0 < oldSize < newSize; anything else is refused. The numbers are that section's.
    function verifyConsistency(
        uint64 oldSize,
        bytes32 oldRoot,
        uint64 newSize,
        bytes32 newRoot,
        bytes32[] calldata proof
    ) internal view returns (bool) {
        if (oldSize == 0 || oldSize >= newSize) return false;
        uint256 length = proof.length;
        // 1: between different sizes something must be shown.
        if (length == 0) return false;
        unchecked {
            // 3 and 4: fn and sn are the last leaves' positions, at the level of the largest whole subtree of the old tree.
            uint256 fn = uint256(oldSize) - 1;
            uint256 sn = uint256(newSize) - 1;
            while (fn & 1 == 1) {
                fn >>= 1;
                sn >>= 1;
            }
            // 2 and 5: the old tree is one whole subtree exactly if nothing is left of fn; its root then starts the proof.
            uint256 next;
            bytes32 fr = oldRoot;
            if (fn != 0) {
                fr = proof[0];
                next = 1;
            }
            bytes32 sr = fr;
            // 6
            for (; next < length; ++next) {
                bytes32 node = proof[next];
                if (sn == 0) return false;
                if (fn & 1 == 1 || fn == sn) {
                    fr = nodeHash(node, fr);
                    sr = nodeHash(node, sr);
                    while (fn & 1 == 0 && fn != 0) {
                        fn >>= 1;
                        sn >>= 1;
                    }
                } else {
                    sr = nodeHash(sr, node);
                }
                fn >>= 1;
                sn >>= 1;
            }
            // 7
            return sn == 0 && fr == oldRoot && sr == newRoot;
        }
    }
}
