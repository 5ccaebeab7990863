//! A prediction market from its bounty to the pay-out: two honest contributors and one who cheats.

use anyhow::{Context, Result};
use devchain::{
    publish::Publisher,
    shared_model::{CreatedModel, Start},
};
use e2e::{Browser, Person, Profile, Stack};
use protocol::{Address, Amount};
use shared_model::{
    ClassifierKind, IncentiveKind, ModelFile, Terms,
    learn::{
        classifier::Classifier,
        from_table::{self, Content, Words},
    },
    state::{MarketStage, Over},
    table::Table,
};
use thirtyfour::prelude::*;

use crate::{
    steps,
    teaching::{Lesson, enters, lessons},
};

/// Rows that the model starts from: few, so that one lesson tells.
const START: usize = 20;
/// Pieces that the hidden test set is cut into.
const PIECES: usize = 7;
/// Lessons that are looked through for telling ones.
const LOOKED_AT: usize = 120;

/// Who does what, found beforehand with the replica of the contract, so that it holds whichever piece is drawn.
struct Script {
    file: ModelFile,
    hidden: Vec<Lesson>,
    /// One honest lesson each.
    honest: [Lesson; 2],
    /// Taught with the wrong label.
    lie: Lesson,
}

impl Script {
    fn find() -> Result<Self> {
        let mut table = Table::read(&std::fs::read(steps::dataset("shared/film_reviews.csv"))?, None)?;
        let rest = table.rows.split_off(START);
        let trained = from_table::train(&table, Content::Text, ClassifierKind::NaiveBayes, &Words::Frequent(200), 3)?;
        let file = ModelFile {
            name: "Film reviews, just begun".into(),
            description: "Started from a few reviews; a prediction market pays for those that make it better.".into(),
            ..trained.file
        };
        let encoder = file.encoder.build()?;
        let kind = encoder.original();
        let rows: Vec<_> = rest.iter().map(|(cells, label)| (Table::original(cells, &kind), *label)).collect();
        let all = lessons(encoder.as_ref(), &rows);
        let (taught, asked) = all.split_at(LOOKED_AT);
        let mut model = Classifier::with_words(file.shape.clone(), &file.words)?;
        // Two lessons that help and a lie that harms, one after the other, and what each changes.
        let (mut told, mut told_by) = (Vec::new(), Vec::new());
        for sign in [1, 1, -1] {
            let label = |l: &Lesson| if sign > 0 { l.label } else { 1 - l.label };
            let sum = |l: &Lesson| changes(&model, l, label(l), asked).iter().sum::<i32>() * sign;
            let best =
                taught.iter().filter(|l| !told.contains(*l)).max_by_key(|l| sum(l)).context("somebody teaches")?;
            told_by.push(changes(&model, best, label(best), asked));
            model.teach(&best.sample, label(best))?;
            told.push(best.clone());
        }
        // The hidden test set is of rows that show it.
        let mut rows = Vec::new();
        for (teller, sign) in [(0, 1), (1, 1), (2, -1)] {
            let fair = |row: &usize| told_by[0][*row] >= 0 && told_by[1][*row] >= 0 && told_by[2][*row] <= 0;
            let tells = (0..asked.len()).filter(fair).filter(|row| told_by[teller][*row] == sign);
            let new: Vec<usize> = tells.filter(|row| !rows.contains(row)).take(5).collect();
            rows.extend(new);
        }
        let hidden: Vec<Lesson> = rows.iter().map(|row| asked[*row].clone()).collect();
        let unseen = hidden.len().div_ceil(PIECES);
        for (changes, sign) in told_by.iter().zip([1, 1, -1]) {
            let score = rows.iter().filter(|row| changes[**row] == sign).count();
            assert!(score > unseen, "a score of {score} may vanish with the {unseen} rows that do not count");
        }
        let [one, two, lie] = told.try_into().ok().context("three lessons")?;
        Ok(Self { file, hidden, honest: [one, two], lie })
    }

    /// The hidden test set as its owner has it: a CSV like the one that the model was made of.
    fn csv(&self) -> String {
        let rows = self.hidden.iter().map(|l| format!("\"{}\",{}\n", l.text, self.name(l.label)));
        format!("text,sentiment\n{}", rows.collect::<String>())
    }

    fn name(&self, label: u16) -> &str {
        &self.file.classes[usize::from(label)]
    }
}

/// What a lesson changes, test row by test row: 1 where it becomes right, -1 where it becomes wrong.
fn changes(before: &Classifier, lesson: &Lesson, label: u16, hidden: &[Lesson]) -> Vec<i32> {
    let mut after = before.clone();
    after.teach(&lesson.sample, label).expect("the model takes it");
    let right = |replica: &Classifier, row: &Lesson| i32::from(replica.predict(&row.sample) == Ok(row.label));
    hidden.iter().map(|row| right(&after, row) - right(before, row)).collect()
}

/// Makes the model without the page; the market is posted in it.
async fn make(stack: &Stack, owner: Address, file: &ModelFile) -> Result<CreatedModel> {
    let publisher = Publisher::sign_in(&stack.chain, &stack.url, owner).await?;
    let start = Start {
        shape: file.shape.clone(),
        words: file.words.clone(),
        incentive: IncentiveKind::Market,
        terms: Terms { cost_weight: Amount::ZERO, refund_wait: 60, owner_wait: 3_600, any_wait: 7 * 86_400 },
        metadata_cid: publisher.put(file.metadata(None).to_bytes()).await?.to_string(),
    };
    stack.chain.make_model(owner, &start).await
}

/// Waits for the chip that says where the market stands.
async fn stands_at(person: &Person<'_>, stage: &str) -> Result<()> {
    let chip = format!("//section[@id='market']/header/span[normalize-space(.)='{stage}']");
    person.finds(&chip).await.map(drop)
}

#[tokio::test]
async fn a_market_pays_the_honest_from_the_bounty_and_the_cheater() -> Result<()> {
    let script = Script::find()?;
    let stack = Stack::start().await?;
    let chain = &stack.chain;
    let [owner, first, second, cheater, stranger, ..] = chain.accounts[..] else { panic!("ten accounts") };
    let made = make(&stack, owner, &script.file).await?;
    let model = made.model;
    let files = tempfile::TempDir::new()?;
    let csv = files.path().join("hidden.csv");
    std::fs::write(&csv, script.csv())?;

    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    let tab = |key: &str| format!("/models/{model}?tab={key}");

    // Nothing can be contributed before there is a market.
    person.visit(&tab("teach")).await?;
    person.sees("Its owner has not posted a market yet").await?;

    // The owner posts: test set, bounty, times.
    person.connects(owner).await?;
    person.takes_airdrop().await?;
    person.chooses_file("hidden-test-file", &csv).await?;
    person.sees(&format!("{} rows read and encoded", script.hidden.len())).await?;
    person.fills("field-bounty", "90").await?;
    person.fills("field-least-stake", "5").await?;
    person.fills("field-pieces", "40").await?;
    person.sees("pieces 3 to 16").await?;
    person.fills("field-pieces", &PIECES.to_string()).await?;
    browser.shots("s-market-post").await?;
    person.presses("post-market").await?;
    stands_at(&person, "Drawing").await?;
    browser.shots("s-market-drawing").await?;
    person.presses("draw-piece").await?;
    stands_at(&person, "First reveal").await?;
    person.presses("reveal-piece").await?;
    stands_at(&person, "Open").await?;
    person.sees(&format!("1 of {PIECES} pieces revealed")).await?;

    // The owner knows the test, and so may not take part.
    enters(&person, &script.lie.text, script.name(0)).await?;
    person.sees("The owner knows the test set").await?;

    // Two are honest, one teaches the opposite; each commits under the stake, and nobody sees to what.
    let [one, two] = &script.honest;
    let [so, also] = [one, two].map(|lesson| script.name(lesson.label));
    let contributions = [
        (first, &one.text, so),
        (second, &two.text, also),
        (cheater, &script.lie.text, script.name(1 - script.lie.label)),
    ];
    for (who, text, class) in contributions {
        person.connects(who).await?;
        person.takes_airdrop().await?;
        enters(&person, text, class).await?;
        person.sees("Commit and lock 5").await?;
        if who == first {
            browser.shots("s-market-stake").await?;
        }
        person.presses("contribute").await?;
        person.sees(&format!("Committed as “{class}”")).await?;
    }
    person.sees("3 of at most 32, 0 shown").await?;
    assert_eq!(chain.shared_model(model).await?.contributions.len(), 0, "nobody sees what they are");
    browser.shots("s-market-open").await?;
    person.presses("pass-time").await?;
    stands_at(&person, "Showing").await?;

    // Each shows what the vault has kept, or loses the stake. The owner's turn begins when all is shown.
    for (who, shown) in [(first, 1), (second, 2), (cheater, 3)] {
        person.connects(who).await?;
        if who == first {
            person.sees("5 MDC are lost to the pot").await?;
            browser.shots("s-market-showing").await?;
        }
        person.presses("show-contributions").await?;
        person.sees(&format!("{shown} shown")).await?;
    }
    stands_at(&person, "Revealing").await?;
    assert!(!person.is_seeing("Reveal piece ").await?, "only the owner has the test set");

    // The owner reveals the rest, in order.
    person.connects(owner).await?;
    for revealed in 2..=PIECES {
        person.presses("reveal-piece").await?;
        person.sees(&format!("{revealed} of {PIECES} pieces revealed")).await?;
    }
    stands_at(&person, "Evaluating").await?;

    // Anyone does the rest, pass by pass.
    person.connects(stranger).await?;
    person.visit(&tab("mine")).await?;
    browser.shots("s-market-evaluating").await?;
    let mut passes = 0;
    loop {
        let now = chain.now().await?;
        let mut market = chain.shared_model(model).await?.market.context("there is a market")?;
        match market.stage(now) {
            MarketStage::Over(over) => break assert_eq!(over, Over::Paid),
            MarketStage::Training => {}
            other => panic!("in the middle of the evaluation: {other:?}"),
        }
        if market.passes.len() > passes {
            passes = market.passes.len();
            browser.shots(&format!("s-market-pass-{passes}")).await?;
        }
        let done = (market.trainings.len(), market.passes.len());
        // The page may be a block behind, and then offers what was done already: the next try finds the next step.
        let waited = std::time::Instant::now();
        while (market.trainings.len(), market.passes.len()) == done {
            anyhow::ensure!(waited.elapsed().as_secs() < 60, "a step leads nowhere");
            let step = "//section[@id='market']//button[@id='evaluate'][not(@disabled)]";
            let offered = browser.driver.find_all(By::XPath(step)).await?;
            if let Some(button) = offered.first() {
                let _replaced_meanwhile = button.click().await;
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            market = chain.shared_model(model).await?.market.context("there is a market")?;
        }
    }
    stands_at(&person, "Paid out").await?;
    person.sees("Scores of pass").await?;
    browser.shots("s-market-paid").await?;

    // The cheater paid, the honest were paid, and nothing came from nowhere.
    let folded = chain.shared_model(model).await?;
    let market = folded.market.as_ref().context("there is a market")?;
    let [one, two, lost] = [first, second, cheater].map(|who| folded.account(&who).balance);
    assert!(one > Amount::mdc(5) && two > Amount::mdc(5), "the honest gain: {one} and {two} MDC");
    assert!(lost < Amount::mdc(5), "the cheater loses: {lost} MDC");
    assert!(market.dropped.contains(&cheater), "the cheater could not pay another round");
    let back = market.remainder.context("it is over")?;
    assert_eq!(folded.account(&owner).balance, back);
    assert_eq!(one.0 + two.0 + lost.0 + back.0, Amount::mdc(90 + 5 + 5 + 5).0);
    assert_eq!(folded.owed(), chain.balance(model).await?, "the model holds what it owes, to the last unit");

    // Everybody takes out what is theirs.
    person.presses("tab-mine").await?;
    for (who, inside) in [(first, one), (cheater, lost), (owner, back)] {
        person.connects(who).await?;
        if inside == Amount::ZERO {
            continue;
        }
        let before = chain.balance(who).await?;
        person.presses("withdraw-balance").await?;
        if who == first {
            browser.shots("s-market-mine").await?;
        }
        person.finds_no_more("withdraw-balance").await?;
        assert_eq!(chain.balance(who).await?.0 - before.0, inside.0);
    }
    assert_eq!(chain.balance(model).await?, two, "what is left is the other one's");
    browser.quit().await
}
