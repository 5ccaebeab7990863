// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title The error of a shape that no classifier can have
/// @notice Apart from the other errors, since the factory of shared models can answer with this one.
interface IShapeErrors {
    /// @notice No clone with this shape can work.
    /// @param field what is wrong: 0 features, 1 capacity, 2 classes, 3 setting, 4 number of headers, 5 value of a header,
    /// 6 too many words in all: asking or teaching might not fit a transaction
    error BadShape(uint256 field);
}

/// @title All errors of classifiers
/// @notice Apart from the functions, so that a shared model, which passes its classifier's errors on, has them in its
/// own interface.
interface IClassifierErrors is IShapeErrors {
    // ---------------------------------------------------------------- who, and when

    /// @notice Only its model may change a classifier.
    /// @param caller who tried
    /// @param model who may
    error NotModel(address caller, address model);

    /// @notice The weights are not complete, so the classifier neither predicts nor learns.
    /// @param loaded words so far
    /// @param needed words of a complete start
    error NotReady(uint256 loaded, uint256 needed);

    // ---------------------------------------------------------------- loading

    /// @notice The weights are complete, and cannot be loaded again.
    /// @param needed words of a complete start
    error AlreadyLoaded(uint256 needed);

    /// @notice A chunk begins where the last one ended.
    /// @param first word that the chunk begins with
    /// @param expected word that it must begin with
    error WrongStart(uint256 first, uint256 expected);

    /// @notice A chunk is a positive multiple of 30 bytes, and not longer than what is missing.
    /// @param byteCount length of the chunk
    error WrongChunk(uint256 byteCount);

    /// @notice A word sets lanes that are not used, or has a negative number where counts are loaded.
    /// @param word its number
    error LaneOutOfRange(uint256 word);

    // ---------------------------------------------------------------- samples and labels

    /// @notice A sample or a row of them has another length than it must have.
    /// @param byteCount length of what was given
    /// @param expected length that it must have, bytes; of a sparse sample the next multiple of 3
    error WrongLength(uint256 byteCount, uint256 expected);

    /// @notice The squares of a dense sample's lanes do not add up to 10^12 within 10^9.
    /// @param squaredNorm what they add up to
    error NormOff(uint256 squaredNorm);

    /// @notice A sparse sample lists at least one feature.
    error NoFeatures();

    /// @notice A sparse sample lists at most 1,024 features, and at most so many that their weights in all classes that
    /// there can ever be are 24,576.
    /// @param features number that is listed
    /// @param most that a sample of this model can list
    error TooManyFeatures(uint256 features, uint256 most);

    /// @notice A sparse sample lists a feature that the classifier does not have.
    /// @param index of the feature
    /// @param features number that the classifier has
    error IndexOutOfRange(uint256 index, uint256 features);

    /// @notice The features of a sparse sample are not in strictly increasing order.
    /// @param position of the first index that is not above the one before it
    error IndicesNotIncreasing(uint256 position);

    /// @notice There is no such class.
    /// @param label that was given
    /// @param classes number of classes now
    error UnknownLabel(uint256 label, uint256 classes);

    // ---------------------------------------------------------------- classes

    /// @notice The classifier has all the classes that it can ever have.
    /// @param capacity number of classes
    error NoRoomForClass(uint256 capacity);
}
