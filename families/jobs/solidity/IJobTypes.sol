// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IEscrow} from "../../../contracts/solidity/lib/IEscrow.sol";

/// @title What is offered, posted, stored, said and refused of compute jobs
/// @notice See IJobs.
interface IJobTypes is IEscrow {
    /// @notice Where a job stands. The last five are never left.
    enum State {
        None,
        Posted,
        Locked,
        Running,
        Submitted,
        Disputed,
        Settled,
        Partial,
        Refunded,
        Slashed,
        Cancelled
    }

    /// @notice What jurors have found about a submission.
    enum Verdict {
        None,
        Undecided,
        Stands,
        Wrong
    }

    /// @notice Where a juror stands in a dispute.
    enum Duty {
        None,
        Drawn,
        Committed,
        Revealed
    }

    /// @notice What a provider offers.
    /// @param price for a unit; also the least for which it serves as a juror
    /// @param kinds of jobs that it runs, bit i for kind i
    /// @param memoryMiB most memory of a job
    /// @param unitsPerSecond as measured
    /// @param details SHA-256 in the CID of a file that says the rest
    struct Offer {
        uint80 price;
        uint8 kinds;
        uint16 memoryMiB;
        uint32 unitsPerSecond;
        bytes32 details;
    }

    /// @notice A job as its client posts it. A unit is 10^6 metered instructions.
    /// @param kind of workload, 0 to 7
    /// @param jurors of the first round of a dispute: 1, 3 or 5
    /// @param memoryMiB that it may use
    /// @param auditRate share of checkpoints that the client says it has run again, in 1/10,000
    /// @param maxSeconds that it may run
    /// @param window seconds after the submission in which it can be challenged
    /// @param deadline until when the result must be submitted
    /// @param units most that are paid
    /// @param checkpointEvery a checkpoint after so many units; all of them for a job without
    /// @param highestPrice for a unit
    /// @param stake that the provider locks at the start
    /// @param files keccak256(abi.encode(workload, inputs, resumed)) of the three CIDs
    struct Terms {
        uint8 kind;
        uint8 jurors;
        uint16 memoryMiB;
        uint16 auditRate;
        uint24 maxSeconds;
        uint24 window;
        uint40 deadline;
        uint40 units;
        uint40 checkpointEvery;
        uint80 highestPrice;
        uint80 stake;
        bytes32 files;
    }

    /// @notice What a provider signs (EIP-712) for one job; see JobSignatures.
    /// @param provider who signs
    /// @param price for a unit
    /// @param units most that it runs
    /// @param expiry until when it can be locked
    /// @param nonce at least that of the provider, which revokes older quotes
    struct Quote {
        address provider;
        uint80 price;
        uint40 units;
        uint40 expiry;
        uint64 nonce;
    }

    /// @notice A permit (EIP-2612) for what a call takes.
    /// @param deadline of the permit; 0 for none, where an allowance is there
    /// @param v of its signature
    /// @param r of its signature
    /// @param s of its signature
    struct Permit {
        uint256 deadline;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    /// @notice All that is stored of a provider.
    /// @param registered whether it is one
    /// @param weight in draws of jurors, 0 while it pauses
    /// @param deposit of which `locked` is a part
    /// @param locked for jobs that run and for duties as a juror
    /// @param since when its deposit or offer was changed last by itself
    /// @param nonce the least that its quotes must have
    /// @param price of its offer
    /// @param kinds of its offer
    /// @param memoryMiB of its offer
    /// @param unitsPerSecond of its offer
    struct ProviderInfo {
        bool registered;
        uint8 weight;
        uint80 deposit;
        uint80 locked;
        uint40 since;
        uint64 nonce;
        uint80 price;
        uint8 kinds;
        uint16 memoryMiB;
        uint32 unitsPerSecond;
    }

    /// @notice All that is stored of a job.
    /// @param client who posted it
    /// @param state where it stands
    /// @param since when it came to stand there
    /// @param terms keccak256(abi.encode(Terms))
    /// @param provider who runs it
    /// @param price for a unit
    /// @param limit units that are paid at most
    /// @param units that were submitted
    /// @param agreed units of the last voucher that was shown
    /// @param stake of the provider
    /// @param window seconds in which a submission can be challenged
    /// @param deadline of the submission
    /// @param result commitment that was submitted
    /// @param clientClaimed whether the client has claimed its part
    /// @param providerClaimed whether the provider has claimed its part
    struct JobInfo {
        address client;
        State state;
        uint40 since;
        bytes32 terms;
        address provider;
        uint80 price;
        uint40 limit;
        uint40 units;
        uint40 agreed;
        uint80 stake;
        uint24 window;
        uint40 deadline;
        bytes32 result;
        bool clientClaimed;
        bool providerClaimed;
    }

    /// @notice All that is stored of a dispute.
    /// @param challenger who said that the result is wrong
    /// @param escalator who asked for the second round
    /// @param fee of a juror
    /// @param round 1 or 2
    /// @param drawn whether the jurors of this round are drawn
    /// @param first jurors that were drawn in the first round
    /// @param second jurors that were drawn in the second round
    /// @param fixedAt when the block of the draw was fixed
    /// @param drawBlock whose hash draws
    /// @param commitBy until when jurors commit
    /// @param revealBy until when jurors reveal and the result is shown
    /// @param shown answer that was committed to by the submission, 0 while it was not shown
    struct DisputeInfo {
        address challenger;
        address escalator;
        uint80 fee;
        uint8 round;
        bool drawn;
        uint8 first;
        uint8 second;
        uint40 fixedAt;
        uint64 drawBlock;
        uint40 commitBy;
        uint40 revealBy;
        bytes32 shown;
    }

    /// @notice All that is stored of a juror.
    /// @param who a provider
    /// @param duty None where there is no such juror
    /// @param answer its commitment, once it has revealed its answer
    struct JurorInfo {
        address who;
        Duty duty;
        bytes32 answer;
    }

    // ---------------------------------------------------------------- events

    /// @notice A provider has joined, resumed, changed its offer or raised its deposit.
    /// @param provider who
    /// @param amount that was added to the deposit
    /// @param offer from now on
    event ProviderOffers(address indexed provider, uint80 amount, Offer offer);

    /// @notice A provider takes no new jobs and duties.
    /// @param provider who
    event ProviderPaused(address indexed provider);

    /// @notice A provider has taken back a part of its deposit.
    /// @param provider who
    /// @param amount that was taken
    event DepositWithdrawn(address indexed provider, uint80 amount);

    /// @notice A provider has left, with all its deposit.
    /// @param provider who
    /// @param amount that was taken
    event ProviderLeft(address indexed provider, uint80 amount);

    /// @notice A provider has revoked its quotes below a nonce.
    /// @param provider who
    /// @param nonce the least that counts
    event QuotesRevoked(address indexed provider, uint64 nonce);

    /// @notice A job was posted.
    /// @param id its number
    /// @param client who
    /// @param terms of the job
    /// @param workload CID
    /// @param inputs CID of a manifest that names them
    /// @param resumed CID of the checkpoint from which it goes on, or empty
    event JobPosted(
        uint64 indexed id, address indexed client, Terms terms, string workload, string inputs, string resumed
    );

    /// @notice A client has locked a quote, and the money for it.
    /// @param id number of the job
    /// @param provider who runs it
    /// @param price for a unit
    event JobLocked(uint64 indexed id, address indexed provider, uint80 price);

    /// @notice A provider has started a job; its stake is locked.
    /// @param id number of the job
    event JobStarted(uint64 indexed id);

    /// @notice A provider has shown a voucher: client and provider agree on all until its checkpoint.
    /// @param id number of the job
    /// @param units that are promised, from the start of the job
    /// @param checkpoint SHA-256 in the CID of the checkpoint after them
    event VoucherShown(uint64 indexed id, uint40 units, bytes32 checkpoint);

    /// @notice A provider has submitted a result.
    /// @param id number of the job
    /// @param result commitment to what came out
    /// @param file SHA-256 in the CID of the sealed result
    /// @param units that were metered
    /// @param logHead head of the chain of log lines
    event ResultSubmitted(uint64 indexed id, bytes32 result, bytes32 file, uint40 units, bytes32 logHead);

    /// @notice A job has ended. What is paid and refunded waits to be claimed.
    /// @param id number of the job
    /// @param state Settled, Partial, Refunded, Slashed or Cancelled
    /// @param code why a provider failed, 0 elsewhere
    /// @param paid what the provider may claim
    /// @param refunded what the client may claim
    event JobEnded(uint64 indexed id, State state, uint16 code, uint80 paid, uint80 refunded);

    /// @notice A party has claimed its part of a job.
    /// @param id number of the job
    /// @param who the party
    /// @param amount that was sent
    event JobClaimed(uint64 indexed id, address indexed who, uint80 amount);

    /// @notice Somebody says that a result is wrong.
    /// @param id number of the job
    /// @param challenger who
    /// @param fee of each juror whom the verdict proves right
    /// @param bond that the challenger has locked
    /// @param drawBlock whose hash draws the jurors
    event ResultChallenged(uint64 indexed id, address indexed challenger, uint80 fee, uint80 bond, uint64 drawBlock);

    /// @notice The jurors of a round are drawn.
    /// @param id number of the job
    /// @param round 1 or 2
    /// @param jurors in their order; none where too few were found to decide
    /// @param commitBy until when they commit
    event JurorsDrawn(uint64 indexed id, uint8 round, address[] jurors, uint40 commitBy);

    /// @notice A juror has committed to its answer.
    /// @param id number of the job
    /// @param index of the juror, from 0, those of the first round first
    /// @param commitment to the answer
    event JurorCommitted(uint64 indexed id, uint8 index, bytes32 commitment);

    /// @notice A juror has revealed its answer.
    /// @param id number of the job
    /// @param index of the juror
    /// @param result hash of what came out, 0 where the job could not be run
    /// @param units that were metered
    event JurorRevealed(uint64 indexed id, uint8 index, bytes32 result, uint40 units);

    /// @notice It was shown to what the submission had committed.
    /// @param id number of the job
    /// @param result hash of what came out
    event ResultShown(uint64 indexed id, bytes32 result);

    /// @notice A side asks for a second round.
    /// @param id number of the job
    /// @param escalator who
    /// @param bond that it has locked
    /// @param drawBlock whose hash draws the jurors
    event DisputeEscalated(uint64 indexed id, address indexed escalator, uint80 bond, uint64 drawBlock);

    /// @notice A dispute is over.
    /// @param id number of the job
    /// @param verdict of the last round that decided
    /// @param reward of the side that was right
    /// @param burned what nobody gets
    event DisputeEnded(uint64 indexed id, Verdict verdict, uint80 reward, uint80 burned);

    /// @notice A juror's duty is over.
    /// @param id number of the job
    /// @param index of the juror
    /// @param paid added to its deposit
    /// @param lost taken from its deposit, and burned
    event JurorReleased(uint64 indexed id, uint8 index, uint80 paid, uint80 lost);

    // ---------------------------------------------------------------- errors

    /// @notice The caller is no provider.
    /// @param account the caller
    error NotProvider(address account);

    /// @notice A deposit would be less than a provider must have.
    /// @param deposit that it would be
    /// @param least that it must be
    error DepositTooSmall(uint256 deposit, uint256 least);

    /// @notice So much of the deposit is not free.
    /// @param free what is not locked
    /// @param needed what is asked for
    error NotFree(uint256 free, uint256 needed);

    /// @notice An offer has no price, kind, memory or speed.
    error BadOffer();

    /// @notice The provider pauses.
    /// @param provider who
    error ProviderPauses(address provider);

    /// @notice Nonces of quotes only grow.
    /// @param nonce that is the least now
    error NonceNotHigher(uint64 nonce);

    /// @notice Jurors are about to be drawn, which must not be disturbed; draw them first.
    error DrawIsOpen();

    /// @notice There is no such job.
    /// @param id number that was given
    error NoSuchJob(uint64 id);

    /// @notice The job does not stand where this can be done.
    /// @param id number of the job
    /// @param state where it stands
    error WrongJobState(uint64 id, State state);

    /// @notice A rule for terms is broken.
    /// @param which 1 kind, 2 jurors, 3 memory, 4 audit rate, 5 seconds, 6 window, 7 deadline, 8 units, 9 checkpoints,
    /// 10 price, 11 files
    error BadTerms(uint8 which);

    /// @notice A content identifier is too long.
    /// @param byteCount of it
    error CidTooLong(uint256 byteCount);

    /// @notice These are not the terms of the job.
    /// @param terms hash of those that were posted
    error OtherTerms(bytes32 terms);

    /// @notice Only the client may do this.
    /// @param caller who called
    /// @param client of the job
    error NotJobClient(address caller, address client);

    /// @notice Only the provider of the job may do this.
    /// @param caller who called
    /// @param provider of the job
    error NotJobProvider(address caller, address provider);

    /// @notice Nobody may be two parties of a job.
    /// @param account who is one already
    error SameParty(address account);

    /// @notice It is too late.
    /// @param until when it could be done
    error JobTooLate(uint256 until);

    /// @notice It is too early.
    /// @param from when it can be done
    error JobTooEarly(uint256 from);

    /// @notice A signature is not by who it must be.
    /// @param signer who must sign
    /// @param found who signed, 0 where it is no signature
    error NotSignedBy(address signer, address found);

    /// @notice A quote has expired.
    /// @param expiry until when it counted
    error QuoteExpired(uint256 expiry);

    /// @notice A quote was revoked.
    /// @param nonce the least that counts
    error QuoteRevoked(uint64 nonce);

    /// @notice A quote has no price, or a higher one than the job allows.
    /// @param price of the quote
    /// @param highest of the job
    error PriceTooHigh(uint80 price, uint80 highest);

    /// @notice A quote is for fewer units than the job has.
    /// @param units of the quote
    /// @param needed of the job
    error QuoteTooSmall(uint40 units, uint40 needed);

    /// @notice The stake does not pay the jurors who would judge what lies between two checkpoints.
    /// @param stake of the job
    /// @param least that is needed at this price
    error StakeTooSmall(uint256 stake, uint256 least);

    /// @notice A voucher promises no more than the last one, or more than the job has.
    /// @param units of the voucher
    /// @param least that it must promise
    /// @param most that it may promise
    error BadVoucher(uint40 units, uint40 least, uint40 most);

    /// @notice Too many units are not covered by a voucher, so that jurors could not be paid for them.
    /// @param units that are not covered
    /// @param most that may not be
    error NotAgreed(uint256 units, uint256 most);

    /// @notice A commitment must not be empty.
    error EmptyCommitment();

    /// @notice Another result was submitted.
    /// @param result that was
    error OtherResult(bytes32 result);

    /// @notice What is shown was not committed to.
    error NotCommitted();

    /// @notice There is no such juror, or it is somebody else.
    /// @param index of the juror
    error NotJuror(uint8 index);

    /// @notice The juror does not stand where this can be done.
    /// @param index of the juror
    /// @param duty where it stands
    error WrongDuty(uint8 index, Duty duty);

    /// @notice The jurors of this round are drawn.
    error AlreadyDrawn();

    /// @notice The jurors of this round are not drawn.
    error NotDrawn();

    /// @notice The hash of the block is not known yet, or not any more.
    /// @param drawBlock whose hash draws
    error NoDrawHash(uint64 drawBlock);

    /// @notice It was shown before.
    error AlreadyShown();

    /// @notice The verdict is not against the caller, or there was a second round.
    /// @param verdict that was found
    error NothingToEscalate(Verdict verdict);

    /// @notice There is nothing to claim for the caller, or it was claimed.
    /// @param id number of the job
    /// @param account the caller
    error NothingToClaim(uint64 id, address account);

    /// @notice The half of the code is called by Jobs alone.
    error OnlyForJobs();
}
