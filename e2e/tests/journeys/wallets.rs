//! Journey 6: no wallet, two wallets, refusals, wrong chain, a switched account, a revert, a reload while pending.

use anyhow::Result;
use bounty::calls;
use devchain::bounty::{model::Effort, samples::submit};
use e2e::{Browser, Person, Profile, Shim, Stack};
use serde_json::json;

use crate::steps;

/// Steers the shim `test.alpha`.
async fn alpha(browser: &Browser, script: &str) -> Result<()> {
    browser.driver.execute(format!("const w = window.shims['test.alpha']; {script}"), vec![]).await?;
    Ok(())
}

#[tokio::test]
async fn without_a_wallet_everything_readable_is_readable() -> Result<()> {
    let stack = Stack::start().await?;
    steps::posted(&stack, stack.chain.accounts[1]).await?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    person.visit("/bounties/1").await?;
    person.sees("You are reading without a wallet").await?;
    person.sees("Iris species").await?;
    person.presses("wallet").await?;
    person.sees("No wallet extension was found in this browser").await?;
    browser.shots("6-no-wallet").await?;
    for (path, text) in [("/work", "Connect a wallet to see your work"), ("/nowhere", "There is no such page")] {
        person.visit(path).await?;
        person.sees(text).await?;
    }
    browser.shots("6-not-found").await?;
    browser.quit().await
}

#[tokio::test]
async fn wallets_refuse_are_elsewhere_and_change_their_mind() -> Result<()> {
    let stack = Stack::start().await?;
    let chain = &stack.chain;
    let [_, requester, trainer, other, ..] = chain.accounts[..] else { panic!("ten accounts") };
    let prepared = steps::posted(&stack, requester).await?;
    chain.fund(trainer).await?;
    let mut first = Shim::new("Alpha", chain.url(), vec![trainer]);
    first.chain_id = 1;
    let second = Shim::new("Beta", chain.url(), vec![other]);
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[first, second]).await?;
    let person = Person::new(&browser, &stack);

    // Both are offered; a refused connection says so.
    person.visit("/bounties/1").await?;
    person.presses("wallet").await?;
    person.sees("Beta").await?;
    browser.shots("6-two-wallets").await?;
    alpha(&browser, "w.refuse = 4001").await?;
    person.chooses("Alpha").await?;
    person.sees("You refused in the wallet. Nothing was sent").await?;
    alpha(&browser, "w.refuse = -32002").await?;
    person.chooses("Alpha").await?;
    person.sees("already has a question open").await?;
    person.chooses("Alpha").await?;
    person.sees(&trainer.short()).await?;

    // On the wrong chain: offered to switch, and to add where the wallet does not know it.
    person.sees("Wrong network").await?;
    browser.shots("6-wrong-network").await?;
    alpha(&browser, "w.unknownChain = true").await?;
    person.presses("switch-chain").await?;
    person.sees_no_more("Wrong network").await?;

    // The account is switched in the wallet: the page follows without a reload.
    alpha(&browser, &format!("w.setAccounts(['{other}'])")).await?;
    person.sees(&other.short()).await?;
    alpha(&browser, &format!("w.setAccounts(['{trainer}'])")).await?;
    person.sees(&trainer.short()).await?;

    // A refused transaction.
    submit(chain, &stack.url, &prepared, trainer, Effort::Poor).await?;
    person.sees("You have submitted").await?;
    alpha(&browser, "w.refuse = 4001").await?;
    person.presses("withdraw-submission").await?;
    person.sees("Not sent. You refused in the wallet").await?;

    // Pending over a reload; then the requester's cancellation is mined first and it reverts.
    chain.request("evm_setAutomine", json!([false])).await?;
    chain.request("evm_setIntervalMining", json!([0])).await?;
    person.presses("withdraw-submission").await?;
    person.sees("Sent. Waiting for a block").await?;
    browser.driver.refresh().await?;
    person.sees("Sent. Waiting for a block").await?;
    browser.shots("6-pending").await?;
    let data = format!("0x{}", hex(&calls::cancel(1, 1)));
    let cancel = json!([{
        "from": requester, "to": chain.bounty_market()?, "data": data,
        "maxFeePerGas": "0x2540be4000", "maxPriorityFeePerGas": "0x2540be4000",
    }]);
    chain.request("eth_sendTransaction", cancel).await?;
    chain.request("evm_mine", json!([])).await?;
    person.sees("Without effect.").await?;
    person.sees("cancelled").await?;
    browser.shots("6-reverted").await?;
    browser.quit().await
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
