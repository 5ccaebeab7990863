//! Of `cargo xtask bench time`: seconds from an edit of the page's source until a browser shows it, while
//! `cargo xtask dev` runs at the URL given. Prints JSON. The sources are put back as they were.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use e2e::{Browser, Profile};
use serde_json::json;

/// Longest wait for a page.
const PATIENCE: Duration = Duration::from_secs(300);
/// Edits of each kind; the median counts.
const TIMES: usize = 3;
/// A text that the first page shows, and the file that has it: one feature is compiled again.
const FEATURE: (&str, &str) = ("app/features/home/src/page.rs", "Post a CSV and a reward.");
/// A text that is not shown at once, in what all features share: every feature is compiled again.
const SHARED: (&str, &str) = ("app/core/src/server.rs", "The ModelMarket server cannot be reached.");

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let (root, url) = (arguments.next().context("no folder given")?, arguments.next().context("no URL given")?);
    let (root, url) = (PathBuf::from(root), url.to_string_lossy().into_owned());
    let browser = Browser::open(&Profile::fresh()?, &[]).await?;
    browser.driver.goto(&url).await?;
    shows(&browser, FEATURE.1).await?;
    let feature = measure(&browser, &root, FEATURE, true).await;
    let shared = measure(&browser, &root, SHARED, false).await;
    browser.quit().await?;
    println!("{}", json!({ "feature": feature?, "shared": shared? }));
    Ok(())
}

/// Seconds of each edit. The text gets a number, another each time, and is as before at the end.
async fn measure(browser: &Browser, root: &Path, (file, text): (&str, &str), shown: bool) -> Result<Vec<f64>> {
    let path = root.join(file);
    let before = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    ensure!(before.contains(text), "{file} no longer says {text:?}; choose another text in {}", file!());
    let mut seconds = Vec::new();
    let mut measured = Ok(());
    for time in 1..=TIMES {
        measured =
            edit(browser, &path, &before, text, &format!("{text} ({time})"), shown).await.map(|s| seconds.push(s));
        if measured.is_err() {
            break;
        }
    }
    // The page is to be as the sources are when the next is measured.
    let back = edit(browser, &path, &before, text, text, shown).await;
    measured?;
    back?;
    Ok(seconds)
}

async fn edit(browser: &Browser, path: &Path, before: &str, text: &str, new: &str, shown: bool) -> Result<f64> {
    // A page that is loaded again has forgotten it.
    browser.driver.execute("window.beforeEdit = true", vec![]).await?;
    std::fs::write(path, before.replacen(text, new, 1))?;
    let since = Instant::now();
    while browser.driver.execute("return window.beforeEdit === true", vec![]).await.is_ok_and(is_true) {
        patience(since)?;
    }
    shows(browser, if shown { new } else { FEATURE.1 }).await?;
    let seconds = since.elapsed().as_secs_f64();
    eprintln!("{} was in the browser after {seconds:.1} s", path.display());
    Ok(seconds)
}

async fn shows(browser: &Browser, text: &str) -> Result<()> {
    let since = Instant::now();
    let ask = "return document.body !== null && document.body.innerText.includes(arguments[0])";
    while !browser.driver.execute(ask, vec![json!(text)]).await.is_ok_and(is_true) {
        patience(since).with_context(|| format!("the page does not show {text:?}"))?;
    }
    Ok(())
}

fn is_true(answer: thirtyfour::session::scriptret::ScriptRet) -> bool {
    answer.json().as_bool() == Some(true)
}

fn patience(since: Instant) -> Result<()> {
    if since.elapsed() > PATIENCE {
        bail!("waited in vain for {} s", PATIENCE.as_secs());
    }
    std::thread::sleep(Duration::from_millis(50));
    Ok(())
}
