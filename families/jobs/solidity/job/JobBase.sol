// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {Escrow} from "../../../../contracts/solidity/lib/Escrow.sol";
import {JobSignatures} from "./JobSignatures.sol";

/// @title What both halves of Jobs share: what is stored, and how a job ends
/// @dev Jobs is more code than one contract may have. JobDisputes is the half that draws jurors and judges; Jobs calls it
/// by `delegatecall`, so that all is stored in Jobs.
abstract contract JobBase is JobSignatures, Escrow {
    /// @notice Least deposit of a provider: one MDC. So much of it is one part of its weight in draws.
    uint80 public constant MIN_DEPOSIT = 1e18;
    /// @notice Most weight of one provider; who deposits more under one address is drawn no more often.
    uint8 public constant MAX_WEIGHT = 8;
    /// @notice A juror locks so many fees, and a bond is so many for each juror of its round.
    uint80 public constant FEES_AT_STAKE = 4;

    /// @dev ModelCoin has less than 2^80 units.
    struct Provider {
        uint80 deposit;
        uint80 locked;
        uint32 since;
        uint32 slot; // from 1; 0 for nobody
        uint8 weight; // 0 while it pauses
        uint8 kinds;
        uint16 memoryMiB;
        //
        uint80 price;
        uint32 unitsPerSecond;
        uint64 nonce;
    }

    struct Job {
        address client;
        State state;
        uint8 kind;
        uint8 jurors;
        uint32 since;
        uint24 maxSeconds;
        uint16 memoryMiB;
        //
        bytes32 terms;
        //
        address provider;
        uint80 price;
        uint8 claimed;
        //
        uint40 limit;
        uint40 units;
        uint40 agreed;
        uint80 stake;
        uint24 window;
        uint32 deadline;
        //
        bytes32 result;
    }

    struct Dispute {
        address challenger;
        uint80 fee;
        uint8 first;
        uint8 second;
        //
        address escalator;
        uint32 slots;
        uint32 fixedAt;
        uint8 round;
        uint8 committed;
        bool drawn;
        //
        uint64 drawBlock;
        uint40 commitBy;
        uint40 revealBy;
        //
        bytes32 shown;
    }

    struct Juror {
        address who;
        Duty duty;
    }

    uint64 internal _jobCount;
    /// @dev Slots of providers are 1 to this, without holes.
    uint32 internal _slotCount;
    uint32 internal _openDraws;
    mapping(address account => Provider) internal _providers;
    mapping(uint32 slot => address) internal _slots;
    mapping(uint64 id => Job) internal _jobs;
    mapping(uint64 id => Dispute) internal _disputes;
    mapping(uint64 id => mapping(uint256 index => Juror)) internal _jurors;
    /// @dev A juror's commitment, and once it has revealed its answer.
    mapping(uint64 id => mapping(uint256 index => bytes32)) internal _answers;

    /// @param coin_ the coin of all deposits, prices and bonds
    constructor(address coin_) Escrow(coin_) {}

    // ---------------------------------------------------------------- finding

    function _existing(uint64 id) internal view returns (Job storage j) {
        j = _jobs[id];
        if (j.state == State.None) revert NoSuchJob(id);
    }

    function _during(uint64 id, State state) internal view returns (Job storage j) {
        j = _existing(id);
        if (j.state != state) revert WrongJobState(id, j.state);
    }

    function _onlyClient(Job storage j) internal view {
        if (msg.sender != j.client) revert NotJobClient(msg.sender, j.client);
    }

    function _onlyProvider(Job storage j) internal view {
        if (msg.sender != j.provider) revert NotJobProvider(msg.sender, j.provider);
    }

    function _before(uint256 time) internal view {
        if (block.timestamp >= time) revert JobTooLate(time);
    }

    function _past(uint256 time) internal view {
        if (block.timestamp < time) revert JobTooEarly(time);
    }

    // ---------------------------------------------------------------- money

    /// @dev Takes an amount of the caller, by its permit or its allowance. The last act of a call.
    function _takeWith(uint256 amount, Permit calldata permit) internal {
        if (permit.deadline != 0) _permit(amount, permit.deadline, permit.v, permit.r, permit.s);
        _take(amount);
    }

    /// @dev Locks a part of a provider's deposit that is free.
    function _lock(Provider storage p, uint80 amount) internal {
        uint80 free = p.deposit - p.locked;
        if (free < amount) revert NotFree(free, amount);
        p.locked += amount;
    }

    /// @dev Units that are paid for.
    function _paidUnits(Job storage j) internal view returns (uint40) {
        return j.units < j.limit ? j.units : j.limit;
    }

    /// @dev What provider and client may claim of a job that has ended. Nothing is rounded: prices are whole.
    function _parts(Job storage j) internal view returns (uint80 paid, uint80 refunded) {
        State state = j.state;
        uint80 all = j.limit * j.price;
        if (state == State.Settled) paid = _paidUnits(j) * j.price;
        else if (state == State.Partial) paid = j.agreed * j.price;
        else if (state != State.Refunded && state != State.Slashed) return (0, 0);
        refunded = all - paid;
    }

    // ---------------------------------------------------------------- moving

    function _move(Job storage j, State state) internal {
        j.state = state;
        j.since = uint32(block.timestamp);
    }

    function _end(uint64 id, Job storage j, State state, uint16 code) internal {
        _move(j, state);
        (uint80 paid, uint80 refunded) = _parts(j);
        emit JobEnded(id, state, code, paid, refunded);
    }

    /// @dev Ends a job by the last voucher that was shown.
    function _endByVoucher(uint64 id, Job storage j, uint16 code) internal {
        _end(id, j, j.agreed == 0 ? State.Refunded : State.Partial, code);
    }
}
