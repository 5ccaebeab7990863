// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IGrantErrors} from "./IGrantErrors.sol";

/// @title Permissions to use data sets
/// @notice A user applies for a data set and says for what; its owner approves with a fee, or refuses with a text. A grant
/// bounds how often, how long, for which purpose, and how much may be told of the data by all tasks together. Owners
/// confirm each task besides; a grant alone starts nothing.
///
/// Only the contract of tasks draws on grants, at the start of a task and for all of its grants at once.
interface IGrants is IGrantErrors {
    /// @notice What a user asks for.
    /// @param from when the first task may start, seconds since the epoch
    /// @param until when no task starts any more, seconds since the epoch
    /// @param times how many tasks may finish
    /// @param tries how many tasks may start, those that fail included
    /// @param facts how many numbers may be told by all tasks together: a coefficient, a metric, a point of a curve or an
    /// opened bit is one each
    /// @param rows how many rows may be predicted by all tasks together
    /// @param minRows fewest rows of which anything is told
    /// @param digits most significant digits of what is told, 1 to MAX_DIGITS
    /// @param ownCoefficients whether other owners may be told the coefficients of their own columns
    struct GrantTerms {
        uint40 from;
        uint40 until;
        uint32 times;
        uint16 tries;
        uint32 facts;
        uint32 rows;
        uint32 minRows;
        uint8 digits;
        bool ownCoefficients;
    }

    /// @notice A grant as the contract stores it.
    /// @param terms what was asked for
    /// @param dataset number of the data set
    /// @param user who asked, and whose tasks it serves
    /// @param purpose keccak256 of the kinds of task, algorithm, columns, receivers and what is told; 0 for any
    /// @param fee what the owner gets for a task, in the smallest unit of the coin
    /// @param state where it stands
    /// @param used tasks that have used it
    /// @param held tasks that are running on it
    /// @param tried tasks that were started on it
    /// @param factsUsed facts told, or reserved by running tasks
    /// @param rowsUsed rows predicted, or reserved by running tasks
    struct GrantInfo {
        GrantTerms terms;
        uint64 dataset;
        address user;
        bytes32 purpose;
        uint96 fee;
        GrantState state;
        uint32 used;
        uint32 held;
        uint16 tried;
        uint32 factsUsed;
        uint32 rowsUsed;
    }

    /// @notice What a task would tell, to be compared with a grant.
    /// @param minRows fewest rows of which it tells anything
    /// @param digits most significant digits of what it tells
    /// @param ownCoefficients whether owners are told the coefficients of their own columns
    struct Disclosure {
        uint32 minRows;
        uint8 digits;
        bool ownCoefficients;
    }

    /// @notice Somebody has applied for a data set.
    /// @param grant its number, 1 for the first
    /// @param dataset number of the data set
    /// @param user who applies
    /// @param purpose what for
    /// @param terms what is asked for
    event GrantApplied(
        uint64 indexed grant, uint64 indexed dataset, address indexed user, bytes32 purpose, GrantTerms terms
    );

    /// @notice An applicant has withdrawn.
    /// @param grant number of the grant
    event GrantWithdrawn(uint64 indexed grant);

    /// @notice An owner has approved.
    /// @param grant number of the grant
    /// @param fee what the owner gets for a task
    event GrantApproved(uint64 indexed grant, uint96 fee);

    /// @notice An owner has refused.
    /// @param grant number of the grant
    /// @param reason what the owner says to the applicant
    event GrantRefused(uint64 indexed grant, string reason);

    /// @notice A task has drawn on a grant, or given back.
    /// @param grant number of the grant
    /// @param used tasks that have used it
    /// @param held tasks that are running on it
    /// @param tried tasks that were started on it
    /// @param factsUsed facts told or reserved
    /// @param rowsUsed rows predicted or reserved
    event GrantUsage(
        uint64 indexed grant, uint32 used, uint32 held, uint16 tried, uint32 factsUsed, uint32 rowsUsed
    );

    /// @notice Applies for a data set.
    /// @param dataset number of the data set
    /// @param purpose what for; 0 for anything, where the data set has no label
    /// @param terms what is asked for
    /// @return grant its number, 1 for the first
    function applyFor(uint64 dataset, bytes32 purpose, GrantTerms calldata terms) external returns (uint64 grant);

    /// @notice Withdraws an application that is pending; by the applicant.
    /// @param id number of the grant
    function withdraw(uint64 id) external;

    /// @notice Approves an application that is pending; by the owner of the data set.
    /// @param id number of the grant
    /// @param fee what the owner gets for a task that finishes, in the smallest unit of the coin
    function approve(uint64 id, uint96 fee) external;

    /// @notice Refuses an application that is pending; by the owner of the data set.
    /// @param id number of the grant
    /// @param reason what the owner says to the applicant, at most MAX_REASON_LENGTH bytes
    function refuse(uint64 id, string calldata reason) external;

    /// @notice Holds grants for a task that starts, all or none; by the contract of tasks. A start counts as a try for
    /// good.
    /// @param ids numbers of the grants
    /// @param covered bit i for a grant that an earlier task of the same pipeline has used, so that no use is taken
    /// @param facts that the task may tell
    /// @param rows that the task may predict
    function hold(uint64[] calldata ids, uint256 covered, uint32 facts, uint32 rows) external;

    /// @notice Turns what is held into a use; by the contract of tasks.
    /// @param ids numbers of the grants
    /// @param covered as for `hold`
    function consume(uint64[] calldata ids, uint256 covered) external;

    /// @notice Gives back what a task has not used; by the contract of tasks.
    /// @param ids numbers of the grants
    /// @param covered as for `hold`; all bits where the use is kept
    /// @param facts that were not told
    /// @param rows that were not predicted
    function release(uint64[] calldata ids, uint256 covered, uint32 facts, uint32 rows) external;

    /// @notice Demands that a user's task may be published with a grant.
    /// @param id number of the grant
    /// @param user who publishes
    /// @param purpose of the task
    /// @param told what the task would tell
    /// @return owner of the data set
    /// @return fee for a task that finishes
    function check(uint64 id, address user, bytes32 purpose, Disclosure calldata told)
        external
        view
        returns (address owner, uint96 fee);

    /// @notice Owner of the data set of a grant.
    /// @param id number of the grant
    /// @return owner the zero address where there is no such grant
    function ownerOf(uint64 id) external view returns (address owner);

    /// @notice What the owner gets for a task that finishes.
    /// @param id number of the grant
    /// @return fee in the smallest unit of the coin
    function feeOf(uint64 id) external view returns (uint96 fee);

    /// @notice All that is stored of a grant.
    /// @param id number of the grant
    /// @return found state None where there is none
    function grant(uint64 id) external view returns (GrantInfo memory found);

    /// @notice The grant that keeps the same from being applied for.
    /// @param dataset number of the data set
    /// @param user who would apply
    /// @param purpose what for
    /// @return id number of a grant that is pending or can still be used, 0 where there is none
    function open(uint64 dataset, address user, bytes32 purpose) external view returns (uint64 id);

    /// @notice Number of applications ever made, which is the highest number of a grant.
    /// @return count 0 while there are none
    function grantCount() external view returns (uint64 count);

    /// @notice The registry whose data sets are granted.
    /// @return address of the IDatasets
    function datasets() external view returns (address);

    /// @notice The contract that alone draws on grants.
    /// @return address of the ITasks
    function tasks() external view returns (address);
}
