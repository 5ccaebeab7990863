//! Tasks.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    rc::Rc,
};

use directory::DIRECTORY;
use mpc_run::{Outcome, RunError, Spec};
use mpc_task::on_chain;
use protocol::{Address, Amount, Digest};
use serde::Deserialize;
use serde_json::json;
use tasks::{
    Draft, Event, Move, TASKS,
    calls::{self, Confirmation},
    logs, returns,
    typed_data::Run,
};

use super::{node::Chain, registry::unread, server::Server, view::View};
use crate::{
    cli::chain::{TaskCommand, TaskOptions},
    failure::Failure,
    files,
    keys::{Keys, Public},
    local::Local,
    told::Printer,
};

/// Said by who has nothing better to show that it is there.
const HERE: Digest = Digest([1; 32]);

pub async fn task(options: TaskOptions, printer: Printer) -> Result<(), Failure> {
    let chain = Chain::open(&options.on).await?;
    let contract = chain.contract(TASKS)?;
    let call = match options.command {
        TaskCommand::Publish { files, server } => return publish(chain, &files, server.as_deref(), printer).await,
        TaskCommand::Decline { id, draft } => calls::decline(id, &read_draft(&draft)?.helpers),
        TaskCommand::Advance { id, dealt, keys: Some(keys), .. } => {
            let found = chain.call(contract, calls::helper(id)).await?;
            let helper = returns::helper(&found).map_err(unread)?.helper;
            let helper = helper.ok_or_else(|| Failure::Refused(format!("Task {id} has no helper. Draw one first.")))?;
            let digest = run(&chain, contract, id).await?.0.advance(helper, dealt);
            return say_signature(id, &keys, &digest, printer);
        }
        TaskCommand::Advance { id, draft, dealt, keys: None, signatures } => {
            calls::advance(id, &read_draft(&draft)?.helpers, dealt, &joined(&signatures)?)
        }
        TaskCommand::Fail { id, code, dealt, facts, rows, keys, signatures } => {
            let why = tasks::Failure { code, dealt, facts, rows };
            match keys {
                Some(keys) => {
                    let digest = run(&chain, contract, id).await?.0.failure(&why);
                    return say_signature(id, &keys, &digest, printer);
                }
                None => calls::fail(id, &why, &joined(&signatures)?),
            }
        }
        TaskCommand::Stall { id, seat, heads } => calls::stall(id, seat, heads.unwrap_or(HERE)),
        TaskCommand::Respond { id, seat, heads } => calls::respond(id, seat, heads.unwrap_or(HERE), &[]),
        // What was signed and is owed is in a folder that only a party reads: see `watch::deliver` and `watch::demand`.
        TaskCommand::Deliver { .. } | TaskCommand::Demand { .. } => return Ok(()),
        TaskCommand::Log { id } => return log(&chain, contract, id, printer).await,
        TaskCommand::Result { id } => return result(&chain, contract, id, printer).await,
        TaskCommand::Confirm { id, seat, keys, data, accepted } => {
            let keys = Keys::read(&keys)?;
            let public = keys.public()?;
            let rows = data.as_deref().map(files::read).transpose()?.unwrap_or_default();
            // Salted, so that nobody can try tables against it.
            let input = Digest::of(&[keys.directory().as_slice(), &rows].concat());
            let said = Confirmation { key: public.link, input, signer: public.signer, accepted };
            let bond = stored(&chain, contract, id).await?.bond;
            calls::confirm(id, seat, &said, chain.permit(contract, bond).await?.as_ref())
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
            let (run, spec) = run(&chain, contract, id).await?;
            return say_signature(id, &keys, &run.begin(spec), printer);
        }
        TaskCommand::Begin { id, keys: None, signatures } => calls::begin(id, &joined(&signatures)?),
        TaskCommand::Finish { id, result } => {
            let result: Written = files::read_json(&result, "result of a seat")?;
            calls::finish(id, &on_chain(&result.outcome), &joined(&result.signatures)?)
        }
        TaskCommand::Cancel { id } => calls::cancel(id),
        TaskCommand::Expire { id } => calls::expire(id),
        TaskCommand::Retry { id } => calls::retry(id),
        TaskCommand::Collect { id, part } => calls::collect(id, part),
        TaskCommand::Show { id } => return show(&chain, contract, id, printer).await,
    };
    let said = chain.send(contract, call).await?;
    let events: Vec<Event> = said.iter().filter_map(|log| Some(logs::decode(log).ok()??.1)).collect();
    printer.say(&events.iter().map(in_words).collect::<Vec<_>>());
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

/// The run that signatures are about, and the hash of its file.
async fn run(chain: &Chain, contract: Address, id: u64) -> Result<(Run, Digest), Failure> {
    let task = stored(chain, contract, id).await?;
    Ok((Run { chain: chain.deployment.chain_id, contract, task: id, attempt: task.attempt }, task.spec))
}

fn say_signature(id: u64, keys: &Path, digest: &Digest, printer: Printer) -> Result<(), Failure> {
    let signature = Keys::read(keys)?.session()?.sign(digest)?;
    printer.say(&json!({"task": id, "signature": format!("0x{}", hex::encode(signature))}));
    Ok(())
}

fn drafted((draft, spec): (&Path, &Path)) -> Result<(Draft, Spec), Failure> {
    let (spec, hash) = read_spec(spec)?;
    let draft = Draft { spec: hash, ..read_draft(draft)? };
    if draft.facts != spec.fact_count() {
        let (says, tells) = (draft.facts, spec.fact_count());
        return Err(Failure::Given(format!(
            "The draft says that {says} numbers are told, and the task tells {tells}. Correct the draft."
        )));
    }
    Ok((draft, spec))
}

async fn publish(chain: Chain, files: &[PathBuf], server: Option<&str>, printer: Printer) -> Result<(), Failure> {
    let (pairs, rest) = files.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(Failure::Given("Every draft needs the file of its spec behind it. Name both.".to_string()));
    }
    let all: Vec<(Draft, Spec)> = pairs.iter().map(|[draft, spec]| drafted((draft, spec))).collect::<Result<_, _>>()?;
    let chain = Rc::new(chain);
    let mut view = View::new(chain.clone())?;
    view.refresh().await?;
    all.iter().try_for_each(|(draft, spec)| would_be_confirmed(&view, draft, spec))?;
    if let Some(server) = server {
        let server = Server::at(server)?;
        let token = server.sign_in(&chain).await?;
        for (_, spec) in &all {
            server.put(&token, spec.to_bytes()).await?;
        }
    }
    let drafts: Vec<Draft> = all.iter().map(|(draft, _)| draft.clone()).collect();
    let contract = chain.contract(TASKS)?;
    let costs = costs(&chain, view, &drafts)?;
    let permit = chain.permit(contract, costs).await?;
    let call = calls::publish(&drafts, permit.as_ref().map(|permit| (costs, permit)));
    let said = chain.send(contract, call).await?;
    let published: Vec<u64> = said
        .iter()
        .filter_map(|log| match logs::decode(log) {
            Ok(Some((id, Event::Published { .. }))) => Some(id),
            _ => None,
        })
        .collect();
    for (id, draft) in published.iter().zip(&drafts) {
        printer.say(&json!({"task": id, "spec": draft.spec, "costs": costs}));
    }
    Ok(())
}

/// Owners hold the file of a task against what was published of it. What they would refuse is not paid for.
fn would_be_confirmed(view: &View, draft: &Draft, spec: &Spec) -> Result<(), Failure> {
    let dataset_of = |grant: u64| view.book.registry.grant(grant).map(|(grant, _)| grant.dataset);
    mpc_task::drafted(draft, spec, draft.spec, dataset_of).map_err(|unfit| {
        Failure::Given(format!(
            "The draft and the file of its task do not fit ({}), so that no owner would confirm it. Correct `{}` in the draft, or the file.",
            unfit.what, unfit.field
        ))
    })
}

/// What publishing locks, by the rules. Nothing where they refuse: the contract then says why.
fn costs(chain: &Chain, mut view: View, drafts: &[Draft]) -> Result<Amount, Failure> {
    let (me, now) = (chain.account()?.address(), view.now());
    let said = view.as_caller(me, |book, call| book.decide(call, &Move::Publish(drafts.to_vec())));
    let before = view.book.holds();
    said.unwrap_or_default().iter().for_each(|said| view.book.apply(said, now));
    Ok(Amount(view.book.holds().0 - before.0))
}

/// Times and events of one task, the first one first. What others do is not read for it.
async fn told(chain: &Chain, contract: Address, id: u64) -> Result<Vec<(u64, Event)>, Failure> {
    let mut told = Vec::new();
    for log in chain.logs_of(contract, id).await? {
        if let Some((_, event)) = logs::decode(&log.raw).map_err(unread)? {
            told.push((chain.time_of(&log).await?, event));
        }
    }
    if told.is_empty() {
        return Err(Failure::Given(format!("There is no task {id}. Look at the number again.")));
    }
    Ok(told)
}

/// Everything that was said of a task.
async fn log(chain: &Chain, contract: Address, id: u64, printer: Printer) -> Result<(), Failure> {
    for (at, event) in &told(chain, contract, id).await? {
        let mut line = json!({"task": id, "at": at});
        if let (Some(line), serde_json::Value::Object(event)) = (line.as_object_mut(), in_words(event)) {
            line.extend(event);
        }
        printer.say(&line);
    }
    Ok(())
}

/// An event as it is printed. The chain has numbers, and a person reads words.
fn in_words(event: &Event) -> serde_json::Value {
    let mut value = serde_json::to_value(event).unwrap_or_default();
    if let (Some(words), Some(fields)) = (event.words(), value.as_object_mut()) {
        fields.insert("words".into(), words.into());
    }
    value
}

/// What all have signed, and what was posted since.
async fn result(chain: &Chain, contract: Address, id: u64, printer: Printer) -> Result<(), Failure> {
    let told = told(chain, contract, id).await?;
    let finished = told.iter().rev().find_map(|(_, event)| match event {
        Event::Finished { result, outcome } => Some((*result, *outcome)),
        _ => None,
    });
    let Some((result, outcome)) = finished else {
        return Err(Failure::Refused(format!("Task {id} has no result. Look at its state: `agent task show {id}`.")));
    };
    let posted: BTreeMap<u8, String> = told
        .iter()
        .filter_map(|(_, event)| match event {
            Event::KeyDelivered { seat, sealed } => Some((*seat, format!("0x{}", hex::encode(sealed)))),
            _ => None,
        })
        .collect();
    printer.say(&json!({"task": id, "result": result, "outcome": outcome, "keys": posted}));
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
        match logs::decode(&log.raw).map_err(unread)? {
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
