// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IAccuracyLog} from "./IAccuracyLog.sol";

/// @title The registry of accuracy logs
/// @notice See IAccuracyLog. It holds no tokens and nobody owns it.
/// @dev Invariant: the size of an account's anchor only grows, and only that account changes it.
contract AccuracyLog is IAccuracyLog {
    struct Anchor {
        uint64 size;
        uint64 atBlock;
        bytes32 root;
    }

    mapping(address log => Anchor) private _latest;

    /// @inheritdoc IAccuracyLog
    function anchor(uint64 size, bytes32 root) external {
        uint64 anchored = _latest[msg.sender].size;
        if (size <= anchored) revert SizeMustGrow(size, anchored);
        _latest[msg.sender] = Anchor(size, uint64(block.number), root);
        emit Anchored(msg.sender, size, root);
    }

    /// @inheritdoc IAccuracyLog
    function latest(address log) external view returns (uint64 size, bytes32 root, uint64 atBlock) {
        Anchor memory found = _latest[log];
        return (found.size, found.root, found.atBlock);
    }
}
