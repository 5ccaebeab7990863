//! Posting a bounty: publish the data, keep the truth, escrow the reward.

use bounty::{Terms, calls, logs};
use dataset::metadata::Metadata;
use protocol::{
    Address,
    cid::FileHasher,
    commitment::{Secret, TruthFile, superhash},
};
use wasm_bindgen::JsValue;

use crate::vault_kinds::TRUTH;
use app_core::{
    action::{ActionError, Tools, permit},
    chain::ChainError,
    server,
    vault::{Entry, Vault},
    workers::prepare::Prepared,
};

/// Why a bounty is not posted, whatever wallet and server say.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    #[error(
        "You have split this data set as {}, and only that account's wallet can bring its labels back. Switch to it, or \
         sign and split again with this one; nothing was posted.",
        .0.short()
    )]
    OtherAccount(Address),
}

/// Everything about a bounty before it is posted.
#[derive(Clone)]
pub struct Draft {
    /// Whose wallet has signed for the secret behind `truth`; nobody else can make it again.
    pub account: Address,
    pub prepared: Prepared,
    pub metadata: Metadata,
    /// `truth_superhash` of these terms belongs to `truth`.
    pub terms: Terms,
    pub truth: Vec<u8>,
}

/// The ground-truth file that a secret and a split give.
///
/// # Errors
/// [`ActionError::Feature`] cannot happen for labels that the split made; it is passed on rather than assumed.
pub fn truth_file(secret: &Secret, prepared: &Prepared) -> Result<Vec<u8>, ActionError> {
    let classes = prepared.report.classes.len() as u16;
    let file = TruthFile { salt: secret.salt(), labels: prepared.truth.clone(), classes };
    file.to_bytes().map_err(ActionError::feature)
}

/// Posts the bounty and returns its number. `step` is told what happens now.
///
/// # Errors
/// [`ActionError`]; the reward is locked only if this returns a number.
pub async fn post(tools: Tools, draft: &Draft, step: impl Fn(&'static str)) -> Result<u64, ActionError> {
    let account = tools.account()?;
    if account != draft.account {
        return Err(ActionError::feature(PostError::OtherAccount(draft.account)));
    }
    let deployment = tools.deployment();
    let market = deployment.demand(bounty::BOUNTY_MARKET)?;
    let metadata = draft.metadata.to_bytes();
    let metadata_cid = FileHasher::hash(&metadata).cid.to_string();
    let (train_cid, test_cid) = (draft.metadata.train.cid.to_string(), draft.metadata.test.cid.to_string());

    step("Keeping the ground truth in your vault");
    let entry = Entry {
        kind: TRUTH,
        chain_id: deployment.chain_id,
        market,
        superhash: superhash(&draft.truth),
        owner: account,
        name: draft.metadata.title.clone(),
        cid: protocol::cid::Cid::of_block(&draft.truth).to_string(),
        bytes: draft.truth.len() as u64,
        saved_at: js_sys::Date::now() as u64,
    };
    Vault::open().await?.keep(&entry, &draft.truth).await?;

    step("Publishing the training data");
    server::store(tools.wallet, account, &train_cid, draft.prepared.train.clone().into()).await?;
    step("Publishing the unlabelled test data");
    server::store(tools.wallet, account, &test_cid, draft.prepared.test.clone().into()).await?;
    step("Publishing the description");
    let body: JsValue = js_sys::Uint8Array::from(&metadata[..]).into();
    server::store(tools.wallet, account, &metadata_cid, body).await?;

    step("Signing the payment: your wallet asks for a permit over the reward");
    let permit = permit::ask(tools, market, draft.terms.reward).await?;
    step("Posting: your wallet asks for one transaction");
    let data = calls::create(&draft.terms, &train_cid, &test_cid, &metadata_cid, permit.as_ref());
    let title = format!("Post “{}” with {} MDC", draft.metadata.title, draft.terms.reward);
    let receipt = tools.transactions.send(title, market, data, None).await?;
    let posted = receipt.find(market, logs::decode).map(|(id, _)| id);
    let missing = || ChainError::Unreadable("the receipt names no bounty, though the transaction succeeded".into());
    Ok(posted.ok_or_else(missing)?)
}
