// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {IClassifierErrors} from "../classifiers/IClassifierErrors.sol";

/// @title A model that everybody can use and teach
/// @notice A shared model predicts for free (ask its classifier) and learns from contributions: samples with a label.
/// What a contribution costs and how it is rewarded is up to the incentive, of which there are three: deposits that
/// others can take (DepositModel), points (PointsModel), and a prediction market (MarketModel).
///
/// A model is a clone made by ModelFactory. Money and records are here; the weights are in a second clone, the
/// classifier, which this one alone may change. Money is ModelCoin: an account's balance inside the model pays its
/// deposits, what is short is taken from the account by allowance, and refunds and rewards are added to the balance
/// until they are withdrawn.
///
/// All amounts are in the smallest unit of ModelCoin (10^-18 MDC), all times in seconds since the Unix epoch.
/// @dev The errors of the coin and of the classifier are part of this interface, since a model passes them on.
interface ISharedModel is IERC20Errors, IClassifierErrors {
    /// @notice A contribution as stored. Its key is `keyOf`, of contributor, label and sample; a key is used once.
    struct RecordInfo {
        uint40 madeAt; // when it was made, 0 = never
        uint80 initial; // deposit at first
        uint80 left; // what is left of it
        uint40 reportedAt; // when it was reported last, 0 = never
        bool known; // the model already predicted the label, so that it earns no point
        bool settled; // nothing is left to claim, no point either
    }

    // ---------------------------------------------------------------- events

    /// @notice The model was taught a sample (in a MarketModel: will be).
    /// @param contributor who taught it
    /// @param key of the contribution, see `keyOf`
    /// @param label class that the contributor gives the sample
    /// @param predicted class before learning; the contribution is known where it equals `label`
    /// @param deposit that the contribution is under, 10^-18 MDC
    /// @param sample as the classifier takes it
    event Contributed(
        address indexed contributor, bytes32 indexed key, uint16 label, uint16 predicted, uint128 deposit, bytes sample
    );

    /// @notice A contributor has the rest of a deposit back, or a point, or both. Of one contribution this can be told
    /// twice: the deposit first, and the point when its time has come.
    /// @param contributor who made the contribution
    /// @param key of the contribution
    /// @param amount added to the contributor's balance, 10^-18 MDC
    /// @param point whether the contributor has a point more
    event Refunded(address indexed contributor, bytes32 indexed key, uint128 amount, bool point);

    /// @notice Somebody has shown that the model disagrees with a contribution. Its deposit can be taken from a refund
    /// wait later on, if the model disagrees then too.
    /// @param reporter who has
    /// @param key of the contribution
    /// @param contributor who made the contribution
    event Reported(address indexed reporter, bytes32 indexed key, address indexed contributor);

    /// @notice Somebody has taken (a part of) a deposit that was reported before.
    /// @param taker who took it
    /// @param key of the contribution
    /// @param contributor who made the contribution
    /// @param amount added to the taker's balance, 10^-18 MDC
    /// @param path how it was taken: 0 by the owner, 1 by anyone after the longest wait, 2 as a share by points
    event Taken(address indexed taker, bytes32 indexed key, address indexed contributor, uint128 amount, uint8 path);

    /// @notice ModelCoin went from an account to its balance in the model.
    /// @param account whose it is
    /// @param amount 10^-18 MDC
    event ToppedUp(address indexed account, uint128 amount);

    /// @notice ModelCoin went from an account's balance in the model to the account.
    /// @param account whose it is
    /// @param amount 10^-18 MDC
    event Withdrawn(address indexed account, uint128 amount);

    /// @notice The owner has loaded words of the start.
    /// @param first number of the first of them
    /// @param words 30 bytes each
    event Loaded(uint32 first, bytes words);

    /// @notice The start is complete: the model predicts and learns from now on.
    event Ready();

    /// @notice Somebody proposes another class.
    /// @param proposal number of the proposal, 1 for the first
    /// @param proposer who proposes it
    /// @param name of the class
    event ClassProposed(uint256 indexed proposal, address indexed proposer, string name);

    /// @notice An account supports a proposal.
    /// @param proposal its number
    /// @param supporter who supports it
    /// @param weight points of the supporter
    event ClassSupported(uint256 indexed proposal, address indexed supporter, uint64 weight);

    /// @notice A proposal was accepted.
    /// @param proposal its number
    /// @param index label of the new class
    /// @param name of the class
    event ClassAdded(uint256 indexed proposal, uint16 index, string name);

    // ---------------------------------------------------------------- errors: contributing

    /// @notice Only the model's owner may do this.
    /// @param caller who tried
    /// @param owner who may
    error NotOwner(address caller, address owner);

    /// @notice A contribution costs more now than the caller agreed to.
    /// @param cost of a contribution in this block, 10^-18 MDC
    /// @param maxDeposit that was given, 10^-18 MDC
    error DepositTooHigh(uint128 cost, uint128 maxDeposit);

    /// @notice The caller has made this contribution before.
    /// @param key of the contribution
    error AlreadyContributed(bytes32 key);

    // ---------------------------------------------------------------- errors: refunds and reports

    /// @notice Nobody has made this contribution.
    /// @param key that follows from what was given
    error NoSuchContribution(bytes32 key);

    /// @notice Nothing is left to claim: the contribution was refunded, or its deposit taken completely.
    /// @param key of the contribution
    error AlreadySettled(bytes32 key);

    /// @notice The wait is not over.
    /// @param until when it is, seconds since the epoch
    error TooEarly(uint256 until);

    /// @notice The model does not agree with the contribution, so there is no refund now.
    /// @param predicted class that the model predicts
    error ModelDisagrees(uint16 predicted);

    /// @notice The model agrees with the contribution, so nobody can take its deposit now.
    /// @param predicted class that the model predicts
    error ModelAgrees(uint16 predicted);

    /// @notice Nobody reports a contribution of their own.
    /// @param key of the contribution
    error OwnContribution(bytes32 key);

    /// @notice The contribution is reported already, which serves everybody who may take of it.
    /// @param key of the contribution
    /// @param until when that report counts, seconds since the epoch; a new one can be made from then on
    error AlreadyReported(bytes32 key, uint256 until);

    /// @notice Nobody has reported the contribution, or not within the last three refund waits.
    /// @param key of the contribution
    error NotReported(bytes32 key);

    /// @notice An account takes one share of a deposit.
    /// @param key of the contribution
    /// @param taker who has taken one before
    error AlreadyTaken(bytes32 key, address taker);

    /// @notice The account has no points, which this needs.
    /// @param account that has none
    error NoPoints(address account);

    /// @notice This incentive has no deposits.
    error NothingToReport();

    /// @notice This incentive pays in another way.
    error NothingToRefund();

    /// @notice The account has less in the model than it would withdraw.
    /// @param balance in the model, 10^-18 MDC
    /// @param amount that was asked for, 10^-18 MDC
    error BalanceTooLow(uint128 balance, uint128 amount);

    // ---------------------------------------------------------------- errors: classes

    /// @notice The name of a class has 1 to 64 bytes.
    /// @param byteCount length of the name that was given
    error BadClassName(uint256 byteCount);

    /// @notice There is no proposal with this number.
    /// @param proposal number that was given
    error NoSuchProposal(uint256 proposal);

    /// @notice An account supports a proposal once.
    /// @param proposal its number
    /// @param account who has supported it before
    error AlreadySupported(uint256 proposal, address account);

    /// @notice The proposal was accepted before.
    /// @param proposal its number
    error AlreadyAdded(uint256 proposal);

    /// @notice A proposal needs the support of more than half of all points.
    /// @param support that it has, points
    /// @param good points of all accounts
    error TooLittleSupport(uint64 support, uint64 good);

    /// @notice While all accounts together have few points, only the owner adds classes.
    /// @param good points of all accounts
    /// @param least number of points from which on they decide
    error TooFewPoints(uint64 good, uint64 least);

    // ---------------------------------------------------------------- contributing

    /// @notice Teaches the model one sample. Costs `depositNow()`, at most `maxDeposit`.
    /// @dev In a MarketModel `maxDeposit` is the stake, and the model learns when the market is evaluated.
    /// @param sample as the classifier takes it
    /// @param label class that it belongs to
    /// @param maxDeposit what the caller agrees to pay, 10^-18 MDC
    function contribute(bytes calldata sample, uint16 label, uint128 maxDeposit) external;

    /// @notice As `contribute`, with an EIP-2612 permit for exactly `maxDeposit`. A permit that somebody else has
    /// already used does no harm as long as the allowance is there.
    /// @param sample as the classifier takes it
    /// @param label class that it belongs to
    /// @param maxDeposit what the caller agrees to pay, 10^-18 MDC
    /// @param permitDeadline last second in which the permit is valid, since the epoch
    /// @param v of the permit's signature
    /// @param r of the permit's signature
    /// @param s of the permit's signature
    function contributeWithPermit(
        bytes calldata sample,
        uint16 label,
        uint128 maxDeposit,
        uint256 permitDeadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice Gives back what is left of the caller's own deposit, if the refund wait is over and the model by now
    /// predicts the label, whether it was reported or not. From two refund waits on it adds a point as well, unless the
    /// model knew the sample from the start. Who has the deposit back before that calls once more for the point.
    /// @param sample of the contribution
    /// @param label of the contribution
    function refund(bytes calldata sample, uint16 label) external;

    /// @notice Says that the model disagrees with somebody else's contribution. It moves no money: it gives the
    /// contributor a refund wait in which the model can be taught and the deposit refunded. From the refund wait on the
    /// owner and whoever has points may report, from the longest wait on anyone. One report serves all who may take,
    /// whoever made it, and counts for three refund waits; then it can be made anew.
    /// @param contributor who made the contribution
    /// @param sample of the contribution
    /// @param label of the contribution
    function report(address contributor, bytes calldata sample, uint16 label) external;

    /// @notice Takes (a part of) the deposit of a contribution that was reported at least one and less than three refund
    /// waits ago, if the model still predicts another label. The contract looks for a way: the model's owner takes all
    /// that is left from the owner's wait on (path 0); from the longest wait on, two refund waits after the report,
    /// anyone takes all that is left (path 1); whoever has points takes once initial deposit * points / all points, at
    /// most what is left, and all that is left where that rounds to 0 (path 2).
    /// @param contributor who made the contribution
    /// @param sample of the contribution
    /// @param label of the contribution
    function take(address contributor, bytes calldata sample, uint16 label) external;

    /// @notice Moves ModelCoin from the caller to the caller's balance in this model.
    /// @param amount 10^-18 MDC
    function topUp(uint128 amount) external;

    /// @notice As `topUp`, with an EIP-2612 permit for exactly `amount`.
    /// @param amount 10^-18 MDC
    /// @param permitDeadline last second in which the permit is valid, since the epoch
    /// @param v of the permit's signature
    /// @param r of the permit's signature
    /// @param s of the permit's signature
    function topUpWithPermit(uint128 amount, uint256 permitDeadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Pays out of the caller's balance.
    /// @param amount 10^-18 MDC
    function withdraw(uint128 amount) external;

    // ---------------------------------------------------------------- classes

    /// @notice Proposes another class. Anyone may.
    /// @param name of the class, 1 to 64 bytes
    /// @return id number of the proposal, 1 for the first one
    function proposeClass(string calldata name) external returns (uint256 id);

    /// @notice Supports a proposal with the caller's points, once.
    /// @param id number of the proposal
    function supportClass(uint256 id) external;

    /// @notice Adds a proposed class. Anyone may, once the owner's wait is over since it was proposed and more than half
    /// of all points support it. While all accounts together have fewer than LEAST_CLASS_POINTS points, the owner alone
    /// may, after the same wait.
    /// @param id number of the proposal
    function addClass(uint256 id) external;

    // ---------------------------------------------------------------- the owner

    /// @notice Takes the next words of the weights at the start; see IClassifier. Nobody can change them later.
    /// @param first number of the first of them
    /// @param words 30 bytes each
    function load(uint32 first, bytes calldata words) external;

    // ---------------------------------------------------------------- reading

    /// @notice The coin of deposits and balances.
    /// @return address of ModelCoin
    function coin() external view returns (address);

    /// @notice Who holds the weights, and predicts from them.
    /// @return address of the IClassifier
    function classifier() external view returns (address);

    /// @notice Who made the model.
    /// @return account that loads the start, and has one way more of taking deposits
    function owner() external view returns (address);

    /// @notice What a contribution costs and how it is rewarded.
    /// @return kind 0 deposit, 1 points, 2 market
    function incentive() external pure returns (uint8 kind);

    /// @notice What was fixed when the model was made.
    /// @return costWeight 10^-18 MDC
    /// @return refundWait seconds from a contribution until it can be refunded or reported; as long again, until it
    /// earns a point, and from a report until something can be taken
    /// @return ownerWait seconds until the owner can take it; from a proposal until its class can be added
    /// @return anyWait seconds until anyone can report it and take what is left
    /// @return createdAt seconds since the epoch
    function terms()
        external
        view
        returns (uint128 costWeight, uint32 refundWait, uint32 ownerWait, uint32 anyWait, uint40 createdAt);

    /// @notice What a contribution costs in this block.
    /// @return deposit 10^-18 MDC; in a MarketModel the least stake
    function depositNow() external view returns (uint128 deposit);

    /// @notice What an account has in this model.
    /// @param who whose account it is
    /// @return balance 10^-18 MDC
    /// @return good number of points
    function account(address who) external view returns (uint128 balance, uint64 good);

    /// @notice What all contributions add up to.
    /// @return last time of the last contribution that the model did not know, of the creation where there is none;
    /// seconds since the epoch. The price of a contribution counts from then on
    /// @return good points of all accounts
    /// @return contributions number of contributions so far
    function totals() external view returns (uint40 last, uint64 good, uint32 contributions);

    /// @notice The key of a contribution, whether it was made or not.
    /// @param contributor who makes it
    /// @param sample as the classifier takes it
    /// @param label class that the contributor gives it
    /// @return key keccak256(abi.encode(contributor, label, keccak256(sample)))
    function keyOf(address contributor, bytes calldata sample, uint16 label) external pure returns (bytes32 key);

    /// @notice A contribution as stored.
    /// @param key of the contribution
    /// @return info zeros where there is none
    function record(bytes32 key) external view returns (RecordInfo memory info);

    /// @notice Whether an account has taken a share of a contribution of which something is left.
    /// @param key of the contribution
    /// @param who whose share it would be
    /// @return answer whether it can take no other share
    function taken(bytes32 key, address who) external view returns (bool answer);

    /// @notice Number of classes ever proposed, which is the highest number of a proposal.
    /// @return count 0 while there are none
    function proposals() external view returns (uint256 count);

    /// @notice A proposal of a class.
    /// @param id number of the proposal
    /// @return name of the class
    /// @return support points of all who support it
    /// @return proposedAt seconds since the epoch
    /// @return added whether it was accepted
    function proposal(uint256 id)
        external
        view
        returns (string memory name, uint64 support, uint40 proposedAt, bool added);

    /// @notice Whether an account supports a proposal.
    /// @param id number of the proposal
    /// @param who whose support is asked about
    /// @return given whether it does
    function supported(uint256 id, address who) external view returns (bool given);
}
