// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IMarketEvaluation} from "./IMarketEvaluation.sol";
import {MarketBase} from "./MarketBase.sol";

/// @title The half of a prediction market that evaluates it and ends it
/// @notice See IMarketEvaluation. MarketModel calls this with its own storage; called by itself it has no market.
/// @dev Loops run over pieces and contributions, whose numbers are bounded in MarketModel, so that every step fits one
/// transaction.
contract MarketEvaluation is MarketBase, IMarketEvaluation {
    /// @param coin_ ModelCoin
    constructor(address coin_) MarketBase(coin_) {}

    // ---------------------------------------------------------------- evaluating

    /// @inheritdoc IMarketEvaluation
    function evaluate(uint16 first, Item[] calldata items, bytes[] calldata pieces) external {
        _demand(Phase.Evaluating);
        Market memory market_ = _market;
        Cursor memory cursor = _cursor;
        (uint16 next, uint8 piece, bool taught) = (cursor.next, cursor.piece, cursor.taught);
        uint256 used = _done(first, next, market_.committed);
        uint256 checked; // a bit a piece whose hash has been compared
        while (cursor.next < market_.committed) {
            if (!cursor.taught) {
                if (used >= items.length) break;
                _train(cursor.next, items[used]);
                cursor.taught = true;
                cursor.piece = 0;
                cursor.correct = 0;
            }
            checked = _count(market_, cursor, pieces, checked);
            if (cursor.piece < market_.pieces) break;
            _score(cursor);
            ++used;
            cursor.next = _nextEntry(cursor.next + 1, market_.committed);
        }
        // Nobody can keep a market from being timed out by steps that lead nowhere.
        if (cursor.next == next && cursor.piece == piece && cursor.taught == taught) revert NothingEvaluated();
        cursor.moved = uint40(block.timestamp);
        _cursor = cursor;
    }

    /// @dev How many of the contributions from `first` on are evaluated already.
    function _done(uint256 first, uint256 next, uint256 committed) private view returns (uint256 done) {
        if (first > next) revert NotNext(first, next);
        for (first = _nextEntry(first, committed); first < next; first = _nextEntry(first + 1, committed)) ++done;
    }

    function _train(uint256 index, Item calldata item) private {
        bytes32 key = _keyOf(item.contributor, item.sample, item.label);
        if (bytes30(key) != bytes30(_entries[index])) revert WrongContribution(index, key);
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
        address contributor = _people[_numberIn(_entries[cursor.next]) - 1];
        int64 score = int64(uint64(cursor.correct)) - int64(uint64(cursor.before));
        _participants[contributor].score += score;
        emit Trained(cursor.next, contributor, cursor.pass, int32(score));
        cursor.before = cursor.correct;
        cursor.taught = false;
        cursor.piece = 0;
    }

    /// @inheritdoc IMarketEvaluation
    function endPass() external {
        _demand(Phase.Evaluating);
        Market memory market_ = _market;
        Cursor memory cursor = _cursor;
        if (cursor.next < market_.committed) revert PassNotDone(cursor.next, market_.committed);

        uint128 rounds = _rounds(market_);
        market_.roundsLeft -= rounds;
        market_.pot = _pay(rounds, market_.rows, market_.pot, market_.roundsLeft > 0, cursor.pass);
        _market = market_;
        emit PassEnded(cursor.pass, rounds, market_.roundsLeft);
        if (market_.roundsLeft > 0) {
            _model().restart();
            uint16 first = _nextEntry(0, market_.committed);
            _beginPass(cursor.pass + 1, market_.baseline, first);
            if (first < market_.committed) return;
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

    /// @inheritdoc IMarketEvaluation
    function timeout() external {
        Market memory market_ = _market;
        Phase now_ = _phase(market_);
        if (now_ != Phase.Drawn && now_ != Phase.Revealing && now_ != Phase.Evaluating) revert WrongMarketPhase(now_);
        uint256 until = _until(market_, now_);
        if (block.timestamp < until) revert NotOverdue(until);
        if (now_ == Phase.Drawn) _void();
        else if (now_ == Phase.Revealing) _shareOut(market_);
        else _burnPot(market_.pot);
    }

    /// @dev The owner has kept silent. Half of the pot is burned, or second addresses of the owner could bring all of it
    /// back.
    function _shareOut(Market memory market_) private {
        uint128 pot = market_.pot + _unshown(market_);
        uint256 people = _people.length;
        // Where nobody has shown anything the owner had nothing to answer.
        uint128 shared = people == 0 ? pot : pot / 2;
        uint256 staked = uint256(market_.shown) * market_.stake;
        _market.stage = Phase.TimedOut;
        _market.pot = 0;
        emit MarketTimedOut(shared, pot - shared);
        uint128 left = shared;
        for (uint256 i; i < people; ++i) {
            uint128 share = uint128(uint256(shared) * _participants[_people[i]].balance / staked);
            left -= share;
            _release(_people[i], share);
        }
        _credit(_owner(), left);
        if (left > 0) emit Credited(_owner(), left);
        _burn(pot - shared);
    }

    /// @dev The evaluation did not come to its end.
    function _burnPot(uint128 pot) private {
        _market.stage = Phase.TimedOut;
        _market.pot = 0;
        emit MarketTimedOut(0, pot);
        uint256 people = _people.length;
        for (uint256 i; i < people; ++i) _release(_people[i], 0);
        _burn(pot);
    }
}
