// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {ModelCoin} from "../../../coin/solidity/ModelCoin.sol";
import {CloneArguments} from "./CloneArguments.sol";
import {DataHandler} from "./DataHandler.sol";
import {ISharedModel} from "./ISharedModel.sol";
import {Account, Totals} from "./Slots.sol";
import {IClassifier} from "../classifiers/IClassifier.sol";

/// @title The entry of a shared model: what all incentives have in common
/// @notice See ISharedModel. There is no fee and no upgrade; the owner loads the start and has one way more of
/// taking reported deposits, no power over anybody's money besides.
/// @dev Invariants:
/// - The model holds what it owes (and what somebody sends it outside of its functions): all balances, what is left of
///   all deposits, and in a market the pot and what its participants have in it.
/// - The points of all accounts add up to `good` of `totals`; a contribution gives at most one point, and only one that
///   the model did not know.
/// - Money enters by `_collect` and leaves by `withdraw` and, in a market, by `_burn`; everything else moves it between
///   balances and deposits.
/// - Only the model changes its classifier.
///
/// Reentrancy: the only foreign code that is ever called is the coin, always as the last act of a function. The
/// classifier is a clone of a known implementation that calls nobody.
///
/// The implementation that models are clones of can be called as well. It has no classifier and its owner is bytes of its
/// code, so that nothing works in it but `topUp` and `withdraw`, each for the caller alone.
abstract contract SharedModel is ISharedModel, CloneArguments, DataHandler {
    using SafeERC20 for ModelCoin;

    /// @notice Most bytes of a class's name.
    uint256 public constant MAX_CLASS_NAME = 64;
    /// @notice Points of all accounts from which on they decide about classes, and not the owner.
    uint64 public constant LEAST_CLASS_POINTS = 10;

    struct Proposal {
        string name;
        uint64 support;
        uint40 proposedAt;
        bool added;
        mapping(address who => bool) supporters;
    }

    ModelCoin private immutable COIN;

    Totals private _totals;
    mapping(address who => Account) private _accounts;

    /// @inheritdoc ISharedModel
    uint256 public proposals;
    mapping(uint256 id => Proposal) private _proposals;

    /// @param coin_ ModelCoin, the coin of all models that are clones of this one
    constructor(address coin_) {
        COIN = ModelCoin(coin_);
    }

    // ---------------------------------------------------------------- contributing

    /// @inheritdoc ISharedModel
    function contribute(bytes calldata sample, uint16 label, uint128 maxDeposit) external {
        _contribute(sample, label, maxDeposit);
    }

    /// @inheritdoc ISharedModel
    function contributeWithPermit(
        bytes calldata sample,
        uint16 label,
        uint128 maxDeposit,
        uint256 permitDeadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        _permit(maxDeposit, permitDeadline, v, r, s);
        _contribute(sample, label, maxDeposit);
    }

    function _contribute(bytes calldata sample, uint16 label, uint128 maxDeposit) internal virtual;

    /// @dev Teaches, records and takes the deposit, in this order: the coin comes last.
    function _teachAndRecord(bytes calldata sample, uint16 label, uint128 deposit, Totals totals_) internal {
        bytes32 key = _keyOf(msg.sender, sample, label);
        _unused(key);
        uint16 predicted = _model().teach(sample, label);
        // A deposit that does not fit a record is refused with the cost weight, when the model is created.
        bool known = predicted == label;
        _addRecord(key, uint80(deposit), known);
        _totals = known ? totals_.totalsKnown() : totals_.totalsContribution(block.timestamp);
        uint128 missing = _charge(deposit);
        emit Contributed(msg.sender, key, label, predicted, deposit, sample);
        _collect(missing);
    }

    // ---------------------------------------------------------------- money

    /// @inheritdoc ISharedModel
    function topUp(uint128 amount) external {
        _topUp(amount);
    }

    /// @inheritdoc ISharedModel
    function topUpWithPermit(uint128 amount, uint256 permitDeadline, uint8 v, bytes32 r, bytes32 s) external {
        _permit(amount, permitDeadline, v, r, s);
        _topUp(amount);
    }

    function _topUp(uint128 amount) private {
        _setAccount(msg.sender, _accountOf(msg.sender).accountAdd(amount));
        emit ToppedUp(msg.sender, amount);
        _collect(amount);
    }

    /// @inheritdoc ISharedModel
    function withdraw(uint128 amount) external {
        Account mine = _accountOf(msg.sender);
        if (amount > mine.accountBalance()) revert BalanceTooLow(mine.accountBalance(), amount);
        _setAccount(msg.sender, mine.accountSubtract(amount));
        emit Withdrawn(msg.sender, amount);
        COIN.safeTransfer(msg.sender, amount);
    }

    /// @dev Takes an amount out of the caller's balance as far as that goes.
    /// @return missing what must be collected from the caller.
    function _charge(uint128 amount) internal returns (uint128 missing) {
        if (amount == 0) return 0;
        Account mine = _accountOf(msg.sender);
        uint128 balance = mine.accountBalance();
        if (balance < amount) {
            missing = amount - balance;
            emit ToppedUp(msg.sender, missing);
            amount = balance;
        }
        if (amount > 0) _setAccount(msg.sender, mine.accountSubtract(amount));
    }

    /// @dev A permit that fails is passed over: somebody may have used it already, and then the allowance is there.
    function _permit(uint128 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) internal {
        try COIN.permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
    }

    /// @dev Takes tokens from the caller. The last act of a function.
    function _collect(uint128 amount) internal {
        if (amount > 0) COIN.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @dev Destroys tokens that nobody has a claim on any more. The last act of a function.
    function _burn(uint128 amount) internal {
        if (amount > 0) COIN.burn(amount);
    }

    // ---------------------------------------------------------------- classes

    /// @inheritdoc ISharedModel
    function proposeClass(string calldata name) external returns (uint256 id) {
        uint256 length = bytes(name).length;
        if (length == 0 || length > MAX_CLASS_NAME) revert BadClassName(length);
        uint16 most = _model().capacity();
        if (_model().classes() == most) revert NoRoomForClass(most);
        id = ++proposals;
        _proposals[id].name = name;
        _proposals[id].proposedAt = uint40(block.timestamp);
        emit ClassProposed(id, msg.sender, name);
    }

    /// @inheritdoc ISharedModel
    function supportClass(uint256 id) external {
        Proposal storage found = _openProposal(id);
        if (found.supporters[msg.sender]) revert AlreadySupported(id, msg.sender);
        uint64 weight = _accountOf(msg.sender).accountGood();
        if (weight == 0) revert NoPoints(msg.sender);
        found.supporters[msg.sender] = true;
        found.support += weight;
        emit ClassSupported(id, msg.sender, weight);
    }

    /// @inheritdoc ISharedModel
    function addClass(uint256 id) external {
        Proposal storage found = _openProposal(id);
        _beforeClass();
        (, uint32 ownerWait,) = _waits();
        uint256 until = uint256(found.proposedAt) + ownerWait;
        if (block.timestamp < until) revert TooEarly(until);
        uint64 good = _totals.totalsGood();
        if (good < LEAST_CLASS_POINTS) {
            if (msg.sender != _owner()) revert TooFewPoints(good, LEAST_CLASS_POINTS);
        } else if (uint256(found.support) * 2 <= good) {
            revert TooLittleSupport(found.support, good);
        }
        found.added = true;
        emit ClassAdded(id, _model().addClass(), found.name);
    }

    /// @dev A proposal that was not accepted yet.
    function _openProposal(uint256 id) private view returns (Proposal storage found) {
        if (id == 0 || id > proposals) revert NoSuchProposal(id);
        found = _proposals[id];
        if (found.added) revert AlreadyAdded(id);
    }

    /// @dev An incentive may refuse a new class for now.
    function _beforeClass() internal virtual {}

    // ---------------------------------------------------------------- the owner

    /// @inheritdoc ISharedModel
    function load(uint32 first, bytes calldata words) external {
        if (msg.sender != _owner()) revert NotOwner(msg.sender, _owner());
        bool nowReady = _model().load(first, words);
        emit Loaded(first, words);
        if (nowReady) emit Ready();
    }

    // ---------------------------------------------------------------- for the incentives

    function _model() internal view returns (IClassifier) {
        return IClassifier(_classifier());
    }

    function _accountOf(address who) internal view returns (Account) {
        return _accounts[who];
    }

    function _setAccount(address who, Account changed) internal {
        _accounts[who] = changed;
    }

    function _totalsNow() internal view returns (Totals) {
        return _totals;
    }

    function _setTotals(Totals changed) internal {
        _totals = changed;
    }

    // ---------------------------------------------------------------- reading

    /// @inheritdoc ISharedModel
    function coin() external view returns (address) {
        return address(COIN);
    }

    /// @inheritdoc ISharedModel
    function classifier() external view returns (address) {
        return _classifier();
    }

    /// @inheritdoc ISharedModel
    function owner() external view returns (address) {
        return _owner();
    }

    /// @inheritdoc ISharedModel
    function terms()
        external
        view
        returns (uint128 costWeight, uint32 refundWait, uint32 ownerWait, uint32 anyWait, uint40 createdAt)
    {
        (refundWait, ownerWait, anyWait) = _waits();
        return (_costWeight(), refundWait, ownerWait, anyWait, _createdAt());
    }

    /// @inheritdoc ISharedModel
    function account(address who) external view returns (uint128 balance, uint64 good) {
        Account found = _accounts[who];
        return (found.accountBalance(), found.accountGood());
    }

    /// @inheritdoc ISharedModel
    function totals() external view returns (uint40 last, uint64 good, uint32 contributions) {
        Totals found = _totals;
        return (_lastOf(found), found.totalsGood(), found.totalsContributions());
    }

    /// @dev The creation counts as a contribution.
    function _lastOf(Totals found) internal view returns (uint40 last) {
        last = found.totalsLast();
        if (last == 0) last = _createdAt();
    }

    /// @inheritdoc ISharedModel
    function taken(bytes32 key, address who) external view returns (bool) {
        return _hasTaken(key, _recordOf(key), who, _accounts[who].accountNumber());
    }

    /// @inheritdoc ISharedModel
    function proposal(uint256 id)
        external
        view
        returns (string memory name, uint64 support, uint40 proposedAt, bool added)
    {
        Proposal storage found = _proposals[id];
        return (found.name, found.support, found.proposedAt, found.added);
    }

    /// @inheritdoc ISharedModel
    function supported(uint256 id, address who) external view returns (bool) {
        return _proposals[id].supporters[who];
    }
}
