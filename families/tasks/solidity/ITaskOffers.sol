// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {ITaskTypes} from "./ITaskTypes.sol";

/// @title How tasks are published and helpers drawn
/// @notice See ITasks.
interface ITaskOffers is ITaskTypes {
    /// @notice Publishes a task, or several that wait for each other, and locks all fees.
    /// @param drafts one to MAX_PIPELINE tasks
    /// @return first number of the first of them; the others follow
    function publish(Draft[] calldata drafts) external returns (uint64 first);

    /// @notice As `publish`, with a permit (EIP-2612).
    /// @param drafts one to MAX_PIPELINE tasks
    /// @param value of the permit
    /// @param permitDeadline of the permit
    /// @param v of its signature
    /// @param r of its signature
    /// @param s of its signature
    /// @return first number of the first of them; the others follow
    function publishWithPermit(
        Draft[] calldata drafts,
        uint256 value,
        uint256 permitDeadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint64 first);

    // ---------------------------------------------------------------- helpers

    /// @notice Says which candidates are accepted as helper; by an owner that has confirmed, until the draw is fixed.
    /// @param id number of the task
    /// @param index seat, from 0
    /// @param accepted bit i for the i-th candidate
    function accept(uint64 id, uint8 index, uint16 accepted) external;

    /// @notice Draws the helper: the first in order of keccak256(hash of the block, helper). Anyone may call it.
    /// @param id number of the task
    /// @param candidates as published
    function draw(uint64 id, Candidate[] calldata candidates) external;

    /// @notice Agrees to serve; by the helper that was drawn.
    /// @param id number of the task
    /// @param key X25519 key of its links in this task
    function serve(uint64 id, bytes32 key) external;

    /// @notice Declines to serve, or stops; by the helper that was drawn. The next in order is drawn.
    /// @param id number of the task
    /// @param candidates as published
    function decline(uint64 id, Candidate[] calldata candidates) external;

    /// @notice Pays the helper and draws the next in order, as both computing seats have signed, also before they begin.
    /// Anyone may call it.
    /// @param id number of the task
    /// @param candidates as published
    /// @param dealt megabytes that the helper dealt
    /// @param signatures of the two computing seats, in the order of seats
    function advance(uint64 id, Candidate[] calldata candidates, uint64 dealt, bytes calldata signatures) external;
}
