// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

// What a contribution, a refund and a report read and write, one storage word each. They are packed by hand, since each
// of these calls then costs one read and at most one write a word, whatever the compiler makes of a struct.

/// @dev time (40 bits, lowest) | initial (80) | left (80) | known (1) | settled (1) | seconds from then until the last
/// report (32), 0 = never reported | number of the account that took the first share (22), 0 = nobody, or one whose
/// number is too large. All ModelCoin that there is fits 80 bits; the label is part of the record's key.
type Record is uint256;

/// @dev balance (128 bits, lowest) | points (64) | number (32), which an account gets with its first point
type Account is uint256;

/// @dev last contribution that the model did not know (40 bits, lowest) | all points (64) | contributions (32) | accounts with a number (32)
type Totals is uint256;

/// @dev Numbers above do not fit a record.
uint32 constant MOST_IN_RECORD = (1 << 22) - 1;

using {
    recordAt,
    recordInitial,
    recordLeft,
    recordKnown,
    recordSettled,
    recordReportedAt,
    recordTaker,
    recordTake,
    recordSettle,
    recordReport,
    recordTakenBy
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
    totalsKnown,
    totalsPoint,
    totalsNumber
} for Totals global;

/// @dev A record of which nothing can ever be claimed is settled from the start.
function newRecord(uint256 madeAt, uint80 deposit, bool known_) pure returns (Record) {
    uint256 known = known_ ? 1 : 0;
    uint256 settled = known_ && deposit == 0 ? 1 : 0;
    return Record.wrap(
        uint40(madeAt) | (uint256(deposit) << 40) | (uint256(deposit) << 120) | (known << 200) | (settled << 201)
    );
}

function recordAt(Record self) pure returns (uint40) {
    return uint40(Record.unwrap(self));
}

function recordInitial(Record self) pure returns (uint80) {
    return uint80(Record.unwrap(self) >> 40);
}

function recordLeft(Record self) pure returns (uint80) {
    return uint80(Record.unwrap(self) >> 120);
}

function recordKnown(Record self) pure returns (bool) {
    return (Record.unwrap(self) >> 200) & 1 != 0;
}

function recordSettled(Record self) pure returns (bool) {
    return (Record.unwrap(self) >> 201) & 1 != 0;
}

/// @dev When it was reported last, seconds since the epoch; 0 = never.
function recordReportedAt(Record self) pure returns (uint256) {
    uint32 after_ = uint32(Record.unwrap(self) >> 202);
    return after_ == 0 ? 0 : uint256(self.recordAt()) + after_;
}

function recordTaker(Record self) pure returns (uint32) {
    return uint32(Record.unwrap(self) >> 234);
}

/// @dev Remembers a report of now, which is later than the record. After 136 years all reports seem to be of one second.
function recordReport(Record self, uint256 now_) pure returns (Record) {
    uint256 after_ = now_ - self.recordAt();
    if (after_ > type(uint32).max) after_ = type(uint32).max;
    return Record.wrap((Record.unwrap(self) & ~(uint256(type(uint32).max) << 202)) | (after_ << 202));
}

/// @dev Remembers who took the first share, by a number that fits.
function recordTakenBy(Record self, uint32 number) pure returns (Record) {
    return Record.wrap(Record.unwrap(self) | (uint256(number) << 234));
}

/// @dev Takes a part of what is left, at most all of it.
function recordTake(Record self, uint80 amount) pure returns (Record) {
    return Record.wrap(Record.unwrap(self) - (uint256(amount) << 120));
}

function recordSettle(Record self) pure returns (Record) {
    return Record.wrap(Record.unwrap(self) | (1 << 201));
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

/// @dev Another contribution, of something that the model knew: it says nothing of how much the model is asked to learn,
/// so that the price goes on falling.
function totalsKnown(Totals self) pure returns (Totals) {
    return Totals.wrap(Totals.unwrap(self) + (1 << 104));
}

/// @dev Another contribution at this time, of something that the model did not know.
function totalsContribution(Totals self, uint256 madeAt) pure returns (Totals) {
    uint256 word = Totals.unwrap(self) + (1 << 104);
    return Totals.wrap(((word >> 40) << 40) | uint40(madeAt));
}

function totalsPoint(Totals self) pure returns (Totals) {
    return Totals.wrap(Totals.unwrap(self) + (1 << 40));
}
