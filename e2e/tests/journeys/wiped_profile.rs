//! Journey 5: the browser profile is wiped between commit and reveal. Wallet plus files go on; so does an exported
//! vault.

use anyhow::Result;
use devchain::bounty::model::{Effort, learn};
use e2e::{Browser, Person, Profile, Stack};

use crate::steps;

const PASSPHRASE: &str = "correct horse battery staple";

#[tokio::test]
async fn wallet_and_files_or_an_export_bring_everything_back() -> Result<()> {
    let stack = Stack::start().await?;
    let [_, requester, trainer, ..] = stack.chain.accounts[..] else { panic!("ten accounts") };
    let files = tempfile::TempDir::new()?;
    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    person.visit("/").await?;
    person.connects(requester).await?;
    person.takes_airdrop().await?;
    steps::posts_digits(&person, "5").await?;

    let data = steps::Data::fetch(&stack, &stack.chain.bounty(1).await?).await?;
    let model = learn(&data.train, &data.test, &data.classes, Effort::Good, Default::default())?;
    let (predictions, model_file) = data.write(files.path(), "mine", &model.predictions, &model.file)?;
    person.connects(trainer).await?;
    person.takes_airdrop().await?;
    person.chooses_file("predictions-file", &predictions).await?;
    person.sees("valid labels").await?;
    person.chooses_file("model-file", &model_file).await?;
    person.sees("Submit and lock 5 MDC").await?;
    person.presses("commit").await?;
    person.sees("You have submitted").await?;

    person.visit("/settings").await?;
    person.sees("Ground truth of").await?;
    browser.shots("5-settings").await?;
    person.fills("field-passphrase", "short").await?;
    person.presses("export-vault").await?;
    person.sees("at least 8 characters").await?;
    person.fills("field-passphrase", PASSPHRASE).await?;
    person.presses("export-vault").await?;
    person.sees("Exported.").await?;
    let exported = files.path().join("kept.vault");
    std::fs::copy(browser.downloaded("modelmarket.vault").await?, &exported)?;
    browser.quit().await?;
    drop(profile);

    // A wiped browser: wallet and files are enough.
    let wiped = Profile::fresh()?;
    let browser = Browser::open(&wiped, &[]).await?;
    let person = Person::new(&browser, &stack);
    person.visit("/bounties/1").await?;
    person.presses("pass-time").await?;
    person.sees("Awaiting ground truth").await?;
    person.connects(requester).await?;
    person.sees("The ground truth is not in this browser's vault").await?;
    browser.shots("5-recover-truth").await?;
    person.chooses_file("posted-file", &steps::dataset("iris.csv")).await?;
    person.presses("recover-truth").await?;
    person.sees("give another ground truth").await?;
    person.chooses_file("posted-file", &steps::dataset("digits.csv")).await?;
    person.presses("recover-truth").await?;
    person.presses("reveal-ground-truth").await?;
    person.sees("Claiming").await?;
    person.connects(trainer).await?;
    person.sees("Your predictions and your model are not in this browser's vault").await?;
    person.chooses_file("predictions-file", &predictions).await?;
    person.sees("valid labels").await?;
    // The commitment is to both files: another model gives another one.
    person.chooses_file("submitted-model-file", &steps::dataset("iris.csv")).await?;
    person.presses("recover-submission").await?;
    person.sees("give another commitment than yours").await?;
    person.chooses_file("submitted-model-file", &model_file).await?;
    person.presses("recover-submission").await?;
    person.sees("This page counted your predictions").await?;
    person.presses("claim-score").await?;
    person.sees_no_more("Your turn: claim your score").await?;
    browser.quit().await?;

    // Another browser with the exported file.
    let other = Profile::fresh()?;
    let browser = Browser::open(&other, &[]).await?;
    let person = Person::new(&browser, &stack);
    person.visit("/settings").await?;
    person.sees("The vault is empty").await?;
    person.chooses_file("vault-file", &exported).await?;
    person.fills("field-passphrase", "wrong horse battery").await?;
    person.presses("import-vault").await?;
    person.sees("does not open with this passphrase").await?;
    person.fills("field-passphrase", PASSPHRASE).await?;
    person.presses("import-vault").await?;
    person.sees("Imported 3 files").await?;
    person.connects(trainer).await?;
    person.visit("/bounties/1").await?;
    person.presses("pass-time").await?;
    person.presses("reveal-prediction").await?;
    person.sees("Settled: ").await?;
    browser.quit().await
}
