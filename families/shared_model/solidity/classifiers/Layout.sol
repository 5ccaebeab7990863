// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

// The two words that every call of a classifier begins with.

/// @dev model (160 bits, highest) | features (24) | capacity (8) | classes at the start (8) | setting (32) | 24 bits of
/// whatever follows. The first 32 bytes of a clone's immutable arguments: read from its code for 100 gas.
type Shape is uint256;

/// @dev headers of the first classes (208 bits, lowest) | words loaded (24) | classes now (8) | epoch (16).
/// Classes are 0 until the last word is loaded, which is what tells that the model is ready.
type Meta is uint256;

using {
    shapeModel,
    shapeFeatures,
    shapeCapacity,
    shapeClasses,
    shapeSetting
} for Shape global;
using {metaLoaded, metaClasses, metaEpoch, metaWithClasses} for Meta global;

/// @dev Lanes of 24 bits in a word.
uint256 constant LANES_PER_WORD = 10;
uint256 constant META_HEADER_BITS = 208;
uint256 constant META_HEADERS = (1 << META_HEADER_BITS) - 1;
/// @dev Where OpenZeppelin's clone keeps its immutable arguments, and where behind them the headers of a shape begin.
uint256 constant ARGUMENTS_OFFSET = 45;
uint256 constant HEADERS_OFFSET = 74;

function shapeModel(Shape self) pure returns (address) {
    return address(uint160(Shape.unwrap(self) >> 96));
}

function shapeFeatures(Shape self) pure returns (uint256) {
    return (Shape.unwrap(self) >> 72) & 0xffffff;
}

function shapeCapacity(Shape self) pure returns (uint256) {
    return (Shape.unwrap(self) >> 64) & 0xff;
}

function shapeClasses(Shape self) pure returns (uint256) {
    return (Shape.unwrap(self) >> 56) & 0xff;
}

function shapeSetting(Shape self) pure returns (uint256) {
    return (Shape.unwrap(self) >> 24) & 0xffffffff;
}

function metaLoaded(Meta self) pure returns (uint256) {
    return (Meta.unwrap(self) >> META_HEADER_BITS) & 0xffffff;
}

function metaClasses(Meta self) pure returns (uint256) {
    return (Meta.unwrap(self) >> 232) & 0xff;
}

function metaEpoch(Meta self) pure returns (uint256) {
    return Meta.unwrap(self) >> 240;
}

/// @dev With classes added.
function metaWithClasses(Meta self, uint256 more) pure returns (Meta) {
    return Meta.wrap(Meta.unwrap(self) + (more << 232));
}
