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

    struct Participant {
        uint128 balance; // 10^-18 MDC in the market
        int64 score; // sum of this pass
        bool dropped;
        bool joined;
    }

    /// @notice A contribution as it was made, to be evaluated.
    struct Item {
        address contributor;
        uint16 label;
        bytes sample;
    }

    event MarketPosted(
        uint128 bounty, uint128 minStake, uint16 limit, uint32 openSeconds, uint32 revealWindow, bytes32[] commitments
    );
    event PieceDrawn(uint16 piece);
    event PieceRevealed(uint16 indexed piece, bytes32 salt, uint32 correct, uint32 total, bytes rows);
    event MarketOpened(uint40 closesAt);
    event MarketVoided(uint128 bounty); // back to the owner's balance
    event MarketTimedOut(uint128 pot); // split by stake
    event Trained(uint16 indexed index, address indexed contributor, uint32 pass, int32 score);
    event PassEnded(uint32 indexed pass, uint128 rounds, uint128 roundsLeft);
    event Dropped(address indexed account, uint32 pass);
    event Credited(address indexed account, uint128 amount); // to the balance in the model
    event MarketEnded(uint128 remainder); // of the bounty, back to the owner's balance

    error WrongMarketPhase(Phase phase);
    error PiecesOutOfRange(uint256 pieces);
    error LimitOutOfRange(uint16 limit);
    error MarketWindowOutOfRange(uint32 window);
    error BountyIsZero();
    error StakeOutOfRange(uint128 stake);
    error ModelTooLarge(uint256 words); // that one step could touch
    error DrawTooEarly(uint256 fromBlock);
    error WrongPiece(uint256 piece, uint256 expected);
    error PieceMismatch(bytes32 hash, bytes32 expected);
    error EmptyPiece(uint256 piece);
    error RevealOver(uint256 until);
    error OwnerMayNotContribute();
    error StakeTooLow(uint128 stake, uint128 minStake);
    error SampleTooLong(uint256 length, uint256 most);
    error WrongContribution(uint256 index, bytes32 key, bytes32 expected);
    error NothingEvaluated();
    error PassNotDone(uint256 next, uint256 contributions);
    error NotOverdue(uint256 until);

    /// @notice Posts the bounty, which is taken from the owner's balance and account, and the commitments.
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
    function revealPiece(uint16 piece, bytes32 salt, bytes calldata rows) external;

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

    function market() external view returns (MarketInfo memory);
    function participant(address who) external view returns (Participant memory);
    function contributionAt(uint256 index) external view returns (address contributor, bytes32 key);
    /// @notice What a piece must hash to: with its salt until it is revealed, without it afterwards.
    function pieceHash(uint256 piece) external view returns (bytes32);
}
