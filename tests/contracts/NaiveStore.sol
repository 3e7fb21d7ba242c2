// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";

/// @dev The yardstick of the gas figures: the same two slots per anchor and the same event, stored without looking.
contract NaiveStore is Ownable2Step {
    struct Entry {
        bytes32 root;
        uint64 size;
        uint64 time;
        uint64 blockNumber;
        uint64 index;
    }

    Entry[] private _entries;

    event Anchored(uint64 indexed index, uint64 size, bytes32 root);

    constructor(address owner) Ownable(owner) {}

    function store(uint64 size, bytes32 root) external onlyOwner {
        uint64 index = uint64(_entries.length);
        _entries.push(Entry(root, size, uint64(block.timestamp), uint64(block.number), index));
        emit Anchored(index, size, root);
    }
}
