//! Contributions to a prediction market: committed to while it is open, shown after it has closed.

use protocol::{Address, Amount, Digest, cid::Cid};
use shared_model::{HiddenContribution, Model, calls::market as calls, contribution_secret, state::Market};

use super::models::send;
use crate::vault_kinds::CONTRIBUTION;
use app_core::{
    action::{ActionError, Tools, permit, secret},
    forms::leaving::Lasting,
    vault::{Entry, Vault},
};

/// What an account can show, and how many of its commitments this browser knows nothing of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToShow {
    pub known: Vec<(u16, HiddenContribution)>,
    pub unknown: usize,
}

/// Commits to a contribution. It is kept in the vault before its stake is paid.
///
/// # Errors
/// [`ActionError`]; nothing is locked then.
pub async fn commit(
    tools: Tools,
    model: &Model,
    sample: &[u8],
    label: u16,
    step: impl Fn(&'static str),
) -> Result<(), ActionError> {
    let account = tools.account()?;
    let (hidden, commitment) = derive(tools, model.address, account, sample, label, &step).await?;
    let market = model.market.as_ref();
    if has_committed(tools, model, &account, &hidden, &commitment).await? {
        return Err(ActionError::Feature(
            "You have committed to this very example already; choose another one.".into(),
        ));
    }
    step("Keeping the contribution in your vault");
    keep(tools, model.address, account, commitment, &hidden).await?;
    let stake = market.map(|market| market.stake).unwrap_or_default();
    let missing = model.missing(&account, stake);
    if missing > Amount::ZERO {
        step("Signing the stake: your wallet asks for a permit");
    }
    let permit = permit::ask_for_most(tools, model.address, stake, missing).await?;
    step("Committing: your wallet asks for one transaction");
    let title = format!("Commit contribution {}", commitment.short());
    send(tools, &title, model.address, calls::commit(commitment, permit.as_ref())).await
}

/// Makes a contribution again that this browser does not have, from the same example, and shows it.
///
/// # Errors
/// [`ActionError`]; says so where the account has not committed to it, or the wallet gives another signature.
pub async fn show_again(
    tools: Tools,
    model: &Model,
    sample: &[u8],
    label: u16,
    step: impl Fn(&'static str),
) -> Result<(), ActionError> {
    let account = tools.account()?;
    let (hidden, commitment) = derive(tools, model.address, account, sample, label, &step).await?;
    let Some(index) = entry_of(tools, model, &account, &commitment).await? else {
        return Err(ActionError::Feature(
            "This gives none of your commitments. Enter the example exactly as you did, with the same class and account. A wallet that signs differently each time cannot make the salt again; then only the browser that you committed in, or an export of its vault, has it."
                .into(),
        ));
    };
    show(tools, model.address, index, &hidden, step).await
}

/// Shows a contribution that the vault has.
///
/// # Errors
/// [`ActionError`]
pub async fn show(
    tools: Tools,
    model: Address,
    index: u16,
    hidden: &HiddenContribution,
    step: impl Fn(&'static str),
) -> Result<(), ActionError> {
    step("Showing: your wallet asks for one transaction");
    let title = format!("Show contribution {}", u32::from(index) + 1);
    send(tools, &title, model, calls::show(index, &hidden.bytes(), hidden.label, hidden.salt)).await
}

/// Shows all of these, one transaction after the other. One that the chain does not take keeps none of the others from being
/// shown: what is not shown in time loses its stake.
///
/// # Errors
/// [`ActionError`]: each that was not shown, with the reason; or why there was no use in going on, as where the wallet
/// refuses.
pub async fn show_all(
    tools: Tools,
    model: Address,
    known: &[(u16, HiddenContribution)],
    step: impl Fn(&'static str),
) -> Result<(), ActionError> {
    let _lasts = Lasting::begins();
    let mut failed = Vec::new();
    for (index, hidden) in known {
        match show(tools, model, *index, hidden, &step).await {
            Ok(()) => {}
            Err(ActionError::Send(why)) if why.is_of_one_call() => {
                failed.push(format!("Contribution {} is not shown: {why}", u32::from(*index) + 1));
            }
            Err(why) if failed.is_empty() => return Err(why),
            Err(why) => {
                failed.push(why.to_string());
                break;
            }
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(ActionError::Feature(failed.join(" "))) }
}

/// What an account has still to show, as far as this browser's vault knows it.
pub async fn to_show(market: &Market, account: Address) -> ToShow {
    let vault = Vault::open().await.ok();
    let mut found = ToShow::default();
    for (index, entry) in market.entries.iter().enumerate() {
        if entry.contributor != account || entry.key.is_some() {
            continue;
        }
        let file = match &vault {
            Some(vault) => vault.file(&entry.commitment).await.ok().flatten(),
            None => None,
        };
        match file.and_then(|file| HiddenContribution::read(&file)) {
            Some(hidden) => found.known.push((index as u16, hidden)),
            None => found.unknown += 1,
        }
    }
    found
}

/// Under which index the account has committed to this. While the model's history is still being read the contract is
/// asked: to commit twice to the same costs a stake, since only one of the two can be shown.
async fn entry_of(
    tools: Tools,
    model: &Model,
    account: &Address,
    commitment: &Digest,
) -> Result<Option<u16>, ActionError> {
    let Some(market) = &model.market else { return Ok(None) };
    if market.entries.iter().any(|entry| entry.contributor == Address::ZERO) {
        return Ok(tools.reader.committed_at(model.address, commitment).await?);
    }
    let found = market.entries.iter().position(|e| e.contributor == *account && e.commitment == *commitment);
    Ok(found.and_then(|found| u16::try_from(found).ok()))
}

/// Whether the account has committed to this example already: under this commitment, or under another one that this browser
/// keeps. A wallet that does not sign the same way twice makes another salt each time.
async fn has_committed(
    tools: Tools,
    model: &Model,
    account: &Address,
    hidden: &HiddenContribution,
    commitment: &Digest,
) -> Result<bool, ActionError> {
    let mut same = vec![*commitment];
    let vault = Vault::open().await?;
    for kept in kept_commitments(model.address, *account).await {
        let file = vault.file(&kept).await?;
        let is_same = file.and_then(|file| HiddenContribution::read(&file)).is_some_and(|kept| kept.excludes(hidden));
        if is_same && kept != *commitment {
            same.push(kept);
        }
    }
    for commitment in same {
        if entry_of(tools, model, account, &commitment).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a kept file is the contribution that its key commits to; see [`app_core::feature::VaultKey`].
pub fn is_kept_under(entry: &Entry, file: &[u8]) -> bool {
    entry.kind == CONTRIBUTION
        && HiddenContribution::read(file).is_some_and(|hidden| hidden.commitment(&entry.owner) == entry.superhash)
}

/// What this browser knows an account to have committed to in a model's market.
pub async fn kept_commitments(model: Address, account: Address) -> Vec<Digest> {
    let Ok(vault) = Vault::open().await else { return Vec::new() };
    let kept = vault.entries().await.unwrap_or_default().into_iter();
    let own = kept.filter(|e| e.kind == CONTRIBUTION && e.market == model && e.owner == account);
    own.map(|entry| entry.superhash).collect()
}

async fn derive(
    tools: Tools,
    model: Address,
    account: Address,
    sample: &[u8],
    label: u16,
    step: &impl Fn(&'static str),
) -> Result<(HiddenContribution, Digest), ActionError> {
    step("Deriving the salt: your wallet asks for a signature");
    let secret = secret::derive(tools, &contribution_secret(model, label, sample)).await?;
    let hidden = HiddenContribution { label, sample: hex::encode(sample), salt: Digest(secret.salt()) };
    let commitment = hidden.commitment(&account);
    Ok((hidden, commitment))
}

async fn keep(
    tools: Tools,
    model: Address,
    account: Address,
    commitment: Digest,
    hidden: &HiddenContribution,
) -> Result<(), ActionError> {
    let file = serde_json::to_vec(hidden).unwrap_or_default();
    let entry = Entry {
        kind: CONTRIBUTION,
        chain_id: tools.deployment().chain_id,
        market: model,
        superhash: commitment,
        owner: account,
        name: model.short(),
        cid: Cid::of_block(&file).to_string(),
        bytes: file.len() as u64,
        saved_at: js_sys::Date::now() as u64,
    };
    Vault::open().await?.keep(&entry, &file).await?;
    Ok(())
}
