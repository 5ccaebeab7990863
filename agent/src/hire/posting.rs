//! From files and limits to a job that stands on chain.

use std::path::Path;

use compute_provider::largest_checkpoint;
use compute_recipe::{MODULE_CID, Recipe};
use compute_session::{Input, Manifest};
use jobs::{
    calls, kind, logs,
    market::{Features, Machine, Posting, Typed},
};
use protocol::{Digest, cid::Cid};

use super::{Hiring, checking, kept::Kept, ordering};
use crate::{
    chain::Unsent,
    cli::hire::{Limits, Order},
    failure::Failure,
    files,
};

/// Hours in which a result can be challenged.
const WINDOW: &str = "1";

/// A job that nobody runs yet.
pub struct Posted {
    pub id: u64,
    pub posting: Posting,
    pub manifest: Manifest,
}

impl Posted {
    /// Bytes of a checkpoint's file at most.
    pub fn largest_checkpoint(&self) -> u64 {
        largest_checkpoint(&self.posting.terms, &self.manifest)
    }
}

/// Puts the files where providers find them, and posts the job, once it is kept that it is ordered.
pub async fn post(hiring: &mut Hiring, order: &Order, limits: &Limits) -> Result<(Posted, Kept), Failure> {
    let mut own_module = None;
    let (number, workload, inputs) = match order {
        Order::Train { table, algorithm, target, rounds, test, seed, .. } => {
            let recipe = Recipe {
                target: target.clone(),
                rounds: *rounds,
                test: *test,
                seed: Some(*seed),
                ..Recipe::new((*algorithm).into())
            };
            let rows = files::read(table)?;
            checking::table(&rows, target.as_deref())?;
            let recipe = put(hiring, &recipe.to_bytes()).await?;
            (kind::RECIPE, MODULE_CID.to_owned(), vec![recipe, put(hiring, &rows).await?])
        }
        Order::Run { module: file, inputs, .. } => {
            let bytes = files::read(file)?;
            checking::is_module(file, &bytes)?;
            let module = put(hiring, &bytes).await?.cid.to_string();
            own_module = Some(bytes);
            let mut all = Vec::new();
            for input in inputs {
                all.push(put_file(hiring, input).await?);
            }
            (kind::MODULE, module, all)
        }
    };
    let (link, relays) = (hiring.link.1, hiring.servers.clone());
    let manifest = Manifest::read(&Manifest::of(inputs, link, relays).to_bytes())
        .map_err(|bad| Failure::Given(bad.to_string()))?;
    let inputs = put(hiring, &manifest.to_bytes()).await?.cid;
    let posting = read(number, workload, inputs, limits, hiring.view.now())?;
    checking::runs(&posting.terms, &manifest, own_module).await?;
    let (mut kept, older) = ordering::begin(hiring, &posting, work(&posting, &manifest), limits)?;
    let call = calls::post(&posting.terms, &posting.files);
    let told = match hiring.chain.send_once(hiring.view.contract, call).await {
        Ok(told) => told,
        Err(Unsent::Never(failure)) => {
            kept.forget();
            return Err(failure);
        }
        // It stays kept, so that it is gone on with once it comes.
        Err(Unsent::MayCome(failure)) => {
            return Err(Failure::Failed(format!(
                "{failure} It is kept what was ordered: `agent job … resume` goes on with it once it is on chain. No money is in it."
            )));
        }
    };
    older.into_iter().for_each(Kept::forget);
    let id = told.iter().find_map(|log| logs::decode(log).ok().flatten()).map(|(id, _)| id);
    let id = id.ok_or_else(|| Failure::Failed("The contract did not say which number the job has.".into()))?;
    kept.change(|ordered| ordered.job = Some(id))?;
    hiring.printer.job(id, "posted", "it is posted; no money is in it yet");
    Ok((Posted { id, posting, manifest }, kept))
}

/// Hash of what is run on what, and of where it begins: whoever orders the same again means the same job.
fn work(posting: &Posting, manifest: &Manifest) -> Digest {
    let inputs: Vec<String> = manifest.inputs.iter().map(|input| input.cid.to_string()).collect();
    let named = [&posting.files.workload[..], &posting.files.resumed, &inputs.join(" ")];
    Digest::of(named.join("\n").as_bytes())
}

/// By the rules of the form in the page.
fn read(kind: u8, workload: String, inputs: Cid, limits: &Limits, now: u64) -> Result<Posting, Failure> {
    let typed = Typed {
        kind,
        workload,
        inputs: inputs.to_string(),
        resumed: limits.from.map(|from| from.to_string()).unwrap_or_default(),
        units: limits.units.to_string(),
        memory_mib: limits.memory.to_string(),
        minutes: limits.minutes.to_string(),
        deadline_hours: limits.hours.to_string(),
        every: limits.every.to_string(),
        window_hours: WINDOW.to_owned(),
        audits: limits.audits.to_string(),
        provider: limits.provider.map(|provider| provider.to_string()).unwrap_or_default(),
        jurors: 1,
    };
    typed.read(Ok(limits.price), Machine::Cpu, Features::new(), now).map_err(|problems| {
        let all: Vec<String> = problems.iter().map(|(field, why)| format!("{field:?}: {why}")).collect();
        Failure::Given(all.join(" "))
    })
}

async fn put_file(hiring: &Hiring, file: &Path) -> Result<Input, Failure> {
    put(hiring, &files::read(file)?).await
}

async fn put(hiring: &Hiring, bytes: &[u8]) -> Result<Input, Failure> {
    let (cid, refused) = hiring.shelf.put(bytes).await?;
    // No provider would find it.
    refused.filter(|_| !hiring.is_shared).map_or(Ok(Input { cid, bytes: bytes.len() as u64 }), Err)
}
