// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title Data sets that stay with their owners
/// @notice What is said of a data set: how large it is, which columns are visible, what its owner asks for it. Its rows
/// never leave the owner. The roots bind the owner to one and the same data over several runs; they prove nothing about
/// the data.
interface IDatasets {
    /// @notice Where a data set stands.
    enum DatasetState {
        None,
        Released,
        Revoked
    }

    /// @notice What an owner says of a data set when it is published.
    /// @param metadata SHA-256 of a file of one block: names and types of the visible columns, description
    /// @param dataRoot salted Merkle root of the prepared rows
    /// @param idRoot salted Merkle root of the keys of the rows; 0 where there is no key column
    /// @param rows number of rows, without the header
    /// @param columns number of columns, the hidden ones included
    /// @param industry 1 to MAX_INDUSTRY: the list that Metis has
    /// @param labelled whether a column is a label, so that a grant must name its purpose
    /// @param pricePerUse what the owner asks for a task, in the smallest unit of the coin
    /// @param pricePerDay what the owner asks for a day of a grant by period, in the smallest unit of the coin
    struct DatasetTerms {
        bytes32 metadata;
        bytes32 dataRoot;
        bytes32 idRoot;
        uint32 rows;
        uint16 columns;
        uint8 industry;
        bool labelled;
        uint96 pricePerUse;
        uint96 pricePerDay;
    }

    /// @notice A data set as the contract stores it.
    /// @param terms as published, with the prices of now
    /// @param owner who published it
    /// @param publishedAt seconds since the epoch
    /// @param state Released until its owner revokes it
    struct DatasetInfo {
        DatasetTerms terms;
        address owner;
        uint40 publishedAt;
        DatasetState state;
    }

    /// @notice An organisation has published a data set.
    /// @param dataset its number, 1 for the first
    /// @param owner who published it
    /// @param terms what is said of it
    event DatasetPublished(uint64 indexed dataset, address indexed owner, DatasetTerms terms);

    /// @notice An owner asks other prices.
    /// @param dataset number of the data set
    /// @param pricePerUse for a task
    /// @param pricePerDay for a day of a grant by period
    event PricesChanged(uint64 indexed dataset, uint96 pricePerUse, uint96 pricePerDay);

    /// @notice An owner has revoked a data set, for good. No task starts on it any more.
    /// @param dataset number of the data set
    event DatasetRevoked(uint64 indexed dataset);

    /// @notice There is no data set with this number.
    /// @param dataset number that was given
    error NoSuchDataset(uint64 dataset);

    /// @notice Only its owner changes a data set.
    /// @param caller who tried
    /// @param owner who may
    error NotDatasetOwner(address caller, address owner);

    /// @notice The data set was revoked.
    /// @param dataset number of the data set
    error DatasetIsRevoked(uint64 dataset);

    /// @notice Only an organisation of the directory publishes data sets.
    /// @param caller who tried
    error PublisherNotJoined(address caller);

    /// @notice A data set has metadata and a root of its rows, which are never 0.
    error EmptyDatasetRoot();

    /// @notice A data set has rows and columns.
    /// @param rows that were given
    /// @param columns that were given
    error EmptyDataset(uint32 rows, uint16 columns);

    /// @notice An industry is one of the list.
    /// @param industry that was given
    error NoSuchIndustry(uint8 industry);

    /// @notice Publishes a data set. Only what is said of it goes on chain.
    /// @param terms what is said of it
    /// @return id its number, 1 for the first
    function publish(DatasetTerms calldata terms) external returns (uint64 id);

    /// @notice Asks other prices for grants of the future; by the owner.
    /// @param id number of the data set
    /// @param pricePerUse for a task
    /// @param pricePerDay for a day of a grant by period
    function setPrices(uint64 id, uint96 pricePerUse, uint96 pricePerDay) external;

    /// @notice Revokes a data set, for good; by the owner. Tasks that are running go on, no other starts.
    /// @param id number of the data set
    function revoke(uint64 id) external;

    /// @notice All that is stored of a data set.
    /// @param id number of the data set
    /// @return found state None where there is none
    function dataset(uint64 id) external view returns (DatasetInfo memory found);

    /// @notice Whose a data set is, and whether it can be used.
    /// @param id number of the data set
    /// @return owner who published it, the zero address where there is none
    /// @return state where it stands
    function standing(uint64 id) external view returns (address owner, DatasetState state);

    /// @notice Whether a data set has a label column.
    /// @param id number of the data set
    /// @return labelled as its owner said
    function isLabelled(uint64 id) external view returns (bool labelled);

    /// @notice Number of data sets ever published, which is the highest number of one.
    /// @return count 0 while there are none
    function datasetCount() external view returns (uint64 count);

    /// @notice The directory whose organisations publish here.
    /// @return address of the IDirectory
    function directory() external view returns (address);
}
