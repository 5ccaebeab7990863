// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

// What a contribution, a refund and a report read and write, one storage word each. They are packed by hand, since each
// of these calls then costs one read and at most one write a word, whatever the compiler makes of a struct.

/// @dev time (40 bits, lowest) | initial (88) | left (88) | label (16) | known (1) | settled (1) |
/// number of the account that took the first share (22), 0 = nobody, or one whose number is too large
type Record is uint256;

/// @dev balance (128 bits, lowest) | points (64) | number (32), which an account gets with its first point
type Account is uint256;

/// @dev last contribution (40 bits, lowest) | all points (64) | contributions (32) | accounts with a number (32)
type Totals is uint256;

/// @dev Numbers above do not fit a record.
uint32 constant MOST_IN_RECORD = (1 << 22) - 1;

using {
    recordAt,
    recordInitial,
    recordLeft,
    recordLabel,
    recordKnown,
    recordSettled,
    recordReporter,
    recordTake,
    recordReportedBy
} for Record global;
using {
    accountBalance,
    accountGood,
    accountNumber,
    accountAdd,
    accountSubtract,
    accountPoint,
    accountNumbered
} for Account global;
using {
    totalsLast,
    totalsGood,
    totalsContributions,
    totalsNumbered,
    totalsContribution,
    totalsPoint,
    totalsNumber
} for Totals global;

function newRecord(uint256 madeAt, uint88 deposit, uint16 label, bool known_) pure returns (Record) {
    uint256 known = known_ ? 1 : 0;
    return Record.wrap(
        uint40(madeAt) | (uint256(deposit) << 40) | (uint256(deposit) << 128) | (uint256(label) << 216) | (known << 232)
    );
}

function recordAt(Record self) pure returns (uint40) {
    return uint40(Record.unwrap(self));
}

function recordInitial(Record self) pure returns (uint88) {
    return uint88(Record.unwrap(self) >> 40);
}

function recordLeft(Record self) pure returns (uint88) {
    return uint88(Record.unwrap(self) >> 128);
}

function recordLabel(Record self) pure returns (uint16) {
    return uint16(Record.unwrap(self) >> 216);
}

function recordKnown(Record self) pure returns (bool) {
    return (Record.unwrap(self) >> 232) & 1 != 0;
}

function recordSettled(Record self) pure returns (bool) {
    return (Record.unwrap(self) >> 233) & 1 != 0;
}

function recordReporter(Record self) pure returns (uint32) {
    return uint32(Record.unwrap(self) >> 234);
}

/// @dev Remembers who took the first share, by a number that fits.
function recordReportedBy(Record self, uint32 number) pure returns (Record) {
    return Record.wrap(Record.unwrap(self) | (uint256(number) << 234));
}

/// @dev Takes a part of what is left; a record of which nothing is left is settled.
function recordTake(Record self, uint88 amount) pure returns (Record) {
    uint256 word = Record.unwrap(self) - (uint256(amount) << 128);
    if (uint88(word >> 128) == 0) word |= 1 << 233;
    return Record.wrap(word);
}

function accountBalance(Account self) pure returns (uint128) {
    return uint128(Account.unwrap(self));
}

function accountGood(Account self) pure returns (uint64) {
    return uint64(Account.unwrap(self) >> 128);
}

function accountNumber(Account self) pure returns (uint32) {
    return uint32(Account.unwrap(self) >> 192);
}

function accountNumbered(Account self, uint32 number) pure returns (Account) {
    return Account.wrap(Account.unwrap(self) | (uint256(number) << 192));
}

/// @dev Never more than the coin's supply is in a model, so that the balance cannot run into the points.
function accountAdd(Account self, uint128 amount) pure returns (Account) {
    return Account.wrap(Account.unwrap(self) + amount);
}

/// @dev The caller has compared with the balance.
function accountSubtract(Account self, uint128 amount) pure returns (Account) {
    return Account.wrap(Account.unwrap(self) - amount);
}

function accountPoint(Account self) pure returns (Account) {
    return Account.wrap(Account.unwrap(self) + (1 << 128));
}

function totalsLast(Totals self) pure returns (uint40) {
    return uint40(Totals.unwrap(self));
}

function totalsGood(Totals self) pure returns (uint64) {
    return uint64(Totals.unwrap(self) >> 40);
}

function totalsContributions(Totals self) pure returns (uint32) {
    return uint32(Totals.unwrap(self) >> 104);
}

function totalsNumbered(Totals self) pure returns (uint32) {
    return uint32(Totals.unwrap(self) >> 136);
}

/// @dev Another account with a number: `totalsNumbered` afterwards.
function totalsNumber(Totals self) pure returns (Totals) {
    return Totals.wrap(Totals.unwrap(self) + (1 << 136));
}

/// @dev Another contribution at this time.
function totalsContribution(Totals self, uint256 madeAt) pure returns (Totals) {
    uint256 word = Totals.unwrap(self) + (1 << 104);
    return Totals.wrap(((word >> 40) << 40) | uint40(madeAt));
}

function totalsPoint(Totals self) pure returns (Totals) {
    return Totals.wrap(Totals.unwrap(self) + (1 << 40));
}
