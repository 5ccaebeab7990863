// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {Escrow} from "contracts/solidity/lib/Escrow.sol";

/// @title Thanks: one account gives another some MDC for something, with a note
/// @notice The sample of a family of contracts (CONTRIBUTING.md, "Adding a family"). Whoever is thanked may answer once,
/// and collects what was given whenever they like. Whoever gave may take it back for a day, if there was no answer.
/// @dev Invariants, besides those of Escrow:
/// - The contract holds exactly what it owes plus the amounts of all thanks that are open.
/// - A thanks is open until it is answered, taken back or released, and then never again.
contract Thanks is Escrow {
    enum State {
        None,
        Open,
        Answered,
        TakenBack,
        Released
    }

    struct Entry {
        address from;
        uint40 givenAt;
        State state;
        address to;
        uint96 amount;
    }

    /// @notice Somebody gave thanks.
    /// @param id 1 for the first
    /// @param from who gave
    /// @param to who is thanked
    /// @param amount in 10^-18 MDC
    /// @param note what for, in the giver's words
    event Given(uint256 indexed id, address indexed from, address indexed to, uint256 amount, string note);

    /// @notice Whoever was thanked answered; the amount is theirs.
    /// @param id of the thanks
    /// @param answer in the words of whoever was thanked
    event Answered(uint256 indexed id, string answer);

    /// @notice Whoever gave took it back.
    /// @param id of the thanks
    event TakenBack(uint256 indexed id);

    /// @notice The day to take it back is over; the amount belongs to whoever was thanked.
    /// @param id of the thanks
    event Released(uint256 indexed id);

    /// @notice There are no thanks without an amount.
    error NothingGiven();

    /// @notice Nobody can thank themselves.
    /// @param account who tried
    error OwnThanks(address account);

    /// @notice A note or an answer is longer than `MAX_TEXT` bytes.
    /// @param size of the text, in bytes
    error TextTooLong(uint256 size);

    /// @notice There is no such thanks, or it is not open any more.
    /// @param id of the thanks
    /// @param state where it stands
    error NotOpen(uint256 id, State state);

    /// @notice This is for another account.
    /// @param caller who called
    /// @param expected who may
    error NotYours(address caller, address expected);

    /// @notice It can be taken back no more.
    /// @param endedAt when the day ended, seconds since the epoch
    error TooLate(uint256 endedAt);

    /// @notice It can still be taken back.
    /// @param endsAt when the day ends, seconds since the epoch
    error TooEarly(uint256 endsAt);

    /// @notice Most bytes of a note or an answer.
    uint256 public constant MAX_TEXT = 280;
    /// @notice How long it can be taken back, in seconds.
    uint256 public constant WINDOW = 1 days;

    /// @notice Thanks ever given, which is the highest id.
    uint256 public count;
    mapping(uint256 id => Entry) private _entries;

    /// @param coin_ ModelCoin
    constructor(address coin_) Escrow(coin_) {}

    /// @notice Gives thanks; the amount is taken by allowance.
    /// @param to who is thanked
    /// @param amount in 10^-18 MDC
    /// @param note what for
    /// @return id 1 for the first
    function give(address to, uint96 amount, string calldata note) external nonReentrant returns (uint256 id) {
        if (amount == 0) revert NothingGiven();
        if (to == msg.sender) revert OwnThanks(to);
        if (bytes(note).length > MAX_TEXT) revert TextTooLong(bytes(note).length);

        id = ++count;
        _entries[id] = Entry(msg.sender, uint40(block.timestamp), State.Open, to, amount);
        emit Given(id, msg.sender, to, amount, note);
        _take(amount);
    }

    /// @notice Answers, and accepts the amount.
    /// @param id of the thanks
    /// @param text of the answer
    function answer(uint256 id, string calldata text) external nonReentrant {
        Entry storage entry = _open(id);
        if (entry.to != msg.sender) revert NotYours(msg.sender, entry.to);
        if (bytes(text).length > MAX_TEXT) revert TextTooLong(bytes(text).length);

        entry.state = State.Answered;
        emit Answered(id, text);
        _owe(entry.to, entry.amount);
    }

    /// @notice Takes it back, within the window.
    /// @param id of the thanks
    function takeBack(uint256 id) external nonReentrant {
        Entry storage entry = _open(id);
        if (entry.from != msg.sender) revert NotYours(msg.sender, entry.from);
        uint256 end = entry.givenAt + WINDOW;
        if (block.timestamp >= end) revert TooLate(end);

        entry.state = State.TakenBack;
        emit TakenBack(id);
        _send(msg.sender, entry.amount);
    }

    /// @notice After the window: the amount belongs to whoever was thanked. Anyone may call it.
    /// @param id of the thanks
    function release(uint256 id) external nonReentrant {
        Entry storage entry = _open(id);
        uint256 end = entry.givenAt + WINDOW;
        if (block.timestamp < end) revert TooEarly(end);

        entry.state = State.Released;
        emit Released(id);
        _owe(entry.to, entry.amount);
    }

    function _open(uint256 id) private view returns (Entry storage entry) {
        entry = _entries[id];
        if (entry.state != State.Open) revert NotOpen(id, entry.state);
    }
}
