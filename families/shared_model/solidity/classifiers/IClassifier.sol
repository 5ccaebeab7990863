// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IClassifierErrors} from "./IClassifierErrors.sol";

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
///   A dense model has at most 2,000 words when it has all its classes, and a lesson writes at most 410 of them (one
///   vector, in a perceptron of more than two classes two). So every question, refund, report and lesson fits the 2^24 gas
///   of a transaction, whatever classes are added.
///   headers   perceptrons: bias of each vector as int32 within a lane's range (one header where capacity is 2, else
///             one a class); others: number of samples of each class as uint32
///
/// A lane is a signed 24-bit number, a word is ten lanes: 30 bytes, first lane most significant.
/// A dense sample is `features` lanes; a sparse sample is feature indices of 3 bytes, strictly increasing.
interface IClassifier is IClassifierErrors {
    /// @notice Reverts with BadShape unless a clone with this shape can work. Asked of the implementation by the factory.
    /// @param shape as above
    function checkShape(bytes calldata shape) external pure;

    // ---------------------------------------------------------------- the model alone

    /// @notice Takes the next words of the start.
    /// @param first number of the first of them, which is `loaded()`
    /// @param chunk 30 bytes a word
    /// @return nowReady whether these were the last ones
    function load(uint32 first, bytes calldata chunk) external returns (bool nowReady);

    /// @notice Checks, predicts, learns.
    /// @param sample what is learned from
    /// @param label its class
    /// @return predicted the class predicted before learning
    function teach(bytes calldata sample, uint16 label) external returns (uint16 predicted);

    /// @notice Adds a class with no samples and zero weights.
    /// @return index of the new class
    function addClass() external returns (uint16 index);

    /// @notice Back to the weights as they were loaded. Classes added since stay, empty.
    function restart() external;

    // ---------------------------------------------------------------- for everyone

    /// @notice Predicts the class of a sample that passes `check`.
    /// @param sample what is asked about
    /// @return label the class with the highest score, the lowest one among equals
    function predict(bytes calldata sample) external view returns (uint16 label);

    /// @notice Scores each class for a sample that passes `check`.
    /// @param sample what is asked about
    /// @return all a score for each class, higher is better
    function scores(bytes calldata sample) external view returns (int256[] memory all);

    /// @notice Reverts unless the sample is one that the model takes. Says nothing of readiness.
    /// @param sample what is checked
    function check(bytes calldata sample) external view;

    /// @notice Counts how many rows are predicted as labelled. Reverts where a row does not fit or has a sample or label
    /// that the model does not take.
    /// @param rows one after the other: label (2 bytes) ‖ length of the sample in bytes (2) ‖ sample
    /// @return correct number of rows that are predicted as labelled
    /// @return total number of rows
    function count(bytes calldata rows) external view returns (uint32 correct, uint32 total);

    /// @notice Who may change the classifier.
    /// @return address of the shared model
    function model() external view returns (address);

    /// @notice Which classifier this is.
    /// @return number of the kind: 0 dense perceptron, 1 sparse perceptron, 2 naive Bayes, 3 dense nearest centroid,
    /// 4 sparse nearest centroid
    function kind() external pure returns (uint8);

    /// @notice How many features a sample has values for, or can list.
    /// @return number of features
    function features() external view returns (uint32);

    /// @notice How many classes there can ever be.
    /// @return number of classes
    function capacity() external view returns (uint16);

    /// @notice How many classes there are now: those of the start and those added.
    /// @return number of classes
    function classes() external view returns (uint16);

    /// @notice What is set for learning.
    /// @return value perceptrons: learning rate, 10^-6; naive Bayes: smoothing alpha, 10^-6; nearest centroids: 0
    function setting() external view returns (uint32);

    /// @notice How much of the start is loaded.
    /// @return number of words so far
    function loaded() external view returns (uint32);

    /// @notice How long a complete start is.
    /// @return number of words
    function needed() external view returns (uint32);

    /// @notice Whether the start is complete.
    /// @return answer false: the classifier neither predicts nor learns
    function ready() external view returns (bool);

    /// @notice Weights as they are now.
    /// @param first number of the first word
    /// @param wordCount how many words; where the weights end there are fewer
    /// @return all 30 bytes a word
    function words(uint32 first, uint32 wordCount) external view returns (bytes memory all);

    /// @notice Headers as they are now, one a vector.
    /// @return biasesOrSamples perceptrons: bias of each vector; others: number of samples of each class
    /// @return sums naive Bayes: total counts t_k; sparse centroids: Σc²; others: empty
    function headers() external view returns (int256[] memory biasesOrSamples, uint256[] memory sums);
}
