// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title What a shared model asks of its classifier
/// @notice A classifier holds packed weights, predicts from them and learns from one labelled sample at a time. It is
/// a clone (EIP-1167) whose immutable arguments are `abi.encodePacked(address model, bytes shape)`; only `model` may
/// change it. Nothing of the arguments is kept in storage, and creating a clone needs no call to it.
///
/// shape = features (3 bytes) ‖ capacity (1) ‖ classes (1) ‖ setting (4) ‖ headers (4 bytes each), all big-endian
///   features  number of features, 1 to 100,000 (dense: to 4,096)
///   capacity  most classes that the model can ever have, 2 to 64
///   classes   classes at the start, 2 to capacity
///   setting   perceptrons: learning rate, 1 to 8,000,000 (unit 10^-6); naive Bayes: smoothing alpha, 1 to 10^9
///             (unit 10^-6); nearest centroids: 0
///   headers   perceptrons: bias of each vector as int32 within a lane's range (one header where capacity is 2, else
///             one a class); others: number of samples of each class as uint32
///
/// A lane is a signed 24-bit number, a word is ten lanes: 30 bytes, first lane most significant.
/// A dense sample is `features` lanes; a sparse sample is feature indices of 3 bytes, strictly increasing.
interface IClassifier {
    error NotModel(address caller, address model);
    error BadShape(uint256 field); // 0 features, 1 capacity, 2 classes, 3 setting, 4 number of headers, 5 value of a header
    error NotReady(uint256 loaded, uint256 needed); // words
    error AlreadyLoaded(uint256 needed);
    error WrongStart(uint256 first, uint256 expected); // a chunk must begin where the last one ended
    error WrongChunk(uint256 length); // a chunk is a positive multiple of 30 bytes and not longer than what is missing
    error LaneOutOfRange(uint256 word); // what is loaded for counts must not be negative, nor may unused lanes be set
    error WrongLength(uint256 got, uint256 expected); // sparse: expected is the next multiple of 3
    error NormOff(uint256 squaredNorm); // must be 10^12 within 10^9
    error NoFeatures();
    error TooManyFeatures(uint256 features); // at most 1,024 a sample
    error IndexOutOfRange(uint256 index, uint256 features);
    error IndicesNotIncreasing(uint256 position); // of the first index that is not above the one before it
    error UnknownLabel(uint256 label, uint256 classes);
    error NoRoomForClass(uint256 capacity);

    /// @notice Reverts with BadShape unless a clone with this shape can work. Asked of the implementation by the factory.
    function checkShape(bytes calldata shape) external pure;

    // ---------------------------------------------------------------- the model alone

    /// @notice Takes the next words of the start, `first` = `loaded()`.
    /// @return nowReady whether these were the last ones.
    function load(uint32 first, bytes calldata words) external returns (bool nowReady);

    /// @notice Checks, predicts, learns.
    /// @return predicted the class predicted before learning.
    function teach(bytes calldata sample, uint16 label) external returns (uint16 predicted);

    /// @notice Adds a class with no samples and zero weights.
    /// @return index of the new class.
    function addClass() external returns (uint16 index);

    /// @notice Back to the weights as they were loaded. Classes added since stay, empty.
    function restart() external;

    // ---------------------------------------------------------------- for everyone

    /// @notice Predicted class of a sample that passes `check`; ties go to the lowest class.
    function predict(bytes calldata sample) external view returns (uint16);

    /// @notice A score a class, higher is better.
    function scores(bytes calldata sample) external view returns (int256[] memory);

    /// @notice Reverts unless the sample is one that the model takes. Says nothing of readiness.
    function check(bytes calldata sample) external view;

    /// @notice How many rows are predicted as labelled. A row = label (2 bytes) ‖ length of the sample in bytes (2) ‖
    /// sample. Reverts where a row does not fit or has a sample or label that the model does not take.
    function count(bytes calldata rows) external view returns (uint32 correct, uint32 total);

    function model() external view returns (address);
    /// @notice 0 dense perceptron, 1 sparse perceptron, 2 naive Bayes, 3 dense nearest centroid, 4 sparse nearest centroid.
    function kind() external pure returns (uint8);
    function features() external view returns (uint32);
    function capacity() external view returns (uint16);
    /// @notice Classes now: those of the start and those added.
    function classes() external view returns (uint16);
    function setting() external view returns (uint32);
    /// @notice Words loaded so far.
    function loaded() external view returns (uint32);
    /// @notice Words of a complete start.
    function needed() external view returns (uint32);
    function ready() external view returns (bool);
    /// @notice Words as they are now, 30 bytes each, `length` of them from `first` (fewer where the weights end).
    function words(uint32 first, uint32 length) external view returns (bytes memory);
    /// @notice As they are now. Perceptrons: bias of each vector, `sums` empty. Others: samples of each class, and naive
    /// Bayes' total counts t_k, the sparse centroids' Σc², nothing for dense centroids.
    function headers() external view returns (int256[] memory values, uint256[] memory sums);
}
