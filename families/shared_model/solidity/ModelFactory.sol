// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";

import {CID_LIMIT} from "../../../contracts/solidity/lib/CidLimit.sol";
import {IModelFactory} from "./IModelFactory.sol";
import {DEPOSIT, DEPOSIT_FACTOR, INCENTIVE_KINDS} from "./model/IncentiveKinds.sol";
import {CLASSIFIER_KINDS} from "./classifiers/ClassifierKinds.sol";
import {IClassifier} from "./classifiers/IClassifier.sol";

/// @title The factory and registry of shared models
/// @notice See IModelFactory.
/// @dev Invariants:
/// - `isModel` is true of the addresses `modelAt(1)` to `modelAt(modelCount())`, and of no others.
/// - The factory creates two contracts for each model, its classifier and then the model, and nothing else: that is
///   what the addresses follow from.
/// - The factory holds no tokens, and coin and implementations never change.
contract ModelFactory is IModelFactory {
    // ---------------------------------------------------------------- limits

    /// @notice Number of classifiers to choose from.
    uint8 public constant CLASSIFIERS = CLASSIFIER_KINDS;
    /// @notice Number of incentives to choose from.
    uint8 public constant INCENTIVES = INCENTIVE_KINDS;
    /// @notice Greatest cost weight, 10^-18 MDC. The dearest deposit, 3600 times this, fits the 88 bits that a record
    /// has for it.
    uint128 public constant MAX_COST_WEIGHT = uint128(type(uint88).max / DEPOSIT_FACTOR);
    /// @notice Most bytes of a CID in its text form.
    uint256 public constant MAX_CID_LENGTH = CID_LIMIT;

    // ---------------------------------------------------------------- storage

    /// @inheritdoc IModelFactory
    address public immutable coin;
    address[CLASSIFIERS] private _classifiers;
    address[INCENTIVES] private _incentives;
    /// @inheritdoc IModelFactory
    uint256 public modelCount;
    /// @inheritdoc IModelFactory
    mapping(address model => bool) public isModel;

    /// @param coin_ ModelCoin
    /// @param classifiers implementations by the number of their kind
    /// @param incentives implementations by the number of their kind
    constructor(address coin_, address[CLASSIFIERS] memory classifiers, address[INCENTIVES] memory incentives) {
        coin = coin_;
        _classifiers = classifiers;
        _incentives = incentives;
    }

    // ---------------------------------------------------------------- making models

    /// @inheritdoc IModelFactory
    function create(
        uint8 classifierKind,
        uint8 incentiveKind,
        bytes calldata shape,
        Terms calldata terms,
        string calldata metadataCid
    ) external returns (address model) {
        address classifierCode = classifierImplementation(classifierKind);
        _checkTerms(incentiveKind, terms);
        if (bytes(metadataCid).length > MAX_CID_LENGTH) revert CidTooLong(bytes(metadataCid).length);
        IClassifier(classifierCode).checkShape(shape);

        // Each of the two names the other in its code. A factory's n-th creation has the address that follows from n,
        // so that the model's is known before its classifier is made.
        uint256 number = ++modelCount;
        model = modelAt(number);
        bytes memory packed =
            abi.encodePacked(terms.costWeight, terms.refundWait, terms.ownerWait, terms.anyWait);
        address classifier = Clones.cloneWithImmutableArgs(classifierCode, abi.encodePacked(model, shape));
        address made = Clones.cloneWithImmutableArgs(
            incentiveImplementation(incentiveKind),
            abi.encodePacked(classifier, uint40(block.timestamp), msg.sender, packed)
        );
        assert(made == model);
        isModel[model] = true;
        emit ModelCreated(model, msg.sender, classifier, classifierKind, incentiveKind, shape, packed, metadataCid);
    }

    function _checkTerms(uint8 incentiveKind, Terms calldata terms) private pure {
        if (incentiveKind >= INCENTIVES) revert UnknownKind(incentiveKind);
        if (terms.refundWait > terms.ownerWait || terms.ownerWait > terms.anyWait) {
            revert WaitsOutOfOrder(terms.refundWait, terms.ownerWait, terms.anyWait);
        }
        // Without a cost weight nothing would ever be at stake; that is what PointsModel is for.
        (uint128 least, uint128 most) = incentiveKind == DEPOSIT ? (uint128(1), MAX_COST_WEIGHT) : (uint128(0), uint128(0));
        if (terms.costWeight < least || terms.costWeight > most) {
            revert CostWeightOutOfRange(terms.costWeight, least, most);
        }
    }

    // ---------------------------------------------------------------- reading

    /// @inheritdoc IModelFactory
    /// @dev A contract's nonce begins at 1 (EIP-161) and counts its creations: two a model, the model second. The
    /// address is the hash of the RLP list of creator and nonce.
    function modelAt(uint256 number) public view returns (address) {
        uint256 nonce = 2 * number;
        bytes memory encoded;
        if (nonce < 0x80) encoded = abi.encodePacked(bytes2(0xd694), address(this), uint8(nonce));
        else if (nonce <= type(uint8).max) encoded = abi.encodePacked(bytes2(0xd794), address(this), bytes1(0x81), uint8(nonce));
        else if (nonce <= type(uint16).max) encoded = abi.encodePacked(bytes2(0xd894), address(this), bytes1(0x82), uint16(nonce));
        else if (nonce <= type(uint24).max) encoded = abi.encodePacked(bytes2(0xd994), address(this), bytes1(0x83), uint24(nonce));
        else encoded = abi.encodePacked(bytes2(0xda94), address(this), bytes1(0x84), uint32(nonce));
        return address(uint160(uint256(keccak256(encoded))));
    }

    /// @inheritdoc IModelFactory
    function classifierImplementation(uint8 kind) public view returns (address) {
        if (kind >= CLASSIFIERS) revert UnknownKind(kind);
        return _classifiers[kind];
    }

    /// @inheritdoc IModelFactory
    function incentiveImplementation(uint8 kind) public view returns (address) {
        if (kind >= INCENTIVES) revert UnknownKind(kind);
        return _incentives[kind];
    }
}
