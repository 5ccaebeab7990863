//! A training that runs on somebody else's machine: from the table to a model that predicts, and from a killed machine to
//! another one that goes on.

use std::path::Path;

use anyhow::Result;
use e2e::{Browser, Person, Profile, Stack, Worker};
use protocol::Amount;

/// 0.0001 MDC for a unit.
fn price() -> Amount {
    Amount(Amount::ONE.0 / 10_000)
}

#[tokio::test]
async fn a_recipe_trains_on_a_native_provider_and_its_model_predicts() -> Result<()> {
    let stack = Stack::start().await?;
    let client = stack.chain.accounts[1];
    stack.chain.fund(client).await?;
    let mut worker = Worker::joins(&stack, price()).await?;
    worker.lends(&stack)?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);

    person.visit("/jobs/new").await?;
    person.connects(client).await?;
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("../public/datasets/breast_cancer.csv");
    person.chooses_file("table-file", &table.canonicalize()?).await?;
    for (field, text) in
        [("field-rounds", "20"), ("field-units", "20000"), ("field-every", "200"), ("field-price", "0.0002")]
    {
        person.fills(field, text).await?;
    }
    person.sees("1 provider could run it").await?;
    browser.shots("recipe-new").await?;
    person.presses("post-job").await?;
    person.sees("Choose who runs it").await?;
    person.presses("ask-quotes").await?;
    person.sees("Quotes 0.0001 MDC a unit, 2 MDC").await?;
    browser.shots("job-quoted").await?;
    person.presses("lock-job").await?;
    person.sees("Read 45").await?;
    person.sees("Round 1 of 20").await?;
    browser.shots("job-running").await?;
    person.presses("get-result").await?;
    person.sees("It is what the provider committed to on chain.").await?;
    person.sees("Right on rows kept for the test").await?;
    browser.shots("job-result").await?;
    person.presses("accept-result").await?;
    person.sees("It is done: ").await?;
    person.presses("claim-part").await?;
    person.sees("Not used, claimed back by the client").await?;
    person.sees("Pay, claimed by the provider").await?;

    // Straight to a prediction.
    person.presses("run-model").await?;
    person.sees("Ask the model").await?;
    browser.shots("job-model").await?;
    browser.quit().await
}
