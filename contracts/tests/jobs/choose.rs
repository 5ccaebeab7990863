//! What random people do: mostly what could go through, often what could not.

use std::collections::BTreeMap;

use jobs::{Duty, Files, Job, Move, Offer, State, Terms, typed_data};
use protocol::{Address, Amount, Digest};
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};

use super::scene::{FILE, RIGHT, SALT, Scene, WRONG, files, offer, person};

pub const CLIENTS: [u8; 2] = [1, 2];
pub const PROVIDERS: std::ops::Range<u8> = 10..24;
pub const STRANGER: u8 = 99;
/// Jobs that are on their way at a time, and how far back they are looked for.
const LIVE: usize = 3;
const OLDEST: usize = 12;

/// What was committed to, by job and juror; 255 for the submission.
pub type Secrets = BTreeMap<(u64, u8), (Digest, u64)>;
pub const SUBMISSION: u8 = 255;

pub fn choose(scene: &Scene, rng: &mut StdRng, secrets: &mut Secrets) -> (Address, Move) {
    let count = scene.book.jobs.len();
    let live: Vec<u64> = (1..=count as u64).rev().take(OLDEST).filter(|job| !scene.state(*job).is_final()).collect();
    match rng.random_range(0..40) {
        0 | 1 => return of_provider(scene, rng),
        2 => {
            let owed: Vec<_> = scene.book.owed.keys().copied().collect();
            let account = owed.choose(rng).copied().unwrap_or(person(1));
            return (anybody(rng), Move::CollectOwed { account });
        }
        3 => return post(scene, rng),
        4 if rng.random_ratio(1, 3) => return (anybody(rng), Move::Start { job: count as u64 + 1 }),
        _ => {}
    }
    if live.len() < LIVE {
        return post(scene, rng);
    }
    let any = 1 + rng.random_range(0..count as u64);
    let job = if rng.random_ratio(1, 12) { any } else { *live.choose(rng).unwrap() };
    let found = scene.job(job).clone();
    let kind = if rng.random_ratio(1, 8) { rng.random_range(0..17) } else { sensible(rng, &found) };
    let (who, what) = of_job(scene, rng, secrets, job, &found, kind);
    let who = if rng.random_ratio(1, 14) { anybody(rng) } else { who };
    (who, what)
}

fn anybody(rng: &mut StdRng) -> Address {
    let all: Vec<u8> = CLIENTS.into_iter().chain(PROVIDERS).chain([STRANGER]).collect();
    person(*all.choose(rng).unwrap())
}

/// A kind of call that may go through in a state.
fn sensible(rng: &mut StdRng, job: &Job) -> u32 {
    let kinds: &[u32] = match job.state {
        State::Posted => &[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 6],
        State::Locked => &[2, 2, 2, 2, 6],
        State::Running => &[3, 3, 3, 3, 4, 4, 4, 4, 4, 5, 6],
        State::Submitted => &[3, 6, 7, 8, 8, 8, 8, 8, 8],
        State::Disputed => match &job.dispute {
            Some(dispute) if !dispute.drawn => &[9, 9, 9, 9, 14, 3],
            Some(dispute) if dispute.jurors.iter().any(|juror| juror.duty == Duty::Drawn) => {
                &[10, 10, 10, 10, 10, 10, 11, 11, 12, 13, 14]
            }
            _ => &[11, 11, 11, 12, 13, 13, 14, 3],
        },
        _ => &[15, 15, 16],
    };
    *kinds.choose(rng).unwrap()
}

fn of_job(scene: &Scene, rng: &mut StdRng, secrets: &mut Secrets, job: u64, found: &Job, kind: u32) -> (Address, Move) {
    let provider = found.run.as_ref().map_or(person(10), |run| run.provider);
    let (client, result) = (found.client, scene.result(job));
    let result = if rng.random_ratio(1, 20) { WRONG } else { result };
    match kind {
        0 => (client, Move::Cancel { job }),
        1 => (client, lock(scene, rng, job, found)),
        2 => (provider, Move::Start { job }),
        3 => {
            let agreed = found.run.as_ref().map_or(0, |run| run.agreed);
            let units = agreed + rng.random_range(0..=found.terms.units / 2 + 1);
            let signer = if rng.random_ratio(1, 20) { provider } else { client };
            (provider, Move::Redeem { job, units, checkpoint: FILE, signer })
        }
        4 => (provider, submit(rng, secrets, job, found)),
        5 => (provider, Move::Fail { job, code: rng.random_range(0..5) }),
        6 => (anybody(rng), Move::Expire { job }),
        7 => (client, Move::Accept { job, result }),
        8 => (anybody(rng), Move::Challenge { job, result }),
        9 => (anybody(rng), Move::Draw { job }),
        10 | 11 => of_juror(rng, secrets, job, found, kind == 10),
        12 => {
            let (result, _) = secrets.get(&(job, SUBMISSION)).copied().unwrap_or((RIGHT, 0));
            let salt = if rng.random_ratio(1, 12) { FILE } else { SALT };
            (anybody(rng), Move::Show { job, result, salt })
        }
        13 => {
            let challenger = found.dispute.as_ref().map_or(client, |dispute| dispute.challenger);
            (*[provider, challenger, client].choose(rng).unwrap(), Move::Escalate { job })
        }
        14 => (anybody(rng), Move::Conclude { job }),
        _ => (*[client, provider].choose(rng).unwrap(), Move::Claim { job }),
    }
}

fn lock(scene: &Scene, rng: &mut StdRng, job: u64, found: &Job) -> Move {
    let mut quote = scene.quote(rng.random_range(PROVIDERS));
    let mut terms = found.terms;
    quote.price = found.terms.highest_price;
    quote.units = found.terms.units;
    let known = scene.book.providers.get(&quote.provider);
    quote.nonce = known.map_or(0, |provider| provider.nonce);
    let mut signer = quote.provider;
    match rng.random_range(0..30) {
        0 => quote.price.0 += 1,
        1 => quote.price.0 = 0,
        2 => quote.units -= 1,
        3 => quote.expiry = scene.chain.now(),
        4 | 15 => quote.nonce = quote.nonce.saturating_sub(1),
        5 => signer = person(1),
        6 => quote.provider = found.client,
        7 => terms.stake.0 += 1,
        8..15 => quote.price.0 = quote.price.0.div_ceil(2),
        _ => {}
    }
    Move::Lock { job, terms, quote, signer }
}

/// Right or wrong, of too many units, or of more than vouchers allow.
fn submit(rng: &mut StdRng, secrets: &mut Secrets, job: u64, found: &Job) -> Move {
    let Some(run) = &found.run else {
        return Move::Submit { job, result: WRONG, file: FILE, units: 1, log_head: FILE };
    };
    let open = found.terms.every.min(found.terms.units - run.agreed.min(found.terms.units));
    let units = match rng.random_range(0..8) {
        0 => found.terms.units + rng.random_range(0..5),
        1 => run.agreed + found.terms.every * 2,
        _ => run.agreed + rng.random_range(0..=open),
    };
    let result = if rng.random_ratio(1, 3) { WRONG } else { RIGHT };
    secrets.insert((job, SUBMISSION), (result, units));
    let mut word = typed_data::commitment(job, 0, run.provider, typed_data::answer(result, units), SALT);
    if rng.random_ratio(1, 30) {
        word = Digest::ZERO;
    }
    Move::Submit { job, result: word, file: FILE, units, log_head: FILE }
}

/// A juror commits or reveals: most run the job, some say what was submitted, some say anything.
fn of_juror(rng: &mut StdRng, secrets: &mut Secrets, job: u64, found: &Job, commits: bool) -> (Address, Move) {
    let Some(dispute) = &found.dispute else { return (person(10), Move::Conclude { job }) };
    let wanted = if commits { Duty::Drawn } else { Duty::Committed };
    let fit = dispute.jurors.iter().enumerate().filter(|(_, juror)| juror.duty == wanted);
    let fit: Vec<_> = fit.collect();
    let any: Vec<_> = dispute.jurors.iter().enumerate().collect();
    let chosen = if rng.random_ratio(9, 10) { fit.choose(rng) } else { any.choose(rng) };
    let Some((index, juror)) = chosen.copied() else {
        return (person(10), Move::Commit { job, index: 30, commitment: FILE });
    };
    let index = index as u8;
    if !commits {
        let (result, units) = secrets.get(&(job, index)).copied().unwrap_or((RIGHT, 0));
        let salt = if rng.random_ratio(1, 20) { FILE } else { SALT };
        return (juror.who, Move::Reveal { job, index, result, units, salt });
    }
    let submitted = found.run.as_ref().map_or(0, |run| run.units);
    let claimed = secrets.get(&(job, SUBMISSION)).copied().unwrap_or((RIGHT, submitted));
    let (result, units) = match rng.random_range(0..12) {
        0 => (Digest::ZERO, 0),
        1 => (FILE, submitted),
        2 | 3 => claimed,
        _ => (RIGHT, submitted),
    };
    if juror.duty == Duty::Drawn {
        secrets.insert((job, index), (result, units));
    }
    let answer = typed_data::answer(result, units);
    let mut commitment = typed_data::commitment(job, dispute.round, juror.who, answer, SALT);
    if rng.random_ratio(1, 40) {
        commitment = Digest::ZERO;
    }
    (juror.who, Move::Commit { job, index, commitment })
}

// ---------------------------------------------------------------- posting and offering

fn post(scene: &Scene, rng: &mut StdRng) -> (Address, Move) {
    let mut named = files();
    named.workload = "w".repeat(rng.random_range(0..130));
    let price = if rng.random_ratio(1, 4) { 10u128.pow(15) } else { rng.random_range(1..2_000) };
    let units = rng.random_range(1..200);
    let every = rng.random_range(1..=units.min(40));
    let jurors = *[1, 3, 3, 3, 5].choose(rng).unwrap();
    let mut terms = Terms {
        kind: rng.random_range(0..2),
        jurors,
        memory_mib: rng.random_range(1..1_100),
        audit_rate: rng.random_range(0..=10_000),
        max_seconds: rng.random_range(1..4_000),
        window: rng.random_range(600..4_000),
        deadline: scene.chain.now() + rng.random_range(4_600..9_000),
        units,
        every,
        highest_price: Amount(price),
        stake: Amount::ZERO,
        files: typed_data::files(&named),
    };
    terms.stake = terms.least_stake(terms.highest_price);
    terms.stake.0 = terms.stake.0 * rng.random_range(9..14) / 10;
    if rng.random_ratio(1, 6) {
        spoil(scene, rng, &mut terms, &mut named);
    }
    (person(*CLIENTS.choose(rng).unwrap()), Move::Post { terms, files: named })
}

/// Something is wrong with it.
fn spoil(scene: &Scene, rng: &mut StdRng, terms: &mut Terms, named: &mut Files) {
    match rng.random_range(0..13) {
        0 => terms.kind = 8,
        1 => terms.jurors = *[0, 2, 4, 6, 7].choose(rng).unwrap(),
        2 => terms.memory_mib = 0,
        3 => terms.audit_rate = 10_001,
        4 => terms.max_seconds = *[0, 604_801].choose(rng).unwrap(),
        5 => terms.window = *[599, 2_592_001].choose(rng).unwrap(),
        6 => terms.deadline = scene.chain.now() + 600 + u64::from(terms.max_seconds),
        7 => terms.deadline = scene.chain.now() + 90 * 86_400 + 1,
        8 => terms.units = 0,
        9 => terms.every = *[0, terms.units + 1].choose(rng).unwrap(),
        10 => terms.highest_price = Amount(*[0, 1 << 79].choose(rng).unwrap()),
        11 => terms.files = FILE,
        _ => named.inputs = "i".repeat(129),
    }
}

fn of_provider(scene: &Scene, rng: &mut StdRng) -> (Address, Move) {
    let who = person(rng.random_range(PROVIDERS));
    let who = if rng.random_ratio(1, 20) { person(1) } else { who };
    let deposit = scene.book.provider(who).map_or(0, |provider| provider.deposit.0);
    let what = match rng.random_range(0..12) {
        0 => Move::Pause,
        1 | 2 => Move::Withdraw { amount: Amount(rng.random_range(0..=deposit)) },
        3 => Move::Offboard,
        4 => {
            let nonce = scene.book.provider(who).map_or(0, |provider| provider.nonce);
            Move::RevokeQuotes { nonce: nonce + u64::from(rng.random_bool(0.7)) }
        }
        _ => {
            let bad = rng.random_ratio(1, 12);
            let price = if bad { 0 } else { rng.random_range(1..900) };
            let offered = Offer {
                price: Amount(price),
                kinds: rng.random_range(1..4),
                memory_mib: rng.random_range(500..1_500),
                ..offer()
            };
            Move::Offer { amount: Amount(rng.random_range(0..Amount::mdc(3).0)), offer: offered }
        }
    };
    (who, what)
}
