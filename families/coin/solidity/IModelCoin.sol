// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title What ModelCoin adds to an ERC-20 token with permits
/// @notice Airdrops on test networks: each address can ask for the same amount, once, while the pool lasts.
///
/// All amounts are in the smallest unit of ModelCoin (10^-18 MDC).
interface IModelCoin {
    /// @notice An address receives one airdrop.
    /// @param account who has had it
    error AlreadyAirdropped(address account);

    /// @notice The pool holds less than one airdrop; on a network that is no test network it is empty from the start.
    error AirdropPoolEmpty();

    /// @notice Sends the caller 1,000 MDC, once per address, while the pool lasts.
    function airdrop() external;

    /// @notice Whether an address has had its airdrop.
    /// @param account whose airdrop is asked for
    /// @return had true from the call of `airdrop` on
    function airdropped(address account) external view returns (bool had);
}
