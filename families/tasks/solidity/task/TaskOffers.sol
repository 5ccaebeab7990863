// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {BlockHash} from "../../../../contracts/solidity/lib/BlockHash.sol";
import {IDirectory} from "../../../directory/solidity/IDirectory.sol";
import {ITaskOffers} from "../ITaskOffers.sol";
import {HelperDraw} from "./HelperDraw.sol";
import {TaskBase} from "./TaskBase.sol";

/// @title How tasks are published, and how helpers are drawn: the half of Tasks that Tasks calls; see TaskBase
/// @dev What is checked here of a grant (user, purpose, what is told) never changes; what does is checked at the start.
contract TaskOffers is ITaskOffers, HelperDraw {
    /// @dev Where this code itself is; there it does nothing.
    address private immutable SELF = address(this);

    /// @notice Most tasks in one call.
    uint256 public constant MAX_PIPELINE = 4;
    /// @notice Fewest seats of a task.
    uint256 public constant MIN_SEATS = 2;
    /// @notice Most seats of a task.
    uint256 public constant MAX_SEATS = 8;
    /// @notice Most candidates for helper.
    uint256 public constant MAX_CANDIDATES = 16;
    /// @notice Longest time to confirm, and to start after it, seconds each.
    uint256 public constant MAX_WAIT = 30 days;
    /// @notice Shortest limit of a run, seconds.
    uint24 public constant MIN_RUN = 1 minutes;
    /// @notice Longest limit of a run, seconds.
    uint24 public constant MAX_RUN = 7 days;

    /// @param coin_ the coin of all fees and bonds
    /// @param grants_ the grants on which tasks draw
    /// @param directory_ the directory whose organisations serve as helpers
    constructor(address coin_, address grants_, address directory_) TaskBase(coin_, grants_, directory_) {}

    modifier forTasks() {
        if (address(this) == SELF) revert OnlyForTasks();
        _;
    }

    /// @inheritdoc ITaskOffers
    function publish(Draft[] calldata drafts) external nonReentrant forTasks returns (uint64 first) {
        return _publish(drafts);
    }

    /// @inheritdoc ITaskOffers
    function publishWithPermit(
        Draft[] calldata drafts,
        uint256 value,
        uint256 permitDeadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant forTasks returns (uint64 first) {
        _permit(value, permitDeadline, v, r, s);
        return _publish(drafts);
    }

    function _publish(Draft[] calldata drafts) private returns (uint64 first) {
        uint256 count = drafts.length;
        if (count == 0 || count > MAX_PIPELINE) revert BadPipeline(count);
        first = _taskCount + 1;
        _taskCount += uint64(count);
        uint256 escrow;
        for (uint256 i; i < count; ++i) escrow += _publishOne(drafts, i, first);
        _take(escrow);
    }

    function _publishOne(Draft[] calldata drafts, uint256 place, uint64 first) private returns (uint256 escrow) {
        Draft calldata draft = drafts[place];
        if (draft.waitsFor > place) revert BadPredecessor(draft.waitsFor);
        _checkTimes(draft);
        if (draft.spec == 0) revert EmptySpec();
        uint64 id = first + uint64(place);
        uint64 waitsFor = draft.waitsFor == 0 ? 0 : first + draft.waitsFor - 1;
        uint64 modelOf = _model(drafts, draft, waitsFor);

        Stored storage t = _tasks[id];
        t.requester = msg.sender;
        t.state = waitsFor == 0 ? State.Confirming : State.Waiting;
        t.since = uint32(block.timestamp);
        t.seats = uint8(draft.seats.length);
        t.attempt = 1;
        t.computeFee = draft.computeFee;
        t.bond = draft.bond;
        t.facts = draft.facts;
        t.rows = draft.rows;
        t.confirmBy = uint32(draft.confirmBy);
        t.startMinutes = uint16((draft.startBy - draft.confirmBy) / 1 minutes);
        t.maxSeconds = draft.maxSeconds;
        t.spec = draft.spec;
        uint8 flags = uint8(draft.kind) << KIND_SHIFT;
        if (waitsFor != 0) flags |= uint8(id - waitsFor) << WAITS_SHIFT;
        if (draft.revealsEarly) flags |= REVEALS_EARLY;
        if (draft.helpers.length > 0) flags |= NEEDS_HELPER;
        t.flags = flags;
        emit TaskPublished(id, msg.sender, waitsFor, modelOf, draft);
        address[] memory owners;
        (escrow, owners) = _seat(id, drafts, draft);
        escrow += 2 * uint256(draft.computeFee) + _offer(id, draft, owners);
    }

    function _checkTimes(Draft calldata draft) private view {
        if (
            draft.confirmBy <= block.timestamp || draft.confirmBy > block.timestamp + MAX_WAIT
                || draft.startBy <= draft.confirmBy || draft.startBy > draft.confirmBy + MAX_WAIT
                || (draft.startBy - draft.confirmBy) % 1 minutes != 0
                || draft.maxSeconds < MIN_RUN || draft.maxSeconds > MAX_RUN
        ) revert BadDeadlines();
    }

    function _model(Draft[] calldata drafts, Draft calldata draft, uint64 waitsFor) private view returns (uint64 model) {
        model = draft.modelOf;
        bool uses = draft.kind == Kind.Predict || draft.kind == Kind.Evaluate;
        if (model != 0) {
            Stored storage trained = _tasks[model];
            if (
                !uses || _kind(trained) != Kind.Train || trained.state != State.Finished
                    || trained.requester != msg.sender
            ) revert BadModel(model);
        } else if (uses) {
            if (waitsFor == 0 || drafts[draft.waitsFor - 1].kind != Kind.Train) revert BadModel(0);
            model = waitsFor;
        }
    }

    /// @dev Writes the seats. What their grants cost, and who holds them.
    function _seat(uint64 id, Draft[] calldata drafts, Draft calldata draft)
        private
        returns (uint256 fees, address[] memory holders)
    {
        uint256 count = draft.seats.length;
        if (count < MIN_SEATS || count > MAX_SEATS) revert BadSeats();
        holders = new address[](count);
        address[2] memory computing;
        for (uint256 i; i < count; ++i) {
            SeatTerms calldata terms = draft.seats[i];
            uint8 roles = terms.roles;
            bool hasData = roles & HAS_COLUMNS != 0;
            if (
                roles == 0 || roles > 31 || hasData != (terms.grant != 0) || (roles & HAS_LABEL != 0 && !hasData)
                    || roles & COMPUTES == COMPUTES
            ) revert BadSeats();
            for (uint256 j; j < i; ++j) {
                if (draft.seats[j].grant == terms.grant) revert BadSeats();
            }
            holders[i] = msg.sender;
            if (hasData) {
                uint96 fee;
                (holders[i], fee) = GRANTS.check(terms.grant, msg.sender, terms.purpose, draft.told);
                if (_isIn(terms.grant, drafts, draft.waitsFor)) roles |= COVERED;
                else fees += fee;
            }
            if (roles & COMPUTES != 0) {
                uint256 which = roles & COMPUTES_FIRST != 0 ? 0 : 1;
                if (computing[which] != address(0)) revert BadSeats();
                computing[which] = holders[i];
            }
            Seat storage s = _seats[id][i];
            s.grant = terms.grant;
            s.roles = roles;
            s.state = SeatState.Invited;
        }
        if (computing[0] == address(0) || computing[1] == address(0) || computing[0] == computing[1]) revert BadSeats();
    }

    /// @dev Whether the task before has a seat under the same grant.
    function _isIn(uint64 grant, Draft[] calldata drafts, uint8 waitsFor) private pure returns (bool) {
        if (waitsFor == 0) return false;
        SeatTerms[] calldata before = drafts[waitsFor - 1].seats;
        for (uint256 i; i < before.length; ++i) {
            if (before[i].grant == grant) return true;
        }
        return false;
    }

    /// @dev Writes what is offered to helpers; what it costs at most.
    function _offer(uint64 id, Draft calldata draft, address[] memory holders)
        private
        returns (uint256 budget)
    {
        uint256 count = draft.helpers.length;
        if (count > MAX_CANDIDATES) revert BadHelpers();
        if (count == 0) return 0;
        for (uint256 i; i < count; ++i) {
            address candidate = draft.helpers[i].helper;
            if (candidate == address(0) || candidate == msg.sender) revert BadHelpers();
            for (uint256 j; j < holders.length; ++j) {
                if (candidate == holders[j]) revert BadHelpers();
            }
        }
        _helpers[id].candidates = keccak256(abi.encode(draft.helpers));
        budget = draft.helperBudget;
        _helpers[id].budget = uint96(budget);
    }

    // ---------------------------------------------------------------- accepting

    /// @inheritdoc ITaskOffers
    function accept(uint64 id, uint8 index, uint16 accepted) external forTasks {
        Stored storage t = _existing(id);
        if (t.state != State.Confirming && t.state != State.Ready) revert WrongTaskState(id, t.state);
        Seat storage s = _seatOf(id, t, index);
        _onlyHolder(t, s);
        if (s.state != SeatState.Confirmed) revert WrongSeatState(index, s.state);
        if (t.flags & NEEDS_HELPER == 0) revert NoHelperNeeded();
        if (_helpers[id].day != 0) revert DrawIsFixed();
        s.accepted = accepted;
        emit HelpersAccepted(id, index, accepted);
        if (t.state == State.Ready) _fixDraw(id, t);
    }

    // ---------------------------------------------------------------- drawing

    /// @inheritdoc ITaskOffers
    function draw(uint64 id, Candidate[] calldata candidates) external forTasks {
        Stored storage t = _during(id, State.Ready);
        if (t.flags & NEEDS_HELPER == 0) revert NoHelperNeeded();
        Helper storage h = _helpers[id];
        if (h.helper != address(0)) revert AlreadyServes();
        if (h.day == 0) revert NoHelperAcceptedByAll();
        if (_next(id, t, h, candidates) == address(0)) revert NoHelperLeft();
    }

    /// @dev A task of which a helper may serve, stop or be given up: also between start and begin, where one that is gone
    /// would make everybody wait for the window's end.
    function _helped(uint64 id) private view returns (Stored storage t) {
        t = _existing(id);
        if (t.state != State.Ready && t.state != State.Started && t.state != State.Running) {
            revert WrongTaskState(id, t.state);
        }
    }

    /// @inheritdoc ITaskOffers
    function serve(uint64 id, bytes32 key) external forTasks {
        _helped(id);
        Helper storage h = _helpers[id];
        if (msg.sender != h.helper) revert NotHelper(msg.sender, h.helper);
        if (h.serving) revert AlreadyServes();
        if (key == 0) revert EmptyConfirmation();
        h.serving = true;
        emit HelperServes(id, msg.sender, key);
    }

    /// @inheritdoc ITaskOffers
    function decline(uint64 id, Candidate[] calldata candidates) external forTasks {
        Stored storage t = _helped(id);
        Helper storage h = _helpers[id];
        if (msg.sender != h.helper) revert NotHelper(msg.sender, h.helper);
        _next(id, t, h, candidates);
    }

    /// @inheritdoc ITaskOffers
    function advance(uint64 id, Candidate[] calldata candidates, uint64 dealt, bytes calldata signatures)
        external
        forTasks
        nonReentrant
    {
        Stored storage t = _helped(id);
        Helper storage h = _helpers[id];
        if (h.helper == address(0)) revert NoHelperLeft();
        bytes32 signed = keccak256(abi.encode(ADVANCE, id, t.attempt, h.helper, dealt));
        _signedBy(id, t, COMPUTES, signed, signatures);
        _payHelper(id, dealt);
        _next(id, t, h, candidates);
    }

    /// @dev Makes the accepted helper that comes first, of those that had no turn, the helper.
    function _next(uint64 id, Stored storage t, Helper storage h, Candidate[] calldata candidates)
        private
        returns (address first)
    {
        if (keccak256(abi.encode(candidates)) != h.candidates) revert OtherCandidates();
        Draw storage d = _draws[_ownersOf(id, t, h.day)];
        bytes32 hash = _known(d);
        uint256 open = _acceptedByAll(id, t) & ~uint256(h.gone);
        bytes32 rank = bytes32(type(uint256).max);
        uint96 price;
        uint256 chosen;
        for (uint256 i; i < candidates.length; ++i) {
            if (open & (1 << i) == 0) continue;
            address helper_ = candidates[i].helper;
            IDirectory.Organisation memory o = DIRECTORY.organisation(helper_);
            if (!o.joined || o.joinedAt >= d.fixedAt) continue;
            bytes32 found = keccak256(abi.encode(hash, helper_));
            if (found >= rank) continue;
            rank = found;
            first = helper_;
            price = candidates[i].perMegabyte;
            chosen = 1 << i;
        }
        h.helper = first;
        h.perMegabyte = price;
        h.gone |= uint16(chosen);
        h.serving = false;
        emit HelperDrawn(id, first, price, hash);
    }

    /// @dev The hash of the block, kept for the rest of the day.
    function _known(Draw storage d) private returns (bytes32 hash) {
        hash = d.hash;
        if (hash != 0) return hash;
        if (block.number <= d.number) revert NotYet(0);
        hash = BlockHash.find(d.number);
        if (hash == 0) revert DrawMissed(d.number);
        d.hash = hash;
    }
}
