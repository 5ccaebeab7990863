//! Visitors run models: a drawn digit, exported models on a table, files that nobody should trust. With WebGPU and
//! without.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use anyhow::{Context, Result, ensure};
use devchain::trained::samples::MNIST;
use e2e::{Browser, Person, Profile, Stack, WebGpu};
use serde_json::Value;

/// What Python's tools export, and what onnxruntime says of it; see ml/conformance/peer/journey.py.
pub fn exported() -> Result<&'static Path> {
    static MADE: OnceLock<std::result::Result<PathBuf, String>> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let folder = root.join("target/journey");
        let python = std::env::var("MODELMARKET_PYTHON");
        let python = python.map_or_else(|_| root.join("target/tools/python/bin/python"), PathBuf::from);
        let script = root.join("ml/conformance/peer/journey.py");
        let ran = Command::new(&python).arg(script).arg(&folder).output();
        match ran {
            Ok(output) if output.status.success() => folder.canonicalize().map_err(|e| e.to_string()),
            Ok(output) => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
            Err(e) => Err(format!("{} does not start: {e}", python.display())),
        }
    });
    made.as_deref().map_err(|why| anyhow::anyhow!("{why}"))
}

/// Whether the prediction is the class that is asked for.
const VERDICT: &str = "return document.querySelector('#prediction .verdict')?.innerText === arguments[0]";

#[tokio::test]
async fn a_drawn_digit_is_recognised() -> Result<()> {
    let stack = Stack::start().await?;
    let publisher = stack.chain.accounts[3];
    stack.chain.fund(publisher).await?;
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../public/models");
    MNIST.publish(&stack.chain, &stack.url, &models, publisher).await?;
    for webgpu in [WebGpu::Software, WebGpu::Off] {
        let profile = Profile::fresh()?;
        let browser = Browser::open_with(&profile, &[], webgpu).await?;
        let person = Person::new(&browser, &stack);
        person.visit("/models/trained").await?;
        person.chooses(MNIST.name).await?;
        person.sees("Model card").await?;
        person.sees("5,994 parameters").await?;
        // A seven: along the top, then down to the left.
        let pad = person.finds("//canvas[@id='pad']").await?;
        let strokes = browser.driver.action_chain();
        let mut strokes = strokes.move_to_element_with_offset(&pad, -60, -80).click_and_hold();
        for (x, y) in [(-20, -80), (20, -80), (60, -80), (45, -40), (30, 0), (15, 40), (0, 80)] {
            strokes = strokes.move_to_element_with_offset(&pad, x, y);
        }
        strokes.release().perform().await?;
        person.until("the seven", VERDICT, "7").await?;
        person.sees("Ran on the CPU").await?;
        let name = if webgpu == WebGpu::Off { "r-digit-cpu" } else { "r-digit" };
        browser.shots(name).await?;
        let engine = person.finds("//select[@id='engine']").await?;
        if webgpu == WebGpu::Software {
            engine.send_keys("WebGPU").await?;
            person.sees("Ran on WebGPU").await?;
            person.until("the seven again", VERDICT, "7").await?;
            browser.shots("r-digit-webgpu").await?;
        } else {
            // Whoever insists is told why, and still gets an answer.
            engine.send_keys("WebGPU").await?;
            person.sees("WebGPU was not used").await?;
            person.until("the seven again", VERDICT, "7").await?;
        }
        browser.quit().await?;
    }
    Ok(())
}

#[tokio::test]
async fn exported_models_say_what_onnxruntime_says() -> Result<()> {
    let stack = Stack::start().await?;
    let files = exported()?;
    for webgpu in [WebGpu::Software, WebGpu::Off] {
        let profile = Profile::fresh()?;
        let browser = Browser::open_with(&profile, &[], webgpu).await?;
        let person = Person::new(&browser, &stack);
        for name in ["xgboost", "pipeline"] {
            person.visit("/run").await?;
            person.sees("Run your own model").await?;
            person.chooses_file("onnx-file", &files.join(format!("{name}.onnx"))).await?;
            person.sees("Model card").await?;
            browser.shots(&format!("r-{name}")).await?;
            person.presses("way-table").await?;
            person.chooses_file("table-file", &files.join(format!("{name}.csv"))).await?;
            person.finds("//select[@id='table-label']").await?.send_keys("truth").await?;
            if webgpu == WebGpu::Software && name == "xgboost" {
                person.finds("//select[@id='engine']").await?.send_keys("WebGPU").await?;
            }
            person.presses("predict-table").await?;
            let expected: Value = serde_json::from_slice(&std::fs::read(files.join(format!("{name}.json")))?)?;
            let correct = expected["correct"].as_u64().context("a count")?;
            person.sees(&format!("{correct} of 1,000")).await?;
            if webgpu == WebGpu::Software && name == "xgboost" {
                person.sees("Ran on WebGPU").await?;
            } else {
                person.sees("Ran on ").await?;
            }
            browser.shots(&format!("r-{name}-table")).await?;
            person.presses("save-table").await?;
            let saved = browser.downloaded(&format!("predictions-{name}.csv")).await?;
            agrees(&std::fs::read_to_string(&saved)?, &expected)
                .with_context(|| format!("{name}, WebGPU {webgpu:?}"))?;
            std::fs::remove_file(saved)?;
        }
        // A table that does not fit says what is missing.
        person.visit("/run").await?;
        person.chooses_file("onnx-file", &files.join("pipeline.onnx")).await?;
        person.presses("way-table").await?;
        person.chooses_file("table-file", &files.join("xgboost.csv")).await?;
        person.presses("predict-table").await?;
        person.sees("malic_acid").await?;
        browser.quit().await?;
    }
    Ok(())
}

/// Classes equal, probabilities within 1e-4.
fn agrees(csv: &str, expected: &Value) -> Result<()> {
    let mut lines = csv.lines();
    let header: Vec<&str> = lines.next().context("a header")?.split(',').collect();
    let labels = expected["labels"].as_array().context("labels")?;
    let mut rows = 0;
    for (row, line) in lines.enumerate() {
        let cells: Vec<&str> = line.split(',').map(|cell| cell.trim_matches('"')).collect();
        ensure!(cells.len() == header.len(), "row {row}: {line}");
        ensure!(Some(cells[0]) == labels[row].as_str(), "row {row}: {line} against {}", labels[row]);
        for (column, cell) in cells[1..].iter().enumerate() {
            let (ours, theirs): (f64, f64) =
                (cell.parse()?, expected["probabilities"][row][column].as_f64().context("a probability")?);
            ensure!((ours - theirs).abs() <= 1e-4, "row {row}, column {column}: {ours} against {theirs}");
        }
        rows += 1;
    }
    ensure!(rows == 1000 && header.len() > 2, "{rows} rows, {header:?}");
    Ok(())
}

/// The first row of the XGBoost table, without its label.
pub fn first_row(files: &Path) -> Result<String> {
    let rows = std::fs::read_to_string(files.join("xgboost.csv"))?;
    Ok(rows.lines().nth(1).and_then(|line| line.rsplit_once(',')).context("a row")?.0.to_owned())
}

/// Pastes the first row of the XGBoost table into the form of its model, which says what onnxruntime says.
pub async fn predicts_first_row(person: &Person<'_>, files: &Path) -> Result<()> {
    person.finds("//input[@id='row']").await?.send_keys(first_row(files)?).await?;
    person.presses("predict").await?;
    let expected: Value = serde_json::from_slice(&std::fs::read(files.join("xgboost.json"))?)?;
    person.until("the class", VERDICT, expected["labels"][0].as_str().context("a label")?).await
}

#[tokio::test]
async fn models_from_strangers_do_no_harm() -> Result<()> {
    let stack = Stack::start().await?;
    let files = exported()?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    person.visit("/run").await?;
    person.chooses_file("onnx-file", &files.join("hostile.onnx")).await?;
    person.sees("steal_keys").await?;
    person.sees("ReadWallet").await?;
    browser.shots("r-hostile").await?;
    person.chooses_file("onnx-file", &files.join("cycle.onnx")).await?;
    person.sees("lies on a cycle").await?;
    let broken = tempfile::TempDir::new()?;
    let truncated = broken.path().join("truncated.onnx");
    let whole = std::fs::read(files.join("xgboost.onnx"))?;
    std::fs::write(&truncated, &whole[..whole.len() / 2])?;
    person.chooses_file("onnx-file", &truncated).await?;
    person.sees_no_more("lies on a cycle").await?;
    person.sees("This model cannot be run here").await?;

    // A model that would take hours: stopped by the person, then by the page.
    person.visit("/run").await?;
    person.chooses_file("onnx-file", &files.join("endless.onnx")).await?;
    person.sees("Model card").await?;
    person.finds("//input[@id='row']").await?.send_keys("1").await?;
    person.presses("predict").await?;
    person.sees("Running").await?;
    browser.shots("r-endless").await?;
    person.presses("stop-prediction").await?;
    person.sees("Stopped").await?;
    person.presses("predict").await?;
    person.sees("There was no answer for 30 s").await?;
    person.sees_no_more("Running").await?;
    browser.shots("r-endless-ended").await?;

    // The page is alive, and runs the next model.
    person.chooses_file("onnx-file", &files.join("xgboost.onnx")).await?;
    person.sees("TreeEnsembleClassifier").await?;
    predicts_first_row(&person, files).await?;
    browser.quit().await
}

#[tokio::test]
async fn a_model_in_two_files_is_joined_and_runs() -> Result<()> {
    let stack = Stack::start().await?;
    let files = exported()?;
    let (model, data) = (files.join("apart.onnx"), files.join("apart.onnx.data"));
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    person.visit("/run").await?;
    person.chooses_file("onnx-file", &model).await?;
    person.sees("keeps its numbers in a second file").await?;
    person.sees("apart.onnx.data").await?;
    browser.shots("r-apart").await?;
    // One that was cut off.
    let broken = tempfile::TempDir::new()?;
    let cut = broken.path().join("apart.onnx.data");
    std::fs::write(&cut, &std::fs::read(&data)?[..100])?;
    person.chooses_file("onnx-file-beside", &cut).await?;
    person.sees("which has only 100").await?;
    browser.shots("r-apart-cut").await?;
    person.chooses_file("onnx-file-beside", &data).await?;
    person.sees("are one file now").await?;
    person.sees("Model card").await?;
    person.sees("192 parameters").await?;
    person.finds("//input[@id='row']").await?.send_keys("1").await?;
    person.presses("predict").await?;
    person.sees("Ran on").await?;
    browser.shots("r-apart-joined").await?;
    // Both at once.
    person.visit("/run").await?;
    let both = format!("{}\n{}", data.display(), model.display());
    person.chooses_file("onnx-file", Path::new(&both)).await?;
    person.sees("192 parameters").await?;
    browser.quit().await
}
