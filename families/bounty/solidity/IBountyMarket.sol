// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

/// @title Commit-reveal bounties for machine-learning models
/// @notice A requester escrows a reward; trainers lock a stake and two commitments; after the deadline the
/// requester reveals the ground truth, trainers claim a score, reveal their predictions, and the best
/// verified reveal is paid.
///
/// Commitments are *superhashes*: the SHA-256 of a CID in its text form. For files that fit one block the CID is
/// CIDv1(raw, sha2-256), so the contract derives it from the bytes it is given.
///
/// File formats (packed labels: class indices in 1, 2, 4 or 8 bits, the least that holds the number of classes,
/// first label in the highest bits, last byte padded with zero bits):
///   ground truth = salt (32 bytes) ‖ packed labels
///   predictions  = trainer address (20 bytes) ‖ salt (32 bytes) ‖ packed labels
///
/// All amounts are in the smallest unit of ModelCoin (10^-18 MDC), all times in seconds since the Unix epoch.
/// A moment `t` belongs to a window [from, until) when from <= t < until.
interface IBountyMarket {
    /// @notice What can be done with a bounty now. Derived from what is stored and from the block time.
    enum Phase {
        None, // no such bounty
        Open, // until the submission deadline: submit, withdraw, cancel
        AwaitingTruth, // deadline + window: the requester reveals the ground truth
        TruthOverdue, // the truth was not revealed in time; anyone may call `timeout`
        Claiming, // one window: trainers claim a score
        Revealing, // one window: claimants reveal predictions
        SettleDue, // the reveal window is over, or no claim stands after the claim window; anyone may call `settle`
        Settled, // the best verified reveal was paid
        Cancelled, // by the requester
        Forfeited, // no truth; the reward belongs to the active trainers
        Refunded // no valid reveal; the reward went back to the requester
    }

    /// @notice Where one trainer's submission stands.
    enum SubmissionState {
        None,
        Active, // stake locked
        Withdrawn, // taken back before the deadline
        Abandoned, // taken back after the deadline: stake lost
        Claimed, // claims a score of at least `minCorrect`
        Conceded, // claims a score below `minCorrect`: cannot win, needs no reveal, keeps the stake
        Verified, // reveal checked, count equals the claim
        Slashed, // false claim, or silent above the winner: stake lost
        Paid // has received everything that was due
    }

    /// @notice What the requester fixes once and for all.
    struct Terms {
        uint96 reward; // 10^-18 MDC, escrowed at creation, more than 0
        uint96 stake; // 10^-18 MDC per submission, may be 0
        uint40 deadline; // seconds since the epoch: submissions close
        uint32 window; // seconds for each of: revealing the truth, claiming, revealing predictions; MIN_WINDOW to MAX_WINDOW
        uint32 testRows; // labels in the ground truth, more than 0; the prediction file keeps to MAX_FILE_LENGTH
        uint16 classes; // 2 to 256
        uint32 minCorrect; // least number of correct labels that can win, 0 = none
        bytes32 truthSuperhash; // superhash of the ground-truth file
    }

    /// @notice A bounty as stored, with its phase now.
    struct BountyInfo {
        Terms terms;
        address requester;
        Phase phase;
        uint32 submissions; // ever made (also the last order number)
        uint32 active; // stakes locked and neither withdrawn nor abandoned
        uint32 claims; // competing claims ever made (without Conceded)
        uint32 falseClaims; // of these, slashed because the count differed from the claim
        uint32 conceded;
        uint40 truthRevealedAt; // seconds since the epoch, 0 = not yet
        address best; // best verified reveal so far, ties to the earlier submission; after Settled: the winner
        uint32 bestCorrect; // number of correct labels of `best`
    }

    struct SubmissionInfo {
        bytes32 predictionSuperhash;
        bytes32 modelSuperhash;
        uint32 order; // 1 for the first submission of a bounty; lower wins ties
        uint32 claim; // number correct as claimed
        SubmissionState state;
    }

    // ---------------------------------------------------------------- events

    event BountyCreated(
        uint256 indexed id, address indexed requester, Terms terms, string trainCid, string testCid, string metadataCid
    );
    event BountyCancelled(uint256 indexed id, uint256 share); // share of the reward per active trainer, 0 if none
    event Submitted(
        uint256 indexed id,
        address indexed trainer,
        uint32 order,
        bytes32 predictionSuperhash,
        bytes32 modelSuperhash
    );
    event Withdrawn(uint256 indexed id, address indexed trainer, uint256 returned); // returned = 0: stake lost
    event TruthRevealed(uint256 indexed id, bytes32 digest, uint40 revealedAt); // digest = SHA-256 of the ground-truth file
    event Claimed(uint256 indexed id, address indexed trainer, uint32 correct);
    event PredictionRevealed(
        uint256 indexed id, address indexed trainer, uint32 correct, bytes32 digest, string modelCid
    ); // digest = SHA-256 of the prediction file
    event Slashed(uint256 indexed id, address indexed trainer, uint32 claim, uint32 counted); // counted = 0: silent
    event Settled(uint256 indexed id, address indexed winner, uint32 correct, uint256 paid);
    event Refunded(uint256 indexed id, uint256 reward, uint256 burned);
    event Forfeited(uint256 indexed id, uint256 share, uint256 burned);
    event PaidOut(uint256 indexed id, address indexed trainer, uint256 amount);

    // ---------------------------------------------------------------- errors

    error NoSuchBounty(uint256 id);
    error WrongPhase(uint256 id, Phase phase);
    error RewardIsZero();
    error DeadlineInPast(uint40 deadline, uint256 nowAt);
    error DeadlineTooFar(uint40 deadline, uint256 latest);
    error WindowOutOfRange(uint32 window, uint32 least, uint32 most);
    error ClassesOutOfRange(uint16 classes);
    error TestRowsOutOfRange(uint32 testRows, uint32 most);
    error MinCorrectTooHigh(uint32 minCorrect, uint32 testRows);
    error EmptyCommitment();
    error CidTooLong(uint256 length);
    error NotRequester(address caller, address requester);
    error RequesterMayNotSubmit();
    error AlreadySubmitted(uint256 id, address trainer);
    error WrongSubmissionState(uint256 id, address trainer, SubmissionState state);
    error ClaimTooHigh(uint32 claim, uint32 testRows);
    error WrongLength(uint256 length, uint256 expected);
    error TruthMismatch(bytes32 superhash, bytes32 expected);
    error PredictionMismatch(bytes32 superhash, bytes32 expected);
    error ModelMismatch(bytes32 superhash, bytes32 expected);
    error NotYourPrediction(address named, address caller);
    error NothingToCollect(uint256 id, address trainer);
    error NotSlashable(uint256 id, address trainer);

    // ---------------------------------------------------------------- a requester's life

    /// @notice Escrows `terms.reward` from the caller and opens a bounty.
    /// @return id 1 for the first bounty.
    function create(Terms calldata terms, string calldata trainCid, string calldata testCid, string calldata metadataCid)
        external
        returns (uint256 id);

    /// @notice As `create`, with an EIP-2612 permit for exactly `terms.reward`. A permit that somebody else has
    /// already used does no harm as long as the allowance is there.
    function createWithPermit(
        Terms calldata terms,
        string calldata trainCid,
        string calldata testCid,
        string calldata metadataCid,
        uint256 permitDeadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 id);

    /// @notice Ends an open bounty. Without active trainers the reward goes back in full; otherwise it is split
    /// between them (the remainder of the division is burned), and they `collect` share and stake.
    function cancel(uint256 id) external;

    /// @notice Reveals the ground-truth file within one window after the deadline.
    function revealTruth(uint256 id, bytes calldata truthFile) external;

    // ---------------------------------------------------------------- a trainer's life

    /// @notice Locks the stake and two superhashes. Once per address and bounty, unless withdrawn before the deadline.
    function submit(uint256 id, bytes32 predictionSuperhash, bytes32 modelSuperhash) external;

    /// @notice As `submit`, with an EIP-2612 permit for exactly the stake.
    function submitWithPermit(
        uint256 id,
        bytes32 predictionSuperhash,
        bytes32 modelSuperhash,
        uint256 permitDeadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice Takes a submission back: before the deadline with the stake, later (until claimed) without it.
    function withdraw(uint256 id) external;

    /// @notice Claims a number of correct labels, once, within one window after the truth was revealed.
    /// A claim below `minCorrect` cannot win, needs no reveal and keeps the stake.
    function claim(uint256 id, uint32 correct) external;

    /// @notice Reveals predictions and model within the reveal window. A count that differs from the claim is slashed
    /// at once; a file that does not match the commitment reverts. The highest claim among those not slashed
    /// settles the bounty as soon as it is verified.
    /// @return counted number of equal labels
    function revealPrediction(
        uint256 id,
        bytes calldata truthFile,
        bytes calldata predictionFile,
        string calldata modelCid
    ) external returns (uint32 counted);

    // ---------------------------------------------------------------- for anyone

    /// @notice Ends a bounty whose truth is overdue: the reward is forfeited to the active trainers, or refunded
    /// where there are none.
    function timeout(uint256 id) external;

    /// @notice Ends a bounty whose reveal window is over, or in which nobody competes. In the reveal window it may be
    /// called where slashed claims still stand above a verified one: each call passes over a bounded number of them.
    function settle(uint256 id) external;

    /// @notice After `Settled`: sends the stake of a claimant who stayed silent above the winner to the winner.
    function slashSilent(uint256 id, address trainer) external;

    /// @notice Sends a trainer what is due after Settled, Cancelled, Forfeited or Refunded. Anyone may call it.
    function collect(uint256 id, address trainer) external;

    // ---------------------------------------------------------------- reading

    function coin() external view returns (address);
    function bountyCount() external view returns (uint256);
    function bounty(uint256 id) external view returns (BountyInfo memory);
    function submission(uint256 id, address trainer) external view returns (SubmissionInfo memory);
    /// @notice What `collect` would send now, 0 where it would revert.
    function due(uint256 id, address trainer) external view returns (uint256);
    /// @notice Number of equal labels of two files, as `revealPrediction` counts them.
    function countCorrect(bytes calldata truthFile, bytes calldata predictionFile, uint32 testRows, uint16 classes)
        external
        pure
        returns (uint32);
    /// @notice Superhash of a file that fits one block.
    function superhash(bytes calldata file) external pure returns (bytes32);
}
