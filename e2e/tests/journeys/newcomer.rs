//! What a newcomer finds after `cargo xtask start`: samples in three states, search, filters, deep links, a re-check.

use anyhow::Result;
use devchain::bounty::samples;
use e2e::{Browser, Person, Profile, Stack};

use crate::steps;

#[tokio::test]
async fn samples_are_there_to_read_search_and_check() -> Result<()> {
    let stack = Stack::start().await?;
    samples::play(&stack.chain, &stack.url, &steps::datasets(), |_| {}).await?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    browser.driver.cdp().page().add_script_to_evaluate_on_new_document(ASKED).await?;
    let person = Person::new(&browser, &stack);

    person.visit("/").await?;
    person.sees("Handwritten digits").await?;
    person.sees("120 MDC").await?;
    asks_for_what_stands_in_the_head(&person).await?;
    browser.shots("0-start").await?;

    person.presses("see-bounties").await?;
    person.sees("Breast cancer").await?;
    browser.shots("0-bounties").await?;
    browser.shots_between("0-bounties").await?;
    person.finds("//select[@id='filter-state']").await?.send_keys("Settled").await?;
    person.sees_no_more("Handwritten digits").await?;
    person.sees("Breast cancer").await?;
    // The filter is in the address: a reload keeps it.
    browser.driver.refresh().await?;
    person.sees("Breast cancer").await?;
    person.sees_no_more("Handwritten digits").await?;
    person.visit("/bounties?search=iris").await?;
    person.sees("Iris species").await?;
    person.sees_no_more("Breast cancer").await?;
    person.visit("/bounties/1").await?;
    person.sees("Breast cancer").await?;
    asks_for_what_stands_in_the_head(&person).await?;
    person.visit("/bounties?search=nothing-like-this").await?;
    person.sees("Nothing matches").await?;
    browser.shots("0-nothing").await?;
    // A list follows as one types, keeps the focus, and says how much it found.
    person.visit("/bounties").await?;
    person.fills("search", "IRIS").await?;
    person.sees("1 bounty").await?;
    person.sees("Iris species").await?;
    let focus = "return document.activeElement.id === 'search' && location.search.includes(arguments[0])";
    person.until("the focus staying in the search", focus, "search=IRIS").await?;
    person.fills("search", "i").await?;
    person.sees("3 bounties").await?;
    // A column sorts, and turns round where it is pressed again.
    let (head, order) = (
        "//th[.//text()='Reward']/button",
        "return document.querySelector('th[aria-sort]')?.ariaSort === arguments[0]",
    );
    person.finds(head).await?.click().await?;
    person.until("the highest reward first", order, "descending").await?;
    person.finds(head).await?.click().await?;
    person.until("the lowest reward first", order, "ascending").await?;
    person.sees("Iris species").await?;
    let first = person.finds("//table[@id='bounties']/tbody/tr[1]").await?.text().await?;
    assert!(first.contains("Iris species"), "60 MDC is the lowest reward, but first is {first}");
    person.visit("/bounties?sort=reward").await?;
    person.sees("Breast cancer").await?;
    let first = person.finds("//table[@id='bounties']/tbody/tr[1]").await?.text().await?;
    assert!(first.contains("Handwritten digits"), "250 MDC is the highest reward, but first is {first}");

    person.visit("/bounties/1").await?;
    person.presses("recheck-scores").await?;
    person.sees("The chain says the same").await?;
    browser.shots("0-settled").await?;
    accounts(&browser, &person, &stack).await?;
    person.visit("/bounties/2").await?;
    person.sees("Claiming").await?;
    browser.shots("0-claiming").await?;
    person.visit("/bounties/99").await?;
    person.sees("There is no bounty 99 on this chain").await?;
    browser.shots("0-no-bounty").await?;
    for (list, name) in [("/models", "0-models"), ("/models/trained", "0-trained"), ("/simulate", "0-simulate")] {
        person.visit(list).await?;
        person.finds("//h1").await?;
        browser.shots_between(name).await?;
    }
    browser.quit().await
}

/// From a bounty to the pages of those who took part: what these say is what was played.
async fn accounts(browser: &Browser, person: &Person<'_>, stack: &Stack) -> Result<()> {
    let [.., good, poor, requester] = stack.chain.accounts[..] else { anyhow::bail!("too few accounts") };
    // Three posted; two ground truths were due, and both revealed.
    person.follows(&format!("/account/{requester}")).await?;
    person.sees("Revealed 2 of 2 in time").await?;
    for (figure, expected) in
        [("posted", "3"), ("revealed", "2"), ("missed", "0"), ("dropped", "0"), ("cancelled", "0"), ("reproduced", "1")]
    {
        assert_eq!(person.reads(figure).await?, expected, "{figure}");
    }
    person.presses("count-bounties").await?;
    person.sees("Counted again from the chain: the same.").await?;
    browser.shots("0-account-requester").await?;
    // The better trainer won the one that was settled, and claimed in the second.
    person.visit(&format!("/account/{good}")).await?;
    person.sees("Breast cancer").await?;
    for (figure, expected) in [("submissions", "2"), ("wins", "1"), ("verified", "1"), ("slashed", "0")] {
        assert_eq!(person.reads(figure).await?, expected, "{figure}");
    }
    browser.shots("0-account-trainer").await?;
    person.visit(&format!("/bounties?person={poor}")).await?;
    person.sees("3 bounties").await?;
    person.visit("/account/0x00000000000000000000000000000000000000aa").await?;
    person.sees("This address has done nothing here").await?;
    browser.shots("0-account-nothing").await
}

/// Keeps what a page asks for, in the order in which it asks.
const ASKED: &str = "window.asked = []; const send = window.fetch;
    window.fetch = (what, how) => {
        const request = what instanceof Request ? what : new Request(what, how);
        window.asked.push(request);
        return send.call(window, what, how);
    };";

/// What the head has a browser fetch is what the program asks for first, to the letter and in the same manner: browsers
/// would fetch it twice otherwise.
async fn asks_for_what_stands_in_the_head(person: &Person<'_>) -> Result<()> {
    let asked = "const path = (url) => new URL(url).pathname;
        const asked = [...document.querySelectorAll('link[rel=preload][as=fetch]')].map(({ href }) =>
            [href, window.asked.find((request) => path(request.url) === path(href))]);";
    let all = format!("{asked} return asked.every(([, request]) => request)");
    person.until("asking for all that stands in the head", &all, "").await?;
    let script = format!(
        "{asked} return asked.map(([href, {{ url, method, mode, credentials, headers }}]) =>
            [href, url, [method, mode, credentials, ...headers.keys()].join()])"
    );
    let asked = person.browser.driver.execute(script, vec![]).await?.json().clone();
    let asked: Vec<(String, String, String)> = serde_json::from_value(asked)?;
    assert!(asked.len() > 2, "only {asked:?} stand in the head");
    for (head, url, manner) in asked {
        assert_eq!((url, manner.as_str()), (head, "GET,cors,same-origin"));
    }
    Ok(())
}
