// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {DENSE_PERCEPTRON} from "./ClassifierKinds.sol";
import {DenseClassifier} from "./DenseClassifier.sol";
import {IClassifier} from "./IClassifier.sol";
import {Meta, Shape} from "./Layout.sol";

/// @title Perceptron of valued features
/// @notice Made for two classes it has one vector: class 1 if bias + Σ w·x > 0, else 0; scores are minus and plus that
/// margin. Otherwise a vector a class, and the highest bias + Σ w·x wins. It learns from its mistakes only, by steps
/// of rate·x, rounded toward zero.
contract DensePerceptron is DenseClassifier {
    /// @inheritdoc IClassifier
    function kind() external pure returns (uint8) {
        return DENSE_PERCEPTRON;
    }

    function _isPerceptron() internal pure override returns (bool) {
        return true;
    }

    function _settings() internal pure override returns (uint256, uint256) {
        return (1, 8_000_000);
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
            if (_isBinary(shape)) {
                int256 margin = _product(shape, meta, sample, 0);
                (all[0], all[1]) = (-margin, margin);
                return all;
            }
            for (uint256 k; k < all.length; ++k) {
                all[k] = _product(shape, meta, sample, k);
            }
        }
    }

    function _predict(Shape shape, Meta meta, bytes calldata sample) internal view override returns (uint256) {
        if (!_isBinary(shape)) return _best(_scores(shape, meta, sample));
        _check(shape, sample);
        return _product(shape, meta, sample, 0) > 0 ? 1 : 0;
    }

    /// @dev bias·1.0 + Σ w·x
    function _product(Shape shape, Meta meta, bytes calldata sample, uint256 vector)
        private
        view
        returns (int256 sum)
    {
        unchecked {
            sum = _bias(meta, vector) * ONE;
            uint256 perVector = _perVector(shape);
            uint256 lastMask = _lastMask(shape);
            uint256 epoch = meta.metaEpoch();
            uint256 slot = WORDS + vector * perVector;
            for (uint256 i; i < perVector; ++i) {
                uint256 x = _lanesOf(sample, i, perVector, lastMask);
                uint256 w = _word(slot + i, epoch);
                assembly ("memory-safe") {
                    function times(a, b, shift) -> result {
                        result := mul(signextend(2, shr(shift, a)), signextend(2, shr(shift, b)))
                    }
                    sum := add(sum, add(times(x, w, 0), times(x, w, 24)))
                    sum := add(sum, add(times(x, w, 48), times(x, w, 72)))
                    sum := add(sum, add(times(x, w, 96), times(x, w, 120)))
                    sum := add(sum, add(times(x, w, 144), times(x, w, 168)))
                    sum := add(sum, add(times(x, w, 192), times(x, w, 216)))
                }
            }
        }
    }

    function _learn(Shape shape, Meta meta, bytes calldata sample, uint256 label, uint256 predicted)
        internal
        override
    {
        unchecked {
            if (label == predicted) return;
            int256 rate = int256(shape.shapeSetting());
            if (_isBinary(shape)) {
                if (label == 0) rate = -rate;
                _step(shape, meta, sample, 0, rate);
                _setMeta(_withBias(meta, 0, rate));
            } else {
                _step(shape, meta, sample, label, rate);
                _step(shape, meta, sample, predicted, -rate);
                _setMeta(_withBias(_withBias(meta, label, rate), predicted, -rate));
            }
        }
    }

    /// @dev w += rate·x / 1.0 in a vector. Division is toward zero, so the sign of the rate may go with it.
    function _step(Shape shape, Meta meta, bytes calldata sample, uint256 vector, int256 rate) private {
        unchecked {
            uint256 perVector = _perVector(shape);
            uint256 lastMask = _lastMask(shape);
            uint256 epoch = meta.metaEpoch();
            uint256 slot = WORDS + vector * perVector;
            for (uint256 i; i < perVector; ++i) {
                uint256 x = _lanesOf(sample, i, perVector, lastMask);
                _setWord(slot + i, epoch, _stepped(_word(slot + i, epoch), x, rate));
            }
        }
    }

    function _stepped(uint256 w, uint256 x, int256 rate) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            for { let shift := 0 } lt(shift, 240) { shift := add(shift, 24) } {
                let moved := add(signextend(2, shr(shift, w)), sdiv(mul(rate, signextend(2, shr(shift, x))), ONE))
                if sgt(moved, LANE_MAX) { moved := LANE_MAX }
                if slt(moved, LANE_MIN) { moved := LANE_MIN }
                word := or(word, shl(shift, and(moved, 0xffffff)))
            }
        }
    }
}
