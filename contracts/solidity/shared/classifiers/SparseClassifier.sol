// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {Classifier} from "./Classifier.sol";
import {Meta, Shape} from "./Layout.sol";

/// @title Classifiers whose samples list the features that are there
/// @notice Weights lie feature by feature, so that one word has the weights of a feature in every class, as far as ten
/// lanes go: up to ten vectors, several features share a word; beyond, a feature has several words.
abstract contract SparseClassifier is Classifier {
    uint256 internal constant MAX_LISTED = 1024;
    uint256 internal constant INDEX_BYTES = 3;
    uint256 private constant LANE_SIGNS = 0x800000800000800000800000800000800000800000800000800000800000;

    function _mostFeatures() internal pure override returns (uint256) {
        return 100_000;
    }

    function _wordsOf(Shape shape, uint256) internal pure override returns (uint256) {
        unchecked {
            uint256 vectors = _vectors(shape);
            uint256 all = shape.shapeFeatures();
            if (vectors > LANES) return all * _wordsPerFeature(vectors);
            uint256 perWord = LANES / vectors;
            return (all + perWord - 1) / perWord;
        }
    }

    function _wordsPerFeature(uint256 vectors) private pure returns (uint256) {
        unchecked {
            return (vectors + LANES - 1) / LANES;
        }
    }

    function _usedLanes(Shape shape, uint256 index) internal pure override returns (uint256 mask) {
        unchecked {
            uint256 vectors = _vectors(shape);
            uint256 used = _startVectors(shape);
            if (vectors > LANES) {
                uint256 before = (index % _wordsPerFeature(vectors)) * LANES;
                return _firstLanes(used > before ? used - before : 0);
            }
            uint256 perWord = LANES / vectors;
            uint256 left = shape.shapeFeatures() - index * perWord;
            uint256 one = _firstLanes(used);
            for (uint256 i; i < (left < perWord ? left : perWord); ++i) {
                mask |= one >> (i * vectors * LANE_BITS);
            }
        }
    }

    /// @dev Adds up the counts of a word by vector, each as `_summand` says.
    function _sumCounts(Shape shape, uint256 index, uint256 word, uint256[] memory sums) internal pure {
        unchecked {
            if (word & LANE_SIGNS != 0) revert LaneOutOfRange(index);
            uint256 vectors = _vectors(shape);
            uint256 first = vectors > LANES ? (index % _wordsPerFeature(vectors)) * LANES : 0;
            for (uint256 lane; word != 0; ++lane) {
                uint256 value = (word >> FIRST_LANE) & LANE_MASK;
                // Lanes of classes that do not exist are zero.
                if (value != 0) sums[(first + lane) % vectors] += _summand(value);
                word = (word << LANE_BITS) & WORD_MASK;
            }
        }
    }

    /// @dev What a count adds to the sum of its class.
    function _summand(uint256 value) internal pure virtual returns (uint256);

    // ---------------------------------------------------------------- samples

    function _check(Shape shape, bytes calldata sample) internal pure override {
        unchecked {
            uint256 listed = _listed(sample);
            uint256 next;
            for (uint256 i; i < listed; ++i) {
                uint256 index = _index(sample, i);
                if (index < next) revert IndicesNotIncreasing(i);
                next = index + 1;
            }
            _demandInRange(shape, next);
        }
    }

    /// @dev Number of features that a sample lists, if its length can be.
    function _listed(bytes calldata sample) internal pure returns (uint256 listed) {
        unchecked {
            listed = sample.length / INDEX_BYTES;
            if (listed * INDEX_BYTES != sample.length) revert WrongLength(sample.length, (listed + 1) * INDEX_BYTES);
            if (listed == 0) revert NoFeatures();
            if (listed > MAX_LISTED) revert TooManyFeatures(listed);
        }
    }

    /// @dev Indices increase, so that it is enough to look at the last one.
    function _demandInRange(Shape shape, uint256 next) internal pure {
        unchecked {
            if (next > shape.shapeFeatures()) revert IndexOutOfRange(next - 1, shape.shapeFeatures());
        }
    }

    function _index(bytes calldata sample, uint256 position) internal pure returns (uint256 index) {
        assembly ("memory-safe") {
            index := shr(232, calldataload(add(sample.offset, mul(position, INDEX_BYTES))))
        }
    }

    // ---------------------------------------------------------------- weights

    /// @dev Slot of the word with a feature's weights in up to ten vectors, and the lane of the first of them.
    /// @param group 0 for vectors 0 to 9, 1 for the next ten, …
    function _place(uint256 vectors, uint256 index, uint256 group) private pure returns (uint256 slot, uint256 lane) {
        unchecked {
            if (vectors > LANES) return (WORDS + index * _wordsPerFeature(vectors) + group, 0);
            uint256 perWord = LANES / vectors;
            return (WORDS + index / perWord, (index % perWord) * vectors);
        }
    }

    /// @dev Checks a sample and reads a word of each feature that it lists, shifted so that the weight in vector
    /// 10·group + v is lane v. What is above 240 bits is not part of it.
    function _gather(Shape shape, Meta meta, bytes calldata sample, uint256 group)
        internal
        view
        returns (uint256[] memory found)
    {
        unchecked {
            found = new uint256[](_listed(sample));
            uint256 vectors = _vectors(shape);
            uint256 epoch = meta.metaEpoch();
            uint256 next;
            for (uint256 i; i < found.length; ++i) {
                uint256 index = _index(sample, i);
                if (index < next) revert IndicesNotIncreasing(i);
                next = index + 1;
                (uint256 slot, uint256 lane) = _place(vectors, index, group);
                found[i] = _word(slot, epoch) << (lane * LANE_BITS);
            }
            _demandInRange(shape, next);
        }
    }

    /// @dev The weight in a vector of its group, of a word that `_gather` has shifted.
    function _lane(uint256 word, uint256 vector) internal pure returns (int256 weight) {
        assembly ("memory-safe") {
            weight := signextend(2, shr(sub(FIRST_LANE, mul(LANE_BITS, mod(vector, LANES))), word))
        }
    }

    /// @dev Adds to the weights of the listed features in a vector, within what a lane holds.
    /// @return changed how many weights are others now.
    /// @return sum what those were before, together.
    function _shift(Shape shape, Meta meta, bytes calldata sample, uint256 vector, int256 change)
        internal
        returns (uint256 changed, int256 sum)
    {
        unchecked {
            uint256 listed = sample.length / INDEX_BYTES;
            uint256 vectors = _vectors(shape);
            uint256 epoch = meta.metaEpoch();
            uint256 slot;
            uint256 word;
            for (uint256 i; i < listed; ++i) {
                (uint256 place, uint256 lane) = _place(vectors, _index(sample, i), vector / LANES);
                // Features in order: those that share a word follow each other, and it is written once.
                if (place != slot) {
                    if (slot != 0) _setWord(slot, epoch, word);
                    (slot, word) = (place, _word(place, epoch));
                }
                uint256 shift = FIRST_LANE - LANE_BITS * (lane + vector % LANES);
                int256 before;
                assembly ("memory-safe") {
                    before := signextend(2, shr(shift, word))
                }
                int256 afterwards = _clamp(before + change);
                if (afterwards != before) {
                    word ^= (uint256(before ^ afterwards) & LANE_MASK) << shift;
                    ++changed;
                    sum += before;
                }
            }
            _setWord(slot, epoch, word);
        }
    }
}
