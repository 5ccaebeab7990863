//! Publishing a task: its file is stored, its fees are locked.

use app_core::{
    action::{ActionError, Tools, permit},
    chain::{ChainError, Learning},
    server,
};
use leptos::prelude::GetUntracked;
use mpc_run::Spec;
use protocol::{Amount, Digest, cid::Cid};
use tasks::{Draft, Event, Move, Said, TASKS, Task, calls, logs};

/// What a draft locks when it is published: all fees, and the most that helpers get.
///
/// # Errors
/// [`ActionError`]: the sentence with which the contract would refuse it.
pub fn locks(tools: Tools, learning: &Learning, draft: &Draft) -> Result<Amount, ActionError> {
    let account = tools.wallet.account.get_untracked().ok_or(app_core::wallet::WalletError::NotConnected)?;
    let now = tools.clock.now.get_untracked();
    let said = learning.decide(account, now, &Move::Publish(vec![draft.clone()]))?;
    let published = said.iter().find_map(|said| match said {
        Said::Task(_, Event::Published { requester, waits_for, model_of, draft }) => {
            let numbers = (*waits_for, *model_of);
            Task::published(*requester, numbers, draft, None, &learning.book.registry, now)
        }
        _ => None,
    });
    Ok(published.map(|task| task.holds()).unwrap_or_default())
}

/// Publishes a task; its number.
///
/// # Errors
/// [`ActionError`]; nothing is locked then.
pub async fn publish(
    tools: Tools,
    learning: &Learning,
    spec: &Spec,
    draft: Draft,
    step: impl Fn(&'static str),
) -> Result<u64, ActionError> {
    let account = tools.account()?;
    let file = spec.to_bytes();
    let draft = Draft { spec: Digest::of(&file), ..draft };
    let value = locks(tools, learning, &draft)?;
    step("Storing what the task says, where all seats can read it");
    let cid = Cid::of_block(&file).to_string();
    server::store(tools.wallet, account, &cid, js_sys::Uint8Array::from(&file[..]).into()).await?;
    let contract = tools.deployment().demand(TASKS)?;
    step("Signing the fees: your wallet asks for a permit");
    let permit = permit::ask(tools, contract, value).await?;
    step("Publishing: your wallet asks for one transaction");
    let data = calls::publish(&[draft], permit.as_ref().map(|permit| (value, permit)));
    let receipt = tools.transactions.send("Publish a task", contract, data, None).await?;
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
