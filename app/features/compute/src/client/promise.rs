//! Vouchers. The last one of each job is kept, so that a page that is opened again promises what it had promised; and so is a lie
//! of the provider, so that nothing more is promised then.

use app_core::{
    action::{ActionError, Tools},
    content, storage,
};
use compute_session::{Deal, Liar, Voucher};

use super::view::Deed;

fn key(what: &str, deal: &Deal) -> String {
    let of = deal.of;
    format!("{what} {} {} {} {}", of.chain, of.contract, of.job, deal.provider)
}

/// Keeps that an audit found the provider out.
pub fn caught(deal: &Deal, liar: &Liar) {
    storage::write(&key("lie", deal), &liar.to_string());
}

/// Whether no audit found the provider out before.
///
/// # Errors
/// [`ActionError`]: what was found.
pub fn check_honest(deal: &Deal) -> Result<(), ActionError> {
    match storage::read(&key("lie", deal)) {
        Some(why) => Err(ActionError::feature(format!("Nothing more is promised to this provider. {why}"))),
        None => Ok(()),
    }
}

/// The last voucher of a job.
pub fn kept(deal: &Deal) -> Option<Voucher> {
    let voucher: Voucher = serde_json::from_str(&storage::read(&key("voucher", deal))?).ok()?;
    deal.check_voucher(&voucher).is_ok().then_some(voucher)
}

/// Asks the wallet to promise all units to a checkpoint whose file can be had.
///
/// # Errors
/// [`ActionError`] when the wallet refuses; where the checkpoint cannot be had, since nobody could go on from it.
pub async fn promise(tools: Tools, deal: &Deal, deed: Deed) -> Result<Voucher, ActionError> {
    if content::is_missing_here(&deed.file.to_string()).await {
        return Err(ActionError::feature(
            "The provider has not put its last checkpoint where it can be had, so nobody could go on from it. Nothing was signed; \
             it is asked again with the next checkpoint.",
        ));
    }
    let request = deal.of.voucher_request(deal.provider, deed.units, deed.file.digest);
    let signature = tools.wallet.sign_typed(deal.client, &request).await?;
    let signature = signature.parse().map_err(ActionError::feature)?;
    let voucher = Voucher { units: deed.units, checkpoint: deed.file, signature };
    deal.check_voucher(&voucher).map_err(ActionError::feature)?;
    // Kept before it is sent.
    storage::write(&key("voucher", deal), &serde_json::to_string(&voucher).unwrap_or_default());
    Ok(voucher)
}
