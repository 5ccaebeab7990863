// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title A list of models that people publish outside of any bounty
/// @notice The file itself lies wherever its CID is served; here is who published it under which words. What is said of
/// a model is the publisher's word alone.
interface IPublishedModels {
    /// @notice Somebody has published a model.
    /// @param id number of the model, 1 for the first
    /// @param publisher who published it
    /// @param cid CID of the model file, in its text form
    /// @param name that the publisher gives it
    /// @param description that the publisher gives it
    event ModelPublished(
        uint256 indexed id, address indexed publisher, string cid, string name, string description
    );

    /// @notice A publisher has taken a model off the list.
    /// @param id number of the model
    event ModelWithdrawn(uint256 indexed id);

    /// @notice A CID has 1 to MAX_CID_LENGTH bytes.
    /// @param byteCount length of the CID that was given
    error BadModelCid(uint256 byteCount);

    /// @notice A name has 1 to MAX_NAME_LENGTH bytes.
    /// @param byteCount length of the name that was given
    error BadModelName(uint256 byteCount);

    /// @notice A description has at most MAX_DESCRIPTION_LENGTH bytes.
    /// @param byteCount length of the description that was given
    error DescriptionTooLong(uint256 byteCount);

    /// @notice There is no model with this number.
    /// @param id number that was given
    error NoSuchModel(uint256 id);

    /// @notice Only its publisher may withdraw a model.
    /// @param caller who tried
    /// @param publisher who may
    error NotPublisher(address caller, address publisher);

    /// @notice The model was withdrawn before.
    /// @param id number of the model
    error ModelAlreadyWithdrawn(uint256 id);

    /// @notice Publishes a model file under the caller's name.
    /// @param cid CID of the model file, in its text form, 1 to MAX_CID_LENGTH bytes
    /// @param name 1 to MAX_NAME_LENGTH bytes
    /// @param description at most MAX_DESCRIPTION_LENGTH bytes
    /// @return id 1 for the first
    function publish(string calldata cid, string calldata name, string calldata description)
        external
        returns (uint256 id);

    /// @notice Takes a model off the list; by its publisher, for good. The event that published it remains.
    /// @param id number of the model
    function withdraw(uint256 id) external;

    /// @notice A model on the list.
    /// @param id number of the model
    /// @return publisher who published it, the zero address where there is none
    /// @return withdrawn whether its publisher has taken it off the list
    function model(uint256 id) external view returns (address publisher, bool withdrawn);

    /// @notice Number of models ever published, which is the highest number of one.
    /// @return count 0 while there are none
    function modelCount() external view returns (uint256 count);
}
