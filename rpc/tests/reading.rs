//! Reading through nodes that are limited, busy, behind and forgetful. No test here waits: time is virtual.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::executor::block_on;
use protocol::Address;
use rpc::{
    Allowance, Client, Endpoint, Filter, Options, RawLog, Reply, RpcError, Unreachable, Verdict,
    testing::{Fate, Node, Rules, Scripted, Strict, VirtualTime},
};
use serde_json::{Value, json};

const A: Address = Address([0xa; 20]);
const B: Address = Address([0xb; 20]);
/// Emits as well, and is not asked about.
const STRANGER: Address = Address([0xc; 20]);

fn client(strict: &Strict, time: &VirtualTime) -> Client {
    let endpoint = Endpoint::new("The node", strict.clone(), None);
    Client::new(vec![endpoint], time.clone(), Options::default())
}

/// A chain of `blocks` blocks, some of which have logs: few at first, then up to 40 in one.
fn chain(seed: u64, blocks: u64) -> Node {
    let node = Node::new();
    let mut random = seed;
    for number in 0..blocks {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let count = match (random >> 33) % 10 {
            0 if number > blocks / 2 => (random >> 40) % 40,
            0 | 1 => 1 + (random >> 40) % 3,
            _ => 0,
        };
        let from: Vec<Address> = (0..count).map(|n| [A, B, STRANGER][((random >> (n % 30)) % 3) as usize]).collect();
        if from.is_empty() { node.mine(1) } else { node.emit(&from) }
    }
    node
}

fn told(logs: &[RawLog]) -> Vec<(u64, u64, Vec<u8>)> {
    logs.iter().map(|log| (log.block, log.log_index, log.raw.data.clone())).collect()
}

fn seeds() -> Vec<u64> {
    let seeds = match std::env::var("MODELMARKET_SEED").ok().and_then(|seed| seed.parse().ok()) {
        Some(seed) => vec![seed],
        None => (0..5).map(|_| rand::random::<u32>().into()).collect(),
    };
    println!("seeds {seeds:?}");
    seeds
}

#[test]
fn a_strict_node_is_read_whole_and_never_pressed() {
    for seed in seeds() {
        let node = chain(seed, 2_500);
        node.mine(Rules::all().late);
        let time = VirtualTime::new(seed);
        let strict = Strict::before(node.clone(), time.clone(), Rules::all(), seed);
        let client = client(&strict, &time);
        let read = block_on(async {
            let mut head = client.head().await?;
            while head.number < node.head() {
                head = client.head().await?;
            }
            client.logs(&Filter::of([A, B]), 0, head.number).await
        })
        .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        assert_eq!(told(&read.logs), node.all_logs(&[A, B]), "seed {seed}");
        assert!(read.logs.iter().all(|log| log.at == 1_700_000_000 + 2 * log.block), "seed {seed}: times of blocks");
        let seen = strict.seen();
        assert!(seen.iter().any(|seen| seen.fate == Fate::Busy), "seed {seed}: it was busy at times");
        assert!(seen.iter().any(|seen| seen.fate == Fate::AnsweredBehind), "seed {seed}: and behind");
        assert!(seen.iter().all(|seen| seen.too_early.is_zero()), "seed {seed}: nothing came before it was asked to");
    }
}

#[test]
fn each_rule_alone_is_met() {
    let one = |change: fn(&mut Rules)| {
        let mut rules = Rules::default();
        change(&mut rules);
        rules
    };
    for rules in [
        one(|r| r.range = 7),
        one(|r| r.range = 1),
        one(|r| r.results = 30),
        one(|r| r.cut = 100),
        one(|r| (r.busy_one_in, r.retry_after) = (2, 5)),
        one(|r| (r.behind_one_in, r.behind) = (2, 2)),
        one(|r| r.removed = true),
        one(|r| r.without_times = true),
        one(|r| r.disordered = true),
    ] {
        let node = chain(3, 700);
        // A block with more logs than are given at once.
        node.emit(&[A; 150]);
        node.emit(&[A, B].repeat(100));
        let time = VirtualTime::new(1);
        let strict = Strict::before(node.clone(), time.clone(), rules, 5);
        let client = client(&strict, &time);
        let read = block_on(client.logs(&Filter::of([A, B]), 0, node.head()));
        let read = read.unwrap_or_else(|error| panic!("{rules:?}: {error}"));
        assert_eq!(told(&read.logs), node.all_logs(&[A, B]), "{rules:?}");
    }
}

#[test]
fn topics_and_many_contracts_are_asked_for() {
    let node = chain(9, 300);
    let many: Vec<Address> = (0..1_200u32)
        .map(|n| {
            let mut address = [7; 20];
            address[..4].copy_from_slice(&n.to_be_bytes());
            Address(address)
        })
        .collect();
    node.emit(&many[..1_100]);
    let time = VirtualTime::new(1);
    let strict = Strict::before(node.clone(), time.clone(), Rules::all(), 5);
    let client = client(&strict, &time);
    node.mine(3);
    let read = block_on(client.logs(&Filter::of(many.clone()), 0, node.head())).unwrap();
    assert_eq!(told(&read.logs), node.all_logs(&many));
    let of_a = Filter::of([A, B]).topic([protocol::Digest::of(&A.0)]);
    let read = block_on(client.logs(&of_a, 0, node.head())).unwrap();
    assert_eq!(told(&read.logs), node.all_logs(&[A]));
}

/// What was learnt is kept: the second reading asks for what the first was given.
#[test]
fn ceilings_are_remembered() {
    let node = chain(4, 3_000);
    let time = VirtualTime::new(1);
    let strict = Strict::before(node.clone(), time.clone(), Rules { range: 200, ..Rules::default() }, 5);
    let client = client(&strict, &time);
    block_on(client.logs(&Filter::of([A]), 0, 2_000)).unwrap();
    let first = client.requests();
    block_on(client.logs(&Filter::of([A]), 0, 2_000)).unwrap();
    let second = client.requests() - first;
    // Eleven pieces of two questions.
    assert_eq!(second, 22, "first {first}");
}

fn json_reply(value: Value) -> Option<Result<Reply, Unreachable>> {
    Some(Ok(Reply { status: 200, retry_after: None, body: value.to_string() }))
}

fn plain(node: &Node, body: &Value) -> Value {
    let one = |message: &Value| {
        let mut answer = node.answer(message["method"].as_str().unwrap_or_default(), &message["params"]);
        answer["id"] = message["id"].clone();
        answer
    };
    match body {
        Value::Array(messages) => messages.iter().map(one).collect(),
        message => one(message),
    }
}

#[test]
fn pauses_are_kept_in_every_form() {
    for (status, retry_after, body, least) in [
        (429, Some("7"), "Too Many Requests".to_owned(), 7.0),
        (429, None, "slow down".to_owned(), 1.0),
        (503, Some("3"), String::new(), 3.0),
        (429, Some("Tue, 14 Nov 2023 22:13:30 GMT"), String::new(), 10.0),
        (
            200,
            None,
            json!({"id": 0, "error": {"code": -32005, "message": "rate limit exceeded", "data": {"rate": {"backoff_seconds": 30}}}})
                .to_string(),
            30.0,
        ),
        (200, None, json!({"id": 0, "error": {"code": -32016, "message": "over rate limit"}}).to_string(), 1.0),
    ] {
        let node = Node::new();
        let mut turned_away = 0;
        let scripted = Scripted::new(move |message| {
            turned_away += 1;
            if turned_away > 2 {
                return json_reply(plain(&node, message));
            }
            let body = body.replace("\"id\":0", &format!("\"id\":{}", message["id"]));
            Some(Ok(Reply { status, retry_after: retry_after.map(str::to_owned), body }))
        });
        let time = VirtualTime::new(7);
        let client = Client::new(
            vec![Endpoint::new("The node", scripted.clone(), None)],
            time.clone(),
            Options::default(),
        );
        assert_eq!(block_on(client.request("eth_chainId", json!([]))).unwrap(), json!("0x7a69"));
        let seen = scripted.seen();
        assert_eq!(seen.len(), 3);
        assert!(seen.iter().all(|message| message["id"] == seen[0]["id"]), "a second try has the id of the first");
        // A date stays the same, so the second pause has nothing left to ask for but a second.
        let twice = if retry_after.is_some_and(|text| text.contains("GMT")) { least + 1.0 } else { 2.0 * least };
        let waited = time.now().as_secs_f64();
        assert!(waited >= twice, "{status} {retry_after:?}: {waited} s");
        assert!(waited < 2.0 * twice + 5.0, "{status} {retry_after:?}: {waited} s");
    }
}

#[test]
fn pauses_beyond_patience_are_said_and_shown() {
    let scripted =
        Scripted::new(|_| Some(Ok(Reply { status: 429, retry_after: Some("90".into()), body: String::new() })));
    let time = VirtualTime::new(7);
    let options = Options { patience: Duration::from_secs(60), ..Options::default() };
    let client = Client::new(vec![Endpoint::new("The node", scripted, None)], time.clone(), options);
    let error = block_on(client.head()).unwrap_err();
    assert!(matches!(error, RpcError::Busy { seconds: 90..=91, .. }), "{error}");
    assert!(error.is_passing());
    assert!(client.status().waiting >= Duration::from_secs(89), "{:?}", client.status());
    time.pass(Duration::from_secs(100));
    assert!(client.status().waiting.is_zero());
}

/// A text that nobody has heard before is taken for a range once, and only once.
#[test]
fn unknown_refusals_are_taken_for_the_range_once() {
    let node = chain(4, 500);
    let inner = node.clone();
    let scripted = Scripted::new(move |body| {
        let filter = &body[0]["params"][0];
        let number = |key: &str| rpc::value::quantity(&filter[key]).unwrap_or(0);
        if filter["fromBlock"].is_string() && number("toBlock") - number("fromBlock") >= 300 {
            let refused = json!({"id": body[0]["id"], "error": {"code": -32099, "message": "computer says no"}});
            return json_reply(json!([refused, {"id": body[1]["id"], "result": null}]));
        }
        json_reply(plain(&inner, body))
    });
    let time = VirtualTime::new(7);
    let client =
        Client::new(vec![Endpoint::new("The node", scripted.clone(), Some(500))], time.clone(), Options::default());
    let read = block_on(client.logs(&Filter::of([A, B]), 0, node.head())).unwrap();
    assert_eq!(told(&read.logs), node.all_logs(&[A, B]));

    let always = Scripted::new(|body| {
        let refused =
            json!({"id": body[0]["id"], "error": {"code": -32099, "message": "computer says no, key=SECRET"}});
        json_reply(json!([refused, {"id": body[1]["id"], "result": null}]))
    });
    let client = Client::new(vec![Endpoint::new("The node", always.clone(), None)], time, Options::default());
    let error = block_on(client.logs(&Filter::of([A]), 0, 400)).unwrap_err();
    assert_eq!(always.seen().len(), 2, "once whole, once halved");
    assert_eq!(error.to_string(), "The node refused eth_getLogs (code -32099).", "and nothing is repeated in public");
    assert!(error.refusal().is_some_and(|refusal| refusal.message.contains("SECRET")), "but kept for the operator");
}

#[test]
fn nodes_without_batches_are_read_one_by_one() {
    let node = chain(6, 400);
    let inner = node.clone();
    let scripted = Scripted::new(move |body| match body {
        Value::Array(_) => {
            json_reply(json!({"id": null, "error": {"code": -32600, "message": "batches are not supported"}}))
        }
        message => json_reply(plain(&inner, message)),
    });
    let client =
        Client::new(vec![Endpoint::new("The node", scripted.clone(), None)], VirtualTime::new(1), Options::default());
    let read = block_on(client.logs(&Filter::of([A, B]), 0, node.head())).unwrap();
    assert_eq!(told(&read.logs), node.all_logs(&[A, B]));
    assert_eq!(scripted.seen().iter().filter(|body| body.is_array()).count(), 1, "that is learnt once");
}

#[test]
fn a_missing_block_is_a_node_behind_and_another_hash_a_reorganisation() {
    let node = chain(8, 50);
    let time = VirtualTime::new(2);
    let rules = Rules { behind_one_in: 2, behind: 2, ..Rules::default() };
    let strict = Strict::before(node.clone(), time.clone(), rules, 11);
    let client = client(&strict, &time);
    block_on(async {
        let head = loop {
            let head = client.head().await.unwrap();
            if head.number == node.head() {
                break head;
            }
        };
        for _ in 0..50 {
            let again = client.header(head.number).await.unwrap();
            assert_eq!(again, Some(head), "a block that was seen is there, however many back ends lack it");
        }
        assert_eq!(client.header(head.number + 1).await.unwrap(), None, "one that nobody saw is not");
        node.take_back(3);
        node.mine(3);
        strict.now(Rules::default());
        let other = client.header(head.number).await.unwrap().unwrap();
        assert_ne!(other.hash, head.hash);
        // Shorter than it was: not known to be another chain.
        node.take_back(2);
        let error = client.header(head.number).await.unwrap_err();
        assert!(matches!(error, RpcError::Behind { .. }), "{error}");
        client.head().await.unwrap();
        assert_eq!(client.status().behind, 2);
        client.forget_height();
        assert_eq!(client.header(head.number).await.unwrap(), None);
    });
}

#[test]
fn other_endpoints_take_over_and_are_compared() {
    let node = chain(5, 100);
    let (first, second) = (node.clone(), node.clone());
    let broken = Arc::new(AtomicBool::new(true));
    let is_broken = broken.clone();
    let one = Scripted::new(move |body| match is_broken.load(Ordering::Relaxed) {
        true => Some(Err(Unreachable)),
        false => json_reply(plain(&first, body)),
    });
    let silent = Arc::new(AtomicBool::new(false));
    let is_silent = silent.clone();
    let two = Scripted::new(move |body| match is_silent.load(Ordering::Relaxed) {
        true => None,
        false => json_reply(plain(&second, body)),
    });
    let time = VirtualTime::new(2);
    let endpoints = vec![Endpoint::new("Node 1", one.clone(), None), Endpoint::new("Node 2", two.clone(), None)];
    let options = Options { chain_id: Some(31_337), ..Options::default() };
    let client = Client::new(endpoints, time.clone(), options);
    block_on(async {
        let head = client.head().await.unwrap();
        assert_eq!((head.number, client.status().endpoint), (100, 1));
        assert_eq!(client.verify(&head).await, Verdict::OneAnswers);
        assert!(client.status().verdict.is_unverified());
        // While it is known to be down it is not asked first.
        let before = one.seen().len();
        client.head().await.unwrap();
        assert_eq!(one.seen().len(), before);
        broken.store(false, Ordering::Relaxed);
        time.pass(Duration::from_secs(120));
        assert_eq!(client.head().await.unwrap(), head);
        assert_eq!(client.status().endpoint, 0, "the preferred one is back");
        assert_eq!(client.verify(&head).await, Verdict::Agreed { block: 97 });
        silent.store(true, Ordering::Relaxed);
        broken.store(true, Ordering::Relaxed);
        let error = client.head().await.unwrap_err();
        assert!(matches!(error, RpcError::Timeout { .. } | RpcError::Unreachable { .. }), "{error}");
    });

    // Two chains that say they are the same one.
    let other = chain(6, 100);
    let liar = Scripted::new(move |body| json_reply(plain(&other, body)));
    let honest = Scripted::new(move |body| json_reply(plain(&node, body)));
    let endpoints = vec![Endpoint::new("Node 1", honest, None), Endpoint::new("Node 2", liar, None)];
    let client = Client::new(endpoints, VirtualTime::new(1), Options::default());
    block_on(async {
        let head = client.head().await.unwrap();
        let verdict = client.verify(&head).await;
        assert_eq!(verdict, Verdict::Agreed { block: 97 }, "the same blocks were made in the same order");
    });
}

#[test]
fn endpoints_that_differ_are_not_believed_in_silence() {
    let (node, other) = (chain(5, 100), chain(5, 90));
    other.take_back(20);
    other.mine(40);
    let honest = Scripted::new(move |body| json_reply(plain(&node, body)));
    let liar = Scripted::new(move |body| json_reply(plain(&other, body)));
    let endpoints = vec![Endpoint::new("Node 1", honest, None), Endpoint::new("Node 2", liar, None)];
    let client = Client::new(endpoints, VirtualTime::new(1), Options::default());
    block_on(async {
        let head = client.head().await.unwrap();
        assert_eq!(client.verify(&head).await, Verdict::Differing { block: 97 });
        assert!(client.status().verdict.is_unverified());
    });
}

#[test]
fn endpoints_of_another_chain_are_passed_over_or_named() {
    let node = chain(5, 10);
    let foreign = Scripted::new(|body| json_reply(json!({"id": body["id"], "result": "0x1"})));
    let right = node.clone();
    let right = Scripted::new(move |body| json_reply(plain(&right, body)));
    let options = || Options { chain_id: Some(31_337), ..Options::default() };
    let endpoints = vec![Endpoint::new("Node 1", foreign.clone(), None), Endpoint::new("Node 2", right, None)];
    let client = Client::new(endpoints, VirtualTime::new(1), options());
    assert_eq!(block_on(client.head()).unwrap().number, 10);
    let client = Client::new(vec![Endpoint::new("The node", foreign, None)], VirtualTime::new(1), options());
    let error = block_on(client.head()).unwrap_err();
    assert_eq!(error, RpcError::WrongChain { endpoint: "The node".into(), expected: 31_337, found: 1 });
    assert!(matches!(block_on(client.check_chain(31_337)), Err(RpcError::WrongChain { found: 1, .. })));
    assert!(block_on(client.check_chain(1)).is_ok());
}

#[test]
fn the_newest_state_is_asked_of_a_back_end_that_has_it() {
    // Two back ends take turns, one of them three blocks behind; each says at which block it answered.
    let turn = AtomicU64::new(0);
    let scripted = Scripted::new(move |body| {
        let head = if turn.fetch_add(1, Ordering::Relaxed).is_multiple_of(2) { 100u64 } else { 97 };
        let one = |message: &Value| {
            let result = match message["method"].as_str() {
                Some("eth_getBlockByNumber") => json!({
                    "number": format!("{head:#x}"), "hash": protocol::Digest([1; 32]),
                    "parentHash": protocol::Digest([2; 32]), "timestamp": "0x1",
                }),
                Some("eth_blockNumber") => json!(format!("{head:#x}")),
                _ => json!(format!("0x{head:02x}")),
            };
            json!({"id": message["id"], "result": result})
        };
        json_reply(match body {
            Value::Array(messages) => messages.iter().map(one).collect(),
            message => one(message),
        })
    });
    let client = Client::new(vec![Endpoint::new("The node", scripted, None)], VirtualTime::new(1), Options::default());
    block_on(async {
        client.head().await.unwrap();
        for _ in 0..20 {
            assert_eq!(client.call(None, A, &[1]).await.unwrap(), [100]);
        }
    });
}

/// A reader that looks at the newest blocks of a chain with a block every two seconds, as the server does, for a day.
#[test]
fn a_day_stays_within_its_allowance() {
    let time = VirtualTime::new(1);
    let clock = time.clone();
    let node = Node::new();
    let inner = node.clone();
    let scripted = Scripted::new(move |body| {
        let wanted = clock.now().as_secs() / 2;
        inner.mine(wanted.saturating_sub(inner.head()));
        json_reply(plain(&inner, body))
    });
    let day = Duration::from_secs(86_400);
    let options = Options { allowance: Some(Allowance::new(30_000, day)), ..Options::default() };
    let client = Client::new(vec![Endpoint::new("The node", scripted, None)], time.clone(), options);
    let (mut reads, mut longest) = (0, Duration::ZERO);
    block_on(async {
        let mut next = 0;
        while time.now() < day {
            let began = (client.requests(), time.now());
            let head = client.head().await.unwrap();
            if head.number >= next {
                client.logs(&Filter::of([A]), next.saturating_sub(16), head.number).await.unwrap();
                next = head.number + 1;
                reads += 1;
            }
            client.sleep(client.pace(client.requests() - began.0)).await;
            longest = longest.max(time.now() - began.1);
        }
    });
    let requests = client.requests();
    println!("{requests} requests, {reads} reads, at most {longest:?} between two");
    assert!(requests <= 30_000, "{requests}");
    assert!(reads > 5_000, "and the chain is followed: {reads}");
    assert!(longest < Duration::from_secs(30), "without holes: {longest:?}");
}
