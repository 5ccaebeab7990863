//! Simulations: one good and one bad agent whose curves are looked at, an attack over them, a model handed on to be
//! published, results as files; a run that is stopped; settings that cannot be read.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use e2e::{Browser, Person, Profile, Stack};
use serde_json::json;

/// A run takes as long as it takes; this is for one that hangs.
const LONGEST_RUN: Duration = Duration::from_secs(400);

/// Waits until so many runs are shown, none is under way, and nothing has failed.
async fn played(person: &Person<'_>, runs: usize) -> Result<()> {
    let since = Instant::now();
    let script =
        "return [document.querySelectorAll('.run').length, document.querySelectorAll('.simulate progress').length,
        [...document.querySelectorAll('.notice.bad')].map(e => e.innerText).join()]";
    loop {
        let answer = person.browser.driver.execute(script, vec![]).await?;
        let (shown, under_way, trouble): (usize, usize, String) = serde_json::from_value(answer.json().clone())?;
        anyhow::ensure!(trouble.is_empty(), "the page says: {trouble}");
        if shown == runs && under_way == 0 {
            return Ok(());
        }
        if since.elapsed() > LONGEST_RUN {
            bail!("{shown} of {runs} runs are shown, {under_way} under way");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// What the table of a run says that an agent ended with, in per cent of the start balance.
async fn ended_at(person: &Person<'_>, run: usize, agent: &str) -> Result<f64> {
    let path = format!(
        "//section[@aria-labelledby='run-{run}']//tr[td[normalize-space(.)='{agent}']]/td[@data-label='Of the start']"
    );
    let text = person.finds(&path).await?.text().await?;
    text.trim_end_matches('%').trim().parse().with_context(|| format!("“{text}” is not a share"))
}

/// The last point of each curve of a chart, from the top of the picture down.
async fn curve_ends(person: &Person<'_>, chart: usize) -> Result<Vec<f64>> {
    let script =
        "return [...document.querySelectorAll('.charts .chart')[arguments[0]].querySelectorAll('polyline.line')]
        .map(line => Number(line.getAttribute('points').trim().split(' ').pop().split(',')[1]))";
    let answer = person.browser.driver.execute(script, vec![json!(chart)]).await?;
    Ok(serde_json::from_value(answer.json().clone())?)
}

#[tokio::test]
async fn good_gains_bad_loses_and_the_model_can_be_published() -> Result<()> {
    let stack = Stack::start().await?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    person.visit("/models").await?;
    person.follows("/simulate").await?;
    person.sees("Nothing played yet").await?;
    browser.shots("9-simulate-empty").await?;

    person.presses("run-simulation").await?;
    person.sees("contributions").await?;
    browser.shots("9-simulate-under-way").await?;
    played(&person, 1).await?;
    let (good, bad) = (ended_at(&person, 1, "Good").await?, ended_at(&person, 1, "Bad").await?);
    assert!(good > bad, "the good agent ended at {good} %, the bad one at {bad} %");
    assert!(bad < 100.0, "lying must cost, but the bad agent ended at {bad} %");
    let ends = curve_ends(&person, 0).await?;
    assert_eq!(ends.len(), 2, "one curve an agent");
    assert!(ends[0] < ends[1], "the good agent's curve ends at {} from the top, the bad one's at {}", ends[0], ends[1]);
    browser.shots("9-simulate-headline").await?;

    // An attack is drawn over it, and its card says what came of it.
    person.chooses("Farm points").await?;
    person.presses("run-simulation").await?;
    played(&person, 2).await?;
    person.finds("//button[contains(., 'Farm points')]//span[contains(@class, 'conclusion')]").await?;
    assert_eq!(curve_ends(&person, 0).await?.len(), 4);
    assert_eq!(curve_ends(&person, 1).await?.len(), 3, "each run's model, and what training on everything gives");
    person.sees("Good, run 1").await?;
    browser.shots("9-simulate-attack").await?;

    // The result is a file, and as settings it gives the same run.
    person.presses("save-run-1").await?;
    let file = browser.downloaded("simulation-1.json").await?;
    let saved: serde_json::Value = serde_json::from_slice(&std::fs::read(&file)?)?;
    let percent = saved["agents"][0]["percent"].as_f64().context("a share")?;
    assert!((percent - good).abs() < 0.051, "the file says {percent} %, the page {good} %");
    assert_eq!(saved["format"], serde_json::Value::Null);
    assert_eq!(saved["config"]["format"], "modelmarket/simulation/1");

    // What was trained can be deployed, with its test set; the runs stay meanwhile.
    person.presses("publish-run-1").await?;
    person.sees("as your simulation left it").await?;
    person.sees("Naive Bayes").await?;
    browser.shots("9-simulate-publish").await?;
    person.follows("/models").await?;
    person.follows("/simulate").await?;
    person.sees("Run 2: Farm points").await?;
    person.chooses_file("settings-file", &file).await?;
    person.sees("is loaded").await?;
    person.presses("clear-runs").await?;
    person.sees("Nothing played yet").await?;
    person.presses("run-simulation").await?;
    played(&person, 1).await?;
    assert_eq!(ended_at(&person, 1, "Good").await?, good, "the same seed gives the same run");
    browser.quit().await
}

#[tokio::test]
async fn a_long_run_is_stopped_and_unreadable_settings_are_explained() -> Result<()> {
    let stack = Stack::start().await?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    person.visit("/simulate").await?;
    person.sees("Nothing played yet").await?;
    person.finds("//summary[@id='settings-as-file']").await?.click().await?;
    let files = tempfile::TempDir::new()?;
    for (name, text, sentence) in [
        ("cut.json", "{\"format\": \"modelmarket/simu", "The configuration is not readable"),
        ("list.json", "[1, 2, 3]", "The configuration is not readable"),
    ] {
        let path = files.path().join(name);
        std::fs::write(&path, text)?;
        person.chooses_file("settings-file", &path).await?;
        person.sees(name).await?;
        person.sees(sentence).await?;
    }
    browser.shots("9-simulate-unreadable").await?;

    person.fills("field-days", "0").await?;
    person.presses("run-simulation").await?;
    person.sees("The number of days is 0, but must be 1 to 3650.").await?;
    person.fills("field-days", "3650").await?;
    person.presses("run-simulation").await?;
    person.sees("of 3650").await?;
    person.presses("stop-simulation").await?;
    played(&person, 1).await?;
    person.sees("Stopped before its end").await?;
    let script = "return document.querySelector('.charts polyline.line').getAttribute('points').trim().includes(' ')";
    person.until("a curve up to where it was stopped", script, "").await?;
    browser.shots("9-simulate-stopped").await?;
    browser.quit().await
}
