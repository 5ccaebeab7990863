// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {ISharedModel} from "./ISharedModel.sol";
import {SharedModel} from "./SharedModel.sol";
import {Account, Record, Totals} from "./Slots.sol";

/// @title Self-assessment: a contributor is vindicated by what the model predicts later
/// @notice What DepositModel and PointsModel share.
/// @dev Invariants: a deposit is refunded at most once, to its contributor, not before the refund wait is over, and only
/// while the model predicts its label; a point is given at most once a contribution, not before two refund waits are
/// over, and only while the model predicts its label. An account has a number from its first point on, and keeps it.
abstract contract RefundingModel is SharedModel {
    /// @inheritdoc ISharedModel
    function refund(bytes calldata sample, uint16 label) external {
        bytes32 key = _keyOf(msg.sender, sample, label);
        Record found = _open(key);
        (uint32 refundWait,,) = _waits();
        uint256 until = uint256(found.recordAt()) + refundWait;
        if (block.timestamp < until) revert TooEarly(until);
        uint80 amount = found.recordLeft();
        // What is known and open has something left: it would be settled otherwise.
        bool known = found.recordKnown();
        bool point = !known && block.timestamp >= until + refundWait;
        if (amount == 0 && !point) revert TooEarly(until + refundWait);
        uint16 predicted = _model().predict(sample);
        if (predicted != label) revert ModelDisagrees(predicted);

        Record changed = found.recordTake(amount);
        _setRecord(key, known || point ? changed.recordSettle() : changed);
        Account mine = _accountOf(msg.sender).accountAdd(amount);
        _setAccount(msg.sender, point ? _point(mine) : mine);
        emit Refunded(msg.sender, key, amount, point);
    }

    /// @dev Adds a point, and with the first one a number, by which records remember who reported them.
    function _point(Account mine) private returns (Account) {
        Totals totals_ = _totalsNow().totalsPoint();
        if (mine.accountNumber() == 0) {
            totals_ = totals_.totalsNumber();
            mine = mine.accountNumbered(totals_.totalsNumbered());
        }
        _setTotals(totals_);
        return mine.accountPoint();
    }
}
