//! Confirming a seat: the table is looked at, keys are drawn and kept, and the bond is locked.

use app_core::{
    action::{ActionError, Tools, directory_key, permit, signed_key::SignedKey},
    chain::Learning,
    content,
    workers::party::Party,
};
use leptos::prelude::GetUntracked;
use mpc_run::Spec;
use mpc_task::fits;
use protocol::{Address, Digest, cid::Cid};
use tasks::{Move, TASKS, calls, calls::Confirmation};

use super::{about, purpose, titles};
use crate::kept::{self, KeptSeat};

/// The file of a task that says what it computes.
///
/// # Errors
/// [`ActionError`] where nobody has it, or it cannot be read.
pub async fn spec(tools: Tools, learning: &Learning, task: u64) -> Result<(Vec<u8>, Spec), ActionError> {
    let digest = learning.book.task(task).map(|task| task.draft.spec).unwrap_or_default();
    let cid = Cid::raw(digest).to_string();
    let file =
        content::fetch(tools.settings, &cid, mpc_run::spec::LARGEST as u64).await.map_err(ActionError::feature)?;
    let (spec, _) = Spec::read(&file).map_err(ActionError::feature)?;
    Ok((file, spec))
}

/// What a person chose for its seat.
pub struct Chosen {
    pub seat: u8,
    /// The CSV of an owner, and its name on disk.
    pub table: Option<(String, Vec<u8>)>,
    /// Candidates that are accepted as helper, bit i for the i-th.
    pub accepted: u16,
}

/// Confirms a seat. Before the wallet opens: the table against every rule, the call against the rules of the contract, and
/// the keys in the vault.
///
/// # Errors
/// [`ActionError`]; nothing is locked then.
pub async fn confirm(
    tools: Tools,
    learning: &Learning,
    task: u64,
    chosen: Chosen,
    step: impl Fn(&'static str),
) -> Result<(), ActionError> {
    let account = tools.account()?;
    let (file, said) = spec(tools, learning, task).await?;
    if let Some(found) = learning.book.task(task) {
        let grant = found.seats.get(usize::from(chosen.seat)).map_or(0, |seat| seat.grant);
        let registry = &learning.book.registry;
        fits(found, &said, Digest::of(&file), |grant| registry.grant(grant).map(|(grant, _)| grant.dataset))
            .map_err(ActionError::feature)?;
        let receiver = purpose::receiver(found, &said);
        let problem = purpose::problem(tools, learning, grant, &said, chosen.seat, receiver).await;
        if let Some(problem) = problem {
            return Err(ActionError::Feature(problem));
        }
    }
    in_directory(tools, learning, account).await?;
    let party = Party::default();
    let table = chosen.table.as_ref().map(|(_, table)| table.as_slice());
    if let Some(table) = table {
        step("Looking at every row of the table");
        let (findings, _) = party.check(&file, chosen.seat, table).await?;
        if let Some(first) = findings.into_iter().next() {
            return Err(ActionError::Feature(first));
        }
    }
    step("Drawing the keys of your seat");
    let drawn = party.draw(table).await?;
    let said = Confirmation {
        key: drawn.public.link,
        input: drawn.input,
        signer: drawn.public.signer,
        accepted: chosen.accepted,
    };
    let Confirmation { key, input, signer, accepted } = said;
    let asked = Move::Confirm { task, seat: chosen.seat, key, input, signer, accepted };
    learning.decide(account, tools.clock.now.get_untracked(), &asked)?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let kept = KeptSeat {
        keys: text(&drawn.keys),
        table: table.map(text),
        file: chosen.table.as_ref().map(|(name, _)| name.clone()).unwrap_or_default(),
    };
    kept::keep_seat(tools, task, chosen.seat, &kept).await?;
    let contract = tools.deployment().demand(TASKS)?;
    let bond = learning.book.task(task).map(|task| task.draft.bond).unwrap_or_default();
    step("Signing the bond: your wallet asks for a permit");
    let permit = permit::ask(tools, contract, bond).await?;
    step("Confirming: your wallet asks for one transaction");
    let data = calls::confirm(task, chosen.seat, &said, permit.as_ref());
    let title = titles::about_seat("Confirm", task, chosen.seat);
    tools.transactions.send(title, contract, data, Some(about(task))).await?;
    Ok(())
}

/// Whoever takes part is in the directory, with a key that this browser has: results are sealed to it.
///
/// # Errors
/// [`ActionError`] with what to do.
pub async fn in_directory(tools: Tools, learning: &Learning, account: Address) -> Result<SignedKey, ActionError> {
    let found = learning.book.registry.organisations.get(&account).filter(|found| found.joined);
    let found = found.ok_or_else(|| {
        ActionError::feature(
            "Your account is not in the directory, so that results could not be sealed to it. Join under Data, then come \
             back.",
        )
    })?;
    let key = directory_key::key(tools, found.key_version).await?;
    if key.public() == found.key {
        return Ok(key);
    }
    Err(ActionError::feature(
        "The key of your organisation in the directory is not one that this wallet gives. Import the vault of the browser \
         that made it, in Settings, or change the key under Data.",
    ))
}
