//! What this browser keeps of tasks: the keys and the table of a seat until the task is over, this owner's half of a model,
//! and what a seat was told.

use app_core::{
    action::{ActionError, Tools},
    feature::Title,
    vault::{Entry, Kind, Owner, Vault},
};
use mpc_task::request::Finished;
use protocol::{Address, Digest};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Keys of a seat, and its table.
const SEAT: Kind = Kind::new("seat");
/// An owner's half of a model.
const MODEL: Kind = Kind::new("model share");
/// What a run can go on from.
const PROGRESS: Kind = Kind::new("seat progress");
/// What a seat was told.
const RESULT: Kind = Kind::new("task result");

/// The kinds, and what to call a file of each in a list.
pub fn kinds() -> Vec<(Kind, Title)> {
    vec![
        (SEAT, |entry| format!("Keys and table of {}", entry.name)),
        (MODEL, |entry| format!("Your half of the model of {}", entry.name)),
        (PROGRESS, |entry| format!("How far a run is: {}", entry.name)),
        (RESULT, |entry| format!("Result of {}", entry.name)),
        (app_core::action::directory_key::DIRECTORY_KEY, |entry| format!("Key of the directory, {}", entry.name)),
    ]
}

/// A seat that was confirmed here.
#[derive(Clone, Serialize, Deserialize)]
pub struct KeptSeat {
    /// As the worker drew them.
    pub keys: String,
    /// The CSV of an owner.
    pub table: Option<String>,
    /// Its name on disk.
    pub file: String,
}

/// What a seat was told.
#[derive(Clone, Serialize, Deserialize)]
pub struct KeptResult {
    pub attempt: u16,
    pub finished: Finished,
    /// Predictions, or rows in common.
    pub csv: Option<String>,
}

fn of_seat(task: u64, seat: u8) -> String {
    format!("task {task}, seat {seat}")
}

fn of_task(task: u64) -> String {
    format!("task {task}")
}

/// Keeps a seat; before it is confirmed, since whoever confirmed and lost its keys loses its bond.
///
/// # Errors
/// [`ActionError`] where the browser keeps nothing.
pub async fn keep_seat(tools: Tools, task: u64, seat: u8, kept: &KeptSeat) -> Result<(), ActionError> {
    keep(tools, SEAT, of_seat(task, seat), &serde_json::to_vec(kept).unwrap_or_default()).await.map(drop)
}

/// # Errors
/// [`ActionError`]
pub async fn seat(tools: Tools, account: Address, task: u64, seat: u8) -> Result<Option<KeptSeat>, ActionError> {
    json(tools, account, SEAT, &of_seat(task, seat)).await
}

/// # Errors
/// [`ActionError`]
pub async fn keep_result(tools: Tools, task: u64, seat: u8, kept: &KeptResult) -> Result<(), ActionError> {
    keep(tools, RESULT, of_seat(task, seat), &serde_json::to_vec(kept).unwrap_or_default()).await.map(drop)
}

/// # Errors
/// [`ActionError`]
pub async fn result(tools: Tools, account: Address, task: u64, seat: u8) -> Result<Option<KeptResult>, ActionError> {
    json(tools, account, RESULT, &of_seat(task, seat)).await
}

fn of_attempt(task: u64, seat: u8, attempt: u16) -> String {
    format!("{}, try {attempt}", of_seat(task, seat))
}

/// Keeps what a run can go on from, in place of what was kept before.
///
/// # Errors
/// [`ActionError`] where the browser keeps nothing; what was kept before stays then.
pub async fn keep_progress(
    tools: Tools,
    task: u64,
    seat: u8,
    attempt: u16,
    progress: &[u8],
) -> Result<(), ActionError> {
    let name = of_attempt(task, seat, attempt);
    let before = all(tools, tools.account()?, PROGRESS, &name).await?;
    let now = keep(tools, PROGRESS, name, progress).await?;
    let vault = Vault::open().await?;
    for entry in before.into_iter().filter(|entry| entry.superhash != now) {
        vault.forget(&entry.superhash).await?;
    }
    Ok(())
}

/// # Errors
/// [`ActionError`]
pub async fn progress(
    tools: Tools,
    account: Address,
    task: u64,
    seat: u8,
    attempt: u16,
) -> Result<Option<Vec<u8>>, ActionError> {
    find(tools, account, PROGRESS, &of_attempt(task, seat, attempt)).await
}

/// # Errors
/// [`ActionError`]
pub async fn keep_model(tools: Tools, task: u64, model: &[u8]) -> Result<(), ActionError> {
    keep(tools, MODEL, of_task(task), model).await.map(drop)
}

/// # Errors
/// [`ActionError`]
pub async fn model(tools: Tools, account: Address, task: u64) -> Result<Option<Vec<u8>>, ActionError> {
    find(tools, account, MODEL, &of_task(task)).await
}

fn owner(tools: Tools, account: Address) -> Result<Owner, ActionError> {
    let deployment = tools.deployment();
    Ok(Owner { chain_id: deployment.chain_id, contract: deployment.demand(tasks::TASKS)?, account })
}

/// Returns the hash under which it is kept.
async fn keep(tools: Tools, kind: Kind, name: String, file: &[u8]) -> Result<Digest, ActionError> {
    let entry = Entry::of_file(kind, owner(tools, tools.account()?)?, name, file);
    Vault::open().await?.keep(&entry, file).await?;
    Ok(entry.superhash)
}

/// Those of a name, the newest first.
async fn all(tools: Tools, account: Address, kind: Kind, name: &str) -> Result<Vec<Entry>, ActionError> {
    let owner = owner(tools, account)?;
    let is_it = |entry: &Entry| entry.is_of(&kind, owner) && entry.name == name;
    Ok(Vault::open().await?.entries().await?.into_iter().filter(is_it).collect())
}

/// The newest of them.
async fn find(tools: Tools, account: Address, kind: Kind, name: &str) -> Result<Option<Vec<u8>>, ActionError> {
    match all(tools, account, kind, name).await?.first() {
        Some(entry) => Ok(Vault::open().await?.file(&entry.superhash).await?),
        None => Ok(None),
    }
}

async fn json<T: DeserializeOwned>(
    tools: Tools,
    account: Address,
    kind: Kind,
    name: &str,
) -> Result<Option<T>, ActionError> {
    let file = find(tools, account, kind, name).await?;
    Ok(file.and_then(|file| serde_json::from_slice(&file).ok()))
}
