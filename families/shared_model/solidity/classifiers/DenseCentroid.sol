// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {DENSE_CENTROID} from "./ClassifierKinds.sol";
import {DenseClassifier} from "./DenseClassifier.sol";
import {IClassifier} from "./IClassifier.sol";
import {Meta, Shape} from "./Layout.sol";

/// @title Nearest centroid of valued features
/// @notice A class is the mean of its samples; the nearest mean wins, scores are minus the squared distances. Every
/// sample moves the mean of its class: c = (c·n + x) / (n + 1), rounded to the nearest, halves away from zero.
contract DenseCentroid is DenseClassifier {
    /// @inheritdoc IClassifier
    function kind() external pure returns (uint8) {
        return DENSE_CENTROID;
    }

    function _isPerceptron() internal pure override returns (bool) {
        return false;
    }

    function _settings() internal pure override returns (uint256, uint256) {
        return (0, 0);
    }

    function _scores(Shape shape, Meta meta, bytes calldata sample)
        internal
        view
        override
        returns (int256[] memory all)
    {
        unchecked {
            _check(shape, sample);
            all = new int256[](meta.metaClasses());
            for (uint256 k; k < all.length; ++k) {
                all[k] = _header(meta, k) == 0 ? NEVER : -int256(_distance(shape, meta, sample, k));
            }
        }
    }

    /// @dev Σ (x − c)². A square is below 2^48, so nothing overflows.
    function _distance(Shape shape, Meta meta, bytes calldata sample, uint256 class)
        private
        view
        returns (uint256 sum)
    {
        unchecked {
            uint256 perVector = _perVector(shape);
            uint256 lastMask = _lastMask(shape);
            uint256 epoch = meta.metaEpoch();
            uint256 slot = WORDS + class * perVector;
            for (uint256 i; i < perVector; ++i) {
                uint256 x = _lanesOf(sample, i, perVector, lastMask);
                uint256 c = _word(slot + i, epoch);
                assembly ("memory-safe") {
                    function square(a, b, shift) -> result {
                        let d := sub(signextend(2, shr(shift, a)), signextend(2, shr(shift, b)))
                        result := mul(d, d)
                    }
                    sum := add(sum, add(square(x, c, 0), square(x, c, 24)))
                    sum := add(sum, add(square(x, c, 48), square(x, c, 72)))
                    sum := add(sum, add(square(x, c, 96), square(x, c, 120)))
                    sum := add(sum, add(square(x, c, 144), square(x, c, 168)))
                    sum := add(sum, add(square(x, c, 192), square(x, c, 216)))
                }
            }
        }
    }

    function _learn(Shape shape, Meta meta, bytes calldata sample, uint256 label, uint256) internal override {
        unchecked {
            uint256 perVector = _perVector(shape);
            uint256 lastMask = _lastMask(shape);
            uint256 epoch = meta.metaEpoch();
            uint256 slot = WORDS + label * perVector;
            uint256 samples = _header(meta, label);
            for (uint256 i; i < perVector; ++i) {
                uint256 moved = _mean(_word(slot + i, epoch), samples, _lanesOf(sample, i, perVector, lastMask));
                _setWord(slot + i, epoch, moved);
            }
            _setMeta(_withHeader(meta, label, _withSample(samples)));
        }
    }

    /// @dev The mean of ten lanes, `c` of them over `samples`, and one more. It lies between both, so it fits a lane.
    function _mean(uint256 c, uint256 samples, uint256 x) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            // Half a divisor away from zero, then division toward zero, in halves: (2·sum ± n) / (2·n).
            function mean(from, with, shift, many, divisor) -> lane {
                let sum := add(mul(signextend(2, shr(shift, from)), many), signextend(2, shr(shift, with)))
                let sign := sar(255, sum)
                let moved := sdiv(add(shl(1, sum), sub(xor(divisor, sign), sign)), shl(1, divisor))
                lane := shl(shift, and(moved, 0xffffff))
            }
            let n := add(samples, 1)
            word := or(mean(c, x, 0, samples, n), mean(c, x, 24, samples, n))
            word := or(word, or(mean(c, x, 48, samples, n), mean(c, x, 72, samples, n)))
            word := or(word, or(mean(c, x, 96, samples, n), mean(c, x, 120, samples, n)))
            word := or(word, or(mean(c, x, 144, samples, n), mean(c, x, 168, samples, n)))
            word := or(word, or(mean(c, x, 192, samples, n), mean(c, x, 216, samples, n)))
        }
    }
}
