//! What people do to shared models: one function per button.

use std::time::Duration;

use gloo_timers::future::sleep;
use leptos::prelude::GetUntracked;
use protocol::{Address, Amount, Digest, cid::Cid};
use shared_model::{
    IncentiveKind, ModelFile, Terms,
    calls::{factory, shared},
    logs as events, record_key,
};

use crate::{about::about, vault_kinds::START};
use app_core::{
    action::{ActionError, Tools, permit},
    chain::{ChainError, InvalidModel},
    forms::leaving::Lasting,
    server,
    vault::{Entry, Kind, Owner, Vault},
};

/// How long the server may take to read a block.
const INDEX_TRIES: u32 = 60;
const INDEX_PAUSE: Duration = Duration::from_millis(500);
/// How long a contribution waits for the next block, and how many times dearer it may be until then.
const PRICE_TRIES: u32 = 20;
const PRICE_PAUSE: Duration = Duration::from_secs(1);
const DEARER: u128 = 4;

/// Teaches a model one sample for at most `most`, of which `missing` is taken from the wallet, since the balance inside the
/// model does not cover it.
///
/// # Errors
/// [`ActionError`]; nothing is locked then.
pub async fn contribute(
    tools: Tools,
    model: Address,
    sample: &[u8],
    label: u16,
    most: Amount,
    missing: Amount,
    step: impl Fn(&'static str),
) -> Result<(), ActionError> {
    if most > Amount::ZERO {
        await_price(tools, model, most, &step).await?;
    }
    if missing > Amount::ZERO {
        step("Signing the deposit: your wallet asks for a permit");
    }
    let permit = permit::ask_for_most(tools, model, most, missing).await?;
    step("Contributing: your wallet asks for one transaction");
    let data = shared::contribute(sample, label, most, permit.as_ref());
    let title = title("Make", &tools.account()?, label, sample, "");
    send(tools, &title, model, data).await
}

/// Waits until the contract asks for no more than `most`. Nodes try a call at the time of the newest block, and the deposit
/// falls with time: what it is now it costs in the next block, and not yet in that one. Where somebody has taught something
/// new meanwhile it stays dearer, which the contract says when the call is tried.
async fn await_price(
    tools: Tools,
    model: Address,
    most: Amount,
    step: &impl Fn(&'static str),
) -> Result<(), ActionError> {
    for _ in 0..PRICE_TRIES {
        let asked = tools.reader.deposit_now(model).await?;
        if asked <= most || asked.0 > most.0.saturating_mul(DEARER) {
            break;
        }
        step("Waiting for the next block: by its time the deposit is what you agreed to");
        sleep(PRICE_PAUSE).await;
    }
    Ok(())
}

/// Gives back the deposit of an own contribution, or claims its point.
///
/// # Errors
/// [`ActionError`]
pub async fn refund(tools: Tools, model: Address, sample: &[u8], label: u16) -> Result<(), ActionError> {
    let title = title("Refund", &tools.account()?, label, sample, ", or earn its point");
    send(tools, &title, model, shared::refund(sample, label)).await
}

/// Takes (a part of) the deposit of a contribution that was reported before.
///
/// # Errors
/// [`ActionError`]
pub async fn take(
    tools: Tools,
    model: Address,
    contributor: Address,
    sample: &[u8],
    label: u16,
) -> Result<(), ActionError> {
    let title = title("Take the deposit of", &contributor, label, sample, "");
    send(tools, &title, model, shared::take(contributor, sample, label)).await
}

/// Says that the model disagrees with somebody else's contribution; its deposit can be taken later.
///
/// # Errors
/// [`ActionError`]
pub async fn report(
    tools: Tools,
    model: Address,
    contributor: Address,
    sample: &[u8],
    label: u16,
) -> Result<(), ActionError> {
    let title = title("Report", &contributor, label, sample, "");
    send(tools, &title, model, shared::report(contributor, sample, label)).await
}

/// Pays out of the balance inside a model.
///
/// # Errors
/// [`ActionError`]
pub async fn withdraw(tools: Tools, model: Address, amount: Amount) -> Result<(), ActionError> {
    send(tools, "Withdraw your balance", model, shared::withdraw(amount)).await
}

/// Proposes another class.
///
/// # Errors
/// [`ActionError`]
pub async fn propose_class(tools: Tools, model: Address, name: &str) -> Result<(), ActionError> {
    send(tools, &format!("Propose the class “{name}”"), model, shared::propose_class(name)).await
}

/// Supports a proposed class with one's points.
///
/// # Errors
/// [`ActionError`]
pub async fn support_class(tools: Tools, model: Address, proposal: u64) -> Result<(), ActionError> {
    send(tools, &format!("Support class proposal {proposal}"), model, shared::support_class(proposal)).await
}

/// Adds a proposed class that has waited and has the support that it needs.
///
/// # Errors
/// [`ActionError`]
pub async fn add_class(tools: Tools, model: Address, proposal: u64) -> Result<(), ActionError> {
    send(tools, &format!("Add proposed class {proposal}"), model, shared::add_class(proposal)).await
}

/// The title of what is done about a contribution. It names the contribution by its key: what has one title and is open
/// is not sent once more.
fn title(deed: &str, contributor: &Address, label: u16, sample: &[u8], more: &str) -> String {
    format!("{deed} contribution {}{more}", record_key(contributor, label, sample).short())
}

/// Sends a transaction to a model, by whose name it links to the page.
pub(super) async fn send(tools: Tools, title: &str, model: Address, data: Vec<u8>) -> Result<(), ActionError> {
    tools.transactions.send(title, model, data, Some(about(model))).await?;
    Ok(())
}

/// Makes a model on chain; its weights are loaded next, by [`load`].
///
/// # Errors
/// [`ActionError`]
pub async fn create(
    tools: Tools,
    file: &ModelFile,
    incentive: IncentiveKind,
    terms: &Terms,
    metadata_cid: &str,
) -> Result<Address, ActionError> {
    let factory_address = factory(tools)?;
    let data = factory::create_model(&file.shape, incentive, terms, metadata_cid);
    let title = format!("Create the shared model “{}”", file.name);
    let receipt = tools.transactions.send(title, factory_address, data, None).await?;
    let missing = || ChainError::Unreadable("a creation without its event".into());
    let created = receipt.find(factory_address, events::created).map(|(model, _)| model);
    Ok(created.ok_or_else(missing)?)
}

/// Loads the words that the model does not have yet, from `loaded` on; goes on where an earlier visit stopped.
///
/// # Errors
/// [`ActionError`]; what was loaded stays.
pub async fn load(
    tools: Tools,
    model: Address,
    file: &ModelFile,
    loaded: u32,
    progress: impl Fn(u32),
) -> Result<(), ActionError> {
    let _lasts = Lasting::begins();
    let per_word = shared_model::lanes::PER_WORD as u32;
    for (first, words) in file.chunks(loaded) {
        let count = (words.len() / shared_model::lanes::WORD_BYTES) as u32;
        let title = format!("Load weights {} to {}", first * per_word + 1, (first + count) * per_word);
        tools.transactions.send(title, model, shared::load(first, words), Some(about(model))).await?;
        progress(first + count);
    }
    Ok(())
}

/// Keeps what a contribution was before it was encoded where everybody can read it.
///
/// # Errors
/// [`ActionError`] when the server does not take it; the contribution itself is not touched.
pub async fn publish_original(tools: Tools, model: Address, key: Digest, original: &[u8]) -> Result<(), ActionError> {
    let cid = Cid::of_block(original).to_string();
    let account = tools.account()?;
    server::store(tools.wallet, account, &cid, js_sys::Uint8Array::from(original).into()).await?;
    // The server can name the original of a contribution once it has read that from the chain.
    let block = tools.clock.head.get_untracked();
    for _ in 0..INDEX_TRIES {
        if server::status().await?.block >= block {
            break;
        }
        sleep(INDEX_PAUSE).await;
    }
    server::name_original(tools.wallet, account, model, key, &cid).await?;
    Ok(())
}

fn factory(tools: Tools) -> Result<Address, ActionError> {
    Ok(tools.deployment().contract(shared_model::MODEL_FACTORY).ok_or(InvalidModel::NoFactory)?)
}

/// Keeps the start of a model in the vault before the model is made: under its own hash and for the factory, since there
/// is no address yet. Whatever becomes of the answer to the creation, the weights are still there.
///
/// # Errors
/// [`ActionError`] where the browser forbids storage; nothing should be sent then.
pub async fn keep_start(tools: Tools, account: Address, file: &ModelFile) -> Result<Entry, ActionError> {
    let owner = Owner { chain_id: tools.deployment().chain_id, contract: factory(tools)?, account };
    let bytes = file.to_bytes();
    let entry = Entry::of_file(START, owner, file.name.clone(), &bytes);
    Vault::open().await?.keep(&entry, &bytes).await?;
    Ok(entry)
}

/// Keeps a start for the model that was made of it, until all of it is on chain; no longer for any.
///
/// # Errors
/// [`ActionError`]; the start is still kept then as it was.
pub async fn keep_for_model(tools: Tools, start: &Entry, model: Address, file: &ModelFile) -> Result<(), ActionError> {
    keep_as(tools, start.owner, START, model, &file.name, &file.to_bytes()).await?;
    Ok(Vault::open().await?.forget(&start.superhash).await?)
}

/// Keeps something that belongs to a model in the vault.
///
/// # Errors
/// [`ActionError`] where the browser forbids storage.
pub async fn keep(tools: Tools, kind: Kind, model: Address, name: &str, bytes: &[u8]) -> Result<(), ActionError> {
    keep_as(tools, tools.account()?, kind, model, name, bytes).await
}

async fn keep_as(
    tools: Tools,
    owner: Address,
    kind: Kind,
    model: Address,
    name: &str,
    bytes: &[u8],
) -> Result<(), ActionError> {
    let entry = Entry {
        superhash: kind.key_of(model),
        kind,
        chain_id: tools.deployment().chain_id,
        market: model,
        owner,
        name: name.to_owned(),
        cid: Cid::of_block(bytes).to_string(),
        bytes: bytes.len() as u64,
        saved_at: js_sys::Date::now() as u64,
    };
    Ok(Vault::open().await?.keep(&entry, bytes).await?)
}

/// A start that the vault has.
pub struct KeptStart {
    pub file: ModelFile,
    /// Whether it was kept for the model that was asked about, and not before any model had it.
    pub is_the_models: bool,
}

/// The starts that the vault has of a model, and those that have none yet, the newest of each first.
pub async fn kept_starts(tools: Tools, model: Address) -> Vec<KeptStart> {
    let Ok(vault) = Vault::open().await else { return Vec::new() };
    let mut starts = Vec::new();
    for contract in std::iter::once(model).chain(factory(tools).ok()) {
        let files = vault.files_of(&START, contract).await.unwrap_or_default();
        let read = files.iter().filter_map(|file| ModelFile::read(file).ok());
        starts.extend(read.map(|file| KeptStart { file, is_the_models: contract == model }));
    }
    starts
}
