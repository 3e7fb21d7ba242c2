// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CheckpointAnchor} from "../../contracts/CheckpointAnchor.sol";
import {AnchorFixture} from "./AnchorFixture.sol";
import {ReferenceTree} from "./ReferenceTree.sol";

/// @dev Everything that anybody may try with the contract, in any order. Each function itself says what must come of it; the
/// handler keeps its own copy of the history.
contract AnchorHandler is AnchorFixture {
    using ReferenceTree for bytes32[];

    struct Kept {
        bytes32 root;
        uint64 size;
        uint64 time;
        uint64 blockNumber;
    }

    Kept[] public kept;
    address public hot = HOT;
    address public endedBy;
    uint64 public endedAt;
    uint256 public honest;
    uint256 public refused;

    function contractUnderTest() external view returns (CheckpointAnchor) {
        return target;
    }

    function keptLength() external view returns (uint256) {
        return kept.length;
    }

    function anchorHonestly(uint8 step) external {
        (uint64 m, uint64 n) = _next(step);
        if (n > LOG_SIZE) return;
        bytes32 root = rootAt(n);
        bytes32[] memory proof = proofOf(m, n);
        if (!_try(hot, m, n, root, proof)) {
            assertTrue(hot == address(0), "an honest anchor is refused only when suspended");
            return;
        }
        kept.push(Kept(root, n, uint64(block.timestamp), uint64(block.number)));
        ++honest;
    }

    function anchorRewrittenLog(uint8 step, uint8 leaf, bytes32 value) external {
        (uint64 m, uint64 n) = _next(step);
        if (m == 0 || n > LOG_SIZE || value == log[leaf % m]) return;
        bytes32[] memory forged = prefix(n);
        forged[leaf % m] = value;
        _mustFail(hot, m, n, forged.root(), forged.consistency(m));
    }

    function anchorGarbage(uint64 m, uint64 n, bytes32 root, bytes32[] calldata proof) external {
        if (kept.length == 0) return;
        _mustFail(hot, m, n, root, proof);
    }

    function anchorFlipped(uint8 step, uint8 node, uint8 bit) external {
        (uint64 m, uint64 n) = _next(step);
        if (m == 0 || n > LOG_SIZE) return;
        bytes32 root = rootAt(n);
        bytes32[] memory proof = proofOf(m, n);
        proof[node % proof.length] ^= bytes32(uint256(1) << bit);
        _mustFail(hot, m, n, root, proof);
    }

    function anchorAsStranger(address stranger, uint8 step) external {
        (uint64 m, uint64 n) = _next(step);
        if (n > LOG_SIZE || stranger == hot) return;
        _mustFail(stranger, m, n, rootAt(n), proofOf(m, n));
    }

    function anchorHeadAgain(uint64 m, bytes32[] calldata proof) external {
        if (kept.length == 0 || hot == address(0)) return;
        Kept memory last = kept[kept.length - 1];
        vm.prank(hot);
        uint64 index = target.anchor(m, last.size, last.root, proof);
        assertEq(index, kept.length - 1, "index of the head");
    }

    function rotate(uint8 choice) external {
        address[3] memory keys = [HOT, address(0xA11CE), address(0)];
        address key = choice < 240 ? keys[choice % 2] : keys[2];
        vm.prank(OWNER);
        try target.setAnchorer(key) {
            assertTrue(endedBy == address(0), "a retired contract takes no key");
            hot = key;
        } catch {
            assertTrue(endedBy != address(0), "the owner may rotate while in service");
        }
    }

    function rotateAsStranger(address stranger) external {
        if (stranger == OWNER) return;
        vm.prank(stranger);
        try target.setAnchorer(stranger) {
            revert NotTrue("a stranger named the anchorer");
        } catch {
            ++refused;
        }
    }

    function retire(uint8 chance, uint8 index) external {
        if (chance > 24 || kept.length == 0) return;
        uint64 last = uint64(index % kept.length);
        CheckpointAnchor next = new CheckpointAnchor(OWNER, HOT, address(target), last);
        vm.prank(OWNER);
        try target.retire(address(next), last) {
            assertTrue(endedBy == address(0), "retired twice");
            (endedBy, endedAt, hot) = (address(next), last, address(0));
        } catch {
            assertTrue(endedBy != address(0), "the owner may retire once");
        }
    }

    function retireAsStranger(address stranger, uint8 index) external {
        if (stranger == OWNER || kept.length == 0) return;
        uint64 last = uint64(index % kept.length);
        CheckpointAnchor next = new CheckpointAnchor(OWNER, HOT, address(target), last);
        vm.prank(stranger);
        try target.retire(address(next), last) {
            revert NotTrue("a stranger retired the contract");
        } catch {
            ++refused;
        }
    }

    function pass(uint16 seconds_) external {
        vm.warp(block.timestamp + seconds_);
        vm.roll(block.number + seconds_ / 12 + 1);
    }

    function _next(uint8 step) private view returns (uint64 m, uint64 n) {
        m = kept.length == 0 ? 0 : kept[kept.length - 1].size;
        n = m + 1 + step % 5;
    }

    function _mustFail(address sender, uint64 m, uint64 n, bytes32 root, bytes32[] memory proof)
        private
    {
        assertTrue(!_try(sender, m, n, root, proof), "a wrong anchor was taken");
        ++refused;
    }

    function _try(address sender, uint64 m, uint64 n, bytes32 root, bytes32[] memory proof)
        private
        returns (bool)
    {
        vm.prank(sender);
        try target.anchor(m, n, root, proof) {
            return true;
        } catch {
            return false;
        }
    }
}

contract CheckpointAnchorInvariants is AnchorFixture {
    AnchorHandler private _handler = new AnchorHandler();
    CheckpointAnchor private _contract = _handler.contractUnderTest();

    function setUp() public {
        targetContract(address(_handler));
    }

    /// @dev What was anchored once stands there for ever, and nothing else does.
    function invariantHistoryNeverChanges() public view {
        uint64 count = _contract.count();
        assertEq(count, _handler.keptLength(), "count");
        for (uint64 i = 0; i < count; ++i) {
            (bytes32 root, uint64 size, uint64 time, uint64 blockNumber, uint64 index) =
                _contract.anchorAt(i);
            (bytes32 root_, uint64 size_, uint64 time_, uint64 blockNumber_) = _handler.kept(i);
            assertEq(root, root_, "root");
            assertEq(size, size_, "size");
            assertEq(time, time_, "time");
            assertEq(blockNumber, blockNumber_, "block");
            assertEq(index, i, "index");
        }
    }

    function invariantSizeStrictlyGrows() public view {
        uint64 count = _contract.count();
        uint64 before;
        for (uint64 i = 0; i < count; ++i) {
            (, uint64 size,,,) = _contract.anchorAt(i);
            assertTrue(size > before, "size");
            before = size;
        }
        (, uint64 headSize,) = _contract.head();
        assertEq(headSize, before, "head");
    }

    function invariantRetiredStaysRetired() public view {
        assertEq(_contract.successor(), _handler.endedBy(), "successor");
        assertEq(_contract.lastGoodIndex(), _handler.endedAt(), "lastGoodIndex");
        assertEq(_contract.anchorer(), _handler.hot(), "anchorer");
        if (_handler.endedBy() != address(0)) {
            assertEq(_contract.anchorer(), address(0), "no anchorer after retirement");
        }
    }

    function invariantRolesStayWhereTheyAre() public view {
        assertEq(_contract.owner(), OWNER, "owner");
        assertEq(_contract.pendingOwner(), address(0), "pending owner");
        assertEq(_contract.predecessor(), address(0), "predecessor");
    }
}
