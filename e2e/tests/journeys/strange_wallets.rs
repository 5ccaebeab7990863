//! Wallets that behave as was reported in public (`e2e/wallets/`): each ends with a true sentence on the page, and nothing is
//! sent to another chain or by another account.

use anyhow::Result;
use devchain::bounty::model::{Effort, learn};
use e2e::{Browser, Person, Profile, Stack};
use serde_json::json;

use crate::steps;

/// Connects the wallet of a name from its entry in the menu, after whichever was connected before.
pub async fn connects(person: &Person<'_>, name: &str) -> Result<()> {
    person.presses("wallet").await?;
    if person.is_shown("disconnect").await? {
        person.presses("disconnect").await?;
        person.presses("wallet").await?;
    }
    person.chooses(name).await?;
    let closed = "return document.getElementById('wallet-menu').open === false";
    person.until("the wallet's menu closing", closed, "").await
}

#[tokio::test]
async fn a_wallet_is_brought_to_the_network_or_the_page_says_why_not() -> Result<()> {
    let stack = Stack::start().await?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    browser.has_wallets(stack.chain.url(), &["phone", "nods"]).await?;
    let person = Person::new(&browser, &stack);
    person.visit("/bounties").await?;

    // The code that means an unknown chain stands two levels deep: adding it is offered, and it ends on the right network.
    connects(&person, "Phone").await?;
    person.sees("Wrong network").await?;
    person.presses("switch-chain").await?;
    person.sees_no_more("Wrong network").await?;
    let added = browser.steers("Phone", "return w.log.includes('wallet_addEthereumChain') && w.chainId").await?;
    assert_eq!(added, json!(31_337));

    // Another says yes and stays: that stands on the page itself, with what to do.
    connects(&person, "Nodder").await?;
    person.presses("switch-chain").await?;
    person.sees("The wallet stayed on network 1 (Ethereum)").await?;
    person.sees("switch to Local development chain (network 31337) by hand").await?;
    browser.shots("wallets-stayed").await?;
    // Once it is switched by hand, nothing is left to say.
    browser.steers("Nodder", "w.chainId = 31337; w.emit('chainChanged', 31337)").await?;
    person.sees_no_more("The wallet stayed on").await?;
    person.sees_no_more("Wrong network").await?;
    browser.quit().await
}

#[tokio::test]
async fn a_wallet_that_comes_late_is_found() -> Result<()> {
    let stack = Stack::start().await?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    browser.has_wallets(stack.chain.url(), &["late"]).await?;
    let person = Person::new(&browser, &stack);
    // By its event, while the menu is open.
    person.visit("/bounties").await?;
    person.presses("wallet").await?;
    person.chooses("Browser wallet").await?;
    person.sees(&stack.chain.accounts[1].short()).await?;
    // It cannot show tokens: that is told once, and no longer offered.
    person.presses("wallet").await?;
    person.presses("disconnect").await?;
    person.sees("Connect wallet").await?;

    // Without its event, when Connect is pressed.
    browser.driver.execute("window.removeEventListener = null; window.dispatchEvent = () => true", vec![]).await?;
    person.visit("/bounties").await?;
    let there = "return typeof window.ethereum === 'object'";
    person.until("the wallet", there, "").await?;
    person.presses("wallet").await?;
    person.chooses("Browser wallet").await?;
    person.sees(&stack.chain.accounts[1].short()).await?;
    browser.quit().await
}

#[tokio::test]
async fn a_refusal_in_any_dialect_is_told_and_nothing_hangs() -> Result<()> {
    let stack = Stack::start().await?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    browser.has_wallets(stack.chain.url(), &["refuses", "silent_change", "remembers"]).await?;
    let person = Person::new(&browser, &stack);
    person.visit("/bounties").await?;
    connects(&person, "No-sayer").await?;
    browser.steers("No-sayer", "w.refuse = true; w.log = []").await?;
    person.presses("wallet").await?;
    for shape in 1..=8 {
        person.presses("airdrop").await?;
        let told = format!(
            "return window.trialWallet.log.filter((m) => m === 'eth_sendTransaction').length === {shape} \
             && document.querySelector('#wallet-menu .notice.bad')?.innerText.includes(arguments[0]) === true"
        );
        let wanted = if shape <= 6 {
            "You refused in the wallet. Nothing was sent; you can try again."
        } else {
            "no reason given"
        };
        person.until(&format!("the sentence for shape {shape}"), &told, wanted).await?;
    }
    browser.shots("wallets-refused").await?;
    person.presses("wallet-menu-close").await?;

    // The network is changed without an event: nothing is handed to the wallet.
    connects(&person, "Out of touch").await?;
    browser.steers("Out of touch", "w.elsewhere ||= (id) => { w.chainId = id; }; w.elsewhere(1)").await?;
    person.presses("wallet").await?;
    person.presses("airdrop").await?;
    person.sees("The wallet is on network 1 (Ethereum). Nothing was signed or sent.").await?;
    person.presses("wallet-menu-close").await?;
    person.sees("Wrong network").await?;
    let sent = browser
        .steers("Out of touch", "return [w.sentElsewhere ?? null, w.log.includes('eth_sendTransaction')]")
        .await?;
    assert_eq!(sent, json!([null, false]), "nothing reached the other chain");

    // A wallet that counts transactions of an earlier chain.
    connects(&person, "Rememberer").await?;
    browser.steers("Rememberer", "localStorage.setItem('trial.nonce', '70')").await?;
    person.presses("wallet").await?;
    person.presses("airdrop").await?;
    person.sees("Your wallet counts transactions of an earlier chain").await?;
    browser.quit().await
}

/// A stake must not be paid by another account than the one that committed.
#[tokio::test]
async fn an_account_that_changes_between_two_steps_ends_the_action() -> Result<()> {
    let stack = Stack::start().await?;
    let [_, trainer, requester, other, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
    steps::posted(&stack, requester).await?;
    for account in [trainer, other] {
        stack.chain.fund(account).await?;
    }
    let bounty = stack.chain.bounty(1).await?;
    let data = steps::Data::fetch(&stack, &bounty).await?;
    let model = learn(&data.train, &data.test, &data.classes, Effort::Poor, Default::default())?;
    let files = tempfile::TempDir::new()?;
    let (predictions, model_file) = data.write(files.path(), "switched", &model.predictions, &model.file)?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    browser.has_wallets(stack.chain.url(), &["switches"]).await?;
    let person = Person::new(&browser, &stack);
    person.visit("/bounties/1").await?;
    connects(&person, "Two-faced").await?;
    browser.steers("Two-faced", &format!("w.other = '{other}'; w.log = []")).await?;
    person.chooses_file("predictions-file", &predictions).await?;
    person.sees("valid labels").await?;
    person.chooses_file("model-file", &model_file).await?;
    person.presses("commit").await?;
    person.sees("The account was switched while this was under way").await?;
    browser.shots("wallets-switched").await?;
    let asked = browser.steers("Two-faced", "return w.log.filter((m) => /sign|send/i.test(m))").await?;
    assert_eq!(asked, json!(["eth_signTypedData_v4"]), "after the first signature nothing more was asked");
    assert_eq!(stack.chain.bounty(1).await?.active(), 0);
    browser.quit().await
}
