// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {BlockHash} from "../../../../contracts/solidity/lib/BlockHash.sol";
import {IJobDisputes} from "../IJobDisputes.sol";
import {JobBase} from "./JobBase.sol";

/// @title The half of Jobs that judges
/// @notice See IJobDisputes. It serves by `delegatecall` from Jobs and holds nothing itself.
/// @dev Where the money of a dispute goes. F is the fee of a juror, as much as running again what lies beyond the last
/// voucher costs at the job's price; k the jurors of the first round. Stake and first bond are at least 4kF each, so that
/// 4k jurors can be paid by who loses. A juror locks 4F. A bond of a second round is three times the first.
/// - Stands: who revealed the right answer is paid F, from the bonds of challenger and escalator where it was on that
///   side; of the rest half is the provider's, half is burned.
/// - Wrong: the same, from the provider's stake and its bond; half of the rest is the challenger's.
/// - Undecided: stake and bonds come back, and the last voucher counts. Nobody is paid.
/// - Who was drawn and did not reveal, or revealed another answer than the right one, loses what it locked; it is burned,
///   so that nobody gains by making jurors fail.
contract JobDisputes is IJobDisputes, JobBase {
    /// @notice Seconds in which a round's jurors can be drawn.
    uint32 public constant DRAW_WINDOW = 1 hours;
    /// @notice Seconds in which jurors commit, beside the time that the job may run.
    uint32 public constant COMMIT_WINDOW = 1 hours;
    /// @notice Seconds in which jurors reveal and the result is shown.
    uint32 public constant REVEAL_WINDOW = 1 hours;
    /// @notice Seconds in which a second round can be asked for.
    uint32 public constant ESCALATE_WINDOW = 12 hours;
    /// @notice Slots that are looked at for each juror of a round.
    uint32 public constant TRIES = 32;

    /// @dev keccak256(abi.encode(0, 0)): the job could not be run.
    bytes32 private immutable UNAVAILABLE = _answer(0, 0);
    address private immutable SELF = address(this);

    modifier forJobs() {
        if (address(this) == SELF) revert OnlyForJobs();
        _;
    }

    /// @param coin_ the coin of all bonds
    constructor(address coin_) JobBase(coin_) {}

    // ---------------------------------------------------------------- challenging

    /// @inheritdoc IJobDisputes
    function challenge(uint64 id, bytes32 result, Permit calldata permit) external forJobs nonReentrant {
        Job storage j = _during(id, State.Submitted);
        _before(uint256(j.since) + j.window);
        if (msg.sender == j.provider) revert SameParty(msg.sender);
        if (result != j.result) revert OtherResult(j.result);
        uint40 paid = _paidUnits(j);
        uint80 fee = j.price * (paid > j.agreed ? paid - j.agreed : 1);
        _move(j, State.Disputed);
        Dispute storage d = _disputes[id];
        d.challenger = msg.sender;
        d.fee = fee;
        uint80 bond = FEES_AT_STAKE * j.jurors * fee;
        uint64 drawBlock = _fixDraw(d, 1);
        emit ResultChallenged(id, msg.sender, fee, bond, drawBlock);
        _takeWith(bond, permit);
    }

    /// @dev Begins a round: the next block draws, of whom there is now.
    function _fixDraw(Dispute storage d, uint8 round) private returns (uint64 drawBlock) {
        drawBlock = uint64(block.number + 1);
        d.slots = _slotCount;
        d.fixedAt = uint32(block.timestamp);
        d.round = round;
        d.committed = 0;
        d.drawn = false;
        d.drawBlock = drawBlock;
        ++_openDraws;
    }

    // ---------------------------------------------------------------- drawing

    /// @inheritdoc IJobDisputes
    function draw(uint64 id) external forJobs {
        Job storage j = _during(id, State.Disputed);
        Dispute storage d = _disputes[id];
        if (d.drawn) revert AlreadyDrawn();
        _before(uint256(d.fixedAt) + DRAW_WINDOW);
        bytes32 hash = block.number > d.drawBlock ? BlockHash.find(d.drawBlock) : bytes32(0);
        if (hash == 0) revert NoDrawHash(d.drawBlock);

        (address[] memory found, uint256 before) = _found(id, j, d, hash);
        uint40 commitBy = uint40(block.timestamp);
        if (found.length != 0) {
            uint80 duty = FEES_AT_STAKE * d.fee;
            for (uint256 i; i < found.length; ++i) {
                _jurors[id][before + i] = Juror(found[i], Duty.Drawn);
                _lock(_providers[found[i]], duty);
            }
            commitBy += COMMIT_WINDOW + j.maxSeconds;
        }
        if (d.round == 1) d.first = uint8(found.length);
        else d.second = uint8(found.length);
        d.drawn = true;
        d.commitBy = commitBy;
        d.revealBy = found.length == 0 ? commitBy : commitBy + REVEAL_WINDOW;
        --_openDraws;
        emit JurorsDrawn(id, d.round, found, commitBy);
    }

    /// @dev Jurors of a round, each another provider; none where a majority could not come about.
    function _found(uint64 id, Job storage j, Dispute storage d, bytes32 hash)
        private
        view
        returns (address[] memory found, uint256 before)
    {
        uint256 wanted = _wanted(j, d.round);
        before = d.round == 1 ? 0 : d.first;
        address[] memory all = new address[](before + wanted);
        for (uint256 i; i < before; ++i) all[i] = _jurors[id][i].who;
        uint256 count = before;
        uint256 slots = d.slots;
        for (uint256 i; slots != 0 && i < wanted * TRIES && count < all.length; ++i) {
            uint256 random = uint256(keccak256(abi.encode(hash, id, d.round, i)));
            address who = _slots[uint32(1 + uint128(random) % slots)];
            if (!_eligible(who, (random >> 128) % MAX_WEIGHT, j, d) || _isIn(who, all, count)) continue;
            all[count++] = who;
        }
        uint256 size = count - before;
        if (size * 2 <= wanted) size = 0;
        found = new address[](size);
        for (uint256 i; i < size; ++i) found[i] = all[before + i];
    }

    /// @dev Whether a provider may be a juror: it has been there unchanged since before the draw was fixed, and can run
    /// the job at its price.
    function _eligible(address who, uint256 lot, Job storage j, Dispute storage d) private view returns (bool) {
        Provider storage p = _providers[who];
        uint256 weight = p.deposit / MIN_DEPOSIT;
        if (weight > p.weight) weight = p.weight;
        return lot < weight && p.since < d.fixedAt && p.kinds & (1 << j.kind) != 0 && p.memoryMiB >= j.memoryMiB
            && p.deposit - p.locked >= FEES_AT_STAKE * d.fee && p.price <= j.price && who != j.client
            && who != j.provider && who != d.challenger;
    }

    function _isIn(address who, address[] memory all, uint256 count) private pure returns (bool) {
        for (uint256 i; i < count; ++i) {
            if (all[i] == who) return true;
        }
        return false;
    }

    function _wanted(Job storage j, uint8 round) private view returns (uint256) {
        return round == 1 ? j.jurors : 3 * uint256(j.jurors);
    }

    // ---------------------------------------------------------------- judging

    /// @inheritdoc IJobDisputes
    function commit(uint64 id, uint8 index, bytes32 commitment) external forJobs {
        Dispute storage d = _drawn(id);
        Juror storage one = _jurorOf(id, d, index);
        _before(d.commitBy);
        if (one.duty != Duty.Drawn) revert WrongDuty(index, one.duty);
        if (commitment == 0) revert EmptyCommitment();
        one.duty = Duty.Committed;
        _answers[id][index] = commitment;
        emit JurorCommitted(id, index, commitment);
        if (++d.committed == (d.round == 1 ? d.first : d.second)) {
            d.commitBy = uint40(block.timestamp);
            d.revealBy = uint40(block.timestamp) + REVEAL_WINDOW;
        }
    }

    /// @inheritdoc IJobDisputes
    function reveal(uint64 id, uint8 index, bytes32 result, uint40 units, bytes32 salt) external forJobs {
        Dispute storage d = _drawn(id);
        Juror storage one = _jurorOf(id, d, index);
        _past(d.commitBy);
        _before(d.revealBy);
        if (one.duty != Duty.Committed) revert WrongDuty(index, one.duty);
        bytes32 answer = _answer(result, units);
        if (_commitment(id, d.round, msg.sender, answer, salt) != _answers[id][index]) revert NotCommitted();
        one.duty = Duty.Revealed;
        _answers[id][index] = answer;
        emit JurorRevealed(id, index, result, units);
    }

    /// @inheritdoc IJobDisputes
    function show(uint64 id, bytes32 result, bytes32 salt) external forJobs {
        Dispute storage d = _drawn(id);
        Job storage j = _jobs[id];
        _past(d.commitBy);
        _before(d.revealBy);
        if (d.shown != 0) revert AlreadyShown();
        bytes32 answer = _answer(result, j.units);
        if (_commitment(id, 0, j.provider, answer, salt) != j.result) revert NotCommitted();
        d.shown = answer;
        emit ResultShown(id, result);
    }

    function _drawn(uint64 id) private view returns (Dispute storage d) {
        _during(id, State.Disputed);
        d = _disputes[id];
        if (!d.drawn) revert NotDrawn();
    }

    /// @dev A juror of this round, who calls.
    function _jurorOf(uint64 id, Dispute storage d, uint8 index) private view returns (Juror storage one) {
        one = _jurors[id][index];
        if (one.who != msg.sender || (d.round == 2 && index < d.first)) revert NotJuror(index);
    }

    // ---------------------------------------------------------------- deciding

    /// @dev The answer that a majority of those that were to be drawn gave in a round, 0 for none.
    function _majority(uint64 id, Job storage j, Dispute storage d, uint8 round) private view returns (bytes32) {
        uint256 from = round == 1 ? 0 : d.first;
        uint256 to = round == 1 ? d.first : uint256(d.first) + d.second;
        uint256 wanted = _wanted(j, round);
        bytes32[] memory given = new bytes32[](to - from);
        for (uint256 i = from; i < to; ++i) {
            if (_jurors[id][i].duty == Duty.Revealed) given[i - from] = _answers[id][i];
        }
        for (uint256 i; i < given.length; ++i) {
            uint256 same;
            if (given[i] == 0) continue;
            for (uint256 k; k < given.length; ++k) {
                if (given[k] == given[i]) ++same;
            }
            if (same * 2 > wanted) return given[i];
        }
        return 0;
    }

    /// @dev What a majority's answer says about the submission. Who does not show to what it committed has none.
    function _verdict(Dispute storage d, bytes32 majority) private view returns (Verdict) {
        if (majority == 0 || majority == UNAVAILABLE) return Verdict.Undecided;
        return majority == d.shown ? Verdict.Stands : Verdict.Wrong;
    }

    /// @inheritdoc IJobDisputes
    function escalate(uint64 id, Permit calldata permit) external forJobs nonReentrant {
        Dispute storage d = _drawn(id);
        Job storage j = _jobs[id];
        Verdict verdict = _verdict(d, _majority(id, j, d, 1));
        if (d.round != 1) revert NothingToEscalate(verdict);
        _past(d.revealBy);
        _before(uint256(d.revealBy) + ESCALATE_WINDOW);
        bool lost;
        if (msg.sender == j.provider) lost = verdict != Verdict.Stands;
        else if (msg.sender == d.challenger || msg.sender == j.client) lost = verdict != Verdict.Wrong;
        if (!lost) revert NothingToEscalate(verdict);
        d.escalator = msg.sender;
        uint80 bond = _secondBond(j, d);
        uint64 drawBlock = _fixDraw(d, 2);
        emit DisputeEscalated(id, msg.sender, bond, drawBlock);
        _takeWith(bond, permit);
    }

    function _secondBond(Job storage j, Dispute storage d) private view returns (uint80) {
        return 3 * FEES_AT_STAKE * j.jurors * d.fee;
    }

    /// @inheritdoc IJobDisputes
    function conclude(uint64 id) external forJobs nonReentrant {
        Job storage j = _during(id, State.Disputed);
        Dispute storage d = _disputes[id];
        if (!d.drawn) {
            _past(uint256(d.fixedAt) + DRAW_WINDOW);
            --_openDraws;
        } else {
            _past(d.round == 1 ? uint256(d.revealBy) + ESCALATE_WINDOW : d.revealBy);
        }
        bytes32 majority = d.round == 2 ? _majority(id, j, d, 2) : bytes32(0);
        // A second round that decides nothing leaves the first as it was.
        if (_verdict(d, majority) == Verdict.Undecided) majority = _majority(id, j, d, 1);
        Verdict verdict = _verdict(d, majority);
        (uint80 fees, uint80 burned) = _release(id, d, verdict == Verdict.Undecided ? bytes32(0) : majority);
        burned = _share(id, j, d, verdict, fees, burned);
        if (verdict == Verdict.Stands) _end(id, j, State.Settled, 0);
        else if (verdict == Verdict.Wrong) _end(id, j, State.Slashed, 0);
        else _endByVoucher(id, j, 0);
        _burn(burned);
    }

    /// @dev Ends the duties of all jurors. `right` is 0 where nothing was decided, and then every answer is as good.
    function _release(uint64 id, Dispute storage d, bytes32 right) private returns (uint80 fees, uint80 burned) {
        uint80 fee = d.fee;
        uint80 duty = FEES_AT_STAKE * fee;
        uint256 count = uint256(d.first) + d.second;
        for (uint256 i; i < count; ++i) {
            Provider storage p = _providers[_jurors[id][i].who];
            bool revealed = _jurors[id][i].duty == Duty.Revealed;
            (uint80 paid, uint80 lost) = (0, 0);
            if (!revealed || (right != 0 && _answers[id][i] != right)) lost = duty;
            else if (right != 0) paid = fee;
            p.locked -= duty;
            p.deposit = p.deposit + paid - lost;
            fees += paid;
            burned += lost;
            emit JurorReleased(id, uint8(i), paid, lost);
        }
    }

    /// @dev Gives stake and bonds to whom they belong; what is burned in all.
    function _share(uint64 id, Job storage j, Dispute storage d, Verdict verdict, uint80 fees, uint80 burned)
        private
        returns (uint80)
    {
        Provider storage p = _providers[j.provider];
        uint80 bond = FEES_AT_STAKE * j.jurors * d.fee;
        uint80 second = d.escalator == address(0) ? 0 : _secondBond(j, d);
        bool byProvider = d.escalator == j.provider;
        p.locked -= j.stake;
        if (verdict == Verdict.Undecided) {
            _owe(d.challenger, bond);
            _owe(d.escalator, second);
            emit DisputeEnded(id, verdict, 0, burned);
            return burned;
        }
        bool stands = verdict == Verdict.Stands;
        uint80 pot = stands ? bond : j.stake;
        // Of a bond of the side that was right all comes back.
        if (byProvider != stands) pot += second;
        else _owe(d.escalator, second);
        uint80 reward = (pot - fees) / 2;
        burned += pot - fees - reward;
        if (stands) {
            p.deposit += reward;
        } else {
            p.deposit -= j.stake;
            _owe(d.challenger, bond + reward);
        }
        emit DisputeEnded(id, verdict, reward, burned);
        return burned;
    }
}
