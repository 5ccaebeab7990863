// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IMarket} from "./IMarket.sol";
import {DataHandler} from "../model/DataHandler.sol";
import {ISharedModel} from "../model/ISharedModel.sol";
import {MARKET} from "../model/IncentiveKinds.sol";
import {SharedModel} from "../model/SharedModel.sol";

/// @title What both halves of a prediction market share: storage, phases, who is paid at its end
/// @notice A market's code does not fit one contract. MarketModel is the one that is cloned; it calls MarketEvaluation,
/// which sees the same storage, since both begin with this.
abstract contract MarketBase is SharedModel, IMarket {
    /// @notice An evaluation that makes no step for so long can be timed out, seconds.
    uint256 public constant STALL = 3 days;
    /// @notice An evaluation that has not ended so long after it began can be timed out, whatever steps it makes, seconds.
    uint256 public constant EVALUATION_TIME = 30 days;

    /// @dev See IMarket.MarketInfo.
    struct Market {
        uint128 bounty;
        uint80 stake;
        Phase stage; // as the phase, but Open until the evaluation begins: the phases between follow from time and shows
        uint8 pieces;
        uint8 drawn;
        uint8 revealed;
        //
        uint64 postBlock;
        uint40 since; // Drawn: of the draw; Open: of the announced close; Evaluating: when that began
        uint32 openSeconds;
        uint32 showWindow;
        uint32 revealWindow;
        uint16 limit;
        uint16 committed;
        uint16 shown;
        //
        uint32 rows;
        uint32 baseline;
        //
        uint128 roundsLeft;
        uint128 pot; // until the evaluation begins, without the stakes of what is not shown
    }

    /// @dev Where the evaluation stands.
    struct Cursor {
        uint32 pass;
        uint32 before; // correct rows before the next contribution
        uint32 correct; // counted so far after it
        uint16 next; // index of the next contribution
        uint8 piece; // index of the piece that is counted next for it
        bool taught; // whether it has been taught
        // In a word that every step changes besides: a step in the same second as the last one, as a wallet tries it
        // to tell its gas, costs no less than one later.
        uint40 moved;
    }

    Market internal _market;
    Cursor internal _cursor;
    bytes32[] internal _pieces;
    /// @dev By index: the first 30 bytes of a commitment, or of a key once it is shown; then the contributor's number in
    /// `_people`, from 1 on, 0 until it is shown. 240 bits are enough that nobody finds two contributions of one hash.
    mapping(uint256 index => bytes32) internal _entries;
    address[] internal _people;
    mapping(address who => Participant) internal _participants;

    /// @param coin_ ModelCoin
    constructor(address coin_) SharedModel(coin_) {}

    // ---------------------------------------------------------------- phases

    function _demand(Phase phase) internal view {
        Phase now_ = _phase(_market);
        if (now_ != phase) revert WrongMarketPhase(now_);
    }

    /// @dev A market is closed by its limit or by time. Contributions can be shown until all are, or until the announced
    /// time; what comes next cannot be put forward by anybody who fills the market.
    function _phase(Market memory market_) internal view returns (Phase) {
        if (market_.stage != Phase.Open) return market_.stage;
        if (block.timestamp < market_.since && market_.committed < market_.limit) return Phase.Open;
        bool late = block.timestamp >= uint256(market_.since) + market_.showWindow;
        return late || market_.shown == market_.committed ? Phase.Revealing : Phase.Showing;
    }

    /// @dev When a phase ends at the latest, or can be ended by anyone; 0 for one that has no limit of time.
    function _until(Market memory market_, Phase now_) internal view returns (uint256 until) {
        until = market_.since;
        if (now_ == Phase.Drawn) return until + market_.revealWindow;
        if (now_ == Phase.Open) return until;
        if (now_ == Phase.Showing) return until + market_.showWindow;
        if (now_ == Phase.Revealing) return until + market_.showWindow + market_.revealWindow;
        if (now_ != Phase.Evaluating) return 0;
        uint256 stalls = uint256(_cursor.moved) + STALL;
        until += EVALUATION_TIME;
        if (stalls < until) until = stalls;
    }

    // ---------------------------------------------------------------- passes

    function _beginPass(uint32 pass, uint32 baseline, uint16 first) internal {
        _cursor = Cursor({
            pass: pass,
            before: baseline,
            correct: 0,
            next: first,
            piece: 0,
            taught: false,
            moved: uint40(block.timestamp)
        });
    }

    /// @dev The next contribution that was shown, by an account that is still in the market.
    function _nextEntry(uint256 index, uint256 committed) internal view returns (uint16) {
        for (; index < committed; ++index) {
            uint256 number = _numberIn(_entries[index]);
            if (number != 0 && !_participants[_people[number - 1]].dropped) break;
        }
        return uint16(index);
    }

    function _numberIn(bytes32 entry) internal pure returns (uint256) {
        return uint16(uint256(entry));
    }

    // ---------------------------------------------------------------- ending

    /// @dev The bounty is burned, so that drawing again is not free. Nobody else has staked anything yet.
    function _void() internal {
        uint128 bounty = _market.bounty;
        delete _market;
        delete _pieces;
        emit MarketVoided(bounty);
        _burn(bounty);
    }

    function _end() internal {
        uint128 pot = _market.pot;
        _market.stage = Phase.Ended;
        _market.pot = 0;
        uint256 people = _people.length;
        for (uint256 i; i < people; ++i) _release(_people[i], 0);
        _credit(_owner(), pot);
        emit MarketEnded(pot);
    }

    /// @dev Moves what an account has in the market, and a share of the pot, to its balance.
    function _release(address who, uint128 share) internal {
        uint128 amount = _participants[who].balance + share;
        _participants[who].balance = 0;
        _credit(who, amount);
        if (amount > 0) emit Credited(who, amount);
    }

    function _credit(address who, uint128 amount) internal {
        if (amount > 0) _setAccount(who, _accountOf(who).accountAdd(amount));
    }

    /// @dev The stakes of contributions that were not shown.
    function _unshown(Market memory market_) internal pure returns (uint128) {
        return uint128(market_.committed - market_.shown) * market_.stake;
    }

    // ---------------------------------------------------------------- not in a market

    function _contribute(bytes calldata, uint16, uint128) internal pure override {
        revert CommitFirst();
    }

    /// @inheritdoc ISharedModel
    function refund(bytes calldata, uint16) external pure {
        revert NothingToRefund();
    }

    /// @inheritdoc ISharedModel
    function report(address, bytes calldata, uint16) external pure {
        revert NothingToReport();
    }

    /// @inheritdoc ISharedModel
    function take(address, bytes calldata, uint16) external pure {
        revert NothingToReport();
    }

    /// @dev A class that comes between would make scores depend on when somebody evaluates.
    function _beforeClass() internal view override {
        Phase now_ = _phase(_market);
        if (now_ != Phase.None && !_isOver(now_)) revert WrongMarketPhase(now_);
    }

    function _isOver(Phase phase) internal pure returns (bool) {
        return phase == Phase.Ended || phase == Phase.TimedOut;
    }

    // ---------------------------------------------------------------- reading

    /// @inheritdoc ISharedModel
    /// @notice The stake.
    function depositNow() external view returns (uint128) {
        return _market.stake;
    }

    /// @inheritdoc ISharedModel
    function incentive() external pure returns (uint8) {
        return MARKET;
    }

    /// @inheritdoc ISharedModel
    /// @notice Once the market is over nothing is left of any contribution: it was paid out by account.
    function record(bytes32 key) external view override(DataHandler, ISharedModel) returns (RecordInfo memory info) {
        info = _recordInfo(key);
        if (info.madeAt != 0 && _isOver(_market.stage)) {
            info.left = 0;
            info.settled = true;
        }
    }
}
