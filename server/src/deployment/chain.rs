//! Whether the chain has the contracts of a deployment.

use protocol::api::Deployment;
use rpc::{Refusal, RpcError};

use super::Mismatch;
use crate::{
    chain::{Chain, ChainError},
    family::Families,
};

/// Makes sure that the nodes are on the deployment's chain, that there is code at each address, and that the contracts
/// of the families answer as theirs do.
///
/// # Errors
/// [`Verdict::Wrong`] where they do not; [`Verdict::Unknown`] where no node says.
pub async fn check(chain: &Chain, deployment: &Deployment, families: &Families) -> Result<(), Verdict> {
    check_id(chain, deployment).await?;
    for (name, address) in &deployment.contracts {
        let code = match chain.code(*address).await {
            // A node that does not tell code is no reason to stop.
            Err(error) if refusal(&error).is_some() => continue,
            code => code.map_err(Verdict::Unknown)?,
        };
        if code.is_empty() {
            let chain = deployment.chain_id;
            return wrong(format!(
                "There is no contract at {address} on chain {chain}, where {name} should be: the deployment is of \
                 another chain, or this one began anew."
            ));
        }
    }
    for probe in families.iter().flat_map(|family| family.probes()) {
        let Some(address) = deployment.contract(probe.contract) else { continue };
        let understood = match chain.call(address, &probe.call).await {
            Ok(answer) => (probe.understands)(&answer),
            Err(error) => match refusal(&error) {
                // Only a revert is the contract's own answer.
                Some(refusal) => !is_revert(refusal),
                None => return Err(Verdict::Unknown(error)),
            },
        };
        if !understood {
            let name = probe.contract;
            return wrong(format!("The contract at {address} does not answer as {name} does."));
        }
    }
    Ok(())
}

/// As [`check`], the chain's id alone: one request to each node.
///
/// # Errors
/// As [`check`].
pub async fn check_id(chain: &Chain, deployment: &Deployment) -> Result<(), Verdict> {
    match chain.check(deployment.chain_id).await {
        Err(ChainError::Rpc(RpcError::WrongChain { found, expected, .. })) => {
            wrong(format!("The node is on chain {found}, but this server is for chain {expected}."))
        }
        checked => checked.map_err(Verdict::Unknown),
    }
}

/// Why a chain is not known to have the contracts.
#[derive(Debug, thiserror::Error)]
pub enum Verdict {
    #[error(transparent)]
    Wrong(#[from] Mismatch),
    #[error(transparent)]
    Unknown(ChainError),
}

fn wrong(reason: String) -> Result<(), Verdict> {
    Err(Mismatch::Chain(reason).into())
}

/// What a node said that understood the question and declined.
fn refusal(error: &ChainError) -> Option<&Refusal> {
    match error {
        ChainError::Rpc(error) => error.refusal(),
        ChainError::Url(_) => None,
    }
}

fn is_revert(refusal: &Refusal) -> bool {
    refusal.code == 3 || refusal.data.is_some() || refusal.message.to_lowercase().contains("revert")
}
