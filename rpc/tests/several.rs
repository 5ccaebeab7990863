//! Several nodes, the first of which answers, but badly. No test here waits: time is virtual.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures::executor::block_on;
use protocol::Address;
use rpc::{
    Client, Endpoint, Filter, Finality, Options, Reply, RpcError,
    testing::{Node, Scripted, VirtualTime},
    value,
};
use serde_json::{Value, json};

const A: Address = Address([0xa; 20]);

/// A chain of so many blocks with a log in every tenth. Two of them that are equally long are the same.
fn chain(blocks: u64) -> Node {
    let node = Node::new();
    for number in 0..blocks {
        if number % 10 == 0 { node.emit(&[A]) } else { node.mine(1) }
    }
    node
}

/// Answers as the node, but where `instead` has something else to say of a question.
fn spoiled(node: &Node, instead: impl Fn(&Value) -> Option<Value> + Send + 'static) -> Scripted {
    let node = node.clone();
    Scripted::new(move |body| {
        let one = |message: &Value| {
            let method = message["method"].as_str().unwrap_or_default();
            let mut answer = instead(message).unwrap_or_else(|| node.answer(method, &message["params"]));
            answer["id"] = message["id"].clone();
            answer
        };
        let answer = match body {
            Value::Array(messages) => messages.iter().map(one).collect(),
            message => one(message),
        };
        Some(Ok(Reply { status: 200, retry_after: None, body: answer.to_string() }))
    })
}

fn honest(node: &Node) -> Scripted {
    spoiled(node, |_| None)
}

fn client(nodes: &[&Scripted], time: &VirtualTime) -> Client {
    let endpoints = nodes.iter().enumerate().map(|(position, node)| {
        let label = format!("Node {}", position + 1);
        Endpoint::new(label, (*node).clone(), None)
    });
    Client::new(endpoints.collect(), time.clone(), Options::default())
}

#[test]
fn a_node_that_stands_still_is_passed_over_where_another_goes_on() {
    let (stuck, going) = (chain(100), chain(100));
    going.mine(400);
    let (first, second) = (honest(&stuck), honest(&going));
    let time = VirtualTime::new(1);
    // The newest block of the one that goes on is made just now.
    time.pass(Duration::from_secs(2 * going.head()));
    let client = client(&[&first, &second], &time);
    assert_eq!(block_on(client.head()).unwrap().number, going.head());
    let asked = first.seen().len();
    assert_eq!(block_on(client.request_fresh("eth_chainId", json!([]))).unwrap(), json!("0x7a69"));
    assert_eq!(block_on(client.head()).unwrap().number, going.head());
    assert_eq!(first.seen().len(), asked, "it is not asked for a while");
    // It has caught up by the time that it is asked again.
    stuck.mine(400);
    time.pass(Duration::from_secs(61));
    assert_eq!(block_on(client.head()).unwrap().number, going.head());
    assert!(first.seen().len() > asked, "it is preferred again");
}

#[test]
fn a_node_of_another_chain_overtakes_nobody() {
    let (old, foreign) = (chain(100), Node::new());
    // Blocks that take another's place are others.
    foreign.mine(1);
    foreign.take_back(1);
    foreign.mine(10_000);
    let (first, second) = (honest(&old), honest(&foreign));
    let time = VirtualTime::new(1);
    time.pass(Duration::from_secs(20_000));
    let client = client(&[&first, &second], &time);
    assert_eq!(block_on(client.head()).unwrap().number, 100);
    assert_eq!(client.tallest(), 100);
    assert!(!second.seen().is_empty(), "it was asked");
}

#[test]
fn what_one_node_does_not_have_another_is_asked_for() {
    let (first_chain, second_chain) = (chain(105), chain(105));
    let (first, second) = (honest(&first_chain), honest(&second_chain));
    let time = VirtualTime::new(1);
    let client = client(&[&first, &second], &time);
    block_on(async {
        let head = client.head().await.unwrap();
        first_chain.take_back(5);
        assert_eq!(client.request_fresh("eth_chainId", json!([])).await.unwrap(), json!("0x7a69"));
        assert!(time.now() < Duration::from_secs(1), "{:?}", time.now());
        let asked = first.seen().len();
        assert_eq!(client.header(head.number).await.unwrap(), Some(head));
        let logs = client.logs(&Filter::of([A]), 0, head.number).await.unwrap().logs;
        assert_eq!(logs.len(), second_chain.all_logs(&[A]).len());
        assert_eq!(first.seen().len(), asked, "and first from then on");
        // Where no node has it, each is asked in turn, and not for ever.
        second_chain.take_back(5);
        let error = client.header(head.number).await.unwrap_err();
        assert!(matches!(error, RpcError::Behind { block: 105, .. }), "{error}");
    });
}

#[test]
fn a_node_that_turns_away_with_a_status_is_one_that_failed() {
    for status in [401, 402, 403, 404] {
        for body in [
            json!({"error": {"code": -32_000, "message": "Unauthorized: you must be authenticated"}}).to_string(),
            json!({"message": "no such project"}).to_string(),
            "<html>not here</html>".to_owned(),
        ] {
            let turns_away = Scripted::new(move |_| Some(Ok(Reply { status, retry_after: None, body: body.clone() })));
            let second = honest(&chain(100));
            let time = VirtualTime::new(1);
            let client = client(&[&turns_away, &second], &time);
            assert_eq!(block_on(client.head()).unwrap().number, 100, "{status}");
            assert_eq!(block_on(client.logs(&Filter::of([A]), 0, 100)).unwrap().logs.len(), 10, "{status}");
            assert_eq!(turns_away.seen().len(), 1, "{status}: it is known to be down");
        }
    }
    // A method that is not there is no fault of the node, whatever its status.
    let body = json!({"error": {"code": -32_601, "message": "the method does not exist"}}).to_string();
    let lacking = Scripted::new(move |_| Some(Ok(Reply { status: 404, retry_after: None, body: body.clone() })));
    let error = block_on(client(&[&lacking], &VirtualTime::new(1)).request("eth_x", json!([]))).unwrap_err();
    assert_eq!(error.refusal().map(|refusal| refusal.code), Some(-32_601));
}

#[test]
fn what_one_node_declines_another_may_do() {
    for message in ["must be authenticated", "state is pruned", "the method is not available"] {
        let node = chain(100);
        let declining = spoiled(&node, move |asked| {
            let declines = matches!(asked["method"].as_str(), Some("eth_getLogs" | "eth_call"));
            declines.then(|| json!({"error": {"code": -32_000, "message": message}}))
        });
        let second = spoiled(&node, |asked| (asked["method"] == "eth_call").then(|| json!({"result": "0x07"})));
        let client = client(&[&declining, &second], &VirtualTime::new(1));
        block_on(async {
            assert_eq!(client.call(None, A, &[1]).await.unwrap(), [7], "{message}");
            assert_eq!(client.call_at(90, A, &[1]).await.unwrap(), [7], "{message}");
            assert_eq!(client.logs(&Filter::of([A]), 0, 100).await.unwrap().logs.len(), 10, "{message}");
        });
    }
}

#[test]
fn what_all_nodes_decline_is_declined_and_a_revert_is_asked_of_one() {
    let node = chain(100);
    let declining = |code: i64| {
        spoiled(&node, move |asked| {
            let is_named = asked["params"][0] == "finalized" || asked["method"] == "eth_call";
            is_named.then(|| json!({"error": {"code": code, "message": "no"}}))
        })
    };
    let (first, second) = (declining(-32_602), declining(-32_099));
    let both = client(&[&first, &second], &VirtualTime::new(1));
    assert_eq!(block_on(both.finality()).unwrap(), Finality::default());
    let error = block_on(both.call(None, A, &[1])).unwrap_err();
    assert_eq!(error.refusal().map(|refusal| refusal.code), Some(-32_602), "in the words of the preferred one");

    let reverting = spoiled(&node, |asked| {
        let error = json!({"error": {"code": 3, "message": "execution reverted", "data": "0x08c379a0"}});
        (asked["method"] == "eth_call").then_some(error)
    });
    let second = honest(&node);
    let client = client(&[&reverting, &second], &VirtualTime::new(1));
    let error = block_on(client.call(None, A, &[1])).unwrap_err();
    assert_eq!(error.refusal().and_then(|refusal| refusal.data.as_deref()), Some("0x08c379a0"));
    assert!(second.seen().is_empty());
}

#[test]
fn a_node_whose_answers_make_no_sense_is_one_that_failed() {
    let node = chain(100);
    type Spoiled = fn() -> Value;
    let spoils: [(&str, Spoiled); 3] = [
        ("eth_getBlockByNumber", || json!({"number": "soon", "hash": "0x1"})),
        ("eth_getLogs", || json!([{"blockNumber": "0x1", "blockHash": "?"}])),
        ("eth_call", || json!("seven")),
    ];
    for (method, nonsense) in spoils {
        let spoil = move || {
            spoiled(&chain(100), move |asked| (asked["method"] == method).then(|| json!({"result": nonsense()})))
        };
        let second = spoiled(&node, |asked| (asked["method"] == "eth_call").then(|| json!({"result": "0x07"})));
        let read = |client: Client| {
            block_on(async move {
                let head = client.head().await?;
                assert_eq!(client.header(50).await?.map(|header| header.number), Some(50));
                let logs = client.logs(&Filter::of([A]), 0, head.number).await?.logs;
                Ok::<_, RpcError>((head.number, logs.len(), client.call(None, A, &[1]).await?))
            })
        };
        let both = client(&[&spoil(), &second], &VirtualTime::new(1));
        assert_eq!(read(both).unwrap(), (100, 10, vec![7]), "{method}");
        let alone = read(client(&[&spoil()], &VirtualTime::new(1))).unwrap_err();
        assert!(matches!(alone, RpcError::Unreadable { .. } | RpcError::Refused { .. }), "{method}: {alone}");
    }
}

#[test]
fn one_absurd_height_does_not_stop_reading_for_ever() {
    let absurd = Arc::new(AtomicBool::new(false));
    let is_absurd = absurd.clone();
    let node = spoiled(&chain(100), move |asked| {
        let misrouted = is_absurd.load(Ordering::Relaxed) && asked["method"] == "eth_blockNumber";
        misrouted.then(|| json!({"result": value::number(300_000_000)}))
    });
    let time = VirtualTime::new(1);
    let client = client(&[&node], &time);
    let ask = || block_on(client.request_fresh("eth_chainId", json!([])));
    ask().unwrap();
    absurd.store(true, Ordering::Relaxed);
    ask().unwrap();
    absurd.store(false, Ordering::Relaxed);
    let error = ask().unwrap_err();
    assert!(matches!(error, RpcError::Behind { block: 300_000_000, .. }), "it may be the node that is behind: {error}");
    let failed = (0..100).take_while(|_| {
        time.pass(Duration::from_secs(4));
        ask().is_err()
    });
    assert!(failed.count() < 100, "the height is forgotten");
    assert!(time.now() < Duration::from_secs(60), "{:?}", time.now());
    assert_eq!((client.tallest(), client.status().behind), (100, 0));
}
