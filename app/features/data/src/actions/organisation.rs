//! Joining the directory, another profile, and leaving.

use app_core::{
    action::{ActionError, Tools, directory_key},
    chain::Learning,
};
use directory::{DIRECTORY, Move, Profile, calls::directory as calls};
use protocol::Digest;

/// Joins under a profile, with the key that the wallet's signature gives.
///
/// # Errors
/// [`ActionError`]
pub async fn join(
    tools: Tools,
    learning: &Learning,
    profile: &Profile,
    step: impl Fn(&'static str),
) -> Result<(), ActionError> {
    let account = tools.account()?;
    let (bytes, digest) = profile.write().map_err(ActionError::feature)?;
    // Whether it may join does not depend on the key, which is asked of the wallet only then.
    super::asked(tools, learning, &Move::Join { profile: digest, key: Digest([1; 32]) })?;
    // Who joins again has the key of before.
    let version = learning.book.registry.organisations.get(&account).map_or(1, |known| known.key_version.max(1));
    step("Making your key: your wallet asks for a signature");
    let key = directory_key::key(tools, version).await?.public();
    step("Storing the profile, where everybody can read it");
    super::store(tools, &bytes, digest).await?;
    step("Joining: your wallet asks for one transaction");
    let what = Move::Join { profile: digest, key };
    let title = format!("Join as {}", profile.name);
    super::send(tools, learning, &what, DIRECTORY, calls::join(digest, key), (title, None)).await?;
    Ok(())
}

/// Sets another profile.
///
/// # Errors
/// [`ActionError`]
pub async fn set_profile(
    tools: Tools,
    learning: &Learning,
    profile: &Profile,
    step: impl Fn(&'static str),
) -> Result<(), ActionError> {
    let (bytes, digest) = profile.write().map_err(ActionError::feature)?;
    let what = Move::SetProfile { profile: digest };
    super::asked(tools, learning, &what)?;
    step("Storing the profile, where everybody can read it");
    super::store(tools, &bytes, digest).await?;
    step("Changing it: your wallet asks for one transaction");
    let title = "Change the profile of your organisation".to_owned();
    super::send(tools, learning, &what, DIRECTORY, calls::set_profile(digest), (title, None)).await?;
    Ok(())
}

/// Takes part no more.
///
/// # Errors
/// [`ActionError`]
pub async fn leave(tools: Tools, learning: &Learning) -> Result<(), ActionError> {
    let title = "Leave the directory".to_owned();
    super::send(tools, learning, &Move::Leave, DIRECTORY, calls::resign(), (title, None)).await?;
    Ok(())
}
