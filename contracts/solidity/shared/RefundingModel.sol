// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {ISharedModel} from "./ISharedModel.sol";
import {SharedModel} from "./SharedModel.sol";
import {Account, Record} from "./Slots.sol";

/// @title Self-assessment: a contributor is vindicated by what the model predicts later
/// @notice What DepositModel and PointsModel share.
abstract contract RefundingModel is SharedModel {
    /// @inheritdoc ISharedModel
    function refund(bytes calldata sample, uint16 label) external {
        bytes32 key = _keyOf(msg.sender, sample, label);
        Record found = _open(key);
        (uint32 refundWait,,) = _waits();
        uint256 until = uint256(found.recordAt()) + refundWait;
        if (block.timestamp < until) revert TooEarly(until);
        uint16 predicted = _model().predict(sample);
        if (predicted != label) revert ModelDisagrees(predicted);

        uint88 amount = found.recordLeft();
        bool point = !found.recordKnown();
        _setRecord(key, found.recordTake(amount));
        if (point || amount > 0) {
            Account mine = _accountOf(msg.sender).accountAdd(amount);
            _setAccount(msg.sender, point ? mine.accountPoint() : mine);
        }
        if (point) _setTotals(_totalsNow().totalsPoint());
        emit Refunded(msg.sender, key, amount, point);
    }
}
