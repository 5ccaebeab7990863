// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

/// @title A contract that holds tokens for others
/// @notice What an account is owed stays in the contract until somebody collects it for that account, so that a
/// payment to one account can never stop a payment to another.
///
/// All amounts are in the smallest unit of the coin (ModelCoin: 10^-18 MDC).
interface IEscrow is IERC20Errors {
    /// @notice The contract owes an account more than before.
    /// @param account who is owed
    /// @param amount what is added to what the account is owed
    event Owed(address indexed account, uint256 amount);

    /// @notice The contract has paid all that it owed an account.
    /// @param account who is paid
    /// @param amount what the account receives
    event Collected(address indexed account, uint256 amount);

    /// @notice There is nothing to collect for this account.
    /// @param account who is owed nothing
    error NothingOwed(address account);

    /// @notice The call would leave the contract with fewer tokens than it owes.
    /// @param held tokens that the contract would hold
    /// @param needed tokens that it would owe, to all accounts together
    error NotCovered(uint256 held, uint256 needed);

    /// @notice Pays an account all that it is owed. Anyone may call it.
    /// @param account who is paid
    /// @return amount what the account receives
    function collectOwed(address account) external returns (uint256 amount);

    /// @notice The coin that is held.
    /// @return address of the coin
    function coin() external view returns (address);

    /// @notice What `collectOwed` would pay an account now.
    /// @param account who is owed
    /// @return amount owed, 0 where nothing is
    function owed(address account) external view returns (uint256);

    /// @notice What all accounts together are owed: the least that the contract holds.
    /// @return sum of `owed` over all accounts
    function totalOwed() external view returns (uint256);
}
