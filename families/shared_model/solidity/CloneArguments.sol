// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title What a shared model's clone carries in its code and never changes
/// @notice classifier (20 bytes) ‖ creation time (5) ‖ owner (20) ‖ cost weight (16) ‖ refund wait (4) ‖
/// owner's wait (4) ‖ longest wait (4), behind the 45 bytes of OpenZeppelin's clone with immutable arguments.
/// @dev Reading code that is running costs 100 gas; a storage word would cost 2,100, and 22,100 to write.
abstract contract CloneArguments {
    uint256 internal constant ARGUMENTS_LENGTH = 73;

    function _classifier() internal view returns (address) {
        return address(uint160(_argument(0) >> 96));
    }

    function _createdAt() internal view returns (uint40) {
        return uint40(_argument(0) >> 56);
    }

    function _owner() internal view returns (address) {
        return address(uint160(_argument(25) >> 96));
    }

    function _costWeight() internal view returns (uint128) {
        return uint128(_argument(45) >> 128);
    }

    function _waits() internal view returns (uint32 refundWait, uint32 ownerWait, uint32 anyWait) {
        uint256 word = _argument(45);
        return (uint32(word >> 96), uint32(word >> 64), uint32(word >> 32));
    }

    /// @dev 32 bytes from an offset on; what is behind the end reads as zero.
    function _argument(uint256 offset) private view returns (uint256 word) {
        assembly ("memory-safe") {
            extcodecopy(address(), 0x00, add(0x2d, offset), 0x20)
            word := mload(0x00)
        }
    }
}
