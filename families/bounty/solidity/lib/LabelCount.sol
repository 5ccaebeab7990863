// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title Counting equal labels a word at a time
/// @notice Labels are packed in lanes of 1, 2, 4 or 8 bits, first label in the highest bits. A word of 32 bytes holds
/// 256 to 32 of them: XOR two words, fold each lane to one bit that says "different", and count those bits.
library LabelCount {
    uint256 private constant EVERY_2ND = type(uint256).max / 0x3;
    uint256 private constant EVERY_4TH = type(uint256).max / 0xf;
    uint256 private constant EVERY_8TH = type(uint256).max / 0xff;
    uint256 private constant EVERY_16TH = type(uint256).max / 0xffff;

    /// @notice Bits of a label: the least of 1, 2, 4, 8 that holds `classes` different values.
    function laneBits(uint256 classes) internal pure returns (uint256) {
        if (classes <= 2) return 1;
        if (classes <= 4) return 2;
        if (classes <= 16) return 4;
        return 8;
    }

    /// @notice Bytes of `rows` packed labels.
    function packedLength(uint256 rows, uint256 classes) internal pure returns (uint256) {
        return (rows * laneBits(classes) + 7) / 8;
    }

    /// @notice Number of equal labels among the first `rows` of two packed arrays. What lies behind them, padding or
    /// other call data, is never counted.
    /// @dev The caller has checked that both arrays are `packedLength` long.
    function equalLabels(bytes calldata a, bytes calldata b, uint256 rows, uint256 classes)
        internal
        pure
        returns (uint256)
    {
        uint256 lane = laneBits(classes);
        unchecked {
            uint256 perWord = 256 / lane;
            uint256 full = rows / perWord;
            uint256 rest = rows % perWord;
            uint256 different;
            for (uint256 i; i < full; ++i) {
                different += _countLanes(_word(a, i) ^ _word(b, i), lane);
            }
            // Shifting the labels of the last word down drops everything behind them and keeps the lanes aligned.
            if (rest > 0) {
                different += _countLanes((_word(a, full) ^ _word(b, full)) >> (256 - rest * lane), lane);
            }
            return rows - different;
        }
    }

    /// @notice Number of labels among the first `rows` of a packed array that name none of `classes` classes.
    /// @dev The caller has checked that the array is `packedLength` long.
    function beyond(bytes calldata labels, uint256 rows, uint256 classes) internal pure returns (uint256 count) {
        uint256 lane = laneBits(classes);
        // Every pattern of the bits is a class.
        if (classes == 1 << lane) return 0;
        unchecked {
            uint256 perWord = 256 / lane;
            uint256 full = rows / perWord;
            uint256 rest = rows % perWord;
            for (uint256 i; i < full; ++i) {
                count += _lanesFrom(_word(labels, i), lane, classes);
            }
            if (rest > 0) count += _lanesFrom(_word(labels, full) >> (256 - rest * lane), lane, classes);
        }
    }

    /// @dev Number of lanes that hold `least` or more.
    function _lanesFrom(uint256 x, uint256 lane, uint256 least) private pure returns (uint256) {
        unchecked {
            // Every other lane gets the room of two, so that what is added carries into the free one exactly where the
            // lane holds `least` or more.
            uint256 everyOther = type(uint256).max / ((1 << (2 * lane)) - 1);
            uint256 lanes = everyOther * ((1 << lane) - 1);
            uint256 add = everyOther * ((1 << lane) - least);
            uint256 carries = (((x & lanes) + add) >> lane) & everyOther;
            carries += ((((x >> lane) & lanes) + add) >> lane) & everyOther;
            // Each pair of lanes says 0 to 2. A multiplication adds the pairs up in the highest one, which holds the sum
            // (64 at most) where a pair has 8 bits or more; pairs of 4 bits become bytes before.
            if (lane == 2) {
                carries = (carries & (EVERY_8TH * 0xf)) + ((carries >> 4) & (EVERY_8TH * 0xf));
                return (carries * EVERY_8TH) >> 248;
            }
            return (carries * everyOther) >> (256 - 2 * lane);
        }
    }

    /// @dev The i-th 32 bytes; past the end it reads whatever follows in the call data.
    function _word(bytes calldata data, uint256 i) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(add(data.offset, shl(5, i)))
        }
    }

    /// @dev Number of lanes that are not zero.
    function _countLanes(uint256 x, uint256 lane) private pure returns (uint256) {
        unchecked {
            // The lowest bit of each lane becomes the OR of its lane; what crosses lanes stays above that bit.
            if (lane == 8) x = _fold8(x);
            else if (lane == 4) x = _fold4(x);
            else if (lane == 2) x = (x | (x >> 1)) & EVERY_2ND;
            // Count bits: in pairs, nibbles, bytes, 16-bit groups; then add the 16 groups by a multiplication.
            x = (x & EVERY_2ND) + ((x >> 1) & EVERY_2ND);
            x = (x & (EVERY_4TH * 3)) + ((x >> 2) & (EVERY_4TH * 3));
            x = (x + (x >> 4)) & (EVERY_8TH * 0xf);
            x = (x & (EVERY_16TH * 0xff)) + ((x >> 8) & (EVERY_16TH * 0xff));
            return (x * EVERY_16TH) >> 240;
        }
    }

    function _fold4(uint256 x) private pure returns (uint256) {
        x |= x >> 1;
        x |= x >> 2;
        return x & EVERY_4TH;
    }

    function _fold8(uint256 x) private pure returns (uint256) {
        x |= x >> 1;
        x |= x >> 2;
        x |= x >> 4;
        return x & EVERY_8TH;
    }
}
