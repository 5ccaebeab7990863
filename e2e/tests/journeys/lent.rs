//! A training that runs on somebody else's machine: from the table to a model that predicts, and from a killed machine to
//! another one that goes on.

use std::path::{Path, PathBuf};

use anyhow::Result;
use e2e::{Browser, Person, Profile, Stack, Worker};
use protocol::Amount;

/// 0.0001 MDC for a unit.
fn price() -> Amount {
    Amount(Amount::ONE.0 / 10_000)
}

/// Whether pay is promised for more than two checkpoints.
const PROMISED: &str = "const said = /promised ([\\d.]+)/.exec(document.querySelector('#job-units')?.innerText ?? ''); \
                        return !!said && parseFloat(said[1]) > parseFloat(arguments[0]);";

/// What is learned from.
fn table() -> Result<PathBuf> {
    Ok(Path::new(env!("CARGO_MANIFEST_DIR")).join("../public/datasets/breast_cancer.csv").canonicalize()?)
}

/// Chooses the table and types limits, up to the posted job.
async fn posts(person: &Person<'_>, rounds: &str, every: &str) -> Result<()> {
    person.chooses_file("table-file", &table()?).await?;
    let limits =
        [("field-rounds", rounds), ("field-units", "20000"), ("field-every", every), ("field-price", "0.0002")];
    for (field, text) in limits {
        person.fills(field, text).await?;
    }
    Ok(())
}

/// Goes from a form with everything typed to a result that is checked and accepted; answers the model.
async fn hires(person: &Person<'_>, job: u64, quoted: &str) -> Result<Vec<u8>> {
    person.presses("post-job").await?;
    person.sees("Choose who runs it").await?;
    person.presses("ask-quotes").await?;
    person.sees(quoted).await?;
    person.browser.shots("job-quoted").await?;
    person.presses("lock-job").await?;
    person.sees("rows to learn from").await?;
    person.sees("Round 20 of 20").await?;
    // Every part was drawn: each is run again before more is promised, and the last one before the result is taken.
    person.sees("run again in this tab came out the same").await?;
    person.browser.shots("job-running").await?;
    person.presses("get-result").await?;
    person.sees("It is what the provider committed to on chain.").await?;
    person.sees("Right on rows kept for the test").await?;
    person.presses("save-model").await?;
    Ok(std::fs::read(person.browser.downloaded(&format!("job-{job}.onnx")).await?)?)
}

#[tokio::test]
async fn a_recipe_trains_in_another_tab_and_natively_to_the_same_model_which_predicts() -> Result<()> {
    let stack = Stack::start().await?;
    let [_, client, provider, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
    stack.chain.fund(client).await?;
    stack.chain.fund(provider).await?;
    let (theirs, profile) = (Profile::fresh()?, Profile::fresh()?);
    let lending = Browser::open(&theirs, &[]).await?;
    let lender = Person::new(&lending, &stack);
    lender.visit("/lend").await?;
    lender.connects(provider).await?;
    for (field, text) in [("lend-price", "0.0001"), ("lend-deposit", "10"), ("lend-cpu", "90")] {
        lender.fills(field, text).await?;
    }
    lender.presses("lend-machine").await?;
    lender.sees("No posted job fits at the moment.").await?;

    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    person.visit("/jobs/new").await?;
    person.connects(client).await?;
    posts(&person, "20", "200").await?;
    person.fills("field-audits", "100").await?;
    person.sees("1 provider could run it").await?;
    browser.shots("recipe-new").await?;
    let in_a_tab = hires(&person, 1, "Quotes 0.0001 MDC a unit, 2 MDC").await?;
    browser.shots("job-result").await?;
    person.presses("accept-result").await?;
    person.sees("It is done: ").await?;
    person.presses("claim-part").await?;
    person.sees("Not used, collected by the client").await?;
    person.sees("Pay, collected by the provider").await?;
    lender.sees("Paid").await?;
    lending.quit().await?;

    // The same job on a native provider.
    let mut worker = Worker::joins(&stack, price()).await?;
    worker.lends(&stack)?;
    person.visit("/jobs/new").await?;
    posts(&person, "20", "200").await?;
    person.fills("field-audits", "0").await?;
    person.fills("field-provider", &worker.account.to_string()).await?;
    person.sees("1 provider could run it").await?;
    person.presses("post-job").await?;
    person.presses("ask-quotes").await?;
    person.presses("lock-job").await?;
    person.sees("Round 20 of 20").await?;
    person.presses("get-result").await?;
    person.sees("It is what the provider committed to on chain.").await?;
    person.presses("save-model").await?;
    let natively = std::fs::read(browser.downloaded("job-2.onnx").await?)?;
    assert_eq!(in_a_tab, natively);
    let (book, _) = stack.chain.job_book().await?;
    let [Some(one), Some(two)] = [1, 2].map(|id| book.job(id)?.run.as_ref()) else { panic!("both were run") };
    assert_eq!((one.units, one.log_head), (two.units, two.log_head));

    // Straight to a prediction.
    person.presses("run-model").await?;
    person.sees("Ask the model").await?;
    browser.shots("job-model").await?;
    person.presses("way-table").await?;
    person.chooses_file("table-file", &table()?).await?;
    person.presses("predict-table").await?;
    person.sees("569 rows in").await?;
    browser.quit().await
}

#[tokio::test]
async fn a_killed_provider_and_the_one_that_goes_on_are_both_paid_their_parts() -> Result<()> {
    let stack = Stack::start().await?;
    let client = stack.chain.accounts[1];
    stack.chain.fund(client).await?;
    let mut first = Worker::joins(&stack, price()).await?;
    first.lends(&stack)?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);

    person.visit("/jobs/new").await?;
    person.connects(client).await?;
    posts(&person, "400", "100").await?;
    person.presses("post-job").await?;
    person.presses("ask-quotes").await?;
    person.presses("lock-job").await?;
    person.until("pay for two checkpoints to be promised", PROMISED, "0.02").await?;
    first.is_killed().await?;
    person.presses("stop-job").await?;
    person.sees("You stopped it.").await?;
    browser.shots("job-stopped").await?;

    // Another machine goes on from the last checkpoint.
    let mut second = Worker::joins(&stack, price()).await?;
    second.lends(&stack)?;
    person.presses("go-on-elsewhere").await?;
    person.sees("2 providers could run it").await?;
    person.fills("field-provider", &second.account.to_string()).await?;
    person.sees("1 provider could run it").await?;
    browser.shots("job-goes-on").await?;
    person.presses("post-job").await?;
    person.sees("Job 2").await?;
    person.presses("ask-quotes").await?;
    person.presses("lock-job").await?;
    person.sees("The model is written").await?;
    person.presses("get-result").await?;
    person.sees("It is what the provider committed to on chain.").await?;
    person.presses("accept-result").await?;
    person.sees("It is done: ").await?;

    // The first one comes back, hears that it is over, and takes what was promised.
    first.lends(&stack)?;
    person.presses("back-to-jobs").await?;
    person.follows("/jobs/1").await?;
    person.sees("It stopped before all of it was computed: ").await?;
    person.sees("Pay, collected by the provider").await?;
    browser.shots("job-part").await?;
    browser.quit().await?;

    let (book, _) = stack.chain.job_book().await?;
    let [one, two] = &book.jobs[..] else { panic!("two jobs were posted") };
    assert!(one.units_paid() >= 200, "{one:?}");
    // What ran before the checkpoint is paid once.
    assert!(two.units_paid() > 0 && two.run.as_ref().is_some_and(|run| run.provider == second.account), "{two:?}");
    Ok(())
}
