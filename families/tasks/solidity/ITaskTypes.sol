// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {IEscrow} from "../../../contracts/solidity/lib/IEscrow.sol";
import {IGrantErrors} from "../../directory/solidity/IGrantErrors.sol";
import {IGrants} from "../../directory/solidity/IGrants.sol";

/// @title What is published, stored, said and refused of tasks
/// @notice See ITasks.
interface ITaskTypes is IEscrow, IGrantErrors {
    /// @notice What a task computes.
    enum Kind {
        Psi,
        Train,
        Predict,
        Evaluate
    }

    /// @notice Where a task stands. Finished, Rejected, Cancelled and Expired are never left.
    enum State {
        None,
        Waiting,
        Confirming,
        Ready,
        Started,
        Running,
        Stalled,
        Finished,
        Failed,
        Rejected,
        Cancelled,
        Expired
    }

    /// @notice Where a seat stands.
    enum SeatState {
        None,
        Invited,
        Confirmed,
        Responded,
        Lost,
        Demanded,
        Delivered,
        Paid
    }

    /// @notice A seat as its requester publishes it.
    /// @param grant under which an owner takes part, who holds the seat; 0 for a seat of the requester, without data
    /// @param roles 1 has columns, 2 has the label, 4 and 8 compute, 16 receives; added up
    /// @param purpose of the task for this owner: what its grant must have
    struct SeatTerms {
        uint64 grant;
        uint8 roles;
        bytes32 purpose;
    }

    /// @notice A helper that owners may accept.
    /// @param helper an organisation of the directory
    /// @param perMegabyte what it is paid for a megabyte that it deals
    struct Candidate {
        address helper;
        uint96 perMegabyte;
    }

    /// @notice A task as its requester publishes it.
    /// @param kind what is computed
    /// @param waitsFor place in the same call, from 1, of a task that must finish before; 0 for none
    /// @param revealsEarly whether something is told before the end, so that a run costs a use however it ends
    /// @param modelOf for Predict and Evaluate the task that trained the model, where it is not the one waited for
    /// @param confirmBy until when owners may confirm
    /// @param startBy until when the task may start; whole minutes after confirmBy
    /// @param maxSeconds how long a run may last
    /// @param facts numbers that are told; counted against the grants of all seats
    /// @param rows rows that are predicted; counted against the grants of all seats
    /// @param computeFee what each of the two computing seats gets, beside the fee of its grant
    /// @param bond that each seat locks
    /// @param helperBudget most that helpers get
    /// @param spec SHA-256 of a file of one block that says everything else
    /// @param told what is compared with the grants of all seats
    /// @param seats two to MAX_SEATS
    /// @param helpers at most MAX_CANDIDATES; none where the task needs no helper
    struct Draft {
        Kind kind;
        uint8 waitsFor;
        bool revealsEarly;
        uint64 modelOf;
        uint40 confirmBy;
        uint40 startBy;
        uint24 maxSeconds;
        uint24 facts;
        uint24 rows;
        uint80 computeFee;
        uint80 bond;
        uint96 helperBudget;
        bytes32 spec;
        IGrants.Disclosure told;
        SeatTerms[] seats;
        Candidate[] helpers;
    }

    /// @notice What came out of a run; all words are hashes.
    /// @param plan operations, shapes and bounds, which follow from the task and the number of aligned rows
    /// @param rows sorted double images of the aligned keys
    /// @param heads of all links, one after the other
    /// @param metrics Merkle root
    /// @param outputs sealed files
    /// @param shares commitments to the seats' shares of the model
    /// @param sealedKeys keccak256(abi.encode(list)), where the list has for each seat the keccak256 of the sealed key that it
    /// sends after the end
    /// @param dealt megabytes that the last helper dealt
    struct Outcome {
        bytes32 plan;
        bytes32 rows;
        bytes32 heads;
        bytes32 metrics;
        bytes32 outputs;
        bytes32 shares;
        bytes32 sealedKeys;
        uint64 dealt;
    }

    /// @notice Why a run failed, as all seats sign it.
    /// @param code a reason from the list of the family
    /// @param dealt megabytes for which the helper is paid; 0 where it dealt badly
    /// @param facts numbers that were told all the same
    /// @param rows rows that were predicted all the same
    struct Failure {
        uint32 code;
        uint64 dealt;
        uint32 facts;
        uint32 rows;
    }

    /// @notice A task as the contract stores it.
    /// @param requester who published it and pays
    /// @param kind what is computed
    /// @param state where it stands
    /// @param since when it came to stand there
    /// @param attempt 1 for the first run
    /// @param seats number of seats
    /// @param confirmed seats that have confirmed
    /// @param needsHelper whether a helper must be drawn
    /// @param revealsEarly whether a run costs a use however it ends
    /// @param bondLost whether a seat has lost its bond, so that there is no other attempt
    /// @param waitsFor task that must finish before, 0 for none
    /// @param confirmBy until when owners may confirm
    /// @param startBy until when the task may start
    /// @param maxSeconds how long a run may last
    /// @param facts numbers that are told
    /// @param rows rows that are predicted
    /// @param computeFee what each computing seat gets besides
    /// @param bond that each seat locks
    /// @param spec what else was published
    /// @param result digest that all seats have signed, 0 before
    struct TaskInfo {
        address requester;
        Kind kind;
        State state;
        uint40 since;
        uint16 attempt;
        uint8 seats;
        uint8 confirmed;
        bool needsHelper;
        bool revealsEarly;
        bool bondLost;
        uint64 waitsFor;
        uint40 confirmBy;
        uint40 startBy;
        uint24 maxSeconds;
        uint24 facts;
        uint24 rows;
        uint80 computeFee;
        uint80 bond;
        bytes32 spec;
        bytes32 result;
    }

    /// @notice A seat as the contract stores it.
    /// @param who holds it
    /// @param signer session key that signs for it, the zero address before it is confirmed
    /// @param grant under which it takes part, 0 for a seat of the requester
    /// @param roles as published, and 128 where an earlier task of the pipeline takes the use
    /// @param state where it stands
    /// @param accepted candidates that it accepts as helper, bit i for the i-th
    /// @param fee that it gets where the task finishes
    struct SeatInfo {
        address who;
        address signer;
        uint64 grant;
        uint8 roles;
        SeatState state;
        uint16 accepted;
        uint96 fee;
    }

    /// @notice The helper of a task as the contract stores it.
    /// @param helper who was drawn, the zero address before
    /// @param perMegabyte what it is paid for a megabyte
    /// @param budget most that is left for helpers
    /// @param serving whether it has agreed to serve
    /// @param gone candidates that had their turn, bit i for the i-th
    /// @param candidates keccak256 of the list that was published
    /// @param drawBlock block whose hash draws, 0 before it is fixed
    /// @param drawHash that hash, 0 before it is known
    struct HelperInfo {
        address helper;
        uint96 perMegabyte;
        uint96 budget;
        bool serving;
        uint16 gone;
        bytes32 candidates;
        uint64 drawBlock;
        bytes32 drawHash;
    }

    // ---------------------------------------------------------------- events

    /// @notice A task was published. It stands at Confirming, or at Waiting where it waits for another; Metis' number of
    /// that is 100000.
    /// @param task its number, 1 for the first
    /// @param requester who published it and pays
    /// @param waitsFor number of the task that must finish before, 0 for none
    /// @param modelOf number of the task whose model is used, 0 for none
    /// @param draft as published
    event TaskPublished(
        uint64 indexed task, address indexed requester, uint64 waitsFor, uint64 modelOf, Draft draft
    );

    /// @notice A task has come to stand elsewhere.
    /// @param task its number
    /// @param state where it stands now
    /// @param attempt 1 for the first run
    /// @param code as Metis numbers what happened, without its leading zero
    event TaskMoved(uint64 indexed task, State state, uint16 attempt, uint32 code);

    /// @notice A seat was confirmed, and its bond locked.
    /// @param task number of the task
    /// @param seat from 0
    /// @param who holds it
    /// @param signer session key that signs for it
    /// @param key X25519 key of its links in this task
    /// @param input commitment to the version of the data set and the columns
    /// @param accepted candidates that it accepts as helper, bit i for the i-th
    event SeatConfirmed(
        uint64 indexed task,
        uint8 seat,
        address indexed who,
        address signer,
        bytes32 key,
        bytes32 input,
        uint16 accepted
    );

    /// @notice An owner has rejected a task.
    /// @param task number of the task
    /// @param seat from 0
    /// @param reason what the owner says
    event SeatRejected(uint64 indexed task, uint8 seat, string reason);

    /// @notice An owner has said anew which candidates it accepts as helper.
    /// @param task number of the task
    /// @param seat from 0
    /// @param accepted bit i for the i-th
    event HelpersAccepted(uint64 indexed task, uint8 seat, uint16 accepted);

    /// @notice All owners have accepted helpers, and it is fixed which block draws.
    /// @param task number of the task
    /// @param owners keccak256 of the sorted owners and the day, of which one block draws
    /// @param drawBlock number of that block
    event DrawFixed(uint64 indexed task, bytes32 indexed owners, uint64 drawBlock);

    /// @notice A helper is the next one in order.
    /// @param task number of the task
    /// @param helper the zero address where nobody is left
    /// @param perMegabyte what it is paid for a megabyte
    /// @param drawHash hash of the block that draws, by which everybody can repeat the order
    event HelperDrawn(uint64 indexed task, address indexed helper, uint96 perMegabyte, bytes32 drawHash);

    /// @notice The helper that was drawn has agreed to serve.
    /// @param task number of the task
    /// @param helper who serves
    /// @param key X25519 key of its links in this task
    event HelperServes(uint64 indexed task, address indexed helper, bytes32 key);

    /// @notice A helper is owed what it dealt.
    /// @param task number of the task
    /// @param helper who dealt
    /// @param amount that is owed
    event HelperPaid(uint64 indexed task, address indexed helper, uint96 amount);

    /// @notice All seats have signed what came out.
    /// @param task number of the task
    /// @param result digest that was signed
    /// @param outcome what came out
    event TaskFinished(uint64 indexed task, bytes32 result, Outcome outcome);

    /// @notice All seats have signed why a run failed.
    /// @param task number of the task
    /// @param failure why
    event TaskFailed(uint64 indexed task, Failure failure);

    /// @notice A seat has said in a stall how far it is.
    /// @param task number of the task
    /// @param seat from 0
    /// @param heads of its links
    event SeatResponded(uint64 indexed task, uint8 seat, bytes32 heads);

    /// @notice A seat has lost its bond to those that responded.
    /// @param task number of the task
    /// @param seat from 0
    event BondLost(uint64 indexed task, uint8 seat);

    /// @notice A requester demands a sealed key that was not sent.
    /// @param task number of the task
    /// @param seat from 0
    /// @param by when it must be posted
    event KeyDemanded(uint64 indexed task, uint8 seat, uint40 by);

    /// @notice A seat has posted its sealed key.
    /// @param task number of the task
    /// @param seat from 0
    /// @param sealedKey for the receiver
    event KeyDelivered(uint64 indexed task, uint8 seat, bytes sealedKey);

    /// @notice A seat has not posted its sealed key; bond and fee go to the requester.
    /// @param task number of the task
    /// @param seat from 0
    event KeyMissing(uint64 indexed task, uint8 seat);

    /// @notice A part of a task that has ended was paid.
    /// @param task number of the task
    /// @param part a seat, or REQUESTER_PART
    /// @param to who is paid
    /// @param amount that was paid
    event PartPaid(uint64 indexed task, uint8 part, address indexed to, uint256 amount);

    // ---------------------------------------------------------------- errors

    /// @notice There is no task with this number.
    /// @param task number that was given
    error NoSuchTask(uint64 task);

    /// @notice The task stands elsewhere than the call needs.
    /// @param task its number
    /// @param state where it stands
    error WrongTaskState(uint64 task, State state);

    /// @notice The time for this is over.
    /// @param until when it could be done
    error TooLate(uint256 until);

    /// @notice It is too early for this.
    /// @param from when it can be done; 0 where something must happen before
    error NotYet(uint256 from);

    /// @notice Only the requester does this.
    /// @param caller who tried
    /// @param requester who may
    error NotTaskRequester(address caller, address requester);

    /// @notice Only who holds the seat does this.
    /// @param caller who tried
    /// @param who holds it
    error NotSeatHolder(address caller, address who);

    /// @notice Only the helper that was drawn does this.
    /// @param caller who tried
    /// @param helper who was drawn
    error NotHelper(address caller, address helper);

    /// @notice There is no such seat.
    /// @param seat that was given
    error NoSuchSeat(uint8 seat);

    /// @notice The seat stands elsewhere than the call needs.
    /// @param seat from 0
    /// @param state where it stands
    error WrongSeatState(uint8 seat, SeatState state);

    /// @notice A call publishes one to MAX_PIPELINE tasks.
    /// @param count that were given
    error BadPipeline(uint256 count);

    /// @notice A task waits for one before it in the same call.
    /// @param waitsFor place that was given
    error BadPredecessor(uint8 waitsFor);

    /// @notice Predict and Evaluate need a finished training of the same requester, or one that they wait for; other
    /// tasks take none.
    /// @param modelOf task that was given
    error BadModel(uint64 modelOf);

    /// @notice Confirming ends in the future, starting whole minutes after it, both in time; a run has a minute to seven
    /// days.
    error BadDeadlines();

    /// @notice A task says what it is, by the SHA-256 of a file.
    error EmptySpec();

    /// @notice The seats do not fit: two to MAX_SEATS, no grant twice, roles that are known, data under a grant only, and
    /// two seats that compute, of different accounts.
    error BadSeats();

    /// @notice A helper is not 0, none of the seats' holders, nor the requester; there are at most MAX_CANDIDATES.
    error BadHelpers();

    /// @notice Keys, signers and commitments are not 0.
    error EmptyConfirmation();

    /// @notice The task before this one has not finished.
    /// @param task number of the task before
    /// @param state where it stands
    error PredecessorNotFinished(uint64 task, State state);

    /// @notice The task has no helper to be accepted or drawn.
    error NoHelperNeeded();

    /// @notice It is fixed already which block draws.
    error DrawIsFixed();

    /// @notice No helper is accepted by all owners.
    error NoHelperAcceptedByAll();

    /// @notice The list is not the one that was published.
    error OtherCandidates();

    /// @notice Nobody drew while the hash of the block was known; the task expires.
    /// @param drawBlock block that would have drawn
    error DrawMissed(uint64 drawBlock);

    /// @notice All helpers that were accepted had their turn.
    error NoHelperLeft();

    /// @notice No helper has agreed to serve.
    error NoHelperServes();

    /// @notice A helper that was drawn serves already, or another stands.
    error AlreadyServes();

    /// @notice Each seat has one signature of 65 bytes, in the order of seats.
    /// @param byteCount that were given
    error BadSignatures(uint256 byteCount);

    /// @notice A signature is not that of the seat's signer.
    /// @param seat from 0
    /// @param signer who should have signed
    /// @param found who did
    error WrongSigner(uint8 seat, address signer, address found);

    /// @notice No more was told than the task says.
    /// @param facts as given
    /// @param rows as given
    error BadFailure(uint32 facts, uint32 rows);

    /// @notice A seat has lost its bond, so there is no other attempt.
    error BondWasLost();

    /// @notice A task has MAX_ATTEMPTS runs at most.
    error TooManyAttempts();

    /// @notice Only of seats that compute a key can be demanded.
    /// @param seat that was given
    error NotComputing(uint8 seat);

    /// @notice By what all have signed, the seat owes nobody a key.
    /// @param seat that was given
    error NoKeyOwed(uint8 seat);

    /// @notice What was delivered is not what was signed.
    error OtherDelivery();

    /// @notice There is nothing to collect.
    /// @param task number of the task
    /// @param part that was given
    error NothingDue(uint64 task, uint8 part);

    /// @notice The other half of the code does nothing where it is called itself.
    error OnlyForTasks();
}
