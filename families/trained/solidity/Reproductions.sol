// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IBountyMarket} from "../../bounty/solidity/IBountyMarket.sol";

/// @title Who has run a bounty's model and met its predictions
/// @notice Whoever runs a trainer's model on the published test data and compares row by row with the predictions that
/// were revealed can say here what came out. It is a word, not a proof: the contract checks that there is something to
/// reproduce and that everyone says it once, not that anything was run. No tokens depend on it.
contract Reproductions {
    struct Counts {
        uint32 reproduced; // attestations of all rows equal
        uint32 differing; // all others
    }

    event Reproduced(
        uint256 indexed bounty, address indexed trainer, address indexed by, uint32 equal, uint32 rows
    );

    /// @notice There is no bounty with this id, or the trainer has no verified reveal in it.
    error NothingToReproduce(uint256 bounty, address trainer);
    error OwnReproduction(uint256 bounty, address trainer);
    error RowsDiffer(uint32 rows, uint32 testRows);
    error EqualTooHigh(uint32 equal, uint32 rows);
    error AlreadyAttested(uint256 bounty, address trainer, address by);

    IBountyMarket private immutable MARKET;

    mapping(uint256 bounty => mapping(address trainer => Counts)) private _counts;

    /// @notice Whether an account has attested a trainer's model.
    mapping(uint256 bounty => mapping(address trainer => mapping(address by => bool))) public attested;

    constructor(address market_) {
        MARKET = IBountyMarket(market_);
    }

    /// @notice Says that `equal` of `rows` predictions of the trainer's model are those that were revealed.
    /// @param rows all test rows of the bounty
    function attest(uint256 bounty, address trainer, uint32 equal, uint32 rows) external {
        IBountyMarket.BountyInfo memory info = MARKET.bounty(bounty);
        if (!_verified(bounty, trainer, info.best)) revert NothingToReproduce(bounty, trainer);
        if (msg.sender == trainer) revert OwnReproduction(bounty, trainer);
        if (rows != info.terms.testRows) revert RowsDiffer(rows, info.terms.testRows);
        if (equal > rows) revert EqualTooHigh(equal, rows);
        if (attested[bounty][trainer][msg.sender]) revert AlreadyAttested(bounty, trainer, msg.sender);

        attested[bounty][trainer][msg.sender] = true;
        Counts storage counted = _counts[bounty][trainer];
        if (equal == rows) ++counted.reproduced;
        else ++counted.differing;
        emit Reproduced(bounty, trainer, msg.sender, equal, rows);
    }

    /// @notice How many said that all rows were equal, and how many that some differ.
    function counts(uint256 bounty, address trainer) external view returns (uint32 reproduced, uint32 differing) {
        Counts memory found = _counts[bounty][trainer];
        return (found.reproduced, found.differing);
    }

    /// @notice The market whose bounties are meant.
    function market() external view returns (address) {
        return address(MARKET);
    }

    /// @dev `Paid` alone does not tell: trainers who never revealed can be paid their stake. The best verified reveal is
    /// the only one that is still known for certain after its trainer was paid.
    function _verified(uint256 bounty, address trainer, address best) private view returns (bool) {
        IBountyMarket.SubmissionState state = MARKET.submission(bounty, trainer).state;
        return state == IBountyMarket.SubmissionState.Verified
            || (state == IBountyMarket.SubmissionState.Paid && trainer == best);
    }
}
