// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IClassifier} from "./IClassifier.sol";
import {Meta, Shape} from "./Layout.sol";
import {SparseClassifier} from "./SparseClassifier.sol";

/// @title Perceptron of listed features
/// @notice Made for two classes it has one vector: class 1 if bias + Σ w > 0, else 0; scores are minus and plus that
/// margin. Otherwise a vector a class, and the highest bias + Σ w wins. It learns from its mistakes only.
contract SparsePerceptron is SparseClassifier {
    /// @inheritdoc IClassifier
    function kind() external pure returns (uint8) {
        return 1;
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

    /// @dev As `_gather` and `_total`, in one loop: the call that most people pay for.
    function _margin(Shape shape, Meta meta, bytes calldata sample) private view returns (int256 margin) {
        unchecked {
            uint256 end = _listed(sample) * INDEX_BYTES;
            uint256 epoch = meta.metaEpoch();
            uint256 next;
            // The position of an index that is not above the one before it, plus one.
            uint256 wrong;
            margin = _bias(meta, 0);
            assembly ("memory-safe") {
                let position := sample.offset
                end := add(position, end)
                for {} lt(position, end) { position := add(position, INDEX_BYTES) } {
                    let index := shr(232, calldataload(position))
                    if lt(index, next) {
                        wrong := add(div(sub(position, sample.offset), INDEX_BYTES), 1)
                        break
                    }
                    next := add(index, 1)
                    let slot := add(WORDS, div(index, LANES))
                    let word
                    switch epoch
                    case 0 { word := sload(slot) }
                    default {
                        word := sload(add(slot, SCRATCH))
                        if sub(shr(240, word), epoch) { word := sload(slot) }
                    }
                    margin := add(margin, signextend(2, shr(sub(FIRST_LANE, mul(LANE_BITS, mod(index, LANES))), word)))
                }
            }
            if (wrong != 0) revert IndicesNotIncreasing(wrong - 1);
            _demandInRange(shape, next);
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
