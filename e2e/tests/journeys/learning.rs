//! Two data owners and a requester learn together, each in a browser of its own, with a native helper.

use std::{path::PathBuf, time::Instant};

use anyhow::{Context, Result};
use devchain::publish::Publisher;
use directory::{
    DATASETS, DIRECTORY, DatasetTerms, GRANTS, GrantTerms, Purpose, Reveal, Work, calls as directory_calls,
};
use e2e::{Agent, Person, Stack};
use mpc_task::public_key;
use protocol::{Address, Amount, Digest, commitment::Secret};

use crate::{
    steps,
    three::{Three, is_told_the_error, seats},
};

/// By numpy, on the 358 patients that both owners have: the root of the mean squared error, and the standardised
/// coefficients of both owners' columns.
pub const RMSE: f64 = 55.181_748;
const CLINIC: [f64; 5] = [0.010893, -0.143215, 0.321605, 0.175716, -0.340882];
/// And what the model says of four patients.
pub const PREDICTIONS: [(&str, f64); 4] =
    [("P-043", 143.825), ("P-100", 134.954), ("P-250", 240.360), ("P-400", 188.874)];
/// Half a unit of three digits, and what is computed on the way.
pub const GRID: f64 = 0.125;

pub fn table(name: &str) -> PathBuf {
    steps::datasets().join("learn").join(name)
}

/// Joins the directory as the page would: the key comes from the account's signature.
pub async fn joins(stack: &Stack, account: Address) -> Result<()> {
    let contract = stack.chain.deployment.demand(DIRECTORY)?;
    let request = directory::key_request(contract, account, 1).typed_data(stack.chain.deployment.chain_id);
    let signature = stack.chain.sign_typed(account, &request).await?;
    let secret = Secret::from_signature(&signature)?.salt();
    let key = public_key(&Digest(secret)).context("any secret has a key")?;
    let profile = Digest::of(b"profile");
    stack.chain.send(account, contract, directory_calls::directory::join(profile, key)).await?;
    Ok(())
}

/// Publishes a data set, has the requester apply and the owner approve; data sets and grants have the same numbers here.
pub async fn grants(stack: &Stack, owner: Address, requester: Address, number: u64, labelled: bool) -> Result<()> {
    let chain = &stack.chain;
    let columns: &[&str] = match labelled {
        false => &["patient", "age", "sex", "bmi", "bp", "s1"],
        true => &["patient", "s2", "s3", "s4", "s5", "s6", "target"],
    };
    let columns = columns.iter().map(|name| (*name).to_owned()).collect();
    let work = vec![Work::Align, Work::TrainLinear, Work::Predict];
    let reveals = vec![Reveal::Metrics, Reveal::OwnCoefficients, Reveal::Predictions];
    let (file, purpose) = Purpose::new(work, columns, vec![requester], reveals).write()?;
    Publisher::sign_in(chain, &stack.url, requester).await?.put(file).await?;
    let (datasets, grants) = (chain.deployment.demand(DATASETS)?, chain.deployment.demand(GRANTS)?);
    let terms = DatasetTerms {
        metadata: Digest::of(b"metadata"),
        data_root: Digest::of(b"rows"),
        id_root: Digest::of(b"ids"),
        rows: 400,
        columns: 6,
        industry: 8,
        labelled,
        price_per_use: Amount::ZERO,
        price_per_day: Amount::ZERO,
    };
    chain.send(owner, datasets, directory_calls::datasets::publish(&terms)).await?;
    let terms = GrantTerms {
        from: 0,
        // Longer than keys can be demanded, so that a task can be run again.
        until: chain.now().await? + 8 * 86_400,
        times: 3,
        tries: 5,
        facts: 40,
        rows: 1_000,
        min_rows: 100,
        digits: 3,
        own_coefficients: true,
    };
    chain.send(requester, grants, directory_calls::grants::apply_for(number, purpose, &terms)).await?;
    chain.send(owner, grants, directory_calls::grants::approve(number, Amount::mdc(1))).await?;
    Ok(())
}

/// Chooses in a select by its value.
pub async fn picks(person: &Person<'_>, id: &str, value: &str) -> Result<()> {
    person.finds(&format!("//select[@id='{id}']/option[@value='{value}']")).await?;
    let script = "const select = document.getElementById(arguments[0]); select.value = arguments[1]; \
                  select.dispatchEvent(new Event('change', {bubbles: true}));";
    person.browser.driver.execute(script, vec![id.into(), value.into()]).await?;
    Ok(())
}

pub async fn ticks(person: &Person<'_>, id: &str) -> Result<()> {
    person.finds(&format!("//input[@id='{id}']")).await?.click().await?;
    Ok(())
}

/// The numbers told to a seat, in their order.
pub async fn told(person: &Person<'_>, seat: u8) -> Result<Vec<f64>> {
    person.finds(&format!("//*[@id='told-{seat}']")).await?;
    let script = "return [...document.querySelectorAll(arguments[0])].map((e) => e.innerText)";
    let all = person.browser.driver.execute(script, vec![format!("#told-{seat} .numbers dd").into()]).await?;
    let all: Vec<String> = all.convert()?;
    all.iter().map(|text| text.parse().context("a number")).collect()
}

/// An owner accepts all helpers that the requester names, none of which is accepted before.
async fn accepts_helpers(owner: &Person<'_>) -> Result<()> {
    owner.sees("Tick at least one helper.").await?;
    assert!(owner.finds("//button[@id='confirm']").await?.attr("disabled").await?.is_some(), "nobody is accepted yet");
    let script = "document.querySelectorAll('#accepted-helpers input:not(:checked)').forEach((box) => box.click())";
    owner.browser.driver.execute(script, Vec::new()).await?;
    owner.sees_no_more("Tick at least one helper.").await
}

/// Confirms all seats, each in its own browser. Owners accept every helper; an alignment alone has none.
pub async fn confirms(task: u64, seats: &[(&Person<'_>, Address, Option<&str>)]) -> Result<()> {
    for (person, account, file) in seats {
        person.visit(&format!("/task/{task}")).await?;
        person.connects(*account).await?;
        person.sees("Confirm seat").await?;
        if let Some(file) = file {
            person.chooses_file("seat-table", &table(file)).await?;
            person.sees("400 rows fit this task.").await?;
        }
        ticks(person, "read-leaks").await?;
        if file.is_some() && person.is_shown("accepted-helpers").await? {
            accepts_helpers(person).await?;
        }
        if task == 1 && file.is_some() {
            person.browser.shots("learn-confirm").await?;
        }
        person.presses("confirm").await?;
        person.finds_no_more("confirm").await?;
    }
    Ok(())
}

/// The requester, who has the last seat, draws and starts; all join. Answers when it was started.
pub async fn begins(seats: &[(&Person<'_>, Address, Option<&str>)]) -> Result<Instant> {
    let (asks, ..) = seats.last().context("there are seats")?;
    asks.presses("draw-helper").await?;
    asks.presses("start-task").await?;
    let started = Instant::now();
    for (person, ..) in seats {
        person.presses("join-run").await?;
    }
    Ok(started)
}

/// From confirmations to the signed end.
pub async fn runs(task: u64, seats: &[(&Person<'_>, Address, Option<&str>)]) -> Result<()> {
    confirms(task, seats).await?;
    let started = begins(seats).await?;
    for (at, (person, account, _)) in seats.iter().rev().enumerate() {
        person.sees("It is finished, signed by all seats.").await?;
        if at == 0 {
            // `cargo xtask bench private` reads it.
            println!("from start to finished: {:.1} s", started.elapsed().as_secs_f64());
        }
        person.sees_no_more("The keys of the results are exchanged").await?;
        // What was told is kept, also over a reload.
        person.visit(&format!("/task/{task}")).await?;
        person.connects(*account).await?;
        person.sees("What you were told is what all seats have signed").await?;
    }
    Ok(())
}

/// Two owners with a grant each for the requester, and a helper; all in the directory.
pub async fn prepared(stack: &Stack) -> Result<([Address; 3], Agent)> {
    let [_, first, second, requester, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
    let helper = Agent::join(stack).await?;
    for account in [first, second, requester] {
        stack.chain.fund(account).await?;
        joins(stack, account).await?;
    }
    grants(stack, first, requester, 1, false).await?;
    grants(stack, second, requester, 2, true).await?;
    Ok(([first, second, requester], helper))
}

/// What a requester asks for.
pub struct Training<'h> {
    pub helpers: &'h [Address],
    /// Owners are told the coefficients of their own columns.
    pub own: bool,
    /// The wizard chooses the first owner's columns, by what it says of its data set; otherwise they are typed.
    pub first_is_described: bool,
}

impl<'h> Training<'h> {
    /// With own coefficients, of data sets of which nothing is said.
    pub fn by(helpers: &'h [Address]) -> Self {
        Self { helpers, own: true, first_is_described: false }
    }
}

/// The requester says what is to be learned; nothing can be signed before every rule is kept.
pub async fn publishes_training(asks: &Person<'_>, requester: Address, training: Training<'_>) -> Result<()> {
    asks.visit("/learn").await?;
    asks.connects(requester).await?;
    asks.presses("new-task").await?;
    asks.sees("Choose the grant of the first owner.").await?;
    picks(asks, "grant-1", "1").await?;
    picks(asks, "grant-2", "2").await?;
    if training.first_is_described {
        // What the grant covers is chosen already.
        let chosen = "return document.getElementById('key-1')?.value === 'patient' && \
                      document.querySelectorAll('#columns-1 input:checked').length === 5";
        asks.until("the key and five columns of the first owner", chosen, "").await?;
    } else {
        asks.fills("key-1", "patient").await?;
        asks.fills("columns-1", "age, sex, bmi, bp, s1").await?;
    }
    for (id, text) in [("key-2", "patient"), ("columns-2", "s2, s3, s4, s5, s6"), ("field-label", "target")] {
        asks.fills(id, text).await?;
    }
    if training.own {
        ticks(asks, "tick-own").await?;
    }
    asks.sees("Name at least one candidate for helper.").await?;
    for helper in training.helpers {
        ticks(asks, &format!("helper-{helper}")).await?;
    }
    asks.sees("Every rule that can be looked at before is kept.").await?;
    asks.browser.shots("learn-new").await?;
    asks.presses("publish-task").await?;
    // A seat that a program watches may have confirmed already.
    asks.sees("of 3 seats to confirm.").await?;
    Ok(())
}

#[tokio::test]
async fn two_owners_and_a_requester_train_a_model_that_stays_shared() -> Result<()> {
    let stack = Stack::start().await?;
    let ([first, second, requester], mut helper) = prepared(&stack).await?;
    let three = Three::open().await?;
    let people = three.people(&stack);
    let [clinic, laboratory, asks] = &people;

    publishes_training(asks, requester, Training::by(&[helper.account])).await?;
    helper.helps(&stack)?;
    let seats = seats(&people, [first, second, requester]);
    runs(1, &seats).await?;

    // What was told to whom.
    is_told_the_error(asks).await?;
    let own = told(clinic, 0).await?;
    assert_eq!(own.len(), CLINIC.len());
    for (got, right) in own.iter().zip(CLINIC) {
        assert!((got - right).abs() < 1e-4, "{own:?}, and {CLINIC:?} is right");
    }
    assert_eq!(told(laboratory, 1).await?.len(), 6, "its own columns and the intercept");
    three.browsers[2].shots("learn-finished").await?;
    three.browsers[0].shots("learn-finished-owner").await?;

    // The model predicts rows that only the requester reads.
    asks.visit("/learn/new").await?;
    asks.presses("process-predict").await?;
    picks(asks, "model-of", "1").await?;
    picks(asks, "grant-1", "1").await?;
    picks(asks, "grant-2", "2").await?;
    for id in ["key-1", "key-2"] {
        asks.fills(id, "patient").await?;
    }
    ticks(asks, &format!("helper-{}", helper.account)).await?;
    asks.sees("Every rule that can be looked at before is kept.").await?;
    three.browsers[2].shots("learn-new-prediction").await?;
    asks.presses("publish-task").await?;
    asks.sees("Waits for 3 of 3 seats to confirm.").await?;
    runs(2, &seats).await?;
    clinic.sees("Nothing: the numbers are for other seats.").await?;
    laboratory.sees("Nothing: the numbers are for other seats.").await?;
    asks.presses("download-csv").await?;
    let csv = std::fs::read_to_string(three.browsers[2].downloaded("predictions.csv").await?)?;
    let rows: Vec<(&str, f64)> = csv
        .lines()
        .skip(1)
        .map(|line| {
            let (id, number) = line.split_once(',').expect("an id and a number");
            (id, number.parse().expect("a number"))
        })
        .collect();
    assert_eq!(rows.len(), 358);
    for (id, right) in PREDICTIONS {
        let got = rows.iter().find(|(one, _)| *one == id).expect("a common patient").1;
        assert!((got - right).abs() < 0.3, "{id}: {got}, and {right} is right");
    }
    three.browsers[2].shots("learn-predicted").await?;
    asks.visit("/learn").await?;
    asks.sees("No task here").await?;
    three.browsers[2].shots("learn-runs").await?;
    three.quit().await
}

/// The second journey: a tab is closed in the middle and opened again, and the run goes on to the same result.
#[tokio::test]
async fn a_tab_that_is_closed_in_the_middle_and_opened_again_goes_on() -> Result<()> {
    let stack = Stack::start().await?;
    let ([first, second, requester], mut helper) = prepared(&stack).await?;
    let three = Three::open().await?;
    let people = three.people(&stack);
    let [_, laboratory, asks] = &people;
    publishes_training(asks, requester, Training::by(&[helper.account])).await?;
    helper.helps(&stack)?;
    let seats = seats(&people, [first, second, requester]);
    confirms(1, &seats).await?;
    begins(&seats).await?;
    // As soon as the seat does something, its tab is gone.
    laboratory.sees("Running").await?;
    three.browsers[1].driver.goto("about:blank").await?;
    laboratory.visit("/task/1").await?;
    laboratory.connects(second).await?;
    // Where it had signed before, there is nothing left to join for.
    let since = Instant::now();
    while !laboratory.is_seeing("It is finished").await? && since.elapsed() < std::time::Duration::from_secs(60) {
        if laboratory.is_seeing("Join with seat 2").await? {
            laboratory.presses("join-run").await?;
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    asks.sees("It is finished, signed by all seats.").await?;
    asks.sees("What you were told is what all seats have signed").await?;
    is_told_the_error(asks).await?;
    three.quit().await
}
