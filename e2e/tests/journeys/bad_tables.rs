//! The fourth journey of learning together: what does not fit is stopped before anybody signs, or answered by its sentence,
//! and nothing of what was typed or chosen is lost.

use std::path::{Path, PathBuf};

use anyhow::Result;
use devchain::publish::Publisher;
use directory::{
    Column, ColumnKind, ColumnRole, DATASETS, DatasetTerms, Description, GRANTS, GrantTerms, Purpose, Reveal, Work,
    calls as directory_calls,
};
use e2e::{Agent, Browser, Person, Profile, Stack};
use protocol::{Address, Amount, Digest};

use crate::learning::{joins, picks};

/// Presses a box, wherever it is scrolled to.
async fn ticks(person: &Person<'_>, id: &str) -> Result<()> {
    person.finds(&format!("//input[@id='{id}']")).await?;
    let script = "document.getElementById(arguments[0]).click()";
    person.browser.driver.execute(script, vec![id.into()]).await?;
    Ok(())
}

/// A data set with a description that the server has, and a grant for it. Both have the same number.
pub struct Set<'a> {
    pub number: u64,
    pub key: &'a str,
    pub features: &'a [&'a str],
    /// A column that holds words.
    pub words: Option<&'a str>,
    pub label: Option<&'a str>,
    pub rows: u32,
}

impl Set<'_> {
    /// Publishes it for `owner`; `requester` applies and is granted two uses and a few numbers.
    pub async fn granted(&self, stack: &Stack, owner: Address, requester: Address) -> Result<()> {
        let chain = &stack.chain;
        let column = |name: &str, kind, role| Column { name: name.to_owned(), kind, role };
        let mut columns = vec![column(self.key, ColumnKind::Text, ColumnRole::Key)];
        columns.extend(self.features.iter().map(|name| column(name, ColumnKind::Number, ColumnRole::Feature)));
        columns.extend(self.words.map(|name| column(name, ColumnKind::Text, ColumnRole::Feature)));
        columns.extend(self.label.map(|name| column(name, ColumnKind::Number, ColumnRole::Label)));
        let names = columns.iter().map(|column| column.name.clone()).collect();
        let (file, metadata) = Description::new(format!("Set {}", self.number), String::new(), columns).write()?;
        Publisher::sign_in(chain, &stack.url, owner).await?.put(file).await?;
        let work = vec![Work::Align, Work::TrainLinear, Work::Predict];
        let reveals = vec![Reveal::Metrics, Reveal::OwnCoefficients, Reveal::Predictions];
        let (file, purpose) = Purpose::new(work, names, vec![requester], reveals).write()?;
        Publisher::sign_in(chain, &stack.url, requester).await?.put(file).await?;
        let (datasets, grants) = (chain.deployment.demand(DATASETS)?, chain.deployment.demand(GRANTS)?);
        let terms = DatasetTerms {
            metadata,
            data_root: Digest::of(b"rows"),
            id_root: Digest::of(b"ids"),
            rows: self.rows,
            columns: self.features.len() as u16 + 1,
            industry: 8,
            labelled: self.label.is_some(),
            price_per_use: Amount::ZERO,
            price_per_day: Amount::ZERO,
        };
        chain.send(owner, datasets, directory_calls::datasets::publish(&terms)).await?;
        let terms = GrantTerms {
            from: 0,
            until: chain.now().await? + 8 * 86_400,
            times: 2,
            tries: 5,
            facts: 30,
            rows: 1_000,
            min_rows: 60,
            digits: 3,
            own_coefficients: true,
        };
        chain.send(requester, grants, directory_calls::grants::apply_for(self.number, purpose, &terms)).await?;
        chain.send(owner, grants, directory_calls::grants::approve(self.number, Amount::mdc(1))).await?;
        Ok(())
    }
}

/// What is put into a cell: its row, its column, what it would be.
type Change = fn(usize, usize, String) -> String;

/// A table of 100 rows; `change` may put anything into a cell.
fn table(folder: &Path, name: &str, header: &str, change: Change) -> Result<PathBuf> {
    let mut text = format!("{header}\n");
    for row in 0..100 {
        let cell = |column: usize| match column {
            0 => format!("P-{row}"),
            // Numbers that say nothing about each other.
            _ => (((row + 3) * (column * column * 37 + 11)) % 97).to_string(),
        };
        let cells: Vec<String> = (0..header.split(',').count()).map(|at| change(row, at, cell(at))).collect();
        text += &format!("{}\n", cells.join(","));
    }
    let file = folder.join(format!("{name}.csv"));
    std::fs::write(&file, text)?;
    Ok(file)
}

/// What is typed is there again after a reload, whatever the task does.
async fn is_kept(asks: &Person<'_>, account: Address) -> Result<()> {
    for (process, least) in
        [("process-align", "61"), ("process-predict", "62"), ("process-train-predict", "63"), ("process-train", "64")]
    {
        asks.presses(process).await?;
        asks.fills("field-min-rows", least).await?;
        asks.visit("/learn/new").await?;
        asks.connects(account).await?;
        asks.finds(&format!("//button[@id='{process}'][@aria-checked='true']")).await?;
        let script = "return document.getElementById('field-min-rows')?.value === arguments[0]";
        asks.until("what was typed before the reload", script, least).await?;
    }
    Ok(())
}

/// What the requester is told before anything is signed; each mended in its turn.
async fn in_the_wizard(asks: &Person<'_>, helper: Address) -> Result<()> {
    let blocked = async |sentence: &str| -> Result<()> {
        asks.sees(sentence).await?;
        asks.finds("//button[@id='publish-task'][@disabled]").await?;
        Ok(())
    };
    blocked("Choose the grant of the first owner.").await?;
    picks(asks, "grant-1", "1").await?;
    picks(asks, "grant-2", "2").await?;
    // The columns come from what the owners say of their data sets, and words are no features.
    asks.sees("Not offered, because they hold words: ward.").await?;
    ticks(asks, &format!("helper-{helper}")).await?;
    asks.fills("field-min-rows", "60").await?;
    // One name at both owners.
    blocked("Both owners bring a column called bmi.").await?;
    asks.browser.shots("learn-new-refused").await?;
    asks.finds("//*[@id='columns-2']//input[@name='bmi']").await?.click().await?;
    asks.sees("Every rule that can be looked at before is kept.").await?;
    // 100 rows against 99, put together as they stand.
    picks(asks, "field-together", "2").await?;
    blocked("The file has 99 rows, and the task says 100.").await?;
    picks(asks, "field-together", "0").await?;
    // Fewer rows than asked for.
    asks.fills("field-min-rows", "100").await?;
    blocked("At most 99 rows can be common").await?;
    asks.fills("field-min-rows", "60").await?;
    // More is told than was granted: numbers, digits, kinds of numbers.
    picks(asks, "field-evaluation", "3").await?;
    ticks(asks, "tick-each-part").await?;
    ticks(asks, "tick-mae").await?;
    ticks(asks, "tick-r2").await?;
    blocked("30 numbers are left, and the task would tell 35.").await?;
    ticks(asks, "tick-each-part").await?;
    picks(asks, "field-digits", "4").await?;
    blocked("allows results of 3 digits, and the task asks for 5.").await?;
    picks(asks, "field-digits", "2").await?;
    ticks(asks, "tick-all").await?;
    blocked("does not cover all that the task tells").await?;
    ticks(asks, "tick-all").await?;
    picks(asks, "field-receiver", "1").await?;
    blocked("does not cover who receives the result").await?;
    picks(asks, "field-receiver", "0").await?;
    // Nothing of a model, and parts of nothing.
    picks(asks, "field-evaluation", "1").await?;
    asks.fills("field-share", "95").await?;
    blocked("From 1 to 90 of a hundred rows").await?;
    picks(asks, "field-evaluation", "0").await?;
    asks.fills("field-winsorise", "50").await?;
    blocked("The part of extreme values that is moved inwards").await?;
    asks.fills("field-winsorise", "1").await?;
    // Aligning first is one task and one number more.
    ticks(asks, "tick-align-first").await?;
    asks.sees("How many rows are common").await?;
    asks.sees("One use of each grant, and 2 tries.").await?;
    asks.sees("Every rule that can be looked at before is kept.").await?;
    ticks(asks, "tick-align-first").await?;
    asks.sees_no_more("How many rows are common").await?;
    asks.sees("Every rule that can be looked at before is kept.").await?;
    Ok(())
}

/// Tables that the second owner tries, and what it is told of each.
async fn at_the_owner(owner: &Person<'_>, folder: &Path) -> Result<()> {
    const HEADER: &str = "patient,s1,s2,ward,target";
    let same: Change = |_, _, cell| cell;
    let long = format!("patient,{},s2,ward,target", "x".repeat(128));
    let cases: [(&str, &str, &str, Change); 9] = [
        ("words-as-labels", HEADER, "Row 5 of column target is not a finite number", |row, at, cell| match (row, at) {
            (4, 4) => "sick".to_owned(),
            _ => cell,
        }),
        ("words-as-features", HEADER, "Row 1 of column s2 is not a finite number", |row, at, cell| match (row, at) {
            (0, 2) => "high".to_owned(),
            _ => cell,
        }),
        ("constant", HEADER, "Column s1 has the same value in every row.", |_, at, cell| match at {
            1 => "7".to_owned(),
            _ => cell,
        }),
        ("says-the-same", HEADER, "Column s2 says nothing that the columns before it do not say.", |row, at, cell| {
            match at {
                1 => row.to_string(),
                2 => (3 * row + 1).to_string(),
                _ => cell,
            }
        }),
        ("twice", HEADER, "Rows 1 and 10 have the same id.", |row, at, cell| match (row, at) {
            (9, 0) => "P-0".to_owned(),
            _ => cell,
        }),
        ("two-spellings", HEADER, "have the same id, spelled in two ways", |row, at, cell| match (row, at) {
            (9, 0) => " p-0 ".to_owned(),
            _ => cell,
        }),
        ("blank-id", HEADER, "Row 3 has no id.", |row, at, cell| match (row, at) {
            (2, 0) => " ".to_owned(),
            _ => cell,
        }),
        ("no-column", "patient,s1,s3,ward,target", "There is no column s2 in the file.", same),
        ("long-header", long.as_str(), "128 characters", same),
    ];
    for (name, header, sentence, change) in cases {
        owner.chooses_file("seat-table", &table(folder, name, header, change)?).await?;
        owner.sees(sentence).await?;
        owner.finds("//button[@id='confirm'][@disabled]").await?;
    }
    owner.browser.shots("learn-bad-table").await?;
    // Fewer rows than the model needs.
    let short = folder.join("short.csv");
    let whole = std::fs::read_to_string(table(folder, "right", HEADER, same)?)?;
    std::fs::write(&short, whole.lines().take(20).collect::<Vec<_>>().join("\n"))?;
    owner.chooses_file("seat-table", &short).await?;
    owner.sees("needs at least 40 rows").await?;
    // Nothing was lost: the right one is taken.
    owner.chooses_file("seat-table", &folder.join("right.csv")).await?;
    owner.sees("100 rows fit this task.").await?;
    Ok(())
}

#[tokio::test]
async fn what_does_not_fit_is_stopped_before_a_signature_or_answered_by_its_sentence() -> Result<()> {
    let stack = Stack::start().await?;
    let [_, first, second, requester, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
    let helper = Agent::join(&stack).await?;
    for account in [first, second, requester] {
        stack.chain.fund(account).await?;
        joins(&stack, account).await?;
    }
    let clinic = Set { number: 1, key: "patient", features: &["age", "bmi"], words: None, label: None, rows: 100 };
    clinic.granted(&stack, first, requester).await?;
    let features = &["s1", "s2", "bmi"];
    let label = Some("target");
    let laboratory = Set { number: 2, key: "patient", features, words: Some("ward"), label, rows: 99 };
    laboratory.granted(&stack, second, requester).await?;
    let profiles = [Profile::fresh()?, Profile::fresh()?];
    let browsers = [Browser::open(&profiles[0], &[]).await?, Browser::open(&profiles[1], &[]).await?];
    let [asks, owner] = [0, 1].map(|at: usize| Person::new(&browsers[at], &stack));

    asks.visit("/learn/new").await?;
    asks.connects(requester).await?;
    is_kept(&asks, requester).await?;
    in_the_wizard(&asks, helper.account).await?;
    browsers[0].shots("learn-new-chosen").await?;
    asks.presses("publish-task").await?;
    asks.sees("Waits for 3 of 3 seats to confirm.").await?;

    owner.visit("/task/1").await?;
    owner.connects(second).await?;
    owner.sees("Confirm seat").await?;
    let folder = tempfile::tempdir()?;
    at_the_owner(&owner, folder.path()).await?;
    ticks(&owner, "read-leaks").await?;
    owner.sees("Tick at least one helper.").await?;
    ticks(&owner, &format!("accept-{}", helper.account)).await?;
    owner.presses("confirm").await?;
    owner.finds_no_more("confirm").await?;
    let [one, two] = browsers;
    one.quit().await?;
    two.quit().await
}
