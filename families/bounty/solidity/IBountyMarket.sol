// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

/// @title Commit-reveal bounties for machine-learning models
/// @notice A requester escrows a reward; trainers lock a stake and a commitment; after the deadline the
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
/// A trainer's commitment is one word for both files: keccak256(abi.encode(superhash of the predictions, superhash of the
/// model)). families/bounty/tests/vectors/commitments.json has examples.
///
/// All amounts are in the smallest unit of ModelCoin (10^-18 MDC), all times in seconds since the Unix epoch.
/// A moment `t` belongs to a window [from, until) when from <= t < until.
/// @dev The errors of the coin are part of this interface, since a call that takes tokens can answer with them.
interface IBountyMarket is IERC20Errors {
    /// @notice What can be done with a bounty now. Derived from what is stored and from the block time.
    enum Phase {
        None, // no such bounty
        Open, // until the submission deadline: submit, replace, withdraw, cancel
        AwaitingTruth, // deadline + window: the requester reveals the ground truth
        TruthOverdue, // the truth was not revealed in time; anyone may call `timeout`
        Claiming, // one window: trainers claim a score
        Revealing, // one window: claimants reveal predictions
        SettleDue, // the reveal window is over, or no claim stands after the claim window; anyone may call `settle`
        Settled, // the best verified reveal was paid
        Cancelled, // by the requester
        Forfeited, // no truth; half of the reward belongs to the active trainers, the other half is burned
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
        bytes32 truthSuperhash; // superhash of the ground-truth file; a requester uses one once
        bytes8 postNumber; // random; in the message from whose signature the requester's salt and split are derived
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

    /// @notice One trainer's submission as stored.
    struct SubmissionInfo {
        bytes32 commitment;
        uint32 order; // 1 for the first submission of a bounty; lower wins ties
        uint32 claim; // number correct as claimed
        SubmissionState state;
        bool verified; // whether a reveal was checked and its count equalled the claim; stays true after Paid
    }

    // ---------------------------------------------------------------- events

    /// @notice A requester has escrowed a reward and opened a bounty.
    /// @param id number of the bounty, 1 for the first
    /// @param requester who posted it and escrowed the reward
    /// @param terms what the requester has fixed
    /// @param trainCid CID of the training data, with labels
    /// @param testCid CID of the test data, without labels
    /// @param metadataCid CID of the description: columns, classes, sizes
    event BountyCreated(
        uint256 indexed id, address indexed requester, Terms terms, string trainCid, string testCid, string metadataCid
    );

    /// @notice The requester has ended an open bounty.
    /// @param id number of the bounty
    /// @param share of the reward for each active trainer, 10^-18 MDC; 0 where there are none and the reward went back
    /// @param burned the other half of the reward and the remainder of the division, 10^-18 MDC; 0 without active trainers
    event BountyCancelled(uint256 indexed id, uint256 share, uint256 burned);

    /// @notice A trainer has locked the stake and a commitment to predictions and model.
    /// @param id number of the bounty
    /// @param trainer who submitted
    /// @param order 1 for the first submission of the bounty; the lower one wins ties
    /// @param commitment to both files
    event Submitted(uint256 indexed id, address indexed trainer, uint32 order, bytes32 commitment);

    /// @notice A trainer has put another commitment in the place of the one before; no tokens move.
    /// @param id number of the bounty
    /// @param trainer whose submission it is
    /// @param order from now on: the newest place, so that equal scores of others who submitted before rank above it
    /// @param commitment to both files
    event Replaced(uint256 indexed id, address indexed trainer, uint32 order, bytes32 commitment);

    /// @notice A trainer has taken a submission back.
    /// @param id number of the bounty
    /// @param trainer whose submission it was
    /// @param returned stake that went back, 10^-18 MDC
    /// @param late whether the deadline was over, so that the stake is lost
    event Withdrawn(uint256 indexed id, address indexed trainer, uint256 returned, bool late);

    /// @notice The requester has revealed the ground truth; the claim window begins.
    /// @param id number of the bounty
    /// @param digest SHA-256 of the ground-truth file
    /// @param revealedAt when, seconds since the epoch
    event TruthRevealed(uint256 indexed id, bytes32 digest, uint40 revealedAt);

    /// @notice A trainer has claimed a score.
    /// @param id number of the bounty
    /// @param trainer who claims
    /// @param correct number of correct labels as claimed
    event Claimed(uint256 indexed id, address indexed trainer, uint32 correct);

    /// @notice A trainer has revealed predictions that are worth what was claimed.
    /// @param id number of the bounty
    /// @param trainer who revealed
    /// @param correct number of correct labels as counted, which is the number claimed
    /// @param digest SHA-256 of the prediction file
    /// @param modelCid CID of the model file
    event PredictionRevealed(
        uint256 indexed id, address indexed trainer, uint32 correct, bytes32 digest, string modelCid
    );

    /// @notice A trainer has lost the stake over a claim.
    /// @param id number of the bounty
    /// @param trainer who loses the stake
    /// @param claim number of correct labels as claimed
    /// @param counted number of correct labels as counted; 0 where nothing was revealed
    /// @param revealed whether predictions were revealed that are not worth the claim; otherwise the trainer stayed silent
    event Slashed(uint256 indexed id, address indexed trainer, uint32 claim, uint32 counted, bool revealed);

    /// @notice The best verified reveal was paid.
    /// @param id number of the bounty
    /// @param winner trainer of the best verified reveal
    /// @param correct number of correct labels
    /// @param paid reward, own stake and lost stakes together, 10^-18 MDC
    event Settled(uint256 indexed id, address indexed winner, uint32 correct, uint256 paid);

    /// @notice The bounty has ended without a winner, and the reward went back to the requester.
    /// @param id number of the bounty
    /// @param reward what the requester received, 10^-18 MDC
    /// @param burned lost stakes, 10^-18 MDC
    event Refunded(uint256 indexed id, uint256 reward, uint256 burned);

    /// @notice The truth was not revealed in time, and half of the reward belongs to the active trainers.
    /// @param id number of the bounty
    /// @param share of the reward for each active trainer, 10^-18 MDC
    /// @param burned the other half of the reward, the remainder of the division and lost stakes, 10^-18 MDC
    event Forfeited(uint256 indexed id, uint256 share, uint256 burned);

    /// @notice A trainer has received what was due after the end of a bounty.
    /// @param id number of the bounty
    /// @param trainer who was paid
    /// @param amount stake and share of the reward, 10^-18 MDC
    event PaidOut(uint256 indexed id, address indexed trainer, uint256 amount);

    // ---------------------------------------------------------------- errors: which bounty, and when

    /// @notice There is no bounty with this number.
    /// @param id number that was given
    error NoSuchBounty(uint256 id);

    /// @notice The bounty does not allow this call in its phase.
    /// @param id number of the bounty
    /// @param phase where the bounty stands now
    error WrongPhase(uint256 id, Phase phase);

    // ---------------------------------------------------------------- errors: terms

    /// @notice A bounty has a reward of more than 0.
    error RewardIsZero();

    /// @notice The submission deadline is not later than the block.
    /// @param deadline that was given, seconds since the epoch
    /// @param nowAt time of the block, seconds since the epoch
    error DeadlineInPast(uint40 deadline, uint256 nowAt);

    /// @notice The submission deadline is further away than MAX_DURATION.
    /// @param deadline that was given, seconds since the epoch
    /// @param latest deadline that is allowed now, seconds since the epoch
    error DeadlineTooFar(uint40 deadline, uint256 latest);

    /// @notice The response window is too short or too long.
    /// @param window that was given, seconds
    /// @param least MIN_WINDOW, seconds
    /// @param most MAX_WINDOW, seconds
    error WindowOutOfRange(uint32 window, uint32 least, uint32 most);

    /// @notice A bounty has MIN_CLASSES to MAX_CLASSES classes.
    /// @param classes number that was given
    error ClassesOutOfRange(uint16 classes);

    /// @notice There are no test rows, or so many that the prediction file would be longer than MAX_FILE_LENGTH.
    /// @param testRows number that was given
    /// @param most number that is allowed with so many classes
    error TestRowsOutOfRange(uint32 testRows, uint32 most);

    /// @notice Nobody can have more labels right than there are.
    /// @param minCorrect least number of correct labels that was given
    /// @param testRows number of labels
    error MinCorrectTooHigh(uint32 minCorrect, uint32 testRows);

    /// @notice A superhash or commitment is never 0.
    error EmptyCommitment();

    /// @notice A requester uses a ground truth once: after its first bounty it is known.
    /// @param requester who has used it before
    /// @param truthSuperhash that was given
    error TruthUsedBefore(address requester, bytes32 truthSuperhash);

    /// @notice A CID has at most MAX_CID_LENGTH bytes.
    /// @param byteCount length of the CID that was given
    error CidTooLong(uint256 byteCount);

    // ---------------------------------------------------------------- errors: who

    /// @notice Only the requester may do this.
    /// @param caller who tried
    /// @param requester who may
    error NotRequester(address caller, address requester);

    /// @notice The requester knows the truth, and so takes no part in the own bounty.
    error RequesterMayNotSubmit();

    /// @notice An address has one submission in a bounty.
    /// @param id number of the bounty
    /// @param trainer who has submitted before
    error AlreadySubmitted(uint256 id, address trainer);

    /// @notice More trainers are active than the requester expected, so that cancelling would cost half of the reward or
    /// a share for somebody unforeseen.
    /// @param active trainers now
    error MoreActive(uint32 active);

    /// @notice The number belongs to another bounty than the trainer has seen: the chain was reorganised.
    /// @param id number of the bounty
    /// @param seen truth superhash that the trainer named
    /// @param present truth superhash of the bounty with this number
    error OtherBounty(uint256 id, bytes32 seen, bytes32 present);

    /// @notice The submission does not allow this call.
    /// @param id number of the bounty
    /// @param trainer whose submission it is
    /// @param state where the submission stands now
    error WrongSubmissionState(uint256 id, address trainer, SubmissionState state);

    // ---------------------------------------------------------------- errors: files and scores

    /// @notice Nobody can have more labels right than there are.
    /// @param claim number of correct labels that was claimed
    /// @param testRows number of labels
    error ClaimTooHigh(uint32 claim, uint32 testRows);

    /// @notice The file does not have the length that follows from rows and classes.
    /// @param byteCount length of the file that was given
    /// @param expected length that it must have, bytes
    error WrongLength(uint256 byteCount, uint256 expected);

    /// @notice The ground truth is not the one that was committed to.
    /// @param superhash of the file that was given
    /// @param expected superhash in the terms
    error TruthMismatch(bytes32 superhash, bytes32 expected);

    /// @notice The ground truth holds labels that name no class, which nobody could have predicted.
    /// @param labels number of such labels
    /// @param classes of the bounty
    error LabelsBeyondClasses(uint256 labels, uint16 classes);

    /// @notice The two superhashes are not the ones that were committed to.
    /// @param found commitment to the superhashes that were given
    /// @param expected commitment in the submission
    error CommitmentMismatch(bytes32 found, bytes32 expected);

    /// @notice The predictions are not the ones that were committed to.
    /// @param superhash of the file that was given
    /// @param expected superhash under the commitment
    error PredictionMismatch(bytes32 superhash, bytes32 expected);

    /// @notice The model is not the one that was committed to.
    /// @param superhash of the CID that was given
    /// @param expected superhash under the commitment
    error ModelMismatch(bytes32 superhash, bytes32 expected);

    /// @notice A prediction file begins with the address of its trainer, so that a copy is worthless.
    /// @param named address at the beginning of the file
    /// @param caller who tried to reveal it
    error NotYourPrediction(address named, address caller);

    // ---------------------------------------------------------------- errors: after the end

    /// @notice The trainer is due nothing, or has it already.
    /// @param id number of the bounty
    /// @param trainer who would be paid
    error NothingToCollect(uint256 id, address trainer);

    /// @notice The trainer does not have a silent claim above the winner.
    /// @param id number of the bounty
    /// @param trainer who would lose the stake
    error NotSlashable(uint256 id, address trainer);

    // ---------------------------------------------------------------- a requester's life

    /// @notice Escrows `terms.reward` from the caller and opens a bounty.
    /// @param terms what is fixed once and for all
    /// @param trainCid CID of the training data, with labels
    /// @param testCid CID of the test data, without labels
    /// @param metadataCid CID of the description: columns, classes, sizes
    /// @return id 1 for the first bounty
    function create(Terms calldata terms, string calldata trainCid, string calldata testCid, string calldata metadataCid)
        external
        returns (uint256 id);

    /// @notice As `create`, with an EIP-2612 permit for exactly `terms.reward`. A permit that somebody else has
    /// already used does no harm as long as the allowance is there.
    /// @param terms what is fixed once and for all
    /// @param trainCid CID of the training data, with labels
    /// @param testCid CID of the test data, without labels
    /// @param metadataCid CID of the description: columns, classes, sizes
    /// @param permitDeadline last second in which the permit is valid, since the epoch
    /// @param v of the permit's signature
    /// @param r of the permit's signature
    /// @param s of the permit's signature
    /// @return id 1 for the first bounty
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

    /// @notice Ends an open bounty; by its requester, and not after the deadline: from then on only the truth or the
    /// forfeit counts. Without active trainers the reward goes back in full; otherwise half of it is burned, the other half
    /// is split between them (the remainder of the division is burned too), and they `collect` share and stake.
    /// @param id number of the bounty
    /// @param activeAtMost active trainers that the requester knows of; where there are more, the call is refused, so that
    /// nobody gains a share by submitting in front of it
    function cancel(uint256 id, uint32 activeAtMost) external;

    /// @notice Reveals the ground-truth file within one window after the deadline; by the requester. Every label in it
    /// names a class.
    /// @dev A call that is refused shows the file all the same. Before the deadline whoever reads it could submit it as
    /// predictions and win: whoever sends it asks first, by `eth_call`, whether it would go through; and whose truth was
    /// shown too early can only `cancel`.
    /// @param id number of the bounty
    /// @param truthFile salt ‖ packed labels
    function revealTruth(uint256 id, bytes calldata truthFile) external;

    // ---------------------------------------------------------------- a trainer's life

    /// @notice Locks the stake and a commitment. Once per address and bounty, unless withdrawn before the deadline.
    /// @param id number of the bounty
    /// @param truthSuperhash of the bounty that is meant: after a reorganisation another bounty may have the number
    /// @param commitment_ to predictions and model: what `commitment` says of their superhashes
    function submit(uint256 id, bytes32 truthSuperhash, bytes32 commitment_) external;

    /// @notice As `submit`, with an EIP-2612 permit for exactly the stake.
    /// @param id number of the bounty
    /// @param truthSuperhash of the bounty that is meant
    /// @param commitment_ to predictions and model
    /// @param permitDeadline last second in which the permit is valid, since the epoch
    /// @param v of the permit's signature
    /// @param r of the permit's signature
    /// @param s of the permit's signature
    function submitWithPermit(
        uint256 id,
        bytes32 truthSuperhash,
        bytes32 commitment_,
        uint256 permitDeadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice Puts another commitment in the place of the caller's, before the deadline. The stake stays locked; the
    /// submission takes the newest place among equal scores.
    /// @param id number of the bounty
    /// @param commitment_ to the new predictions and model
    function replace(uint256 id, bytes32 commitment_) external;

    /// @notice Takes a submission back: before the deadline with the stake, later (until claimed) without it.
    /// @param id number of the bounty
    function withdraw(uint256 id) external;

    /// @notice Takes a submission back with its stake; refused from the deadline on. A transaction that waits for its
    /// block costs nobody a stake by it.
    /// @param id number of the bounty
    function withdrawInTime(uint256 id) external;

    /// @notice Claims a number of correct labels, once, within one window after the truth was revealed.
    /// A claim below `minCorrect` cannot win, needs no reveal and keeps the stake.
    /// @param id number of the bounty
    /// @param correct number of correct labels, at most the number of test rows
    function claim(uint256 id, uint32 correct) external;

    /// @notice Reveals predictions and model within the reveal window. A count that differs from the claim is slashed
    /// at once; a file that does not match the commitment reverts. The highest claim among those not slashed
    /// settles the bounty as soon as it is verified.
    /// @param id number of the bounty
    /// @param predictionSuperhash the first of the two that were committed to
    /// @param modelSuperhash the second
    /// @param truthFile salt ‖ packed labels, as the requester revealed it
    /// @param predictionFile the caller's address ‖ salt ‖ packed labels
    /// @param modelCid CID of the model file, at most MAX_CID_LENGTH bytes
    /// @return counted number of equal labels
    function revealPrediction(
        uint256 id,
        bytes32 predictionSuperhash,
        bytes32 modelSuperhash,
        bytes calldata truthFile,
        bytes calldata predictionFile,
        string calldata modelCid
    ) external returns (uint32 counted);

    // ---------------------------------------------------------------- for anyone

    /// @notice Ends a bounty whose truth is overdue. Half of the reward is forfeited to the active trainers and the other
    /// half burned, so that a requester who stays silent loses half at least, whatever other addresses it has; where there
    /// are no active trainers the reward goes back.
    /// @param id number of the bounty
    function timeout(uint256 id) external;

    /// @notice Ends a bounty whose reveal window is over, or in which nobody competes. In the reveal window it may be
    /// called where slashed claims still stand above a verified one: each call passes over a bounded number of them.
    /// @param id number of the bounty
    function settle(uint256 id) external;

    /// @notice After `Settled`: sends the stake of a claimant who stayed silent above the winner to the winner.
    /// @param id number of the bounty
    /// @param trainer who stayed silent
    function slashSilent(uint256 id, address trainer) external;

    /// @notice Sends a trainer what is due after Settled, Cancelled, Forfeited or Refunded. Anyone may call it.
    /// @param id number of the bounty
    /// @param trainer who is paid
    function collect(uint256 id, address trainer) external;

    // ---------------------------------------------------------------- reading

    /// @notice The coin of rewards and stakes.
    /// @return address of ModelCoin
    function coin() external view returns (address);

    /// @notice Number of bounties ever posted, which is the highest number of one.
    /// @return count 0 while there are none
    function bountyCount() external view returns (uint256 count);

    /// @notice A bounty, with its phase now.
    /// @param id number of the bounty
    /// @return info zeros and the phase None where there is no such bounty
    function bounty(uint256 id) external view returns (BountyInfo memory info);

    /// @notice A trainer's submission.
    /// @param id number of the bounty
    /// @param trainer whose submission it is
    /// @return info zeros and the state None where there is none
    function submission(uint256 id, address trainer) external view returns (SubmissionInfo memory info);

    /// @notice What `collect` would send now.
    /// @param id number of the bounty
    /// @param trainer who would be paid
    /// @return amount 10^-18 MDC, 0 where `collect` would revert
    function due(uint256 id, address trainer) external view returns (uint256 amount);

    /// @notice Number of equal labels of two files, as `revealPrediction` counts them.
    /// @param truthFile salt ‖ packed labels
    /// @param predictionFile address ‖ salt ‖ packed labels
    /// @param testRows number of labels in each file
    /// @param classes 2 to 256, from which the bits of a label follow
    /// @return correct number of equal labels
    function countCorrect(bytes calldata truthFile, bytes calldata predictionFile, uint32 testRows, uint16 classes)
        external
        pure
        returns (uint32 correct);

    /// @notice Commitment to predictions and model, as `submit` takes it.
    /// @param predictionSuperhash superhash of the prediction file
    /// @param modelSuperhash superhash of the model file, which may have any size
    /// @return word keccak256(abi.encode(predictionSuperhash, modelSuperhash))
    function commitment(bytes32 predictionSuperhash, bytes32 modelSuperhash) external pure returns (bytes32 word);

    /// @notice Superhash of a file that fits one block.
    /// @param file its bytes
    /// @return digest SHA-256 of the text form of the file's CID
    function superhash(bytes calldata file) external pure returns (bytes32 digest);
}
