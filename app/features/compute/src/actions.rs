//! What people do about jobs. Each asks the rules first, so that a refusal is a sentence before any wallet opens.

use app_core::{
    action::{ActionError, Tools, permit},
    chain::Computing,
    routes,
    transactions::About,
};
use compute_session::SignedQuote;
use jobs::{Files, JOBS, Move, calls, logs, market::Posting};
use leptos::prelude::GetUntracked;
use protocol::{Amount, Digest, cid::Cid};

/// Something that needs nothing but a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plain {
    Cancel,
    Accept,
    /// Under a bond, which is taken by permit.
    Challenge {
        bond: Amount,
    },
    Draw,
    /// Under a bond, which is taken by permit.
    Escalate {
        bond: Amount,
    },
    Conclude,
    Expire,
    Claim,
    CollectOwed,
}

/// What a form is refused with, of which so many fields say what is wrong with them.
pub fn refused(fields: usize) -> ActionError {
    ActionError::feature(match fields {
        1 => "1 field above cannot be taken as it is. It says why.".to_owned(),
        fields => format!("{fields} fields above cannot be taken as they are. Each says why."),
    })
}

/// Does it, if the rules allow it. `says` tells what happens now.
///
/// # Errors
/// [`ActionError`]
pub async fn plain(
    tools: Tools,
    computing: &Computing,
    job: u64,
    what: Plain,
    says: impl Fn(&'static str),
) -> Result<(), ActionError> {
    let account = tools.account()?;
    // Accepting and challenging name the very result that was looked at.
    let result = computing.book.job(job).and_then(|job| job.run.as_ref()).map_or(Digest::ZERO, |run| run.result);
    let (title, asked) = match what {
        Plain::Cancel => ("Withdraw", Move::Cancel { job }),
        Plain::Accept => ("Accept the result of", Move::Accept { job, result }),
        Plain::Challenge { .. } => ("Challenge the result of", Move::Challenge { job, result }),
        Plain::Draw => ("Draw the jurors of", Move::Draw { job }),
        Plain::Escalate { .. } => ("Ask for a second round about", Move::Escalate { job }),
        Plain::Conclude => ("Close the dispute about", Move::Conclude { job }),
        Plain::Expire => ("Close", Move::Expire { job }),
        Plain::Claim => ("Collect your part of", Move::Claim { job }),
        Plain::CollectOwed => ("Collect what you are owed after", Move::CollectOwed { account }),
    };
    computing.decide(account, tools.clock.now.get_untracked(), &asked)?;
    let contract = tools.deployment().demand(JOBS)?;
    let permit = match what {
        Plain::Challenge { bond } | Plain::Escalate { bond } => {
            says("Signing the bond: your wallet asks for a permit");
            permit::ask(tools, contract, bond).await?
        }
        _ => None,
    };
    let data = match what {
        Plain::Cancel => calls::cancel(job),
        Plain::Accept => calls::accept(job, result),
        Plain::Challenge { .. } => calls::challenge(job, result, permit.as_ref()),
        Plain::Draw => calls::draw(job),
        Plain::Escalate { .. } => calls::escalate(job, permit.as_ref()),
        Plain::Conclude => calls::conclude(job),
        Plain::Expire => calls::expire(job),
        Plain::Claim => calls::claim(job),
        Plain::CollectOwed => calls::collect_owed(account),
    };
    says("Your wallet asks for the transaction");
    tools.transactions.send(format!("{title} job {job}"), contract, data, Some(about(job))).await?;
    Ok(())
}

/// Locks the money of a job for a provider, under the quote that it signed: by permit, in one transaction.
///
/// # Errors
/// [`ActionError`]
pub async fn lock(
    tools: Tools,
    computing: &Computing,
    job: u64,
    signed: SignedQuote,
    says: impl Fn(&'static str),
) -> Result<(), ActionError> {
    let account = tools.account()?;
    let SignedQuote { quote, signature } = signed;
    let terms = computing.book.job(job).map(|job| job.terms);
    let terms = terms.ok_or_else(|| ActionError::feature("There is no such job."))?;
    // Whose signature it is was looked at when it came.
    let asked = Move::Lock { job, terms, quote, signer: quote.provider };
    computing.decide(account, tools.clock.now.get_untracked(), &asked)?;
    let contract = tools.deployment().demand(JOBS)?;
    says("Letting the contract take the money: your wallet asks for a permit");
    let permit = permit::ask(tools, contract, terms.escrow(quote.price)).await?;
    says("Your wallet asks for the transaction");
    let data = calls::lock(job, &terms, &quote, &signature.0, permit.as_ref());
    tools.transactions.send(format!("Lock the money of job {job}"), contract, data, Some(about(job))).await?;
    Ok(())
}

/// A job, as what a transaction is about.
fn about(job: u64) -> About {
    About { href: routes::job(job), name: format!("Job {job}") }
}

/// The title of a posting. It names all files: jobs that train have one workload, and differ in their inputs.
fn title(files: &Files) -> String {
    let of = [&files.workload, &files.inputs, &files.resumed].into_iter().filter(|cid| !cid.is_empty());
    let short = |cid: &String| cid.parse::<Cid>().map_or_else(|_| cid.clone(), |cid| cid.short());
    format!("Post a job of {}", of.map(short).collect::<Vec<_>>().join(", "))
}

/// Posts a job; answers its number, where the transaction was mined while somebody waited.
///
/// # Errors
/// [`ActionError`]
pub async fn post(tools: Tools, posting: &Posting, says: impl Fn(&'static str)) -> Result<Option<u64>, ActionError> {
    let account = tools.account()?;
    let asked = Move::Post { terms: posting.terms, files: posting.files.clone() };
    Computing::default().decide(account, tools.clock.now.get_untracked(), &asked)?;
    let contract = tools.deployment().demand(JOBS)?;
    says("Your wallet asks for the transaction");
    let data = calls::post(&posting.terms, &posting.files);
    let receipt = tools.transactions.send(title(&posting.files), contract, data, None).await?;
    Ok(receipt.find(contract, logs::decode).map(|(id, _)| id))
}
