// SPDX-License-Identifier: Apache-2.0 OR MIT
pragma solidity ^0.8.28;

import {CID_LIMIT} from "../../../contracts/solidity/lib/CidLimit.sol";
import {IJobDisputes} from "./IJobDisputes.sol";
import {IJobs} from "./IJobs.sol";
import {JobBase} from "./job/JobBase.sol";
import {JobDisputes} from "./job/JobDisputes.sol";

/// @title Compute jobs
/// @notice See IJobs. There is no owner, no fee and no upgrade.
/// @dev Invariants:
/// - The contract holds what it owes: the deposits of all providers; price times limit of each job that is locked, less
///   what was claimed of it; the bonds of disputes that are open; and what `owed` says of accounts.
/// - What is locked of a deposit is the stakes of its provider's jobs that are Running, Submitted or Disputed and what it
///   locks as a juror, and never more than the deposit.
/// - A job ends once, in one of Settled, Partial, Refunded, Slashed and Cancelled, and never changes its end.
/// - A party claims its part of a job once.
/// - Every job ends: nothing but times that are over is needed to leave any state that is not final.
contract Jobs is IJobs, JobBase {
    /// @notice Seconds from lock to start.
    uint32 public constant START_WINDOW = 10 minutes;
    /// @notice Seconds after the deadline in which vouchers can be shown.
    uint32 public constant VOUCHER_WINDOW = 1 hours;
    /// @notice Shortest time in which a submission can be challenged.
    uint24 public constant MIN_WINDOW = 10 minutes;
    /// @notice Longest time in which a submission can be challenged.
    uint24 public constant MAX_WINDOW = 30 days;
    /// @notice Longest time that a job may run.
    uint24 public constant MAX_RUN = 7 days;
    /// @notice Longest time from post to deadline.
    uint40 public constant MAX_WAIT = 90 days;
    /// @notice Most jurors of a first round.
    uint8 public constant MAX_JURORS = 5;
    /// @notice Most bytes of a CID in its text form.
    uint256 public constant MAX_CID_LENGTH = CID_LIMIT;

    uint8 private constant CLIENT = 1;
    uint8 private constant PROVIDER = 2;

    /// @notice The other half of the code; see JobBase.
    address public immutable DISPUTES;

    /// @param coin_ the coin of all deposits, prices and bonds
    constructor(address coin_) JobBase(coin_) {
        DISPUTES = address(new JobDisputes(coin_));
    }

    // ---------------------------------------------------------------- the other half

    /// @inheritdoc IJobDisputes
    function challenge(uint64, bytes32, Permit calldata) external {
        _otherHalf();
    }

    /// @inheritdoc IJobDisputes
    function draw(uint64) external {
        _otherHalf();
    }

    /// @inheritdoc IJobDisputes
    function commit(uint64, uint8, bytes32) external {
        _otherHalf();
    }

    /// @inheritdoc IJobDisputes
    function reveal(uint64, uint8, bytes32, uint40, bytes32) external {
        _otherHalf();
    }

    /// @inheritdoc IJobDisputes
    function show(uint64, bytes32, bytes32) external {
        _otherHalf();
    }

    /// @inheritdoc IJobDisputes
    function escalate(uint64, Permit calldata) external {
        _otherHalf();
    }

    /// @inheritdoc IJobDisputes
    function conclude(uint64) external {
        _otherHalf();
    }

    /// @dev Runs the same call in the code of JobDisputes, and answers with its answer.
    function _otherHalf() private {
        (bool done, bytes memory answer) = DISPUTES.delegatecall(msg.data);
        assembly ("memory-safe") {
            switch done
            case 0 { revert(add(answer, 0x20), mload(answer)) }
            default { return(add(answer, 0x20), mload(answer)) }
        }
    }

    // ---------------------------------------------------------------- providers

    /// @inheritdoc IJobs
    function offer(uint80 amount, Offer calldata offered, Permit calldata permit) external nonReentrant {
        if (offered.price == 0 || offered.kinds == 0 || offered.memoryMiB == 0 || offered.unitsPerSecond == 0) {
            revert BadOffer();
        }
        Provider storage p = _providers[msg.sender];
        uint256 deposit = uint256(p.deposit) + amount;
        if (deposit < MIN_DEPOSIT) revert DepositTooSmall(deposit, MIN_DEPOSIT);
        if (p.slot == 0) {
            uint32 slot = ++_slotCount;
            p.slot = slot;
            _slots[slot] = msg.sender;
        }
        // The coin has less than 2^80 units.
        p.deposit = uint80(deposit);
        p.kinds = offered.kinds;
        p.memoryMiB = offered.memoryMiB;
        p.price = offered.price;
        p.unitsPerSecond = offered.unitsPerSecond;
        _weigh(p);
        emit ProviderOffers(msg.sender, amount, offered);
        _takeWith(amount, permit);
    }

    /// @inheritdoc IJobs
    function pause() external {
        Provider storage p = _known();
        if (p.weight == 0) revert ProviderPauses(msg.sender);
        p.weight = 0;
        emit ProviderPaused(msg.sender);
    }

    /// @inheritdoc IJobs
    function withdraw(uint80 amount) external nonReentrant {
        Provider storage p = _known();
        uint80 free = p.deposit - p.locked;
        if (free < amount) revert NotFree(free, amount);
        uint80 deposit = p.deposit - amount;
        if (deposit < MIN_DEPOSIT) revert DepositTooSmall(deposit, MIN_DEPOSIT);
        p.deposit = deposit;
        if (p.weight != 0) _weigh(p);
        emit DepositWithdrawn(msg.sender, amount);
        _send(msg.sender, amount);
    }

    /// @inheritdoc IJobs
    function offboard() external nonReentrant {
        Provider storage p = _known();
        uint80 deposit = p.deposit;
        if (p.locked != 0) revert NotFree(deposit - p.locked, deposit);
        // The last one moves into the slot that is free. Jurors who are drawn are whoever stands in a slot, which nobody
        // may change once the hash is known.
        if (_openDraws != 0) revert DrawIsOpen();
        uint32 slot = p.slot;
        uint32 last = _slotCount--;
        address moved = _slots[last];
        _slots[slot] = moved;
        _providers[moved].slot = slot;
        delete _slots[last];
        // Its quotes stay revoked if it comes back.
        uint64 nonce = p.nonce;
        delete _providers[msg.sender];
        if (nonce != 0) _providers[msg.sender].nonce = nonce;
        emit ProviderLeft(msg.sender, deposit);
        _send(msg.sender, deposit);
    }

    /// @inheritdoc IJobs
    function revokeQuotes(uint64 nonce) external {
        Provider storage p = _known();
        if (nonce <= p.nonce) revert NonceNotHigher(p.nonce);
        p.nonce = nonce;
        emit QuotesRevoked(msg.sender, nonce);
    }

    function _known() private view returns (Provider storage p) {
        p = _providers[msg.sender];
        if (p.slot == 0) revert NotProvider(msg.sender);
    }

    /// @dev Whoever changed something does not count in a draw that was fixed before.
    function _weigh(Provider storage p) private {
        uint80 parts = p.deposit / MIN_DEPOSIT;
        p.weight = parts < MAX_WEIGHT ? uint8(parts) : MAX_WEIGHT;
        p.since = uint32(block.timestamp);
    }

    // ---------------------------------------------------------------- posting

    /// @inheritdoc IJobs
    function post(Terms calldata terms, string calldata workload, string calldata inputs, string calldata resumed)
        external
        returns (uint64 id)
    {
        _checkTerms(terms);
        _checkCid(workload);
        _checkCid(inputs);
        _checkCid(resumed);
        if (terms.files != keccak256(abi.encode(workload, inputs, resumed))) revert BadTerms(11);
        id = ++_jobCount;
        Job storage j = _jobs[id];
        j.client = msg.sender;
        j.terms = keccak256(abi.encode(terms));
        _move(j, State.Posted);
        emit JobPosted(id, msg.sender, terms, workload, inputs, resumed);
    }

    function _checkTerms(Terms calldata t) private view {
        if (t.kind > 7) revert BadTerms(1);
        if (t.jurors > MAX_JURORS || t.jurors % 2 == 0) revert BadTerms(2);
        if (t.memoryMiB == 0) revert BadTerms(3);
        if (t.auditRate > 10_000) revert BadTerms(4);
        if (t.maxSeconds == 0 || t.maxSeconds > MAX_RUN) revert BadTerms(5);
        if (t.window < MIN_WINDOW || t.window > MAX_WINDOW) revert BadTerms(6);
        if (t.deadline > block.timestamp + MAX_WAIT || block.timestamp >= _lockBy(t)) revert BadTerms(7);
        if (t.units == 0) revert BadTerms(8);
        if (t.checkpointEvery == 0 || t.checkpointEvery > t.units) revert BadTerms(9);
        if (t.highestPrice == 0 || uint256(t.highestPrice) * t.units > type(uint80).max) revert BadTerms(10);
    }

    /// @dev Who locks before this leaves time to start and to run.
    function _lockBy(Terms calldata t) private pure returns (uint256) {
        uint256 needed = uint256(START_WINDOW) + t.maxSeconds;
        return t.deadline > needed ? t.deadline - needed : 0;
    }

    function _checkCid(string calldata cid) private pure {
        if (bytes(cid).length > MAX_CID_LENGTH) revert CidTooLong(bytes(cid).length);
    }

    /// @inheritdoc IJobs
    function cancel(uint64 id) external {
        Job storage j = _during(id, State.Posted);
        _onlyClient(j);
        _end(id, j, State.Cancelled, 0);
    }

    /// @inheritdoc IJobs
    function lock(
        uint64 id,
        Terms calldata terms,
        Quote calldata quote,
        bytes calldata signature,
        Permit calldata permit
    ) external nonReentrant {
        Job storage j = _during(id, State.Posted);
        _onlyClient(j);
        bytes32 hash = keccak256(abi.encode(terms));
        if (hash != j.terms) revert OtherTerms(j.terms);
        _before(_lockBy(terms));
        _checkOffer(terms, quote);
        _checkQuote(id, hash, quote, signature);

        _move(j, State.Locked);
        j.kind = terms.kind;
        j.jurors = terms.jurors;
        j.maxSeconds = terms.maxSeconds;
        j.memoryMiB = terms.memoryMiB;
        j.provider = quote.provider;
        j.price = quote.price;
        j.limit = terms.units;
        j.stake = terms.stake;
        j.window = terms.window;
        j.deadline = uint32(terms.deadline);
        emit JobLocked(id, quote.provider, quote.price);
        _takeWith(uint256(quote.price) * terms.units, permit);
    }

    function _checkOffer(Terms calldata terms, Quote calldata quote) private view {
        Provider storage p = _providers[quote.provider];
        if (quote.provider == msg.sender) revert SameParty(msg.sender);
        if (p.slot == 0) revert NotProvider(quote.provider);
        if (p.weight == 0) revert ProviderPauses(quote.provider);
        if (block.timestamp >= quote.expiry) revert QuoteExpired(quote.expiry);
        if (quote.nonce < p.nonce) revert QuoteRevoked(p.nonce);
        if (quote.price == 0 || quote.price > terms.highestPrice) {
            revert PriceTooHigh(quote.price, terms.highestPrice);
        }
        if (quote.units < terms.units) revert QuoteTooSmall(quote.units, terms.units);
        // The jurors of both rounds can be paid for what lies between two checkpoints.
        uint256 least = FEES_AT_STAKE * uint256(terms.jurors) * quote.price * terms.checkpointEvery;
        if (terms.stake < least) revert StakeTooSmall(terms.stake, least);
    }

    // ---------------------------------------------------------------- running

    /// @inheritdoc IJobs
    function start(uint64 id) external {
        Job storage j = _during(id, State.Locked);
        _onlyProvider(j);
        _before(uint256(j.since) + START_WINDOW);
        _lock(_providers[msg.sender], j.stake);
        _move(j, State.Running);
        emit JobStarted(id);
    }

    /// @inheritdoc IJobs
    function redeem(uint64 id, uint40 units, bytes32 checkpoint, bytes calldata signature) external {
        Job storage j = _existing(id);
        if (j.state != State.Running && j.state != State.Submitted && j.state != State.Disputed) {
            revert WrongJobState(id, j.state);
        }
        _onlyProvider(j);
        if (units <= j.agreed || units > j.limit) revert BadVoucher(units, j.agreed + 1, j.limit);
        _checkVoucher(id, j.client, msg.sender, units, checkpoint, signature);
        j.agreed = units;
        emit VoucherShown(id, units, checkpoint);
    }

    /// @inheritdoc IJobs
    function submit(uint64 id, bytes32 result, bytes32 file, uint40 units, bytes32 logHead) external {
        Job storage j = _during(id, State.Running);
        _onlyProvider(j);
        _before(j.deadline);
        if (result == 0) revert EmptyCommitment();
        uint256 paid = units < j.limit ? units : j.limit;
        uint256 most = uint256(j.stake) / (FEES_AT_STAKE * uint256(j.jurors) * j.price);
        if (paid > j.agreed + most) revert NotAgreed(paid - j.agreed, most);
        j.units = units;
        j.result = result;
        _move(j, State.Submitted);
        emit ResultSubmitted(id, result, file, units, logHead);
    }

    /// @inheritdoc IJobs
    function fail(uint64 id, uint16 code) external {
        Job storage j = _during(id, State.Running);
        _onlyProvider(j);
        _freeStake(j);
        _endByVoucher(id, j, code);
    }

    /// @inheritdoc IJobs
    function accept(uint64 id, bytes32 result) external {
        Job storage j = _during(id, State.Submitted);
        _onlyClient(j);
        if (result != j.result) revert OtherResult(j.result);
        _freeStake(j);
        _end(id, j, State.Settled, 0);
    }

    /// @inheritdoc IJobs
    function expire(uint64 id) external {
        Job storage j = _existing(id);
        State state = j.state;
        if (state == State.Posted) {
            // Nothing is locked, so that only the client loses by waiting.
            _past(uint256(j.since) + MAX_WAIT);
            _end(id, j, State.Cancelled, 0);
        } else if (state == State.Locked) {
            _past(uint256(j.since) + START_WINDOW);
            _end(id, j, State.Refunded, 0);
        } else if (state == State.Running) {
            _past(uint256(j.deadline) + VOUCHER_WINDOW);
            _freeStake(j);
            _endByVoucher(id, j, 0);
        } else if (state == State.Submitted) {
            _past(uint256(j.since) + j.window);
            _freeStake(j);
            _end(id, j, State.Settled, 0);
        } else {
            revert WrongJobState(id, state);
        }
    }

    function _freeStake(Job storage j) private {
        _providers[j.provider].locked -= j.stake;
    }

    // ---------------------------------------------------------------- claiming

    /// @inheritdoc IJobs
    function claim(uint64 id) external nonReentrant returns (uint256 amount) {
        Job storage j = _existing(id);
        uint8 part;
        (part, amount) = _claimable(j, msg.sender);
        if (amount == 0) revert NothingToClaim(id, msg.sender);
        j.claimed |= part;
        emit JobClaimed(id, msg.sender, uint80(amount));
        _send(msg.sender, amount);
    }

    function _claimable(Job storage j, address account) private view returns (uint8 part, uint256 amount) {
        (uint80 paid, uint80 refunded) = _parts(j);
        if (account == j.client) (part, amount) = (CLIENT, refunded);
        else if (account == j.provider) (part, amount) = (PROVIDER, paid);
        if (j.claimed & part != 0) amount = 0;
    }

    // ---------------------------------------------------------------- reading

    /// @inheritdoc IJobs
    function provider(address account) external view returns (ProviderInfo memory found) {
        Provider storage p = _providers[account];
        found = ProviderInfo({
            registered: p.slot != 0,
            weight: p.weight,
            deposit: p.deposit,
            locked: p.locked,
            since: p.since,
            nonce: p.nonce,
            price: p.price,
            kinds: p.kinds,
            memoryMiB: p.memoryMiB,
            unitsPerSecond: p.unitsPerSecond
        });
    }

    /// @inheritdoc IJobs
    function job(uint64 id) external view returns (JobInfo memory found) {
        Job storage j = _jobs[id];
        found = JobInfo({
            client: j.client,
            state: j.state,
            since: j.since,
            terms: j.terms,
            provider: j.provider,
            price: j.price,
            limit: j.limit,
            units: j.units,
            agreed: j.agreed,
            stake: j.stake,
            window: j.window,
            deadline: j.deadline,
            result: j.result,
            clientClaimed: j.claimed & CLIENT != 0,
            providerClaimed: j.claimed & PROVIDER != 0
        });
    }

    /// @inheritdoc IJobs
    function dispute(uint64 id) external view returns (DisputeInfo memory found) {
        Dispute storage d = _disputes[id];
        found = DisputeInfo({
            challenger: d.challenger,
            escalator: d.escalator,
            fee: d.fee,
            round: d.round,
            drawn: d.drawn,
            first: d.first,
            second: d.second,
            fixedAt: d.fixedAt,
            drawBlock: d.drawBlock,
            commitBy: d.commitBy,
            revealBy: d.revealBy,
            shown: d.shown
        });
    }

    /// @inheritdoc IJobs
    function juror(uint64 id, uint8 index) external view returns (JurorInfo memory found) {
        Juror storage one = _jurors[id][index];
        found = JurorInfo({who: one.who, duty: one.duty, answer: _answers[id][index]});
    }

    /// @inheritdoc IJobs
    function claimable(uint64 id, address account) external view returns (uint256 amount) {
        (, amount) = _claimable(_jobs[id], account);
    }

    /// @inheritdoc IJobs
    function commitmentOf(uint64 id, uint8 round, address account, bytes32 result, uint40 units, bytes32 salt)
        external
        pure
        returns (bytes32 commitment)
    {
        return _commitment(id, round, account, _answer(result, units), salt);
    }

    /// @inheritdoc IJobs
    function jobCount() external view returns (uint64 count) {
        return _jobCount;
    }

    /// @inheritdoc IJobs
    function providerCount() external view returns (uint32 count) {
        return _slotCount;
    }

    /// @inheritdoc IJobs
    function openDraws() external view returns (uint32 count) {
        return _openDraws;
    }

    /// @inheritdoc IJobs
    function domainSeparator() external view returns (bytes32 separator) {
        return _separator();
    }
}
