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
use directory::{Purpose, Reveal, Work};
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
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn state(people: &People, id: &str) -> Value {
    people.say("requester", &["task", "show", id])["state"].clone()
}

/// A network on which two owners, a requester and a helper have joined, with grants, tables and rules.
struct Set {
    // Ended with the test.
    anvil: Anvil,
    chain: devchain::Chain,
    people: People,
    accounts: Vec<String>,
    purpose: String,
    draft: String,
    spec: String,
}

impl Set {
    async fn up(more_rules: Value) -> Self {
        Self::granted(20, more_rules).await
    }

    /// With grants for so many numbers.
    async fn granted(facts: u32, more_rules: Value) -> Self {
        let anvil = Anvil::start(Options { block_time: Some(1), ..Options::default() }).await.unwrap();
        let chain = chain(&anvil).await;
        let world = World::start();
        let deployment = world.write("deployment.json", &serde_json::to_string(&chain.deployment).unwrap());
        let people = People { world, deployment };
        let world = &people.world;
        let accounts = people.join(&chain, &WHO).await;
        let (file, purpose) = purpose(&accounts[2]);
        for owner in ["first", "second"] {
            world.write(&format!("{owner}/{PURPOSE}"), &file);
        }
        let now = chain.now().await.unwrap();
        let terms = json!({
            "from": 0, "until": now + 86_400, "times": 5, "tries": 5, "facts": facts, "rows": 460, "min_rows": 100,
            "digits": 3, "own_coefficients": false,
        });
        people.grants(["first", "second"], &terms, &purpose);
        world.table("first/patients.csv", 0..5, false, 5);
        world.table("second/visits.csv", 5..10, true, 7);
        let data = [
            json!({"dataset": 1, "file": "patients.csv", "key": "patient", "columns": NAMES[..5]}),
            json!({"dataset": 2, "file": "visits.csv", "key": "patient", "label": "target", "columns": NAMES[5..]}),
        ];
        let with = |mut rules: Value| {
            for (name, value) in more_rules.as_object().unwrap() {
                rules[name] = value.clone();
            }
            rules.to_string()
        };
        for (seat, data) in data.into_iter().enumerate() {
            let others = [&accounts[1 - seat], &accounts[2]];
            let rules = json!({
                "data": [data], "partners": others, "helpers": accounts[3..], "train": true, "least_rows": 400,
                "most_bond": "500000000000000000", "purposes": [purpose],
            });
            world.write(&format!("{}/rules.json", WHO[seat]), &with(rules));
        }
        world.write("requester/rules.json", &with(json!({})));
        let spec = world.spec(json!({"receiver": 2}));
        for name in WHO {
            world.write(&format!("{name}/tasks/spec.json"), &spec.to_string());
        }
        let draft = people.draft(now, &purpose, &accounts[3..].iter().map(String::as_str).collect::<Vec<_>>(), 3);
        let draft = world.write("draft.json", &draft.to_string());
        let spec = world.write("spec.json", &spec.to_string());
        Self { anvil, chain, people, accounts, purpose, draft, spec }
    }
}

impl Drop for Set {
    /// Where a test fails: what the chain has, and whether its clock still goes.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let now = || tokio::runtime::Handle::current().block_on(self.chain.now());
        println!("the newest block is of {:?}", tokio::task::block_in_place(now));
        for what in ["show", "log"] {
            let said = self.people.output("requester", &["task", what, "1"]);
            println!("task {what}: {}{}", text(&said.stdout), text(&said.stderr));
        }
    }
}

/// Where an owner has the file of what its grants are for.
const PURPOSE: &str = "purposes/purpose.json";

/// What both grants are for, and its digest.
fn purpose(receiver: &str) -> (String, String) {
    let columns = ["patient", "target"].into_iter().chain(NAMES).map(str::to_owned).collect();
    let work = vec![Work::Align, Work::TrainLinear, Work::Predict];
    let receivers = vec![receiver.parse().unwrap()];
    let purpose = Purpose::new(work, columns, receivers, vec![Reveal::Metrics, Reveal::Predictions]);
    let (file, digest) = purpose.write().unwrap();
    (String::from_utf8(file).unwrap(), digest.to_string())
}

const WHO: [&str; 5] = ["first", "second", "requester", "helper", "other"];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_is_confirmed_played_and_paid_by_programs_that_watch_and_one_that_is_killed_goes_on() {
    let approve = json!({"most_times": 5, "most_tries": 5, "most_facts": 5, "most_rows": 460, "most_seconds": 172_800});
    let set = Set::granted(5, json!({"approve": approve})).await;
    let Set { chain, people, accounts, purpose, draft, spec, .. } = &set;
    let (world, now) = (&people.world, chain.now().await.unwrap());
    let mut telling = world.spec(json!({"receiver": 2}));
    telling["work"]["train"]["reveals"] = json!({"own_coefficients": true});
    world.write("first/tasks/telling.json", &telling.to_string());
    // The second owner applies for a grant too, and nobody has the file of what grants are for.
    let mut terms = world.result("grant.json");
    terms["min_rows"] = json!(400);
    let terms = world.write("other-grant.json", &terms.to_string());
    people.say("second", &["grant", "apply", "1", &terms, "--purpose", purpose]);
    let (file, away) = (world.path(&format!("first/{PURPOSE}")), world.path("away.json"));
    fs::rename(&file, &away).unwrap();
    let mut first = Program::start(people, "party", "first");
    let second = Program::start(people, "party", "second");
    let requester = Program::start(people, "party", "requester");
    let helpers = ["helper", "other"].map(|name| Program::start(people, "helper", name));
    let folder = world.path("second").display().to_string();
    wait("the second to watch", || second.has_said("watches"));
    let twice = output(&["party", &folder, "--deployment", &people.deployment, "--account", &people.account("second")]);
    assert_eq!(twice.status.code(), Some(2), "{}", text(&twice.stderr));
    assert!(text(&twice.stderr).contains("Another program plays from"), "{}", text(&twice.stderr));

    assert_eq!(people.say("requester", &["task", "publish", draft, spec])["task"], 1);
    // Neither is the grant given nor the task confirmed before it can be read what they are for.
    wait("what is said of the grant", || {
        first.has_said("is not approved by the rules. What the grant is for cannot be")
    });
    wait("what is said of the task", || first.has_said("\"sentence\":\"What the grant is for cannot be"));
    assert!(!first.has_said("is approved by the rules"));
    assert_eq!(state(people, "1"), "confirming");
    first.kill();
    fs::rename(&away, &file).unwrap();
    let mut first = Program::start(people, "party", "first");
    wait("the grant", || first.has_said("is approved by the rules"));
    // The first owner's program is killed while it computes, and started again.
    wait("the run", || first.has_said("computing"));
    first.kill();
    let first = Program::start(people, "party", "first");
    wait("the result", || state(people, "1") == "finished");
    for name in ["first", "second", "requester"] {
        wait(name, || fs::exists(world.path(&format!("{name}/results/1/result.json"))).unwrap());
    }
    let told = world.result("requester/results/1/result.json");
    assert!((rmse(&told) - ERROR).abs() <= GRID, "{told}");
    assert!(world.result("first/results/1/result.json")["told"].as_array().unwrap().is_empty());
    assert!(fs::exists(world.path("first/results/1/model.json")).unwrap());
    wait("the helper's pay", || helpers.iter().any(|helper| helper.has_said("owed is collected")));
    let result = people.say("requester", &["task", "result", "1"]);
    let outcome = &told["outcome"];
    assert_eq!((&result["outcome"]["plan"], &result["outcome"]["rows"]), (&outcome["plan"], &outcome["rows"]));

    // Of five numbers it has told three: another one like it is confirmed, and says why it cannot start.
    assert_eq!(people.say("requester", &["grant", "show", "1"])["facts_used"], 3);
    assert_eq!(people.say("requester", &["task", "publish", draft, spec])["task"], 2);
    let why = "Of what grant 1 allows to be told 2 numbers are left, and the task would tell 3.";
    wait("the sentence", || requester.has_said(&format!("It cannot start now. {why}")));
    let refused = people.output("requester", &["task", "start", "2"]);
    assert_eq!(refused.status.code(), Some(4), "{}", text(&refused.stderr));
    assert!(text(&refused.stderr).contains(why), "{}", text(&refused.stderr));
    assert_eq!((state(people, "2"), state(people, "1")), (json!("ready"), json!("finished")));
    people.say("requester", &["task", "cancel", "2"]);

    // A task that tells what the rules do not allow is left to a person, and the sentence says why.
    let mut more = people.draft(now, purpose, &[&accounts[3]], 14);
    more["told"]["own_coefficients"] = json!(true);
    let draft = world.write("telling-draft.json", &more.to_string());
    let spec = world.path("first/tasks/telling.json").display().to_string();
    let refused = people.output("requester", &["task", "publish", &draft, &spec]);
    assert_eq!(refused.status.code(), Some(4), "the grants do not allow it: {}", text(&refused.stderr));
    drop((first, second, requester));
}

#[tokio::test(flavor = "multi_thread")]
async fn aligning_training_and_predicting_are_published_at_once_and_played_in_their_order() {
    let set = Set::up(json!({"intersect": true, "predict": true, "ids": true})).await;
    let Set { people, purpose, accounts, .. } = &set;
    let (world, now) = (&people.world, set.chain.now().await.unwrap());
    let mut specs = ["aligning", "training", "predicting"].map(|_| world.spec(json!({"receiver": 2})));
    specs[0]["work"] = json!({"intersect": {}});
    specs[2]["work"] = json!({"predict": {"model": "on_chain", "receiver": 2, "ids": true}});
    let helpers = [accounts[3].as_str(), accounts[4].as_str()];
    let mut drafts = [1, 3, 0].map(|facts| people.draft(now, purpose, &helpers, facts));
    for (place, draft) in drafts.iter_mut().enumerate() {
        (draft["kind"], draft["waits_for"]) = (json!(["psi", "train", "predict"][place]), json!(place));
    }
    (drafts[0]["helpers"], drafts[0]["helper_budget"]) = (json!([]), json!("0"));
    drafts[0]["seats"].as_array_mut().unwrap().pop();
    // Nobody brings the label but to the training.
    (drafts[0]["seats"][1]["roles"], drafts[2]["seats"][1]["roles"]) = (json!(9), json!(9));
    drafts[2]["rows"] = json!(460);
    let mut publish = vec!["task".to_owned(), "publish".to_owned()];
    for (place, (spec, draft)) in specs.iter().zip(&drafts).enumerate() {
        for name in WHO {
            world.write(&format!("{name}/tasks/{place}.json"), &spec.to_string());
        }
        publish.push(world.write(&format!("draft-{place}.json"), &draft.to_string()));
        publish.push(world.write(&format!("spec-{place}.json"), &spec.to_string()));
    }
    let _owners = ["first", "second"].map(|name| Program::start(people, "party", name));
    let _requester = Program::start(people, "party", "requester");
    let _helpers = ["helper", "other"].map(|name| Program::start(people, "helper", name));
    let published = people.output("requester", &publish.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(published.status.success(), "{}", text(&published.stderr));
    wait("aligning", || state(people, "1") == "finished");
    wait("the training", || state(people, "2") == "finished");
    wait("the prediction", || state(people, "3") == "finished");
    let file = world.path("requester/results/3/predictions.csv");
    wait("the predictions at the requester", || fs::exists(&file).unwrap());
    // As far from the labels as the regression of all patients is.
    let patients = include_str!("../../mpc/learn/tests/data/diabetes.csv");
    let target =
        |row: usize| patients.lines().nth(row + 1).unwrap().rsplit(',').next().unwrap().parse::<f64>().unwrap();
    let csv = fs::read_to_string(&file).unwrap();
    let squares = csv.lines().skip(1).map(|line| {
        let (id, predicted) = line.split_once(',').unwrap();
        (predicted.parse::<f64>().unwrap() - target(id[1..].parse().unwrap())).powi(2)
    });
    let squares: Vec<f64> = squares.collect();
    assert_eq!(squares.len(), 442);
    let error = (squares.iter().sum::<f64>() / squares.len() as f64).sqrt();
    assert!((error - ERROR).abs() <= GRID, "{error}, and {ERROR} is right");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_turn_out_to_be_too_few_fail_the_task_on_chain_at_once_and_it_is_not_tried_for_nothing() {
    // Each has 451 rows, of which 442 are common.
    let set = Set::up(json!({"least_rows": 443, "retries": 1})).await;
    let Set { people, draft, spec, anvil: _anvil, .. } = &set;
    let programs = ["first", "second", "requester"].map(|name| Program::start(people, "party", name));
    let _helpers = ["helper", "other"].map(|name| Program::start(people, "helper", name));
    people.say("requester", &["task", "publish", draft, spec]);
    wait("the failure on chain", || state(people, "1") == "failed");
    for program in &programs {
        wait("the sentence", || program.has_said("442") || program.has_said("too few"));
    }
    // Only the requester's program could ask for another try, and it has decided.
    wait("the decision", || programs[2].has_said("It is not tried again by the rules"));
    assert_eq!(state(people, "1"), "failed");
    let log = text(&people.output("requester", &["task", "log", "1"]).stdout);
    let events = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let failed: Vec<Value> = events.filter(|event| event["kind"] == "failed").collect();
    assert_eq!(failed.len(), 1, "{log}");
    assert_eq!(failed[0]["failure"], json!({"code": 4, "dealt": 0, "facts": 0, "rows": 0}));
    assert!(failed[0]["words"].as_str().unwrap().contains("too few"), "{log}");
    people.say("requester", &["task", "cancel", "1"]);
    wait("the bonds", || programs.iter().all(|program| program.has_said("collected: in a block")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_that_falls_silent_loses_its_bond_to_those_that_respond_and_fees_come_back() {
    let set = Set::up(json!({"stall_after": 0})).await;
    let Set { people, draft, spec, anvil: _anvil, .. } = &set;
    let mut first = Program::start(people, "party", "first");
    let second = Program::start(people, "party", "second");
    let requester = Program::start(people, "party", "requester");
    let _helpers = ["helper", "other"].map(|name| Program::start(people, "helper", name));
    people.say("requester", &["task", "publish", draft, spec]);
    wait("the run", || first.has_said("computing"));
    first.kill();
    wait("the others to say so", || state(people, "1") == "stalled");
    wait("both to respond", || {
        let log = people.output("requester", &["task", "log", "1"]);
        text(&log.stdout).lines().filter(|line| line.contains("\"responded\"")).count() == 2
    });
    set.chain.pass(601).await.unwrap();
    wait("the end", || state(people, "1") == "expired");
    let log = people.output("requester", &["task", "log", "1"]);
    let lost: Vec<Value> = text(&log.stdout)
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|event| event["kind"] == "bond_lost")
        .collect();
    assert_eq!(lost.len(), 1, "{lost:?}");
    assert_eq!(lost[0]["seat"], 0);
    for program in [&second, &requester] {
        wait("its share of the bond", || program.has_said("owed is collected"));
    }
    wait("the fees", || requester.has_said("collected: in a block"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_helper_that_is_gone_is_given_up_by_both_owners_and_the_next_one_takes_over() {
    let set = Set::up(json!({"stall_after": 0})).await;
    let Set { people, draft, spec, anvil: _anvil, .. } = &set;
    let _owners = ["first", "second"].map(|name| Program::start(people, "party", name));
    let _requester = Program::start(people, "party", "requester");
    let mut helpers = ["helper", "other"].map(|name| Program::start(people, "helper", name));
    people.say("requester", &["task", "publish", draft, spec]);
    wait("a helper to play", || helpers.iter().any(|helper| helper.has_said("is played")));
    let drawn = helpers.iter().position(|helper| helper.has_said("is played")).unwrap();
    wait("it to deal", || helpers[drawn].has_said("computing"));
    helpers[drawn].kill();
    wait("the result", || state(people, "1") == "finished");
    let result = people.world.path("requester/results/1/result.json");
    wait("the result at the requester", || fs::exists(&result).unwrap());
    let told = people.world.result("requester/results/1/result.json");
    assert!((rmse(&told) - ERROR).abs() <= GRID, "{told}");
    let log = text(&people.output("requester", &["task", "log", "1"]).stdout);
    assert_eq!(log.lines().filter(|line| line.contains("\"helper_serves\"")).count(), 2, "{log}");
    wait("the pay of who dealt", || helpers[1 - drawn].has_said("owed is collected"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_that_asks_and_receives_demands_a_key_by_what_it_kept_without_a_server() {
    let set = Set::up(json!({"purposes": []})).await;
    let Set { people, accounts, anvil: _anvil, .. } = &set;
    let (world, now) = (&people.world, set.chain.now().await.unwrap());
    let (file, own) = purpose(&accounts[1]);
    let terms = world.path("grant.json").display().to_string();
    for (owner, dataset) in [("first", "1"), ("second", "2")] {
        world.write(&format!("{owner}/purposes/own.json"), &file);
        let applied = people.say("second", &["grant", "apply", dataset, &terms, "--purpose", &own]);
        people.say(owner, &["grant", "approve", &applied["grant"].to_string()]);
    }
    let spec = world.spec(json!({"receiver": 1}));
    for name in WHO {
        world.write(&format!("{name}/tasks/own.json"), &spec.to_string());
    }
    let mut draft = people.draft(now, &own, &[&accounts[3], &accounts[4]], 3);
    draft["seats"] = json!([{"grant": 3, "roles": 5, "purpose": own}, {"grant": 4, "roles": 27, "purpose": own}]);
    let draft = world.write("own-draft.json", &draft.to_string());
    let spec = world.write("own-spec.json", &spec.to_string());
    let mut owners = ["first", "second"].map(|name| Program::start(people, "party", name));
    let _helpers = ["helper", "other"].map(|name| Program::start(people, "helper", name));
    people.say("second", &["task", "publish", &draft, &spec]);
    for name in ["first", "second"] {
        wait(name, || fs::exists(world.path(&format!("{name}/results/1/result.json"))).unwrap());
    }
    owners.iter_mut().for_each(Program::kill);

    // Neither the file of the task names a relay nor the verb a server: what was kept is enough.
    let folders = ["first", "second"].map(|name| world.path(name).display().to_string());
    let demand = |seat: &str| people.output("second", &["task", "demand", "1", seat, &folders[1]]);
    // Who has the result would make its owner pay, or lose its bond, for nothing.
    let here = demand("0");
    assert_eq!(here.status.code(), Some(4), "{}", text(&here.stderr));
    assert!(text(&here.stderr).contains("is here, in"), "{}", text(&here.stderr));
    // What came over the links is lost.
    fs::remove_dir_all(world.path("second/results/1")).unwrap();
    let none = demand("1");
    assert_eq!(none.status.code(), Some(4), "it owes itself nothing: {}", text(&none.stderr));
    assert!(text(&none.stderr).contains("owes this account no key"), "{}", text(&none.stderr));
    let demanded = demand("0");
    assert!(demanded.status.success(), "{}", text(&demanded.stderr));
    let delivered = people.output("first", &["task", "deliver", "1", "0", &folders[0]]);
    assert!(delivered.status.success(), "{}", text(&delivered.stderr));
    // The posted key gives the same result.
    owners[1] = Program::start(people, "party", "second");
    wait("the result from the chain", || owners[1].has_said("from what was kept here and posted on chain"));
    let told = world.result("second/results/1/result.json");
    assert!((rmse(&told) - ERROR).abs() <= GRID, "{told}");
}
