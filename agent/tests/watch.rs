//! Parties and helpers that watch a chain: a task is published, and the rest happens by itself.

#![allow(clippy::unwrap_used)]

mod support;

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::Child,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use devchain::{Anvil, Options};
use protocol::Digest;
use serde_json::{Value, json};
use support::{
    ERROR, GRID, NAMES, World, agent, output,
    people::{People, chain},
    rmse, text,
};

/// A program that watches, and what it has said.
struct Program {
    child: Child,
    said: Arc<Mutex<Vec<String>>>,
}

impl Program {
    fn start(people: &People, kind: &str, name: &str) -> Self {
        let folder = people.world.path(name).display().to_string();
        let account = people.account(name);
        let mut command = agent(&[kind, &folder, "--deployment", &people.deployment, "--account", &account]);
        command.env("MODELMARKET_SERVER", "");
        let mut child = command.args(["--server", &people.world.relay]).spawn().unwrap();
        let said = Arc::new(Mutex::new(Vec::new()));
        for out in [
            Box::new(child.stdout.take().unwrap()) as Box<dyn std::io::Read + Send>,
            Box::new(child.stderr.take().unwrap()),
        ] {
            let (said, name) = (said.clone(), name.to_string());
            std::thread::spawn(move || {
                for line in BufReader::new(out).lines().map_while(Result::ok) {
                    println!("{name}: {line}");
                    said.lock().unwrap().push(line);
                }
            });
        }
        Self { child, said }
    }

    fn has_said(&self, what: &str) -> bool {
        self.said.lock().unwrap().iter().any(|line| line.contains(what))
    }

    fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}

#[track_caller]
fn wait(what: &str, mut is_so: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < Duration::from_secs(240), "waited for {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn state(people: &People, id: &str) -> Value {
    people.say("requester", &["task", "show", id])["state"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_is_confirmed_played_and_paid_by_programs_that_watch_and_one_that_is_killed_goes_on() {
    let anvil = Anvil::start(Options { block_time: Some(1), ..Options::default() }).await.unwrap();
    let chain = chain(&anvil).await;
    let world = World::start();
    let deployment = world.write("deployment.json", &serde_json::to_string(&chain.deployment).unwrap());
    let people = People { world, deployment };
    let world = &people.world;
    let names = ["first", "second", "requester", "helper"];
    let accounts = people.join(&chain, &names).await;
    let purpose = Digest::of(b"purpose").to_string();
    let now = chain.now().await.unwrap();
    let terms = json!({
        "from": 0, "until": now + 86_400, "times": 5, "tries": 5, "facts": 20, "rows": 0, "min_rows": 100, "digits": 3,
        "own_coefficients": false,
    });
    people.grants(["first", "second"], &terms, &purpose);

    world.table("first/patients.csv", 0..5, false, 5);
    world.table("second/visits.csv", 5..10, true, 7);
    let data = [
        json!({"dataset": 1, "file": "patients.csv", "key": "patient", "columns": NAMES[..5]}),
        json!({"dataset": 2, "file": "visits.csv", "key": "patient", "label": "target", "columns": NAMES[5..]}),
    ];
    for (seat, data) in data.into_iter().enumerate() {
        let others = [&accounts[1 - seat], &accounts[2]];
        let rules = json!({
            "data": [data], "partners": others, "helpers": [accounts[3]], "train": true, "least_rows": 400,
            "most_bond": "500000000000000000", "purposes": [purpose],
        });
        world.write(&format!("{}/rules.json", names[seat]), &rules.to_string());
    }
    world.write("requester/rules.json", "{}");

    let spec = world.spec(json!({"receiver": 2}));
    let mut telling = spec.clone();
    telling["work"]["train"]["reveals"] = json!({"own_coefficients": true});
    for name in &names {
        world.write(&format!("{name}/tasks/spec.json"), &spec.to_string());
        world.write(&format!("{name}/tasks/telling.json"), &telling.to_string());
    }
    let draft = people.draft(now, &purpose, &[&accounts[3]], 3);
    let draft = world.write("draft.json", &draft.to_string());
    let spec = world.write("spec.json", &spec.to_string());

    let mut first = Program::start(&people, "party", "first");
    let second = Program::start(&people, "party", "second");
    let requester = Program::start(&people, "party", "requester");
    let helper = Program::start(&people, "helper", "helper");
    let folder = world.path("second").display().to_string();
    wait("the second to watch", || second.has_said("watches"));
    let twice = output(&["party", &folder, "--deployment", &people.deployment, "--account", &people.account("second")]);
    assert_eq!(twice.status.code(), Some(2), "{}", text(&twice.stderr));
    assert!(text(&twice.stderr).contains("Another program plays from"), "{}", text(&twice.stderr));

    assert_eq!(people.say("requester", &["task", "publish", &draft, &spec])["task"], 1);
    // The first owner's program is killed while it computes, and started again.
    wait("the run", || first.has_said("computing"));
    first.kill();
    let first = Program::start(&people, "party", "first");
    wait("the result", || state(&people, "1") == "finished");
    for name in ["first", "second", "requester"] {
        wait(name, || fs::exists(world.path(&format!("{name}/results/1/result.json"))).unwrap());
    }
    let told = world.result("requester/results/1/result.json");
    assert!((rmse(&told) - ERROR).abs() <= GRID, "{told}");
    assert!(world.result("first/results/1/result.json")["told"].as_array().unwrap().is_empty());
    assert!(fs::exists(world.path("first/results/1/model.json")).unwrap());
    wait("the helper's pay", || helper.has_said("owed is collected"));
    let result = people.say("requester", &["task", "result", "1"]);
    let outcome = &told["outcome"];
    assert_eq!((&result["outcome"]["plan"], &result["outcome"]["rows"]), (&outcome["plan"], &outcome["rows"]));

    // A task that tells what the rules do not allow is left to a person, and the sentence says why.
    let mut more = people.draft(now, &purpose, &[&accounts[3]], 14);
    more["told"]["own_coefficients"] = json!(true);
    let draft = world.write("telling-draft.json", &more.to_string());
    let spec = world.path("first/tasks/telling.json").display().to_string();
    let refused = people.output("requester", &["task", "publish", &draft, &spec]);
    assert_eq!(refused.status.code(), Some(4), "the grants do not allow it: {}", text(&refused.stderr));
    drop((first, second, requester));
}
