//! Publishing a data set, its prices, and revoking it.

use app_core::{
    action::{ActionError, Tools},
    chain::{ChainError, Learning},
    routes,
    transactions::About,
    vault::{
        Owner, Vault,
        tables::{self, Table},
    },
};
use directory::{DATASETS, DatasetEvent, DatasetTerms, Description, Move, calls::datasets as calls, logs};
use protocol::Amount;

/// A data set that is ready to be published.
pub struct Draft {
    pub description: Description,
    /// The digest of the description is filled in here.
    pub terms: DatasetTerms,
    pub table: Table,
}

/// Publishes what is said of a data set; the table stays in this browser. Its number.
///
/// # Errors
/// [`ActionError`]
pub async fn publish(
    tools: Tools,
    learning: &Learning,
    draft: &Draft,
    step: impl Fn(&'static str),
) -> Result<u64, ActionError> {
    let account = tools.account()?;
    let (bytes, metadata) = draft.description.write().map_err(ActionError::feature)?;
    let terms = DatasetTerms { metadata, ..draft.terms.clone() };
    let what = Move::Publish(terms.clone());
    super::asked(tools, learning, &what)?;
    let contract = tools.deployment().demand(DATASETS)?;
    step("Keeping the table in this browser");
    let owner = Owner { chain_id: tools.deployment().chain_id, contract, account };
    tables::keep(&Vault::open().await?, owner, terms.data_root, &draft.description.name, &draft.table).await?;
    step("Storing the description, where everybody can read it");
    super::store(tools, &bytes, metadata).await?;
    step("Publishing: your wallet asks for one transaction");
    let title = format!("Publish the data set “{}”", draft.description.name);
    let receipt = super::send(tools, learning, &what, DATASETS, calls::publish(&terms), (title, None)).await?;
    let number = receipt.find(contract, |log| {
        let event = logs::dataset(log)?;
        Ok::<_, contracts::abi::DecodeError>(
            event.and_then(|(id, event)| matches!(event, DatasetEvent::Published { .. }).then_some(id)),
        )
    });
    Ok(number.ok_or_else(|| ChainError::Unreadable("a publication without its event".into()))?)
}

fn about(id: u64) -> Option<About> {
    Some(About { href: routes::dataset(id), name: format!("Data set {id}") })
}

/// Asks other prices for grants of the future.
///
/// # Errors
/// [`ActionError`]
pub async fn set_prices(
    tools: Tools,
    learning: &Learning,
    dataset: u64,
    (per_use, per_day): (Amount, Amount),
) -> Result<(), ActionError> {
    let what = Move::SetPrices { dataset, per_use, per_day };
    let data = calls::set_prices(dataset, per_use, per_day);
    let said = (format!("Change the prices of data set {dataset}"), about(dataset));
    super::send(tools, learning, &what, DATASETS, data, said).await?;
    Ok(())
}

/// Revokes a data set, for good.
///
/// # Errors
/// [`ActionError`]
pub async fn revoke(tools: Tools, learning: &Learning, dataset: u64) -> Result<(), ActionError> {
    let said = (format!("Revoke data set {dataset}"), about(dataset));
    super::send(tools, learning, &Move::Revoke { dataset }, DATASETS, calls::revoke(dataset), said).await?;
    Ok(())
}
