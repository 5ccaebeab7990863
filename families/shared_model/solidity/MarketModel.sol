// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IMarketModel} from "./IMarketModel.sol";
import {ISharedModel} from "./model/ISharedModel.sol";
import {MARKET} from "./model/IncentiveKinds.sol";
import {SharedModel} from "./model/SharedModel.sol";
import {isSparse} from "./classifiers/ClassifierKinds.sol";
import {IClassifier} from "./classifiers/IClassifier.sol";
import {LANES_PER_WORD} from "./classifiers/Layout.sol";

/// @title Prediction market
/// @notice See IMarketModel. One market a model, unless it was void.
/// @dev Invariants:
/// - While a market runs, its pot and the `balance` of all participants add up to the bounty and all stakes; when it has
///   ended both are 0, and all of it is in balances of the model.
/// - `roundsLeft` is at most the bounty and only falls, and no participant loses more than what they have in the market.
/// - Pieces are revealed once each: the drawn one first, then the others in order. Contributions are evaluated in order,
///   each piece that counts once for each of them.
/// - Phases follow each other in the order of IMarketModel; only a void market goes back, from Posted or Drawn to None.
///
/// Loops run over pieces and contributions, whose numbers are bounded here, so that every step fits one
/// transaction; the owner cannot gain from a step that does not, since `timeout` then pays the contributors.
contract MarketModel is SharedModel, IMarketModel {
    // ---------------------------------------------------------------- limits

    /// @notice Least number of pieces: one that is drawn, and one that counts.
    uint256 public constant MIN_PIECES = 2;
    /// @notice Greatest number of pieces.
    uint256 public constant MAX_PIECES = 16;
    /// @notice Greatest number of contributions.
    uint16 public constant MAX_CONTRIBUTIONS = 256;
    /// @notice Shortest time for contributions or for revealing, seconds.
    uint32 public constant MIN_WINDOW = 30 seconds;
    /// @notice Longest time for contributions or for revealing, seconds.
    uint32 public constant MAX_WINDOW = 30 days;
    /// @notice An evaluation that makes no step for so long can be timed out, seconds.
    uint256 public constant STALL = 3 days;
    /// @notice Most bytes of a contributed sparse sample: 128 features, so that teaching it fits a transaction.
    uint256 public constant MAX_SPARSE_SAMPLE = 384;
    /// @notice Most words of a dense model that predicting reads.
    uint256 public constant MAX_DENSE_WORDS = 1000;
    /// @notice Most words of a vector of a dense model; teaching writes two.
    uint256 public constant MAX_VECTOR_WORDS = 150;

    // ---------------------------------------------------------------- storage

    /// @dev See IMarketModel.MarketInfo.
    struct Market {
        uint128 bounty;
        uint88 minStake;
        Phase stage; // as the phase, but Open until the evaluation begins: it is Closed by time alone
        uint8 pieces;
        uint8 drawn;
        uint8 revealed;
        //
        uint64 postBlock;
        uint40 since;
        uint32 openSeconds;
        uint32 revealWindow;
        uint16 limit;
        uint16 contributions;
        //
        uint32 rows;
        uint32 baseline;
        //
        uint128 roundsLeft;
        uint128 pot;
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

    /// @dev A contribution, in the order in which they were made.
    struct Entry {
        bytes32 key;
        address contributor;
    }

    Market private _market;
    Cursor private _cursor;
    bytes32[] private _pieces;
    Entry[] private _entries;
    address[] private _people;
    mapping(address who => Participant) private _participants;

    /// @param coin_ ModelCoin
    constructor(address coin_) SharedModel(coin_) {}

    // ---------------------------------------------------------------- posting

    /// @inheritdoc IMarketModel
    function postMarket(
        bytes32[] calldata commitments,
        uint128 bounty,
        uint128 minStake,
        uint16 limit,
        uint32 openSeconds,
        uint32 revealWindow
    ) external {
        _onlyOwner();
        _demand(Phase.None);
        if (commitments.length < MIN_PIECES || commitments.length > MAX_PIECES) {
            revert PiecesOutOfRange(commitments.length);
        }
        if (bounty == 0) revert BountyIsZero();
        if (minStake == 0 || minStake > type(uint80).max) revert StakeOutOfRange(minStake);
        if (limit == 0 || limit > MAX_CONTRIBUTIONS) revert LimitOutOfRange(limit);
        _checkWindow(openSeconds);
        _checkWindow(revealWindow);
        _checkModel();

        _market = Market({
            bounty: bounty,
            minStake: uint88(minStake),
            stage: Phase.Posted,
            pieces: uint8(commitments.length),
            drawn: 0,
            revealed: 0,
            postBlock: uint64(block.number),
            since: 0,
            openSeconds: openSeconds,
            revealWindow: revealWindow,
            limit: limit,
            contributions: 0,
            rows: 0,
            baseline: 0,
            roundsLeft: bounty,
            pot: bounty
        });
        _pieces = commitments;
        uint128 missing = _charge(bounty);
        emit MarketPosted(bounty, minStake, limit, openSeconds, revealWindow, commitments);
        _collect(missing);
    }

    function _checkWindow(uint32 window) private pure {
        if (window < MIN_WINDOW || window > MAX_WINDOW) revert MarketWindowOutOfRange(window);
    }

    /// @dev The model must be complete, and small enough that one step of an evaluation fits a transaction.
    function _checkModel() private view {
        IClassifier model = _model();
        if (!model.ready()) revert NotReady(model.loaded(), model.needed());
        if (_isSparse(model)) return;
        uint256 vectorWords = (uint256(model.features()) + LANES_PER_WORD - 1) / LANES_PER_WORD;
        if (vectorWords > MAX_VECTOR_WORDS) revert ModelTooLarge(vectorWords);
        uint256 words = vectorWords * model.capacity();
        if (words > MAX_DENSE_WORDS) revert ModelTooLarge(words);
    }

    function _isSparse(IClassifier model) private pure returns (bool) {
        return isSparse(model.kind());
    }

    /// @inheritdoc IMarketModel
    function draw() external {
        _demand(Phase.Posted);
        uint256 drawing = uint256(_market.postBlock) + 1;
        if (block.number <= drawing) revert DrawTooEarly(drawing + 1);
        bytes32 hash = blockhash(drawing);
        if (hash == 0) {
            _void();
            return;
        }
        uint8 drawn = uint8(uint256(keccak256(abi.encode(hash, address(this)))) % _market.pieces);
        _market.drawn = drawn;
        _market.stage = Phase.Drawn;
        _market.since = uint40(block.timestamp);
        emit PieceDrawn(drawn);
    }

    /// @dev Nobody has contributed yet: the owner gets the bounty back and may post again.
    function _void() private {
        uint128 bounty = _market.bounty;
        delete _market;
        delete _pieces;
        _credit(_owner(), bounty);
        emit MarketVoided(bounty);
    }

    // ---------------------------------------------------------------- revealing

    /// @inheritdoc IMarketModel
    function revealPiece(uint16 piece, bytes32 salt, bytes calldata rows) external {
        _onlyOwner();
        Market memory market_ = _market;
        Phase now_ = _phase(market_);
        if (now_ != Phase.Drawn && now_ != Phase.Closed) revert WrongMarketPhase(now_);
        uint256 until = uint256(market_.since) + market_.revealWindow;
        if (block.timestamp >= until) revert RevealOver(until);
        uint256 expected = now_ == Phase.Drawn ? market_.drawn : _nextHidden(market_);
        if (piece != expected) revert WrongPiece(piece, expected);
        bytes32 hash = keccak256(abi.encodePacked(salt, rows));
        if (hash != _pieces[piece]) revert PieceMismatch(hash, _pieces[piece]);

        // From here on it is known by its rows alone, which every evaluation shows again.
        _pieces[piece] = keccak256(rows);
        // Also proves that the model takes every row, and that counting them fits a transaction.
        (uint32 correct, uint32 total) = _model().count(rows);
        if (total == 0) revert EmptyPiece(piece);
        ++market_.revealed;
        emit PieceRevealed(piece, salt, correct, total, rows);
        if (now_ == Phase.Drawn) {
            market_.stage = Phase.Open;
            market_.since = uint40(block.timestamp + market_.openSeconds);
            emit MarketOpened(market_.since);
        } else {
            market_.rows += total;
            market_.baseline += correct;
            if (market_.revealed == market_.pieces) market_.stage = Phase.Evaluating;
        }
        _market = market_;
        if (market_.stage == Phase.Evaluating) {
            _model().restart();
            if (market_.contributions == 0) _end();
            else _beginPass(0, market_.baseline, 0);
        }
    }

    /// @dev The first piece that is not revealed, once the drawn one is: the others follow in order.
    function _nextHidden(Market memory market_) private pure returns (uint256) {
        uint256 position = market_.revealed - 1;
        return position < market_.drawn ? position : position + 1;
    }

    // ---------------------------------------------------------------- contributing

    function _contribute(bytes calldata sample, uint16 label, uint128 stake) internal override {
        Market memory market_ = _market;
        Phase now_ = _phase(market_);
        if (now_ != Phase.Open) revert WrongMarketPhase(now_);
        if (msg.sender == _owner()) revert OwnerMayNotContribute();
        if (stake < market_.minStake) revert StakeTooLow(stake, market_.minStake);
        if (stake > type(uint80).max) revert StakeOutOfRange(stake);
        IClassifier model = _model();
        if (_isSparse(model) && sample.length > MAX_SPARSE_SAMPLE) {
            revert SampleTooLong(sample.length, MAX_SPARSE_SAMPLE);
        }
        bytes32 key = _keyOf(msg.sender, sample, label);
        _unused(key);
        uint16 classes = model.classes();
        if (label >= classes) revert UnknownLabel(label, classes);
        // Checks the sample besides.
        uint16 predicted = model.predict(sample);

        _addRecord(key, uint80(stake), predicted == label);
        _setTotals(_totalsNow().totalsContribution(block.timestamp));
        _entries.push(Entry(key, msg.sender));
        Participant storage mine = _participants[msg.sender];
        if (!mine.joined) {
            mine.joined = true;
            _people.push(msg.sender);
        }
        mine.balance += stake;
        _market.contributions = market_.contributions + 1;
        if (market_.contributions + 1 == market_.limit) _market.since = uint40(block.timestamp);
        uint128 missing = _charge(stake);
        emit Contributed(msg.sender, key, label, predicted, stake, sample);
        _collect(missing);
    }

    // ---------------------------------------------------------------- evaluating

    /// @inheritdoc IMarketModel
    function evaluate(Item[] calldata items, bytes[] calldata pieces) external {
        _demand(Phase.Evaluating);
        Market memory market_ = _market;
        Cursor memory cursor = _cursor;
        (uint16 next, uint8 piece, bool taught) = (cursor.next, cursor.piece, cursor.taught);
        uint256 used;
        uint256 checked; // a bit a piece whose hash has been compared
        while (cursor.next < market_.contributions) {
            if (!cursor.taught) {
                if (used == items.length) break;
                _train(cursor.next, items[used++]);
                cursor.taught = true;
                cursor.piece = 0;
                cursor.correct = 0;
            }
            checked = _count(market_, cursor, pieces, checked);
            if (cursor.piece < market_.pieces) break;
            _score(cursor);
            cursor.next = _nextEntry(cursor.next + 1, market_.contributions);
        }
        // Nobody can keep a market from being timed out by steps that lead nowhere.
        if (cursor.next == next && cursor.piece == piece && cursor.taught == taught) revert NothingEvaluated();
        cursor.moved = uint40(block.timestamp);
        _cursor = cursor;
    }

    function _beginPass(uint32 pass, uint32 baseline, uint16 first) private {
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

    function _train(uint256 index, Item calldata item) private {
        bytes32 key = _keyOf(item.contributor, item.sample, item.label);
        bytes32 expected = _entries[index].key;
        if (key != expected) revert WrongContribution(index, key, expected);
        _model().teach(item.sample, item.label);
    }

    /// @dev Counts the pieces that are given, from the cursor's on.
    function _count(Market memory market_, Cursor memory cursor, bytes[] calldata pieces, uint256 checked)
        private
        view
        returns (uint256)
    {
        for (uint256 piece = cursor.piece; piece < market_.pieces; ++piece) {
            if (piece != market_.drawn) {
                if (piece >= pieces.length || pieces[piece].length == 0) break;
                if ((checked >> piece) & 1 == 0) {
                    bytes32 hash = keccak256(pieces[piece]);
                    if (hash != _pieces[piece]) revert PieceMismatch(hash, _pieces[piece]);
                    checked |= 1 << piece;
                }
                (uint32 correct,) = _model().count(pieces[piece]);
                cursor.correct += correct;
            }
            cursor.piece = uint8(piece + 1);
        }
        return checked;
    }

    function _score(Cursor memory cursor) private {
        address contributor = _entries[cursor.next].contributor;
        int64 score = int64(uint64(cursor.correct)) - int64(uint64(cursor.before));
        _participants[contributor].score += score;
        emit Trained(cursor.next, contributor, cursor.pass, int32(score));
        cursor.before = cursor.correct;
        cursor.taught = false;
        cursor.piece = 0;
    }

    /// @dev The next contribution of an account that is still in the market.
    function _nextEntry(uint256 index, uint256 contributions) private view returns (uint16) {
        while (index < contributions && _participants[_entries[index].contributor].dropped) ++index;
        return uint16(index);
    }

    /// @inheritdoc IMarketModel
    function endPass() external {
        _demand(Phase.Evaluating);
        Market memory market_ = _market;
        Cursor memory cursor = _cursor;
        if (cursor.next < market_.contributions) revert PassNotDone(cursor.next, market_.contributions);

        uint128 rounds = _rounds(market_);
        market_.roundsLeft -= rounds;
        market_.pot = _pay(rounds, market_.rows, market_.pot, market_.roundsLeft > 0, cursor.pass);
        _market = market_;
        emit PassEnded(cursor.pass, rounds, market_.roundsLeft);
        if (market_.roundsLeft > 0) {
            _model().restart();
            uint16 first = _nextEntry(0, market_.contributions);
            _beginPass(cursor.pass + 1, market_.baseline, first);
            if (first < market_.contributions) return;
        }
        _end();
    }

    /// @dev How many rounds everybody who loses can pay.
    function _rounds(Market memory market_) private view returns (uint128 rounds) {
        rounds = market_.roundsLeft;
        uint256 people = _people.length;
        for (uint256 i; i < people; ++i) {
            Participant memory one = _participants[_people[i]];
            if (one.dropped || one.score >= 0) continue;
            uint256 most = uint256(one.balance) * market_.rows / uint64(-one.score);
            if (most < rounds) rounds = uint128(most);
        }
    }

    /// @dev Moves what the rounds cost and earn between balances and pot, and drops who has run out.
    function _pay(uint256 rounds, uint256 rows, uint256 pot, bool goesOn, uint32 pass) private returns (uint128) {
        uint256 people = _people.length;
        uint256 gains;
        for (uint256 i; i < people; ++i) {
            address who = _people[i];
            Participant memory one = _participants[who];
            if (one.dropped) continue;
            if (one.score >= 0) {
                uint256 gain = uint64(one.score) * rounds / rows;
                one.balance += uint128(gain);
                gains += gain;
            } else {
                uint256 unit = uint64(-one.score);
                // At most the balance, by the choice of `rounds`.
                uint256 loss = (unit * rounds + rows - 1) / rows;
                one.balance -= uint128(loss);
                pot += loss;
                if (goesOn && uint256(one.balance) * rows < unit) {
                    one.dropped = true;
                    emit Dropped(who, pass);
                }
            }
            one.score = 0;
            _participants[who] = one;
        }
        // All scores together are at most `rows`, so that the pot pays at most `rounds` net of what it receives. It may
        // be short before everybody who loses has paid, so gains come last.
        return uint128(pot - gains);
    }

    // ---------------------------------------------------------------- ending

    function _end() private {
        uint128 pot = _market.pot;
        _market.stage = Phase.Ended;
        _market.pot = 0;
        uint256 people = _people.length;
        for (uint256 i; i < people; ++i) _release(_people[i], 0);
        _credit(_owner(), pot);
        emit MarketEnded(pot);
    }

    /// @inheritdoc IMarketModel
    function timeout() external {
        Market memory market_ = _market;
        Phase now_ = _phase(market_);
        uint256 until = market_.since;
        if (now_ == Phase.Drawn || now_ == Phase.Closed) until += market_.revealWindow;
        else if (now_ == Phase.Evaluating) until = uint256(_cursor.moved) + STALL;
        else revert WrongMarketPhase(now_);
        if (block.timestamp < until) revert NotOverdue(until);
        if (now_ == Phase.Drawn) {
            _void();
            return;
        }

        uint256 staked;
        uint256 people = _people.length;
        for (uint256 i; i < people; ++i) staked += _participants[_people[i]].balance;
        uint128 left = market_.pot;
        _market.stage = Phase.TimedOut;
        _market.pot = 0;
        emit MarketTimedOut(market_.pot);
        for (uint256 i; i < people; ++i) {
            uint256 balance = _participants[_people[i]].balance;
            // Where nobody has anything left there is nothing to go by.
            uint128 share = staked == 0 ? 0 : uint128(uint256(market_.pot) * balance / staked);
            left -= share;
            _release(_people[i], share);
        }
        _credit(_owner(), left);
        if (left > 0) emit Credited(_owner(), left);
    }

    /// @dev Moves what an account has in the market, and a share of the pot, to its balance.
    function _release(address who, uint128 share) private {
        uint128 amount = _participants[who].balance + share;
        _participants[who].balance = 0;
        _credit(who, amount);
        if (amount > 0) emit Credited(who, amount);
    }

    function _credit(address who, uint128 amount) private {
        if (amount > 0) _setAccount(who, _accountOf(who).accountAdd(amount));
    }

    // ---------------------------------------------------------------- not in a market

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
        if (now_ != Phase.None && now_ != Phase.Ended && now_ != Phase.TimedOut) revert WrongMarketPhase(now_);
    }

    // ---------------------------------------------------------------- reading

    /// @inheritdoc ISharedModel
    /// @notice The least stake.
    function depositNow() external view returns (uint128) {
        return _market.minStake;
    }

    /// @inheritdoc ISharedModel
    function incentive() external pure returns (uint8) {
        return MARKET;
    }

    /// @inheritdoc IMarketModel
    function market() external view returns (MarketInfo memory info) {
        Market memory market_ = _market;
        Cursor memory cursor = _cursor;
        info.phase = _phase(market_);
        info.bounty = market_.bounty;
        info.minStake = market_.minStake;
        info.pieces = market_.pieces;
        info.drawn = market_.drawn;
        info.revealed = market_.revealed;
        info.limit = market_.limit;
        info.contributions = market_.contributions;
        info.openSeconds = market_.openSeconds;
        info.revealWindow = market_.revealWindow;
        info.postBlock = market_.postBlock;
        info.since = info.phase == Phase.Evaluating ? cursor.moved : market_.since;
        info.rows = market_.rows;
        info.baseline = market_.baseline;
        info.pass = cursor.pass;
        info.next = cursor.next;
        info.nextPiece = cursor.piece;
        info.taught = cursor.taught;
        info.roundsLeft = market_.roundsLeft;
        info.pot = market_.pot;
    }

    /// @inheritdoc IMarketModel
    function participant(address who) external view returns (Participant memory) {
        return _participants[who];
    }

    /// @inheritdoc IMarketModel
    function contributionAt(uint256 index) external view returns (address contributor, bytes32 key) {
        Entry memory found = _entries[index];
        return (found.contributor, found.key);
    }

    /// @inheritdoc IMarketModel
    function pieceHash(uint256 piece) external view returns (bytes32) {
        return _pieces[piece];
    }

    // ---------------------------------------------------------------- rules

    function _onlyOwner() private view {
        if (msg.sender != _owner()) revert NotOwner(msg.sender, _owner());
    }

    function _demand(Phase phase) private view {
        Phase now_ = _phase(_market);
        if (now_ != phase) revert WrongMarketPhase(now_);
    }

    function _phase(Market memory market_) private view returns (Phase) {
        bool closed = market_.stage == Phase.Open && block.timestamp >= market_.since;
        return closed ? Phase.Closed : market_.stage;
    }
}
