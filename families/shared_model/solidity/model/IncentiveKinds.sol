// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

// The incentives by number: the order in which the factory names their implementations, and the order of
// `protocol::shared_model::IncentiveKind`.

uint8 constant DEPOSIT = 0;
uint8 constant POINTS = 1;
uint8 constant MARKET = 2;
/// @dev How many there are.
uint8 constant INCENTIVE_KINDS = 3;

/// @dev In the second of the last contribution a deposit is this times the cost weight; s seconds later it is that
/// divided by the square root of s.
uint256 constant DEPOSIT_FACTOR = 3600;

/// @dev Shortest refund wait where something is refunded, seconds: what is taught and claimed in one transaction would
/// cost nothing.
uint32 constant MIN_REFUND_WAIT = 1 minutes;
/// @dev Longest wait, seconds.
uint32 constant MAX_WAIT = 365 days;
