// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IJobTypes} from "./IJobTypes.sol";

/// @title How a result is disputed
/// @notice See IJobs. A round: its jurors are drawn by the hash of a block that nobody knew before, from providers weighted
/// by deposit; they run the job again from the last checkpoint on which client and provider agree, commit, and reveal. A
/// majority of those that were to be drawn decides. Then the side that lost may ask for one more round of three times as
/// many. Times that are over move everything on (`conclude`).
interface IJobDisputes is IJobTypes {
    /// @notice Says that a result is wrong, under a bond; by anyone but the provider.
    /// @param id number of the job
    /// @param result that was submitted
    /// @param permit of the bond
    function challenge(uint64 id, bytes32 result, Permit calldata permit) external;

    /// @notice Draws the jurors of a round. Anyone may call it, from the second block after the round began.
    /// @param id number of the job
    function draw(uint64 id) external;

    /// @notice Commits to an answer; by a juror.
    /// @param id number of the job
    /// @param index of the juror
    /// @param commitment see `commitmentOf`, of the round
    function commit(uint64 id, uint8 index, bytes32 commitment) external;

    /// @notice Reveals an answer; by a juror, once all have committed or the time for it is over.
    /// @param id number of the job
    /// @param index of the juror
    /// @param result hash of what came out, 0 where the job could not be run
    /// @param units that were metered
    /// @param salt of the commitment
    function reveal(uint64 id, uint8 index, bytes32 result, uint40 units, bytes32 salt) external;

    /// @notice Shows to what the submission committed, while jurors reveal; by anyone who knows it.
    /// @param id number of the job
    /// @param result hash of what came out
    /// @param salt of the commitment
    function show(uint64 id, bytes32 result, bytes32 salt) external;

    /// @notice Asks for a second round, under a larger bond; by the side that lost the first, or by either where it
    /// decided nothing.
    /// @param id number of the job
    /// @param permit of the bond
    function escalate(uint64 id, Permit calldata permit) external;

    /// @notice Ends a dispute whose times are over, and the job with it. Anyone may call it.
    /// @param id number of the job
    function conclude(uint64 id) external;
}
