//! A result whose keys did not come is demanded, posted on the chain and opened; and a task that is over is run again.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use e2e::{PATIENCE, Person, Stack};
use protocol::Address;
use tasks::{DELIVERY_WINDOW, DEMAND_PERIOD};

use crate::{
    learning::{Training, prepared, publishes_training, runs},
    silent_owner::{balance, collects, stands},
    three::{Three, is_told_the_error, seats},
};

/// Takes what a browser was told out of its vault, as if the keys had never come: what the run can go on from stays.
async fn loses_the_result(person: &Person<'_>) -> Result<()> {
    let script = "const done = arguments[0]; \
        indexedDB.open('modelmarket-vault').onsuccess = (opened) => { \
            const change = opened.target.result.transaction(['entries', 'files'], 'readwrite'); \
            const entries = change.objectStore('entries'); \
            let taken = 0; \
            entries.openCursor().onsuccess = (next) => { \
                const cursor = next.target.result; \
                if (!cursor) return; \
                if (JSON.parse(cursor.value).kind === 'task result') { \
                    change.objectStore('files').delete(cursor.key); cursor.delete(); taken += 1; \
                } \
                cursor.continue(); \
            }; \
            change.oncomplete = () => done(taken); \
        };";
    let taken: u32 = person.browser.driver.execute_async(script, vec![]).await?.convert()?;
    anyhow::ensure!(taken == 1, "{taken} results were kept");
    Ok(())
}

/// Opens the task with an account.
async fn opens(person: &Person<'_>, account: Address) -> Result<()> {
    person.visit("/task/1").await?;
    person.connects(account).await
}

/// Times that the page shows, exactly as they stand in the document.
async fn shows_time(person: &Person<'_>, at: u64) -> Result<()> {
    let script = "return [...document.querySelectorAll('time')].some((time) => \
                  Date.parse(time.dateTime) === Number(arguments[0]) * 1000)";
    person.until(&format!("the time {at}"), script, &at.to_string()).await
}

/// When a task came to stand where it stands.
async fn since(stack: &Stack) -> Result<u64> {
    Ok(stands(stack, 1).await?.since)
}

async fn is_demanded(stack: &Stack) -> Result<u64> {
    // Each demand is a block of its own, so that the later one says the time.
    let begun = Instant::now();
    loop {
        let found = stack
            .answered("/api/tasks/1", |found| {
                let times = found["task"]["seats"].as_array()?.iter().filter_map(|seat| seat["deliver_by"].as_u64());
                Some(times.collect::<Vec<_>>())
            })
            .await?;
        if found.len() == 2 {
            return found.into_iter().max().context("two times");
        }
        anyhow::ensure!(begun.elapsed() < PATIENCE, "{found:?} are demanded");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn keys_that_did_not_come_are_demanded_posted_and_opened_and_the_task_is_run_again() -> Result<()> {
    let stack = Stack::start().await?;
    let ([first, second, requester], mut helper) = prepared(&stack).await?;
    let three = Three::open().await?;
    let people = three.people(&stack);
    let [clinic, laboratory, asks] = &people;
    let mut before = Vec::new();
    for account in [first, second, requester] {
        before.push(balance(&stack, account).await?);
    }
    publishes_training(asks, requester, Training::by(&[helper.account])).await?;
    helper.helps(&stack)?;
    runs(1, &seats(&people, [first, second, requester])).await?;
    loses_the_result(asks).await?;

    // Nothing is late before five minutes have passed.
    opens(asks, requester).await?;
    asks.sees("It is finished, signed by all seats.").await?;
    assert!(!asks.is_shown("demand-key").await?, "keys still come over the links");
    stack.chain.pass_until(since(&stack).await? + 300).await?;
    asks.sees("The keys of your result did not come").await?;
    shows_time(asks, since(&stack).await? + DEMAND_PERIOD).await?;
    three.browsers[2].shots("learn-keys-late").await?;
    asks.presses("demand-key").await?;
    asks.sees("The keys that did not come are demanded.").await?;
    let by = is_demanded(&stack).await?;
    assert!(by >= since(&stack).await? + 300 + DELIVERY_WINDOW, "a day from the demand");
    shows_time(asks, by).await?;

    // Both owners are told where they see what waits for them, and post.
    for (owner, account) in [(clinic, first), (laboratory, second)] {
        owner.visit("/work").await?;
        owner.connects(account).await?;
        owner.sees("Post the key of your result").await?;
        owner.sees("Bond and fee are lost.").await?;
        opens(owner, account).await?;
        owner.sees("The requester says that the key of a result did not come from you").await?;
        if account == first {
            three.browsers[0].shots("learn-key-demanded").await?;
        }
        owner.presses("post-key").await?;
        owner.finds_no_more("post-key").await?;
    }
    asks.sees("All keys of your result are on the chain.").await?;
    asks.presses("open-result").await?;
    asks.sees("What you were told is what all seats have signed").await?;
    is_told_the_error(asks).await?;

    // Who posted has its bond and its fee at once, and loses nothing by the demand.
    for (person, account) in [(clinic, first), (laboratory, second)] {
        opens(person, account).await?;
        collects(person, 1).await?;
    }
    stack.chain.pass_until(since(&stack).await? + DEMAND_PERIOD).await?;
    opens(asks, requester).await?;
    collects(asks, 2).await?;
    let mdc = protocol::Amount::mdc(1).0;
    for (at, account) in [first, second].into_iter().enumerate() {
        assert_eq!(balance(&stack, account).await?.0, before[at].0 + mdc, "owner {} has the fee of its grant", at + 1);
    }
    // The helper is owed what it dealt, in whole megabytes at a hundredth each, and nothing else is gone.
    let paid = before[2].0 - balance(&stack, requester).await?.0;
    let dealt = paid.checked_sub(2 * mdc).context("two fees were paid")?;
    assert!(dealt > 0 && dealt.is_multiple_of(mdc / 100) && dealt < mdc, "{dealt} for the helper");

    is_run_again(asks, requester, &three).await?;
    three.quit().await
}

/// From the list of runs into the wizard, with the same choices, and published as the second version.
async fn is_run_again(asks: &Person<'_>, requester: Address, three: &Three) -> Result<()> {
    asks.visit("/learn").await?;
    asks.connects(requester).await?;
    asks.chooses("Mine, ended").await?;
    let version = "return document.querySelector('#tasks [data-label=Version]')?.innerText === arguments[0]";
    asks.until("the first version", version, "1").await?;
    three.browsers[2].shots("learn-runs-ended").await?;
    asks.chooses("Run again").await?;
    asks.sees("Every rule that can be looked at before is kept.").await?;
    for (id, wanted) in [
        ("grant-1", "1"),
        ("grant-2", "2"),
        ("key-1", "patient"),
        ("key-2", "patient"),
        ("columns-1", "age, sex, bmi, bp, s1"),
        ("columns-2", "s2, s3, s4, s5, s6"),
        ("field-label", "target"),
        ("field-bond", "1"),
        ("field-min-rows", "100"),
    ] {
        let is = format!("return document.getElementById('{id}').value === arguments[0]");
        asks.until(&format!("{id} as before"), &is, wanted).await?;
    }
    let own = "return document.getElementById('tick-own').checked && arguments[0] === ''";
    asks.until("own coefficients as before", own, "").await?;
    asks.presses("publish-task").await?;
    asks.sees("Waits for 3 of 3 seats to confirm.").await?;
    asks.visit("/learn").await?;
    asks.connects(requester).await?;
    asks.until("the second version", version, "2").await?;
    Ok(())
}
