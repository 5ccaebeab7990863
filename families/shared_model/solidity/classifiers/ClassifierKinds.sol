// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

// The kinds of classifiers by number: the order in which the factory names their implementations, and the order of
// `protocol::shared_model::ClassifierKind`.

uint8 constant DENSE_PERCEPTRON = 0;
uint8 constant SPARSE_PERCEPTRON = 1;
uint8 constant NAIVE_BAYES = 2;
uint8 constant DENSE_CENTROID = 3;
uint8 constant SPARSE_CENTROID = 4;
/// @dev How many there are.
uint8 constant CLASSIFIER_KINDS = 5;

/// @dev Whether samples list the features that are there, instead of having a value for each.
function isSparse(uint8 kind) pure returns (bool) {
    return kind != DENSE_PERCEPTRON && kind != DENSE_CENTROID;
}
