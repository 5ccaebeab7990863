// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {Classifier} from "./Classifier.sol";
import {Shape} from "./Layout.sol";

/// @title Classifiers whose samples have a value for each feature
/// @notice A sample has the same lanes as a weight vector, so that ten of them are read from call data at once and
/// worked on against one storage word. Lanes behind the last feature are zero in both.
abstract contract DenseClassifier is Classifier {
    uint256 private constant NORM = 1e12;
    uint256 private constant NORM_TOLERANCE = 1e9;
    uint256 private constant LANE_BYTES = 3;
    /// @dev Most words of all vectors that there can ever be: what a question reads.
    uint256 private constant MAX_WORDS = 2_000;
    /// @dev Most words that a lesson writes.
    uint256 private constant MAX_TAUGHT_WORDS = 410;

    function _mostFeatures() internal pure override returns (uint256) {
        return 4096;
    }

    function _headerBits() internal pure override returns (uint256) {
        return 32;
    }

    function _fits(Shape shape) internal pure override returns (bool) {
        unchecked {
            uint256 perVector = _perVector(shape);
            uint256 taught = _isPerceptron() && !_isBinary(shape) ? 2 : 1;
            return perVector * _vectors(shape) <= MAX_WORDS && perVector * taught <= MAX_TAUGHT_WORDS;
        }
    }

    function _wordsOf(Shape shape, uint256 vectors) internal pure override returns (uint256) {
        unchecked {
            return vectors * _perVector(shape);
        }
    }

    function _usedLanes(Shape shape, uint256 index) internal pure override returns (uint256) {
        unchecked {
            return _firstLanes(shape.shapeFeatures() - (index % _perVector(shape)) * LANES);
        }
    }

    /// @dev Words of a vector.
    function _perVector(Shape shape) internal pure returns (uint256) {
        unchecked {
            return (shape.shapeFeatures() + LANES - 1) / LANES;
        }
    }

    /// @dev A mask over the lanes of a sample's last word: behind them is other call data.
    function _lastMask(Shape shape) internal pure returns (uint256) {
        unchecked {
            return _firstLanes(shape.shapeFeatures() - (_perVector(shape) - 1) * LANES);
        }
    }

    function _check(Shape shape, bytes calldata sample) internal pure override {
        unchecked {
            uint256 length = shape.shapeFeatures() * LANE_BYTES;
            if (sample.length != length) revert WrongLength(sample.length, length);
            uint256 norm = _squaredNorm(sample, _perVector(shape), _lastMask(shape));
            if (norm > NORM + NORM_TOLERANCE || norm < NORM - NORM_TOLERANCE) revert NormOff(norm);
        }
    }

    /// @dev Σ x². A lane's square is below 2^46, so nothing overflows.
    function _squaredNorm(bytes calldata sample, uint256 perVector, uint256 lastMask)
        private
        pure
        returns (uint256 norm)
    {
        assembly ("memory-safe") {
            function square(word, shift) -> result {
                let x := signextend(2, shr(shift, word))
                result := mul(x, x)
            }
            let at := sample.offset
            let last := add(at, mul(WORD_BYTES, sub(perVector, 1)))
            for {} iszero(gt(at, last)) { at := add(at, WORD_BYTES) } {
                let word := shr(16, calldataload(at))
                if eq(at, last) { word := and(word, lastMask) }
                norm := add(norm, add(add(square(word, 0), square(word, 24)), square(word, 48)))
                norm := add(norm, add(add(square(word, 72), square(word, 96)), square(word, 120)))
                norm := add(norm, add(add(square(word, 144), square(word, 168)), square(word, 192)))
                norm := add(norm, square(word, 216))
            }
        }
    }

    /// @dev Ten lanes of a sample, those behind the last feature zero.
    function _lanesOf(bytes calldata sample, uint256 position, uint256 perVector, uint256 lastMask)
        internal
        pure
        returns (uint256 word)
    {
        assembly ("memory-safe") {
            word := shr(16, calldataload(add(sample.offset, mul(position, WORD_BYTES))))
            if eq(add(position, 1), perVector) { word := and(word, lastMask) }
        }
    }
}
