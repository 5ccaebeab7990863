// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title What grants are refused with
/// @notice See IGrants. Tasks answer with these where a grant does not serve them.
interface IGrantErrors {
    /// @notice Where a grant stands.
    enum GrantState {
        None,
        Pending,
        Withdrawn,
        Refused,
        Approved
    }

    /// @notice There is no grant with this number.
    /// @param grant number that was given
    error NoSuchGrant(uint64 grant);

    /// @notice The grant stands elsewhere than the call needs.
    /// @param grant number of the grant
    /// @param state where it stands
    error WrongGrantState(uint64 grant, GrantState state);

    /// @notice A grant of a user serves that user alone.
    /// @param caller who tried
    /// @param user whose grant it is
    error NotGrantUser(address caller, address user);

    /// @notice Only the owner of the data set decides.
    /// @param caller who tried
    /// @param owner who may
    error NotGrantingOwner(address caller, address owner);

    /// @notice There is no data set with this number.
    /// @param dataset number that was given
    error NoDatasetToUse(uint64 dataset);

    /// @notice The data set was revoked, so nothing starts on it any more.
    /// @param dataset number of the data set
    error DatasetNotUsable(uint64 dataset);

    /// @notice The same was applied for before, and is pending or can still be used.
    /// @param grant number of that grant
    error GrantOpen(uint64 grant);

    /// @notice A grant ends after it begins, and in the future.
    /// @param from as asked for
    /// @param until as asked for
    error BadPeriod(uint40 from, uint40 until);

    /// @notice A grant allows one task or more, and as many tries at least as tasks.
    /// @param times as asked for
    /// @param tries as asked for
    error BadTimes(uint32 times, uint16 tries);

    /// @notice What is told has 1 to MAX_DIGITS digits.
    /// @param digits as asked for
    error BadDigits(uint8 digits);

    /// @notice A data set with a label is granted for a purpose only.
    error PurposeNeeded();

    /// @notice A text has at most MAX_REASON_LENGTH bytes.
    /// @param byteCount of the text that was given
    error ReasonTooLong(uint256 byteCount);

    /// @notice Only the contract of tasks draws on grants.
    /// @param caller who tried
    error NotTasks(address caller);

    /// @notice The grant is for something else.
    /// @param grant number of the grant
    /// @param purpose of the task
    /// @param granted purpose of the grant
    error PurposeDiffers(uint64 grant, bytes32 purpose, bytes32 granted);

    /// @notice The task would tell more digits than granted.
    /// @param grant number of the grant
    /// @param digits of the task
    /// @param granted most digits
    error TooManyDigits(uint64 grant, uint8 digits, uint8 granted);

    /// @notice The task would tell owners their own coefficients, and that is not granted.
    /// @param grant number of the grant
    error OwnCoefficientsNotGranted(uint64 grant);

    /// @notice The task would tell of fewer rows than granted.
    /// @param grant number of the grant
    /// @param minRows of the task
    /// @param granted fewest rows
    error TooFewRows(uint64 grant, uint32 minRows, uint32 granted);

    /// @notice The grant has not begun.
    /// @param grant number of the grant
    /// @param from when it begins
    error GrantNotYet(uint64 grant, uint40 from);

    /// @notice The grant has ended.
    /// @param grant number of the grant
    /// @param until when it ended
    error GrantOver(uint64 grant, uint40 until);

    /// @notice As many tasks as granted have used the grant or are running on it.
    /// @param grant number of the grant
    /// @param times as granted
    error TimesUsedUp(uint64 grant, uint32 times);

    /// @notice As many tasks as granted were started.
    /// @param grant number of the grant
    /// @param tries as granted
    error TriesUsedUp(uint64 grant, uint16 tries);

    /// @notice The task would tell more than is left of what was granted.
    /// @param grant number of the grant
    /// @param left facts that may still be told
    /// @param wanted facts that the task would tell
    error FactsUsedUp(uint64 grant, uint32 left, uint32 wanted);

    /// @notice The task would predict more rows than are left of what was granted.
    /// @param grant number of the grant
    /// @param left rows that may still be predicted
    /// @param wanted rows that the task would predict
    error RowsUsedUp(uint64 grant, uint32 left, uint32 wanted);
}
