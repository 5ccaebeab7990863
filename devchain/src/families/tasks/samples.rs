//! Organisations, data sets and grants that a newcomer finds, and one task that was really played by their programs.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use protocol::Address;
use serde_json::{Value, json};
use tasks::{State, TASKS, calls, returns};

use crate::{
    agents::{Agents, Running},
    chain::Chain,
};

/// Organisations that deal; their programs run as long as the network does.
pub const HELPERS: [&str; 2] = ["north-helper", "south-helper"];
/// The organisation with data whose program runs as long as the network does.
pub const PARTY: &str = "clinic";
const INSURER: &str = "insurer";
const INSTITUTE: &str = "institute";

const NAMES: [&str; 10] = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"];
/// 442 patients: 10 measurements and how far their diabetes came in a year (public/datasets/CREDITS.md).
const PATIENTS: &str = include_str!("../../../../mpc/learn/tests/data/diabetes.csv");
/// Who is in which list: 400 patients are in both first ones, the last 22 are new at the clinic.
const AT_CLINIC: std::ops::Range<usize> = 0..420;
const AT_INSURER: std::ops::Range<usize> = 20..442;
const NEW: std::ops::Range<usize> = 420..442;
/// Patients that a list has and no other.
const ONLY_HERE: usize = 22;
/// The longest that the sample task may take.
const PATIENCE: Duration = Duration::from_secs(240);
const COLUMNS: [&str; 12] = ["patient", "age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6", "target"];

/// Numbers from a seed (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// One list: some patients in a random order, and some that nobody else has.
fn table(rows: std::ops::Range<usize>, columns: std::ops::Range<usize>, label: bool, seed: u64) -> String {
    let lines: Vec<&str> = PATIENTS.lines().skip(1).collect();
    let mut numbers = Numbers(seed);
    let known = rows.map(|row| (format!("P-{}", 1_000 + row), row));
    let others = (0..ONLY_HERE).map(|at| (format!("Q-{seed}{at:02}"), at * 19 % lines.len()));
    let mut keyed: Vec<(u64, (String, usize))> = known.chain(others).map(|row| (numbers.next(), row)).collect();
    keyed.sort_unstable();
    let mut csv = format!("patient,{}{}\n", NAMES[columns.clone()].join(","), if label { ",target" } else { "" });
    for (_, (id, row)) in keyed {
        let cells: Vec<&str> = lines[row].split(',').collect();
        let label = if label { format!(",{}", cells[10]) } else { String::new() };
        csv += &format!("{id},{}{label}\n", cells[columns.clone()].join(","));
    }
    csv
}

/// Who takes part.
struct Known {
    clinic: Address,
    institute: Address,
    helpers: [Address; 2],
}

/// Makes all of it. The programs that go on running are started by [`start`].
///
/// # Errors
/// When chain, server or a program refuses.
pub async fn play(chain: &Chain, agents: &Agents, report: &(dyn Fn(&str) + Sync)) -> Result<()> {
    report("organisations that learn together, their data sets and grants");
    let known = join(chain, agents).await?;
    publish(agents).await?;
    let purpose = grants(chain, agents, &known).await?;
    rules(agents, &known, &purpose)?;
    report("a task that their programs play: one model over the columns of two of them");
    let mut running = start(agents)?;
    for name in [INSURER, INSTITUTE] {
        running.push(agents.start(name, "party", &[])?);
    }
    let played = learn(chain, agents, &known, &purpose, &mut running).await;
    for program in running {
        program.stop().await?;
    }
    played
}

/// Starts the programs that run as long as the network does.
///
/// # Errors
/// When one cannot be started.
pub fn start(agents: &Agents) -> Result<Vec<Running>> {
    let mut running = Vec::new();
    for name in HELPERS {
        running.push(agents.start(name, "helper", &[])?);
    }
    running.push(agents.start(PARTY, "party", &[])?);
    Ok(running)
}

async fn join(chain: &Chain, agents: &Agents) -> Result<Known> {
    let from = chain.accounts.iter().rev().nth(1).copied().context("the node has too few accounts")?;
    chain.airdrop(from).await?;
    let mut accounts = Vec::new();
    for (name, title, text, node) in [
        (HELPERS[0], "North Helper", "Deals random numbers for a small fee; sees no data.", "helper"),
        (HELPERS[1], "South Helper", "Deals random numbers for a small fee; sees no data.", "helper"),
        (PARTY, "Harbour Clinic", "A clinic. Its program confirms tasks by rules.", "party"),
        (INSURER, "Harbour Insurance", "Knows how patients fared a year later.", "party"),
        (INSTITUTE, "Harbour Institute", "Asks for models, and has no data.", "party"),
    ] {
        let account = agents.account(chain, from, name).await?;
        let keys = agents.path(name, "keys.json").display().to_string();
        let words = ["org", "join", "--name", title, "--text", text, "--node", node, "--keys", &keys];
        agents.say(name, &words).await?;
        accounts.push(account);
    }
    let [north, south, clinic, _, institute] = accounts[..] else { bail!("five organisations join") };
    Ok(Known { clinic, institute, helpers: [north, south] })
}

/// The three data sets, in the order of their numbers.
async fn publish(agents: &Agents) -> Result<()> {
    let sets = [
        (PARTY, "patients.csv", table(AT_CLINIC, 0..5, false, 1), "Patients of the clinic", None),
        (INSURER, "insured.csv", table(AT_INSURER, 5..10, true, 2), "Insured people and their year", Some("target")),
        (PARTY, "new.csv", table(NEW, 0..5, false, 3), "New patients of the clinic", None),
    ];
    for (name, file, csv, title, label) in sets {
        let csv = agents.write(name, file, &csv)?.display().to_string();
        let keys = agents.path(name, "keys.json").display().to_string();
        let terms = agents.path(name, &format!("{file}.terms.json")).display().to_string();
        let mut words = vec!["data", "describe", &csv, "--keys", &keys, "--name", title, "--key", "patient"];
        words.extend(["--industry", "9", "--per-use", "1", "--per-day", "0.5", "--out", &terms]);
        words.extend(["--text", "Rows are people; the ids are made up."]);
        if let Some(label) = label {
            words.extend(["--label", label]);
        }
        agents.say(name, &words).await?;
        agents.say(name, &["data", "publish", &terms]).await?;
    }
    Ok(())
}

/// Two that are approved, one that is refused with a text, one that waits; answers their purpose.
async fn grants(chain: &Chain, agents: &Agents, known: &Known) -> Result<String> {
    let receiver = known.institute.to_string();
    let words = ["grant", "purpose", "--work", "align,train_linear,predict", "--columns", &COLUMNS.join(",")];
    let more = ["--receivers", &receiver, "--reveals", "metrics,own_coefficients,predictions"];
    let said = agents.say(INSTITUTE, &[&words[..], &more].concat()).await?;
    let purpose = said["purpose"].as_str().context("a purpose has a digest")?.to_owned();
    let terms = |times: u32, until: u64| {
        json!({
            "from": 0, "until": until, "times": times, "tries": 10, "facts": 40, "rows": 1000, "min_rows": 100,
            "digits": 3, "own_coefficients": true,
        })
    };
    let until = chain.now().await? + 365 * 86_400;
    let usual = agents.write(INSTITUTE, "grant.json", &terms(5, until).to_string())?.display().to_string();
    let long = agents.write(INSTITUTE, "long.json", &terms(10_000, until).to_string())?.display().to_string();
    let apply = async |dataset: &str, terms: &str| {
        let said = agents.say(INSTITUTE, &["grant", "apply", dataset, terms, "--purpose", &purpose]).await?;
        Ok::<_, anyhow::Error>(said["grant"].to_string())
    };
    let refused = apply("2", &long).await?;
    let text = "Ten thousand tasks are more than we can look after. Ask for ten.";
    agents.say(INSURER, &["grant", "refuse", &refused, text]).await?;
    for (owner, dataset) in [(PARTY, "1"), (INSURER, "2")] {
        let grant = apply(dataset, &usual).await?;
        agents.say(owner, &["grant", "approve", &grant, "--fee", "1"]).await?;
    }
    apply("3", &usual).await?;
    Ok(purpose)
}

fn rules(agents: &Agents, known: &Known, purpose: &str) -> Result<()> {
    let clinic: Value = json!([
        {"dataset": 1, "file": "patients.csv", "key": "patient", "columns": NAMES[..5]},
        {"dataset": 3, "file": "new.csv", "key": "patient", "columns": NAMES[..5]},
    ]);
    let insurer: Value = json!([
        {"dataset": 2, "file": "insured.csv", "key": "patient", "label": "target", "columns": NAMES[5..]},
    ]);
    let common = json!({
        "helpers": known.helpers, "train": true, "predict": true, "own_coefficients": true, "ids": true,
        "least_rows": 20, "most_facts": 30, "most_bond": "1000000000000000000",
    });
    let with = |more: Value| {
        let mut rules = common.clone();
        if let (Some(rules), Value::Object(more)) = (rules.as_object_mut(), more) {
            rules.extend(more);
        }
        rules.to_string()
    };
    // Whoever tries the network may learn together with the clinic: this is for all of them together.
    let approve = json!({
        "most_times": 500, "most_tries": 1500, "most_facts": 5000, "most_rows": 100_000, "most_seconds": 31_536_000,
        "own_coefficients": true,
    });
    agents.write(PARTY, "rules.json", &with(json!({"data": clinic, "anyone": true, "approve": approve})))?;
    let partners = json!([known.clinic, known.institute]);
    let insurer = json!({"data": insurer, "partners": partners, "purposes": [purpose]});
    agents.write(INSURER, "rules.json", &with(insurer))?;
    agents.write(INSTITUTE, "rules.json", "{\"retries\": 1}").map(drop)
}

/// Publishes the task and waits until all of it is done.
async fn learn(chain: &Chain, agents: &Agents, known: &Known, purpose: &str, running: &mut [Running]) -> Result<()> {
    let spec = json!({
        "version": 1,
        "owners": [{"dataset": 1, "columns": NAMES[..5]}, {"dataset": 2, "columns": NAMES[5..]}],
        "rows": {"common": {"keys": ["patient", "patient"], "declared": [450, 450]}},
        "work": {"train": {
            "label": {"owner": 1, "column": "target"}, "receiver": 2, "reveals": {"own_coefficients": true},
            "metrics": ["rmse", "r2"],
        }},
    });
    let now = chain.now().await?;
    let helpers: Vec<Value> =
        known.helpers.iter().map(|helper| json!({"helper": helper, "per_megabyte": "1000000000000000"})).collect();
    let draft = json!({
        "kind": "train", "waits_for": 0, "reveals_early": true, "model_of": 0,
        "confirm_by": now + 3_600, "start_by": now + 7_200, "max_seconds": 3_600, "facts": 15, "rows": 0,
        "compute_fee": "100000000000000000", "bond": "500000000000000000",
        "helper_budget": "1000000000000000000", "spec": protocol::Digest::ZERO,
        "told": {"min_rows": 100, "digits": 3, "own_coefficients": true},
        "seats": [
            {"grant": 2, "roles": 5, "purpose": purpose}, {"grant": 3, "roles": 11, "purpose": purpose},
            {"grant": 0, "roles": 16, "purpose": purpose},
        ],
        "helpers": helpers,
    });
    let draft = agents.write(INSTITUTE, "draft.json", &draft.to_string())?.display().to_string();
    let spec = agents.write(INSTITUTE, "spec.json", &spec.to_string())?.display().to_string();
    agents.say(INSTITUTE, &["task", "publish", &draft, &spec]).await?;
    let contract = chain.deployment.demand(TASKS)?;
    let begin = Instant::now();
    let results: Vec<_> =
        [PARTY, INSURER, INSTITUTE].iter().map(|name| agents.path(name, "results/1/result.json")).collect();
    loop {
        let task = returns::task(&chain.call(contract, calls::task(1)).await?)
            .map_err(|error| anyhow::anyhow!("the task cannot be read: {error:?}"))?;
        let state = task.context("the task is there")?.state;
        if state == State::Finished && results.iter().all(|result| result.exists()) {
            return Ok(());
        }
        for program in running.iter_mut() {
            program.check()?;
        }
        ensure!(
            begin.elapsed() < PATIENCE,
            "the sample task is {state:?} after {} s; what its programs say is in {}",
            PATIENCE.as_secs(),
            agents.folder.display()
        );
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}
