// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {IBurnableCoin} from "./IBurnableCoin.sol";
import {IEscrow} from "./IEscrow.sol";

/// @title Escrow: how a contract takes, keeps, pays and burns tokens
/// @notice See IEscrow. A contract that inherits this decides who is owed what; it moves tokens only by the functions
/// below.
/// @dev Invariants:
/// - `totalOwed()` is the sum of `owed(account)` over all accounts.
/// - The contract holds at least `totalOwed()` after every call, whatever the rules of the contract that inherits this,
///   and also where a coin takes a fee or pretends to move tokens: each function that lowers what is held or raises what
///   is owed compares both as its last act, and reverts with NotCovered. (A coin that takes tokens away outside of a
///   call to it is beyond any contract.)
/// - Tokens beyond `totalOwed()` are the inheriting contract's to account for: `_take` adds to them, `_owe`, `_send` and
///   `_burn` take from them.
/// - Tokens are only ever taken from the caller, so that nobody's allowance serves anyone else.
///
/// What an inheriting contract does: mark each external function that calls one of these `nonReentrant`, write all its
/// own state first, and pay by `_owe` whoever is not the caller.
abstract contract Escrow is IEscrow, ReentrancyGuardTransient {
    using SafeERC20 for IBurnableCoin;

    // ---------------------------------------------------------------- storage

    IBurnableCoin private immutable COIN;

    mapping(address account => uint256) private _owed;
    uint256 private _totalOwed;

    /// @param coin_ the only coin that is ever held
    constructor(address coin_) {
        COIN = IBurnableCoin(coin_);
    }

    // ---------------------------------------------------------------- for anyone

    /// @inheritdoc IEscrow
    function collectOwed(address account) external nonReentrant returns (uint256 amount) {
        amount = _owed[account];
        if (amount == 0) revert NothingOwed(account);

        _owed[account] = 0;
        _totalOwed -= amount;
        emit Collected(account, amount);
        COIN.safeTransfer(account, amount);
        _checkCovered();
    }

    // ---------------------------------------------------------------- for the inheriting contract

    /// @dev Lets this contract take `value` from the caller by the caller's signature (EIP-2612). A permit that fails is
    /// passed over: anyone may have sent the same one before, to make this call fail, and then the allowance is there;
    /// where it is not, `_take` reverts.
    function _permit(uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s) internal {
        try COIN.permit(msg.sender, address(this), value, deadline, v, r, s) {} catch {}
    }

    /// @dev Takes tokens from the caller, by allowance.
    function _take(uint256 amount) internal {
        if (amount > 0) COIN.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @dev Books tokens that the contract holds as owed to an account, which is paid when somebody collects them.
    function _owe(address account, uint256 amount) internal {
        if (amount == 0) return;
        _owed[account] += amount;
        _totalOwed += amount;
        emit Owed(account, amount);
        _checkCovered();
    }

    /// @dev Sends tokens at once. A receiver that the coin refuses makes the whole call fail, so `to` is the caller.
    function _send(address to, uint256 amount) internal {
        if (amount == 0) return;
        COIN.safeTransfer(to, amount);
        _checkCovered();
    }

    /// @dev Destroys tokens, which is how a penalty is kept from everybody.
    function _burn(uint256 amount) internal {
        if (amount == 0) return;
        COIN.burn(amount);
        _checkCovered();
    }

    // ---------------------------------------------------------------- reading

    /// @inheritdoc IEscrow
    function coin() external view returns (address) {
        return address(COIN);
    }

    /// @inheritdoc IEscrow
    function owed(address account) external view returns (uint256) {
        return _owed[account];
    }

    /// @inheritdoc IEscrow
    function totalOwed() external view returns (uint256) {
        return _totalOwed;
    }

    // ---------------------------------------------------------------- rules

    function _checkCovered() private view {
        uint256 held = COIN.balanceOf(address(this));
        if (held < _totalOwed) revert NotCovered(held, _totalOwed);
    }
}
