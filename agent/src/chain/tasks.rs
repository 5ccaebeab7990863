//! Tasks.

use std::{collections::BTreeMap, path::Path};

use directory::DIRECTORY;
use mpc_run::{Outcome, RunError, Spec};
use mpc_task::on_chain;
use protocol::{Address, Digest, RawLog};
use serde::Deserialize;
use serde_json::json;
use tasks::{
    Draft, Event, TASKS,
    calls::{self, Confirmation},
    logs, returns,
    typed_data::Run,
};

use super::{
    node::Chain,
    registry::{told, unread},
};
use crate::{
    cli::chain::{TaskCommand, TaskOptions},
    failure::Failure,
    files,
    keys::{Keys, Public},
    play::local::Local,
    told::Printer,
};

pub async fn task(options: TaskOptions, printer: Printer) -> Result<(), Failure> {
    let chain = Chain::open(&options.on).await?;
    let contract = chain.contract(TASKS)?;
    let call = match options.command {
        TaskCommand::Publish { draft, spec, allow } => {
            return publish(&chain, contract, (&draft, &spec), allow, printer).await;
        }
        TaskCommand::Confirm { id, seat, keys, data, accepted, allow } => {
            chain.allow(contract, allow).await?;
            let keys = Keys::read(&keys)?;
            let public = keys.public()?;
            let rows = data.as_deref().map(files::read).transpose()?.unwrap_or_default();
            // Salted, so that nobody can try tables against it.
            let input = Digest::of(&[keys.directory().as_slice(), &rows].concat());
            let said = Confirmation { key: public.link, input, signer: public.signer, accepted };
            calls::confirm(id, seat, &said, None)
        }
        TaskCommand::Reject { id, seat, reason } => calls::reject(id, seat, &reason),
        TaskCommand::Accept { id, seat, accepted } => calls::accept(id, seat, accepted),
        TaskCommand::Draw { id, draft } => calls::draw(id, &read_draft(&draft)?.helpers),
        TaskCommand::Serve { id, keys } => calls::serve(id, Keys::read(&keys)?.public()?.link),
        TaskCommand::Start { id } => calls::start(id),
        TaskCommand::File { id, spec, relay, out } => {
            let local = file(&chain, contract, id, &spec, relay).await?;
            files::write_json(&out, &local, false)?;
            printer.say(&json!({"task": id, "file": out}));
            return Ok(());
        }
        TaskCommand::Begin { id, keys: Some(keys), .. } => {
            let task = stored(&chain, contract, id).await?;
            let run = Run { chain: chain.deployment.chain_id, contract, task: id, attempt: task.attempt };
            let signature = Keys::read(&keys)?.session()?.sign(&run.begin(task.spec))?;
            printer.say(&json!({"task": id, "signature": format!("0x{}", hex::encode(signature))}));
            return Ok(());
        }
        TaskCommand::Begin { id, keys: None, signatures } => calls::begin(id, &joined(&signatures)?),
        TaskCommand::Finish { id, result } => {
            let result: Written = files::read_json(&result, "result of a seat")?;
            calls::finish(id, &on_chain(&result.outcome), &joined(&result.signatures)?)
        }
        TaskCommand::Cancel { id } => calls::cancel(id),
        TaskCommand::Expire { id } => calls::expire(id),
        TaskCommand::Retry { id } => calls::retry(id),
        TaskCommand::Demand { id, seat } => calls::demand(id, seat),
        TaskCommand::Collect { id, part } => calls::collect(id, part),
        TaskCommand::Show { id } => return show(&chain, contract, id, printer).await,
    };
    let said = chain.send(contract, call).await?;
    let events: Vec<Event> = said.iter().filter_map(|log| Some(logs::decode(log).ok()??.1)).collect();
    printer.say(&events.iter().map(|event| format!("{event:?}")).collect::<Vec<_>>());
    Ok(())
}

/// result.json as far as the chain wants it.
#[derive(Deserialize)]
struct Written {
    outcome: Outcome,
    signatures: Vec<String>,
}

fn joined(signatures: &[String]) -> Result<Vec<u8>, Failure> {
    let one = |text: &String| hex::decode(text.trim_start_matches("0x"));
    let all: Result<Vec<Vec<u8>>, _> = signatures.iter().map(one).collect();
    Ok(all.map_err(|error| Failure::Given(format!("A signature is no hexadecimal text ({error}).")))?.concat())
}

fn read_draft(file: &Path) -> Result<Draft, Failure> {
    files::read_json(file, "draft of a task")
}

fn read_spec(file: &Path) -> Result<(Spec, Digest), Failure> {
    let (spec, _) = Spec::read(&files::read(file)?).map_err(RunError::from)?;
    // As the seats write it, so that all have the same bytes whatever blanks the file has.
    let hash = Digest::of(&spec.to_bytes());
    Ok((spec, hash))
}

async fn publish(
    chain: &Chain,
    contract: Address,
    (draft, spec): (&Path, &Path),
    allow: Option<protocol::Amount>,
    printer: Printer,
) -> Result<(), Failure> {
    let (spec, hash) = read_spec(spec)?;
    let draft = Draft { spec: hash, ..read_draft(draft)? };
    if draft.facts != spec.fact_count() {
        let (says, tells) = (draft.facts, spec.fact_count());
        return Err(Failure::Given(format!(
            "The draft says that {says} numbers are told, and the task tells {tells}."
        )));
    }
    if draft.seats.len() != usize::from(spec.signers()) {
        let (has, needs) = (draft.seats.len(), spec.signers());
        return Err(Failure::Given(format!(
            "The draft has {has} seats, and the task needs {needs} beside the helper."
        )));
    }
    chain.allow(contract, allow).await?;
    let said = chain.send(contract, calls::publish(&[draft], None)).await?;
    let is_published =
        |log: &RawLog| Ok(logs::decode(log)?.filter(|(_, event)| matches!(event, Event::Published { .. })));
    printer.say(&json!({"task": told(&said, is_published)?.0, "spec": hash}));
    Ok(())
}

async fn stored(chain: &Chain, contract: Address, id: u64) -> Result<returns::ChainTask, Failure> {
    let found = returns::task(&chain.call(contract, calls::task(id)).await?).map_err(unread)?;
    found.ok_or_else(|| Failure::Given(format!("There is no task {id}. Look at the number again.")))
}

async fn show(chain: &Chain, contract: Address, id: u64, printer: Printer) -> Result<(), Failure> {
    let task = stored(chain, contract, id).await?;
    printer.say(&json!({
        "task": id,
        "state": task.state,
        "attempt": task.attempt,
        "kind": task.kind,
        "requester": task.requester,
        "seats": task.seats,
        "confirmed": task.confirmed,
        "confirm_by": task.confirm_by,
        "start_by": task.start_by,
        "spec": task.spec,
        "result": task.result,
    }));
    Ok(())
}

/// The task as its seats play it: keys as they were confirmed.
async fn file(chain: &Chain, contract: Address, id: u64, spec: &Path, relay: String) -> Result<Local, Failure> {
    let (spec, hash) = read_spec(spec)?;
    let task = stored(chain, contract, id).await?;
    if task.spec != hash {
        return Err(Failure::Given(
            "This is the spec of another task. Get the right one from who published it.".into(),
        ));
    }
    let mut seats = BTreeMap::new();
    let mut serving = None;
    for log in chain.logs_of(contract, id).await? {
        match logs::decode(&log).map_err(unread)? {
            Some((_, Event::Confirmed { seat, who, signer, key, .. })) => {
                seats.insert(seat, (who, signer, key));
            }
            Some((_, Event::HelperServes { helper, key })) => serving = Some((helper, key)),
            _ => {}
        }
    }
    let directory = chain.contract(DIRECTORY)?;
    let mut all = Vec::new();
    for (who, signer, link) in seats.into_values() {
        let found = chain.call(directory, directory::calls::directory::organisation(who)).await?;
        let organisation = directory::returns::organisation(&found).map_err(unread)?;
        let key = organisation.map(|organisation| organisation.key).unwrap_or_default();
        all.push(Public { link, signer, directory: key });
    }
    // A helper signs nothing that the contract sees, and is sent nothing.
    all.extend(serving.map(|(helper, link)| Public { link, signer: helper, directory: Digest::ZERO }));
    if all.len() != usize::from(spec.seats()) {
        let (has, needs) = (all.len(), spec.seats());
        return Err(Failure::Failed(format!(
            "{has} of {needs} seats have confirmed or serve. Wait for the others: `agent task show {id}`."
        )));
    }
    let attempt = task.attempt;
    Ok(Local { task: id, attempt, chain_id: chain.deployment.chain_id, contract, relay, seats: all, spec })
}
