//! A good and a bad contributor on the text model: teach, wait, refund, report, take; the owner's path and anybody's.

use anyhow::{Context, Result};
use devchain::shared_model::samples::{FILM_REVIEWS, SampleModel};
use e2e::{Browser, Person, Profile, Stack};
use protocol::{Address, Amount, Digest};
use shared_model::{
    Original, Sample,
    learn::classifier::Classifier,
    state::{Ending, record_key},
};

use crate::steps;

/// Longest text that is taught: it should be read at a glance on a screenshot.
const LONGEST: usize = 110;
/// Fewest words of it that the model knows.
const FEWEST: usize = 4;

/// A text with its right label.
#[derive(Debug, Clone, PartialEq)]
pub struct Lesson {
    pub text: String,
    pub sample: Sample,
    pub label: u16,
}

impl Lesson {
    pub fn key(&self, contributor: Address, label: u16) -> Digest {
        record_key(&contributor, label, &self.sample.to_bytes())
    }
}

/// Short texts among rows, as the model is given them.
pub fn lessons(encoder: &dyn shared_model::Encoder, rows: &[(Original, u16)]) -> Vec<Lesson> {
    let mut found = Vec::new();
    for (original, label) in rows {
        let Original::Text { text } = original else { continue };
        let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || " ,.!?-:;".contains(c));
        let Ok(sample) = encoder.encode(original) else { continue };
        let told = matches!(&sample, Sample::Sparse(words) if words.len() >= FEWEST);
        if plain && told && text.len() <= LONGEST && text.trim() == text {
            found.push(Lesson { text: text.clone(), sample, label: *label });
        }
    }
    found
}

/// What the journey teaches, found beforehand with the replica of the contract.
struct Script {
    /// Wrong today, right after it was taught.
    good: Lesson,
    /// The same, for another contributor.
    other: Lesson,
    /// Known already.
    known: Lesson,
    /// Still predicted as they are after the opposite was taught of all of them.
    lies: [Lesson; 3],
}

impl Script {
    fn find(shared: &SampleModel) -> Result<Self> {
        let mut replica = Classifier::with_words(shared.file.shape.clone(), &shared.file.words)?;
        let encoder = shared.file.encoder.build()?;
        let mut left = lessons(encoder.as_ref(), &shared.spare);
        let mut corrections = Vec::new();
        while corrections.len() < 2 {
            let found =
                left.iter().position(|l| replica.predict(&l.sample) != Ok(l.label) && sticks(&replica, l, l.label));
            let lesson = left.remove(found.context("one lesson corrects the model")?);
            replica.teach(&lesson.sample, lesson.label)?;
            corrections.push(lesson);
        }
        let found =
            left.iter().position(|l| replica.predict(&l.sample) == Ok(l.label)).context("it knows something")?;
        let known = left.remove(found);
        replica.teach(&known.sample, known.label)?;
        let mut lies = Vec::new();
        for lesson in left {
            if lies.len() < 3
                && replica.predict(&lesson.sample) == Ok(lesson.label)
                && !sticks(&replica, &lesson, 1 - lesson.label)
            {
                replica.teach(&lesson.sample, 1 - lesson.label)?;
                lies.push(lesson);
            }
        }
        for lesson in corrections.iter().chain([&known]).chain(&lies) {
            assert_eq!(
                replica.predict(&lesson.sample),
                Ok(lesson.label),
                "{} is told from lies at the end",
                lesson.text
            );
        }
        let lies = lies.try_into().ok().context("three lies that do not stick")?;
        let [good, other] = corrections.try_into().ok().context("two corrections")?;
        Ok(Self { good, other, known, lies })
    }
}

/// Whether the model says `label` of a lesson once it was taught so.
fn sticks(replica: &Classifier, lesson: &Lesson, label: u16) -> bool {
    let mut after = replica.clone();
    after.teach(&lesson.sample, label).is_ok() && after.predict(&lesson.sample) == Ok(label)
}

/// Fills in the form under Teach, without pressing its button.
pub async fn enters(person: &Person<'_>, text: &str, class: &str) -> Result<()> {
    let area = person.finds("//textarea[@id='original-text']").await?;
    area.clear().await?;
    area.send_keys(text).await?;
    let choice = format!("//fieldset//label[contains(., '{class}')]//input");
    person.finds(&choice).await?.click().await?;
    Ok(())
}

/// Teaches under the deposit of now.
pub async fn teaches(person: &Person<'_>, text: &str, class: &str, publish: bool) -> Result<()> {
    enters(person, text, class).await?;
    let tick = person.finds("//input[@id='publish-original']").await?;
    if tick.is_selected().await? != publish {
        tick.click().await?;
    }
    person.presses("contribute").await?;
    person.sees(&format!("Taught as “{class}”")).await?;
    // The form is free again once the original is published, too.
    person.sees_no_more("Publishing the original").await
}

/// The row of a contribution in a list.
fn row(key: Digest) -> String {
    format!("//ul[contains(@class, 'contributions')]/li[contains(., '{}')]", key.short())
}

async fn sees_in_row(person: &Person<'_>, key: Digest, text: &str) -> Result<()> {
    person.finds(&format!("{}[contains(., '{text}')]", row(key))).await.map(drop)
}

async fn presses_in_row(person: &Person<'_>, key: Digest, words: &str) -> Result<()> {
    let path = format!("{}//button[not(@disabled)][contains(., '{words}')]", row(key));
    // A row that is built anew between finding and pressing is looked for again.
    for _ in 0..20 {
        if person.finds(&path).await?.click().await.is_ok() {
            return Ok(());
        }
    }
    anyhow::bail!("“{words}” of {} stays out of reach", key.short())
}

/// What the leaderboard says of somebody: points, contributions, taken, balance.
async fn standing(person: &Person<'_>, account: Address, points: u64) -> Result<String> {
    let path = format!(
        "//table[@id='leaderboard']//tr[contains(., '{}')][td[@data-label='Points' and .='{points}']]",
        account.short()
    );
    Ok(person.finds(&path).await?.text().await?)
}

#[tokio::test]
async fn good_and_bad_contributors_the_owner_and_a_stranger() -> Result<()> {
    let stack = Stack::start().await?;
    let chain = &stack.chain;
    let [_, good, bad, stranger, owner, other, ..] = chain.accounts[..] else { panic!("ten accounts") };
    let shared = FILM_REVIEWS.make(chain, &stack.url, &steps::datasets(), owner).await?;
    let model = shared.made.model;
    let script = Script::find(&shared)?;
    let name = |label: u16| shared.file.classes[usize::from(label)].as_str();
    let (refund_wait, owner_wait, any_wait) = (60, 3_600, 7 * 86_400);
    chain.pass(600).await?;

    let profile = Profile::fresh()?;
    let browser = Browser::open(&profile, &[]).await?;
    let person = Person::new(&browser, &stack);
    let tab = |key: &str| format!("/models/{model}?tab={key}");

    // What cannot be contributed is said before the wallet opens.
    person.visit(&tab("teach")).await?;
    person.connects(good).await?;
    person.takes_airdrop().await?;
    enters(&person, "zzzz qqqq", name(0)).await?;
    person.sees("no word that this model knows").await?;
    browser.shots("s-teach-no-word").await?;

    // The good one corrects the model.
    let Lesson { text, label, .. } = &script.good;
    enters(&person, text, name(*label)).await?;
    person.sees_no_more("no word that this model knows").await?;
    browser.shots("s-teach").await?;
    teaches(&person, text, name(*label), true).await?;
    browser.shots("s-taught").await?;
    let key = script.good.key(good, *label);
    let taught = chain.shared_model(model).await?.contribution(&key).context("it is on chain")?.record;
    assert!(!taught.known && taught.left.0 > 0, "{taught:?}");

    // Not twice.
    enters(&person, text, name(*label)).await?;
    person.sees("You have contributed exactly this with this label before").await?;
    // Not too early.
    person.presses("tab-mine").await?;
    sees_in_row(&person, key, "matches the chain").await?;
    sees_in_row(&person, key, "It is too early; this can be claimed in").await?;
    browser.shots("s-mine-early").await?;

    // Somebody else earns a point besides, so that shares are shares.
    chain.fund_for(other, model).await?;
    let sample = script.other.sample.to_bytes();
    let second = chain.contribute(model, other, &sample, script.other.label).await?;
    // The deposit could be had now; the point takes as long again.
    chain.pass(refund_wait).await?;
    sees_in_row(&person, key, "It earns a point from").await?;
    chain.pass(refund_wait).await?;
    chain.refund(&second).await?;
    presses_in_row(&person, key, "and a point").await?;
    sees_in_row(&person, key, "Refunded, +1 point").await?;
    browser.shots("s-mine-refunded").await?;
    let folded = chain.shared_model(model).await?;
    assert_eq!(folded.account(&good).good, 1);
    assert_eq!(folded.account(&good).balance, taught.initial, "all of the deposit is back");
    assert_eq!(folded.total_good, 2);

    // What is known earns nothing; this one stays open for a while.
    chain.pass(600).await?;
    person.presses("tab-teach").await?;
    let Lesson { text, label, .. } = &script.known;
    enters(&person, text, name(*label)).await?;
    person.sees("The model already says so").await?;
    teaches(&person, text, name(*label), false).await?;
    let known = script.known.key(good, *label);

    // The bad one says the opposite of what is so.
    person.connects(bad).await?;
    person.takes_airdrop().await?;
    let mut lies = Vec::new();
    for (lie, lesson) in script.lies.iter().enumerate() {
        chain.pass(600).await?;
        let said = 1 - lesson.label;
        teaches(&person, &lesson.text, name(said), lie == 0).await?;
        lies.push(lesson.key(bad, said));
    }
    chain.pass(refund_wait).await?;
    person.presses("tab-mine").await?;
    sees_in_row(&person, lies[0], "so there is no refund now").await?;
    browser.shots("s-mine-bad").await?;
    // Who has no points takes nothing.
    person.presses("tab-others").await?;
    sees_in_row(&person, known, "You have no points in this model").await?;
    browser.shots("s-others-no-points").await?;

    // The good one reports, and takes half of it a wait later, as there are two points.
    person.connects(good).await?;
    sees_in_row(&person, lies[0], "matches the chain").await?;
    sees_in_row(&person, lies[0], &script.lies[0].text).await?;
    person.finds("//input[@id='reportable']").await?.click().await?;
    sees_in_row(&person, lies[2], "Report that the model disagrees").await?;
    browser.shots("s-others-report").await?;
    presses_in_row(&person, lies[0], "Report that the model disagrees").await?;
    person.finds("//input[@id='reportable']").await?.click().await?;
    sees_in_row(&person, lies[0], "its contributor can have back whenever the model agrees").await?;
    let before = chain.shared_model(model).await?;
    assert_eq!(
        before.contribution(&lies[0]).map(|c| c.record.left),
        before.contribution(&lies[0]).map(|c| c.record.initial)
    );
    chain.pass(refund_wait).await?;
    presses_in_row(&person, lies[0], "Take ").await?;
    sees_in_row(&person, lies[0], "You have already taken your share").await?;
    sees_in_row(&person, lies[0], "left").await?;
    browser.shots("s-others-reported").await?;
    let after = chain.shared_model(model).await?;
    let record = after.contribution(&lies[0]).context("the lie is on chain")?.record;
    let share = Amount(record.initial.0 / 2);
    assert_eq!(record.left.0, record.initial.0 - share.0);
    assert_eq!(after.account(&good).balance.0 - before.account(&good).balance.0, share.0);
    assert_eq!(after.account(&good).earned, share);

    // What was known comes back without a point, and everything goes to the wallet.
    person.presses("tab-mine").await?;
    presses_in_row(&person, known, "Refund ").await?;
    sees_in_row(&person, known, "Refunded").await?;
    let inside = chain.shared_model(model).await?.account(&good);
    assert_eq!(inside.good, 1);
    let wallet = chain.balance(good).await?;
    person.presses("withdraw-balance").await?;
    person.finds_no_more("withdraw-balance").await?;
    assert_eq!(chain.balance(good).await?.0 - wallet.0, inside.balance.0);
    assert_eq!(chain.shared_model(model).await?.account(&good).balance, Amount::ZERO);
    person.presses("tab-leaderboard").await?;
    standing(&person, good, 1).await?;
    standing(&person, bad, 0).await?;
    browser.shots("s-leaderboard-taught").await?;

    // The owner, without points, after a wait of its own.
    person.presses("tab-others").await?;
    person.connects(owner).await?;
    chain.pass(owner_wait).await?;
    presses_in_row(&person, lies[1], "Report that the model disagrees").await?;
    sees_in_row(&person, lies[1], "its contributor can have back whenever the model agrees").await?;
    chain.pass(refund_wait).await?;
    presses_in_row(&person, lies[1], "Take ").await?;
    sees_in_row(&person, lies[1], "Taken").await?;
    browser.shots("s-others-owner").await?;

    // Anybody, after the longest: also what others left of the first lie.
    person.connects(stranger).await?;
    sees_in_row(&person, lies[2], "You have no points in this model").await?;
    chain.pass(any_wait).await?;
    for lie in [lies[0], lies[2]] {
        presses_in_row(&person, lie, "Report that the model disagrees").await?;
        sees_in_row(&person, lie, "its contributor can have back whenever the model agrees").await?;
    }
    chain.pass(2 * refund_wait).await?;
    for lie in [lies[0], lies[2]] {
        presses_in_row(&person, lie, "Take ").await?;
        sees_in_row(&person, lie, "Taken").await?;
    }
    browser.shots("s-others-anyone").await?;

    let end = chain.shared_model(model).await?;
    let deposit = |key: &Digest| end.contribution(key).map_or(0, |c| c.record.initial.0);
    for lie in &lies {
        assert_eq!(end.contribution(lie).map(|c| c.ending), Some(Some(Ending::Taken)));
    }
    assert_eq!(end.account(&bad).balance, Amount::ZERO);
    assert_eq!(end.account(&owner).balance.0, deposit(&lies[1]));
    assert_eq!(end.account(&stranger).balance.0, deposit(&lies[0]) - share.0 + deposit(&lies[2]));
    assert_eq!(end.owed(), chain.balance(model).await?, "the model holds what it owes, to the last unit");
    let lost: u128 = lies.iter().map(deposit).sum();
    assert_eq!(chain.balance(bad).await?.0, Amount::mdc(1_000).0 - lost, "lying costs its deposits");
    assert_eq!(chain.balance(good).await?.0, Amount::mdc(1_000).0 + share.0, "honesty costs nothing and earns");
    browser.quit().await
}
