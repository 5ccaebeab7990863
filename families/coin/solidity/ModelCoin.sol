// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

import {IModelCoin} from "./IModelCoin.sol";

/// @title ModelCoin, the token of ModelMarket
/// @notice 1,000,000 MDC exist from the start and no more are ever made. On test networks half of it belongs to the
/// deployer and half waits in this contract for airdrops. Elsewhere there is no airdrop, since one person with many
/// addresses would take it all, and the deployer has everything. Nobody has power over anybody else's tokens.
/// @dev Invariants:
/// - All balances together are the total supply: SUPPLY less what holders have burned.
/// - This contract's own tokens leave it by `airdrop` alone, AIRDROP at a time and once to an address.
contract ModelCoin is IModelCoin, ERC20, ERC20Permit, ERC20Burnable {
    /// @notice Everything there is, 10^-18 MDC.
    uint256 public constant SUPPLY = 1_000_000 ether;
    /// @notice What is kept for airdrops on a test network, 10^-18 MDC: enough for 500 addresses.
    uint256 public constant AIRDROP_POOL = 500_000 ether;
    /// @notice What one address receives, 10^-18 MDC.
    uint256 public constant AIRDROP = 1_000 ether;

    /// @inheritdoc IModelCoin
    mapping(address account => bool) public airdropped;

    constructor() ERC20("ModelCoin", "MDC") ERC20Permit("ModelCoin") {
        uint256 pool = _isTestNetwork(block.chainid) ? AIRDROP_POOL : 0;
        _mint(msg.sender, SUPPLY - pool);
        if (pool > 0) _mint(address(this), pool);
    }

    /// @inheritdoc IModelCoin
    function airdrop() external {
        if (airdropped[msg.sender]) revert AlreadyAirdropped(msg.sender);
        if (balanceOf(address(this)) < AIRDROP) revert AirdropPoolEmpty();
        airdropped[msg.sender] = true;
        _transfer(address(this), msg.sender, AIRDROP);
    }

    /// Networks whose money is worth nothing. The chain decides, not an argument, so that the creation bytecode and
    /// with it the address by CREATE2 is the same everywhere.
    function _isTestNetwork(uint256 chain) private pure returns (bool) {
        return chain == 31_337 // development
            || chain == 11_155_111 // Sepolia
            || chain == 560_048 // Hoodi
            || chain == 84_532 // Base Sepolia
            || chain == 11_155_420 // OP Sepolia
            || chain == 421_614; // Arbitrum Sepolia
    }
}
