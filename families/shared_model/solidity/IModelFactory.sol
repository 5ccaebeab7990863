// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IShapeErrors} from "./classifiers/IClassifierErrors.sol";

/// @title Makes shared models, and knows which it has made
/// @notice A model is two clones (EIP-1167 with immutable arguments) of implementations that are named once, when the
/// factory is deployed: a classifier, and an entry that alone may change it. Nobody owns the factory.
/// @dev A shape that the classifier refuses is refused with the classifier's own error, which is part of this interface.
interface IModelFactory is IShapeErrors {
    /// @notice What the owner of a model fixes once and for all.
    struct Terms {
        uint128 costWeight; // 10^-18 MDC; deposit: 1 to MAX_COST_WEIGHT, points and market: 0
        uint32 refundWait; // seconds; at least MIN_REFUND_WAIT except in a market
        uint32 ownerWait; // seconds; at least a refund wait longer than the one before
        uint32 anyWait; // seconds; at least a refund wait longer than the one before, at most MAX_WAIT
    }

    /// @notice A model was made. With what is loaded and taught later, this is all that is needed to rebuild it.
    /// @param model address of the model
    /// @param owner who made it
    /// @param classifier address of its classifier
    /// @param classifierKind 0 dense perceptron, 1 sparse perceptron, 2 naive Bayes, 3 dense nearest centroid, 4 sparse
    /// nearest centroid
    /// @param incentiveKind 0 deposit, 1 points, 2 market
    /// @param shape as in IClassifier
    /// @param terms cost weight (16 bytes) ‖ refund wait (4) ‖ owner's wait (4) ‖ longest wait (4)
    /// @param metadataCid CID of the description: names, encoder, test set
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

    /// @notice There is no classifier or incentive with this number.
    /// @param kind number that was given
    error UnknownKind(uint8 kind);

    /// @notice The waits are not in order, each at least a refund wait longer than the one before: a report made when
    /// one wait ends is carried out when the next one does.
    /// @param refundWait seconds
    /// @param ownerWait seconds
    /// @param anyWait seconds
    error WaitsOutOfOrder(uint32 refundWait, uint32 ownerWait, uint32 anyWait);

    /// @notice The refund wait is too short, or the longest wait too long.
    /// @param wait that was given, seconds
    /// @param least that is allowed, seconds
    /// @param most that is allowed, seconds
    error WaitOutOfRange(uint32 wait, uint32 least, uint32 most);

    /// @notice The incentive does not allow this cost weight.
    /// @param costWeight that was given, 10^-18 MDC
    /// @param least that is allowed, 10^-18 MDC
    /// @param most that is allowed, 10^-18 MDC
    error CostWeightOutOfRange(uint128 costWeight, uint128 least, uint128 most);

    /// @notice A CID has at most MAX_CID_LENGTH bytes.
    /// @param byteCount length of the CID that was given
    error CidTooLong(uint256 byteCount);

    /// @notice Makes a model that belongs to the caller. Its weights are loaded next; see ISharedModel.load.
    /// @dev The addresses of model and classifier follow from all arguments, the caller, how many models the caller has
    /// made before and the time. So what somebody signs for one model means no other one after a reorganisation.
    /// @param classifierKind number of the classifier
    /// @param incentiveKind number of the incentive
    /// @param shape as in IClassifier
    /// @param terms what is fixed once and for all
    /// @param metadataCid CID of the description: names, encoder, test set
    /// @return model address of the model
    function create(
        uint8 classifierKind,
        uint8 incentiveKind,
        bytes calldata shape,
        Terms calldata terms,
        string calldata metadataCid
    ) external returns (address model);

    /// @notice The coin of all models.
    /// @return address of ModelCoin
    function coin() external view returns (address);

    /// @notice Number of models ever made, which is the highest number of one.
    /// @return count 0 while there are none
    function modelCount() external view returns (uint256 count);

    /// @notice Number of models that an account has made.
    /// @param owner account that is asked about
    /// @return count 0 while there are none
    function modelsOf(address owner) external view returns (uint256 count);

    /// @notice Whether this factory has made a model.
    /// @param model address that is asked about
    /// @return made whether it is a model of this factory
    function isModel(address model) external view returns (bool made);

    /// @notice The implementation that classifiers of a kind are clones of.
    /// @param kind 0 dense perceptron, 1 sparse perceptron, 2 naive Bayes, 3 dense nearest centroid, 4 sparse nearest
    /// centroid
    /// @return implementation its address
    function classifierImplementation(uint8 kind) external view returns (address implementation);

    /// @notice The implementation that models with an incentive are clones of.
    /// @param kind 0 deposit, 1 points, 2 market
    /// @return implementation its address
    function incentiveImplementation(uint8 kind) external view returns (address implementation);
}
