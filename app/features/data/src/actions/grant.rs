//! Applying for a data set, and deciding.

use app_core::{
    action::{ActionError, Tools},
    chain::{ChainError, Learning},
    routes,
    transactions::About,
};
use directory::{GRANTS, GrantEvent, GrantTerms, Move, Purpose, calls::grants as calls, logs};
use protocol::Amount;

fn about(id: u64) -> Option<About> {
    Some(About { href: routes::grant(id), name: format!("Grant {id}") })
}

/// Applies for a data set. The number of the grant.
///
/// # Errors
/// [`ActionError`]
pub async fn apply(
    tools: Tools,
    learning: &Learning,
    dataset: u64,
    purpose: &Purpose,
    terms: &GrantTerms,
    step: impl Fn(&'static str),
) -> Result<u64, ActionError> {
    let (bytes, digest) = purpose.write().map_err(ActionError::feature)?;
    let what = Move::ApplyFor { dataset, purpose: digest, terms: terms.clone() };
    super::asked(tools, learning, &what)?;
    step("Storing what it is for, where the owner can read it");
    super::store(tools, &bytes, digest).await?;
    step("Applying: your wallet asks for one transaction");
    let said = (
        format!("Apply for data set {dataset}"),
        Some(About { href: routes::dataset(dataset), name: format!("Data set {dataset}") }),
    );
    let data = calls::apply_for(dataset, digest, terms);
    let receipt = super::send(tools, learning, &what, GRANTS, data, said).await?;
    let number = receipt.find(tools.deployment().demand(GRANTS)?, |log| {
        let event = logs::grant(log)?;
        Ok::<_, contracts::abi::DecodeError>(
            event.and_then(|(id, event)| matches!(event, GrantEvent::Applied { .. }).then_some(id)),
        )
    });
    Ok(number.ok_or_else(|| ChainError::Unreadable("an application without its event".into()))?)
}

/// Approves an application.
///
/// # Errors
/// [`ActionError`]
pub async fn approve(tools: Tools, learning: &Learning, grant: u64, fee: Amount) -> Result<(), ActionError> {
    let said = (format!("Approve grant {grant}"), about(grant));
    let data = calls::approve(grant, fee);
    super::send(tools, learning, &Move::Approve { grant, fee }, GRANTS, data, said).await?;
    Ok(())
}

/// Refuses an application with a text.
///
/// # Errors
/// [`ActionError`]
pub async fn refuse(tools: Tools, learning: &Learning, grant: u64, reason: String) -> Result<(), ActionError> {
    let said = (format!("Refuse grant {grant}"), about(grant));
    let data = calls::refuse(grant, &reason);
    super::send(tools, learning, &Move::Refuse { grant, reason }, GRANTS, data, said).await?;
    Ok(())
}

/// Takes an application back.
///
/// # Errors
/// [`ActionError`]
pub async fn withdraw(tools: Tools, learning: &Learning, grant: u64) -> Result<(), ActionError> {
    let said = (format!("Withdraw grant {grant}"), about(grant));
    super::send(tools, learning, &Move::Withdraw { grant }, GRANTS, calls::withdraw(grant), said).await?;
    Ok(())
}
