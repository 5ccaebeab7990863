// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title What a prediction market adds to a shared model
/// @notice The owner posts a bounty and salted commitments to the pieces of a test set. One piece, chosen by a block
/// that was not there when they were posted, is revealed at once and does not count. Contributions are then made
/// under a stake and only recorded. When the market has closed the owner reveals the other pieces, and everything is
/// evaluated by anyone, step by step:
///
/// A *pass* goes back to the weights as loaded and teaches every contribution in order; its score is the number of
/// correct rows after it less the number before it. S = sum of the scores of an account, b = its balance in the market
/// (at first its stakes), T = rows that count, R = rounds left (at first the bounty in 10^-18 MDC), pot = at first the
/// bounty. At the end of a pass:
///   rounds = the least of R and floor(b * T / -S) of every account with S < 0
///   S >= 0: b += floor(S * rounds / T), the pot pays; S < 0: b -= ceil(-S * rounds / T), the pot receives
///   R -= rounds. At R = 0 the market ends. Otherwise every account with S < 0 and b * T < -S is dropped: it keeps what
///   is left, and a new pass begins without its contributions; where none are left the market ends.
/// At the end everybody's b is added to the balance in the model, and the pot to the owner's. The sum of all never
/// changes.
///
/// A row = label (2 bytes) ‖ length of the sample in bytes (2) ‖ sample; a piece is one row after the other.
/// Commitment to a piece = keccak256(salt (32 bytes) ‖ piece).
interface IMarketModel {
    /// @notice Where the market stands.
    enum Phase {
        None, // no market has been posted, or the last one was void
        Posted, // `draw` is due
        Drawn, // the owner reveals the piece that does not count
        Open, // for contributions
        Closed, // the owner reveals the other pieces
        Evaluating,
        Ended, // paid out
        TimedOut // ended without an evaluation
    }

    /// @notice The market as stored, with its phase now and where its evaluation stands.
    struct MarketInfo {
        Phase phase; // now
        uint128 bounty;
        uint128 minStake;
        uint8 pieces;
        uint8 drawn; // index of the piece that does not count; from Drawn on
        uint8 revealed; // pieces revealed so far
        uint16 limit; // most contributions
        uint16 contributions;
        uint32 openSeconds;
        uint32 revealWindow;
        uint64 postBlock;
        uint40 since; // Drawn: when it was drawn; Open, Closed: when it closes or closed; Evaluating: last step
        uint32 rows; // revealed so far that count
        uint32 baseline; // of these, correct with the weights as loaded
        uint32 pass; // 0 for the first
        uint16 next; // contribution that is evaluated next
        uint8 nextPiece; // piece that is counted next for it
        bool taught; // whether it has been taught already
        uint128 roundsLeft;
        uint128 pot;
    }

    /// @notice What an account has in the market.
    struct Participant {
        uint128 balance; // 10^-18 MDC in the market
        int64 score; // sum of this pass
        bool dropped; // its contributions are left out of further passes
        bool joined; // whether it has contributed
    }

    /// @notice A contribution as it was made, to be evaluated.
    struct Item {
        address contributor;
        uint16 label;
        bytes sample;
    }

    // ---------------------------------------------------------------- events

    /// @notice The owner has posted a bounty and commitments to the pieces of a test set.
    /// @param bounty 10^-18 MDC
    /// @param minStake least stake of a contribution, 10^-18 MDC
    /// @param limit most contributions; the market closes with the last of them
    /// @param openSeconds how long contributions are taken, from the reveal of the drawn piece on
    /// @param revealWindow seconds that the owner has for the drawn piece, and again for the others
    /// @param commitments keccak256(salt ‖ piece) of each piece
    event MarketPosted(
        uint128 bounty, uint128 minStake, uint16 limit, uint32 openSeconds, uint32 revealWindow, bytes32[] commitments
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

    /// @notice Contributions are taken from now on.
    /// @param closesAt until when, seconds since the epoch, unless the limit is reached before
    event MarketOpened(uint40 closesAt);

    /// @notice The market is void, and the owner may post another one.
    /// @param bounty that went back to the owner's balance, 10^-18 MDC
    event MarketVoided(uint128 bounty);

    /// @notice The market has ended without an evaluation.
    /// @param pot that is split by stake, 10^-18 MDC
    event MarketTimedOut(uint128 pot);

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

    // ---------------------------------------------------------------- errors: contributing

    /// @notice The owner knows the test set, and so takes no part in the own market.
    error OwnerMayNotContribute();

    /// @notice The stake is less than the market asks for.
    /// @param stake that was given, 10^-18 MDC
    /// @param minStake least stake, 10^-18 MDC
    error StakeTooLow(uint128 stake, uint128 minStake);

    /// @notice A sparse sample has at most MAX_SPARSE_SAMPLE bytes in a market.
    /// @param byteCount length of the sample
    /// @param most bytes that are allowed
    error SampleTooLong(uint256 byteCount, uint256 most);

    // ---------------------------------------------------------------- errors: evaluating

    /// @notice The item is not the contribution that is evaluated next.
    /// @param index of the contribution that is due
    /// @param key that follows from the item
    /// @param expected key of the contribution that is due
    error WrongContribution(uint256 index, bytes32 key, bytes32 expected);

    /// @notice What was given does not lead on.
    error NothingEvaluated();

    /// @notice Contributions of this pass are still to be evaluated.
    /// @param next index of the first of them
    /// @param contributions number of all
    error PassNotDone(uint256 next, uint256 contributions);

    /// @notice The owner, or the evaluation, still has time.
    /// @param until when, seconds since the epoch
    error NotOverdue(uint256 until);

    // ---------------------------------------------------------------- the owner

    /// @notice Posts the bounty, which is taken from the owner's balance and account, and the commitments.
    /// @param commitments keccak256(salt ‖ piece) of each piece, MIN_PIECES to MAX_PIECES
    /// @param bounty more than 0, 10^-18 MDC
    /// @param minStake least stake of a contribution, more than 0, 10^-18 MDC
    /// @param limit most contributions, 1 to MAX_CONTRIBUTIONS
    /// @param openSeconds how long contributions are taken, MIN_WINDOW to MAX_WINDOW
    /// @param revealWindow seconds for the drawn piece, and again for the others, MIN_WINDOW to MAX_WINDOW
    function postMarket(
        bytes32[] calldata commitments,
        uint128 bounty,
        uint128 minStake,
        uint16 limit,
        uint32 openSeconds,
        uint32 revealWindow
    ) external;

    /// @notice Draws the piece that does not count, by the hash of the block after the one of the post. By anyone,
    /// from the block after that on. If it is not done within 256 blocks the hash is gone and the market is void: the
    /// bounty goes back to the owner's balance.
    /// @dev An owner who lets a draw lapse may post again. Every `MarketVoided` stays in the history, so that
    /// contributors see who draws until it suits; nobody else has staked anything by then.
    function draw() external;

    /// @notice Reveals a piece; by the owner. First the drawn one, which opens the market, within the window after
    /// the draw; then the others in order, within the window after the market has closed.
    /// @param piece its index
    /// @param salt of its commitment
    /// @param rows of the piece
    function revealPiece(uint16 piece, bytes32 salt, bytes calldata rows) external;

    // ---------------------------------------------------------------- for anyone

    /// @notice Evaluates the next contributions as far as they and the pieces are given; by anyone.
    /// @param items the next contributions in order, as they were made (those of dropped accounts are left out); the
    /// first one is not given where it has been taught already
    /// @param pieces by their index, an empty one where it is not given
    function evaluate(Item[] calldata items, bytes[] calldata pieces) external;

    /// @notice Ends a pass of which every contribution is evaluated; by anyone.
    function endPass() external;

    /// @notice Ends a market whose owner did not reveal in time, or whose evaluation has stood still for STALL; by
    /// anyone. Before contributions were made the bounty goes back to the owner; otherwise everybody gets back what
    /// they have in the market, and the pot is split in the same proportions (what the division leaves over goes to
    /// the owner).
    function timeout() external;

    // ---------------------------------------------------------------- reading

    /// @notice The market, with its phase now.
    /// @return info zeros and the phase None where there is none
    function market() external view returns (MarketInfo memory info);

    /// @notice What an account has in the market.
    /// @param who whose it is
    /// @return info zeros where the account has not contributed
    function participant(address who) external view returns (Participant memory info);

    /// @notice A contribution to the market.
    /// @param index 0 for the first; reverts where there are fewer
    /// @return contributor who made it
    /// @return key of the contribution, see ISharedModel.keyOf
    function contributionAt(uint256 index) external view returns (address contributor, bytes32 key);

    /// @notice What a piece must hash to: with its salt until it is revealed, without it afterwards.
    /// @param piece its index; reverts where there are fewer
    /// @return hash keccak256
    function pieceHash(uint256 piece) external view returns (bytes32 hash);
}
