// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IBountyMarket} from "../../bounty/solidity/IBountyMarket.sol";
import {IReproductions} from "./IReproductions.sol";

/// @title The registry of reproductions
/// @notice See IReproductions. It holds no tokens and nobody owns it.
/// @dev Invariants:
/// - An account attests a trainer's model of a bounty at most once, and no attestation is taken back.
/// - `counts` adds up to the number of accounts of which `attested` is true.
contract Reproductions is IReproductions {
    struct Counts {
        uint32 reproduced; // attestations of all rows equal
        uint32 differing; // all others
    }

    IBountyMarket private immutable MARKET;

    mapping(uint256 bounty => mapping(address trainer => Counts)) private _counts;

    /// @inheritdoc IReproductions
    mapping(uint256 bounty => mapping(address trainer => mapping(address by => bool))) public attested;

    /// @param market_ the market whose bounties are meant
    constructor(address market_) {
        MARKET = IBountyMarket(market_);
    }

    /// @inheritdoc IReproductions
    function attest(uint256 bounty, address trainer, uint32 equal, uint32 rows) external {
        IBountyMarket.BountyInfo memory info = MARKET.bounty(bounty);
        if (!MARKET.submission(bounty, trainer).verified) revert NothingToReproduce(bounty, trainer);
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

    /// @inheritdoc IReproductions
    function counts(uint256 bounty, address trainer) external view returns (uint32 reproduced, uint32 differing) {
        Counts memory found = _counts[bounty][trainer];
        return (found.reproduced, found.differing);
    }

    /// @inheritdoc IReproductions
    function market() external view returns (address) {
        return address(MARKET);
    }
}
