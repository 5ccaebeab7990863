// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {ITaskOffers} from "./ITaskOffers.sol";

/// @title Tasks of private learning
/// @notice A requester publishes a task on the data of others; their owners confirm it under a bond; it runs between their
/// machines; all of them sign what came out. Here is who may do what, until when, and who is paid. No data, shares or
/// results pass through the chain.
///
/// ```
/// Waiting -predecessor Finished-> Confirming -all confirm-> Ready -start-> Started -begin-> Running -finish-> Finished
///                                  | reject > Rejected    | cancel, expire  | expire > Failed | fail > Failed
///                                  | expire > Expired     v                 |                 | stall > Stalled > Failed
///                                                   Cancelled, Expired   Failed -retry-> Ready
/// ```
///
/// Amounts are in the smallest unit of the coin; times are seconds since the epoch. What somebody is paid by a task that
/// has ended is collected part by part (`collect`); other payments are owed (`collectOwed`).
interface ITasks is ITaskOffers {
    // ---------------------------------------------------------------- confirming

    /// @notice Confirms a seat and locks its bond; by who holds it.
    /// @param id number of the task
    /// @param index seat, from 0
    /// @param key X25519 key of its links in this task
    /// @param input commitment to the version of the data set and the columns
    /// @param signer session key that signs for the seat
    /// @param accepted candidates that are accepted as helper, bit i for the i-th; 0 to say so later
    function confirm(uint64 id, uint8 index, bytes32 key, bytes32 input, address signer, uint16 accepted) external;

    /// @notice As `confirm`, with a permit (EIP-2612) of the bond.
    /// @param id number of the task
    /// @param index seat, from 0
    /// @param key X25519 key of its links in this task
    /// @param input commitment to the version of the data set and the columns
    /// @param signer session key that signs for the seat
    /// @param accepted candidates that are accepted as helper, bit i for the i-th
    /// @param permitDeadline of the permit
    /// @param v of its signature
    /// @param r of its signature
    /// @param s of its signature
    function confirmWithPermit(
        uint64 id,
        uint8 index,
        bytes32 key,
        bytes32 input,
        address signer,
        uint16 accepted,
        uint256 permitDeadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice Rejects a task that is not ready, for good; by who holds a seat.
    /// @param id number of the task
    /// @param index seat, from 0
    /// @param reason what is said to the requester, at most MAX_REASON_LENGTH bytes
    function reject(uint64 id, uint8 index, string calldata reason) external;

    /// @notice Gives a task up that has not started, or has failed; by the requester.
    /// @param id number of the task
    function cancel(uint64 id) external;

    /// @notice Carries out what is due because a time is over. Anyone may call it.
    /// @param id number of the task
    function expire(uint64 id) external;

    // ---------------------------------------------------------------- running

    /// @notice Starts a run and holds all grants for it, or none; by the requester.
    /// @param id number of the task
    function start(uint64 id) external;

    /// @notice Says that all seats are there and connected, as all have signed. Anyone may call it.
    /// @param id number of the task
    /// @param signatures of all seats, in their order
    function begin(uint64 id, bytes calldata signatures) external;

    /// @notice Ends a task with what came out, as all seats have signed. Anyone may call it.
    /// @param id number of the task
    /// @param outcome what came out
    /// @param signatures of all seats, in their order
    function finish(uint64 id, Outcome calldata outcome, bytes calldata signatures) external;

    /// @notice Ends a run that failed, as all seats have signed. Anyone may call it.
    /// @param id number of the task
    /// @param failure why, and what was told all the same
    /// @param signatures of all seats, in their order
    function fail(uint64 id, Failure calldata failure, bytes calldata signatures) external;

    /// @notice Says that the others are silent; by who holds a seat. Who does not respond in time loses its bond.
    /// @param id number of the task
    /// @param index seat, from 0
    /// @param heads of its links
    function stall(uint64 id, uint8 index, bytes32 heads) external;

    /// @notice Responds to a stall; by who holds the seat, or by anyone with a signature of its session key.
    /// @param id number of the task
    /// @param index seat, from 0
    /// @param heads of its links
    /// @param signature 65 bytes, or none where the caller holds the seat
    function respond(uint64 id, uint8 index, bytes32 heads, bytes calldata signature) external;

    /// @notice Makes a failed task ready again; by the requester.
    /// @param id number of the task
    function retry(uint64 id) external;

    // ---------------------------------------------------------------- afterwards

    /// @notice Demands that a computing seat posts the sealed key that it has not sent; by the requester. Only a key that
    /// the seat owes, by what all have signed, can be demanded.
    /// @param id number of the task
    /// @param index seat, from 0
    /// @param outcome as it was signed
    /// @param keyHashes keccak256 of the sealed key of each seat, zero for a seat that owes none
    function demand(uint64 id, uint8 index, Outcome calldata outcome, bytes32[] calldata keyHashes) external;

    /// @notice Posts a sealed key that is demanded. Anyone may call it.
    /// @param id number of the task
    /// @param index seat, from 0
    /// @param outcome as it was signed
    /// @param keyHashes keccak256 of the sealed key of each seat, zero for a seat that owes none
    /// @param sealedKey of this seat
    function deliver(
        uint64 id,
        uint8 index,
        Outcome calldata outcome,
        bytes32[] calldata keyHashes,
        bytes calldata sealedKey
    ) external;

    /// @notice Pays a part of a task that has ended. Anyone may call it.
    /// @param id number of the task
    /// @param part a seat, or REQUESTER_PART for what comes back to the requester
    /// @return amount that was paid
    function collect(uint64 id, uint8 part) external returns (uint256 amount);

    // ---------------------------------------------------------------- reading

    /// @notice All that is stored of a task.
    /// @param id number of the task
    /// @return found state None where there is none
    function task(uint64 id) external view returns (TaskInfo memory found);

    /// @notice All that is stored of a seat.
    /// @param id number of the task
    /// @param index from 0
    /// @return found state None where there is none
    function seat(uint64 id, uint8 index) external view returns (SeatInfo memory found);

    /// @notice All that is stored of a task's helper.
    /// @param id number of the task
    /// @return found all zero where the task needs none
    function helper(uint64 id) external view returns (HelperInfo memory found);

    /// @notice What `collect` would pay now.
    /// @param id number of the task
    /// @param part a seat, or REQUESTER_PART
    /// @return amount 0 where there is nothing
    function due(uint64 id, uint8 part) external view returns (uint256 amount);

    /// @notice Number of tasks ever published, which is the highest number of one.
    /// @return count 0 while there are none
    function taskCount() external view returns (uint64 count);

    /// @notice The grants on which tasks draw.
    /// @return address of the IGrants
    function grants() external view returns (address);

    /// @notice The directory whose organisations serve as helpers.
    /// @return address of the IDirectory
    function directory() external view returns (address);

    /// @notice What signatures of this contract on this chain are bound to (EIP-712).
    /// @return separator of the domain
    function domainSeparator() external view returns (bytes32 separator);
}
