// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {Escrow} from "../lib/Escrow.sol";

/// @title An escrow without rules, for tests
/// @notice Anybody may do anything with it, so that a test can drive every function of Escrow in any order.
contract EscrowSample is Escrow {
    /// @param coin_ the coin that is held
    constructor(address coin_) Escrow(coin_) {}

    /// @notice Takes tokens from the caller.
    /// @param amount in the smallest unit of the coin
    function take(uint256 amount) external nonReentrant {
        _take(amount);
    }

    /// @notice As `take`, with an EIP-2612 permit for exactly `amount`.
    /// @param amount in the smallest unit of the coin
    /// @param permitDeadline last second in which the permit is valid
    /// @param v of the signature
    /// @param r of the signature
    /// @param s of the signature
    function takeWithPermit(uint256 amount, uint256 permitDeadline, uint8 v, bytes32 r, bytes32 s)
        external
        nonReentrant
    {
        _permit(amount, permitDeadline, v, r, s);
        _take(amount);
    }

    /// @notice Owes an account tokens.
    /// @param account who is owed
    /// @param amount in the smallest unit of the coin
    function owe(address account, uint256 amount) external nonReentrant {
        _owe(account, amount);
    }

    /// @notice Sends tokens at once.
    /// @param to who receives them
    /// @param amount in the smallest unit of the coin
    function send(address to, uint256 amount) external nonReentrant {
        _send(to, amount);
    }

    /// @notice Destroys tokens.
    /// @param amount in the smallest unit of the coin
    function burn(uint256 amount) external nonReentrant {
        _burn(amount);
    }
}
