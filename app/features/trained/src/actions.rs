//! Publishing a model outside of any bounty.

use protocol::cid::Cid;
use trained::calls::published;
use web_sys::File;

use app_core::{
    action::{ActionError, Tools},
    server,
};

/// Stores the file under its CID, then puts it on the list.
///
/// # Errors
/// [`ActionError`]; where the transaction fails the file is stored, but on no list.
pub async fn publish(
    tools: Tools,
    cid: &str,
    file: &File,
    name: &str,
    description: &str,
    step: impl Fn(&'static str),
) -> Result<(), ActionError> {
    let account = tools.account()?;
    let contract = tools.deployment().demand(trained::PUBLISHED_MODELS)?;
    step("Storing the file");
    server::store(tools.wallet, account, cid, file.clone().into()).await?;
    step("Publishing: your wallet asks for one transaction");
    let data = published::publish(cid, name, description);
    tools.transactions.send(title(name, cid), contract, data, None).await?;
    Ok(())
}

/// Two models may have one name; they have two files.
fn title(name: &str, cid: &str) -> String {
    let file = cid.parse::<Cid>().map_or_else(|_| cid.to_owned(), |cid| cid.short());
    format!("Publish the model “{name}” ({file})")
}

/// Takes an own model off the list; the file and the record of its publication stay.
///
/// # Errors
/// [`ActionError`]
pub async fn withdraw(tools: Tools, id: u64) -> Result<(), ActionError> {
    let contract = tools.deployment().demand(trained::PUBLISHED_MODELS)?;
    let title = format!("Take model {id} off the list");
    tools.transactions.send(title, contract, published::withdraw(id), None).await?;
    Ok(())
}
