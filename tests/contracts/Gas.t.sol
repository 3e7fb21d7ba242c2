// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CheckpointAnchor} from "../../contracts/CheckpointAnchor.sol";
import {NaiveStore} from "./NaiveStore.sol";
import {ReferenceTree} from "./ReferenceTree.sol";
import {TestBase} from "./TestBase.sol";

/// @dev What `.gas-snapshot` records: execution alone, one call per test (benchmarks/gas.py measures whole transactions).
/// The trees are made up: each inner node that a proof names is a random word, and the roots are what follows from it.
contract GasTest is TestBase {
    address private constant OWNER = address(0xC01D);
    address private constant HOT = address(0x407);

    struct Step {
        uint64 oldSize;
        uint64 newSize;
        bytes32 oldRoot;
        bytes32 newRoot;
        bytes32[] proof;
    }

    mapping(uint256 exponent => Step) private _longest;
    mapping(uint256 exponent => Step) private _shortest;
    mapping(uint256 exponent => CheckpointAnchor) private _atLongest;
    mapping(uint256 exponent => CheckpointAnchor) private _atShortest;
    NaiveStore private _naive = new NaiveStore(HOT);
    uint256 private _seed;

    function setUp() public {
        for (uint256 e = 10; e <= 30; e += 10) {
            // The longest proofs, two hashes for nearly every node.
            _longest[e] = _made(uint64(1 << e) - 1, uint64(1 << e) + 1);
            _atLongest[e] = _anchored(_longest[e]);
            // The shortest: a log that doubles.
            _shortest[e] = _made(uint64(1 << (e - 1)), uint64(1 << e));
            _atShortest[e] = _anchored(_shortest[e]);
        }
        vm.prank(HOT);
        _naive.store(1, bytes32(uint256(1)));
    }

    function testGasAnchor2Pow10Longest() public {
        _anchor(_atLongest[10], _longest[10], 12);
    }

    function testGasAnchor2Pow20Longest() public {
        _anchor(_atLongest[20], _longest[20], 22);
    }

    function testGasAnchor2Pow30Longest() public {
        _anchor(_atLongest[30], _longest[30], 32);
    }

    function testGasAnchor2Pow10Shortest() public {
        _anchor(_atShortest[10], _shortest[10], 1);
    }

    function testGasAnchor2Pow20Shortest() public {
        _anchor(_atShortest[20], _shortest[20], 1);
    }

    function testGasAnchor2Pow30Shortest() public {
        _anchor(_atShortest[30], _shortest[30], 1);
    }

    function testGasAnchorHeadAgain() public {
        Step storage step = _longest[20];
        vm.prank(HOT);
        _atLongest[20].anchor(0, step.oldSize, step.oldRoot, new bytes32[](0));
    }

    function testGasNaiveStore() public {
        vm.prank(HOT);
        _naive.store(2, bytes32(uint256(2)));
    }

    function testGasDeploy() public {
        new CheckpointAnchor(OWNER, HOT, address(0), 0);
    }

    function _anchored(Step memory step) private returns (CheckpointAnchor fresh) {
        fresh = new CheckpointAnchor(OWNER, HOT, address(0), 0);
        vm.prank(HOT);
        fresh.anchor(0, step.oldSize, step.oldRoot, new bytes32[](0));
    }

    function _anchor(CheckpointAnchor to, Step memory step, uint256 nodes) private {
        assertEq(step.proof.length, nodes, "length of the proof");
        vm.prank(HOT);
        to.anchor(step.oldSize, step.newSize, step.newRoot, step.proof);
        assertEq(to.count(), 2, "anchored");
    }

    function _made(uint64 m, uint64 n) private returns (Step memory) {
        (bytes32 oldRoot, bytes32 newRoot, bytes32[] memory proof) = _subproof(m, n, true);
        return Step(m, n, oldRoot, newRoot, proof);
    }

    /// @dev SUBPROOF(m, D[n], whole) of RFC 9162 section 2.1.4.1 over a tree whose unnamed subtrees are random words.
    function _subproof(uint256 m, uint256 n, bool whole)
        private
        returns (bytes32 oldRoot, bytes32 newRoot, bytes32[] memory proof)
    {
        bytes32 word = keccak256(abi.encode(++_seed));
        if (m == n) {
            proof = new bytes32[](whole ? 0 : 1);
            if (!whole) proof[0] = word;
            return (word, word, proof);
        }
        uint256 k = ReferenceTree.split(n);
        if (m <= k) {
            (oldRoot, newRoot, proof) = _subproof(m, k, whole);
            newRoot = ReferenceTree.node(newRoot, word);
        } else {
            (oldRoot, newRoot, proof) = _subproof(m - k, n - k, false);
            oldRoot = ReferenceTree.node(word, oldRoot);
            newRoot = ReferenceTree.node(word, newRoot);
        }
        return (oldRoot, newRoot, ReferenceTree.append(proof, word));
    }
}
