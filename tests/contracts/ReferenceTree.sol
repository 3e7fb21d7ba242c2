// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev RFC 9162 sections 2.1.1 and 2.1.4.1, written as the recursion stands there and sharing nothing with the library under
/// test: the builtin sha256, slices by copying, no tricks.
library ReferenceTree {
    /// @dev Leaf hashes that no other `salt` shares.
    function leaves(uint256 n, uint256 salt) internal pure returns (bytes32[] memory all) {
        all = new bytes32[](n);
        for (uint256 i = 0; i < n; ++i) {
            all[i] = sha256(abi.encodePacked(bytes1(0x00), salt, i));
        }
    }

    /// @dev MTH(D[n]) over leaf hashes.
    function root(bytes32[] memory d) internal pure returns (bytes32) {
        if (d.length == 0) return sha256("");
        if (d.length == 1) return d[0];
        uint256 k = split(d.length);
        return node(root(slice(d, 0, k)), root(slice(d, k, d.length)));
    }

    /// @dev PROOF(m, D[n]) for 0 < m < n.
    function consistency(bytes32[] memory d, uint256 m) internal pure returns (bytes32[] memory) {
        return subproof(m, d, true);
    }

    function subproof(uint256 m, bytes32[] memory d, bool whole)
        internal
        pure
        returns (bytes32[] memory)
    {
        if (m == d.length) {
            if (whole) return new bytes32[](0);
            bytes32[] memory own = new bytes32[](1);
            own[0] = root(d);
            return own;
        }
        uint256 k = split(d.length);
        if (m <= k) {
            return append(subproof(m, slice(d, 0, k), whole), root(slice(d, k, d.length)));
        }
        return append(subproof(m - k, slice(d, k, d.length), false), root(slice(d, 0, k)));
    }

    /// @dev The largest power of two below n.
    function split(uint256 n) internal pure returns (uint256 k) {
        k = 1;
        while (k * 2 < n) k *= 2;
    }

    function node(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(bytes1(0x01), left, right));
    }

    function slice(bytes32[] memory d, uint256 from, uint256 to)
        internal
        pure
        returns (bytes32[] memory part)
    {
        part = new bytes32[](to - from);
        for (uint256 i = from; i < to; ++i) {
            part[i - from] = d[i];
        }
    }

    function append(bytes32[] memory d, bytes32 last) internal pure returns (bytes32[] memory all) {
        all = new bytes32[](d.length + 1);
        for (uint256 i = 0; i < d.length; ++i) {
            all[i] = d[i];
        }
        all[d.length] = last;
    }
}
