// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CheckpointAnchor} from "../../contracts/CheckpointAnchor.sol";
import {ICheckpointAnchor} from "../../contracts/ICheckpointAnchor.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {AnchorFixture} from "./AnchorFixture.sol";
import {ReferenceTree} from "./ReferenceTree.sol";

/// @dev Says that it goes on from any contract, and repeats another entry than the one it should.
contract LyingSuccessor {
    address public predecessor;
    uint64 public predecessorIndex;
    bytes32 private _root;
    uint64 private _size;

    constructor(address predecessor_, uint64 index, bytes32 root, uint64 size) {
        (predecessor, predecessorIndex, _root, _size) = (predecessor_, index, root, size);
    }

    function anchorAt(uint64) external view returns (bytes32, uint64, uint64, uint64, uint64) {
        return (_root, _size, 0, 0, 0);
    }
}

/// @dev Answers every call with a fixed number of bytes, as a contract of another kind may.
contract OtherContract {
    uint256 private immutable _LENGTH;

    constructor(uint256 length) {
        _LENGTH = length;
    }

    fallback() external {
        uint256 length = _LENGTH;
        assembly {
            for { let i := 0 } lt(i, length) { i := add(i, 32) } { mstore(i, not(0)) }
            return(0, length)
        }
    }
}

/// @dev Answers as its twin does, except that the answer to one function comes as a revert.
contract RevertingTwin {
    address private immutable _TWIN;
    bytes4 private immutable _REVERTING;

    constructor(address twin, bytes4 reverting) {
        (_TWIN, _REVERTING) = (twin, reverting);
    }

    fallback() external {
        (, bytes memory data) = _TWIN.staticcall(msg.data);
        bool reverting = msg.sig == _REVERTING;
        assembly {
            if reverting { revert(add(data, 32), mload(data)) }
            return(add(data, 32), mload(data))
        }
    }
}

/// @dev `retire`, and the contract that goes on.
contract SuccessionTest is AnchorFixture {
    using ReferenceTree for bytes32[];

    address private constant NEW_HOT = address(0x407E);

    // ---- the recovery from a stolen hot key

    /// @dev The thief anchors garbage over the log's last honest anchor: the log cannot go on in this contract, but its owner
    /// ends it at the last good entry, and the log goes on in the successor with its history kept.
    function testStolenHotKeyStopsNeitherTheLogNorItsHistory() public {
        grow(target, 5);
        grow(target, 13);
        // The true head is a prefix of any tree that the thief makes up to its right.
        bytes32[] memory garbage = prefix(40);
        for (uint256 i = 13; i < 40; ++i) {
            garbage[i] = bytes32(0xBAD00 + i);
        }
        bytes32 garbageRoot = garbage.root();
        bytes32[] memory garbageProof = garbage.consistency(13);
        vm.prank(HOT);
        assertEq(target.anchor(13, 40, garbageRoot, garbageProof), 2, "garbage is anchored");

        bytes32 honest = rootAt(20);
        bytes32[] memory proof = proofOf(13, 20);
        refuse(
            abi.encodeWithSelector(ICheckpointAnchor.StaleHead.selector, 13, 40),
            13,
            20,
            honest,
            proof
        );

        CheckpointAnchor next = new CheckpointAnchor(OWNER, NEW_HOT, address(target), 1);
        vm.prank(OWNER);
        target.retire(address(next), 1);

        vm.prank(NEW_HOT);
        assertEq(next.anchor(13, 20, honest, proof), 1, "the log goes on");
        (bytes32 root, uint64 size,,,) = target.anchorAt(1);
        assertEq(root, rootAt(13), "history is kept");
        assertEq(size, 13, "history is kept");
        assertEq(target.count(), 3, "the garbage stays in sight");
        assertEq(target.lastGoodIndex(), 1, "and is void");
    }

    /// @dev The thief goes on anchoring between the successor's deployment and the retirement: that changes nothing.
    function testThiefCannotOutrunTheRetirement() public {
        grow(target, 5);
        CheckpointAnchor next = new CheckpointAnchor(OWNER, NEW_HOT, address(target), 0);
        grow(target, 6);
        grow(target, 7);
        vm.prank(OWNER);
        target.retire(address(next), 0);
        assertEq(target.lastGoodIndex(), 0, "lastGoodIndex");
        assertEq(next.count(), 1, "successor");
    }

    // ---- the successor's constructor

    function testSuccessorStartsFromTheLastGoodEntry() public {
        grow(target, 5);
        grow(target, 13);
        grow(target, 20);
        vm.warp(1_800_000_000);
        vm.roll(500);
        bytes32 expected = rootAt(13);
        vm.expectEmit(true, false, false, true);
        emit ICheckpointAnchor.Anchored(0, 13, expected);
        CheckpointAnchor next = new CheckpointAnchor(OWNER, NEW_HOT, address(target), 1);

        assertEq(next.predecessor(), address(target), "predecessor");
        assertEq(next.predecessorIndex(), 1, "predecessorIndex");
        assertEq(next.count(), 1, "count");
        (bytes32 root, uint64 size, uint64 time, uint64 blockNumber, uint64 index) =
            next.anchorAt(0);
        assertEq(root, rootAt(13), "root");
        assertEq(size, 13, "size");
        assertEq(time, 1_800_000_000, "the successor's own time");
        assertEq(blockNumber, 500, "the successor's own block");
        assertEq(index, 0, "index");
        bytes32 slot = vm.load(address(next), bytes32(uint256(5)));
        assertEq(slot, bytes32(uint256(uint160(address(target))) | 1 << 160), "slot 5");
        assertEq(address(next).codehash, address(target).codehash, "same code");
    }

    function testSuccessorOfNothingIsRefused() public {
        _refusePredecessor(address(target), 0);
        grow(target, 5);
        _refusePredecessor(address(target), 1);
        _refusePredecessor(STRANGER, 0);
        _refusePredecessor(address(new OtherContract(0)), 0);
        _refusePredecessor(address(new OtherContract(32)), 0);
        // A size beyond 64 bits.
        _refusePredecessor(address(new OtherContract(160)), 0);
        _refusePredecessor(address(new LyingSuccessor(address(0), 0, rootAt(5), 0)), 0);
        bytes4 anchorAt = ICheckpointAnchor.anchorAt.selector;
        _refusePredecessor(address(new RevertingTwin(address(target), anchorAt)), 0);
    }

    // ---- retire

    function testRetiredContractIsEndedForEver() public {
        grow(target, 5);
        grow(target, 13);
        CheckpointAnchor next = new CheckpointAnchor(OWNER, NEW_HOT, address(target), 1);
        vm.expectEmit(true, true, false, true, address(target));
        emit ICheckpointAnchor.AnchorerChanged(HOT, address(0));
        vm.expectEmit(true, false, false, true, address(target));
        emit ICheckpointAnchor.Retired(address(next), 1);
        vm.prank(OWNER);
        target.retire(address(next), 1);

        assertEq(target.successor(), address(next), "successor");
        assertEq(target.lastGoodIndex(), 1, "lastGoodIndex");
        assertEq(target.anchorer(), address(0), "anchorer");
        bytes32 slot = vm.load(address(target), bytes32(uint256(4)));
        assertEq(slot, bytes32(uint256(uint160(address(next))) | 1 << 160), "slot 4");

        refuse(
            abi.encodeWithSelector(ICheckpointAnchor.NotAnchorer.selector, HOT),
            13,
            20,
            rootAt(20),
            proofOf(13, 20)
        );
        bytes memory retired =
            abi.encodeWithSelector(ICheckpointAnchor.AlreadyRetired.selector, address(next));
        vm.expectRevert(retired);
        vm.prank(OWNER);
        target.setAnchorer(HOT);
        vm.expectRevert(retired);
        vm.prank(OWNER);
        target.retire(address(next), 1);
    }

    function testRetiringAPausedContract() public {
        grow(target, 5);
        vm.prank(OWNER);
        target.setAnchorer(address(0));
        CheckpointAnchor next = new CheckpointAnchor(OWNER, NEW_HOT, address(target), 0);
        vm.prank(OWNER);
        target.retire(address(next), 0);
        assertEq(target.successor(), address(next), "successor");
    }

    function testOnlyTheOwnerRetires() public {
        grow(target, 5);
        CheckpointAnchor next = new CheckpointAnchor(OWNER, NEW_HOT, address(target), 0);
        address[2] memory others = [STRANGER, HOT];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, others[i])
            );
            vm.prank(others[i]);
            target.retire(address(next), 0);
        }
    }

    function testRetireNeedsAnEntryToStandBy() public {
        _refuseRetire(
            STRANGER, 0, abi.encodeWithSelector(ICheckpointAnchor.NoSuchAnchor.selector, 0, 0)
        );
        grow(target, 5);
        _refuseRetire(
            STRANGER, 1, abi.encodeWithSelector(ICheckpointAnchor.NoSuchAnchor.selector, 1, 1)
        );
    }

    function testRetireNeedsItsOwnSuccessor() public {
        grow(target, 5);
        grow(target, 13);
        CheckpointAnchor unrelated = new CheckpointAnchor(OWNER, HOT, address(0), 0);
        grow(unrelated, 5);
        _refuseSuccessor(address(0), 1);
        _refuseSuccessor(STRANGER, 1);
        _refuseSuccessor(address(target), 1);
        _refuseSuccessor(address(new OtherContract(0)), 1);
        _refuseSuccessor(address(new OtherContract(32)), 1);
        _refuseSuccessor(address(new OtherContract(160)), 1);
        // An anchor contract that goes on from nothing, from another contract, from another entry.
        _refuseSuccessor(address(unrelated), 0);
        _refuseSuccessor(address(new CheckpointAnchor(OWNER, HOT, address(unrelated), 0)), 0);
        _refuseSuccessor(address(new CheckpointAnchor(OWNER, HOT, address(target), 0)), 1);
        // The right words over another root, or over another size.
        address target_ = address(target);
        _refuseSuccessor(address(new LyingSuccessor(target_, 1, rootAt(12), 13)), 1);
        _refuseSuccessor(address(new LyingSuccessor(target_, 1, rootAt(13), 12)), 1);
        // The right entry under another index, or of another contract.
        _refuseSuccessor(address(new LyingSuccessor(target_, 0, rootAt(13), 13)), 1);
        _refuseSuccessor(address(new LyingSuccessor(STRANGER, 1, rootAt(13), 13)), 1);
    }

    /// @dev A revert that carries the right words is no answer.
    function testRevertedAnswersAreNoAnswers() public {
        grow(target, 5);
        address next = address(new CheckpointAnchor(OWNER, NEW_HOT, address(target), 0));
        bytes4[3] memory asked = [
            ICheckpointAnchor.predecessor.selector,
            ICheckpointAnchor.predecessorIndex.selector,
            ICheckpointAnchor.anchorAt.selector
        ];
        for (uint256 i = 0; i < asked.length; ++i) {
            _refuseSuccessor(address(new RevertingTwin(next, asked[i])), 0);
        }
        address twin = address(new RevertingTwin(next, bytes4(0)));
        vm.prank(OWNER);
        target.retire(twin, 0);
        assertEq(target.successor(), twin, "the twin that answers passes");
    }

    function _refusePredecessor(address predecessor, uint64 index) private {
        vm.expectRevert(
            abi.encodeWithSelector(ICheckpointAnchor.BadPredecessor.selector, predecessor)
        );
        new CheckpointAnchor(OWNER, HOT, predecessor, index);
    }

    function _refuseSuccessor(address successor, uint64 index) private {
        _refuseRetire(
            successor,
            index,
            abi.encodeWithSelector(ICheckpointAnchor.BadSuccessor.selector, successor)
        );
    }

    function _refuseRetire(address successor, uint64 index, bytes memory error_) private {
        vm.expectRevert(error_);
        vm.prank(OWNER);
        target.retire(successor, index);
        assertEq(target.successor(), address(0), "still in service");
        assertEq(target.anchorer(), HOT, "still in service");
    }
}
