// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @dev Most bytes of a CID in its text form, for every contract that takes one: a CID that one contract takes can be
/// given to any other. Equal to `protocol::cid::MAX_CID_LENGTH`.
uint256 constant CID_LIMIT = 128;
