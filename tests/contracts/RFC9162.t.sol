// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RFC9162Harness} from "./RFC9162Harness.sol";
import {ReferenceTree} from "./ReferenceTree.sol";
import {TestBase} from "./TestBase.sol";

contract RFC9162Test is TestBase {
    using ReferenceTree for bytes32[];

    RFC9162Harness private _library = new RFC9162Harness();

    function testFuzzNodeHashIsSha256(bytes32 left, bytes32 right) public view {
        assertEq(
            _library.nodeHash(left, right), sha256(abi.encodePacked(bytes1(0x01), left, right)), "H"
        );
    }

    function testEmptyRootIsSha256OfNothing() public view {
        assertEq(_library.emptyRoot(), sha256(""), "empty root");
    }

    /// @dev A chain that lacks the precompile answers success without data: that must not count as a hash.
    function testChainWithoutPrecompileIsRefused() public {
        vm.mockCall(address(2), "", "");
        vm.expectRevert(bytes(""));
        _library.nodeHash(bytes32(uint256(1)), bytes32(uint256(2)));
    }

    function testEveryPairIsAccepted() public view {
        bytes32[] memory d = ReferenceTree.leaves(33, 1);
        for (uint256 n = 2; n <= 33; ++n) {
            bytes32[] memory whole = d.slice(0, n);
            bytes32 newRoot = whole.root();
            for (uint256 m = 1; m < n; ++m) {
                bytes32[] memory proof = whole.consistency(m);
                assertTrue(_verify(m, d.slice(0, m).root(), n, newRoot, proof), "true proof");
            }
        }
    }

    /// @dev Every node of every proof matters, and so do both roots, the proof's length and its order.
    function testEveryAlterationIsRefused() public view {
        bytes32[] memory d = ReferenceTree.leaves(17, 2);
        for (uint256 n = 2; n <= 17; ++n) {
            bytes32[] memory whole = d.slice(0, n);
            bytes32 newRoot = whole.root();
            for (uint256 m = 1; m < n; ++m) {
                bytes32 oldRoot = d.slice(0, m).root();
                bytes32[] memory proof = whole.consistency(m);
                for (uint256 i = 0; i < proof.length; ++i) {
                    bytes32 kept = proof[i];
                    bytes32 flip = bytes32(uint256(1) << ((m * 37 + n * 11 + i * 53) % 256));
                    proof[i] = kept ^ flip;
                    assertTrue(!_verify(m, oldRoot, n, newRoot, proof), "flipped node");
                    proof[i] = kept;
                    if (i == 0) continue;
                    (proof[i - 1], proof[i]) = (proof[i], proof[i - 1]);
                    assertTrue(!_verify(m, oldRoot, n, newRoot, proof), "swapped nodes");
                    (proof[i - 1], proof[i]) = (proof[i], proof[i - 1]);
                }
                bytes32 bit = bytes32(uint256(1) << ((m + n) % 256));
                assertTrue(!_verify(m, oldRoot ^ bit, n, newRoot, proof), "old root");
                assertTrue(!_verify(m, oldRoot, n, newRoot ^ bit, proof), "new root");
                assertTrue(
                    !_verify(m, oldRoot, n, newRoot, proof.slice(0, proof.length - 1)), "cut"
                );
                assertTrue(!_verify(m, oldRoot, n, newRoot, _longer(proof)), "left over");
            }
        }
    }

    /// @dev The old size is bound by the stored root: a proof for m passes for no other m.
    function testOldSizeIsBound() public view {
        bytes32[] memory d = ReferenceTree.leaves(16, 3);
        for (uint256 n = 2; n <= 16; ++n) {
            bytes32 newRoot = d.slice(0, n).root();
            for (uint256 m = 1; m < n; ++m) {
                bytes32[] memory proof = d.slice(0, n).consistency(m);
                bytes32 oldRoot = d.slice(0, m).root();
                for (uint256 claimed = 0; claimed <= n + 1; ++claimed) {
                    if (claimed == m) continue;
                    assertTrue(!_verify(claimed, oldRoot, n, newRoot, proof), "other old size");
                }
            }
        }
    }

    /// @dev What the contract cannot know (see the warning on ICheckpointAnchor): the new size is the log's claim.
    function testNewSizeIsNotBound() public view {
        bytes32[] memory d = ReferenceTree.leaves(8, 4);
        bytes32[] memory proof = d.consistency(4);
        bytes32 oldRoot = d.slice(0, 4).root();
        assertTrue(_verify(4, oldRoot, 8, d.root(), proof), "4 -> 8");
        assertTrue(_verify(4, oldRoot, 7, d.root(), proof), "4 -> 8 claimed as 7");
        assertTrue(_verify(4, oldRoot, 5, d.root(), proof), "4 -> 8 claimed as 5");
    }

    function testSizesOutOfOrderAreRefused() public view {
        bytes32[] memory one = ReferenceTree.leaves(1, 5);
        assertTrue(!_verify(0, sha256(""), 1, one[0], new bytes32[](0)), "0 -> 1");
        assertTrue(!_verify(0, sha256(""), 1, one[0], one), "0 -> 1 with a node");
        assertTrue(!_verify(1, one[0], 1, one[0], new bytes32[](0)), "1 -> 1");
        assertTrue(!_verify(1, one[0], 1, one[0], one), "1 -> 1 with a node");
        assertTrue(!_verify(2, one[0], 1, one[0], one), "2 -> 1");
        assertTrue(!_verify(1, one[0], 2, one[0], new bytes32[](0)), "no proof");
        // The way from the last leaf up would carry an equal tree through.
        bytes32[] memory d = ReferenceTree.leaves(3, 5);
        bytes32[] memory way = new bytes32[](2);
        (way[0], way[1]) = (d[2], ReferenceTree.node(d[0], d[1]));
        assertTrue(!_verify(3, d.root(), 3, d.root(), way), "3 -> 3");
    }

    /// @dev Positions near the type's end neither overflow nor loop.
    function testFuzzLargestSizes(uint64 oldSize, bytes32 word, uint8 length) public view {
        bytes32[] memory proof = new bytes32[](length);
        assertTrue(!_verify(oldSize, word, type(uint64).max, ~word, proof), "zero proof");
    }

    function testFuzzRandomTree(uint8 n, uint8 m, uint256 salt, uint256 flip) public view {
        uint256 newSize = 2 + uint256(n) % 127;
        uint256 oldSize = 1 + uint256(m) % (newSize - 1);
        bytes32[] memory d = ReferenceTree.leaves(newSize, salt);
        bytes32[] memory proof = d.consistency(oldSize);
        bytes32 oldRoot = d.slice(0, oldSize).root();
        bytes32 newRoot = d.root();
        assertTrue(_verify(oldSize, oldRoot, newSize, newRoot, proof), "true proof");
        proof[flip % proof.length] ^= bytes32(uint256(1) << (flip % 251));
        assertTrue(!_verify(oldSize, oldRoot, newSize, newRoot, proof), "flipped node");
    }

    function testFuzzGarbageIsRefused(
        uint64 oldSize,
        bytes32 oldRoot,
        uint64 newSize,
        bytes32 newRoot,
        bytes32[] calldata proof
    ) public view {
        assertTrue(!_library.verify(oldSize, oldRoot, newSize, newRoot, proof), "garbage");
    }

    function _verify(
        uint256 oldSize,
        bytes32 oldRoot,
        uint256 newSize,
        bytes32 newRoot,
        bytes32[] memory proof
    ) private view returns (bool) {
        return _library.verify(uint64(oldSize), oldRoot, uint64(newSize), newRoot, proof);
    }

    function _longer(bytes32[] memory proof) private pure returns (bytes32[] memory longer) {
        longer = new bytes32[](proof.length + 1);
        for (uint256 i = 0; i < proof.length; ++i) {
            longer[i] = proof[i];
        }
        longer[proof.length] = proof[proof.length - 1];
    }
}
