// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Logarithms to base 2 in fixed point with 32 fractional bits, and products that no word holds
/// @dev The same steps as `ml::log2`, so that both agree to the last bit.
library FixedLog {
    uint256 private constant FRACTION_BITS = 32;
    uint256 private constant PRODUCT_BITS = 128;

    /// @notice log2 in units of 2^-32, of 1 to 2^128 - 1.
    function log2(uint256 value) internal pure returns (uint256 log) {
        unchecked {
            uint256 exponent = Math.log2(value);
            // In [2^63, 2^64): the value without its power of two.
            uint256 mantissa = exponent > 63 ? value >> (exponent - 63) : value << (63 - exponent);
            log = exponent << FRACTION_BITS;
            assembly ("memory-safe") {
                for { let place := 31 } 1 {} {
                    // Squaring doubles the logarithm; what passes 2 is its next bit.
                    mantissa := shr(63, mul(mantissa, mantissa))
                    let bit := shr(64, mantissa)
                    mantissa := shr(bit, mantissa)
                    log := or(log, shl(place, bit))
                    if iszero(place) { break }
                    place := sub(place, 1)
                }
            }
        }
    }

    /// @notice mantissa · 2^exponent times a factor below 2^64; what no longer fits 128 bits is cut off.
    function times(uint256 mantissa, uint256 exponent, uint256 factor) internal pure returns (uint256, uint256) {
        unchecked {
            mantissa *= factor;
            uint256 over = mantissa >> PRODUCT_BITS;
            if (over == 0) return (mantissa, exponent);
            uint256 shift = Math.log2(over) + 1;
            return (mantissa >> shift, exponent + shift);
        }
    }

    /// @notice log2 of mantissa · 2^exponent.
    function log2(uint256 mantissa, uint256 exponent) internal pure returns (uint256) {
        unchecked {
            return log2(mantissa) + (exponent << FRACTION_BITS);
        }
    }
}
