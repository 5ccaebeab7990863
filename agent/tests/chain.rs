//! A task on a development chain, from organisations to the finished result, with the program alone.

#![allow(clippy::unwrap_used)]

mod support;

use devchain::{Anvil, Options};
use protocol::Digest;
use serde_json::{Value, json};
use support::{
    ERROR, GRID, NAMES, World, agent, output,
    people::{People, chain, fund},
    rmse, text, together,
};

#[tokio::test]
async fn a_task_goes_from_organisations_to_its_signed_result_on_chain() {
    let anvil = Anvil::start(Options::default()).await.unwrap();
    let chain = chain(&anvil).await;
    let world = World::start();
    let deployment = world.write("deployment.json", &serde_json::to_string(&chain.deployment).unwrap());
    let people = People { world, deployment };
    let world = &people.world;
    let who = ["first", "second", "requester", "helper"];
    let mut addresses = Vec::new();
    for name in who {
        world.keys(&format!("{name}.keys.json"));
        let drawn = output(&["key", "account", &people.account(name)]);
        let drawn: Value = serde_json::from_slice(&drawn.stdout).unwrap();
        fund(&chain, drawn["address"].as_str().unwrap()).await;
        addresses.push(drawn["address"].as_str().unwrap().to_string());
    }
    let keys = |name: &str| world.path(&format!("{name}.keys.json")).display().to_string();
    let profile = Digest::of(b"profile").to_string();
    for name in who {
        people.say(name, &["org", "join", "--profile", &profile, "--keys", &keys(name)]);
    }

    // Each owner publishes its table, the requester applies, the owners approve.
    let purpose = Digest::of(b"purpose").to_string();
    let now = chain.now().await.unwrap();
    let terms = json!({
        "from": 0, "until": now + 86_400, "times": 1, "tries": 3, "facts": 20, "rows": 0, "min_rows": 100, "digits": 3,
        "own_coefficients": false,
    });
    let grant_terms = world.write("grant.json", &terms.to_string());
    for (name, columns, labelled) in [("first", 6, false), ("second", 7, true)] {
        let terms = json!({
            "metadata": Digest::of(b"metadata"), "data_root": Digest::of(b"rows"), "id_root": Digest::of(b"ids"),
            "rows": 451, "columns": columns, "industry": 8, "labelled": labelled,
            "price_per_use": "0", "price_per_day": "0",
        });
        let file = world.write(&format!("{name}.terms.json"), &terms.to_string());
        let published = people.say(name, &["data", "publish", &file]);
        let number = published["dataset"].to_string();
        let applied = people.say("requester", &["grant", "apply", &number, &grant_terms, "--purpose", &purpose]);
        let grant = applied["grant"].to_string();
        let again = people.output("requester", &["grant", "apply", &number, &grant_terms, "--purpose", &purpose]);
        assert_eq!(again.status.code(), Some(4), "never two pending for the same: {}", text(&again.stderr));
        people.say(name, &["grant", "approve", &grant]);
        assert_eq!(people.say(name, &["grant", "show", &grant])["dataset"], published["dataset"]);
    }

    let spec = world.spec(json!({"receiver": 2}));
    let spec = world.write("spec.json", &spec.to_string());
    let draft = json!({
        "kind": "train", "waits_for": 0, "reveals_early": true, "model_of": 0,
        "confirm_by": now + 3_600, "start_by": now + 7_200, "max_seconds": 3_600, "facts": 3, "rows": 0,
        "compute_fee": "100000000000000000", "bond": "500000000000000000", "helper_budget": "1000000000000000000",
        "spec": Digest::ZERO, "told": {"min_rows": 100, "digits": 3, "own_coefficients": false},
        "seats": [
            {"grant": 1, "roles": 5, "purpose": purpose}, {"grant": 2, "roles": 11, "purpose": purpose},
            {"grant": 0, "roles": 16, "purpose": purpose},
        ],
        "helpers": [{"helper": addresses[3], "per_megabyte": "1000000000000000"}],
    });
    let mut silent = draft.clone();
    silent["reveals_early"] = json!(false);
    let silent = world.write("silent.json", &silent.to_string());
    let refused = people.output("requester", &["task", "publish", &silent, &spec]);
    assert_eq!(refused.status.code(), Some(2), "nobody would confirm it: {}", text(&refused.stderr));
    assert!(text(&refused.stderr).contains("Correct `reveals_early`"), "{}", text(&refused.stderr));
    let draft = world.write("draft.json", &draft.to_string());
    let published = people.say("requester", &["task", "publish", &draft, &spec]);
    assert_eq!(published["task"], 1);
    // Helpers that join once a draw is fixed have no part in it.
    chain.pass(60).await.unwrap();
    let tables = [world.table("first.csv", 0..5, false, 5), world.table("second.csv", 5..10, true, 7)];
    for (seat, name) in ["first", "second", "requester"].iter().enumerate() {
        let number = seat.to_string();
        let keys = keys(name);
        let mut confirm = vec!["task", "confirm", "1", &number, "--keys", &keys, "--accepted", "1"];
        if let Some(table) = tables.get(seat) {
            confirm.extend(["--data", table]);
        }
        people.say(name, &confirm);
    }
    // The last confirmation has fixed which block draws.
    chain.pass(60).await.unwrap();
    chain.pass(60).await.unwrap();
    people.say("requester", &["task", "draw", "1", &draft]);
    let early = people.output("requester", &["task", "start", "1"]);
    assert!(!early.status.success(), "nobody deals yet");
    people.say("helper", &["task", "serve", "1", "--keys", &keys("helper")]);
    people.say("requester", &["task", "start", "1"]);
    let signatures: Vec<Value> = ["first", "second", "requester"]
        .iter()
        .map(|name| people.say(name, &["task", "begin", "1", "--keys", &keys(name)])["signature"].clone())
        .collect();
    let mut begin = vec!["task", "begin", "1", "--signatures"];
    begin.extend(signatures.iter().map(|signature| signature.as_str().unwrap()));
    people.say("requester", &begin);
    assert_eq!(people.say("requester", &["task", "show", "1"])["state"], "running");

    let file = world.path("task.json").display().to_string();
    people.say("requester", &["task", "file", "1", &spec, "--relay", &world.relay, "--out", &file]);
    let commands = who.iter().enumerate().map(|(seat, name)| {
        let out = world.path(&format!("out{seat}")).display().to_string();
        let keys = keys(name);
        let account = people.account(name);
        let mut arguments = vec!["run", &file, "--keys", &keys, "--out", &out, "--limit", "300"];
        if *name == "helper" {
            arguments.extend(["--account", &account]);
        }
        if let Some(table) = tables.get(seat) {
            arguments.extend(["--data", table]);
        }
        agent(&arguments)
    });
    for output in together(commands.collect()) {
        assert!(output.status.success(), "{} {}", text(&output.stdout), text(&output.stderr));
    }
    assert!((rmse(&world.result("out2/result.json")) - ERROR).abs() <= GRID);
    assert_eq!(NAMES.len(), 10);

    let result = world.path("out2/result.json").display().to_string();
    people.say("first", &["task", "finish", "1", &result]);
    let shown = people.say("requester", &["task", "show", "1"]);
    assert_eq!(shown["state"], "finished");
    assert!(shown["result"].is_string(), "{shown}");
    let early = people.output("first", &["task", "collect", "1", "0"]);
    assert_eq!(early.status.code(), Some(4), "bonds are free a day after the end: {}", text(&early.stderr));
    chain.pass(86_460).await.unwrap();
    for part in ["0", "1", "2"] {
        people.say("first", &["task", "collect", "1", part]);
    }
}
