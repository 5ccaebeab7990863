// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IDatasets} from "./IDatasets.sol";
import {IGrants} from "./IGrants.sol";

/// @title The registry of grants
/// @notice See IGrants. It holds no tokens and nobody owns it. The contract of tasks makes it, and alone draws on it.
/// @dev Invariants:
/// - Of one data set, user and purpose at most one grant is pending or can still be used.
/// - A grant is decided once: Withdrawn, Refused and Approved are never left.
/// - used + held <= times, tried <= tries, factsUsed <= facts, rowsUsed <= rows.
/// - tried never falls.
contract Grants is IGrants {
    /// @notice Most significant digits that a grant can allow: those of a 64-bit float.
    uint8 public constant MAX_DIGITS = 17;
    /// @notice Most bytes of the text of a refusal.
    uint256 public constant MAX_REASON_LENGTH = 500;

    /// @dev A start reads the third and fourth word and writes the fourth, which is never zero once applied for.
    struct Stored {
        address user;
        uint96 fee;
        //
        bytes32 purpose;
        //
        uint40 from;
        uint40 until;
        uint32 times;
        uint32 facts;
        uint32 rows;
        uint32 minRows;
        uint16 tries;
        uint8 digits;
        bool ownCoefficients;
        //
        uint64 dataset;
        GrantState state;
        uint32 used;
        uint32 held;
        uint16 tried;
        uint32 factsUsed;
        uint32 rowsUsed;
    }

    IDatasets private immutable DATASETS;
    address private immutable TASKS;

    /// @inheritdoc IGrants
    uint64 public grantCount;
    mapping(uint64 id => Stored) private _grants;
    /// @dev The newest grant of a data set, user and purpose.
    mapping(bytes32 key => uint64 id) private _newest;

    /// @param datasets_ the registry whose data sets are granted; who makes this contract alone draws on grants
    constructor(address datasets_) {
        DATASETS = IDatasets(datasets_);
        TASKS = msg.sender;
    }

    modifier onlyTasks() {
        if (msg.sender != TASKS) revert NotTasks(msg.sender);
        _;
    }

    // ---------------------------------------------------------------- users

    /// @inheritdoc IGrants
    function applyFor(uint64 dataset, bytes32 purpose, GrantTerms calldata terms) external returns (uint64 id) {
        (, IDatasets.DatasetState state) = DATASETS.standing(dataset);
        if (state == IDatasets.DatasetState.None) revert NoDatasetToUse(dataset);
        if (state != IDatasets.DatasetState.Released) revert DatasetNotUsable(dataset);
        if (purpose == 0 && DATASETS.isLabelled(dataset)) revert PurposeNeeded();
        if (terms.until <= terms.from || terms.until <= block.timestamp) revert BadPeriod(terms.from, terms.until);
        if (terms.times == 0 || terms.tries == 0) revert BadTimes(terms.times, terms.tries);
        if (terms.digits == 0 || terms.digits > MAX_DIGITS) revert BadDigits(terms.digits);
        bytes32 key = keccak256(abi.encode(dataset, msg.sender, purpose));
        id = _newest[key];
        if (_isOpen(_grants[id])) revert GrantOpen(id);

        id = ++grantCount;
        _newest[key] = id;
        Stored storage g = _grants[id];
        g.user = msg.sender;
        g.purpose = purpose;
        g.from = terms.from;
        g.until = terms.until;
        g.times = terms.times;
        g.facts = terms.facts;
        g.rows = terms.rows;
        g.minRows = terms.minRows;
        g.tries = terms.tries;
        g.digits = terms.digits;
        g.ownCoefficients = terms.ownCoefficients;
        g.dataset = dataset;
        g.state = GrantState.Pending;
        emit GrantApplied(id, dataset, msg.sender, purpose, terms);
    }

    /// @inheritdoc IGrants
    function withdraw(uint64 id) external {
        Stored storage g = _existing(id);
        if (msg.sender != g.user) revert NotGrantUser(msg.sender, g.user);
        if (g.state != GrantState.Pending) revert WrongGrantState(id, g.state);
        g.state = GrantState.Withdrawn;
        emit GrantWithdrawn(id);
    }

    // ---------------------------------------------------------------- owners

    /// @inheritdoc IGrants
    function approve(uint64 id, uint96 fee) external {
        Stored storage g = _toDecide(id);
        if (block.timestamp >= g.until) revert GrantOver(id, g.until);
        (, IDatasets.DatasetState state) = DATASETS.standing(g.dataset);
        if (state != IDatasets.DatasetState.Released) revert DatasetNotUsable(g.dataset);
        g.fee = fee;
        g.state = GrantState.Approved;
        emit GrantApproved(id, fee);
    }

    /// @inheritdoc IGrants
    function refuse(uint64 id, string calldata reason) external {
        Stored storage g = _toDecide(id);
        uint256 byteCount = bytes(reason).length;
        if (byteCount > MAX_REASON_LENGTH) revert ReasonTooLong(byteCount);
        g.state = GrantState.Refused;
        emit GrantRefused(id, reason);
    }

    function _toDecide(uint64 id) private view returns (Stored storage g) {
        g = _existing(id);
        (address owner,) = DATASETS.standing(g.dataset);
        if (msg.sender != owner) revert NotGrantingOwner(msg.sender, owner);
        if (g.state != GrantState.Pending) revert WrongGrantState(id, g.state);
    }

    // ---------------------------------------------------------------- tasks

    /// @inheritdoc IGrants
    function hold(uint64[] calldata ids, uint256 covered, uint32 facts, uint32 rows) external onlyTasks {
        for (uint256 i; i < ids.length; ++i) {
            uint64 id = ids[i];
            Stored storage g = _grants[id];
            if (g.state != GrantState.Approved) revert WrongGrantState(id, g.state);
            if (block.timestamp < g.from) revert GrantNotYet(id, g.from);
            if (block.timestamp >= g.until) revert GrantOver(id, g.until);
            bool takes = covered & (1 << i) == 0;
            if (takes && g.used + g.held >= g.times) revert TimesUsedUp(id, g.times);
            if (g.tried >= g.tries) revert TriesUsedUp(id, g.tries);
            if (facts > g.facts - g.factsUsed) revert FactsUsedUp(id, g.facts - g.factsUsed, facts);
            if (rows > g.rows - g.rowsUsed) revert RowsUsedUp(id, g.rows - g.rowsUsed, rows);
            (, IDatasets.DatasetState state) = DATASETS.standing(g.dataset);
            if (state != IDatasets.DatasetState.Released) revert DatasetNotUsable(g.dataset);

            if (takes) ++g.held;
            ++g.tried;
            g.factsUsed += facts;
            g.rowsUsed += rows;
            _say(id, g);
        }
    }

    /// @inheritdoc IGrants
    function consume(uint64[] calldata ids, uint256 covered) external onlyTasks {
        for (uint256 i; i < ids.length; ++i) {
            if (covered & (1 << i) != 0) continue;
            Stored storage g = _grants[ids[i]];
            --g.held;
            ++g.used;
            _say(ids[i], g);
        }
    }

    /// @inheritdoc IGrants
    function release(uint64[] calldata ids, uint256 covered, uint32 facts, uint32 rows) external onlyTasks {
        for (uint256 i; i < ids.length; ++i) {
            Stored storage g = _grants[ids[i]];
            if (covered & (1 << i) == 0) --g.held;
            g.factsUsed -= facts;
            g.rowsUsed -= rows;
            _say(ids[i], g);
        }
    }

    function _say(uint64 id, Stored storage g) private {
        emit GrantUsage(id, g.used, g.held, g.tried, g.factsUsed, g.rowsUsed);
    }

    // ---------------------------------------------------------------- reading

    /// @inheritdoc IGrants
    function check(uint64 id, address user, bytes32 purpose, Disclosure calldata told)
        external
        view
        returns (address owner, uint96 fee)
    {
        Stored storage g = _existing(id);
        if (user != g.user) revert NotGrantUser(user, g.user);
        if (g.state != GrantState.Approved) revert WrongGrantState(id, g.state);
        bytes32 granted = g.purpose;
        if (granted != 0 && purpose != granted) revert PurposeDiffers(id, purpose, granted);
        if (told.digits > g.digits) revert TooManyDigits(id, told.digits, g.digits);
        if (told.ownCoefficients && !g.ownCoefficients) revert OwnCoefficientsNotGranted(id);
        if (told.minRows < g.minRows) revert TooFewRows(id, told.minRows, g.minRows);
        IDatasets.DatasetState state;
        (owner, state) = DATASETS.standing(g.dataset);
        if (state != IDatasets.DatasetState.Released) revert DatasetNotUsable(g.dataset);
        fee = g.fee;
    }

    /// @inheritdoc IGrants
    function ownerOf(uint64 id) external view returns (address owner) {
        (owner,) = DATASETS.standing(_grants[id].dataset);
    }

    /// @inheritdoc IGrants
    function feeOf(uint64 id) external view returns (uint96 fee) {
        return _grants[id].fee;
    }

    /// @inheritdoc IGrants
    function grant(uint64 id) external view returns (GrantInfo memory found) {
        Stored memory g = _grants[id];
        GrantTerms memory terms = GrantTerms({
            from: g.from,
            until: g.until,
            times: g.times,
            tries: g.tries,
            facts: g.facts,
            rows: g.rows,
            minRows: g.minRows,
            digits: g.digits,
            ownCoefficients: g.ownCoefficients
        });
        return GrantInfo({
            terms: terms,
            dataset: g.dataset,
            user: g.user,
            purpose: g.purpose,
            fee: g.fee,
            state: g.state,
            used: g.used,
            held: g.held,
            tried: g.tried,
            factsUsed: g.factsUsed,
            rowsUsed: g.rowsUsed
        });
    }

    /// @inheritdoc IGrants
    function open(uint64 dataset, address user, bytes32 purpose) external view returns (uint64 id) {
        id = _newest[keccak256(abi.encode(dataset, user, purpose))];
        if (!_isOpen(_grants[id])) id = 0;
    }

    /// @inheritdoc IGrants
    function datasets() external view returns (address) {
        return address(DATASETS);
    }

    /// @inheritdoc IGrants
    function tasks() external view returns (address) {
        return TASKS;
    }

    // ---------------------------------------------------------------- rules

    function _existing(uint64 id) private view returns (Stored storage g) {
        g = _grants[id];
        if (g.state == GrantState.None) revert NoSuchGrant(id);
    }

    /// @dev Pending, or such that a task could still start on it or is running on it.
    function _isOpen(Stored storage g) private view returns (bool) {
        if (g.state == GrantState.Pending) return true;
        if (g.state != GrantState.Approved) return false;
        if (g.held > 0) return true;
        return block.timestamp < g.until && g.used < g.times && g.tried < g.tries;
    }
}
