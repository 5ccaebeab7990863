// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

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
interface ISharedModel {
    /// @notice A contribution as stored. Its key is `keyOf`, of contributor, label and sample; a key is used once.
    struct RecordInfo {
        uint40 madeAt; // when it was made, 0 = never
        uint88 initial; // deposit at first
        uint88 left; // what is left of it
        uint16 label;
        bool known; // the model already predicted the label, so that it earns no point
        bool settled; // refunded, or taken completely
    }

    // ---------------------------------------------------------------- events

    /// @notice `predicted` is the class before learning: the contribution is known where it equals `label`.
    event Contributed(
        address indexed contributor, bytes32 indexed key, uint16 label, uint16 predicted, uint128 deposit, bytes sample
    );
    event Refunded(address indexed contributor, bytes32 indexed key, uint128 amount, bool point);
    event Reported(
        address indexed reporter, bytes32 indexed key, address indexed contributor, uint128 amount, uint8 path
    ); // path: 0 the owner's, 1 anyone's, 2 a share by points
    event ToppedUp(address indexed account, uint128 amount); // from the account to its balance
    event Withdrawn(address indexed account, uint128 amount);
    event Loaded(uint32 first, bytes words);
    event Ready();
    event ClassProposed(uint256 indexed proposal, address indexed proposer, string name);
    event ClassSupported(uint256 indexed proposal, address indexed supporter, uint64 weight);
    event ClassAdded(uint16 index, string name);

    // ---------------------------------------------------------------- errors

    error NotOwner(address caller, address owner);
    error DepositTooHigh(uint128 cost, uint128 maxDeposit);
    error AlreadyContributed(bytes32 key);
    error NoSuchContribution(bytes32 key);
    error AlreadySettled(bytes32 key);
    error TooEarly(uint256 until);
    error ModelDisagrees(uint16 predicted);
    error ModelAgrees(uint16 predicted);
    error OwnContribution(bytes32 key);
    error AlreadyReported(bytes32 key, address reporter);
    error NoPoints(address account);
    error NothingToReport(); // this incentive has no deposits
    error NothingToRefund(); // this incentive pays by another way
    error BalanceTooLow(uint128 balance, uint128 amount);
    error BadClassName(uint256 length);
    error NoSuchProposal(uint256 proposal);
    error AlreadySupported(uint256 proposal, address account);
    error AlreadyAdded(uint256 proposal);

    // ---------------------------------------------------------------- contributing

    /// @notice Teaches the model one sample. Costs `depositNow()`, at most `maxDeposit`.
    /// @dev In a MarketModel `maxDeposit` is the stake, and the model learns when the market is evaluated.
    function contribute(bytes calldata sample, uint16 label, uint128 maxDeposit) external;

    /// @notice As `contribute`, with an EIP-2612 permit for exactly `maxDeposit`. A permit that somebody else has
    /// already used does no harm as long as the allowance is there.
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
    /// predicts the label. Adds a point unless the model knew it from the start.
    function refund(bytes calldata sample, uint16 label) external;

    /// @notice Takes (a part of) the deposit of somebody else's contribution. The contract looks for a way:
    /// from the longest wait on anyone takes all that is left (path 1); the model's owner takes all that is left from
    /// the owner's wait on, if the model predicts another label (path 0); from the refund wait on, if the model
    /// predicts another label, whoever has points takes once initial deposit * points / all points, at most what is
    /// left, and all that is left where that rounds to 0 (path 2).
    function report(address contributor, bytes calldata sample, uint16 label) external;

    /// @notice Moves ModelCoin from the caller to the caller's balance in this model.
    function topUp(uint128 amount) external;

    /// @notice As `topUp`, with an EIP-2612 permit for exactly `amount`.
    function topUpWithPermit(uint128 amount, uint256 permitDeadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Pays out of the caller's balance.
    function withdraw(uint128 amount) external;

    // ---------------------------------------------------------------- classes

    /// @notice Proposes another class by name, 1 to 64 bytes. Anyone may.
    /// @return proposal 1 for the first one.
    function proposeClass(string calldata name) external returns (uint256 proposal);

    /// @notice Supports a proposal with the caller's points, once. It is accepted as soon as its support is more than
    /// half of all points. While nobody has points, the owner's support is enough.
    function supportClass(uint256 proposal) external;

    // ---------------------------------------------------------------- the owner

    /// @notice Takes the next words of the weights at the start; see IClassifier. Nobody can change them later.
    function load(uint32 first, bytes calldata words) external;

    // ---------------------------------------------------------------- reading

    function coin() external view returns (address);
    function classifier() external view returns (address);
    function owner() external view returns (address);
    /// @notice 0 deposit, 1 points, 2 market.
    function incentive() external pure returns (uint8);
    function terms()
        external
        view
        returns (uint128 costWeight, uint32 refundWait, uint32 ownerWait, uint32 anyWait, uint40 createdAt);
    /// @notice What a contribution costs in this block.
    function depositNow() external view returns (uint128);
    /// @notice Balance and points.
    function account(address who) external view returns (uint128 balance, uint64 good);
    /// @notice Time of the last contribution (of the creation where there is none), all points, contributions so far.
    function totals() external view returns (uint40 last, uint64 good, uint32 contributions);
    /// @notice keccak256(abi.encode(contributor, label, keccak256(sample))).
    function keyOf(address contributor, bytes calldata sample, uint16 label) external pure returns (bytes32);
    function record(bytes32 key) external view returns (RecordInfo memory);
    /// @notice Whether this reporter has taken a share of a contribution of which something is left.
    function reported(bytes32 key, address reporter) external view returns (bool);
    function proposals() external view returns (uint256);
    function proposal(uint256 id) external view returns (string memory name, uint64 support, bool added);
    function supported(uint256 id, address who) external view returns (bool);
}
