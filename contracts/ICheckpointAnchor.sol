// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title ICheckpointAnchor
/// @notice The anchors of ONE transparency log on this chain: an append-only list of (size, root), where each entry was shown
/// by an RFC 9162 consistency proof to contain the one before it as a prefix. A log that was forked or rewritten cannot be
/// anchored at all, not even by the key that anchors.
/// @dev Warning: a root commits to no tree height. For most pairs of sizes a valid proof also passes for another new size, so
/// `size` is the log's claim, bound by the log's own signed checkpoint and by whoever recomputes the root from the leaves.
/// @dev Warning: an anchor says nothing about what the leaves contain, nor that every record was logged.
/// @dev Roles: the *owner* (a cold key) names the anchorer and may retire the contract; the *anchorer* (a hot key) appends.
/// Neither can change or remove an entry.
interface ICheckpointAnchor {
    /// @notice A new entry was appended.
    /// @param index position of the entry, from 0
    /// @param size the log's number of leaves, as the log claims it
    /// @param root RFC 6962 / 9162 tree head (SHA-256) of these leaves
    event Anchored(uint64 indexed index, uint64 size, bytes32 root);

    /// @notice The owner named another hot key; zero means that nobody may anchor.
    event AnchorerChanged(address indexed previous, address indexed current);

    /// @notice The contract accepts no further anchor, for ever. Entries after `lastGoodIndex` are void.
    /// @param successor the contract that goes on from entry `lastGoodIndex`
    /// @param lastGoodIndex the last entry that the log stands by
    event Retired(address indexed successor, uint64 lastGoodIndex);

    /// @notice The caller is not the anchorer. After `retire` nobody is.
    error NotAnchorer(address caller);

    /// @notice The proof starts from a size that is not the head's: another anchor came first, or the caller's view is old.
    /// @param expected the caller's `oldSize`
    /// @param actual the size of the head (0 while there is none)
    error StaleHead(uint64 expected, uint64 actual);

    /// @notice A log only grows: `newSize` must exceed `oldSize`. Also for the head's own size with another root (a fork).
    error NotGrowing(uint64 oldSize, uint64 newSize);

    /// @notice The proof does not show that the head's leaves are a prefix of the new tree's.
    /// @dev Also for a proof beside the very first anchor: from nothing there is nothing to prove.
    error InconsistentProof();

    /// @notice There is no entry with this index.
    error NoSuchAnchor(uint64 index, uint64 count);

    /// @notice The contract was retired before; retirement is for ever.
    error AlreadyRetired(address successor);

    /// @notice This successor was not made from entry `lastGoodIndex` of this contract.
    error BadSuccessor(address successor);

    /// @notice This predecessor has no such entry to go on from, or is no anchor contract.
    error BadPredecessor(address predecessor);

    /// @notice A log without an owner could never replace a stolen hot key.
    error RenounceDisabled();

    /// @notice Append an anchor. Anchoring what is the head already changes nothing and returns its index, so that a sender
    /// that does not know whether its transaction arrived may simply send again.
    /// @param oldSize size of the present head (compare-and-swap); 0 for the first anchor
    /// @param newSize size of the tree to anchor
    /// @param newRoot its root
    /// @param proof RFC 9162 section 2.1.4 consistency proof from `oldSize` to `newSize`; empty for the first anchor
    /// @return index position of the entry that holds (newSize, newRoot)
    function anchor(uint64 oldSize, uint64 newSize, bytes32 newRoot, bytes32[] calldata proof)
        external
        returns (uint64 index);

    /// @notice Name the hot key; zero suspends anchoring. Only the owner; refused after `retire`.
    function setAnchorer(address newAnchorer) external;

    /// @notice End this contract for ever in favour of `successor`. Only the owner, once.
    /// @dev Meant for a hot key that was stolen and anchored what the log never signed: the entries up to `lastGoodIndex`
    /// stay valid, the successor goes on from there. `successor` must have been deployed with this contract as predecessor
    /// and the same `lastGoodIndex`, and its entry 0 must repeat that entry's size and root.
    /// @dev Warning: the successor's code is not compared. A verifier pins the code of every contract it trusts.
    function retire(address successor, uint64 lastGoodIndex) external;

    /// @notice Number of entries.
    function count() external view returns (uint64);

    /// @notice The last entry. While there is none: index 0, size 0 and the empty tree's root SHA-256("").
    function head() external view returns (uint64 index, uint64 size, bytes32 root);

    /// @notice One entry.
    /// @param position from 0
    /// @return root tree head
    /// @return size the log's number of leaves
    /// @return time timestamp of the block that appended it: seconds on Ethereum, milliseconds on some consortium chains
    /// @return blockNumber number of that block
    /// @return index its own position, stored so that a storage proof shows it
    function anchorAt(uint64 position)
        external
        view
        returns (bytes32 root, uint64 size, uint64 time, uint64 blockNumber, uint64 index);

    /// @notice The hot key; zero if nobody may anchor.
    function anchorer() external view returns (address);

    /// @notice The contract named by `retire`; zero while in service.
    function successor() external view returns (address);

    /// @notice The last valid entry of a retired contract; meaningless while `successor` is zero.
    function lastGoodIndex() external view returns (uint64);

    /// @notice The contract that this one goes on from; zero for a log's first.
    function predecessor() external view returns (address);

    /// @notice The predecessor's entry that this contract repeats as its entry 0; meaningless while `predecessor` is zero.
    function predecessorIndex() external view returns (uint64);
}
