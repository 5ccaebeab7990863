// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Logarithms to base 2 in fixed point with 32 fractional bits
/// @dev The same steps as `shared_model::learn::log2`, so that both agree to the last bit.
library FixedLog {
    uint256 internal constant FRACTION_BITS = 32;

    /// @notice log2 in units of 2^-32, rounded down, of a number that is not 0.
    function log2(uint256 value) internal pure returns (uint256 log) {
        unchecked {
            log = Math.log2(value);
            // In [2^63, 2^64): the value without its power of two.
            uint256 mantissa = log > 63 ? value >> (log - 63) : value << (63 - log);
            assembly ("memory-safe") {
                for { let rounds := 4 } rounds { rounds := sub(rounds, 1) } {
                    // Squaring doubles the logarithm; what passes 2, at bit 127 of the square, is its next bit. Eight
                    // times in a row, since the loop around it costs as much as the step.
                    let bit
                    mantissa := mul(mantissa, mantissa)
                    bit := shr(127, mantissa)
                    mantissa := shr(add(63, bit), mantissa)
                    log := or(shl(1, log), bit)
                    mantissa := mul(mantissa, mantissa)
                    bit := shr(127, mantissa)
                    mantissa := shr(add(63, bit), mantissa)
                    log := or(shl(1, log), bit)
                    mantissa := mul(mantissa, mantissa)
                    bit := shr(127, mantissa)
                    mantissa := shr(add(63, bit), mantissa)
                    log := or(shl(1, log), bit)
                    mantissa := mul(mantissa, mantissa)
                    bit := shr(127, mantissa)
                    mantissa := shr(add(63, bit), mantissa)
                    log := or(shl(1, log), bit)
                    mantissa := mul(mantissa, mantissa)
                    bit := shr(127, mantissa)
                    mantissa := shr(add(63, bit), mantissa)
                    log := or(shl(1, log), bit)
                    mantissa := mul(mantissa, mantissa)
                    bit := shr(127, mantissa)
                    mantissa := shr(add(63, bit), mantissa)
                    log := or(shl(1, log), bit)
                    mantissa := mul(mantissa, mantissa)
                    bit := shr(127, mantissa)
                    mantissa := shr(add(63, bit), mantissa)
                    log := or(shl(1, log), bit)
                    mantissa := mul(mantissa, mantissa)
                    bit := shr(127, mantissa)
                    mantissa := shr(add(63, bit), mantissa)
                    log := or(shl(1, log), bit)
                }
            }
        }
    }
}
