// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {Classifier} from "./Classifier.sol";
import {Meta, Shape} from "./Layout.sol";

/// @title Classifiers whose samples list the features that are there
/// @notice Weights lie feature by feature, so that one word has the weights of a feature in every class, as far as ten
/// lanes go: up to ten vectors, several features share a word; beyond, a feature has several words.
abstract contract SparseClassifier is Classifier {
    uint256 internal constant MAX_LISTED = 1024;
    /// @dev Most weights that a question reads, in all vectors that there can ever be: so it fits a transaction whatever
    /// classes are added, and what was taught can be refunded.
    uint256 private constant MAX_LISTED_WEIGHTS = 24_576;
    uint256 internal constant INDEX_BYTES = 3;
    uint256 private constant ONE_CHANGED = 0x100000000000000000000000000000000;
    uint256 private constant LANE_SIGNS = 0x800000800000800000800000800000800000800000800000800000800000;

    function _mostFeatures() internal pure override returns (uint256) {
        return 100_000;
    }

    /// @dev A question reads of the features that it lists alone.
    function _fits(Shape) internal pure override returns (bool) {
        return true;
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
            uint256 listed = _listed(shape, sample);
            uint256 next;
            for (uint256 i; i < listed; ++i) {
                uint256 index = _index(sample, i);
                if (index < next) revert IndicesNotIncreasing(i);
                next = index + 1;
            }
            // The last one is the largest.
            if (next > shape.shapeFeatures()) revert IndexOutOfRange(next - 1, shape.shapeFeatures());
        }
    }

    /// @dev Number of features that a sample lists, if its length can be.
    function _listed(Shape shape, bytes calldata sample) internal pure returns (uint256 listed) {
        unchecked {
            listed = sample.length / INDEX_BYTES;
            if (listed * INDEX_BYTES != sample.length) revert WrongLength(sample.length, (listed + 1) * INDEX_BYTES);
            if (listed == 0) revert NoFeatures();
            uint256 vectors = _vectors(shape);
            if (listed > MAX_LISTED || listed * vectors > MAX_LISTED_WEIGHTS) {
                uint256 most = MAX_LISTED_WEIGHTS / vectors;
                revert TooManyFeatures(listed, most < MAX_LISTED ? most : MAX_LISTED);
            }
        }
    }

    function _index(bytes calldata sample, uint256 position) internal pure returns (uint256 index) {
        assembly ("memory-safe") {
            index := shr(232, calldataload(add(sample.offset, mul(position, INDEX_BYTES))))
        }
    }

    // ---------------------------------------------------------------- weights

    /// @dev Where the weights of a feature lie: word `index · stride / perWord`, and there `step` bits after the first
    /// lane for each that the division leaves over. Up to ten vectors: several features a word; beyond: several words a
    /// feature, of which `group` (vector / 10) is one.
    function _places(Shape shape, uint256 group)
        internal
        pure
        returns (uint256 base, uint256 perWord, uint256 stride, uint256 step)
    {
        unchecked {
            uint256 vectors = _vectors(shape);
            base = WORDS + group;
            if (vectors > LANES) return (base, 1, _wordsPerFeature(vectors), 0);
            return (base, LANES / vectors, 1, vectors * LANE_BITS);
        }
    }

    /// @dev Checks a sample and reads a word of each feature that it lists into memory, shifted so that the weight in
    /// vector 10·group + v is lane v. What is above 240 bits is not part of it.
    /// @return from the first of them; they take 32 bytes each.
    /// @return to where they end.
    function _gather(Shape shape, Meta meta, bytes calldata sample, uint256 group)
        internal
        view
        returns (uint256 from, uint256 to)
    {
        unchecked {
            uint256 listed = _listed(shape, sample);
            (uint256 base, uint256 perWord, uint256 stride, uint256 step) = _places(shape, group);
            uint256 epoch = meta.metaEpoch();
            uint256 rising;
            uint256 last;
            assembly ("memory-safe") {
                from := mload(0x40)
                to := from
                last := not(0)
                let position := sample.offset
                for { let end := add(position, sample.length) } lt(position, end) { position := add(position, INDEX_BYTES) } {
                    let index := shr(232, calldataload(position))
                    rising := add(rising, sgt(index, last))
                    last := index
                    index := mul(index, stride)
                    let slot := add(base, div(index, perWord))
                    let word
                    switch epoch
                    case 0 { word := sload(slot) }
                    default {
                        word := sload(add(slot, SCRATCH))
                        if sub(shr(240, word), epoch) { word := sload(slot) }
                    }
                    mstore(to, shl(mul(mod(index, perWord), step), word))
                    to := add(to, 0x20)
                }
                mstore(0x40, to)
            }
            // What is wrong is looked for only where something is.
            if (rising != listed || last >= shape.shapeFeatures()) _check(shape, sample);
        }
    }

    /// @dev The sum of the weights in a vector, of words that `_gather` has read.
    function _total(uint256 from, uint256 to, uint256 vector) internal pure returns (int256 sum) {
        assembly ("memory-safe") {
            let shift := sub(FIRST_LANE, mul(LANE_BITS, mod(vector, LANES)))
            for {} lt(from, to) { from := add(from, 0x20) } {
                sum := add(sum, signextend(2, shr(shift, mload(from))))
            }
        }
    }

    /// @dev Adds to the weights of the listed features in a vector, within what a lane holds.
    /// @return tally of counts, how many are others now (from bit 128 on) and what those were before, together.
    function _shift(Shape shape, Meta meta, bytes calldata sample, uint256 vector, int256 change)
        internal
        returns (uint256 tally)
    {
        (uint256 base, uint256 perWord, uint256 stride, uint256 step) = _places(shape, vector / LANES);
        uint256 epoch = meta.metaEpoch();
        assembly ("memory-safe") {
            function store(slot, tag, word) {
                switch tag
                case 0 { sstore(slot, and(word, WORD_MASK)) }
                default { sstore(add(slot, SCRATCH), or(shl(240, tag), and(word, WORD_MASK))) }
            }
            vector := sub(FIRST_LANE, mul(LANE_BITS, mod(vector, LANES)))
            let slot := 0
            let word := 0
            let position := sample.offset
            for { let end := add(position, sample.length) } lt(position, end) { position := add(position, INDEX_BYTES) } {
                let index := mul(shr(232, calldataload(position)), stride)
                let place := add(base, div(index, perWord))
                // Features in order: those that share a word follow each other, and it is written once.
                if sub(place, slot) {
                    if slot { store(slot, epoch, word) }
                    slot := place
                    switch epoch
                    case 0 { word := sload(slot) }
                    default {
                        word := sload(add(slot, SCRATCH))
                        if sub(shr(240, word), epoch) { word := sload(slot) }
                    }
                }
                // From here on `index` is the lane's shift.
                index := sub(vector, mul(mod(index, perWord), step))
                let before := signextend(2, shr(index, word))
                let moved := add(before, change)
                // What does not fit a lane stays at its end.
                if sub(moved, signextend(2, moved)) {
                    moved := LANE_MAX
                    if slt(change, 0) { moved := LANE_MIN }
                }
                if sub(moved, before) {
                    word := xor(word, shl(index, and(xor(moved, before), LANE_MASK)))
                    tally := add(tally, add(before, ONE_CHANGED))
                }
            }
            store(slot, epoch, word)
        }
    }
}
