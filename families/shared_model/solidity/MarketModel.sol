// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IMarketEvaluation} from "./market/IMarketEvaluation.sol";
import {IMarketModel} from "./IMarketModel.sol";
import {BlockHash} from "../../../contracts/solidity/lib/BlockHash.sol";
import {MarketBase} from "./market/MarketBase.sol";
import {MarketEvaluation} from "./market/MarketEvaluation.sol";
import {isSparse} from "./classifiers/ClassifierKinds.sol";
import {IClassifier} from "./classifiers/IClassifier.sol";
import {LANES_PER_WORD} from "./classifiers/Layout.sol";

/// @title Prediction market
/// @notice See IMarketModel. One market a model, unless it was void.
/// @dev Invariants:
/// - While a market runs, its pot, the `balance` of all participants and the stakes of what is not shown yet add up to the
///   bounty and all stakes; when it has ended all are 0, and what was not burned is in balances of the model.
/// - `roundsLeft` is at most the bounty and only falls, and no participant loses more than what they have in the market.
/// - Pieces are revealed once each: the drawn one first, then the others in order, and those only when no contribution
///   can be shown any more. Contributions are evaluated in the order of their commitments, each piece that counts once for
///   each of them.
/// - Phases follow each other in the order of IMarket; only a void market goes back, from Posted or Drawn to None.
contract MarketModel is MarketBase, IMarketModel {
    // ---------------------------------------------------------------- limits

    /// @notice Least number of pieces. With two, a test set of which half is false passes every second draw.
    uint256 public constant MIN_PIECES = 3;
    /// @notice Greatest number of pieces.
    uint256 public constant MAX_PIECES = 16;
    /// @notice Greatest number of contributions.
    uint16 public constant MAX_CONTRIBUTIONS = 256;
    /// @notice Shortest time for commitments, for showing or for revealing, seconds.
    uint32 public constant MIN_WINDOW = 10 minutes;
    /// @notice Longest time for commitments, for showing or for revealing, seconds.
    uint32 public constant MAX_WINDOW = 30 days;
    /// @notice Most bytes of a contributed sparse sample: 128 features, so that teaching it fits a transaction.
    uint256 public constant MAX_SPARSE_SAMPLE = 384;
    /// @notice Most words of a dense model that predicting reads.
    uint256 public constant MAX_DENSE_WORDS = 1000;
    /// @notice Most words of a vector of a dense model; teaching writes two.
    uint256 public constant MAX_VECTOR_WORDS = 150;
    /// @notice Most gas that counting a piece uses as the model is loaded. A taught one reads twice as many words, so that
    /// it can use twice as much.
    uint256 public constant MAX_COUNT_GAS = 6_000_000;
    /// @notice Most words that counting a piece of a sparse model reads as it is loaded. Twice as many cost 6,000,000 gas.
    uint256 public constant MAX_PIECE_WORDS = 1428;
    /// @notice Most bytes of a piece, so that public nodes take the transaction that carries it.
    uint256 public constant MAX_PIECE_BYTES = 65_000;

    /// @notice The other half of the code; see MarketBase.
    address public immutable EVALUATION;

    /// @param coin_ ModelCoin
    constructor(address coin_) MarketBase(coin_) {
        EVALUATION = address(new MarketEvaluation(coin_));
    }

    // ---------------------------------------------------------------- posting

    /// @inheritdoc IMarketModel
    function postMarket(
        bytes32[] calldata commitments,
        uint128 bounty,
        uint128 stake,
        uint16 limit,
        uint32 openSeconds,
        uint32 showWindow,
        uint32 revealWindow
    ) external {
        _onlyOwner();
        _demand(Phase.None);
        if (commitments.length < MIN_PIECES || commitments.length > MAX_PIECES) {
            revert PiecesOutOfRange(commitments.length);
        }
        if (bounty == 0) revert BountyIsZero();
        if (stake == 0 || stake > type(uint80).max) revert StakeOutOfRange(stake);
        if (limit == 0 || limit > MAX_CONTRIBUTIONS) revert LimitOutOfRange(limit);
        _checkWindow(openSeconds);
        _checkWindow(showWindow);
        _checkWindow(revealWindow);
        _checkModel();

        Market storage posted = _market;
        posted.bounty = bounty;
        posted.stake = uint80(stake);
        posted.stage = Phase.Posted;
        posted.pieces = uint8(commitments.length);
        posted.postBlock = uint64(block.number);
        posted.openSeconds = openSeconds;
        posted.showWindow = showWindow;
        posted.revealWindow = revealWindow;
        posted.limit = limit;
        posted.roundsLeft = bounty;
        posted.pot = bounty;
        _pieces = commitments;
        uint128 missing = _charge(bounty);
        emit MarketPosted(bounty, stake, limit, openSeconds, showWindow, revealWindow, commitments);
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
        uint256 vectorWords = _wordsOf(model.features());
        if (vectorWords > MAX_VECTOR_WORDS) revert ModelTooLarge(vectorWords);
        uint256 words = vectorWords * model.capacity();
        if (words > MAX_DENSE_WORDS) revert ModelTooLarge(words);
    }

    function _isSparse(IClassifier model) private pure returns (bool) {
        return isSparse(model.kind());
    }

    /// @dev Words that so many lanes take.
    function _wordsOf(uint256 lanes) private pure returns (uint256) {
        return (lanes + LANES_PER_WORD - 1) / LANES_PER_WORD;
    }

    /// @inheritdoc IMarketModel
    function draw() external {
        _demand(Phase.Posted);
        uint256 drawing = uint256(_market.postBlock) + 1;
        if (block.number <= drawing) revert DrawTooEarly(drawing + 1);
        bytes32 hash = BlockHash.find(drawing);
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

    // ---------------------------------------------------------------- revealing

    /// @inheritdoc IMarketModel
    function revealPiece(uint16 piece, bytes32 salt, bytes calldata rows) external {
        _onlyOwner();
        Market memory market_ = _market;
        Phase now_ = _phase(market_);
        if (now_ != Phase.Drawn && now_ != Phase.Revealing) revert WrongMarketPhase(now_);
        uint256 until = _until(market_, now_);
        if (block.timestamp >= until) revert RevealOver(until);
        uint256 expected = now_ == Phase.Drawn ? market_.drawn : _nextHidden(market_);
        if (piece != expected) revert WrongPiece(piece, expected);
        bytes32 hash = keccak256(abi.encodePacked(salt, rows));
        if (hash != _pieces[piece]) revert PieceMismatch(hash, _pieces[piece]);

        // From here on it is known by its rows alone, which every evaluation shows again.
        _pieces[piece] = keccak256(rows);
        (uint32 correct, uint32 total) = _countFirst(rows);
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
            if (market_.revealed == market_.pieces) {
                market_.stage = Phase.Evaluating;
                market_.since = uint40(block.timestamp);
                market_.pot += _unshown(market_);
            }
        }
        _market = market_;
        if (market_.stage == Phase.Evaluating) {
            _model().restart();
            if (market_.shown == 0) _end();
            else _beginPass(0, market_.baseline, _nextEntry(0, market_.committed));
        }
    }

    /// @dev Counts a piece as the model is loaded, which also proves that the model takes every row, and refuses one that
    /// may not be countable later.
    function _countFirst(bytes calldata rows) private view returns (uint32 correct, uint32 total) {
        IClassifier model = _model();
        uint256 most = MAX_PIECE_BYTES;
        // A feature is three bytes of a row, and reads a word for each ten vectors.
        if (_isSparse(model)) most = MAX_PIECE_WORDS * 3 / _wordsOf(model.capacity());
        if (rows.length > most) revert PieceTooLarge(rows.length, most);
        uint256 used = gasleft();
        (correct, total) = model.count(rows);
        used -= gasleft();
        if (used > MAX_COUNT_GAS) revert PieceTooDear(used, MAX_COUNT_GAS);
    }

    /// @dev The first piece that is not revealed, once the drawn one is: the others follow in order.
    function _nextHidden(Market memory market_) private pure returns (uint256) {
        uint256 position = market_.revealed - 1;
        return position < market_.drawn ? position : position + 1;
    }

    // ---------------------------------------------------------------- contributing

    /// @inheritdoc IMarketModel
    function commit(bytes32 commitment) external {
        _commit(commitment);
    }

    /// @inheritdoc IMarketModel
    function commitWithPermit(bytes32 commitment, uint256 permitDeadline, uint8 v, bytes32 r, bytes32 s) external {
        _permit(_market.stake, permitDeadline, v, r, s);
        _commit(commitment);
    }

    function _commit(bytes32 commitment) private {
        Market memory market_ = _market;
        Phase now_ = _phase(market_);
        if (now_ != Phase.Open) revert WrongMarketPhase(now_);
        if (msg.sender == _owner()) revert OwnerMayNotContribute();
        uint16 index = market_.committed;
        _entries[index] = bytes32(bytes30(commitment));
        _market.committed = index + 1;
        uint128 missing = _charge(market_.stake);
        emit Committed(index, msg.sender, commitment, market_.stake);
        _collect(missing);
    }

    /// @inheritdoc IMarketModel
    function show(uint16 index, bytes calldata sample, uint16 label, bytes32 salt) external {
        Market memory market_ = _market;
        Phase now_ = _phase(market_);
        if (now_ != Phase.Showing) revert WrongMarketPhase(now_);
        bytes32 key = _keyOf(msg.sender, sample, label);
        bytes32 entry = _entries[index];
        if (index >= market_.committed || _numberIn(entry) != 0) revert NothingToShow(index);
        bytes32 commitment = keccak256(abi.encode(key, salt));
        if (bytes30(entry) != bytes30(commitment)) revert CommitmentMismatch(index, commitment);
        uint16 predicted = _checkContribution(key, sample, label);

        _addRecord(key, market_.stake, predicted == label);
        _setTotals(_totalsNow().totalsContribution(block.timestamp));
        Participant storage mine = _participants[msg.sender];
        uint16 number = mine.number;
        if (number == 0) {
            _people.push(msg.sender);
            number = uint16(_people.length);
            mine.number = number;
        }
        mine.balance += market_.stake;
        _entries[index] = bytes32(bytes30(key)) | bytes32(uint256(number));
        _market.shown = market_.shown + 1;
        emit Contributed(msg.sender, key, label, predicted, market_.stake, sample);
        emit Shown(index, msg.sender, key);
    }

    /// @dev Whether the model takes it; answers what it predicts.
    function _checkContribution(bytes32 key, bytes calldata sample, uint16 label) private view returns (uint16) {
        IClassifier model = _model();
        if (_isSparse(model) && sample.length > MAX_SPARSE_SAMPLE) {
            revert SampleTooLong(sample.length, MAX_SPARSE_SAMPLE);
        }
        _unused(key);
        uint16 classes = model.classes();
        if (label >= classes) revert UnknownLabel(label, classes);
        // Checks the sample besides.
        return model.predict(sample);
    }

    // ---------------------------------------------------------------- the other half

    /// @inheritdoc IMarketEvaluation
    function evaluate(uint16, Item[] calldata, bytes[] calldata) external {
        _otherHalf();
    }

    /// @inheritdoc IMarketEvaluation
    function endPass() external {
        _otherHalf();
    }

    /// @inheritdoc IMarketEvaluation
    function timeout() external {
        _otherHalf();
    }

    /// @dev Runs the same call in the code of MarketEvaluation, and answers with its answer.
    function _otherHalf() private {
        (bool done, bytes memory answer) = EVALUATION.delegatecall(msg.data);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(answer, 0x20), mload(answer))
            }
        }
    }

    // ---------------------------------------------------------------- reading

    /// @inheritdoc IMarketModel
    function market() external view returns (MarketInfo memory info) {
        Market memory market_ = _market;
        Cursor memory cursor = _cursor;
        info.phase = _phase(market_);
        info.bounty = market_.bounty;
        info.stake = market_.stake;
        info.pieces = market_.pieces;
        info.drawn = market_.drawn;
        info.revealed = market_.revealed;
        info.limit = market_.limit;
        info.committed = market_.committed;
        info.shown = market_.shown;
        info.openSeconds = market_.openSeconds;
        info.showWindow = market_.showWindow;
        info.revealWindow = market_.revealWindow;
        info.postBlock = market_.postBlock;
        info.until = uint40(_until(market_, info.phase));
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
    function contributionAt(uint256 index) external view returns (address contributor, bytes30 hash) {
        bytes32 entry = _entries[index];
        uint256 number = _numberIn(entry);
        if (number != 0) contributor = _people[number - 1];
        hash = bytes30(entry);
    }

    /// @inheritdoc IMarketModel
    function pieceHash(uint256 piece) external view returns (bytes32) {
        return _pieces[piece];
    }

    function _onlyOwner() private view {
        if (msg.sender != _owner()) revert NotOwner(msg.sender, _owner());
    }
}
