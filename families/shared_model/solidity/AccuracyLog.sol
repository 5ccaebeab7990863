// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title Roots of append-only logs
/// @notice Whoever keeps a log of how accurate models were anchors its size and root here from time to time, so that
/// what the log said once can be held against what it says later. Each account has one log, its own.
contract AccuracyLog {
    struct Anchor {
        uint64 size;
        uint64 atBlock;
        bytes32 root;
    }

    event Anchored(address indexed log, uint64 size, bytes32 root);

    error SizeMustGrow(uint64 size, uint64 anchored);

    mapping(address log => Anchor) private _latest;

    /// @notice Anchors the caller's log: number of its leaves, root of its tree (RFC 6962).
    function anchor(uint64 size, bytes32 root) external {
        uint64 anchored = _latest[msg.sender].size;
        if (size <= anchored) revert SizeMustGrow(size, anchored);
        _latest[msg.sender] = Anchor(size, uint64(block.number), root);
        emit Anchored(msg.sender, size, root);
    }

    /// @notice The last anchor of a log and its block; zeros where there is none.
    function latest(address log) external view returns (uint64 size, bytes32 root, uint64 atBlock) {
        Anchor memory found = _latest[log];
        return (found.size, found.root, found.atBlock);
    }
}
