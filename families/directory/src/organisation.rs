//! An organisation: who takes part, under which profile and key.

use contracts::Refused;
use protocol::{Address, Digest};
use serde::{Deserialize, Serialize};

/// An account that takes part, or did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Organisation {
    /// SHA-256 of its profile, a file of one block.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub profile: Digest,
    /// X25519 key to which things are sealed.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub key: Digest,
    /// 1 for the first key, one more with every other.
    pub key_version: u32,
    /// When it joined last, seconds since the epoch.
    pub joined_at: u64,
    /// Whether it takes part now.
    pub joined: bool,
}

/// What `Directory` emits of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DirectoryEvent {
    /// `Joined`
    Joined { profile: Digest, key: Digest, key_version: u32 },
    /// `Left`
    Left,
    /// `ProfileChanged`
    ProfileChanged { profile: Digest },
    /// `KeyChanged`
    KeyChanged { key: Digest, key_version: u32 },
}

impl Organisation {
    /// What an event of a moment makes of an organisation; without one before, only `Joined` makes any.
    #[must_use]
    pub fn after(before: Option<Self>, event: &DirectoryEvent, at: u64) -> Option<Self> {
        match event {
            DirectoryEvent::Joined { profile, key, key_version } => {
                Some(Self { profile: *profile, key: *key, key_version: *key_version, joined_at: at, joined: true })
            }
            DirectoryEvent::Left => before.map(|o| Self { joined: false, ..o }),
            DirectoryEvent::ProfileChanged { profile } => before.map(|o| Self { profile: *profile, ..o }),
            DirectoryEvent::KeyChanged { key, key_version } => {
                before.map(|o| Self { key: *key, key_version: *key_version, ..o })
            }
        }
    }

    /// What joining would say.
    ///
    /// # Errors
    /// As the contract refuses.
    pub fn join(
        before: Option<&Self>,
        account: Address,
        profile: Digest,
        key: Digest,
    ) -> Result<DirectoryEvent, Refused> {
        if before.is_some_and(|o| o.joined) {
            return Err(Refused::new("AlreadyJoined(address)", [account.into()]));
        }
        Self::check_profile(profile)?;
        Self::check_key(key)?;
        let before = before.map_or((Digest::ZERO, 0), |o| (o.key, o.key_version));
        Ok(DirectoryEvent::Joined { profile, key, key_version: before.1 + u32::from(before.0 != key) })
    }

    /// What leaving would say.
    ///
    /// # Errors
    /// As the contract refuses.
    pub fn leave(now: Option<&Self>, account: Address) -> Result<DirectoryEvent, Refused> {
        Self::taking_part(now, account).map(|_| DirectoryEvent::Left)
    }

    /// What another profile would say.
    ///
    /// # Errors
    /// As the contract refuses.
    pub fn set_profile(now: Option<&Self>, account: Address, profile: Digest) -> Result<DirectoryEvent, Refused> {
        Self::taking_part(now, account)?;
        Self::check_profile(profile)?;
        Ok(DirectoryEvent::ProfileChanged { profile })
    }

    /// What another key would say.
    ///
    /// # Errors
    /// As the contract refuses.
    pub fn set_key(now: Option<&Self>, account: Address, key: Digest) -> Result<DirectoryEvent, Refused> {
        let mine = Self::taking_part(now, account)?;
        Self::check_key(key)?;
        Ok(DirectoryEvent::KeyChanged { key, key_version: mine.key_version + 1 })
    }

    fn taking_part(now: Option<&Self>, account: Address) -> Result<&Self, Refused> {
        now.filter(|o| o.joined).ok_or_else(|| Refused::new("NotJoined(address)", [account.into()]))
    }

    fn check_profile(profile: Digest) -> Result<(), Refused> {
        if profile == Digest::ZERO { Err(Refused::new("EmptyProfile()", [])) } else { Ok(()) }
    }

    fn check_key(key: Digest) -> Result<(), Refused> {
        if key == Digest::ZERO { Err(Refused::new("EmptyKey()", [])) } else { Ok(()) }
    }
}
