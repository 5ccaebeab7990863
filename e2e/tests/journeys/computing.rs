//! Compute jobs in the page: a result is accepted and paid, the network is counted anew from the chain, a job is posted after who
//! fits was shown, and withdrawn.

use anyhow::Result;
use e2e::{Browser, Person, Profile, Stack};
use jobs::{Files, Offer, Quote, Terms, calls, kind, typed_data};
use protocol::{Address, Amount, Digest, cid::Cid};

const UNITS: u64 = 1_000;

/// 0.001 MDC for a unit.
fn price() -> Amount {
    Amount(Amount::ONE.0 / 1_000)
}

/// A job of a client that a provider has run: 400 of 1,000 units, submitted.
async fn submitted(stack: &Stack, client: Address, provider: Address) -> Result<u64> {
    let chain = &stack.chain;
    for account in [client, provider] {
        chain.fund_for_jobs(account).await?;
    }
    let offer = Offer {
        price: price(),
        kinds: 1 << kind::MODULE | 1 << kind::RECIPE,
        memory_mib: 1_024,
        units_per_second: 50,
        details: Digest::ZERO,
    };
    chain.lend(provider, Amount::mdc(30), &offer).await?;
    let files = Files {
        workload: Cid::of_block(b"module").to_string(),
        inputs: Cid::of_block(b"inputs").to_string(),
        resumed: String::new(),
    };
    let now = chain.now().await?;
    let terms = Terms {
        kind: kind::RECIPE,
        jurors: 1,
        memory_mib: 512,
        audit_rate: 500,
        max_seconds: 3_600,
        window: 3_600,
        deadline: now + 2 * 3_600,
        units: UNITS,
        every: UNITS,
        highest_price: price(),
        stake: Amount(4 * price().0 * u128::from(UNITS)),
        files: typed_data::files(&files),
    };
    let job = chain.post_job(client, &terms, &files).await?;
    let quote = Quote { provider, price: price(), units: UNITS, expiry: now + 600, nonce: 0 };
    chain.lock_job(client, job, &terms, &quote).await?;
    chain.on_jobs(provider, calls::start(job)).await?;
    chain.on_jobs(provider, calls::submit(job, Digest([7; 32]), Digest([8; 32]), 400, Digest([9; 32]))).await?;
    Ok(job)
}

#[tokio::test]
async fn a_result_is_accepted_and_paid_and_the_network_is_counted_anew() -> Result<()> {
    let stack = Stack::start().await?;
    let [_, client, provider, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
    let job = submitted(&stack, client, provider).await?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);

    person.visit("/work").await?;
    person.connects(client).await?;
    person.sees("Accept the result, or challenge it").await?;
    person.visit("/jobs").await?;
    person.sees("Result to look at").await?;
    browser.shots("jobs").await?;
    person.visit(&format!("/jobs/{job}")).await?;
    person.connects(client).await?;
    person.sees("0.4 MDC for 400 units to the provider, 0.6 MDC back to the client").await?;
    browser.shots("job-submitted").await?;
    person.presses("accept-result").await?;
    person.sees("It is done: 0.4 MDC for the provider, 0.6 MDC back to the client.").await?;
    person.presses("claim-part").await?;
    person.sees("Not used, collected by the client").await?;
    browser.shots("job-paid").await?;

    person.visit("/network").await?;
    person.sees("1 of 1 takes jobs").await?;
    person.presses("recount").await?;
    person.sees("The server told the truth: counting 1 job ").await?;
    person.sees("collected 0.6 MDC").await?;
    browser.shots("network").await?;

    person.visit("/lend").await?;
    person.connects(provider).await?;
    person.sees("Your machine").await?;
    person.sees("0.4 MDC").await?;
    browser.shots("lend").await?;
    browser.quit().await
}

#[tokio::test]
async fn who_fits_is_shown_before_a_job_is_posted_and_why_nobody_does() -> Result<()> {
    let stack = Stack::start().await?;
    let [_, client, provider, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
    submitted(&stack, client, provider).await?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    person.visit("/jobs/new").await?;
    person.connects(client).await?;
    person.finds("//select[@id='field-kind']").await?.send_keys("Module").await?;
    person.sees("1 provider could run it").await?;
    person.fills("field-minutes", "10").await?;
    person.sees("0.2728 NTX").await?;

    // A limit that nobody keeps: who it removes, and what would have to change.
    person.fills("field-price", "0.0005").await?;
    person.sees("No provider fits").await?;
    person.sees("The highest price: keeps out 1 provider, 1 by it alone").await?;
    person.sees("you would have to allow that instead of 0.0005 MDC").await?;
    browser.shots("job-nobody-fits").await?;

    // What is wrong is said at its field, and nothing is sent.
    let account = provider.to_string();
    for (field, text, why, right) in [
        ("field-units", "0", "It must be 1 to", "500"),
        ("field-minutes", "1440", "leaves no time", "10"),
        ("field-price", "0", "allow a price above zero", "0.002"),
        ("field-provider", "somebody", "This is no account", &account),
        ("field-workload", "https://example.com/a.wasm", "What stands at this address may change", "x"),
    ] {
        person.fills(field, text).await?;
        person.sees(why).await?;
        person.presses("post-job").await?;
        person.sees("above cannot be taken as").await?;
        person.fills(field, right).await?;
        // It is not said of a field that was changed since.
        person.sees_no_more("above cannot be taken as").await?;
    }
    person.fills("field-workload", &format!("ipfs://{}", Cid::of_block(b"module"))).await?;
    person.fills("field-inputs", &Cid::of_block(b"inputs").to_string()).await?;
    browser.shots("job-new").await?;
    person.presses("post-job").await?;
    person.sees("No money is in it yet").await?;
    person.presses("cancel-job").await?;
    person.sees("It was withdrawn before any money was locked.").await?;
    browser.quit().await
}
