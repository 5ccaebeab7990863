// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title Makes shared models, and knows which it has made
/// @notice A model is two clones (EIP-1167 with immutable arguments) of implementations that are named once, when the
/// factory is deployed: a classifier, and an entry that alone may change it. Nobody owns the factory.
interface IModelFactory {
    /// @notice What the owner of a model fixes once and for all.
    struct Terms {
        uint128 costWeight; // 10^-18 MDC; deposit: 1 to MAX_COST_WEIGHT, points and market: 0
        uint32 refundWait; // seconds; not longer than the next
        uint32 ownerWait; // seconds; not longer than the next
        uint32 anyWait; // seconds
    }

    /// @notice With what was loaded and taught later, all that is needed to rebuild the model. `shape` is as in
    /// IClassifier; `terms` = cost weight (16 bytes) ‖ refund wait (4) ‖ owner's wait (4) ‖ longest wait (4).
    event ModelCreated(
        address indexed model,
        address indexed owner,
        address classifier,
        uint8 classifierKind,
        uint8 incentiveKind,
        bytes shape,
        bytes terms,
        string metadataCid
    );

    error UnknownKind(uint8 kind);
    error WaitsOutOfOrder(uint32 refundWait, uint32 ownerWait, uint32 anyWait);
    error CostWeightOutOfRange(uint128 costWeight, uint128 least, uint128 most);
    error CidTooLong(uint256 length);

    /// @notice Makes a model that belongs to the caller. Its weights are loaded next; see ISharedModel.load.
    function create(
        uint8 classifierKind,
        uint8 incentiveKind,
        bytes calldata shape,
        Terms calldata terms,
        string calldata metadataCid
    ) external returns (address model);

    function coin() external view returns (address);
    function modelCount() external view returns (uint256);
    /// @notice Model by number, 1 for the first one.
    function modelAt(uint256 number) external view returns (address);
    function isModel(address model) external view returns (bool);
    /// @notice 0 dense perceptron, 1 sparse perceptron, 2 naive Bayes, 3 dense nearest centroid, 4 sparse nearest centroid.
    function classifierImplementation(uint8 kind) external view returns (address);
    /// @notice 0 deposit, 1 points, 2 market.
    function incentiveImplementation(uint8 kind) external view returns (address);
}
