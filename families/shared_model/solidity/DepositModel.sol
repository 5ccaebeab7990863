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
/// - Of each deposit there is paid out, by refunds and takers together, exactly what was paid in.
/// - Nobody takes of a deposit unless the model disagreed with the contribution twice: when it was reported, and at least
///   a refund wait later. In between its contributor can have it back whenever the model agrees.
/// - An account with points takes one share of it.
///
/// A report belongs to nobody. Who reports first gains nothing by it, who stays silent after a report leaves the deposit
/// to others, and nobody can put off a report that counts by making it again.
contract DepositModel is RefundingModel {
    /// @dev Refund waits for which a report counts. One that counted for ever could be made once, at a moment when the
    /// model happens to disagree, and be used years later with a single lesson.
    uint256 private constant REPORT_WAITS = 3;
    /// @dev Refund waits after a report from which on anyone takes: owner and whoever has points come first, so that a
    /// contributor's second address has a bad deposit back only where all of them have let it lie.
    uint256 private constant ANYONES_WAITS = 2;

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
        (bytes32 key, Record found) = _takeable(contributor, sample, label);
        (uint32 refundWait,, uint32 anyWait) = _waits();
        uint256 madeAt = found.recordAt();
        if (block.timestamp < madeAt + refundWait) revert TooEarly(madeAt + refundWait);
        uint256 until = _countsUntil(found, refundWait);
        if (block.timestamp < until) revert AlreadyReported(key, until);
        if (block.timestamp < madeAt + anyWait && msg.sender != _owner() && _accountOf(msg.sender).accountGood() == 0) {
            revert NoPoints(msg.sender);
        }
        _demandDisagreement(sample, label);
        _setRecord(key, found.recordReport(block.timestamp));
        emit Reported(msg.sender, key, contributor);
    }

    /// @inheritdoc ISharedModel
    function take(address contributor, bytes calldata sample, uint16 label) external {
        (bytes32 key, Record found) = _takeable(contributor, sample, label);
        Account mine = _accountOf(msg.sender);
        (uint80 amount, uint8 path) = _claim(key, found, mine);
        _demandDisagreement(sample, label);

        Record changed = found.recordTake(amount);
        // A settled record is taken of no more, so that nobody needs to be remembered.
        changed = changed.recordLeft() == 0
            ? changed.recordSettle()
            : _markTaken(key, changed, msg.sender, mine.accountNumber());
        _setRecord(key, changed);
        _setAccount(msg.sender, mine.accountAdd(amount));
        emit Taken(msg.sender, key, contributor, amount, path);
    }

    /// @dev A record of somebody else's of which something is left.
    function _takeable(address contributor, bytes calldata sample, uint16 label)
        private
        view
        returns (bytes32 key, Record found)
    {
        key = _keyOf(contributor, sample, label);
        found = _open(key);
        if (msg.sender == contributor) revert OwnContribution(key);
        // Its contributor has it back, and waits for the point.
        if (found.recordLeft() == 0) revert AlreadySettled(key);
    }

    /// @dev When the last report of a record ends to count; long ago where there is none.
    function _countsUntil(Record found, uint256 refundWait) private pure returns (uint256) {
        return found.recordReportedAt() + REPORT_WAITS * refundWait;
    }

    /// @dev What the caller may take of a record now, and by which way, if the model disagrees.
    function _claim(bytes32 key, Record found, Account mine) private view returns (uint80 amount, uint8 path) {
        (uint32 refundWait, uint32 ownerWait, uint32 anyWait) = _waits();
        uint256 reportedAt = found.recordReportedAt();
        if (block.timestamp >= _countsUntil(found, refundWait)) revert NotReported(key);
        if (block.timestamp < reportedAt + refundWait) revert TooEarly(reportedAt + refundWait);
        uint256 age = block.timestamp - found.recordAt();
        uint80 left = found.recordLeft();
        if (age >= ownerWait && msg.sender == _owner()) return (left, BY_OWNER);
        uint256 anyones = reportedAt + ANYONES_WAITS * refundWait;
        if (age >= anyWait && block.timestamp >= anyones) return (left, BY_ANYONE);
        uint256 good = mine.accountGood();
        if (good == 0) {
            if (age >= anyWait) revert TooEarly(anyones);
            revert NoPoints(msg.sender);
        }
        if (_hasTaken(key, found, msg.sender, mine.accountNumber())) revert AlreadyTaken(key, msg.sender);
        uint256 share = (uint256(found.recordInitial()) * good) / _totalsNow().totalsGood();
        // `share` is at most the initial deposit, since nobody has more than all points.
        return (share == 0 || share > left ? left : uint80(share), BY_POINTS);
    }

    function _demandDisagreement(bytes calldata sample, uint16 label) private view {
        if (_model().predict(sample) == label) revert ModelAgrees(label);
    }

    /// @inheritdoc ISharedModel
    function depositNow() external view returns (uint128) {
        return _cost(_totalsNow());
    }

    /// @dev cost weight * DEPOSIT_FACTOR / max(1, floor of the square root of the seconds since the last contribution
    /// that the model did not know)
    function _cost(Totals totals_) private view returns (uint128) {
        uint256 root = Math.sqrt(block.timestamp - _lastOf(totals_));
        return uint128((uint256(_costWeight()) * DEPOSIT_FACTOR) / (root == 0 ? 1 : root));
    }

    /// @inheritdoc ISharedModel
    function incentive() external pure returns (uint8) {
        return DEPOSIT;
    }
}
