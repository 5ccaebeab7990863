//! Checking a signed message.

use protocol::{Address, api::SignInRequest, siwe::SignIn};
use siwe::{Message, VerificationOpts};

use super::Nonces;
use crate::{db::Db, problem::ApiError};

/// The origins that a person may sign in from. Never taken from the request: whoever relays a signature made on
/// another site controls its headers too.
#[derive(Debug, Clone)]
pub struct Origins(Vec<String>);

impl Origins {
    pub fn new(origins: impl IntoIterator<Item = String>) -> Self {
        Self(origins.into_iter().map(|origin| origin.trim_end_matches('/').to_string()).collect())
    }

    fn allow(&self, uri: &str, domain: &str) -> bool {
        self.0.iter().any(|origin| origin == uri && origin.split_once("://").is_some_and(|(_, host)| host == domain))
    }
}

/// Checks text, origin, chain, nonce and signature, uses the nonce up, and says who signed.
///
/// # Errors
/// [`ApiError`] that names what does not fit.
pub async fn sign_in(
    db: &Db,
    nonces: &Nonces,
    origins: &Origins,
    chain_id: u64,
    request: &SignInRequest,
) -> Result<Address, ApiError> {
    let message: Message = request
        .message
        .parse()
        .map_err(|error| ApiError::SignInMessage(format!("it does not follow EIP-4361 ({error})")))?;
    let fields = SignIn {
        domain: message.domain.to_string(),
        uri: message.uri.to_string(),
        address: Address(message.address),
        chain_id: message.chain_id,
        nonce: message.nonce.clone(),
        issued_at: message.issued_at.to_string(),
    };
    // What a person was shown must be our text, with nothing added.
    if fields.message() != request.message {
        return Err(ApiError::SignInMessage("its text differs from the one that is signed here".into()));
    }
    if !origins.allow(&fields.uri, &fields.domain) {
        let (uri, domain) = (&fields.uri, &fields.domain);
        return Err(ApiError::SignInMessage(format!("it was signed for {domain} ({uri}), which is not this server")));
    }
    if fields.chain_id != chain_id {
        let signed = fields.chain_id;
        return Err(ApiError::SignInMessage(format!(
            "it was signed for chain {signed}, but this server is on {chain_id}"
        )));
    }
    nonces.check(&fields.nonce, &fields.issued_at)?;
    let refused = |reason: String| ApiError::Signature { address: fields.address.to_string(), reason };
    let digits = request.signature.strip_prefix("0x").unwrap_or(&request.signature);
    let signature = hex::decode(digits).map_err(|_| refused("it is not hexadecimal".into()))?;
    let expected = VerificationOpts {
        domain: Some(message.domain.clone()),
        nonce: Some(fields.nonce.clone()),
        ..VerificationOpts::default()
    };
    message.verify(&signature, &expected).await.map_err(|error| refused(error.to_string()))?;
    nonces.spend(db, &fields.nonce).await?;
    Ok(fields.address)
}
