// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {CID_LIMIT} from "../../../contracts/solidity/lib/CidLimit.sol";
import {IPublishedModels} from "./IPublishedModels.sol";

/// @title The registry of published models
/// @notice See IPublishedModels. It holds no tokens and nobody owns it.
/// @dev Invariants:
/// - The models 1 to `modelCount()` have a publisher each, who never changes; no others have one.
/// - A model that is withdrawn stays withdrawn.
contract PublishedModels is IPublishedModels {
    struct Entry {
        address publisher;
        bool withdrawn;
    }

    /// @notice Most bytes of a CID in its text form: what wins a bounty can be published.
    uint256 public constant MAX_CID_LENGTH = CID_LIMIT;
    /// @notice Most bytes of a name.
    uint256 public constant MAX_NAME_LENGTH = 80;
    /// @notice Most bytes of a description.
    uint256 public constant MAX_DESCRIPTION_LENGTH = 1_000;

    /// @inheritdoc IPublishedModels
    uint256 public modelCount;
    mapping(uint256 id => Entry) private _models;

    /// @inheritdoc IPublishedModels
    function publish(string calldata cid, string calldata name, string calldata description)
        external
        returns (uint256 id)
    {
        uint256 byteCount = bytes(cid).length;
        if (byteCount == 0 || byteCount > MAX_CID_LENGTH) revert BadModelCid(byteCount);
        byteCount = bytes(name).length;
        if (byteCount == 0 || byteCount > MAX_NAME_LENGTH) revert BadModelName(byteCount);
        byteCount = bytes(description).length;
        if (byteCount > MAX_DESCRIPTION_LENGTH) revert DescriptionTooLong(byteCount);

        id = ++modelCount;
        _models[id].publisher = msg.sender;
        emit ModelPublished(id, msg.sender, cid, name, description);
    }

    /// @inheritdoc IPublishedModels
    function withdraw(uint256 id) external {
        Entry storage entry = _models[id];
        if (entry.publisher == address(0)) revert NoSuchModel(id);
        if (entry.publisher != msg.sender) revert NotPublisher(msg.sender, entry.publisher);
        if (entry.withdrawn) revert ModelAlreadyWithdrawn(id);

        entry.withdrawn = true;
        emit ModelWithdrawn(id);
    }

    /// @inheritdoc IPublishedModels
    function model(uint256 id) external view returns (address publisher, bool withdrawn) {
        Entry memory found = _models[id];
        return (found.publisher, found.withdrawn);
    }
}
