//! A data owner that has only the program `agent` follows README.md, word for word, and learns together with an owner and a
//! requester who sit in front of the page.

use std::{
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use directory::{GRANTS, GrantTerms, Purpose, Reveal, Work, calls as directory_calls};
use e2e::{Agent, Browser, PATIENCE, Person, Profile, Stack};
use protocol::{Address, Amount};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::{
    learning::{Training, confirms, grants, joins, publishes_training, table},
    three::is_told_the_error,
};

const README: &str = include_str!("../../../README.md");

/// What stands in README.md between these marks under the heading, piece by piece.
fn readme(kind: &str) -> Vec<String> {
    let section = README.split("### On a chain").nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap_or_default();
    let begin = format!("```{kind}\n");
    let pieces = section.split(begin.as_str()).skip(1).filter_map(|rest| rest.split("```").next());
    pieces.map(str::to_owned).collect()
}

/// One shell of somebody who has the program and a table.
struct Newcomer {
    folder: TempDir,
    server: String,
}

impl Newcomer {
    /// A shell that has read everything up to a piece, of which only the exports are done again.
    fn shell(&self, commands: &str) -> Command {
        let [exports, ..] = &readme("sh")[..] else { panic!("README.md has commands") };
        let exports: Vec<&str> = exports.lines().map(str::trim).filter(|line| line.starts_with("export ")).collect();
        let given = "export MODELMARKET_SERVER=http://127.0.0.1:8080";
        assert!(exports.contains(&given), "README.md names a server: {exports:?}");
        let commands: String = format!("{}\n{commands}", exports.join("\n"));
        let commands = commands.replace(given, &format!("export MODELMARKET_SERVER={}", self.server));
        let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/debug");
        let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap_or_default());
        let mut shell = Command::new("sh");
        shell.args(["-e", "-c", &commands]).current_dir(self.folder.path()).env("PATH", path);
        shell.stdin(Stdio::null()).kill_on_drop(true);
        shell
    }

    async fn pastes(&self, commands: &str) -> Result<String> {
        let output = self.shell(commands).output().await?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        ensure!(output.status.success(), "{commands}: {said} {}", String::from_utf8_lossy(&output.stderr));
        Ok(said)
    }

    fn file(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// Waits for a file of JSON.
    async fn json_of(&self, name: &str) -> Result<Value> {
        let since = Instant::now();
        loop {
            if let Ok(text) = std::fs::read(self.file(name)) {
                return Ok(serde_json::from_slice(&text)?);
            }
            if since.elapsed() > PATIENCE {
                bail!("waited in vain for {name}");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// Coins for fees and bonds, as somebody sends them.
async fn sends_coins(stack: &Stack, to: Address) -> Result<()> {
    let payer = *stack.chain.accounts.first().context("the node has accounts")?;
    let sent = json!([{"from": payer, "to": to, "value": "0xde0b6b3a7640000"}]);
    stack.chain.request("eth_sendTransaction", sent).await?;
    stack.chain.fund(payer).await?;
    let coin = stack.chain.coin_address()?;
    stack.chain.send(payer, coin, coin::calls::transfer(to, Amount::mdc(10))).await?;
    Ok(())
}

/// The requester asks for a grant within what the rules of README.md approve.
async fn applies(stack: &Stack, requester: Address) -> Result<()> {
    let columns = ["patient", "age", "sex", "bmi", "bp", "s1"].map(str::to_owned).to_vec();
    let purpose = Purpose::new(vec![Work::Align, Work::TrainLinear], columns, vec![requester], vec![Reveal::Metrics]);
    let (file, purpose) = purpose.write()?;
    devchain::publish::Publisher::sign_in(&stack.chain, &stack.url, requester).await?.put(file).await?;
    let terms = GrantTerms {
        from: 0,
        until: stack.chain.now().await? + 86_400,
        times: 3,
        tries: 5,
        facts: 20,
        rows: 0,
        min_rows: 100,
        digits: 3,
        own_coefficients: false,
    };
    let contract = stack.chain.deployment.demand(GRANTS)?;
    stack.chain.send(requester, contract, directory_calls::grants::apply_for(1, purpose, &terms)).await?;
    Ok(())
}

/// The rules of README.md with the accounts of these people.
fn rules(partners: [Address; 2], helper: Address) -> Result<Value> {
    let [rules] = &readme("json")[..] else { bail!("README.md has rules") };
    let mut rules: Value = serde_json::from_str(rules)?;
    for (name, accounts) in [("partners", partners.to_vec()), ("helpers", vec![helper])] {
        let named = rules[name].as_array().map(Vec::len);
        ensure!(named == Some(accounts.len()), "README.md names as many {name}");
        rules[name] = json!(accounts);
    }
    Ok(rules)
}

#[tokio::test]
async fn an_owner_with_only_the_program_follows_the_readme_and_learns_with_tabs() -> Result<()> {
    let stack = Stack::start().await?;
    let [_, _, second, requester, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
    let mut helper = Agent::join(&stack).await?;
    for account in [second, requester] {
        stack.chain.fund(account).await?;
        joins(&stack, account).await?;
    }

    let newcomer = Newcomer { folder: TempDir::new()?, server: stack.url.clone() };
    let [keys, join, publish, watch] = &readme("sh")[..] else { bail!("README.md has four pieces of commands") };
    let said = newcomer.pastes(keys).await?;
    // The last thing that is printed is the account.
    let account: Value = serde_json::from_str(&said[said.rfind('{').context("an account is printed")?..])?;
    let account: Address = account["address"].as_str().context("an account has an address")?.parse()?;
    sends_coins(&stack, account).await?;
    newcomer.pastes(join).await?;
    std::fs::copy(table("clinic.csv"), newcomer.file("clinic/patients.csv"))?;
    let said = newcomer.pastes(publish).await?;
    ensure!(said.contains("\"dataset\": 1"), "{said}");
    applies(&stack, requester).await?;
    grants(&stack, second, requester, 2, true).await?;
    let rules = rules([second, requester], helper.account)?;
    std::fs::write(newcomer.file("clinic/rules.json"), serde_json::to_vec_pretty(&rules)?)?;
    let log = std::fs::File::create(newcomer.file("said"))?;
    let _watching: Child =
        newcomer.shell(&format!("exec {}", watch.trim())).stdout(log.try_clone()?).stderr(log).spawn()?;

    let done = learns(&stack, &newcomer, &mut helper, [second, requester]).await;
    done.with_context(|| std::fs::read_to_string(newcomer.file("said")).unwrap_or_default())
}

/// The two others in front of the page, to the signed end.
async fn learns(
    stack: &Stack,
    newcomer: &Newcomer,
    helper: &mut Agent,
    [second, requester]: [Address; 2],
) -> Result<()> {
    let profiles = [Profile::fresh()?, Profile::fresh()?];
    let browsers = [Browser::open(&profiles[0], &[]).await?, Browser::open(&profiles[1], &[]).await?];
    let [laboratory, asks] = [0, 1].map(|at: usize| Person::new(&browsers[at], stack));
    let helpers = [helper.account];
    let training = Training { own: false, first_is_described: true, ..Training::by(&helpers) };
    publishes_training(&asks, requester, training).await?;
    helper.helps(stack)?;
    confirms(1, &[(&laboratory, second, Some("laboratory.csv")), (&asks, requester, None)]).await?;
    // Its program draws by itself; who asks starts.
    asks.presses("start-task").await?;
    for person in [&laboratory, &asks] {
        person.presses("join-run").await?;
    }
    for person in [&asks, &laboratory] {
        person.sees("It is finished, signed by all seats.").await?;
    }
    asks.sees("What you were told is what all seats have signed").await?;
    is_told_the_error(&asks).await?;
    let result = newcomer.json_of("clinic/results/1/result.json").await?;
    ensure!(result["rows"] == 358 && result["told"] == json!([]), "{result}");
    ensure!(newcomer.json_of("clinic/results/1/model.json").await?.is_object(), "a half of the model");
    let [one, two] = browsers;
    one.quit().await?;
    two.quit().await
}
