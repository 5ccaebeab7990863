// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title What happens in a prediction market: its phases, events and errors
/// @notice How a market goes, and what it pays, is said in IMarketModel and IMarketEvaluation.
interface IMarket {
    /// @notice Where the market stands.
    enum Phase {
        None, // no market has been posted, or the last one was void
        Posted, // `draw` is due
        Drawn, // the owner reveals the piece that does not count
        Open, // commitments to contributions are taken
        Showing, // whoever has committed shows the contribution
        Revealing, // the owner reveals the other pieces
        Evaluating,
        Ended, // paid out
        TimedOut // ended without an evaluation, or before its end
    }

    /// @notice The market as stored, with its phase now and where its evaluation stands.
    struct MarketInfo {
        Phase phase; // now
        uint128 bounty;
        uint128 stake; // of each contribution
        uint8 pieces;
        uint8 drawn; // index of the piece that does not count; from Drawn on
        uint8 revealed; // pieces revealed so far
        uint16 limit; // most contributions
        uint16 committed; // contributions that were committed to
        uint16 shown; // of these, shown
        uint32 openSeconds;
        uint32 showWindow;
        uint32 revealWindow;
        uint64 postBlock;
        uint40 until; // when the phase can be ended by anyone at the latest, seconds since the epoch; 0 without a limit
        uint32 rows; // revealed so far that count
        uint32 baseline; // of these, correct with the weights as loaded
        uint32 pass; // 0 for the first
        uint16 next; // contribution that is evaluated next
        uint8 nextPiece; // piece that is counted next for it
        bool taught; // whether it has been taught already
        uint128 roundsLeft;
        uint128 pot; // at first the bounty; from the evaluation on with the stakes of what was not shown
    }

    /// @notice What an account has in the market.
    struct Participant {
        uint128 balance; // 10^-18 MDC in the market
        int64 score; // sum of this pass
        uint16 number; // in the order in which accounts showed their first contribution, from 1 on; 0 for none
        bool dropped; // its contributions are left out of further passes
    }

    /// @notice A contribution as it was shown, to be evaluated.
    struct Item {
        address contributor;
        uint16 label;
        bytes sample;
    }

    // ---------------------------------------------------------------- events

    /// @notice The owner has posted a bounty and commitments to the pieces of a test set.
    /// @param bounty 10^-18 MDC
    /// @param stake of each contribution, 10^-18 MDC
    /// @param limit most contributions
    /// @param openSeconds how long commitments are taken, from the reveal of the drawn piece on
    /// @param showWindow seconds that contributors have to show what they committed to
    /// @param revealWindow seconds that the owner has for the drawn piece, and again for the others
    /// @param commitments keccak256(salt ‖ piece) of each piece
    event MarketPosted(
        uint128 bounty,
        uint128 stake,
        uint16 limit,
        uint32 openSeconds,
        uint32 showWindow,
        uint32 revealWindow,
        bytes32[] commitments
    );

    /// @notice The piece that does not count was drawn.
    /// @param piece its index
    event PieceDrawn(uint16 piece);

    /// @notice The owner has revealed a piece.
    /// @param piece its index
    /// @param salt of its commitment
    /// @param correct rows that the model predicts as labelled, with the weights as loaded
    /// @param total rows of the piece
    /// @param rows of the piece
    event PieceRevealed(uint16 indexed piece, bytes32 salt, uint32 correct, uint32 total, bytes rows);

    /// @notice Commitments are taken from now on.
    /// @param closesAt until when, seconds since the epoch, unless the limit is reached before
    event MarketOpened(uint40 closesAt);

    /// @notice Somebody has committed to a contribution, and the stake was taken.
    /// @param index of the contribution, 0 for the first: the order in which they are evaluated
    /// @param contributor who alone can show it
    /// @param commitment keccak256(abi.encode(key, salt))
    /// @param stake 10^-18 MDC
    event Committed(uint16 indexed index, address indexed contributor, bytes32 commitment, uint128 stake);

    /// @notice A contribution was shown. `Contributed` says what it is, right before.
    /// @param index of the contribution
    /// @param contributor who has shown it
    /// @param key of the contribution, see ISharedModel.keyOf
    event Shown(uint16 indexed index, address indexed contributor, bytes32 key);

    /// @notice The market is void, since its draw lapsed or the drawn piece was not revealed. The owner may post another.
    /// @param burned the bounty, 10^-18 MDC
    event MarketVoided(uint128 burned);

    /// @notice The market has ended without an evaluation, or before its end.
    /// @param shared part of the pot that is split by what accounts have in the market, 10^-18 MDC
    /// @param burned the rest of the pot, 10^-18 MDC
    event MarketTimedOut(uint128 shared, uint128 burned);

    /// @notice A contribution was evaluated.
    /// @param index of the contribution
    /// @param contributor who made it
    /// @param pass in which it was evaluated, 0 for the first
    /// @param score correct rows after it less those before it
    event Trained(uint16 indexed index, address indexed contributor, uint32 pass, int32 score);

    /// @notice All contributions of a pass were evaluated, and its rounds were paid.
    /// @param pass that has ended, 0 for the first
    /// @param rounds that were paid by it
    /// @param roundsLeft that are still to be paid
    event PassEnded(uint32 indexed pass, uint128 rounds, uint128 roundsLeft);

    /// @notice An account has run out, and its contributions are left out of further passes.
    /// @param account that has
    /// @param pass after which
    event Dropped(address indexed account, uint32 pass);

    /// @notice What an account has in the market went to its balance in the model.
    /// @param account whose it is
    /// @param amount 10^-18 MDC
    event Credited(address indexed account, uint128 amount);

    /// @notice The market was paid out.
    /// @param remainder of the pot, which went back to the owner's balance, 10^-18 MDC
    event MarketEnded(uint128 remainder);

    // ---------------------------------------------------------------- errors: posting

    /// @notice The market does not allow this call in its phase.
    /// @param phase where the market stands now
    error WrongMarketPhase(Phase phase);

    /// @notice A test set has MIN_PIECES to MAX_PIECES pieces.
    /// @param pieces number that was given
    error PiecesOutOfRange(uint256 pieces);

    /// @notice A market takes 1 to MAX_CONTRIBUTIONS contributions.
    /// @param limit that was given
    error LimitOutOfRange(uint16 limit);

    /// @notice A window has MIN_WINDOW to MAX_WINDOW seconds.
    /// @param window that was given, seconds
    error MarketWindowOutOfRange(uint32 window);

    /// @notice A market has a bounty of more than 0.
    error BountyIsZero();

    /// @notice A stake is more than 0 and less than 2^80.
    /// @param stake that was given, 10^-18 MDC
    error StakeOutOfRange(uint128 stake);

    /// @notice One step of an evaluation of this model might not fit a transaction.
    /// @param words of the weights that a step could touch
    error ModelTooLarge(uint256 words);

    // ---------------------------------------------------------------- errors: drawing and revealing

    /// @notice The block that the draw goes by is not there yet, or is the present one.
    /// @param fromBlock number of the first block in which `draw` can be called
    error DrawTooEarly(uint256 fromBlock);

    /// @notice Another piece is due.
    /// @param piece index that was given
    /// @param expected index of the piece that is due
    error WrongPiece(uint256 piece, uint256 expected);

    /// @notice The piece is not the one that was committed to.
    /// @param hash of what was given
    /// @param expected hash, see `pieceHash`
    error PieceMismatch(bytes32 hash, bytes32 expected);

    /// @notice A piece has at least one row.
    /// @param piece index of the one that has none
    error EmptyPiece(uint256 piece);

    /// @notice The time for revealing is over.
    /// @param until when it was, seconds since the epoch
    error RevealOver(uint256 until);

    /// @notice A piece of so many bytes might not be counted in a transaction. A sparse model reads a word of weights, or
    /// several, for each feature that a piece lists.
    /// @param byteCount of the piece
    /// @param most bytes that a piece of this model has
    error PieceTooLarge(uint256 byteCount, uint256 most);

    /// @notice Counting the piece uses so much gas that it might not fit a transaction when it is evaluated.
    /// @param gasUsed by counting it
    /// @param most MAX_COUNT_GAS
    error PieceTooDear(uint256 gasUsed, uint256 most);

    // ---------------------------------------------------------------- errors: contributing

    /// @notice In a market a contribution is committed to by `commit` while it is open, and shown by `show` afterwards.
    error CommitFirst();

    /// @notice The owner knows the test set, and so takes no part in the own market.
    error OwnerMayNotContribute();

    /// @notice No contribution that could be shown was committed to under this index.
    /// @param index that was given
    error NothingToShow(uint256 index);

    /// @notice What was given is not what was committed to, or not by this account.
    /// @param index of the contribution
    /// @param commitment that follows from account, sample, label and salt
    error CommitmentMismatch(uint256 index, bytes32 commitment);

    /// @notice A sparse sample has at most MAX_SPARSE_SAMPLE bytes in a market.
    /// @param byteCount length of the sample
    /// @param most bytes that are allowed
    error SampleTooLong(uint256 byteCount, uint256 most);

    // ---------------------------------------------------------------- errors: evaluating

    /// @notice Contributions before the first one that was given are still to be evaluated.
    /// @param first index that was given
    /// @param next index of the contribution that is due
    error NotNext(uint256 first, uint256 next);

    /// @notice The item is not the contribution that is evaluated next.
    /// @param index of the contribution that is due
    /// @param key that follows from the item
    error WrongContribution(uint256 index, bytes32 key);

    /// @notice What was given does not lead on.
    error NothingEvaluated();

    /// @notice Contributions of this pass are still to be evaluated.
    /// @param next index of the first of them
    /// @param contributions number of all
    error PassNotDone(uint256 next, uint256 contributions);

    /// @notice Whoever must act still has time.
    /// @param until when, seconds since the epoch
    error NotOverdue(uint256 until);
}
