// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IDatasets} from "../../directory/solidity/IDatasets.sol";
import {Grants} from "../../directory/solidity/Grants.sol";
import {ITaskOffers} from "./ITaskOffers.sol";
import {ITasks} from "./ITasks.sol";
import {HelperDraw} from "./task/HelperDraw.sol";
import {TaskBase} from "./task/TaskBase.sol";
import {TaskOffers} from "./task/TaskOffers.sol";

/// @title Tasks of private learning
/// @notice See ITasks. There is no owner, no fee and no upgrade. The contract makes the registry of grants, so that each
/// knows the other for ever.
/// @dev Invariants:
/// - The contract holds what it owes: of each task that has not ended the fees and all bonds; of each that has ended what
///   `due` says of its parts; and what `owed` says of accounts.
/// - A task ends once, in one of Finished, Rejected, Cancelled and Expired, and never changes its end.
/// - A part is paid once.
/// - Of a task that is Started, Running or Stalled the grants are held; of no other.
/// - Every task ends: nothing but times that are over is needed to leave any state that is not final.
contract Tasks is ITasks, HelperDraw {
    /// @notice Seconds from start to begin.
    uint40 public constant BEGIN_WINDOW = 10 minutes;
    /// @notice Seconds to respond to a stall.
    uint40 public constant STALL_WINDOW = 10 minutes;
    /// @notice Seconds after the end in which keys can be demanded; until then bonds and fees stay.
    uint40 public constant DEMAND_PERIOD = 1 days;
    /// @notice Seconds to post a key that is demanded.
    uint40 public constant DELIVERY_WINDOW = 1 days;
    /// @notice Most runs of a task.
    uint8 public constant MAX_ATTEMPTS = 255;
    /// @notice The part of a task that is the requester's.
    uint8 public constant REQUESTER_PART = 255;
    /// @notice Most bytes of the text of a rejection.
    uint256 public constant MAX_REASON_LENGTH = 500;

    /// @notice The other half of the code; see TaskBase.
    address public immutable OFFERS;

    mapping(uint64 id => mapping(uint8 seat => uint40)) private _deliverBy;

    /// @param coin_ the coin of all fees and bonds
    /// @param datasets_ the data sets on which grants are given
    constructor(address coin_, address datasets_)
        TaskBase(coin_, address(new Grants(datasets_)), IDatasets(datasets_).directory())
    {
        OFFERS = address(new TaskOffers(coin_, address(GRANTS), address(DIRECTORY)));
    }

    // ---------------------------------------------------------------- the other half

    /// @inheritdoc ITaskOffers
    function publish(Draft[] calldata) external returns (uint64) {
        _otherHalf();
    }

    /// @inheritdoc ITaskOffers
    function publishWithPermit(Draft[] calldata, uint256, uint256, uint8, bytes32, bytes32) external returns (uint64) {
        _otherHalf();
    }

    /// @inheritdoc ITaskOffers
    function accept(uint64, uint8, uint16) external {
        _otherHalf();
    }

    /// @inheritdoc ITaskOffers
    function draw(uint64, Candidate[] calldata) external {
        _otherHalf();
    }

    /// @inheritdoc ITaskOffers
    function serve(uint64, bytes32) external {
        _otherHalf();
    }

    /// @inheritdoc ITaskOffers
    function decline(uint64, Candidate[] calldata) external {
        _otherHalf();
    }

    /// @inheritdoc ITaskOffers
    function advance(uint64, Candidate[] calldata, uint64, bytes calldata) external {
        _otherHalf();
    }

    /// @dev Runs the same call in the code of TaskOffers, and answers with its answer.
    function _otherHalf() private {
        (bool done, bytes memory answer) = OFFERS.delegatecall(msg.data);
        assembly ("memory-safe") {
            switch done
            case 0 { revert(add(answer, 0x20), mload(answer)) }
            default { return(add(answer, 0x20), mload(answer)) }
        }
    }

    // ---------------------------------------------------------------- confirming

    /// @inheritdoc ITasks
    function confirm(uint64 id, uint8 index, bytes32 key, bytes32 input, address signer, uint16 accepted)
        external
        nonReentrant
    {
        _confirm(id, index, key, input, signer, accepted);
    }

    /// @inheritdoc ITasks
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
    ) external nonReentrant {
        _permit(_existing(id).bond, permitDeadline, v, r, s);
        _confirm(id, index, key, input, signer, accepted);
    }

    function _confirm(uint64 id, uint8 index, bytes32 key, bytes32 input, address signer, uint16 accepted) private {
        Stored storage t = _existing(id);
        if (t.state == State.Waiting) {
            uint64 first = _before(id, t);
            State before = _tasks[first].state;
            if (before != State.Finished) revert PredecessorNotFinished(first, before);
        } else if (t.state != State.Confirming) {
            revert WrongTaskState(id, t.state);
        }
        if (block.timestamp >= t.confirmBy) revert TooLate(t.confirmBy);
        Seat storage s = _seatOf(id, t, index);
        _onlyHolder(t, s);
        if (s.state != SeatState.Invited) revert WrongSeatState(index, s.state);
        if (key == 0 || input == 0 || signer == address(0)) revert EmptyConfirmation();
        if (accepted != 0 && t.flags & NEEDS_HELPER == 0) revert NoHelperNeeded();

        if (t.state == State.Waiting) _move(id, t, State.Confirming, 0);
        s.signer = signer;
        s.state = SeatState.Confirmed;
        s.accepted = accepted;
        emit SeatConfirmed(id, index, msg.sender, signer, key, input, accepted);
        if (++t.confirmed == t.seats) {
            _move(id, t, State.Ready, 0);
            if (t.flags & NEEDS_HELPER != 0) _fixDraw(id, t);
        }
        _take(t.bond);
    }

    /// @inheritdoc ITasks
    function reject(uint64 id, uint8 index, string calldata reason) external {
        Stored storage t = _existing(id);
        if (t.state != State.Waiting && t.state != State.Confirming) revert WrongTaskState(id, t.state);
        _onlyHolder(t, _seatOf(id, t, index));
        uint256 byteCount = bytes(reason).length;
        if (byteCount > MAX_REASON_LENGTH) revert ReasonTooLong(byteCount);
        emit SeatRejected(id, index, reason);
        _move(id, t, State.Rejected, DISCARDED);
    }

    /// @inheritdoc ITasks
    function cancel(uint64 id) external {
        Stored storage t = _existing(id);
        State state = t.state;
        if (state != State.Waiting && state != State.Confirming && state != State.Ready && state != State.Failed) {
            revert WrongTaskState(id, state);
        }
        _onlyRequester(t);
        _move(id, t, State.Cancelled, TERMINATED);
    }

    /// @inheritdoc ITasks
    function expire(uint64 id) external nonReentrant {
        Stored storage t = _existing(id);
        State state = t.state;
        if (state == State.Waiting || state == State.Confirming) {
            if (state == State.Confirming || !_isHopeless(_before(id, t))) _past(t.confirmBy);
            _move(id, t, State.Expired, DISCARDED);
        } else if (state == State.Ready) {
            if (_isMissed(id, t)) return _move(id, t, State.Expired, ELECTION_FAILED);
            _past(_startBy(t));
            _move(id, t, State.Expired, DISCARDED);
        } else if (state == State.Failed) {
            if (t.flags & BOND_LOST == 0) _past(_startBy(t));
            _move(id, t, State.Expired, DISCARDED);
        } else if (state == State.Started) {
            _past(t.since + BEGIN_WINDOW);
            _failed(id, t, FAILED, 0, 0);
        } else if (state == State.Running) {
            // Nobody can say what was told, so that nothing is given back.
            _past(t.since + t.maxSeconds);
            _failed(id, t, OVER_LIMIT, t.facts, t.rows);
        } else if (state == State.Stalled) {
            _past(t.since + STALL_WINDOW);
            _failed(id, t, FAILED, t.facts, t.rows);
            _loseBonds(id, t);
        } else {
            revert WrongTaskState(id, state);
        }
    }

    /// @dev Whether a task will never finish.
    function _isHopeless(uint64 id) private view returns (bool) {
        State state = _tasks[id].state;
        return state != State.Finished && _isFinal(state);
    }

    function _past(uint256 time) private view {
        if (block.timestamp < time) revert NotYet(time);
    }

    // ---------------------------------------------------------------- running

    /// @inheritdoc ITasks
    function start(uint64 id) external {
        Stored storage t = _during(id, State.Ready);
        _onlyRequester(t);
        if (block.timestamp >= _startBy(t)) revert TooLate(_startBy(t));
        if (t.flags & NEEDS_HELPER != 0 && !_helpers[id].serving) revert NoHelperServes();
        (uint64[] memory ids, uint256 covered) = _drawnOn(id, t);
        _move(id, t, State.Started, STARTED);
        GRANTS.hold(ids, covered, t.facts, t.rows);
    }

    /// @inheritdoc ITasks
    function begin(uint64 id, bytes calldata signatures) external {
        Stored storage t = _during(id, State.Started);
        uint256 by = t.since + BEGIN_WINDOW;
        if (block.timestamp >= by) revert TooLate(by);
        _signedBy(id, t, 0, keccak256(abi.encode(BEGIN, id, t.attempt, t.spec)), signatures);
        _move(id, t, State.Running, EXECUTING);
        if (t.flags & REVEALS_EARLY != 0) _consume(id, t);
    }

    /// @inheritdoc ITasks
    function finish(uint64 id, Outcome calldata outcome, bytes calldata signatures) external nonReentrant {
        Stored storage t = _running(id);
        bytes32 structHash = _resultHash(id, t, outcome);
        _signedBy(id, t, 0, structHash, signatures);
        bytes32 result = _digest(structHash);
        t.result = result;
        _calm(id, t);
        emit TaskFinished(id, result, outcome);
        _move(id, t, State.Finished, SUCCEEDED);
        if (t.flags & REVEALS_EARLY == 0) _consume(id, t);
        if (t.flags & NEEDS_HELPER != 0) _payHelper(id, outcome.dealt);
    }

    /// @inheritdoc ITasks
    function fail(uint64 id, Failure calldata failure, bytes calldata signatures) external nonReentrant {
        Stored storage t = _running(id);
        if (failure.facts > t.facts || failure.rows > t.rows) revert BadFailure(failure.facts, failure.rows);
        bytes32 signed = keccak256(
            abi.encode(FAILURE, id, t.attempt, failure.code, failure.dealt, failure.facts, failure.rows)
        );
        _signedBy(id, t, 0, signed, signatures);
        _calm(id, t);
        emit TaskFailed(id, failure);
        _failed(id, t, FAILED, failure.facts, failure.rows);
        if (t.flags & NEEDS_HELPER != 0) _payHelper(id, failure.dealt);
    }

    /// @inheritdoc ITasks
    function stall(uint64 id, uint8 index, bytes32 heads) external {
        Stored storage t = _during(id, State.Running);
        Seat storage s = _seatOf(id, t, index);
        _onlyHolder(t, s);
        s.state = SeatState.Responded;
        _move(id, t, State.Stalled, 0);
        emit SeatResponded(id, index, heads);
    }

    /// @inheritdoc ITasks
    function respond(uint64 id, uint8 index, bytes32 heads, bytes calldata signature) external {
        Stored storage t = _during(id, State.Stalled);
        uint256 by = t.since + STALL_WINDOW;
        if (block.timestamp >= by) revert TooLate(by);
        Seat storage s = _seatOf(id, t, index);
        if (s.state != SeatState.Confirmed) revert WrongSeatState(index, s.state);
        if (signature.length == 0) {
            _onlyHolder(t, s);
        } else {
            bytes32 signed = keccak256(abi.encode(RESPONSE, id, t.attempt, index, t.since, heads));
            _signed(_digest(signed), s.signer, index, signature);
        }
        s.state = SeatState.Responded;
        emit SeatResponded(id, index, heads);
        for (uint256 i; i < t.seats; ++i) {
            if (_seats[id][i].state != SeatState.Responded) return;
        }
        _calm(id, t);
        _failed(id, t, FAILED, t.facts, t.rows);
    }

    /// @inheritdoc ITasks
    function retry(uint64 id) external {
        Stored storage t = _during(id, State.Failed);
        _onlyRequester(t);
        if (t.flags & BOND_LOST != 0) revert BondWasLost();
        if (block.timestamp >= _startBy(t)) revert TooLate(_startBy(t));
        if (t.attempt == MAX_ATTEMPTS) revert TooManyAttempts();
        ++t.attempt;
        _move(id, t, State.Ready, RESCHEDULED);
    }

    function _running(uint64 id) private view returns (Stored storage t) {
        t = _existing(id);
        if (t.state != State.Running && t.state != State.Stalled) revert WrongTaskState(id, t.state);
    }

    function _consume(uint64 id, Stored storage t) private {
        (uint64[] memory ids, uint256 covered) = _drawnOn(id, t);
        GRANTS.consume(ids, covered);
    }

    /// @dev Ends a stall in which nobody loses anything.
    function _calm(uint64 id, Stored storage t) private {
        if (t.state != State.Stalled) return;
        for (uint256 i; i < t.seats; ++i) {
            Seat storage s = _seats[id][i];
            if (s.state == SeatState.Responded) s.state = SeatState.Confirmed;
        }
    }

    /// @dev Shares the bonds of silent seats among those that responded; what does not divide is burned.
    function _loseBonds(uint64 id, Stored storage t) private {
        uint256 seats = t.seats;
        uint256 responded;
        for (uint256 i; i < seats; ++i) {
            if (_seats[id][i].state == SeatState.Responded) ++responded;
        }
        t.flags |= BOND_LOST;
        uint256 lost = uint256(t.bond) * (seats - responded);
        uint256 share = lost / responded;
        for (uint256 i; i < seats; ++i) {
            Seat storage s = _seats[id][i];
            if (s.state == SeatState.Responded) {
                s.state = SeatState.Confirmed;
                _owe(_heldBy(t, s), share);
            } else {
                s.state = SeatState.Lost;
                emit BondLost(id, uint8(i));
            }
        }
        _burn(lost - share * responded);
    }

    // ---------------------------------------------------------------- afterwards

    /// @inheritdoc ITasks
    function demand(uint64 id, uint8 index, Outcome calldata outcome, bytes32[] calldata keyHashes) external {
        Stored storage t = _during(id, State.Finished);
        _onlyRequester(t);
        uint256 by = t.since + DEMAND_PERIOD;
        if (block.timestamp >= by) revert TooLate(by);
        Seat storage s = _seatOf(id, t, index);
        if (s.roles & COMPUTES == 0) revert NotComputing(index);
        if (s.state != SeatState.Confirmed) revert WrongSeatState(index, s.state);
        if (_keyHash(id, t, index, outcome, keyHashes) == 0) revert NoKeyOwed(index);
        s.state = SeatState.Demanded;
        uint40 deliverBy = uint40(block.timestamp) + DELIVERY_WINDOW;
        _deliverBy[id][index] = deliverBy;
        emit KeyDemanded(id, index, deliverBy);
    }

    /// @inheritdoc ITasks
    function deliver(
        uint64 id,
        uint8 index,
        Outcome calldata outcome,
        bytes32[] calldata keyHashes,
        bytes calldata sealedKey
    ) external {
        Stored storage t = _during(id, State.Finished);
        Seat storage s = _demanded(id, t, index);
        uint256 by = _deliverBy[id][index];
        if (block.timestamp >= by) revert TooLate(by);
        if (keccak256(sealedKey) != _keyHash(id, t, index, outcome, keyHashes)) revert OtherDelivery();
        s.state = SeatState.Delivered;
        emit KeyDelivered(id, index, sealedKey);
    }

    /// @inheritdoc ITasks
    function collect(uint64 id, uint8 part) external nonReentrant returns (uint256 amount) {
        Stored storage t = _existing(id);
        amount = _due(id, t, part);
        if (amount == 0) revert NothingDue(id, part);
        address to;
        if (part == REQUESTER_PART) {
            to = t.requester;
            t.flags |= REFUNDED;
        } else {
            Seat storage s = _seats[id][part];
            to = _heldBy(t, s);
            if (s.state == SeatState.Demanded) {
                to = t.requester;
                emit KeyMissing(id, part);
            }
            s.state = SeatState.Paid;
        }
        emit PartPaid(id, part, to, amount);
        _send(to, amount);
    }

    /// @dev Hash of the sealed key of a seat, by what all have signed.
    function _keyHash(
        uint64 id,
        Stored storage t,
        uint8 index,
        Outcome calldata outcome,
        bytes32[] calldata keyHashes
    ) private view returns (bytes32) {
        if (
            _digest(_resultHash(id, t, outcome)) != t.result || keccak256(abi.encode(keyHashes)) != outcome.sealedKeys
                || index >= keyHashes.length
        ) revert OtherDelivery();
        return keyHashes[index];
    }

    function _demanded(uint64 id, Stored storage t, uint8 index) private view returns (Seat storage s) {
        s = _seatOf(id, t, index);
        if (s.state != SeatState.Demanded) revert WrongSeatState(index, s.state);
    }

    /// @dev What a part gets now. A key that was not posted in time sends the seat's part to the requester.
    function _due(uint64 id, Stored storage t, uint8 part) private view returns (uint256 amount) {
        if (!_isFinal(t.state)) return 0;
        bool finished = t.state == State.Finished;
        if (part == REQUESTER_PART) {
            if (t.flags & REFUNDED != 0) return 0;
            amount = _helpers[id].budget;
            if (finished) return amount;
            for (uint256 i; i < t.seats; ++i) amount += _fee(t, _seats[id][i]);
            return amount;
        }
        if (part >= t.seats) return 0;
        Seat storage s = _seats[id][part];
        if (finished) {
            if (s.state == SeatState.Confirmed && block.timestamp < t.since + DEMAND_PERIOD) return 0;
            if (s.state == SeatState.Demanded && block.timestamp < _deliverBy[id][part]) return 0;
        }
        if (s.state != SeatState.Confirmed && s.state != SeatState.Demanded && s.state != SeatState.Delivered) return 0;
        amount = t.bond;
        if (finished) amount += _fee(t, s);
    }

    // ---------------------------------------------------------------- reading

    /// @inheritdoc ITasks
    function due(uint64 id, uint8 part) external view returns (uint256 amount) {
        return _due(id, _existing(id), part);
    }

    /// @inheritdoc ITasks
    function task(uint64 id) external view returns (TaskInfo memory found) {
        Stored storage stored = _tasks[id];
        Stored memory t = stored;
        found.requester = t.requester;
        found.kind = _kind(stored);
        found.state = t.state;
        found.since = t.since;
        found.attempt = t.attempt;
        found.seats = t.seats;
        found.confirmed = t.confirmed;
        found.needsHelper = t.flags & NEEDS_HELPER != 0;
        found.revealsEarly = t.flags & REVEALS_EARLY != 0;
        found.bondLost = t.flags & BOND_LOST != 0;
        found.waitsFor = _before(id, stored);
        found.confirmBy = t.confirmBy;
        found.startBy = uint40(_startBy(stored));
        found.maxSeconds = t.maxSeconds;
        found.facts = t.facts;
        found.rows = t.rows;
        found.computeFee = t.computeFee;
        found.bond = t.bond;
        found.spec = t.spec;
        found.result = t.result;
    }

    /// @inheritdoc ITasks
    function seat(uint64 id, uint8 index) external view returns (SeatInfo memory found) {
        Stored storage t = _tasks[id];
        Seat storage s = _seats[id][index];
        if (s.state == SeatState.None) return found;
        found.who = _heldBy(t, s);
        found.signer = s.signer;
        found.grant = s.grant;
        found.roles = s.roles;
        found.state = s.state;
        found.accepted = s.accepted;
        found.fee = uint96(_fee(t, s));
    }

    /// @inheritdoc ITasks
    function helper(uint64 id) external view returns (HelperInfo memory found) {
        Helper memory h = _helpers[id];
        Draw memory d;
        if (h.day != 0) d = _draws[_ownersOf(id, _tasks[id], h.day)];
        return HelperInfo({
            helper: h.helper,
            perMegabyte: h.perMegabyte,
            budget: h.budget,
            serving: h.serving,
            gone: h.gone,
            candidates: h.candidates,
            drawBlock: d.number,
            drawHash: d.hash
        });
    }

    /// @inheritdoc ITasks
    function taskCount() external view returns (uint64 count) {
        return _taskCount;
    }

    /// @inheritdoc ITasks
    function domainSeparator() external view returns (bytes32 separator) {
        return _separator();
    }

    /// @inheritdoc ITasks
    function grants() external view returns (address) {
        return address(GRANTS);
    }

    /// @inheritdoc ITasks
    function directory() external view returns (address) {
        return address(DIRECTORY);
    }
}
