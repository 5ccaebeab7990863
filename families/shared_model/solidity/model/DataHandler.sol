// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {ISharedModel} from "./ISharedModel.sol";
import {MOST_IN_RECORD, Record, newRecord} from "./Slots.sol";

/// @title Records of contributions
/// @notice The samples themselves are in the events alone; what is kept is one storage word a contribution, under a
/// key that binds contributor, label and sample. A key is used once and for all, so that no claim on a record can
/// outlive it, and two contributions in one block never collide.
/// @dev Invariants:
/// - A record that was made never becomes empty again; `initial`, `known` and the time never change.
/// - What is left of a deposit only falls, and a settled record never changes.
abstract contract DataHandler is ISharedModel {
    mapping(bytes32 key => Record) private _records;
    /// @dev Who else has taken a share of a record of which something is left; the first one is in the record.
    mapping(bytes32 key => mapping(address who => bool)) private _taken;

    function _keyOf(address contributor, bytes calldata sample, uint16 label) internal pure returns (bytes32) {
        return keccak256(abi.encode(contributor, label, keccak256(sample)));
    }

    /// @dev Records a contribution of now.
    function _addRecord(bytes32 key, uint80 deposit, bool known) internal {
        _records[key] = newRecord(block.timestamp, deposit, known);
    }

    function _unused(bytes32 key) internal view {
        if (Record.unwrap(_records[key]) != 0) revert AlreadyContributed(key);
    }

    /// @dev A record of which something can still be claimed.
    function _open(bytes32 key) internal view returns (Record found) {
        found = _records[key];
        if (Record.unwrap(found) == 0) revert NoSuchContribution(key);
        if (found.recordSettled()) revert AlreadySettled(key);
    }

    function _setRecord(bytes32 key, Record changed) internal {
        _records[key] = changed;
    }

    /// @dev Whether an account has taken a share of this record. Nobody has of one that is whole.
    function _hasTaken(bytes32 key, Record found, address who, uint32 number) internal view returns (bool) {
        if (found.recordLeft() == found.recordInitial()) return false;
        return (number != 0 && found.recordTaker() == number) || _taken[key][who];
    }

    /// @dev Remembers who took a share: the first one in the record itself, which is written anyway.
    function _markTaken(bytes32 key, Record changed, address who, uint32 number) internal returns (Record) {
        if (changed.recordTaker() == 0 && number != 0 && number <= MOST_IN_RECORD) {
            return changed.recordTakenBy(number);
        }
        _taken[key][who] = true;
        return changed;
    }

    function _recordOf(bytes32 key) internal view returns (Record) {
        return _records[key];
    }

    /// @inheritdoc ISharedModel
    function keyOf(address contributor, bytes calldata sample, uint16 label) external pure returns (bytes32) {
        return _keyOf(contributor, sample, label);
    }

    /// @inheritdoc ISharedModel
    function record(bytes32 key) external view virtual returns (RecordInfo memory) {
        return _recordInfo(key);
    }

    function _recordInfo(bytes32 key) internal view returns (RecordInfo memory) {
        Record found = _records[key];
        return RecordInfo({
            madeAt: found.recordAt(),
            initial: found.recordInitial(),
            left: found.recordLeft(),
            reportedAt: uint40(found.recordReportedAt()),
            known: found.recordKnown(),
            settled: found.recordSettled()
        });
    }
}
