//! A result that is wrong: challenged in the page, judged by a native juror, and its provider slashed.

use anyhow::{Context, Result};
use e2e::{Browser, Person, Profile, Stack, Worker};
use jobs::{ESCALATE_WINDOW, Offer, Quote, REVEAL_WINDOW, calls, kind, typed_data};
use protocol::{Amount, Digest};

/// One step of a little more than a unit.
const STEP: &str = r#"(module
    (memory (export "memory") 1 1)
    (func (export "step") (result i32) (local $i i32)
        (local.set $i (i32.const 200000))
        (loop $again (br_if $again (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
        (i32.const 0)))"#;

#[tokio::test]
async fn a_wrong_result_is_challenged_and_slashed_and_the_client_has_its_money_back() -> Result<()> {
    let stack = Stack::start().await?;
    let [_, client, liar, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
    stack.chain.fund(client).await?;
    stack.chain.fund_for_jobs(liar).await?;
    let price = Amount(Amount::ONE.0 / 1_000);
    let offer =
        Offer { price, kinds: 1 << kind::MODULE, memory_mib: 1_024, units_per_second: 50, details: Digest::ZERO };
    stack.chain.lend(liar, Amount::mdc(30), &offer).await?;
    let mut juror = Worker::joins(&stack, price).await?;
    juror.lends(&stack)?;

    let folder = tempfile::TempDir::new()?;
    let module = folder.path().join("step.wasm");
    std::fs::write(&module, wat::parse_str(STEP)?)?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    person.visit("/jobs/new").await?;
    person.connects(client).await?;
    person.finds("//select[@id='field-kind']").await?.send_keys("Module").await?;
    person.finds("//select[@id='field-jurors']").await?.send_keys("1").await?;
    person.chooses_file("module-file", &module).await?;
    for (field, text) in
        [("field-units", "100"), ("field-every", "100"), ("field-memory", "64"), ("field-price", "0.001")]
    {
        person.fills(field, text).await?;
    }
    person.sees("2 providers could run it").await?;
    person.presses("post-job").await?;
    person.sees("Choose who runs it").await?;

    // Who has the job has not run it, and says what it likes.
    let (chain, id) = (&stack.chain, 1);
    let terms = chain.job_book().await?.0.job(id).context("it is posted")?.terms;
    chain.approve(client, chain.deployment.demand(jobs::JOBS)?).await?;
    let quote = Quote { provider: liar, price, units: terms.units, expiry: chain.now().await? + 600, nonce: 0 };
    chain.lock_job(client, id, &terms, &quote).await?;
    chain.on_jobs(liar, calls::start(id)).await?;
    let salt = Digest([5; 32]);
    let result = typed_data::commitment(id, 0, liar, typed_data::answer(Digest([1; 32]), 50), salt);
    chain.on_jobs(liar, calls::submit(id, result, Digest([8; 32]), 50, Digest::ZERO)).await?;

    person.sees("Whoever finds it wrong can challenge it under a bond").await?;
    browser.shots("job-to-challenge").await?;
    person.presses("challenge-result").await?;
    person.presses("draw-jurors").await?;
    person.sees("has answered").await?;
    browser.shots("job-judged").await?;
    // Whoever comes first closes it then: here the juror’s program, whose deposit is freed by it.
    chain.pass(REVEAL_WINDOW + ESCALATE_WINDOW).await?;
    person.sees("The result was wrong: 0.1 MDC back to the client, and the provider lost its stake.").await?;
    person.presses("claim-part").await?;
    person.presses("collect-owed").await?;
    browser.shots("job-slashed").await?;
    person.until("all to be collected", "return !document.getElementById(arguments[0])", "collect-owed").await?;
    browser.quit().await?;
    let stands =
        jobs::returns::provider(&chain.call(chain.deployment.demand(jobs::JOBS)?, calls::provider(liar)).await?)?;
    assert!(stands.deposit < Amount::mdc(30), "its stake is gone");
    Ok(())
}
