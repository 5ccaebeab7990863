// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title Who has run a bounty's model and met its predictions
/// @notice Whoever runs a trainer's model on the published test data and compares row by row with the predictions that
/// were revealed can say here what came out. It is a word, not a proof: the contract checks that there is something to
/// reproduce and that everyone says it once, not that anything was run. No tokens depend on it.
interface IReproductions {
    /// @notice Somebody says that they have run a trainer's model.
    /// @param bounty number of the bounty
    /// @param trainer whose model it is
    /// @param by who says so
    /// @param equal number of rows whose prediction is the one that was revealed
    /// @param rows number of test rows of the bounty
    event Reproduced(
        uint256 indexed bounty, address indexed trainer, address indexed by, uint32 equal, uint32 rows
    );

    /// @notice There is no bounty with this number, or the trainer has no verified reveal in it.
    /// @param bounty number that was given
    /// @param trainer who was given
    error NothingToReproduce(uint256 bounty, address trainer);

    /// @notice Nobody attests a model of their own.
    /// @param bounty number of the bounty
    /// @param trainer who tried
    error OwnReproduction(uint256 bounty, address trainer);

    /// @notice An attestation covers all test rows.
    /// @param rows that were given
    /// @param testRows of the bounty
    error RowsDiffer(uint32 rows, uint32 testRows);

    /// @notice No more rows can be equal than there are.
    /// @param equal rows as given
    /// @param rows of the bounty
    error EqualTooHigh(uint32 equal, uint32 rows);

    /// @notice An account attests a trainer's model once.
    /// @param bounty number of the bounty
    /// @param trainer whose model it is
    /// @param by who has attested it before
    error AlreadyAttested(uint256 bounty, address trainer, address by);

    /// @notice Says that `equal` of `rows` predictions of the trainer's model are those that were revealed.
    /// @param bounty number of the bounty
    /// @param trainer whose model was run
    /// @param equal number of rows whose prediction is the one that was revealed
    /// @param rows all test rows of the bounty
    function attest(uint256 bounty, address trainer, uint32 equal, uint32 rows) external;

    /// @notice How many have attested a trainer's model.
    /// @param bounty number of the bounty
    /// @param trainer whose model it is
    /// @return reproduced number of those who said that all rows are equal
    /// @return differing number of those who said that some are not
    function counts(uint256 bounty, address trainer) external view returns (uint32 reproduced, uint32 differing);

    /// @notice Whether an account has attested a trainer's model.
    /// @param bounty number of the bounty
    /// @param trainer whose model it is
    /// @param by whose attestation is asked about
    /// @return done whether there is one
    function attested(uint256 bounty, address trainer, address by) external view returns (bool done);

    /// @notice The market whose bounties are meant.
    /// @return address of the IBountyMarket
    function market() external view returns (address);
}
