// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Heap} from "@openzeppelin/contracts/utils/structs/Heap.sol";

import {IBountyMarket} from "./IBountyMarket.sol";
import {CID_LIMIT} from "../../../contracts/solidity/lib/CidLimit.sol";
import {ModelCoin} from "../../coin/solidity/ModelCoin.sol";
import {LabelCount} from "./lib/LabelCount.sol";
import {Ranking} from "./lib/Ranking.sol";
import {Superhash} from "../../../contracts/solidity/lib/Superhash.sol";

/// @title The market of commit-reveal bounties
/// @notice See IBountyMarket. There is no owner, no fee and no upgrade: who may move which tokens is decided by the
/// functions below alone.
/// @dev Invariants:
/// - The market holds what it owes (and what somebody sends it outside of its functions): of each bounty that has not
///   ended the reward and all stakes that were not withdrawn in time; of each that has ended what `due` says of its
///   trainers, and after Settled the stakes that `slashSilent` would send to the winner.
/// - A bounty ends once, in one of Settled, Cancelled, Forfeited and Refunded, and never changes its end.
/// - A submission is paid, sent back, slashed or lost once: each of these leaves a state from which there is no way on.
/// - Of a reward that is forfeited, or cancelled after submissions, at least half is burned.
/// - A requester uses a truth superhash once.
/// - Of two verified reveals `best` is the one with more correct labels, and the earlier submission among equals.
/// - `claims` counts the claims that compete, `falseClaims` those of them that were slashed; while the first is larger
///   the ranking is not empty.
///
/// Every function checks, then writes, then moves tokens; each has the reentrancy guard besides. No function loops over
/// a list that others can lengthen.
contract BountyMarket is IBountyMarket, ReentrancyGuardTransient {
    using SafeERC20 for ModelCoin;
    using Ranking for Heap.Uint256Heap;

    // ---------------------------------------------------------------- limits

    /// @notice Shortest response window, seconds.
    uint32 public constant MIN_WINDOW = 10 minutes;
    /// @notice Longest response window, seconds.
    uint32 public constant MAX_WINDOW = 30 days;
    /// @notice Furthest deadline, seconds from creation. With three windows at most behind it nothing is locked for ever.
    uint256 public constant MAX_DURATION = 365 days;
    /// @notice Least number of classes.
    uint16 public constant MIN_CLASSES = 2;
    /// @notice Greatest number of classes: a label has at most 8 bits.
    uint16 public constant MAX_CLASSES = 256;
    /// @notice Most bytes of a CID in its text form.
    uint256 public constant MAX_CID_LENGTH = CID_LIMIT;
    /// @notice Most bytes of a committed file. It fits one block (262,144 bytes), so that its CID's digest is its SHA-256;
    /// and two of them fit a transaction that public nodes take on (131,072 bytes), so that no bounty can be posted whose
    /// predictions can never be revealed. Equal to `protocol::commitment::MAX_FILE`.
    uint256 public constant MAX_FILE_LENGTH = 65_000;
    /// @notice Bytes before the labels of a ground-truth file: salt.
    uint256 public constant TRUTH_HEADER = 32;
    /// @notice Bytes before the labels of a prediction file: trainer, salt.
    uint256 public constant PREDICTION_HEADER = 52;
    /// @notice Slashed claims that one transaction removes from the top of a ranking, so that its gas is bounded.
    uint256 public constant MAX_DROPS = 8;

    // ---------------------------------------------------------------- storage

    /// @dev Creation writes the first three slots, submitting and claiming the fourth, verified reveals the fifth.
    struct Stored {
        uint96 reward;
        uint96 stake;
        uint32 testRows;
        uint32 minCorrect;
        //
        address requester;
        uint40 deadline;
        uint32 window;
        uint16 classes;
        Phase ending; // None until the bounty has ended, then how
        //
        bytes32 truthSuperhash;
        //
        uint32 submissions;
        uint32 active;
        uint32 abandoned; // stakes lost by withdrawing after the deadline
        uint32 claims;
        uint32 falseClaims;
        uint32 conceded;
        uint40 truthRevealedAt;
        //
        address best;
        uint32 bestCorrect;
        uint32 bestOrder;
    }

    /// @dev What a requester has used a truth superhash for.
    struct Post {
        bool used;
        bytes8 number; // Terms.postNumber
    }

    ModelCoin private immutable COIN;

    /// @inheritdoc IBountyMarket
    uint256 public bountyCount;
    mapping(uint256 id => Stored) private _bounties;
    mapping(uint256 id => mapping(address trainer => SubmissionInfo)) private _submissions;
    mapping(uint256 id => Heap.Uint256Heap) private _rankings;
    /// @dev By requester, so that nobody can stop another's post by copying its commitment in front of it.
    mapping(address requester => mapping(bytes32 truthSuperhash => Post)) private _posts;

    /// @param coin_ ModelCoin, the coin of all rewards and stakes
    constructor(address coin_) {
        COIN = ModelCoin(coin_);
    }

    // ---------------------------------------------------------------- a requester's life

    /// @inheritdoc IBountyMarket
    function create(
        Terms calldata terms,
        string calldata trainCid,
        string calldata testCid,
        string calldata metadataCid
    ) external nonReentrant returns (uint256 id) {
        return _create(terms, trainCid, testCid, metadataCid);
    }

    /// @inheritdoc IBountyMarket
    function createWithPermit(
        Terms calldata terms,
        string calldata trainCid,
        string calldata testCid,
        string calldata metadataCid,
        uint256 permitDeadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant returns (uint256 id) {
        _permit(terms.reward, permitDeadline, v, r, s);
        return _create(terms, trainCid, testCid, metadataCid);
    }

    function _create(
        Terms calldata terms,
        string calldata trainCid,
        string calldata testCid,
        string calldata metadataCid
    ) private returns (uint256 id) {
        _checkTerms(terms);
        _checkCid(trainCid);
        _checkCid(testCid);
        _checkCid(metadataCid);
        Post storage post = _posts[msg.sender][terms.truthSuperhash];
        if (post.used) revert TruthUsedBefore(msg.sender, terms.truthSuperhash);

        post.used = true;
        post.number = terms.postNumber;
        id = ++bountyCount;
        Stored storage b = _bounties[id];
        b.reward = terms.reward;
        b.stake = terms.stake;
        b.testRows = terms.testRows;
        b.minCorrect = terms.minCorrect;
        b.requester = msg.sender;
        b.deadline = terms.deadline;
        b.window = terms.window;
        b.classes = terms.classes;
        b.truthSuperhash = terms.truthSuperhash;
        emit BountyCreated(id, msg.sender, terms, trainCid, testCid, metadataCid);

        _take(msg.sender, terms.reward);
    }

    /// @inheritdoc IBountyMarket
    function cancel(uint256 id, uint32 activeAtMost) external nonReentrant {
        Stored storage b = _during(id, Phase.Open);
        _onlyRequester(b);
        uint32 active = b.active;
        if (active > activeAtMost) revert MoreActive(active);
        uint256 reward = b.reward;
        uint256 share = _share(b);
        uint256 burned = active == 0 ? 0 : reward - share * active;
        b.ending = Phase.Cancelled;
        emit BountyCancelled(id, share, burned);

        if (active == 0) _send(msg.sender, reward);
        else _burn(burned);
    }

    /// @inheritdoc IBountyMarket
    function revealTruth(uint256 id, bytes calldata truthFile) external nonReentrant {
        Stored storage b = _during(id, Phase.AwaitingTruth);
        _onlyRequester(b);
        bytes32 digest = _checkTruth(b, truthFile);
        uint256 wrong = LabelCount.beyond(truthFile[TRUTH_HEADER:], b.testRows, b.classes);
        if (wrong > 0) revert LabelsBeyondClasses(wrong, b.classes);
        b.truthRevealedAt = uint40(block.timestamp);
        emit TruthRevealed(id, digest, uint40(block.timestamp));
    }

    // ---------------------------------------------------------------- a trainer's life

    /// @inheritdoc IBountyMarket
    function submit(uint256 id, bytes32 truthSuperhash, bytes32 commitment_) external nonReentrant {
        _submit(id, truthSuperhash, commitment_);
    }

    /// @inheritdoc IBountyMarket
    function submitWithPermit(
        uint256 id,
        bytes32 truthSuperhash,
        bytes32 commitment_,
        uint256 permitDeadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant {
        _permit(_existing(id).stake, permitDeadline, v, r, s);
        _submit(id, truthSuperhash, commitment_);
    }

    function _submit(uint256 id, bytes32 truthSuperhash, bytes32 commitment_) private {
        Stored storage b = _during(id, Phase.Open);
        if (truthSuperhash != b.truthSuperhash) revert OtherBounty(id, truthSuperhash, b.truthSuperhash);
        if (msg.sender == b.requester) revert RequesterMayNotSubmit();
        SubmissionInfo storage mine = _submissions[id][msg.sender];
        if (mine.state != SubmissionState.None && mine.state != SubmissionState.Withdrawn) {
            revert AlreadySubmitted(id, msg.sender);
        }
        uint32 order = _commit(b, mine, commitment_);
        ++b.active;
        mine.state = SubmissionState.Active;
        emit Submitted(id, msg.sender, order, commitment_);

        _take(msg.sender, b.stake);
    }

    /// @inheritdoc IBountyMarket
    function replace(uint256 id, bytes32 commitment_) external nonReentrant {
        Stored storage b = _during(id, Phase.Open);
        SubmissionInfo storage mine = _mine(id, SubmissionState.Active);
        emit Replaced(id, msg.sender, _commit(b, mine, commitment_), commitment_);
    }

    /// @dev Whatever is committed takes the newest place: an early place is not to be had for something that is only
    /// worked out later.
    function _commit(Stored storage b, SubmissionInfo storage mine, bytes32 commitment_) private returns (uint32 order) {
        if (commitment_ == 0) revert EmptyCommitment();
        order = ++b.submissions;
        mine.commitment = commitment_;
        mine.order = order;
    }

    /// @inheritdoc IBountyMarket
    function withdraw(uint256 id) external nonReentrant {
        Stored storage b = _existing(id);
        Phase phase = _phase(b);
        if (phase != Phase.Open && phase != Phase.AwaitingTruth && phase != Phase.Claiming) {
            revert WrongPhase(id, phase);
        }
        _withdraw(id, b, phase);
    }

    /// @inheritdoc IBountyMarket
    function withdrawInTime(uint256 id) external nonReentrant {
        _withdraw(id, _during(id, Phase.Open), Phase.Open);
    }

    function _withdraw(uint256 id, Stored storage b, Phase phase) private {
        SubmissionInfo storage mine = _mine(id, SubmissionState.Active);

        --b.active;
        if (phase == Phase.Open) {
            mine.state = SubmissionState.Withdrawn;
            emit Withdrawn(id, msg.sender, b.stake, false);
            _send(msg.sender, b.stake);
        } else {
            ++b.abandoned;
            mine.state = SubmissionState.Abandoned;
            emit Withdrawn(id, msg.sender, 0, true);
        }
    }

    /// @inheritdoc IBountyMarket
    function claim(uint256 id, uint32 correct) external nonReentrant {
        Stored storage b = _during(id, Phase.Claiming);
        SubmissionInfo storage mine = _mine(id, SubmissionState.Active);
        if (correct > b.testRows) revert ClaimTooHigh(correct, b.testRows);

        mine.claim = correct;
        if (correct < b.minCorrect) {
            ++b.conceded;
            mine.state = SubmissionState.Conceded;
        } else {
            ++b.claims;
            mine.state = SubmissionState.Claimed;
            _rankings[id].add(correct, mine.order, msg.sender);
        }
        emit Claimed(id, msg.sender, correct);
    }

    /// @inheritdoc IBountyMarket
    function revealPrediction(
        uint256 id,
        bytes32 predictionSuperhash,
        bytes32 modelSuperhash,
        bytes calldata truthFile,
        bytes calldata predictionFile,
        string calldata modelCid
    ) external nonReentrant returns (uint32 counted) {
        Stored storage b = _during(id, Phase.Revealing);
        SubmissionInfo storage mine = _mine(id, SubmissionState.Claimed);
        _checkTruth(b, truthFile);
        _checkCommitment(mine, predictionSuperhash, modelSuperhash);
        bytes32 digest = _checkPrediction(b, predictionSuperhash, predictionFile);
        _checkModel(modelSuperhash, modelCid);

        counted = _count(truthFile, predictionFile, b.testRows, b.classes);
        uint32 claimed = mine.claim;
        if (counted == claimed) {
            uint32 order = mine.order;
            mine.state = SubmissionState.Verified;
            mine.verified = true;
            if (b.best == address(0) || _ranksAbove(claimed, order, b.bestCorrect, b.bestOrder)) {
                b.best = msg.sender;
                b.bestCorrect = claimed;
                b.bestOrder = order;
            }
            emit PredictionRevealed(id, msg.sender, counted, digest, modelCid);
        } else {
            mine.state = SubmissionState.Slashed;
            ++b.falseClaims;
            emit Slashed(id, msg.sender, claimed, counted, true);
        }

        if (b.falseClaims == b.claims) {
            _refund(id, b);
        } else {
            (bool decided,) = _dropSlashed(id);
            if (decided) _payWinner(id, b);
        }
    }

    // ---------------------------------------------------------------- for anyone

    /// @inheritdoc IBountyMarket
    function timeout(uint256 id) external nonReentrant {
        Stored storage b = _during(id, Phase.TruthOverdue);
        uint256 active = b.active;
        if (active == 0) return _refund(id, b);

        uint256 share = _share(b);
        uint256 burned = b.reward - share * active + uint256(b.abandoned) * b.stake;
        b.ending = Phase.Forfeited;
        emit Forfeited(id, share, burned);
        _burn(burned);
    }

    /// @inheritdoc IBountyMarket
    /// @dev While claims are still being revealed it goes on removing slashed claims from the top of the ranking, where
    /// a reveal met more than MAX_DROPS of them, and pays the winner as soon as the top is verified.
    function settle(uint256 id) external nonReentrant {
        Stored storage b = _existing(id);
        Phase phase = _phase(b);
        if (phase == Phase.SettleDue) {
            if (b.best == address(0)) _refund(id, b);
            else _payWinner(id, b);
            return;
        }
        if (phase != Phase.Revealing) revert WrongPhase(id, phase);
        (bool decided, uint256 dropped) = _dropSlashed(id);
        if (decided) _payWinner(id, b);
        else if (dropped == 0) revert WrongPhase(id, phase);
    }

    /// @inheritdoc IBountyMarket
    function slashSilent(uint256 id, address trainer) external nonReentrant {
        Stored storage b = _during(id, Phase.Settled);
        SubmissionInfo storage silent = _submissions[id][trainer];
        if (!_slashable(b, silent)) revert NotSlashable(id, trainer);

        silent.state = SubmissionState.Slashed;
        emit Slashed(id, trainer, silent.claim, 0, false);
        _send(b.best, b.stake);
    }

    /// @inheritdoc IBountyMarket
    function collect(uint256 id, address trainer) external nonReentrant {
        Stored storage b = _existing(id);
        SubmissionInfo storage theirs = _submissions[id][trainer];
        uint256 amount = _due(b, theirs);
        if (amount == 0) revert NothingToCollect(id, trainer);

        theirs.state = SubmissionState.Paid;
        emit PaidOut(id, trainer, amount);
        _send(trainer, amount);
    }

    // ---------------------------------------------------------------- reading

    /// @inheritdoc IBountyMarket
    function coin() external view returns (address) {
        return address(COIN);
    }

    /// @inheritdoc IBountyMarket
    function bounty(uint256 id) external view returns (BountyInfo memory) {
        Stored storage b = _bounties[id];
        return BountyInfo({
            terms: Terms({
                reward: b.reward,
                stake: b.stake,
                deadline: b.deadline,
                window: b.window,
                testRows: b.testRows,
                classes: b.classes,
                minCorrect: b.minCorrect,
                truthSuperhash: b.truthSuperhash,
                postNumber: _posts[b.requester][b.truthSuperhash].number
            }),
            requester: b.requester,
            phase: _phase(b),
            submissions: b.submissions,
            active: b.active,
            claims: b.claims,
            falseClaims: b.falseClaims,
            conceded: b.conceded,
            truthRevealedAt: b.truthRevealedAt,
            best: b.best,
            bestCorrect: b.bestCorrect
        });
    }

    /// @inheritdoc IBountyMarket
    function submission(uint256 id, address trainer) external view returns (SubmissionInfo memory) {
        return _submissions[id][trainer];
    }

    /// @inheritdoc IBountyMarket
    function due(uint256 id, address trainer) external view returns (uint256) {
        return _due(_bounties[id], _submissions[id][trainer]);
    }

    /// @inheritdoc IBountyMarket
    function countCorrect(bytes calldata truthFile, bytes calldata predictionFile, uint32 testRows, uint16 classes)
        external
        pure
        returns (uint32)
    {
        _checkShape(testRows, classes);
        uint256 packed = LabelCount.packedLength(testRows, classes);
        _checkLength(truthFile, TRUTH_HEADER + packed);
        _checkLength(predictionFile, PREDICTION_HEADER + packed);
        return _count(truthFile, predictionFile, testRows, classes);
    }

    /// @inheritdoc IBountyMarket
    function commitment(bytes32 predictionSuperhash, bytes32 modelSuperhash) external pure returns (bytes32) {
        return _commitment(predictionSuperhash, modelSuperhash);
    }

    /// @inheritdoc IBountyMarket
    function superhash(bytes calldata file) external pure returns (bytes32) {
        return Superhash.ofDigest(sha256(file));
    }

    // ---------------------------------------------------------------- endings

    function _payWinner(uint256 id, Stored storage b) private {
        address winner = b.best;
        // Own stake, and the stakes of those who abandoned, never claimed, or claimed what was false.
        uint256 stakes = 1 + uint256(b.abandoned) + (b.active - b.claims - b.conceded) + b.falseClaims;
        uint256 paid = b.reward + stakes * b.stake;
        b.ending = Phase.Settled;
        _submissions[id][winner].state = SubmissionState.Paid;
        emit Settled(id, winner, b.bestCorrect, paid);
        _send(winner, paid);
    }

    /// @dev Every stake but those of trainers who conceded is lost, and burned so that nobody gains by a failure.
    function _refund(uint256 id, Stored storage b) private {
        uint256 burned = (uint256(b.active) + b.abandoned - b.conceded) * b.stake;
        b.ending = Phase.Refunded;
        emit Refunded(id, b.reward, burned);
        _send(b.requester, b.reward);
        _burn(burned);
    }

    /// @dev Removes slashed claims from the top of the ranking, at most MAX_DROPS.
    /// @return decided whether the top is verified now, so that nobody can do better any more
    function _dropSlashed(uint256 id) private returns (bool decided, uint256 dropped) {
        Heap.Uint256Heap storage ranking = _rankings[id];
        while (true) {
            // Some claim stands, so the ranking cannot run empty.
            SubmissionState state = _submissions[id][ranking.first()].state;
            if (state != SubmissionState.Slashed) return (state == SubmissionState.Verified, dropped);
            if (dropped == MAX_DROPS) return (false, dropped);
            ranking.dropFirst();
            ++dropped;
        }
    }

    // ---------------------------------------------------------------- rules

    /// @dev The same rule as `Bounty::phase` in families/bounty/src/phase.rs.
    function _phase(Stored storage b) private view returns (Phase) {
        if (b.requester == address(0)) return Phase.None;
        if (b.ending != Phase.None) return b.ending;
        uint256 window = b.window;
        uint256 revealedAt = b.truthRevealedAt;
        if (revealedAt == 0) {
            if (block.timestamp < b.deadline) return Phase.Open;
            if (block.timestamp < b.deadline + window) return Phase.AwaitingTruth;
            return Phase.TruthOverdue;
        }
        if (block.timestamp < revealedAt + window) return Phase.Claiming;
        if (block.timestamp < revealedAt + 2 * window && b.claims > b.falseClaims) return Phase.Revealing;
        return Phase.SettleDue;
    }

    /// @dev The same rule as `Bounty::due` in families/bounty/src/state.rs.
    function _due(Stored storage b, SubmissionInfo storage theirs) private view returns (uint256) {
        Phase ending = b.ending;
        SubmissionState state = theirs.state;
        if (ending == Phase.Cancelled || ending == Phase.Forfeited) {
            return state == SubmissionState.Active ? _share(b) + b.stake : 0;
        }
        if (ending == Phase.Refunded) return state == SubmissionState.Conceded ? b.stake : 0;
        if (ending == Phase.Settled) {
            bool kept = state == SubmissionState.Conceded || state == SubmissionState.Verified
                || (state == SubmissionState.Claimed && !_slashable(b, theirs));
            return kept ? b.stake : 0;
        }
        return 0;
    }

    /// @dev What each active trainer has of a reward that is forfeited or cancelled: half of it is for nobody, since a
    /// requester, or anyone, can be many trainers.
    function _share(Stored storage b) private view returns (uint256) {
        uint256 active = b.active;
        return active == 0 ? 0 : uint256(b.reward) / 2 / active;
    }

    /// @dev The same rule as `Bounty::slashable` in families/bounty/src/state.rs; `b` is settled.
    function _slashable(Stored storage b, SubmissionInfo storage theirs) private view returns (bool) {
        return theirs.state == SubmissionState.Claimed
            && _ranksAbove(theirs.claim, theirs.order, b.bestCorrect, b.bestOrder);
    }

    /// @dev More correct wins, the earlier submission among equals.
    function _ranksAbove(uint32 correct, uint32 order, uint32 otherCorrect, uint32 otherOrder)
        private
        pure
        returns (bool)
    {
        return correct > otherCorrect || (correct == otherCorrect && order < otherOrder);
    }

    function _count(bytes calldata truthFile, bytes calldata predictionFile, uint32 testRows, uint16 classes)
        private
        pure
        returns (uint32)
    {
        return uint32(
            LabelCount.equalLabels(truthFile[TRUTH_HEADER:], predictionFile[PREDICTION_HEADER:], testRows, classes)
        );
    }

    // ---------------------------------------------------------------- checks

    function _existing(uint256 id) private view returns (Stored storage b) {
        b = _bounties[id];
        if (b.requester == address(0)) revert NoSuchBounty(id);
    }

    function _during(uint256 id, Phase expected) private view returns (Stored storage b) {
        b = _existing(id);
        Phase phase = _phase(b);
        if (phase != expected) revert WrongPhase(id, phase);
    }

    function _mine(uint256 id, SubmissionState expected) private view returns (SubmissionInfo storage mine) {
        mine = _submissions[id][msg.sender];
        if (mine.state != expected) revert WrongSubmissionState(id, msg.sender, mine.state);
    }

    function _onlyRequester(Stored storage b) private view {
        if (msg.sender != b.requester) revert NotRequester(msg.sender, b.requester);
    }

    function _checkTerms(Terms calldata terms) private view {
        if (terms.reward == 0) revert RewardIsZero();
        if (terms.deadline <= block.timestamp) revert DeadlineInPast(terms.deadline, block.timestamp);
        uint256 latest = block.timestamp + MAX_DURATION;
        if (terms.deadline > latest) revert DeadlineTooFar(terms.deadline, latest);
        if (terms.window < MIN_WINDOW || terms.window > MAX_WINDOW) {
            revert WindowOutOfRange(terms.window, MIN_WINDOW, MAX_WINDOW);
        }
        _checkShape(terms.testRows, terms.classes);
        if (terms.minCorrect > terms.testRows) revert MinCorrectTooHigh(terms.minCorrect, terms.testRows);
        if (terms.truthSuperhash == 0) revert EmptyCommitment();
    }

    function _checkShape(uint32 testRows, uint16 classes) private pure {
        if (classes < MIN_CLASSES || classes > MAX_CLASSES) revert ClassesOutOfRange(classes);
        uint32 most = uint32((MAX_FILE_LENGTH - PREDICTION_HEADER) * 8 / LabelCount.laneBits(classes));
        if (testRows == 0 || testRows > most) revert TestRowsOutOfRange(testRows, most);
    }

    function _checkCid(string calldata cid) private pure {
        if (bytes(cid).length > MAX_CID_LENGTH) revert CidTooLong(bytes(cid).length);
    }

    function _checkLength(bytes calldata file, uint256 expected) private pure {
        if (file.length != expected) revert WrongLength(file.length, expected);
    }

    function _checkTruth(Stored storage b, bytes calldata truthFile) private view returns (bytes32 digest) {
        _checkLength(truthFile, TRUTH_HEADER + LabelCount.packedLength(b.testRows, b.classes));
        digest = sha256(truthFile);
        bytes32 found = Superhash.ofDigest(digest);
        if (found != b.truthSuperhash) revert TruthMismatch(found, b.truthSuperhash);
    }

    function _checkCommitment(SubmissionInfo storage mine, bytes32 predictionSuperhash, bytes32 modelSuperhash)
        private
        view
    {
        bytes32 found = _commitment(predictionSuperhash, modelSuperhash);
        if (found != mine.commitment) revert CommitmentMismatch(found, mine.commitment);
    }

    function _checkPrediction(Stored storage b, bytes32 committed, bytes calldata predictionFile)
        private
        view
        returns (bytes32 digest)
    {
        _checkLength(predictionFile, PREDICTION_HEADER + LabelCount.packedLength(b.testRows, b.classes));
        address named = address(bytes20(predictionFile));
        if (named != msg.sender) revert NotYourPrediction(named, msg.sender);
        digest = sha256(predictionFile);
        bytes32 found = Superhash.ofDigest(digest);
        if (found != committed) revert PredictionMismatch(found, committed);
    }

    function _checkModel(bytes32 committed, string calldata modelCid) private pure {
        // Refused by its length first: the event would carry it.
        _checkCid(modelCid);
        bytes32 found = sha256(bytes(modelCid));
        if (found != committed) revert ModelMismatch(found, committed);
    }

    /// @dev The same rule as `bounty::Commitment::word` in families/bounty/src/commitment.rs.
    function _commitment(bytes32 predictionSuperhash, bytes32 modelSuperhash) private pure returns (bytes32) {
        return keccak256(abi.encode(predictionSuperhash, modelSuperhash));
    }

    // ---------------------------------------------------------------- tokens

    /// @dev Somebody may have sent the same permit before, to make this call fail: then the allowance is there already,
    /// and if it is not, taking the tokens says so.
    function _permit(uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s) private {
        try COIN.permit(msg.sender, address(this), value, deadline, v, r, s) {} catch {}
    }

    function _take(address from, uint256 amount) private {
        if (amount > 0) COIN.safeTransferFrom(from, address(this), amount);
    }

    function _send(address to, uint256 amount) private {
        if (amount > 0) COIN.safeTransfer(to, amount);
    }

    function _burn(uint256 amount) private {
        if (amount > 0) COIN.burn(amount);
    }
}
