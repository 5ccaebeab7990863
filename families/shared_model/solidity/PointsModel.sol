// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {ISharedModel} from "./model/ISharedModel.sol";
import {POINTS} from "./model/IncentiveKinds.sol";
import {RefundingModel} from "./model/RefundingModel.sol";
import {SharedModel} from "./model/SharedModel.sol";

/// @title Points
/// @notice Nothing is paid. A refund claims a point, once a contribution; there is nothing to report.
/// @dev Invariant: no contribution has a deposit, so that the model holds nothing but the balances of those who topped up.
contract PointsModel is RefundingModel {
    /// @param coin_ ModelCoin
    constructor(address coin_) SharedModel(coin_) {}

    function _contribute(bytes calldata sample, uint16 label, uint128) internal override {
        _teachAndRecord(sample, label, 0, _totalsNow());
    }

    /// @inheritdoc ISharedModel
    function report(address, bytes calldata, uint16) external pure {
        revert NothingToReport();
    }

    /// @inheritdoc ISharedModel
    function take(address, bytes calldata, uint16) external pure {
        revert NothingToReport();
    }

    /// @inheritdoc ISharedModel
    function depositNow() external pure returns (uint128) {
        return 0;
    }

    /// @inheritdoc ISharedModel
    function incentive() external pure returns (uint8) {
        return POINTS;
    }
}
