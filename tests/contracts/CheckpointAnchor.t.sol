// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CheckpointAnchor} from "../../contracts/CheckpointAnchor.sol";
import {ICheckpointAnchor} from "../../contracts/ICheckpointAnchor.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {AnchorFixture} from "./AnchorFixture.sol";
import {ReferenceTree} from "./ReferenceTree.sol";

contract CheckpointAnchorTest is AnchorFixture {
    using ReferenceTree for bytes32[];

    // ---- deployment

    function testFreshContractIsEmpty() public view {
        assertEq(target.count(), 0, "count");
        (uint64 index, uint64 size, bytes32 root) = target.head();
        assertEq(index, 0, "index");
        assertEq(size, 0, "size");
        assertEq(root, sha256(""), "empty root");
        assertEq(target.owner(), OWNER, "owner");
        assertEq(target.anchorer(), HOT, "anchorer");
        assertEq(target.predecessor(), address(0), "predecessor");
        assertEq(target.predecessorIndex(), 0, "predecessorIndex");
        assertEq(target.successor(), address(0), "successor");
        assertEq(target.lastGoodIndex(), 0, "lastGoodIndex");
    }

    function testDeploymentNamesTheAnchorer() public {
        vm.expectEmit(true, true, false, true);
        emit ICheckpointAnchor.AnchorerChanged(address(0), HOT);
        new CheckpointAnchor(OWNER, HOT, address(0), 0);
    }

    function testDeploymentNeedsAnOwner() public {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableInvalidOwner.selector, address(0)));
        new CheckpointAnchor(address(0), HOT, address(0), 0);
    }

    function testIndexWithoutPredecessorIsRefused() public {
        vm.expectRevert(
            abi.encodeWithSelector(ICheckpointAnchor.BadPredecessor.selector, address(0))
        );
        new CheckpointAnchor(OWNER, HOT, address(0), 1);
    }

    // ---- anchoring

    function testAnchorsGrowAndAreKept() public {
        vm.warp(1_790_000_000);
        vm.roll(77);
        assertEq(grow(target, 5), 0, "first index");
        vm.warp(1_790_000_060);
        vm.roll(90);
        assertEq(grow(target, 13), 1, "second index");
        assertEq(grow(target, 64), 2, "third index");
        assertEq(target.count(), 3, "count");

        _assertEntry(0, rootAt(5), 5, 1_790_000_000, 77);
        _assertEntry(1, rootAt(13), 13, 1_790_000_060, 90);
        _assertEntry(2, rootAt(64), 64, 1_790_000_060, 90);
        (uint64 index, uint64 size, bytes32 root) = target.head();
        assertEq(index, 2, "head index");
        assertEq(size, 64, "head size");
        assertEq(root, rootAt(64), "head root");
    }

    function testAnchoredEvent() public {
        grow(target, 5);
        bytes32 root = rootAt(9);
        bytes32[] memory proof = proofOf(5, 9);
        vm.expectEmit(true, false, false, true, address(target));
        emit ICheckpointAnchor.Anchored(1, 9, root);
        vm.prank(HOT);
        target.anchor(5, 9, root, proof);
    }

    /// @dev A sender that does not know whether its transaction arrived sends again: same answer, no entry, no event.
    function testAnchoringTheHeadAgainChangesNothing() public {
        grow(target, 5);
        grow(target, 9);
        bytes32 root = rootAt(9);
        bytes32[] memory proof = proofOf(5, 9);
        vm.recordLogs();
        vm.prank(HOT);
        assertEq(target.anchor(5, 9, root, proof), 1, "resent as it was");
        vm.prank(HOT);
        assertEq(target.anchor(9, 9, root, new bytes32[](0)), 1, "resent from the new head");
        assertEq(vm.getRecordedLogs().length, 0, "events");
        assertEq(target.count(), 2, "count");
    }

    function testAnEarlierAnchorIsNotTheHead() public {
        grow(target, 5);
        grow(target, 9);
        bytes memory stale = abi.encodeWithSelector(ICheckpointAnchor.StaleHead.selector, 0, 9);
        refuse(stale, 0, 5, rootAt(5), new bytes32[](0));
    }

    function testOnlyTheAnchorerAnchors() public {
        bytes32 root = rootAt(5);
        address[3] memory others = [STRANGER, OWNER, address(0)];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(ICheckpointAnchor.NotAnchorer.selector, others[i])
            );
            vm.prank(others[i]);
            target.anchor(0, 5, root, new bytes32[](0));
        }
    }

    function testAStrangerCannotEvenRepeatTheHead() public {
        grow(target, 5);
        bytes32 root = rootAt(5);
        vm.expectRevert(abi.encodeWithSelector(ICheckpointAnchor.NotAnchorer.selector, STRANGER));
        vm.prank(STRANGER);
        target.anchor(5, 5, root, new bytes32[](0));
    }

    function testStaleHead() public {
        bytes memory early = abi.encodeWithSelector(ICheckpointAnchor.StaleHead.selector, 3, 0);
        refuse(early, 3, 5, rootAt(5), proofOf(3, 5));
        grow(target, 5);
        bytes memory late = abi.encodeWithSelector(ICheckpointAnchor.StaleHead.selector, 3, 5);
        refuse(late, 3, 9, rootAt(9), proofOf(3, 9));
    }

    function testALogDoesNotShrinkOrFork() public {
        bytes memory error_ = abi.encodeWithSelector(ICheckpointAnchor.NotGrowing.selector, 0, 0);
        refuse(error_, 0, 0, sha256(""), new bytes32[](0));
        grow(target, 9);
        error_ = abi.encodeWithSelector(ICheckpointAnchor.NotGrowing.selector, 9, 9);
        refuse(error_, 9, 9, bytes32(uint256(1)), new bytes32[](0));
        error_ = abi.encodeWithSelector(ICheckpointAnchor.NotGrowing.selector, 9, 8);
        refuse(error_, 9, 8, rootAt(8), new bytes32[](0));
    }

    /// @dev The head is its size and its root together.
    function testTheHeadsRootUnderAnotherSizeIsNotTheHead() public {
        grow(target, 9);
        bytes32 root = rootAt(9);
        bytes memory error_ = abi.encodeWithSelector(ICheckpointAnchor.NotGrowing.selector, 9, 8);
        refuse(error_, 9, 8, root, new bytes32[](0));
        error_ = abi.encodeWithSelector(ICheckpointAnchor.InconsistentProof.selector);
        refuse(error_, 9, 10, root, new bytes32[](0));
    }

    function testFirstAnchorHasNoProof() public {
        bytes memory error_ = abi.encodeWithSelector(ICheckpointAnchor.InconsistentProof.selector);
        refuse(error_, 0, 5, rootAt(5), proofOf(3, 5));
    }

    /// @dev One flipped bit in any node of any proof, and nothing is anchored.
    function testEveryFlippedNodeIsRefused() public {
        bytes memory error_ = abi.encodeWithSelector(ICheckpointAnchor.InconsistentProof.selector);
        uint8[5] memory sizes = [1, 7, 8, 43, 64];
        grow(target, 1);
        for (uint256 step = 1; step < sizes.length; ++step) {
            (uint64 m, uint64 n) = (sizes[step - 1], sizes[step]);
            bytes32 root = rootAt(n);
            bytes32[] memory proof = proofOf(m, n);
            for (uint256 i = 0; i < proof.length; ++i) {
                bytes32 kept = proof[i];
                proof[i] = kept ^ bytes32(uint256(1) << ((i * 97 + n) % 256));
                refuse(error_, m, n, root, proof);
                proof[i] = kept;
            }
            refuse(error_, m, n, root ^ bytes32(uint256(1)), proof);
            refuse(error_, m, n, root, new bytes32[](0));
            assertEq(target.count(), step, "refused proofs leave no entry");
            grow(target, n);
        }
    }

    /// @dev The operator rewrites one old leaf, extends the log and proves the rewritten log to itself perfectly.
    function testFuzzRewrittenHistoryCannotBeAnchored(uint8 anchored, uint8 added, uint8 rewritten)
        public
    {
        uint64 m = 1 + uint64(anchored) % 62;
        uint64 n = m + 1 + uint64(added) % (64 - m);
        grow(target, m);
        bytes32[] memory forged = prefix(n);
        forged[rewritten % m] = bytes32(uint256(0xDEAD));
        bytes memory error_ = abi.encodeWithSelector(ICheckpointAnchor.InconsistentProof.selector);
        refuse(error_, m, n, forged.root(), forged.consistency(m));
    }

    function testFuzzHonestGrowth(uint8[6] calldata steps) public {
        uint256 size;
        uint64 entries;
        for (uint256 i = 0; i < steps.length; ++i) {
            uint256 next = size + 1 + steps[i] % 10;
            assertEq(grow(target, next), entries, "index");
            ++entries;
            size = next;
        }
        for (uint64 i = 1; i < entries; ++i) {
            (, uint64 before,,,) = target.anchorAt(i - 1);
            (, uint64 after_,,, uint64 index) = target.anchorAt(i);
            assertTrue(after_ > before, "strictly growing");
            assertEq(index, i, "own index");
        }
    }

    function testNoSuchAnchor() public {
        vm.expectRevert(abi.encodeWithSelector(ICheckpointAnchor.NoSuchAnchor.selector, 0, 0));
        target.anchorAt(0);
        grow(target, 5);
        vm.expectRevert(abi.encodeWithSelector(ICheckpointAnchor.NoSuchAnchor.selector, 1, 1));
        target.anchorAt(1);
    }

    // ---- roles

    function testTheOwnerNamesTheAnchorer() public {
        vm.expectEmit(true, true, false, true, address(target));
        emit ICheckpointAnchor.AnchorerChanged(HOT, STRANGER);
        vm.prank(OWNER);
        target.setAnchorer(STRANGER);
        assertEq(target.anchorer(), STRANGER, "anchorer");

        bytes32 root = rootAt(5);
        refuse(
            abi.encodeWithSelector(ICheckpointAnchor.NotAnchorer.selector, HOT),
            0,
            5,
            root,
            new bytes32[](0)
        );
        vm.prank(STRANGER);
        target.anchor(0, 5, root, new bytes32[](0));
    }

    function testNobodyElseNamesTheAnchorer() public {
        address[2] memory others = [STRANGER, HOT];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, others[i])
            );
            vm.prank(others[i]);
            target.setAnchorer(others[i]);
        }
    }

    /// @dev Neither does address zero, from which a node simulates calls that name no sender, stand for "nobody".
    function testNoAnchorerSuspendsAnchoring() public {
        vm.prank(OWNER);
        target.setAnchorer(address(0));
        bytes32 root = rootAt(5);
        address[3] memory callers = [HOT, OWNER, address(0)];
        for (uint256 i = 0; i < callers.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(ICheckpointAnchor.NotAnchorer.selector, callers[i])
            );
            vm.prank(callers[i]);
            target.anchor(0, 5, root, new bytes32[](0));
        }
    }

    function testOwnershipMovesInTwoSteps() public {
        vm.prank(OWNER);
        target.transferOwnership(STRANGER);
        assertEq(target.owner(), OWNER, "not yet");
        assertEq(target.pendingOwner(), STRANGER, "pending");
        vm.prank(STRANGER);
        target.acceptOwnership();
        assertEq(target.owner(), STRANGER, "accepted");
    }

    function testOwnershipCannotBeRenounced() public {
        address[2] memory callers = [OWNER, STRANGER];
        for (uint256 i = 0; i < callers.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(ICheckpointAnchor.RenounceDisabled.selector));
            vm.prank(callers[i]);
            target.renounceOwnership();
        }
        assertEq(target.owner(), OWNER, "owner");
    }

    // ---- evidence

    /// @dev The storage slots that a bundle's proofs are taken from.
    function testSlotLayout() public {
        vm.warp(1_790_000_000);
        vm.roll(77);
        grow(target, 5);
        vm.warp(1_790_000_060);
        vm.roll(90);
        grow(target, 13);
        vm.prank(OWNER);
        target.transferOwnership(STRANGER);

        assertEq(_slot(0), bytes32(uint256(uint160(OWNER))), "slot 0");
        assertEq(_slot(1), bytes32(uint256(uint160(STRANGER))), "slot 1");
        assertEq(_slot(2), bytes32(uint256(2)), "slot 2");
        assertEq(_slot(3), bytes32(uint256(uint160(HOT))), "slot 3");
        uint256 first = uint256(keccak256(abi.encode(uint256(2))));
        assertEq(_slot(first), rootAt(5), "root 0");
        assertEq(_slot(first + 1), _packed(5, 1_790_000_000, 77, 0), "meta 0");
        assertEq(_slot(first + 2), rootAt(13), "root 1");
        assertEq(_slot(first + 3), _packed(13, 1_790_000_060, 90, 1), "meta 1");
        assertEq(_slot(first + 4), bytes32(0), "nothing after the last");
    }

    function testRuntimeCodeIsTheSameForEveryDeployment() public {
        CheckpointAnchor other = new CheckpointAnchor(STRANGER, OWNER, address(0), 0);
        assertEq(address(other).codehash, address(target).codehash, "code hash");
    }

    function _slot(uint256 slot) private view returns (bytes32) {
        return vm.load(address(target), bytes32(slot));
    }

    function _packed(uint256 size, uint256 time, uint256 blockNumber, uint256 index)
        private
        pure
        returns (bytes32)
    {
        return bytes32(size | time << 64 | blockNumber << 128 | index << 192);
    }

    function _assertEntry(
        uint64 position,
        bytes32 root,
        uint64 size,
        uint64 time,
        uint64 blockNumber
    ) private view {
        (bytes32 root_, uint64 size_, uint64 time_, uint64 blockNumber_, uint64 index_) =
            target.anchorAt(position);
        assertEq(root_, root, "root");
        assertEq(size_, size, "size");
        assertEq(time_, time, "time");
        assertEq(blockNumber_, blockNumber, "block");
        assertEq(index_, position, "index");
    }
}
