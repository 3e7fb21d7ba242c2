// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";

import {ICheckpointAnchor} from "./ICheckpointAnchor.sol";
import {RFC9162} from "./RFC9162.sol";

/// @title CheckpointAnchor
/// @notice See ICheckpointAnchor.
/// @dev No upgrade path, and no `immutable`: the code hash in an EIP-1186 account proof is then that of the shipped runtime
/// bytecode, the same for every deployment, and an offline verifier pins code instead of trusting an address.
/// @dev The storage layout is part of the evidence format: slots 0 and 1 are Ownable2Step's, slot 2 holds the number of
/// entries, slot 3 the anchorer. Entry i lies at keccak256(uint256(2)) + 2i (root) and + 1 (size | time << 64 |
/// blockNumber << 128 | index << 192).
contract CheckpointAnchor is ICheckpointAnchor, Ownable2Step {
    struct Entry {
        bytes32 root;
        uint64 size;
        uint64 time;
        uint64 blockNumber;
        uint64 index;
    }

    Entry[] private _entries;
    /// @inheritdoc ICheckpointAnchor
    address public anchorer;
    /// @inheritdoc ICheckpointAnchor
    address public successor;
    /// @inheritdoc ICheckpointAnchor
    uint64 public lastGoodIndex;
    /// @inheritdoc ICheckpointAnchor
    address public predecessor;
    /// @inheritdoc ICheckpointAnchor
    uint64 public predecessorIndex;

    /// @param initialOwner the cold key
    /// @param initialAnchorer the hot key; zero: named later by the owner
    /// @param predecessor_ the contract to go on from; zero for a log's first
    /// @param lastGoodIndex_ the predecessor's entry to go on from; 0 for a log's first
    constructor(
        address initialOwner,
        address initialAnchorer,
        address predecessor_,
        uint64 lastGoodIndex_
    ) Ownable(initialOwner) {
        if (predecessor_ == address(0)) {
            if (lastGoodIndex_ != 0) revert BadPredecessor(predecessor_);
        } else {
            predecessor = predecessor_;
            predecessorIndex = lastGoodIndex_;
            (bytes32 root, uint64 size) = _entryOf(predecessor_, lastGoodIndex_);
            if (size == 0) revert BadPredecessor(predecessor_);
            _append(0, size, root);
        }
        anchorer = initialAnchorer;
        emit AnchorerChanged(address(0), initialAnchorer);
    }

    /// @inheritdoc ICheckpointAnchor
    function anchor(uint64 oldSize, uint64 newSize, bytes32 newRoot, bytes32[] calldata proof)
        external
        returns (uint64 index)
    {
        // `retire` clears the anchorer, so that this is the check for retirement too.
        // Address zero signs nothing, but a node simulates calls from it by default, and it must not pass for "nobody".
        if (msg.sender != anchorer || msg.sender == address(0)) revert NotAnchorer(msg.sender);

        index = uint64(_entries.length);
        uint64 headSize;
        bytes32 headRoot;
        if (index != 0) {
            Entry storage last = _entries[index - 1];
            headSize = last.size;
            headRoot = last.root;
            if (newSize == headSize && newRoot == headRoot) return index - 1;
        }
        if (oldSize != headSize) revert StaleHead(oldSize, headSize);
        if (newSize <= oldSize) revert NotGrowing(oldSize, newSize);
        if (index == 0) {
            if (proof.length != 0) revert InconsistentProof();
        } else if (!RFC9162.verifyConsistency(oldSize, headRoot, newSize, newRoot, proof)) {
            revert InconsistentProof();
        }
        _append(index, newSize, newRoot);
    }

    /// @inheritdoc ICheckpointAnchor
    function setAnchorer(address newAnchorer) external onlyOwner {
        if (successor != address(0)) revert AlreadyRetired(successor);
        emit AnchorerChanged(anchorer, newAnchorer);
        anchorer = newAnchorer;
    }

    /// @inheritdoc ICheckpointAnchor
    function retire(address successor_, uint64 lastGoodIndex_) external onlyOwner {
        if (successor != address(0)) revert AlreadyRetired(successor);
        if (lastGoodIndex_ >= _entries.length) {
            revert NoSuchAnchor(lastGoodIndex_, uint64(_entries.length));
        }
        if (!_goesOnFrom(successor_, lastGoodIndex_)) revert BadSuccessor(successor_);

        emit AnchorerChanged(anchorer, address(0));
        emit Retired(successor_, lastGoodIndex_);
        anchorer = address(0);
        successor = successor_;
        lastGoodIndex = lastGoodIndex_;
    }

    /// @notice Always refused: see RenounceDisabled.
    function renounceOwnership() public pure override {
        revert RenounceDisabled();
    }

    /// @inheritdoc ICheckpointAnchor
    function count() external view returns (uint64) {
        return uint64(_entries.length);
    }

    /// @inheritdoc ICheckpointAnchor
    function head() external view returns (uint64 index, uint64 size, bytes32 root) {
        uint256 length = _entries.length;
        if (length == 0) return (0, 0, RFC9162.EMPTY_ROOT);
        Entry storage last = _entries[length - 1];
        return (last.index, last.size, last.root);
    }

    /// @inheritdoc ICheckpointAnchor
    function anchorAt(uint64 position)
        external
        view
        returns (bytes32 root, uint64 size, uint64 time, uint64 blockNumber, uint64 index)
    {
        if (position >= _entries.length) {
            revert NoSuchAnchor(position, uint64(_entries.length));
        }
        Entry storage entry = _entries[position];
        return (entry.root, entry.size, entry.time, entry.blockNumber, entry.index);
    }

    function _append(uint64 index, uint64 size, bytes32 root) private {
        _entries.push(Entry(root, size, uint64(block.timestamp), uint64(block.number), index));
        emit Anchored(index, size, root);
    }

    function _goesOnFrom(address candidate, uint64 index) private view returns (bool) {
        if (_word(candidate, ICheckpointAnchor.predecessor.selector) != uint160(address(this))) {
            return false;
        }
        if (_word(candidate, ICheckpointAnchor.predecessorIndex.selector) != index) return false;
        (bytes32 root, uint64 size) = _entryOf(candidate, 0);
        return root == _entries[index].root && size == _entries[index].size;
    }

    /// @dev Foreign addresses are called at a low level, so that one that is no anchor contract gives this contract's error
    /// instead of an empty revert. Size 0, which no entry has, stands for "no such entry".
    function _entryOf(address target, uint64 index)
        private
        view
        returns (bytes32 root, uint64 size)
    {
        (bool success, bytes memory data) = target.staticcall(
            abi.encodeCall(ICheckpointAnchor.anchorAt, (index))
        );
        if (!success || data.length != 160) return (0, 0);
        uint256 wideSize;
        (root, wideSize) = abi.decode(data, (bytes32, uint256));
        if (wideSize > type(uint64).max) return (0, 0);
        // forge-lint: disable-next-line(unsafe-typecast): bounded in the line above
        return (root, uint64(wideSize));
    }

    /// @dev What a view without arguments answers; all ones, which is neither an address nor an index, if it does not.
    function _word(address target, bytes4 selector) private view returns (uint256) {
        (bool success, bytes memory data) = target.staticcall(abi.encodeWithSelector(selector));
        if (!success || data.length != 32) return type(uint256).max;
        return abi.decode(data, (uint256));
    }
}
