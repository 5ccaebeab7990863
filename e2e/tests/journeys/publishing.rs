//! A model trained in the page and published; the loading is interrupted and goes on later. And a server that lies about
//! accuracy is found out.

use anyhow::Result;
use devchain::shared_model::samples::BREAST_CANCER;
use e2e::{Browser, Person, Profile, Shim, Stack};

use crate::steps;

#[tokio::test]
async fn an_interrupted_deployment_is_resumed() -> Result<()> {
    let stack = Stack::start().await?;
    let owner = stack.chain.accounts[3];
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[Shim::new("Alpha", stack.chain.url(), vec![owner])]).await?;
    let person = Person::new(&browser, &stack);

    // Terms of money outlive a reload as well as names do.
    person.visit("/models/new").await?;
    person.fills("field-deposit", "2").await?;
    browser.driver.refresh().await?;
    person.sees("What you typed here before is filled in").await?;
    let deposit = "return document.getElementById('field-deposit')?.value === arguments[0]";
    person.until("the deposit that was typed", deposit, "2").await?;

    person.finds("//button[@id='wallet']").await?.click().await?;
    person.chooses("Alpha").await?;
    person.finds(&format!("//button[@id='wallet'][contains(., '{}')]", owner.short())).await?;
    person.chooses_file("examples-file", &steps::dataset("shared/film_reviews.csv")).await?;
    person.sees("3,000 rows; 2 columns, one of them the label; 2 classes: negative, positive").await?;
    browser.shots("s-new-csv").await?;
    // 2,000 features of two classes are 400 words: two transactions.
    person.fills("field-features", "2000").await?;
    person.presses("train-start").await?;
    person.sees("Right on").await?;
    person.fills("field-name", "Reviews of a journey").await?;
    browser.shots("s-new-trained").await?;

    // The wallet refuses the third transaction: the model is made, a part of its words is loaded.
    let refuse = "const shim = window.shims['test.alpha']; let sent = 0;
        shim.asked.push = function (method) {
            if (method === 'eth_sendTransaction' && ++sent === 3) shim.refuse = 4001;
            return Array.prototype.push.call(this, method);
        };";
    browser.driver.execute(refuse, vec![]).await?;
    person.presses("publish-shared-model").await?;
    person.sees("This model is not complete").await?;
    person.sees("300 of").await?;
    browser.shots("s-interrupted").await?;
    // Nobody can teach it yet, and it says so.
    person.finds("//textarea[@id='original-text']").await?.send_keys("a good film").await?;
    person.sees("Load the others first").await?;

    // Later: the page knows what is missing, from the vault.
    browser.driver.refresh().await?;
    person.sees("Go on loading, 1 transaction").await?;
    person.presses("go-on-loading").await?;
    person.sees_no_more("This model is not complete").await?;
    person.finds("//textarea[@id='original-text']").await?.send_keys("a good film").await?;
    person.finds("//*[@id='prediction']").await?;
    browser.shots("s-resumed").await?;
    person.presses("tab-accuracy").await?;
    person.sees("1 point proven").await?;
    browser.quit().await
}

/// Changes what this browser remembers under a key: a root or an address becomes another one.
const REMEMBERED: &str = "
    const key = Object.keys(localStorage).find((key) => key.startsWith('modelmarket.' + arguments[0]));
    if (!key) { return false; }
    const text = localStorage.getItem(key);
    const kept = JSON.parse(text);
    if (kept.root) { kept.root = '0x' + 'ab'.repeat(32); } else { kept.contracts.BountyMarket = '0x' + 'ab'.repeat(20); }
    localStorage.setItem(key, JSON.stringify(kept));
    return true";

#[tokio::test]
async fn a_falsified_accuracy_is_found_by_the_page() -> Result<()> {
    let stack = Stack::start().await?;
    let [.., contributor, owner] = stack.chain.accounts[..9] else { anyhow::bail!("too few accounts") };
    let shared = BREAST_CANCER.make(&stack.chain, &stack.url, &steps::datasets(), owner).await?;
    stack.chain.fund_for(contributor, shared.made.model).await?;
    let mut row = 0;
    for _ in 0..3 {
        stack.chain.pass(600).await?;
        let (found, sample, label) = shared.find(&stack.chain, true, row).await?;
        row = found + 1;
        stack.chain.contribute(shared.made.model, contributor, &sample, label).await?;
    }
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    person.visit(&format!("/models/{}?tab=accuracy", shared.made.model)).await?;
    person.sees("4 points proven").await?;

    // What this browser remembers of the log is not its beginning any more: told, and taken over only by a press.
    person.until("another log on the last visit", REMEMBERED, "log.").await?;
    browser.driver.refresh().await?;
    person.sees("was rewritten since your last visit").await?;
    browser.shots("s-rewritten-log").await?;
    person.presses("accept-log").await?;
    person.sees("4 points proven").await?;

    // The same for the addresses of the contracts.
    person.until("other contracts on the last visit", REMEMBERED, "deployment").await?;
    browser.driver.refresh().await?;
    person.sees("names other contracts than on your last visit").await?;
    browser.shots("changed-contracts").await?;
    person.presses("new-contracts").await?;
    person.sees("4 points proven").await?;
    browser.driver.refresh().await?;
    person.sees("4 points proven").await?;

    stack.falsify_accuracy(shared.made.model).await?;
    browser.driver.refresh().await?;
    person.sees("not in the log whose root is on chain").await?;
    browser.shots("s-falsified-proof").await?;
    person.presses("replay").await?;
    person.sees("The server's history is wrong in 1 entry").await?;
    browser.shots("s-falsified").await?;
    browser.quit().await
}
