// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title A list of models that people publish outside of any bounty
/// @notice The file itself lies wherever its CID is served; here is who published it under which words. What is said of
/// a model is the publisher's word alone.
contract PublishedModels {
    struct Entry {
        address publisher;
        bool withdrawn;
    }

    event ModelPublished(
        uint256 indexed id, address indexed publisher, string cid, string name, string description
    );
    event ModelWithdrawn(uint256 indexed id);

    error BadModelCid(uint256 length);
    error BadModelName(uint256 length);
    error DescriptionTooLong(uint256 length);
    error NoSuchModel(uint256 id);
    error NotPublisher(address caller, address publisher);
    error ModelAlreadyWithdrawn(uint256 id);

    /// @notice Bytes of a CID in its text form; at least 1.
    uint256 public constant MAX_CID_LENGTH = 100;
    /// @notice Bytes of a name; at least 1.
    uint256 public constant MAX_NAME_LENGTH = 80;
    /// @notice Bytes of a description.
    uint256 public constant MAX_DESCRIPTION_LENGTH = 1_000;

    /// @notice Models ever published, which is the highest id.
    uint256 public modelCount;
    mapping(uint256 id => Entry) private _models;

    /// @notice Publishes a model file under the caller's name.
    /// @return id 1 for the first.
    function publish(string calldata cid, string calldata name, string calldata description)
        external
        returns (uint256 id)
    {
        uint256 length = bytes(cid).length;
        if (length == 0 || length > MAX_CID_LENGTH) revert BadModelCid(length);
        length = bytes(name).length;
        if (length == 0 || length > MAX_NAME_LENGTH) revert BadModelName(length);
        length = bytes(description).length;
        if (length > MAX_DESCRIPTION_LENGTH) revert DescriptionTooLong(length);

        id = ++modelCount;
        _models[id].publisher = msg.sender;
        emit ModelPublished(id, msg.sender, cid, name, description);
    }

    /// @notice Takes a model off the list; by its publisher, for good. The event that published it remains.
    function withdraw(uint256 id) external {
        Entry storage entry = _models[id];
        if (entry.publisher == address(0)) revert NoSuchModel(id);
        if (entry.publisher != msg.sender) revert NotPublisher(msg.sender, entry.publisher);
        if (entry.withdrawn) revert ModelAlreadyWithdrawn(id);

        entry.withdrawn = true;
        emit ModelWithdrawn(id);
    }

    /// @notice Who published a model and whether it was withdrawn; the zero address where there is none.
    function model(uint256 id) external view returns (address publisher, bool withdrawn) {
        Entry memory found = _models[id];
        return (found.publisher, found.withdrawn);
    }
}
