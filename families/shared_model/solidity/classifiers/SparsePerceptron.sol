// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {SPARSE_PERCEPTRON} from "./ClassifierKinds.sol";
import {IClassifier} from "./IClassifier.sol";
import {Meta, Shape} from "./Layout.sol";
import {SparseClassifier} from "./SparseClassifier.sol";

/// @title Perceptron of listed features
/// @notice Made for two classes it has one vector: class 1 if bias + Σ w > 0, else 0; scores are minus and plus that
/// margin. Otherwise a vector a class, and the highest bias + Σ w wins. It learns from its mistakes only.
contract SparsePerceptron is SparseClassifier {
    /// @inheritdoc IClassifier
    function kind() external pure returns (uint8) {
        return SPARSE_PERCEPTRON;
    }

    function _isPerceptron() internal pure override returns (bool) {
        return true;
    }

    function _settings() internal pure override returns (uint256, uint256) {
        return (1, 8_000_000);
    }

    function _headerBits() internal pure override returns (uint256) {
        return 32;
    }

    function _summand(uint256) internal pure override returns (uint256) {
        return 0;
    }

    function _scores(Shape shape, Meta meta, bytes calldata sample)
        internal
        view
        override
        returns (int256[] memory all)
    {
        unchecked {
            all = new int256[](meta.metaClasses());
            if (_isBinary(shape)) {
                int256 margin = _margin(shape, meta, sample);
                (all[0], all[1]) = (-margin, margin);
                return all;
            }
            uint256 from;
            uint256 to;
            for (uint256 k; k < all.length; ++k) {
                if (k % LANES == 0) (from, to) = _gather(shape, meta, sample, k / LANES);
                all[k] = _bias(meta, k) + _total(from, to, k);
            }
        }
    }

    function _predict(Shape shape, Meta meta, bytes calldata sample) internal view override returns (uint256) {
        if (_isBinary(shape)) return _margin(shape, meta, sample) > 0 ? 1 : 0;
        return _best(_scores(shape, meta, sample));
    }

    /// @dev As `_gather` and `_total` in one loop, unless there has been a restart: what most people pay for.
    function _margin(Shape shape, Meta meta, bytes calldata sample) private view returns (int256 margin) {
        unchecked {
            margin = _bias(meta, 0);
            if (meta.metaEpoch() != 0) {
                (uint256 from, uint256 to) = _gather(shape, meta, sample, 0);
                return margin + _total(from, to, 0);
            }
            uint256 listed = _listed(shape, sample);
            uint256 rising;
            uint256 last;
            assembly ("memory-safe") {
                last := not(0)
                let position := sample.offset
                for { let end := add(position, sample.length) } lt(position, end) { position := add(position, INDEX_BYTES) } {
                    let index := shr(232, calldataload(position))
                    rising := add(rising, sgt(index, last))
                    last := index
                    let word := sload(add(WORDS, div(index, LANES)))
                    margin := add(margin, signextend(2, shr(sub(FIRST_LANE, mul(LANE_BITS, mod(index, LANES))), word)))
                }
            }
            if (rising != listed || last >= shape.shapeFeatures()) _check(shape, sample);
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
                _shift(shape, meta, sample, 0, rate);
                _setMeta(_withBias(meta, 0, rate));
            } else {
                _shift(shape, meta, sample, label, rate);
                _shift(shape, meta, sample, predicted, -rate);
                _setMeta(_withBias(_withBias(meta, label, rate), predicted, -rate));
            }
        }
    }
}
