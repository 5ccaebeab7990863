// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

/// @title An ERC-20 token with permits (EIP-2612) whose holders can burn what they have
/// @notice What an escrow asks of its coin. ModelCoin is one.
interface IBurnableCoin is IERC20, IERC20Permit {
    /// @notice Destroys tokens of the caller.
    /// @param value in the smallest unit of the coin
    function burn(uint256 value) external;
}
