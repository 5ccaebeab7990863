// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {Escrow} from "../../../../contracts/solidity/lib/Escrow.sol";
import {IDirectory} from "../../../directory/solidity/IDirectory.sol";
import {IGrants} from "../../../directory/solidity/IGrants.sol";
import {ITaskTypes} from "../ITaskTypes.sol";

/// @title What both halves of Tasks share: what is stored, and the grants
/// @dev Tasks is more code than one contract may have. TaskOffers is the half that publishes and draws; Tasks calls it by
/// `delegatecall`, so that all is stored in Tasks, and what is fixed is fixed alike in both.
///
/// A seat under a grant belongs to the owner of the grant's data set, who never changes, so that the seat need not
/// store whose it is.
abstract contract TaskBase is ITaskTypes, Escrow {
    /// @notice Bits of a seat's roles.
    uint8 public constant HAS_COLUMNS = 1;
    /// @notice See HAS_COLUMNS.
    uint8 public constant HAS_LABEL = 2;
    /// @notice See HAS_COLUMNS.
    uint8 public constant COMPUTES_FIRST = 4;
    /// @notice See HAS_COLUMNS.
    uint8 public constant COMPUTES_SECOND = 8;
    /// @notice See HAS_COLUMNS.
    uint8 public constant RECEIVES = 16;
    /// @notice Bit that the contract sets where an earlier task of the pipeline takes the use of the grant.
    uint8 public constant COVERED = 128;
    uint8 internal constant COMPUTES = COMPUTES_FIRST | COMPUTES_SECOND;

    uint8 internal constant NEEDS_HELPER = 1;
    uint8 internal constant REVEALS_EARLY = 2;
    uint8 internal constant BOND_LOST = 4;
    uint8 internal constant REFUNDED = 8;

    /// @dev What happened, as Metis numbers it; 0 where Metis has no number.
    uint32 internal constant CREATED = 100_000;
    uint32 internal constant RESCHEDULED = 100_001;
    uint32 internal constant DISCARDED = 100_002;
    uint32 internal constant STARTED = 100_003;
    uint32 internal constant FAILED = 100_004;
    uint32 internal constant SUCCEEDED = 100_005;
    uint32 internal constant ELECTION_FAILED = 100_006;
    uint32 internal constant TERMINATED = 100_008;
    uint32 internal constant EXECUTING = 309_011;
    uint32 internal constant OVER_LIMIT = 309_014;

    /// @dev Starting and ending write the first word; the third is read where a time is compared.
    struct Stored {
        address requester;
        State state;
        Kind kind;
        uint8 seats;
        uint8 confirmed;
        uint8 flags;
        uint16 attempt;
        uint40 since;
        //
        uint96 computeFee;
        uint96 bond;
        uint32 facts;
        uint32 rows;
        //
        uint64 modelOf;
        uint64 waitsFor;
        uint40 confirmBy;
        uint40 startBy;
        uint24 maxSeconds;
        //
        bytes32 spec;
        bytes32 result;
    }

    struct Seat {
        address signer;
        uint64 grant;
        uint8 roles;
        SeatState state;
        uint16 accepted;
    }

    IGrants internal immutable GRANTS;
    IDirectory internal immutable DIRECTORY;

    uint64 internal _taskCount;
    mapping(uint64 id => Stored) internal _tasks;
    mapping(uint64 id => mapping(uint256 seat => Seat)) internal _seats;

    /// @param coin_ the coin of all fees and bonds
    /// @param grants_ the grants on which tasks draw
    /// @param directory_ the directory whose organisations serve as helpers
    constructor(address coin_, address grants_, address directory_) Escrow(coin_) {
        GRANTS = IGrants(grants_);
        DIRECTORY = IDirectory(directory_);
    }

    // ---------------------------------------------------------------- finding

    function _existing(uint64 id) internal view returns (Stored storage t) {
        t = _tasks[id];
        if (t.state == State.None) revert NoSuchTask(id);
    }

    function _during(uint64 id, State state) internal view returns (Stored storage t) {
        t = _existing(id);
        if (t.state != state) revert WrongTaskState(id, t.state);
    }

    function _onlyRequester(Stored storage t) internal view {
        if (msg.sender != t.requester) revert NotTaskRequester(msg.sender, t.requester);
    }

    function _seatOf(uint64 id, Stored storage t, uint8 index) internal view returns (Seat storage s) {
        if (index >= t.seats) revert NoSuchSeat(index);
        s = _seats[id][index];
    }

    function _heldBy(Stored storage t, Seat storage s) internal view returns (address) {
        return s.grant == 0 ? t.requester : GRANTS.ownerOf(s.grant);
    }

    function _onlyHolder(Stored storage t, Seat storage s) internal view {
        address who = _heldBy(t, s);
        if (msg.sender != who) revert NotSeatHolder(msg.sender, who);
    }

    // ---------------------------------------------------------------- moving

    function _move(uint64 id, Stored storage t, State state, uint32 code) internal {
        t.state = state;
        t.since = uint40(block.timestamp);
        emit TaskMoved(id, state, t.attempt, code);
    }

    /// @dev The grants of all seats, and which of them an earlier task has used.
    function _drawnOn(uint64 id, Stored storage t) internal view returns (uint64[] memory ids, uint256 covered) {
        uint256 seats = t.seats;
        ids = new uint64[](seats);
        uint256 count;
        for (uint256 i; i < seats; ++i) {
            Seat storage s = _seats[id][i];
            if (s.grant == 0) continue;
            if (s.roles & COVERED != 0) covered |= 1 << count;
            ids[count++] = s.grant;
        }
        assembly ("memory-safe") {
            mstore(ids, count)
        }
    }

    /// @dev Ends a run that failed: gives back what it held, but `facts` and `rows` that were told.
    function _failed(uint64 id, Stored storage t, uint32 code, uint32 facts, uint32 rows) internal {
        (uint64[] memory ids, uint256 covered) = _drawnOn(id, t);
        // Where something is told on the way the use was taken when the run began.
        if (t.flags & REVEALS_EARLY != 0 && t.state != State.Started) covered = type(uint256).max;
        _move(id, t, State.Failed, code);
        GRANTS.release(ids, covered, t.facts - facts, t.rows - rows);
    }

    /// @dev What a seat gets where the task finishes, without its bond.
    function _fee(Stored storage t, Seat storage s) internal view returns (uint256 fee) {
        if (s.roles & COMPUTES != 0) fee = t.computeFee;
        if (s.grant != 0 && s.roles & COVERED == 0) fee += GRANTS.feeOf(s.grant);
    }

    function _isFinal(State state) internal pure returns (bool) {
        return state == State.Finished || state >= State.Rejected;
    }
}
