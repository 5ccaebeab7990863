//! What becomes of a transaction that nodes and wallets say little about. The tray says what is true, and nothing invites to
//! pay twice.

use anyhow::{Result, bail};
use e2e::{Browser, PATIENCE, Person, Profile, Stack};
use protocol::Address;
use rpc::testing::Rules;
use serde_json::{Value, json};

use crate::strange_wallets::connects;

/// A browser that has one wallet of `e2e/wallets/`, for this network. The profile lives as long as it.
async fn begins(stack: Stack, wallet: &str) -> Result<(Stack, Profile, Browser)> {
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    browser.has_wallets(stack.chain.url(), &[wallet]).await?;
    Ok((stack, profile, browser))
}

/// Opens a page and connects the wallet of this name.
async fn comes_with(person: &Person<'_>, wallet: &str) -> Result<()> {
    person.visit("/bounties").await?;
    connects(person, wallet).await
}

/// Presses for 1,000 MDC in the wallet's menu.
async fn asks_for_airdrop(person: &Person<'_>) -> Result<()> {
    person.presses("wallet").await?;
    person.presses("airdrop").await
}

/// The page says what takes minutes to find out.
async fn sees_at_last(person: &Person<'_>, text: &str) -> Result<()> {
    if person.sees(text).await.is_ok() { Ok(()) } else { person.sees(text).await }
}

/// Blocks come only when they are asked for.
async fn stands_still(stack: &Stack) -> Result<()> {
    stack.chain.request("evm_setAutomine", json!([false])).await?;
    stack.chain.request("evm_setIntervalMining", json!([0])).await.map(drop)
}

/// What waits for a block, as the node has it.
async fn pending(stack: &Stack, from: Address) -> Result<Value> {
    let pool = stack.chain.request("txpool_content", json!([])).await?;
    let all = pool["pending"].as_object().into_iter().flatten();
    for (sender, transactions) in all {
        if sender.parse() == Ok(from)
            && let Some((_, transaction)) = transactions.as_object().into_iter().flatten().next()
        {
            return Ok(transaction.clone());
        }
    }
    bail!("nothing of {from} waits: {pool}")
}

/// Sends something in place of what waits.
async fn takes_its_place(stack: &Stack, waiting: &Value, to: &Value, data: &Value) -> Result<()> {
    let instead = json!([{
        "from": waiting["from"], "to": to, "data": data, "nonce": waiting["nonce"],
        "maxFeePerGas": "0x2540be4000", "maxPriorityFeePerGas": "0x2540be4000",
    }]);
    stack.chain.request("eth_sendTransaction", instead).await?;
    stack.chain.request("evm_mine", json!([])).await.map(drop)
}

/// A receipt may come long after its block. It is waited for, and nothing else is said meanwhile.
#[tokio::test]
async fn a_receipt_that_comes_late_is_waited_for() -> Result<()> {
    let (stack, _profile, browser) = begins(Stack::behind_strict_node().await?, "hesitates").await?;
    let Some(proxy) = &stack.strict else { unreachable!("it was started with one") };
    let person = Person::new(&browser, &stack);
    for (account, receipts_late, receipts_indexing) in [(1, 70, false), (2, 30, true)] {
        proxy.strict.now(Rules { receipts_late, receipts_indexing, ..Rules::default() });
        let account = stack.chain.accounts[account];
        person.visit("/bounties").await?;
        browser.steers("Hesitator", &format!("w.accounts = ['{account}']")).await?;
        connects(&person, "Hesitator").await?;
        person.sees_no_more("Confirmed").await?;
        asks_for_airdrop(&person).await?;
        person.presses("wallet-menu-close").await?;
        person.sees("Sent. Waiting for a block").await?;
        let watched = "window.told = new Set(); setInterval(() => document.querySelectorAll('.tray .card').forEach((c) => \
                       window.told.add(c.dataset.stage)), 100)";
        browser.driver.execute(watched, vec![]).await?;
        sees_at_last(&person, "Confirmed").await?;
        let told = browser.driver.execute("return [...window.told]", vec![]).await?;
        let told: Vec<String> = serde_json::from_value(told.json().clone())?;
        assert!(told.iter().all(|stage| ["asked", "sent", "mined", "indexed"].contains(&stage.as_str())), "{told:?}");
        assert!(told.contains(&"sent".to_owned()), "{told:?}");
    }
    browser.quit().await
}

#[tokio::test]
async fn sped_up_is_taken_over_cancelled_is_told_and_two_tabs_agree() -> Result<()> {
    let (stack, _profile, browser) = begins(Stack::start().await?, "hesitates").await?;
    let account = stack.chain.accounts[1];
    let person = Person::new(&browser, &stack);
    comes_with(&person, "Hesitator").await?;
    stands_still(&stack).await?;
    asks_for_airdrop(&person).await?;
    person.sees("Sent. Waiting for a block").await?;

    // Another tab of the same browser knows of it, and says so before the same is sent again.
    let first = browser.driver.window().await?;
    let second = browser.driver.new_tab().await?;
    browser.driver.switch_to_window(second.clone()).await?;
    browser.has_wallets(stack.chain.url(), &["hesitates"]).await?;
    person.visit("/bounties").await?;
    person.sees("Sent. Waiting for a block").await?;
    person.sees(&account.short()).await?;
    asks_for_airdrop(&person).await?;
    person.sees("was asked for before and may still be mined").await?;
    browser.shots("sending-repeats").await?;
    let asked = browser.steers("Hesitator", "return w.log.includes('eth_sendTransaction')").await?;
    assert_eq!(asked, json!(false));

    // Sped up in the wallet: another hash, the same effect.
    let waiting = pending(&stack, account).await?;
    takes_its_place(&stack, &waiting, &waiting["to"], &waiting["input"]).await?;
    person.sees("Confirmed").await?;
    browser.driver.switch_to_window(first).await?;
    let told = "const list = JSON.parse(localStorage.getItem('modelmarket.transactions')); \
                return list.length === 1 && ['indexed', 'mined'].includes(typeof list[0].stage === 'string' \
                ? list[0].stage : Object.keys(list[0].stage)[0])";
    person.until("one transaction that is done, in both tabs", told, "").await?;

    // Cancelled in the wallet: something else has its number.
    let other = stack.chain.accounts[2];
    browser.steers("Hesitator", &format!("w.accounts = ['{other}']; w.emit('accountsChanged', w.accounts)")).await?;
    person.presses("airdrop").await?;
    person.sees("Sent. Waiting for a block").await?;
    let waiting = pending(&stack, other).await?;
    takes_its_place(&stack, &waiting, &json!(other), &json!("0x")).await?;
    person.sees("so it is not mined").await?;
    browser.shots("sending-cancelled").await?;
    browser.quit().await
}

/// The dialog was open when the page was closed, and the person confirms it then; or the wallet loses its connection
/// after it has sent. Both are found on the chain.
#[tokio::test]
async fn what_was_confirmed_without_an_answer_is_found() -> Result<()> {
    let (stack, _profile, browser) = begins(Stack::start().await?, "hesitates").await?;
    let person = Person::new(&browser, &stack);
    comes_with(&person, "Hesitator").await?;
    browser.steers("Hesitator", "w.waits = true").await?;
    asks_for_airdrop(&person).await?;
    person.sees("Confirm it in your wallet. Network fee about 0.0").await?;
    browser.shots("sending-asked").await?;
    browser.driver.refresh().await?;
    person.sees("It may have been sent all the same").await?;
    asks_for_airdrop(&person).await?;
    person.sees("was asked for before and may still be mined").await?;
    let confirm =
        "const [t] = JSON.parse(sessionStorage.getItem('trial.open')); return w.rpc('eth_sendTransaction', [t])";
    browser.steers("Hesitator", confirm).await?;
    person.sees("Confirmed").await?;

    let other = stack.chain.accounts[2];
    browser
        .steers(
            "Hesitator",
            &format!("w.loses = true; w.accounts = ['{other}']; w.emit('accountsChanged', w.accounts)"),
        )
        .await?;
    person.presses("airdrop").await?;
    person.sees("The wallet lost its connection to the chain while it sent").await?;
    person.sees("Confirmed").await?;
    browser.quit().await
}

/// A wallet with several signers answers with a hash of its own: that is said after two minutes, the button is free, and
/// what carries it out in the end is found.
#[tokio::test]
async fn a_hash_that_the_chain_does_not_know_is_said_to_be_unknown() -> Result<()> {
    let (stack, _profile, browser) = begins(Stack::start().await?, "several_signers").await?;
    let account = stack.chain.accounts[1];
    let person = Person::new(&browser, &stack);
    comes_with(&person, "Three of five").await?;
    asks_for_airdrop(&person).await?;
    person.sees("Sent. Waiting for a block").await?;
    sees_at_last(&person, "This hash is unknown to the chain").await?;
    sees_at_last(
        &person,
        "The chain does not know this transaction. It may still be mined. The same is not sent a second time",
    )
    .await?;
    browser.shots("sending-unknown").await?;
    person.presses("airdrop").await?;
    person.sees("was asked for before and may still be mined").await?;
    stack.chain.fund(account).await?;
    person.sees("Confirmed").await?;

    // One that nobody carries out can be dismissed.
    let other = stack.chain.accounts[2];
    browser
        .steers("Three of five", &format!("w.accounts = ['{other}']; w.emit('accountsChanged', w.accounts)"))
        .await?;
    person.presses("airdrop").await?;
    person.sees("Sent. Waiting for a block").await?;
    person.presses("wallet-menu-close").await?;
    person.finds("//button[@aria-label='Dismiss; it may still be mined']").await?.click().await?;
    person.sees_no_more("Sent. Waiting for a block").await?;
    browser.quit().await
}

/// A wallet that counts on from a chain that is gone: its transaction waits behind numbers that nobody sent, which is said;
/// and when a chain is started anew, what was sent to the old one leaves the tray.
#[tokio::test]
async fn a_gap_is_said_and_a_chain_started_anew_empties_the_tray() -> Result<()> {
    let (stack, _profile, browser) = begins(Stack::start().await?, "remembers").await?;
    let person = Person::new(&browser, &stack);
    person.visit("/bounties?queue").await?;
    connects(&person, "Rememberer").await?;
    browser.steers("Rememberer", "localStorage.setItem('trial.nonce', '70')").await?;
    asks_for_airdrop(&person).await?;
    person.sees("Sent, but it waits for 70 transactions of your account before it").await?;
    person.presses("wallet-menu-close").await?;
    browser.shots("sending-queued").await?;
    // Higher than nothing, lower than before.
    tokio::time::timeout(PATIENCE, stack.chain.request("anvil_reset", json!([]))).await??;
    sees_no_more_at_last(&person, "Sent, but it waits").await?;
    browser.quit().await
}

async fn sees_no_more_at_last(person: &Person<'_>, text: &str) -> Result<()> {
    if person.sees_no_more(text).await.is_ok() { Ok(()) } else { person.sees_no_more(text).await }
}
