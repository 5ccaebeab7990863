// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IMarketEvaluation} from "./market/IMarketEvaluation.sol";

/// @title What a prediction market adds to a shared model
/// @notice The owner posts a bounty and salted commitments to the pieces of a test set. One piece, chosen by a block
/// that was not there when they were posted, is revealed at once and does not count. While the market is open everybody
/// commits to contributions under a stake, and nobody can see them: a copy of a commitment is worth nothing, since it
/// binds its contributor. When the market has closed, or its limit is reached, contributors show what they committed to;
/// the stake of what is not shown is lost to the pot. Then the owner reveals the other pieces, and everything is evaluated
/// in the order of the commitments: see IMarketEvaluation.
///
/// Times count from the announced close: contributors can show until `showWindow` after it, and the owner can reveal until
/// `revealWindow` after that. Both may be done sooner, the owner's as soon as nothing is left to be shown.
///
/// A row = label (2 bytes) ‖ length of the sample in bytes (2) ‖ sample; a piece is one row after the other.
/// Commitment to a piece = keccak256(salt (32 bytes) ‖ piece).
/// Commitment to a contribution = keccak256(abi.encode(key, salt)), its key as ISharedModel.keyOf says.
interface IMarketModel is IMarketEvaluation {
    // ---------------------------------------------------------------- the owner

    /// @notice Posts the bounty, which is taken from the owner's balance and account, and the commitments.
    /// @param commitments keccak256(salt ‖ piece) of each piece, MIN_PIECES to MAX_PIECES
    /// @param bounty more than 0, 10^-18 MDC
    /// @param stake of each contribution, more than 0, 10^-18 MDC
    /// @param limit most contributions, 1 to MAX_CONTRIBUTIONS
    /// @param openSeconds how long commitments are taken, MIN_WINDOW to MAX_WINDOW
    /// @param showWindow seconds to show contributions, MIN_WINDOW to MAX_WINDOW
    /// @param revealWindow seconds for the drawn piece, and again for the others, MIN_WINDOW to MAX_WINDOW
    function postMarket(
        bytes32[] calldata commitments,
        uint128 bounty,
        uint128 stake,
        uint16 limit,
        uint32 openSeconds,
        uint32 showWindow,
        uint32 revealWindow
    ) external;

    /// @notice Draws the piece that does not count, by the hash of the block after the one of the post. By anyone,
    /// from the block after that on. If it is not done within 8,191 blocks (256 where the chain has no EIP-2935) the hash
    /// is gone: the market is void and the bounty burned.
    /// @dev An owner who does not like what would be drawn loses the bounty by waiting until the hash is gone, as by not
    /// revealing what was drawn. Where one sequencer makes all blocks the hash is the sequencer's choice.
    function draw() external;

    /// @notice Reveals a piece; by the owner. First the drawn one, which opens the market, within the window after
    /// the draw; then the others in order, once nothing is left to be shown.
    /// @dev Refuses a piece that could not be counted in one transaction later on, when a model that was taught reads up
    /// to two words where one as loaded reads one. The gas that counting uses now is measured; what an access list has
    /// paid for already is not in it, and so the words that a piece can read are bounded by its size besides.
    /// @param piece its index
    /// @param salt of the commitment
    /// @param rows of the piece
    function revealPiece(uint16 piece, bytes32 salt, bytes calldata rows) external;

    // ---------------------------------------------------------------- contributors

    /// @notice Commits to a contribution, while the market is open, and takes exactly its stake from the caller's balance
    /// and account. What the model would not take cannot be shown, so check it before: label, sample, and that the caller
    /// has not contributed it before.
    /// @param commitment keccak256(abi.encode(key, salt)) with the caller as contributor; the salt stays secret
    function commit(bytes32 commitment) external;

    /// @notice Like `commit`, with a permit (EIP-2612) for the stake.
    /// @param commitment keccak256(abi.encode(key, salt)) with the caller as contributor; the salt stays secret
    /// @param permitDeadline until when the permit counts, seconds since the epoch
    /// @param v of the permit's signature
    /// @param r of the permit's signature
    /// @param s of the permit's signature
    function commitWithPermit(bytes32 commitment, uint256 permitDeadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Shows a contribution that the caller has committed to, which makes its stake the caller's in the market.
    /// @param index of the contribution, see `Committed`
    /// @param sample as the classifier takes it
    /// @param label class that the contributor gives it
    /// @param salt of the commitment
    function show(uint16 index, bytes calldata sample, uint16 label, bytes32 salt) external;

    // ---------------------------------------------------------------- reading

    /// @notice The market, with its phase now.
    /// @return info zeros and the phase None where there is none
    function market() external view returns (MarketInfo memory info);

    /// @notice What an account has in the market.
    /// @param who whose it is
    /// @return info zeros where the account has shown no contribution
    function participant(address who) external view returns (Participant memory info);

    /// @notice A contribution to the market.
    /// @param index 0 for the first
    /// @return contributor who has shown it; 0 until then, and where there are fewer
    /// @return hash first 30 bytes of its commitment until it is shown, then of its key, see ISharedModel.keyOf
    function contributionAt(uint256 index) external view returns (address contributor, bytes30 hash);

    /// @notice What a piece must hash to: with its salt until it is revealed, without it afterwards.
    /// @param piece its index; reverts where there are fewer
    /// @return hash keccak256
    function pieceHash(uint256 piece) external view returns (bytes32 hash);
}
