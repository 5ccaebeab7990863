//! Nodes answer late, out of order, not at all, or from back ends that are behind: what is said of a transaction is true
//! all the same, and nothing invites to pay twice.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use protocol::{Address, Digest};
use rand::{Rng, SeedableRng, rngs::StdRng};
use sending::{About, CallPrint, KEPT, Known, Look, Mined, Stage, Taker, Transaction, Watch, merged};

const ACCOUNT: Address = Address([7; 20]);
const SIGNER: Address = Address([8; 20]);
const OWN: Digest = Digest([1; 32]);
const OTHER: Digest = Digest([2; 32]);

fn sent(guess: Option<u64>) -> Transaction {
    Transaction {
        key: 1,
        chain_id: 1,
        genesis: None,
        title: "Submit predictions".into(),
        account: ACCOUNT,
        to: Some(Address([9; 20])),
        call: Some(CallPrint::of(b"call data")),
        hash: Some(OWN),
        nonce: guess,
        is_numbered: false,
        after: 0,
        about: None,
        fee: None,
        stage: Stage::Sent,
        block: None,
        is_settled: false,
        changed_at: 0,
        dismissed: false,
        version: 0,
    }
}

/// What really becomes of a transaction, told by second.
#[derive(Debug, Clone, Copy)]
enum Fate {
    /// In a block under its own hash; taken back and mined again where the second number is there.
    Mined { at: u64, success: bool, again: Option<(u64, u64)> },
    /// Sped up in the wallet: mined under another hash.
    SpedUp { at: u64 },
    /// Something else of the account took its number.
    Cancelled { at: u64 },
    /// Forgotten by all nodes at this second.
    Dropped { at: u64 },
    /// No node ever hears of the hash; somebody else carries it out, or nobody does.
    Elsewhere { at: Option<u64> },
}

/// The chain as one who knows everything sees it.
struct Truth {
    fate: Fate,
    number: u64,
    /// When the transaction of the account before this one is in a block.
    before: u64,
}

impl Truth {
    fn block(second: u64) -> u64 {
        1_000 + second / 2
    }

    /// Seconds in which the transaction is in a block, under which hash.
    fn mined(&self, now: u64) -> Option<(Digest, u64, bool)> {
        match self.fate {
            Fate::Mined { at, success, again: Some((back, again)) } if now >= back => {
                (now >= again).then(|| (OWN, Self::block(again), success)).filter(|_| at <= now)
            }
            Fate::Mined { at, success, .. } => (now >= at).then(|| (OWN, Self::block(at), success)),
            Fate::SpedUp { at } => (now >= at).then(|| (OTHER, Self::block(at), true)),
            Fate::Elsewhere { at: Some(at) } => (now >= at).then(|| (OTHER, Self::block(at), true)),
            _ => None,
        }
    }

    fn count(&self, now: u64) -> u64 {
        let own = match self.fate {
            Fate::SpedUp { at } | Fate::Cancelled { at } => now >= at,
            Fate::Mined { .. } => self.mined(now).is_some(),
            _ => false,
        };
        self.number - u64::from(now < self.before) + u64::from(own)
    }

    fn receipt(&self, hash: Digest, now: u64) -> Option<Mined> {
        let (of, block, success) = self.mined(now)?;
        (of == hash).then_some(Mined { block, success })
    }

    fn known(&self, hash: Digest, now: u64) -> Option<Known> {
        if let Some((of, block, _)) = self.mined(now)
            && of == hash
        {
            let elsewhere = matches!(self.fate, Fate::Elsewhere { .. });
            let (from, nonce) = if elsewhere { (SIGNER, 90) } else { (ACCOUNT, self.number) };
            return Some(Known { from, nonce, block: Some(block) });
        }
        let pending = match self.fate {
            Fate::Dropped { at } | Fate::SpedUp { at } | Fate::Cancelled { at } => now < at && hash == OWN,
            Fate::Mined { .. } => hash == OWN,
            Fate::Elsewhere { .. } => false,
        };
        pending.then_some(Known { from: ACCOUNT, nonce: self.number, block: None })
    }

    fn taker(&self, number: u64, now: u64) -> Option<Taker> {
        let other = Taker { hash: Digest([3; 32]), block: 990, is_same: false };
        if number + 1 == self.number {
            return (now >= self.before).then_some(other);
        }
        match self.fate {
            Fate::Cancelled { at } if now >= at => Some(Taker { block: Self::block(at), ..other }),
            Fate::SpedUp { .. } | Fate::Mined { .. } => {
                self.mined(now).map(|(hash, block, _)| Taker { hash, block, is_same: true })
            }
            _ => None,
        }
    }
}

/// One look at one of several back ends, each so many seconds behind; any answer may be missing.
fn look(truth: &Truth, watch: &Watch, of: &Transaction, now: u64, random: &mut StdRng) -> Look {
    let late = |random: &mut StdRng| now.saturating_sub(*[0, 0, 1, 4, 12].get(random.random_range(0..5)).unwrap());
    let silent = |random: &mut StdRng| random.random_bool(0.15);
    let mut look = Look::default();
    if let Some(hash) = of.hash {
        // Receipts can be a minute late on their own, and "indexing is in progress" is no answer.
        let lag = if random.random_bool(0.4) { 60 } else { 0 };
        let seen = late(random);
        let receipt = truth.receipt(hash, seen).filter(|_| truth.receipt(hash, seen.saturating_sub(lag)).is_some());
        look.receipt = (!silent(random)).then_some(receipt);
        let seen = late(random);
        // A back end need not have in its pool what another one has.
        let known = truth.known(hash, seen).filter(|known| known.block.is_some() || random.random_bool(0.8));
        look.known = (!silent(random)).then_some(known);
    }
    let seen = late(random);
    look.count = (!silent(random)).then(|| truth.count(seen));
    if watch.wants_taker(of, &look) && !silent(random) {
        let seen = late(random);
        look.taker = of.nonce.map(|number| truth.taker(number, seen));
    }
    if watch.wants_effect(of, &look) && !silent(random) {
        let carried = matches!(truth.fate, Fate::Elsewhere { .. }).then(|| truth.mined(late(random))).flatten();
        look.effect = Some(carried.map(|(hash, ..)| hash));
    }
    look
}

fn seed() -> u64 {
    std::env::var("MODELMARKET_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or_else(|| rand::rng().random())
}

#[test]
fn whatever_nodes_answer_in_whatever_order_the_tray_says_what_is_true() {
    let seed = seed();
    println!("MODELMARKET_SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    for run in 0..1_200 {
        let at = random.random_range(1..300);
        let fate = match run % 6 {
            0 => Fate::Mined { at, success: true, again: None },
            1 => Fate::Mined { at, success: random.random(), again: Some((at + 100, at + 150)) },
            2 => Fate::SpedUp { at },
            3 => Fate::Cancelled { at },
            4 => Fate::Dropped { at },
            _ => Fate::Elsewhere { at: random.random_bool(0.5).then_some(at) },
        };
        let truth = Truth { fate, number: 5, before: random.random_range(0..40) };
        // The guess may be one too small: another transaction of the account was still on its way.
        let mut of = sent(Some(truth.count(0)));
        let mut watch = Watch::default();
        for now in 0..900 {
            let look = look(&truth, &watch, &of, now, &mut random);
            watch.read(&mut of, &look, now as f64);
            let told = format!("run {run}, second {now}, {fate:?}: {look:?} gave {:?}", of.stage);
            let cancelled = matches!(fate, Fate::Cancelled { at } if now >= at);
            assert_eq!(of.stage == Stage::Replaced, of.stage == Stage::Replaced && cancelled, "{told}");
            if let Stage::Reverted { .. } = of.stage {
                assert!(matches!(fate, Fate::Mined { success: false, .. }), "{told}");
            }
            assert!(!matches!(of.stage, Stage::Refused { .. }), "{told}");
            if of.stage.is_mined() {
                assert!(truth.mined(now).or(truth.mined(now.saturating_sub(51))).is_some(), "{told}");
            }
            // As long as it can still happen, the same action counts as under way.
            let ended = of.stage.is_mined() || cancelled || matches!(of.stage, Stage::Reverted { .. });
            assert!(ended || of.may_still_happen(), "{told}");
        }
        let told = format!("run {run}, in the end, {fate:?}: {:?}", of.stage);
        match fate {
            Fate::Mined { success, .. } => assert_eq!(of.stage.is_mined(), success, "{told}"),
            Fate::SpedUp { .. } => assert!(of.stage.is_mined() && of.hash == Some(OTHER), "{told}"),
            Fate::Elsewhere { at: Some(_) } => assert!(of.stage.is_mined(), "{told}"),
            Fate::Elsewhere { at: None } => assert_eq!(of.stage, Stage::Untraced, "{told}"),
            // Where no node ever showed it before, its number stays a guess, and no end is claimed.
            Fate::Cancelled { .. } if !of.is_numbered => assert!(of.may_still_happen(), "{told}"),
            Fate::Cancelled { .. } => assert_eq!(of.stage, Stage::Replaced, "{told}"),
            Fate::Dropped { .. } => assert!(matches!(of.stage, Stage::Dropped | Stage::Untraced), "{told}"),
        }
    }
}

/// Public reports: a receipt that is null, or "indexing is in progress", while the account is past the number.
#[test]
fn a_receipt_a_minute_late_is_waited_for() {
    let mut of = sent(Some(4));
    let mut watch = Watch::default();
    let known = Known { from: ACCOUNT, nonce: 4, block: Some(9) };
    for (second, receipt, known) in
        (0..200).map(|second| (second, if second % 2 == 0 { Some(None) } else { None }, Some(Some(known))))
    {
        watch.read(&mut of, &Look { receipt, known, count: Some(5), ..Look::default() }, f64::from(second));
        assert_eq!(of.stage, Stage::Sent);
    }
    // Even where the node has forgotten the transaction as well: its own hash has its number.
    for second in 200..400 {
        let look = Look { receipt: Some(None), known: Some(None), count: Some(5), ..Look::default() };
        assert!(watch.wants_taker(&of, &look));
        let taker = Some(Some(Taker { hash: OWN, block: 9, is_same: true }));
        watch.read(&mut of, &Look { taker, ..look }, f64::from(second));
        assert_eq!(of.stage, Stage::Sent);
    }
    let mined = Some(Some(Mined { block: 9, success: true }));
    watch.read(&mut of, &Look { receipt: mined, ..Look::default() }, 400.0);
    assert_eq!(of.stage, Stage::Mined { block: 9 });
}

#[test]
fn what_took_its_place_may_be_taken_back_until_its_block_is_final() {
    let mut of = Transaction { is_numbered: true, ..sent(Some(4)) };
    let mut watch = Watch::default();
    let other = Some(Some(Taker { hash: OTHER, block: 9, is_same: false }));
    let unknown = Look { receipt: Some(None), known: Some(None), ..Look::default() };
    let look = |count| Look { count: Some(count), ..unknown };
    watch.read(&mut of, &Look { taker: other, ..look(5) }, 0.0);
    assert_eq!((&of.stage, of.block), (&Stage::Replaced, Some(9)));
    assert!(of.is_watched() && !of.may_still_happen());
    assert!(!Transaction { is_settled: true, ..of.clone() }.is_watched(), "its block is final");
    assert!(!Transaction { block: None, ..of.clone() }.is_watched(), "an earlier version kept none");
    assert_eq!((look(5).decided_in(&of), look(4).decided_in(&of), unknown.decided_in(&of)), (Some(9), None, None));
    // Nodes that are behind, and one that still shows it as waiting, say nothing.
    let pending = Some(Some(Known { from: ACCOUNT, nonce: 4, block: None }));
    for (second, look) in [(5, look(4)), (20, look(5)), (40, Look { known: pending, ..look(5) }), (45, look(4))] {
        watch.read(&mut of, &look, f64::from(second));
        assert_eq!(of.stage, Stage::Replaced, "second {second}");
    }
    // The other one is found again in another block.
    let later = Some(Some(Taker { hash: OTHER, block: 11, is_same: false }));
    watch.read(&mut of, &Look { taker: later, ..look(5) }, 50.0);
    assert_eq!((&of.stage, of.block, look(5).decided_in(&of)), (&Stage::Replaced, Some(11), Some(11)));
    // Its number stays free.
    watch.read(&mut of, &look(4), 60.0);
    watch.read(&mut of, &Look { known: pending, ..look(4) }, 90.0);
    assert_eq!((&of.stage, of.block), (&Stage::Sent, None));
    assert!(of.may_still_happen());
    let mined = Some(Some(Mined { block: 14, success: true }));
    watch.read(&mut of, &Look { receipt: mined, ..look(5) }, 100.0);
    assert_eq!(of.stage, Stage::Mined { block: 14 });
}

#[test]
fn a_gap_before_a_transaction_is_said_and_closes() {
    let mut of = sent(Some(2));
    let mut watch = Watch::default();
    let pending = Some(Some(Known { from: ACCOUNT, nonce: 9, block: None }));
    let look = |count| Look { receipt: Some(None), known: pending, count: Some(count), ..Look::default() };
    watch.read(&mut of, &look(2), 0.0);
    assert_eq!(of.stage, Stage::Sent, "those before it may be on their way");
    watch.read(&mut of, &look(2), 20.0);
    assert_eq!(of.stage, Stage::Queued { missing: 7 });
    assert_eq!(of.nonce, Some(9), "the number comes from the transaction, not from the guess");
    watch.read(&mut of, &look(9), 21.0);
    assert_eq!(of.stage, Stage::Sent);
}

#[test]
fn what_may_still_be_mined_is_the_same_action_until_the_person_dismisses_it() {
    let mut of = sent(Some(4));
    let to = of.to.unwrap();
    let about = |number: u64, name: &str| Some(About { href: format!("/bounties/{number}"), name: name.into() });
    of.about = about(7, "Bounty 7");
    let same = |account, title, about: Option<About>| of.is_same_action(account, &to, title, about.as_ref());
    assert!(same(&ACCOUNT, "Submit predictions", about(7, "Bounty 7")));
    assert!(same(&ACCOUNT, "Submit predictions", about(7, "Iris")), "its name was not known before");
    assert!(!same(&SIGNER, "Submit predictions", about(7, "Bounty 7")));
    assert!(!same(&ACCOUNT, "Submit predictions", about(8, "Bounty 8")));
    assert!(!same(&ACCOUNT, "Replace the submission", about(7, "Bounty 7")));
    for stage in [
        Stage::Asked,
        Stage::Unanswered { why: String::new() },
        Stage::Sent,
        Stage::Queued { missing: 1 },
        Stage::Untraced,
        Stage::Dropped,
    ] {
        of.stage = stage;
        assert!(of.may_still_happen() && of.is_watched());
        let dismissed = Transaction { dismissed: true, ..of.clone() };
        assert!(!dismissed.may_still_happen() && dismissed.is_watched(), "told, but not forgotten");
    }
    for stage in [
        Stage::Refused { why: String::new() },
        Stage::Reverted { why: String::new() },
        Stage::Replaced,
        Stage::Mined { block: 1 },
        Stage::Indexed,
    ] {
        of.stage = stage;
        assert!(!of.may_still_happen());
    }
}

#[test]
fn an_answer_that_never_came_is_found_on_the_chain() {
    let mut of = Transaction { hash: None, stage: Stage::Unanswered { why: "closed".into() }, ..sent(Some(4)) };
    let mut watch = Watch::default();
    let look = Look { count: Some(5), ..Look::default() };
    assert!(watch.wants_taker(&of, &look) && watch.wants_effect(&of, &look));
    let something_else = Some(Some(Taker { hash: OTHER, block: 3, is_same: false }));
    watch.read(&mut of, &Look { taker: something_else, ..look }, 1.0);
    assert!(of.may_still_happen(), "the number was a guess");
    let itself = Some(Some(Taker { hash: OWN, block: 3, is_same: true }));
    watch.read(&mut of, &Look { taker: itself, ..look }, 2.0);
    assert_eq!((of.hash, of.stage), (Some(OWN), Stage::Sent));
}

#[test]
fn call_data_is_found_in_what_a_wallet_of_several_signers_sends() {
    let data = [&[1u8, 2, 3, 4][..], &[9; 64]].concat();
    let print = CallPrint::of(&data);
    assert!(print.is_of(&data) && print.is_within(&data));
    let wrapped = [&[5u8; 4][..], &[0; 320], &data, &[0; 28]].concat();
    assert!(print.is_within(&wrapped) && !print.is_of(&wrapped));
    let mut altered = wrapped.clone();
    altered[340] ^= 1;
    assert!(!print.is_within(&altered));
    assert!(!CallPrint::of(&[]).is_within(&wrapped), "a call without data is in everything");
}

#[test]
fn two_tabs_lose_nothing_and_keep_the_newer_word() {
    let seed = seed();
    println!("MODELMARKET_SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let stages = [
        Stage::Asked,
        Stage::Sent,
        Stage::Queued { missing: 2 },
        Stage::Untraced,
        Stage::Dropped,
        Stage::Replaced,
        Stage::Refused { why: "no".into() },
        Stage::Mined { block: 3 },
        Stage::Indexed,
    ];
    for _ in 0..500 {
        let list = |random: &mut StdRng| -> Vec<Transaction> {
            (0..random.random_range(0..6))
                .map(|_| Transaction {
                    key: random.random_range(0..8),
                    version: random.random_range(0..3),
                    dismissed: random.random_bool(0.2),
                    stage: stages[random.random_range(0..stages.len())].clone(),
                    ..sent(None)
                })
                .collect()
        };
        let (one, two, three) = (list(&mut random), list(&mut random), list(&mut random));
        let both = merged(&one, &two);
        assert_eq!(both, merged(&two, &one), "in either order");
        assert_eq!(both, merged(&both, &both), "again changes nothing");
        assert_eq!(merged(&both, &three), merged(&one, &merged(&two, &three)), "in any grouping");
        for transaction in one.iter().chain(&two) {
            let kept = both.iter().find(|kept| kept.key == transaction.key).expect("none is lost");
            assert!(kept.version >= transaction.version);
            assert!(kept.dismissed || !transaction.dismissed);
        }
        assert!(both.is_sorted_by(|a, b| a.key > b.key), "the newest first, each once");
    }
    let many: Vec<Transaction> = (0..60)
        .map(|key| Transaction { key, stage: if key < 5 { Stage::Sent } else { Stage::Indexed }, ..sent(None) })
        .collect();
    let kept = merged(&many, &[]);
    assert_eq!(kept.len(), KEPT + 5, "what is open is kept, however old");
    let elsewhere = Transaction { chain_id: 2, key: 1_000, ..sent(None) };
    assert_eq!(merged(&kept, &[elsewhere]).len(), KEPT + 6, "so is what another chain's page wrote");
}

#[test]
fn a_transaction_of_an_earlier_version_is_kept_without_its_link() {
    let text = r#"{"key":1,"chain_id":31337,"title":"Claim","account":"0x3333333333333333333333333333333333333333","hash":null,"nonce":null,"about":{"bounty":7},"stage":"indexed","changed_at":2,"dismissed":false}"#;
    let transaction: Transaction = serde_json::from_str(text).unwrap();
    assert!(transaction.stage == Stage::Indexed && transaction.about.is_none());
}
