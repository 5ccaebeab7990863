// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {ISharedModel} from "./model/ISharedModel.sol";
import {DEPOSIT, DEPOSIT_FACTOR} from "./model/IncentiveKinds.sol";
import {RefundingModel} from "./model/RefundingModel.sol";
import {SharedModel} from "./model/SharedModel.sol";
import {Account, Record, Totals} from "./model/Slots.sol";

/// @title Deposit, refund, take
/// @notice A contribution is made under a deposit that is the higher the more often the model is taught. The
/// contributor gets it back once the model agrees; others take it if the model does not.
/// @dev Invariants:
/// - Of each deposit there is paid out, by refund and reports together, exactly what was paid in.
/// - Before the longest wait is over nobody takes a deposit while the model agrees with the contribution, and an account
///   with points takes one share of it.
contract DepositModel is RefundingModel {
    // Ways of taking a deposit, as `Reported` names them.
    uint8 private constant BY_OWNER = 0;
    uint8 private constant BY_ANYONE = 1;
    uint8 private constant BY_POINTS = 2;

    /// @param coin_ ModelCoin
    constructor(address coin_) SharedModel(coin_) {}

    function _contribute(bytes calldata sample, uint16 label, uint128 maxDeposit) internal override {
        Totals totals_ = _totalsNow();
        uint128 cost = _cost(totals_);
        if (cost > maxDeposit) revert DepositTooHigh(cost, maxDeposit);
        _teachAndRecord(sample, label, cost, totals_);
    }

    /// @inheritdoc ISharedModel
    function report(address contributor, bytes calldata sample, uint16 label) external {
        bytes32 key = _keyOf(contributor, sample, label);
        Record found = _open(key);
        if (msg.sender == contributor) revert OwnContribution(key);
        Account mine = _accountOf(msg.sender);
        (uint88 amount, uint8 path) = _claim(key, found, mine, sample, label);

        Record changed = found.recordTake(amount);
        // A settled record takes no more reports, so that nobody needs to be remembered.
        if (!changed.recordSettled()) changed = _markReported(key, changed, msg.sender, mine.accountNumber());
        _setRecord(key, changed);
        _setAccount(msg.sender, mine.accountAdd(amount));
        emit Reported(msg.sender, key, contributor, amount, path);
    }

    /// @dev What the caller may take of a record now, and by which way.
    function _claim(bytes32 key, Record found, Account mine, bytes calldata sample, uint16 label)
        private
        view
        returns (uint88 amount, uint8 path)
    {
        (uint32 refundWait, uint32 ownerWait, uint32 anyWait) = _waits();
        uint256 age = block.timestamp - found.recordAt();
        uint88 left = found.recordLeft();
        if (age >= anyWait) return (left, BY_ANYONE);
        if (age < refundWait) revert TooEarly(uint256(found.recordAt()) + refundWait);
        if (age >= ownerWait && msg.sender == _owner()) {
            _demandDisagreement(sample, label);
            return (left, BY_OWNER);
        }
        uint256 good = mine.accountGood();
        if (good == 0) revert NoPoints(msg.sender);
        if (_hasReported(key, found, msg.sender, mine.accountNumber())) revert AlreadyReported(key, msg.sender);
        _demandDisagreement(sample, label);
        uint256 share = (uint256(found.recordInitial()) * good) / _totalsNow().totalsGood();
        // `share` is at most the initial deposit, since nobody has more than all points.
        return (share == 0 || share > left ? left : uint88(share), BY_POINTS);
    }

    function _demandDisagreement(bytes calldata sample, uint16 label) private view {
        if (_model().predict(sample) == label) revert ModelAgrees(label);
    }

    /// @inheritdoc ISharedModel
    function depositNow() external view returns (uint128) {
        return _cost(_totalsNow());
    }

    /// @dev cost weight * DEPOSIT_FACTOR / max(1, floor of the square root of the seconds since the last contribution)
    function _cost(Totals totals_) private view returns (uint128) {
        uint256 root = Math.sqrt(block.timestamp - _lastOf(totals_));
        return uint128((uint256(_costWeight()) * DEPOSIT_FACTOR) / (root == 0 ? 1 : root));
    }

    /// @inheritdoc ISharedModel
    function incentive() external pure returns (uint8) {
        return DEPOSIT;
    }
}
