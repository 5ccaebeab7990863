// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {NAIVE_BAYES} from "./ClassifierKinds.sol";
import {FixedLog} from "../lib/FixedLog.sol";
import {IClassifier} from "./IClassifier.sol";
import {Meta, Shape} from "./Layout.sol";
import {SparseClassifier} from "./SparseClassifier.sol";

/// @title Multinomial naive Bayes of listed features, in logarithms
/// @notice The score of a class with n samples, counts c and their sum t is
/// log2 n + log2 Π (c + α) − |x|·log2 (t + α·F), all scaled so that α is whole: a product of likelihoods would be zero
/// after a few features. Every sample is counted.
contract NaiveBayes is SparseClassifier {
    /// @dev In units of which α is given.
    uint256 private constant SCALE = 1e6;

    /// @inheritdoc IClassifier
    function kind() external pure returns (uint8) {
        return NAIVE_BAYES;
    }

    function _isPerceptron() internal pure override returns (bool) {
        return false;
    }

    function _settings() internal pure override returns (uint256, uint256) {
        return (1, 1e9);
    }

    /// @dev Samples (32), sum of counts (40).
    function _headerBits() internal pure override returns (uint256) {
        return 72;
    }

    function _sum(Shape shape, uint256 index, uint256 word, uint256[] memory sums) internal pure override {
        _sumCounts(shape, index, word, sums);
    }

    function _summand(uint256 value) internal pure override returns (uint256) {
        return value;
    }

    function _scores(Shape shape, Meta meta, bytes calldata sample)
        internal
        view
        override
        returns (int256[] memory all)
    {
        unchecked {
            all = new int256[](meta.metaClasses());
            uint256 from;
            uint256 to;
            uint256 alpha = shape.shapeSetting();
            for (uint256 k; k < all.length; ++k) {
                if (k % LANES == 0) (from, to) = _gather(shape, meta, sample, k / LANES);
                uint256 header = _header(meta, k);
                if (uint32(header) == 0) {
                    all[k] = NEVER;
                    continue;
                }
                uint256 denominator = FixedLog.log2((header >> 32) * SCALE + alpha * shape.shapeFeatures());
                all[k] = int256(FixedLog.log2(uint32(header))) + int256(_numerator(from, to, k, alpha))
                    - int256((to - from) / 32 * denominator);
            }
        }
    }

    /// @dev log2 Π (c·A + α). A factor is below 2^44 (a count has 23 bits, A has 20, α has 30) and a product below 2^192
    /// before it, so that nothing overflows; what is beyond 192 bits afterwards loses its last 64.
    function _numerator(uint256 from, uint256 to, uint256 class, uint256 alpha) private pure returns (uint256) {
        unchecked {
            uint256 mantissa = 1;
            uint256 exponent;
            assembly ("memory-safe") {
                let shift := sub(FIRST_LANE, mul(LANE_BITS, mod(class, LANES)))
                for {} lt(from, to) { from := add(from, 0x20) } {
                    let counted := and(shr(shift, mload(from)), LANE_MASK)
                    mantissa := mul(mantissa, add(mul(counted, SCALE), alpha))
                    if shr(192, mantissa) {
                        mantissa := shr(64, mantissa)
                        exponent := add(exponent, 64)
                    }
                }
            }
            return FixedLog.log2(mantissa) + (exponent << FixedLog.FRACTION_BITS);
        }
    }

    function _learn(Shape shape, Meta meta, bytes calldata sample, uint256 label, uint256) internal override {
        unchecked {
            uint256 counted = _shift(shape, meta, sample, label, 1) >> 128;
            _setMeta(_withHeader(meta, label, _withSample(_header(meta, label) + (counted << 32))));
        }
    }
}
