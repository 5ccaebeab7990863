//! The fold on what the database keeps against the fold on a whole model: random histories, cut into random batches.

use ::shared_model::{
    ClassifierKind, Event, IncentiveKind, LoggedEvent, Model, Sample, Shape, TakePath, Terms,
    api::ContributionState,
    lanes::WORD_BYTES,
    record_key,
    state::{Ending, Over},
};
use protocol::{Address, Amount, Digest};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use sqlx::{AnyConnection, Row};

use super::{ModelEvent, SharedModels, state::ModelState};
use crate::{
    db::{Db, name},
    family::Family,
};

const MODEL: Address = Address([9; 20]);
const PEOPLE: [Address; 4] = [Address([1; 20]), Address([2; 20]), Address([3; 20]), Address([4; 20])];
const OWNER: Address = PEOPLE[0];

struct History {
    rng: StdRng,
    model: Option<Model>,
    logged: Vec<LoggedEvent>,
}

impl History {
    fn random(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let incentives = [IncentiveKind::Deposit, IncentiveKind::Points, IncentiveKind::Market];
        let incentive = incentives[rng.random_range(0..3)];
        let mut history = Self { rng, model: None, logged: Vec::new() };
        let shape = Shape {
            kind: ClassifierKind::NaiveBayes,
            features: 10,
            capacity: 6,
            classes: 2,
            setting: 1_000_000,
            headers: vec![0, 0],
        };
        let cost_weight = if incentive == IncentiveKind::Deposit { Amount(1) } else { Amount::ZERO };
        let terms = Terms { cost_weight, refund_wait: 10, owner_wait: 20, any_wait: 30 };
        let classifier = Address([8; 20]);
        history.push(Event::Created { owner: OWNER, classifier, incentive, shape, terms, metadata_cid: "bafy".into() });
        for first in 0..3 {
            history.push(Event::Loaded { first, words: vec![0; WORD_BYTES] });
        }
        history.push(Event::Ready);
        for account in PEOPLE {
            history.push(Event::ToppedUp { account, amount: Amount(1_000) });
        }
        for _ in 0..history.rng.random_range(5..60) {
            if let Some(event) = history.next(incentive) {
                history.push(event);
            }
        }
        history
    }

    fn push(&mut self, event: Event) {
        let place = self.logged.len() as u64;
        let digest = |kind: u8| Digest([&[kind; 24][..], &place.to_be_bytes()].concat().try_into().unwrap());
        let logged = LoggedEvent {
            subject: MODEL,
            block: place / 3,
            block_hash: digest(1),
            log_index: place,
            tx: digest(2),
            at: 1_000 + place,
            event,
        };
        Model::apply(&mut self.model, &logged).unwrap();
        self.logged.push(logged);
    }

    /// Something that the contract may emit next; `None` where the draw is not possible now.
    fn next(&mut self, incentive: IncentiveKind) -> Option<Event> {
        let Self { rng, model, .. } = self;
        let model = model.as_ref()?;
        let account = *PEOPLE.choose(rng)?;
        let balance = model.account(&account).balance.0;
        let some = |rng: &mut StdRng, most: u128| Amount(rng.random_range(0..=most));
        let open: Vec<_> = model.contributions.iter().filter(|c| c.ending.is_none()).collect();
        let market = model.market.as_ref();
        match (rng.random_range(0..12), incentive) {
            (0, _) => Some(Event::ToppedUp { account, amount: some(rng, 500) }),
            (1, _) => Some(Event::Withdrawn { account, amount: some(rng, balance) }),
            (2, _) => {
                let name = format!("class {}", rng.random_range(0..99));
                Some(Event::ClassProposed { proposal: model.proposals.len() as u64 + 1, proposer: account, name })
            }
            (3, _) => {
                let proposal = model.proposals.iter().filter(|p| p.index.is_none()).map(|p| p.id).next()?;
                Some(Event::ClassSupported { proposal, supporter: account, weight: rng.random_range(0..5) })
            }
            (4, _) => match self.logged.last()?.event {
                Event::ClassSupported { proposal, .. } => {
                    let name = model.proposals.iter().find(|found| found.id == proposal)?.name.clone();
                    Some(Event::ClassAdded { proposal, index: model.classes, name })
                }
                _ => None,
            },
            (5 | 6, IncentiveKind::Market) if market.is_none() => {
                let bounty = some(rng, model.account(&OWNER).balance.0);
                let commitments = vec![Digest([7; 32]); 3];
                let (limit, open_seconds, show_window, reveal_window) = (10, 60, 60, 60);
                let stake = Amount(1);
                Some(Event::MarketPosted {
                    bounty,
                    stake,
                    limit,
                    open_seconds,
                    show_window,
                    reveal_window,
                    commitments,
                })
            }
            (5..=8, _) => {
                if incentive == IncentiveKind::Market && market.is_none_or(|market| market.over.is_some()) {
                    return None;
                }
                let deposit = if incentive == IncentiveKind::Points { Amount::ZERO } else { some(rng, balance) };
                let sample = Sample::Sparse(vec![rng.random_range(0..10), 10 + self.logged.len() as u32]).to_bytes();
                let (label, predicted) = (rng.random_range(0..2), rng.random_range(0..2));
                let key = record_key(&account, label, &sample);
                Some(Event::Contributed { contributor: account, key, label, predicted, deposit, sample })
            }
            (9, IncentiveKind::Market) => {
                let escrowed = market.filter(|market| market.over.is_none())?.escrowed.0;
                Some(Event::Credited { account, amount: some(rng, escrowed) })
            }
            (10, IncentiveKind::Market) => {
                let market = market.filter(|market| market.over.is_none())?;
                Some(match rng.random_range(0..6) {
                    0 => Event::MarketEnded { remainder: market.escrowed },
                    1 => Event::MarketVoided { burned: market.escrowed },
                    2 => Event::MarketTimedOut { shared: Amount::ZERO, burned: some(rng, market.escrowed.0) },
                    3 => Event::PieceDrawn { piece: 1 },
                    4 if balance > 0 => {
                        let (index, stake) = (market.entries.len() as u16, some(rng, balance));
                        Event::Committed { index, contributor: account, commitment: Digest([6; 32]), stake }
                    }
                    _ => Event::MarketOpened { closes_at: 9_999 },
                })
            }
            (11, IncentiveKind::Deposit) => {
                let c = *open.choose(rng)?;
                Some(Event::Reported { reporter: account, key: c.record.key, contributor: c.record.contributor })
            }
            (9, _) => {
                let c = *open.choose(rng)?;
                let (contributor, key) = (c.record.contributor, c.record.key);
                Some(Event::Refunded { contributor, key, amount: c.record.left, point: rng.random() })
            }
            (10, IncentiveKind::Deposit) => {
                let c = *open.choose(rng)?;
                let (contributor, key) = (c.record.contributor, c.record.key);
                if c.takes.iter().any(|(taker, ..)| *taker == account) {
                    return None;
                }
                let amount = some(rng, c.record.left.0);
                Some(Event::Taken { taker: account, key, contributor, amount, path: TakePath::Share })
            }
            _ => None,
        }
    }
}

/// Every contribution as the database has it, in order: number, key, left, state, whether it earned a point, and when it
/// was reported.
async fn contributions(connection: &mut AnyConnection) -> Vec<(i64, String, String, String, bool, i64)> {
    let select = "SELECT number, key, remaining, state, point, reported_at FROM contributions ORDER BY number";
    let rows = sqlx::query(select).fetch_all(connection).await.unwrap();
    let row = |row: &sqlx::any::AnyRow| {
        (row.get(0), row.get(1), row.get(2), row.get(3), row.get::<i64, _>(4) == 1, row.get(5))
    };
    rows.iter().map(row).collect()
}

async fn accounts(connection: &mut AnyConnection) -> Vec<(String, i64, String, i64, String)> {
    let select = "SELECT account, good, balance, contributions, earned FROM accounts ORDER BY account";
    let rows = sqlx::query(select).fetch_all(connection).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3), row.get(4))).collect()
}

#[tokio::test]
async fn both_keepers_of_a_model_come_to_the_same() {
    let seed: u64 =
        std::env::var("MODELMARKET_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random);
    println!("MODELMARKET_SEED={seed}");
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&format!("sqlite://{}?mode=rwc", folder.path().join("fold.sqlite").display())).await.unwrap();
    let mut connection = db.dedicated().await.unwrap();
    let (mut ended, mut over, mut refunded, mut taken) = (0, 0, 0, 0);
    for round in 0..150u64 {
        let History { mut rng, model, logged } = History::random(seed.wrapping_add(round));
        for table in ["models", "contributions", "accounts", "takes"] {
            sqlx::query(&format!("DELETE FROM {table}")).execute(&mut connection).await.unwrap();
        }
        let mut rest: Vec<ModelEvent> = logged.into_iter().map(ModelEvent::Model).collect();
        while !rest.is_empty() {
            let batch: Vec<ModelEvent> = rest.drain(..rng.random_range(1..=rest.len())).collect();
            SharedModels.apply(&mut connection, &mut (), &batch).await.unwrap();
        }
        let truth = model.unwrap();
        let expected: Vec<_> = truth
            .contributions
            .iter()
            .zip(1i64..)
            .map(|(c, number)| {
                let point = c.ending == Some(Ending::Refunded { point: true });
                let state = name(ContributionState::of(c.ending.as_ref()));
                let reported_at = c.record.reported_at.unwrap_or_default() as i64;
                (number, c.record.key.to_string(), c.record.left.0.to_string(), state, point, reported_at)
            })
            .collect();
        assert_eq!(contributions(&mut connection).await, expected, "round {round}");
        let mut expected: Vec<_> = truth
            .accounts
            .iter()
            .map(|(at, a)| {
                let (good, contributions) = (a.good as i64, a.contributions as i64);
                (at.to_string(), good, a.balance.0.to_string(), contributions, a.earned.0.to_string())
            })
            .collect();
        expected.sort();
        assert_eq!(accounts(&mut connection).await, expected, "round {round}");
        let state: String = sqlx::query_scalar("SELECT state FROM models").fetch_one(&mut connection).await.unwrap();
        let state: ModelState = serde_json::from_str(&state).unwrap();
        assert_eq!((state.loaded, state.ready, state.classes), (truth.loaded, truth.ready, truth.classes));
        assert_eq!((state.points, state.contributions), (truth.total_good, truth.contributions.len() as u64));
        let proposals: Vec<_> = state.proposals.into_iter().map(|p| (p.proposal, p.name, p.support, p.index)).collect();
        let expected: Vec<_> = truth.proposals.into_iter().map(|p| (p.id, p.name, p.support, p.index)).collect();
        assert_eq!(proposals, expected, "round {round}");
        assert_eq!(state.escrowed, truth.market.as_ref().map(|market| market.escrowed));

        let of = |wanted: fn(&Ending) -> bool| {
            truth.contributions.iter().filter(|c| c.ending.as_ref().is_some_and(wanted)).count()
        };
        refunded += of(|ending| matches!(ending, Ending::Refunded { .. }));
        taken += of(|ending| *ending == Ending::Taken);
        ended += of(|ending| *ending == Ending::Evaluated);
        over += usize::from(truth.market.is_some_and(|market| matches!(market.over, Some(Over::Paid))));
    }
    assert!(
        ended > 0 && over > 0 && refunded > 0 && taken > 0,
        "nothing of some kind: {ended} {over} {refunded} {taken}"
    );
}
