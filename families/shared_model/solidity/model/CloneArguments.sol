// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title What a shared model's clone carries in its code and never changes
/// @notice classifier (20 bytes) ‖ creation time (5) ‖ owner (20) ‖ cost weight (16) ‖ refund wait (4) ‖
/// owner's wait (4) ‖ longest wait (4), behind the 45 bytes of OpenZeppelin's clone with immutable arguments.
/// @dev Invariant: none of these can change, since code cannot.
///
/// Reading code that is running costs 100 gas; a storage word would cost 2,100, and 22,100 to write.
abstract contract CloneArguments {
    /// @dev Where OpenZeppelin's clone keeps its immutable arguments.
    uint256 private constant ARGUMENTS_OFFSET = 45;
    /// @dev Where among the arguments each word that is read begins; a word has 32 bytes.
    uint256 private constant CLASSIFIER_AND_TIME = 0;
    uint256 private constant OWNER = 25;
    uint256 private constant COST_WEIGHT_AND_WAITS = 45;

    function _classifier() internal view returns (address) {
        return address(uint160(_argument(CLASSIFIER_AND_TIME) >> 96));
    }

    function _createdAt() internal view returns (uint40) {
        return uint40(_argument(CLASSIFIER_AND_TIME) >> 56);
    }

    function _owner() internal view returns (address) {
        return address(uint160(_argument(OWNER) >> 96));
    }

    function _costWeight() internal view returns (uint128) {
        return uint128(_argument(COST_WEIGHT_AND_WAITS) >> 128);
    }

    function _waits() internal view returns (uint32 refundWait, uint32 ownerWait, uint32 anyWait) {
        uint256 word = _argument(COST_WEIGHT_AND_WAITS);
        return (uint32(word >> 96), uint32(word >> 64), uint32(word >> 32));
    }

    /// @dev 32 bytes from an offset on; what is behind the end reads as zero.
    function _argument(uint256 offset) private view returns (uint256 word) {
        assembly ("memory-safe") {
            extcodecopy(address(), 0x00, add(ARGUMENTS_OFFSET, offset), 0x20)
            word := mload(0x00)
        }
    }
}
