// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {SPARSE_CENTROID} from "./ClassifierKinds.sol";
import {IClassifier} from "./IClassifier.sol";
import {Meta, Shape} from "./Layout.sol";
import {SparseClassifier} from "./SparseClassifier.sol";

/// @title Nearest centroid of listed features
/// @notice The mean of a feature in a class is its count by the samples, c/n. With D = Σ c over the listed features and
/// q = Σ c² over all, the squared distance is |x| + (q − 2·n·D)/n²; |x| is the same for every class and left out of the
/// score, which is minus the rest in units of 2^-32. Every sample is counted.
contract SparseCentroid is SparseClassifier {
    /// @inheritdoc IClassifier
    function kind() external pure returns (uint8) {
        return SPARSE_CENTROID;
    }

    function _isPerceptron() internal pure override returns (bool) {
        return false;
    }

    function _settings() internal pure override returns (uint256, uint256) {
        return (0, 0);
    }

    /// @dev Samples (32), Σ c² (64).
    function _headerBits() internal pure override returns (uint256) {
        return 96;
    }

    function _sum(Shape shape, uint256 index, uint256 word, uint256[] memory sums) internal pure override {
        _sumCounts(shape, index, word, sums);
    }

    function _summand(uint256 value) internal pure override returns (uint256) {
        unchecked {
            return value * value;
        }
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
            for (uint256 k; k < all.length; ++k) {
                if (k % LANES == 0) (from, to) = _gather(shape, meta, sample, k / LANES);
                uint256 header = _header(meta, k);
                int256 samples = int256(uint256(uint32(header)));
                if (samples == 0) {
                    all[k] = NEVER;
                    continue;
                }
                int256 sum = _total(from, to, k);
                // q is below 2^63 and n·D below 2^65; division is toward zero.
                all[k] = -(((int256(header >> 32) - 2 * samples * sum) << 32) / (samples * samples));
            }
        }
    }

    function _learn(Shape shape, Meta meta, bytes calldata sample, uint256 label, uint256) internal override {
        unchecked {
            uint256 tally = _shift(shape, meta, sample, label, 1);
            // Σ (c + 1)² − c²
            uint256 header = _header(meta, label) + ((2 * uint256(uint128(tally)) + (tally >> 128)) << 32);
            _setMeta(_withHeader(meta, label, _withSample(header)));
        }
    }
}
