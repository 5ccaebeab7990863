// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";

import {CID_LIMIT} from "../../../contracts/solidity/lib/CidLimit.sol";
import {IModelFactory} from "./IModelFactory.sol";
import {DEPOSIT, DEPOSIT_FACTOR, INCENTIVE_KINDS, MARKET, MAX_WAIT, MIN_REFUND_WAIT} from "./model/IncentiveKinds.sol";
import {CLASSIFIER_KINDS} from "./classifiers/ClassifierKinds.sol";
import {IClassifier} from "./classifiers/IClassifier.sol";
import {ARGUMENTS_OFFSET} from "./classifiers/Layout.sol";

/// @title The factory and registry of shared models
/// @notice See IModelFactory.
/// @dev Invariants:
/// - `isModel` is true of the `modelCount()` addresses that ModelCreated has named, and of no others.
/// - The address of a model binds who made it and all its terms: code and salt, of which it is the hash, have them.
/// - The factory holds no tokens, and coin and implementations never change.
contract ModelFactory is IModelFactory {
    // ---------------------------------------------------------------- limits

    /// @notice Number of classifiers to choose from.
    uint8 public constant CLASSIFIERS = CLASSIFIER_KINDS;
    /// @notice Number of incentives to choose from.
    uint8 public constant INCENTIVES = INCENTIVE_KINDS;
    /// @notice Greatest cost weight, 10^-18 MDC. The dearest deposit, 3600 times this, fits the 80 bits that a record
    /// has for it.
    uint128 public constant MAX_COST_WEIGHT = uint128(type(uint80).max / DEPOSIT_FACTOR);
    /// @notice Most bytes of a CID in its text form.
    uint256 public constant MAX_CID_LENGTH = CID_LIMIT;
    /// @notice Shortest refund wait except in a market, seconds.
    uint32 public constant LEAST_REFUND_WAIT = MIN_REFUND_WAIT;
    /// @notice Longest wait, seconds.
    uint32 public constant LONGEST_WAIT = MAX_WAIT;

    /// @dev Creation code of a contract that creates, with CREATE, whatever creation code it is called with. What it
    /// creates first has an address that follows from its own alone, and not from the code: so model and classifier can
    /// each have the other's address in their code.
    bytes private constant CREATOR = hex"67363d3d37363d34f03d5260086018f3";

    // ---------------------------------------------------------------- storage

    /// @inheritdoc IModelFactory
    address public immutable coin;
    address[CLASSIFIERS] private _classifiers;
    address[INCENTIVES] private _incentives;
    /// @inheritdoc IModelFactory
    uint256 public modelCount;
    /// @inheritdoc IModelFactory
    mapping(address model => bool) public isModel;
    /// @inheritdoc IModelFactory
    mapping(address owner => uint256) public modelsOf;

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

        bytes memory packed =
            abi.encodePacked(terms.costWeight, terms.refundWait, terms.ownerWait, terms.anyWait);
        ++modelCount;
        bytes32 salt = keccak256(
            abi.encode(msg.sender, ++modelsOf[msg.sender], classifierKind, incentiveKind, shape, packed, metadataCid)
        );
        address classifier;
        (model, classifier) = _make(classifierCode, incentiveImplementation(incentiveKind), shape, packed, salt);
        isModel[model] = true;
        emit ModelCreated(model, msg.sender, classifier, classifierKind, incentiveKind, shape, packed, metadataCid);
    }

    /// @dev Clones both. Each names the other in its code, so that both addresses must be known before.
    function _make(address classifierCode, address modelCode, bytes calldata shape, bytes memory packed, bytes32 salt)
        private
        returns (address model, address classifier)
    {
        bytes memory creation = CREATOR;
        address creator;
        assembly ("memory-safe") {
            creator := create2(0, add(creation, 0x20), mload(creation), salt)
        }
        // What a contract creates first, at nonce 1 (EIP-161), has the hash of the RLP list of creator and nonce.
        classifier = address(uint160(uint256(keccak256(abi.encodePacked(bytes2(0xd694), creator, uint8(1))))));
        bytes memory arguments = abi.encodePacked(classifier, uint40(block.timestamp), msg.sender, packed);
        model = Clones.predictDeterministicAddressWithImmutableArgs(modelCode, arguments, salt);
        (bool made,) = creator.call(_cloneCode(classifierCode, abi.encodePacked(model, shape)));
        // Not made where all of this has been before, which the number of the caller's models rules out.
        assert(made && classifier.code.length > 0);
        assert(model == Clones.cloneDeterministicWithImmutableArgs(modelCode, arguments, salt));
    }

    /// @dev Creation code of OpenZeppelin's clone with immutable arguments, which Clones keeps for itself.
    function _cloneCode(address implementation, bytes memory arguments) private pure returns (bytes memory) {
        return abi.encodePacked(
            hex"61",
            uint16(arguments.length + ARGUMENTS_OFFSET),
            hex"3d81600a3d39f3363d3d373d3d3d363d73",
            implementation,
            hex"5af43d82803e903d91602b57fd5bf3",
            arguments
        );
    }

    function _checkTerms(uint8 incentiveKind, Terms calldata terms) private pure {
        if (incentiveKind >= INCENTIVES) revert UnknownKind(incentiveKind);
        // In a market nothing is refunded or taken one by one.
        uint32 shortest = incentiveKind == MARKET ? 0 : LEAST_REFUND_WAIT;
        if (terms.refundWait < shortest) revert WaitOutOfRange(terms.refundWait, shortest, LONGEST_WAIT);
        if (terms.anyWait > LONGEST_WAIT) revert WaitOutOfRange(terms.anyWait, shortest, LONGEST_WAIT);
        uint256 apart = terms.refundWait;
        if (terms.refundWait + apart > terms.ownerWait || terms.ownerWait + apart > terms.anyWait) {
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
