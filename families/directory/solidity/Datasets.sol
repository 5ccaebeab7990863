// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IDatasets} from "./IDatasets.sol";
import {IDirectory} from "./IDirectory.sol";

/// @title The registry of data sets
/// @notice See IDatasets. It holds no tokens and nobody owns it.
/// @dev Invariants:
/// - The data sets 1 to `datasetCount()` have an owner each, who never changes; no others have one.
/// - Of a data set only the prices change, and its state once, from Released to Revoked.
contract Datasets is IDatasets {
    /// @notice Highest number of an industry.
    uint8 public constant MAX_INDUSTRY = 12;

    struct Stored {
        address owner;
        uint40 publishedAt;
        uint32 rows;
        uint16 columns;
        DatasetState state; // with what is read when a task starts
        //
        uint96 pricePerUse;
        uint96 pricePerDay;
        uint8 industry;
        bool labelled;
        //
        bytes32 metadata;
        bytes32 dataRoot;
        bytes32 idRoot;
    }

    IDirectory private immutable DIRECTORY;

    /// @inheritdoc IDatasets
    uint64 public datasetCount;
    mapping(uint64 id => Stored) private _datasets;

    /// @param directory_ the directory whose organisations publish here
    constructor(address directory_) {
        DIRECTORY = IDirectory(directory_);
    }

    /// @inheritdoc IDatasets
    function publish(DatasetTerms calldata terms) external returns (uint64 id) {
        if (!DIRECTORY.organisation(msg.sender).joined) revert PublisherNotJoined(msg.sender);
        if (terms.metadata == 0 || terms.dataRoot == 0) revert EmptyDatasetRoot();
        if (terms.rows == 0 || terms.columns == 0) revert EmptyDataset(terms.rows, terms.columns);
        if (terms.industry == 0 || terms.industry > MAX_INDUSTRY) revert NoSuchIndustry(terms.industry);

        id = ++datasetCount;
        Stored storage d = _datasets[id];
        d.owner = msg.sender;
        d.publishedAt = uint40(block.timestamp);
        d.rows = terms.rows;
        d.columns = terms.columns;
        d.state = DatasetState.Released;
        d.pricePerUse = terms.pricePerUse;
        d.pricePerDay = terms.pricePerDay;
        d.industry = terms.industry;
        d.labelled = terms.labelled;
        d.metadata = terms.metadata;
        d.dataRoot = terms.dataRoot;
        d.idRoot = terms.idRoot;
        emit DatasetPublished(id, msg.sender, terms);
    }

    /// @inheritdoc IDatasets
    function setPrices(uint64 id, uint96 pricePerUse, uint96 pricePerDay) external {
        Stored storage d = _mine(id);
        d.pricePerUse = pricePerUse;
        d.pricePerDay = pricePerDay;
        emit PricesChanged(id, pricePerUse, pricePerDay);
    }

    /// @inheritdoc IDatasets
    function revoke(uint64 id) external {
        _mine(id).state = DatasetState.Revoked;
        emit DatasetRevoked(id);
    }

    /// @dev A data set of the caller that is not revoked.
    function _mine(uint64 id) private view returns (Stored storage d) {
        d = _datasets[id];
        if (d.state == DatasetState.None) revert NoSuchDataset(id);
        if (d.owner != msg.sender) revert NotDatasetOwner(msg.sender, d.owner);
        if (d.state == DatasetState.Revoked) revert DatasetIsRevoked(id);
    }

    /// @inheritdoc IDatasets
    function dataset(uint64 id) external view returns (DatasetInfo memory found) {
        Stored memory d = _datasets[id];
        DatasetTerms memory terms = DatasetTerms({
            metadata: d.metadata,
            dataRoot: d.dataRoot,
            idRoot: d.idRoot,
            rows: d.rows,
            columns: d.columns,
            industry: d.industry,
            labelled: d.labelled,
            pricePerUse: d.pricePerUse,
            pricePerDay: d.pricePerDay
        });
        return DatasetInfo({terms: terms, owner: d.owner, publishedAt: d.publishedAt, state: d.state});
    }

    /// @inheritdoc IDatasets
    function standing(uint64 id) external view returns (address owner, DatasetState state) {
        Stored storage d = _datasets[id];
        return (d.owner, d.state);
    }

    /// @inheritdoc IDatasets
    function isLabelled(uint64 id) external view returns (bool labelled) {
        return _datasets[id].labelled;
    }

    /// @inheritdoc IDatasets
    function directory() external view returns (address) {
        return address(DIRECTORY);
    }
}
