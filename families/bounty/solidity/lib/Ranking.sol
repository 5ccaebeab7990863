// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {Heap} from "@openzeppelin/contracts/utils/structs/Heap.sol";

/// @title Claims in the order in which they would win
/// @notice Highest claim first, the earlier submission first among equals. A claim is one word, smallest word first:
/// inverted claim (32 bits), order of submission (32 bits), trainer (160 bits).
library Ranking {
    using Heap for Heap.Uint256Heap;

    function add(Heap.Uint256Heap storage ranking, uint32 correct, uint32 order, address trainer) internal {
        ranking.insert((uint256(~correct) << 192) | (uint256(order) << 160) | uint160(trainer));
    }

    /// @dev Reverts with a panic where the ranking is empty.
    function first(Heap.Uint256Heap storage ranking) internal view returns (address trainer) {
        return address(uint160(ranking.peek()));
    }

    function dropFirst(Heap.Uint256Heap storage ranking) internal {
        ranking.pop();
    }
}
