//! Both sides over a way that drops, repeats and reorders, and against liars.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(not(target_arch = "wasm32"))]

use compute_engine::{BadCheckpoint, Checkpoint, Ended, LINE, Outcome, line_head};
use compute_session::{
    Announced, Client, Deal, Judged, Liar, Lines, News, Provider, Shown, Signature, SignedQuote, ToClient, ToProvider,
    Until, Voucher, Wish,
};
use jobs::{
    Quote, Terms,
    typed_data::{self, Of},
};
use protocol::{Address, Amount, Digest, cid::Cid, keccak};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng, seq::SliceRandom as _};

const CLIENT: Address = Address([1; 20]);
const PROVIDER: Address = Address([2; 20]);
const NOW: u64 = 1_000_000;

/// Stands for a signature that nobody forges by chance: the account, and a hash of it and what is signed.
fn sign(by: Address, digest: &Digest) -> Signature {
    let mut bytes = [27; 65];
    bytes[..20].copy_from_slice(&by.0);
    bytes[20..52].copy_from_slice(&keccak(&[b"test", &by.0, &digest.0]).0);
    Signature(bytes)
}

fn signer(digest: &Digest, signature: &[u8]) -> Address {
    let mut by = [0; 20];
    by.copy_from_slice(&signature[..20]);
    if sign(Address(by), digest).0 == signature { Address(by) } else { Address::ZERO }
}

fn deal() -> Deal {
    let terms = Terms {
        kind: 0,
        jurors: 1,
        memory_mib: 16,
        audit_rate: 500,
        max_seconds: 600,
        window: 600,
        deadline: NOW + 10_000,
        units: 1_000,
        every: 10,
        highest_price: Amount(10),
        stake: Amount(1_000),
        files: Digest::ZERO,
    };
    let of = Of { chain: 31_337, contract: Address([9; 20]), job: 7 };
    Deal::from_the_start(of, terms, [CLIENT, PROVIDER], 1 << 20, signer)
}

fn quote(deal: &Deal) -> SignedQuote {
    let quote = Quote { provider: PROVIDER, price: Amount(10), units: 1_000, expiry: NOW + 600, nonce: 0 };
    SignedQuote { quote, signature: sign(PROVIDER, &deal.quote_digest(&quote)) }
}

fn announced(number: u64) -> Announced {
    let instructions = number * 10_000_000;
    Announced { instructions, file: Cid::of_block(&instructions.to_be_bytes()) }
}

fn outcome() -> Outcome {
    Outcome { ended: Ended::Done, instructions: 76_500_000, result: b"result".to_vec(), head: Digest([7; 32]) }
}

/// What a provider of this log submits.
fn shown(deal: &Deal) -> (Shown, Digest) {
    let outcome = outcome();
    let shown = Shown {
        result: outcome.hash(),
        units: deal.units(outcome.instructions),
        salt: Digest([6; 32]),
        ended: outcome.ended as u8,
        instructions: outcome.instructions,
        file: Cid::of_block(b"sealed"),
    };
    let answer = typed_data::answer(shown.result, shown.units);
    (shown, typed_data::commitment(deal.of.job, 0, PROVIDER, answer, shown.salt))
}

fn line(number: usize) -> Vec<u8> {
    format!("line {number} {}", "x".repeat(number % 40)).into_bytes()
}

/// Messages under way in one direction.
#[derive(Default)]
struct Way(Vec<(u32, Vec<u8>)>);

impl Way {
    /// One that arrives, whichever it is; some are lost, some stay and come again.
    fn arrives(&mut self, random: &mut StdRng) -> Option<(u32, Vec<u8>)> {
        self.0.shuffle(random);
        let message = self.0.pop()?;
        match random.random_range(0..10) {
            0 | 1 => None,
            2 | 3 => {
                self.0.push(message.clone());
                Some(message)
            }
            _ => Some(message),
        }
    }
}

#[test]
fn whatever_is_lost_repeated_or_late_both_sides_come_to_the_same() {
    for _ in 0..30 {
        let seed = rand::random();
        println!("seed {seed}");
        let mut random = StdRng::seed_from_u64(seed);
        let deal = deal();
        let (mut client, mut provider) = (Client::new(deal), Provider::new(deal));
        let (mut there, mut back) = (Way::default(), Way::default());
        let (mut heard, mut quoted, mut paid, mut result) = (Vec::new(), false, 0, None);
        let many = random.random_range(1..300);
        client.ask();
        let mut made = 0;
        let done = |client: &Client, result: &Option<Shown>| client.lines_heard() == many as u64 && result.is_some();
        for turn in 0.. {
            assert!(turn < 100_000, "it does not end");
            if provider.lines().len() < many && random.random_range(0..4) == 0 {
                let from = provider.lines().len();
                let to = (from + random.random_range(1..20)).min(many);
                provider.logged((from..to).map(line).collect(), to as u64 * 100_000);
                if random.random() && made < 5 {
                    made += 1;
                    provider.checkpoint(announced(made));
                }
                if to == many {
                    provider.show(shown(&deal).0);
                    assert_eq!(client.submitted(shown(&deal).1), None, "nothing was shown before");
                }
            }
            if random.random_range(0..20) == 0 {
                client.say_again();
                provider.say_again();
            }
            there.0.extend(client.take_due().iter().map(ToProvider::encode));
            back.0.extend(provider.take_due().iter().map(ToClient::encode));
            if let Some((operation, payload)) = there.arrives(&mut random) {
                match provider.take(operation, &payload).unwrap() {
                    Some(Wish::Quote) => provider.quote(quote(&deal)),
                    Some(Wish::Paid(voucher)) => {
                        assert!(voucher.units > paid, "promises only grow");
                        paid = voucher.units;
                    }
                    Some(Wish::Stop) => panic!("nobody stops"),
                    None => {}
                }
            }
            if let Some((operation, payload)) = back.arrives(&mut random) {
                match client.take(operation, &payload, NOW).unwrap() {
                    Some(News::Quoted(signed)) => {
                        assert!(!quoted, "a quote is new once");
                        quoted = signed == quote(&deal);
                    }
                    Some(News::Lines(lines)) => heard.extend(lines),
                    Some(News::Checkpoint { units, file }) => {
                        client.vouch(units, file, sign(CLIENT, &deal.voucher_digest(units, file)));
                    }
                    Some(News::Shown(shown)) => result = Some(shown),
                    Some(News::Declined { why }) => panic!("{why}"),
                    None => {}
                }
            }
            let is_paid = made == 0 || provider.promised() == deal.units(announced(made).instructions);
            if done(&client, &result) && quoted && is_paid {
                break;
            }
        }
        assert_eq!(heard, (0..many).map(line).collect::<Vec<_>>());
        assert_eq!(client.head(), (0..many).fold(Digest::ZERO, |head, number| line_head(head, &line(number))));
        assert_eq!(client.voucher().map(|voucher| voucher.units), provider.voucher().map(|voucher| voucher.units));
    }
}

fn taken(client: &mut Client, message: &ToClient) -> Result<Option<News>, Liar> {
    let (operation, payload) = message.encode();
    client.take(operation, &payload, NOW)
}

fn lines(from: u64, lines: &[&[u8]], instructions: u64) -> ToClient {
    ToClient::Lines(Lines { from, lines: lines.iter().map(|line| line.to_vec()).collect(), instructions })
}

#[test]
fn a_provider_that_lies_is_named_and_nothing_of_it_is_taken() {
    let deal = deal();
    let mut client = Client::new(deal);
    client.ask();
    let good = quote(&deal);
    let bad = |change: &dyn Fn(&mut Quote)| {
        let mut quote = good.quote;
        change(&mut quote);
        ToClient::Quoted(SignedQuote { quote, signature: sign(PROVIDER, &deal.quote_digest(&quote)) })
    };
    let refused = [
        bad(&|quote| quote.price = Amount(11)),
        bad(&|quote| quote.price = Amount(0)),
        bad(&|quote| quote.units = 999),
        bad(&|quote| quote.expiry = NOW),
        bad(&|quote| quote.provider = CLIENT),
    ];
    for message in refused {
        assert!(matches!(taken(&mut client, &message), Err(Liar::Quote { .. })), "{message:?}");
    }
    let forged = ToClient::Quoted(SignedQuote { signature: sign(CLIENT, &deal.quote_digest(&good.quote)), ..good });
    assert!(matches!(taken(&mut client, &forged), Err(Liar::Signer { what: "quote", .. })));
    assert_eq!(taken(&mut client, &ToClient::Quoted(good)), Ok(Some(News::Quoted(good))));

    client.started(NOW - 10, 1);
    assert!(matches!(taken(&mut client, &lines(0, &[b"one", b"two"], 5_000_000)), Ok(Some(News::Lines(_)))));
    let head = client.head();
    let other = taken(&mut client, &lines(1, &[b"TWO", b"three"], 5_000_000));
    assert_eq!(other, Err(Liar::OtherLog { line: 2 }));
    assert_eq!((client.head(), client.lines_heard()), (head, 2), "nothing of it was taken");
    assert_eq!(taken(&mut client, &lines(9, &[b"late"], 5_000_000)), Ok(None), "something is missing before it");
    assert_eq!(client.take_due().last(), Some(&ToProvider::Heard { lines: 2 }));
    let most = Liar::TooManyUnits { units: 1_001, most: 1_000 };
    assert_eq!(taken(&mut client, &lines(2, &[b"x"], 1_000_000_001)), Err(most));
    // Ten seconds at one unit a second, four times as fast, and thirty more that clocks may differ.
    assert!(matches!(taken(&mut client, &lines(2, &[b"x"], 161_000_000)), Err(Liar::TooFast { units: 161, .. })));
    let long = vec![b'x'; 1 << 20];
    assert_eq!(taken(&mut client, &lines(2, &[&long], 5_000_000)), Err(Liar::LogTooLong));

    let checkpoint = announced(1);
    let units = News::Checkpoint { units: 10, file: checkpoint.file };
    assert_eq!(taken(&mut client, &ToClient::Checkpoint(checkpoint)), Ok(Some(units)));
    assert_eq!(taken(&mut client, &ToClient::Checkpoint(checkpoint)), Ok(None));
    let twin = Announced { file: Cid::of_block(b"another"), ..checkpoint };
    let two = Liar::TwoCheckpoints { instructions: checkpoint.instructions };
    assert_eq!(taken(&mut client, &ToClient::Checkpoint(twin)), Err(two));
}

#[test]
fn what_does_not_open_the_submission_counts_as_not_shown() {
    let deal = deal();
    let (good, commitment) = shown(&deal);
    assert_eq!(good.units, 77);
    let nonsense = Shown { units: 78, ..good };
    let mut client = Client::new(deal);
    assert_eq!(taken(&mut client, &ToClient::Shown(nonsense)), Ok(None), "nothing is on chain yet");
    assert_eq!(client.submitted(commitment), None);
    assert_eq!(taken(&mut client, &ToClient::Shown(nonsense)), Ok(None));
    assert_eq!(taken(&mut client, &ToClient::Shown(good)), Ok(Some(News::Shown(good))));
    let other = Shown { file: Cid::of_block(b"b"), ..good };
    assert_eq!(taken(&mut client, &ToClient::Shown(other)), Ok(None), "it is shown once");

    // One that is shown before the chain was looked at is found then, whatever came before it.
    let mut early = Client::new(deal);
    for shown in [nonsense, good] {
        assert_eq!(taken(&mut early, &ToClient::Shown(shown)), Ok(None));
    }
    assert_eq!((early.submitted(commitment), early.submitted(commitment)), (Some(good), None));
}

#[test]
fn only_what_no_jurors_can_find_right_is_wrong() {
    let (deal, own) = (deal(), outcome());
    let (shown, _) = shown(&deal);
    let judge = |shown: Option<Shown>, units, is_there| deal.judge(&own, shown.as_ref(), units, is_there);
    let units = |submitted| Judged::Wrong(Liar::OtherUnits { submitted, took: 77 });
    assert_eq!(judge(Some(shown), 77, false), Judged::Right, "whatever its file and its head of the log are");
    assert_eq!(judge(Some(shown), 78, false), units(78));
    assert_eq!(judge(Some(shown), 76, false), Judged::Right, "it costs less");
    let other = Shown { result: Digest([1; 32]), ..shown };
    assert_eq!(judge(Some(other), 77, false), Judged::Wrong(Liar::Audit { instructions: 0 }));
    // Where nothing opens it, only the units are known of it.
    assert_eq!((judge(None, 77, true), judge(None, 77, false)), (Judged::Right, Judged::Open));
    assert_eq!((judge(None, 78, true), judge(None, 76, false)), (units(78), units(76)));
}

fn tell(client: &mut Client, at: Announced) -> Result<Option<News>, Liar> {
    taken(client, &ToClient::Checkpoint(at))
}

fn promise(client: &mut Client, at: Announced) {
    let units = deal().units(at.instructions);
    client.vouch(units, at.file, sign(CLIENT, &deal().voucher_digest(units, at.file)));
}

#[test]
fn an_audit_begins_where_pay_was_promised_whatever_else_was_told() {
    let (mut client, result) = (Client::new(deal()), shown(&deal()).0);
    let made_up = |instructions| Announced { instructions, file: Cid::of_block(b"made up") };
    assert_eq!(tell(&mut client, made_up(0)), Ok(None));
    let (first, second) = (announced(1), announced(2));
    for at in [first, second] {
        assert!(matches!(tell(&mut client, at), Ok(Some(News::Checkpoint { .. }))));
    }
    // Nothing is promised: all begins with the job.
    let to_first = client.audit_to(first.file);
    assert_eq!(client.audit_to(second.file).unwrap().from, None);
    assert_eq!(client.audit_of_the_end(&result).from, None);

    promise(&mut client, first);
    let to_second = client.audit_to(second.file).unwrap();
    assert_eq!((to_second.from, to_second.until), (Some(first), Until::Checkpoint(second)));
    assert_eq!(to_second.with(to_first).from, None, "what was drawn before stays drawn");
    for less in [first.instructions - 1, first.instructions - 999_999] {
        assert_eq!(tell(&mut client, made_up(less)), Ok(None), "no more pay is asked for");
    }
    assert_eq!(client.audit_of_the_end(&result).from, Some(first));
    let elsewhere = Announced { file: second.file, ..announced(3) };
    let other = Liar::OtherCheckpoint { instructions: elsewhere.instructions };
    assert_eq!(tell(&mut client, elsewhere), Err(other), "one file is of one place");

    // A client that begins anew with its promise alone learns its place, for which nothing more is asked.
    let mut anew = Client::new(deal());
    promise(&mut anew, first);
    assert_eq!(anew.audit_of_the_end(&result).from, None);
    assert_eq!(tell(&mut anew, first), Ok(None));
    assert_eq!(anew.audit_of_the_end(&result).from, Some(first));
}

#[test]
fn checkpoints_without_end_are_not_kept() {
    let mut client = Client::new(deal());
    tell(&mut client, announced(1)).unwrap();
    promise(&mut client, announced(1));
    for number in 2..=100 {
        assert!(matches!(tell(&mut client, announced(number)), Ok(Some(News::Checkpoint { .. }))));
    }
    assert_eq!(client.audit_to(announced(2).file), None, "an old one is forgotten");
    assert_eq!(client.audit_to(announced(100).file).unwrap().from, Some(announced(1)));
    let late = Announced { instructions: 15_000_000, ..announced(101) };
    assert_eq!(tell(&mut client, late), Ok(None), "no pay is asked for what is not known");
}

#[test]
fn a_file_of_another_place_or_of_another_log_is_not_what_was_told() {
    let mut client = Client::new(deal());
    assert!(taken(&mut client, &lines(0, &[b"one", b"two"], 5_000_000)).unwrap().is_some());
    let at = announced(1);
    let logged = 2 * (3 + LINE) as u64;
    let (globals, result, memory) = (Vec::new(), Vec::new(), Vec::new());
    let (module, instructions, head) = (Digest::ZERO, at.instructions, client.head());
    let good = Checkpoint { module, instructions, head, logged, globals, result, memory };
    let told = |found: Checkpoint| client.as_told(&at, Ok(found));
    assert_eq!(told(good.clone()), Ok(Some(good.clone())));
    let before = Checkpoint { logged: 0, head: Digest::ZERO, ..good.clone() };
    assert_eq!(told(before.clone()), Ok(Some(before)));
    assert_eq!(told(Checkpoint { logged: logged + 33, ..good.clone() }), Ok(None), "not yet");
    let other = Err(Liar::OtherCheckpoint { instructions });
    assert_eq!(told(Checkpoint { instructions: 10_000_001, ..good.clone() }), other);
    assert_eq!(told(Checkpoint { head: Digest([1; 32]), ..good.clone() }), other);
    assert_eq!(told(Checkpoint { logged: logged - 1, ..good }), other);
    let bad = BadCheckpoint::OtherModule;
    assert_eq!(client.as_told(&at, Err(bad)), Err(Liar::BadCheckpoint(bad)));
}

#[test]
fn a_client_that_lies_is_named_and_pays_nobody_less() {
    let deal = deal();
    let mut provider = Provider::new(deal);
    provider.checkpoint(announced(1));
    provider.checkpoint(announced(2));
    let voucher = |number: u64, by: Address| {
        let (units, file) = (deal.units(announced(number).instructions), announced(number).file);
        Voucher { units, checkpoint: file, signature: sign(by, &deal.voucher_digest(units, file)) }
    };
    let mut take = |message: ToProvider| {
        let (operation, payload) = message.encode();
        provider.take(operation, &payload)
    };
    let forged = take(ToProvider::Voucher(voucher(2, PROVIDER)));
    assert!(matches!(forged, Err(Liar::Signer { what: "voucher", .. })), "{forged:?}");
    assert_eq!(take(ToProvider::Voucher(voucher(3, CLIENT))), Err(Liar::NoSuchCheckpoint));
    let whole = Voucher { units: 1_001, ..voucher(2, CLIENT) };
    assert_eq!(take(ToProvider::Voucher(whole)), Err(Liar::Voucher { units: 1_001, most: 1_000 }));
    // Of another job: the same words, signed for something else.
    let elsewhere = Deal { of: Of { job: 8, ..deal.of }, ..deal };
    let (units, file) = (20, announced(2).file);
    let signature = sign(CLIENT, &elsewhere.voucher_digest(units, file));
    let other = take(ToProvider::Voucher(Voucher { units, checkpoint: file, signature }));
    assert!(matches!(other, Err(Liar::Signer { .. })));
    assert_eq!(take(ToProvider::Voucher(voucher(2, CLIENT))), Ok(Some(Wish::Paid(voucher(2, CLIENT)))));
    assert_eq!(take(ToProvider::Voucher(voucher(1, CLIENT))), Ok(None), "an older one takes nothing back");
    assert_eq!(take(ToProvider::Heard { lines: u64::MAX }), Ok(None));
    assert_eq!(take(ToProvider::Stop), Ok(Some(Wish::Stop)));
    assert_eq!(take(ToProvider::Stop), Ok(None));
    assert_eq!(provider.promised(), 20);
}

#[test]
fn bytes_that_are_no_message_are_refused_on_both_sides() {
    let seed = rand::random();
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let deal = deal();
    let real = [
        ToClient::Quoted(quote(&deal)).encode(),
        lines(0, &[b"one", b"two"], 7).encode(),
        ToClient::Checkpoint(announced(1)).encode(),
        ToClient::Shown(shown(&deal).0).encode(),
        ToClient::Declined { why: "é".repeat(2_000) }.encode(),
        ToProvider::Heard { lines: 3 }.encode(),
    ];
    for _ in 0..2_000 {
        let (operation, mut payload) = real[random.random_range(0..real.len())].clone();
        if !payload.is_empty() {
            match random.random_range(0..3) {
                0 => payload.truncate(random.random_range(0..payload.len())),
                1 => {
                    let at = random.random_range(0..payload.len());
                    payload[at] = random.random();
                }
                _ => payload.push(random.random()),
            }
        }
        let operation = if random.random_range(0..8) == 0 { random.random() } else { operation };
        let mut client = Client::new(deal);
        client.ask();
        // Whatever it is, a quote that is taken is the one that was signed.
        if let Ok(Some(News::Quoted(taken))) = client.take(operation, &payload, NOW) {
            assert_eq!(taken, quote(&deal));
        }
        let mut provider = Provider::new(deal);
        assert!(!matches!(provider.take(operation, &payload), Ok(Some(Wish::Paid(_)))));
    }
    assert!(ToClient::decode(5, &[b'{'; 20_000]).is_err());
}
