//! What an organisation says of itself: a JSON file of one block, whose SHA-256 is on chain.

use protocol::{Address, Digest};
use serde::{Deserialize, Serialize};

use super::MAX_BYTES;

const MAX_NAME: usize = 32;
const MAX_TEXT: usize = 1_000;
const MAX_URL: usize = 200;
const MAX_NODES: usize = 32;

/// The file. Everything in it is a stranger's word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// 1 to 32 characters.
    pub name: String,
    /// What it is, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// `https://…`
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// `https://…` or `ipfs://…`
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub image: String,
    /// Machines that act for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nodes: Vec<Node>,
}

/// A machine that acts for an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// Unique in the organisation, 1 to 32 characters.
    pub name: String,
    pub role: NodeRole,
    /// X25519 key of its own.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub key: Digest,
    /// Account from which it sends.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub account: Address,
}

/// What a node does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NodeRole {
    /// Takes seats with data.
    Party,
    /// Deals.
    Helper,
}

/// Why a profile is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    #[error("This is no profile: {0}. Ask the organisation to publish it anew.")]
    Malformed(String),
    #[error("A profile has at most {MAX_BYTES} bytes, and this one has {0}. Shorten its texts.")]
    TooLong(usize),
    #[error("A name has 1 to {MAX_NAME} characters; choose another one than \u{201c}{0}\u{201d}.")]
    Name(String),
    #[error("The text has at most {MAX_TEXT} characters; shorten it.")]
    Text,
    #[error(
        "An address of a page or picture begins with https:// or ipfs:// and has at most {MAX_URL} characters; correct \u{201c}{0}\u{201d}."
    )]
    Url(String),
    #[error("Two nodes are called {0}; give one of them another name.")]
    SameName(String),
    #[error("The node {0} has no key; copy it from what `agent key` prints.")]
    NoKey(String),
    #[error("An organisation has at most {MAX_NODES} nodes; remove one that is not used.")]
    TooManyNodes,
}

impl Profile {
    /// Reads a profile that may come from anybody.
    ///
    /// # Errors
    /// [`ProfileError`] where it is none.
    pub fn read(bytes: &[u8]) -> Result<Self, ProfileError> {
        if bytes.len() > MAX_BYTES {
            return Err(ProfileError::TooLong(bytes.len()));
        }
        let profile: Self =
            serde_json::from_slice(bytes).map_err(|error| ProfileError::Malformed(error.to_string()))?;
        profile.check()?;
        Ok(profile)
    }

    /// The file, and its SHA-256 as it goes on chain.
    ///
    /// # Errors
    /// [`ProfileError`] where something in it is not allowed.
    pub fn write(&self) -> Result<(Vec<u8>, Digest), ProfileError> {
        self.check()?;
        let bytes = serde_json::to_vec(self).map_err(|error| ProfileError::Malformed(error.to_string()))?;
        let digest = Digest::of(&bytes);
        Ok((bytes, digest))
    }

    /// Whether everything in it is allowed.
    ///
    /// # Errors
    /// [`ProfileError`] names what is not.
    pub fn check(&self) -> Result<(), ProfileError> {
        check_name(&self.name)?;
        if self.text.chars().count() > MAX_TEXT {
            return Err(ProfileError::Text);
        }
        for url in [&self.url, &self.image] {
            let known = url.is_empty() || url.starts_with("https://") || url.starts_with("ipfs://");
            if !known || url.chars().count() > MAX_URL {
                return Err(ProfileError::Url(url.clone()));
            }
        }
        if self.nodes.len() > MAX_NODES {
            return Err(ProfileError::TooManyNodes);
        }
        for (place, node) in self.nodes.iter().enumerate() {
            check_name(&node.name)?;
            if node.key == Digest::ZERO {
                return Err(ProfileError::NoKey(node.name.clone()));
            }
            if self.nodes[..place].iter().any(|before| before.name == node.name) {
                return Err(ProfileError::SameName(node.name.clone()));
            }
        }
        Ok(())
    }
}

fn check_name(name: &str) -> Result<(), ProfileError> {
    let count = name.chars().count();
    if name.trim() != name || !(1..=MAX_NAME).contains(&count) || name.chars().any(char::is_control) {
        return Err(ProfileError::Name(name.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(name: &str) -> Node {
        Node { name: name.to_owned(), role: NodeRole::Helper, key: Digest([1; 32]), account: Address([2; 20]) }
    }

    fn profile(name: &str, nodes: Vec<Node>) -> Profile {
        Profile { name: name.to_owned(), text: String::new(), url: String::new(), image: String::new(), nodes }
    }

    #[test]
    fn what_is_written_reads_back() {
        let written = Profile {
            text: "Heart, lung, and more".to_owned(),
            url: "https://clinic.example".to_owned(),
            ..profile("Clinic", vec![node("one"), node("two")])
        };
        let (bytes, digest) = written.write().unwrap();
        assert_eq!((Profile::read(&bytes), digest), (Ok(written), Digest::of(&bytes)));
    }

    #[test]
    fn what_is_not_allowed_is_named() {
        for (wrong, error) in [
            (profile("", vec![]), ProfileError::Name(String::new())),
            (profile(&"x".repeat(33), vec![]), ProfileError::Name("x".repeat(33))),
            (profile(" a", vec![]), ProfileError::Name(" a".to_owned())),
            (profile("a", vec![node("n"), node("n")]), ProfileError::SameName("n".to_owned())),
            (profile("a", vec![Node { key: Digest::ZERO, ..node("n") }]), ProfileError::NoKey("n".to_owned())),
            (profile("a", vec![node("n"); 33]), ProfileError::TooManyNodes),
            (
                Profile { url: "javascript:alert(1)".to_owned(), ..profile("a", vec![]) },
                ProfileError::Url("javascript:alert(1)".to_owned()),
            ),
            (Profile { text: "x".repeat(1_001), ..profile("a", vec![]) }, ProfileError::Text),
        ] {
            assert_eq!(wrong.write(), Err(error.clone()));
            assert_eq!(Profile::read(&serde_json::to_vec(&wrong).unwrap()), Err(error));
        }
        assert_eq!(Profile::read(&[b' '; 65_001]), Err(ProfileError::TooLong(65_001)));
        assert!(matches!(Profile::read(b"{\"name\":\"a\",\"extra\":1}"), Err(ProfileError::Malformed(_))));
    }
}
