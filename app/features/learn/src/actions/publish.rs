//! Publishing tasks: their files are stored, their fees are locked.

use app_core::{
    action::{ActionError, Tools, permit},
    chain::{ChainError, Learning},
    server,
};
use leptos::prelude::GetUntracked;
use mpc_run::Spec;
use protocol::{Amount, Digest, cid::Cid};
use tasks::{Draft, Event, Move, Said, TASKS, Task, calls, logs};

use super::titles;

/// What drafts lock when they are published together: all fees, and the most that helpers get.
///
/// # Errors
/// [`ActionError`]: the sentence with which the contract would refuse it.
pub fn locks(tools: Tools, learning: &Learning, drafts: &[Draft]) -> Result<Amount, ActionError> {
    let account = tools.wallet.account.get_untracked().ok_or(app_core::wallet::WalletError::NotConnected)?;
    let now = tools.clock.now.get_untracked();
    let said = learning.decide(account, now, &Move::Publish(drafts.to_vec()))?;
    let published = said.iter().filter_map(|said| match said {
        Said::Task(_, Event::Published { requester, waits_for, model_of, draft }) => {
            // A seat whose grant the task before has used costs no fee again.
            let before = usize::from(draft.waits_for).checked_sub(1).and_then(|place| drafts.get(place));
            let links = (*waits_for, *model_of);
            Task::published(*requester, links, draft, before, &learning.book.registry, now)
        }
        _ => None,
    });
    Ok(Amount(published.map(|task| task.holds().0).sum()))
}

/// Publishes tasks in one transaction; the number of the first.
///
/// # Errors
/// [`ActionError`]; nothing is locked then.
pub async fn publish(
    tools: Tools,
    learning: &Learning,
    tasks: Vec<(Spec, Draft)>,
    step: impl Fn(&'static str),
) -> Result<u64, ActionError> {
    let account = tools.account()?;
    let (files, drafts): (Vec<Vec<u8>>, Vec<Draft>) = tasks
        .into_iter()
        .map(|(spec, draft)| {
            let file = spec.to_bytes();
            let spec = Digest::of(&file);
            (file, Draft { spec, ..draft })
        })
        .unzip();
    let value = locks(tools, learning, &drafts)?;
    step("Storing what the task says, where all seats can read it");
    for file in &files {
        let cid = Cid::of_block(file).to_string();
        server::store(tools.wallet, account, &cid, js_sys::Uint8Array::from(&file[..]).into()).await?;
    }
    let contract = tools.deployment().demand(TASKS)?;
    step("Signing the fees: your wallet asks for a permit");
    let permit = permit::ask(tools, contract, value).await?;
    step("Publishing: your wallet asks for one transaction");
    let data = calls::publish(&drafts, permit.as_ref().map(|permit| (value, permit)));
    let title = titles::publish(&drafts);
    let receipt = tools.transactions.send(title, contract, data, None).await?;
    let published = receipt.find(contract, |log| {
        Ok::<_, std::convert::Infallible>(
            logs::decode(log)
                .ok()
                .flatten()
                .and_then(|(id, event)| matches!(event, Event::Published { .. }).then_some(id)),
        )
    });
    Ok(published.ok_or_else(|| ChainError::Unreadable("a publication without its event".into()))?)
}
