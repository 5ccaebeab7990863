// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title Roots of append-only logs
/// @notice Whoever keeps a log of how accurate models were anchors its size and root here from time to time, so that
/// what the log said once can be held against what it says later. Each account has one log, its own. Whoever steals an
/// account's key can anchor a size that no log reaches; that log has ended then, and its keeper begins another one from
/// another account.
interface IAccuracyLog {
    /// @notice An account has anchored its log.
    /// @param log account that keeps it
    /// @param size number of its leaves
    /// @param root of its tree (RFC 6962)
    event Anchored(address indexed log, uint64 size, bytes32 root);

    /// @notice A log only grows.
    /// @param size that was given, number of leaves
    /// @param anchored size of the last anchor
    error SizeMustGrow(uint64 size, uint64 anchored);

    /// @notice Anchors the caller's log.
    /// @param size number of its leaves, more than at the last anchor
    /// @param root of its tree (RFC 6962)
    function anchor(uint64 size, bytes32 root) external;

    /// @notice The last anchor of a log; zeros where there is none.
    /// @param log account that keeps it
    /// @return size number of leaves
    /// @return root of the tree
    /// @return atBlock number of the block in which it was anchored
    function latest(address log) external view returns (uint64 size, bytes32 root, uint64 atBlock);
}
