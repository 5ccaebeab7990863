// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IJobDisputes} from "./IJobDisputes.sol";

/// @title Compute jobs
/// @notice A client posts a job and locks money for a provider's signed quote; the provider runs it under a stake and is
/// paid for what was metered. Inputs, checkpoints, logs and results pass outside of the chain, by CID.
///
/// ```
/// Posted -lock-> Locked -start-> Running -submit-> Submitted -accept, or the window is over-> Settled
///   | cancel,      | not started    | fail, or the deadline    | challenge
///   v deadline     v in time        v is over: by the voucher  v
/// Cancelled      Refunded         Partial, Refunded          Disputed -> Settled, Slashed, or by the voucher
/// ```
///
/// Amounts are in the smallest unit of the coin; times are seconds since the epoch. Parties of a job that has ended claim
/// their parts (`claim`); bonds that come back are owed (`collectOwed`); jurors are paid into their deposits.
interface IJobs is IJobDisputes {
    // ---------------------------------------------------------------- providers

    /// @notice Joins as a provider, resumes, changes the offer or raises the deposit. A provider that does not pause may
    /// be drawn as a juror for jobs of its kinds, within its memory, at its price or more.
    /// @param amount that is added to the deposit
    /// @param offered from now on
    /// @param permit of the amount
    function offer(uint80 amount, Offer calldata offered, Permit calldata permit) external;

    /// @notice Takes no new jobs and duties; those that run go on.
    function pause() external;

    /// @notice Takes back a part of the deposit that is not locked.
    /// @param amount that is taken
    function withdraw(uint80 amount) external;

    /// @notice Leaves with all of the deposit, none of which may be locked.
    function offboard() external;

    /// @notice Revokes all quotes below a nonce.
    /// @param nonce the least that counts from now on
    function revokeQuotes(uint64 nonce) external;

    // ---------------------------------------------------------------- jobs

    /// @notice Posts a job. Nothing is locked.
    /// @param terms of the job
    /// @param workload CID
    /// @param inputs CID of a manifest that names them
    /// @param resumed CID of the checkpoint from which it goes on, or empty
    /// @return id its number
    function post(Terms calldata terms, string calldata workload, string calldata inputs, string calldata resumed)
        external
        returns (uint64 id);

    /// @notice Withdraws a job that is not locked; by the client.
    /// @param id number of the job
    function cancel(uint64 id) external;

    /// @notice Locks price times units for a provider's quote; by the client.
    /// @param id number of the job
    /// @param terms as posted
    /// @param quote of the provider
    /// @param signature of the provider over the quote, 65 bytes
    /// @param permit of the amount
    function lock(
        uint64 id,
        Terms calldata terms,
        Quote calldata quote,
        bytes calldata signature,
        Permit calldata permit
    ) external;

    /// @notice Starts a job and locks the stake; by the provider.
    /// @param id number of the job
    function start(uint64 id) external;

    /// @notice Shows the client's last voucher, so that it counts however the job ends; by the provider.
    /// @param id number of the job
    /// @param units that are promised, from the start of the job
    /// @param checkpoint SHA-256 in the CID of the checkpoint after them
    /// @param signature of the client, 65 bytes
    function redeem(uint64 id, uint40 units, bytes32 checkpoint, bytes calldata signature) external;

    /// @notice Submits a result; by the provider. It is committed to, so that nobody can hand it in for another job.
    /// @param id number of the job
    /// @param result commitment to what came out, see `commitmentOf`, of round 0
    /// @param file SHA-256 in the CID of the sealed result, which has what came out and the salt
    /// @param units that were metered
    /// @param logHead head of the chain of log lines
    function submit(uint64 id, bytes32 result, bytes32 file, uint40 units, bytes32 logHead) external;

    /// @notice Ends a job that the provider cannot finish: it is paid what vouchers promise; by the provider.
    /// @param id number of the job
    /// @param code why
    function fail(uint64 id, uint16 code) external;

    /// @notice Accepts a result; by the client.
    /// @param id number of the job
    /// @param result that was submitted
    function accept(uint64 id, bytes32 result) external;

    /// @notice Carries out what is due because a time is over. Anyone may call it.
    /// @param id number of the job
    function expire(uint64 id) external;

    /// @notice Claims the caller's part of a job that has ended, once; by client or provider.
    /// @param id number of the job
    /// @return amount that was sent
    function claim(uint64 id) external returns (uint256 amount);

    // ---------------------------------------------------------------- reading

    /// @notice All that is stored of a provider.
    /// @param account of the provider
    /// @return found all zero where there is none
    function provider(address account) external view returns (ProviderInfo memory found);

    /// @notice All that is stored of a job.
    /// @param id number of the job
    /// @return found state None where there is none
    function job(uint64 id) external view returns (JobInfo memory found);

    /// @notice All that is stored of a dispute.
    /// @param id number of the job
    /// @return found all zero where there is none
    function dispute(uint64 id) external view returns (DisputeInfo memory found);

    /// @notice All that is stored of a juror.
    /// @param id number of the job
    /// @param index of the juror
    /// @return found duty None where there is none
    function juror(uint64 id, uint8 index) external view returns (JurorInfo memory found);

    /// @notice What `claim` would send an account now.
    /// @param id number of the job
    /// @param account client or provider
    /// @return amount 0 where there is nothing
    function claimable(uint64 id, address account) external view returns (uint256 amount);

    /// @notice What a submission (round 0) or a juror (its round) commits to.
    /// @param id number of the job
    /// @param round 0, 1 or 2
    /// @param account who commits
    /// @param result hash of what came out
    /// @param units that were metered
    /// @param salt that nobody else knows
    /// @return commitment to hand in
    function commitmentOf(uint64 id, uint8 round, address account, bytes32 result, uint40 units, bytes32 salt)
        external
        pure
        returns (bytes32 commitment);

    /// @notice Number of jobs ever posted, which is the highest number of one.
    /// @return count 0 while there are none
    function jobCount() external view returns (uint64 count);

    /// @notice Number of providers now.
    /// @return count 0 while there are none
    function providerCount() external view returns (uint32 count);

    /// @notice Rounds of disputes whose jurors are about to be drawn.
    /// @return count 0 while there are none
    function openDraws() external view returns (uint32 count);

    /// @notice What signatures of this contract on this chain are bound to (EIP-712).
    /// @return separator of the domain
    function domainSeparator() external view returns (bytes32 separator);
}
