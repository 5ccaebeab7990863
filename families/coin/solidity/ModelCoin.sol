// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

import {IModelCoin} from "./IModelCoin.sol";

/// @title ModelCoin, the token of ModelMarket
/// @notice 1,000,000 MDC exist from the start and no more are ever made: half belongs to the deployer, half waits
/// in this contract for airdrops. Nobody has power over anybody else's tokens.
/// @dev Invariants:
/// - All balances together are the total supply: SUPPLY less what holders have burned.
/// - This contract's own tokens leave it by `airdrop` alone, AIRDROP at a time and once to an address.
contract ModelCoin is IModelCoin, ERC20, ERC20Permit, ERC20Burnable {
    /// @notice Everything there is, 10^-18 MDC.
    uint256 public constant SUPPLY = 1_000_000 ether;
    /// @notice What is kept for airdrops, 10^-18 MDC: enough for 500 people.
    uint256 public constant AIRDROP_POOL = 500_000 ether;
    /// @notice What one address receives, 10^-18 MDC.
    uint256 public constant AIRDROP = 1_000 ether;

    /// @inheritdoc IModelCoin
    mapping(address account => bool) public airdropped;

    constructor() ERC20("ModelCoin", "MDC") ERC20Permit("ModelCoin") {
        _mint(msg.sender, SUPPLY - AIRDROP_POOL);
        _mint(address(this), AIRDROP_POOL);
    }

    /// @inheritdoc IModelCoin
    function airdrop() external {
        if (airdropped[msg.sender]) revert AlreadyAirdropped(msg.sender);
        if (balanceOf(address(this)) < AIRDROP) revert AirdropPoolEmpty();
        airdropped[msg.sender] = true;
        _transfer(address(this), msg.sender, AIRDROP);
    }
}
