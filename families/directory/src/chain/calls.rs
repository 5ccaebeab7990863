//! Call data of Directory, Datasets and Grants, one function per function of the contracts. Numbers count from 1.

/// Of `Directory`.
pub mod directory {
    use contracts::abi::{address, call, word};
    use protocol::{Address, Digest};

    use crate::chain::contract::Directory::*;

    /// Takes part, under a profile (the SHA-256 of its file) and with an X25519 key.
    pub fn join(profile: Digest, key: Digest) -> Vec<u8> {
        call::<joinCall>((word(profile), word(key)))
    }

    /// Takes part no more.
    pub fn resign() -> Vec<u8> {
        call::<resignCall>(())
    }

    /// Sets another profile.
    pub fn set_profile(profile: Digest) -> Vec<u8> {
        call::<setProfileCall>((word(profile),))
    }

    /// Sets another key.
    pub fn set_key(key: Digest) -> Vec<u8> {
        call::<setKeyCall>((word(key),))
    }

    /// View: read with [`crate::returns::organisation`].
    pub fn organisation(account: Address) -> Vec<u8> {
        call::<organisationCall>((address(account),))
    }

    /// View: accounts that ever joined. Read with [`contracts::returns::count`].
    pub fn organisation_count() -> Vec<u8> {
        call::<organisationCountCall>(())
    }
}

/// Of `Datasets`.
pub mod datasets {
    use contracts::abi::{call, wide};
    use protocol::Amount;

    use crate::{
        DatasetTerms,
        chain::{contract::Datasets::*, returns::abi_dataset_terms},
    };

    /// Publishes a data set; by an organisation. The number is in the [`crate::DatasetEvent::Published`] of the receipt.
    pub fn publish(terms: &DatasetTerms) -> Vec<u8> {
        call::<publishCall>((abi_dataset_terms(terms),))
    }

    /// Asks other prices; by the owner.
    pub fn set_prices(id: u64, per_use: Amount, per_day: Amount) -> Vec<u8> {
        call::<setPricesCall>((id, wide(per_use.0), wide(per_day.0)))
    }

    /// Revokes a data set for good; by the owner.
    pub fn revoke(id: u64) -> Vec<u8> {
        call::<revokeCall>((id,))
    }

    /// View: read with [`crate::returns::dataset`].
    pub fn dataset(id: u64) -> Vec<u8> {
        call::<datasetCall>((id,))
    }

    /// View: owner and state, for other contracts.
    pub fn standing(id: u64) -> Vec<u8> {
        call::<standingCall>((id,))
    }

    /// View: whether a data set has a label. Read with [`contracts::returns::boolean`].
    pub fn is_labelled(id: u64) -> Vec<u8> {
        call::<isLabelledCall>((id,))
    }

    /// View: the highest number. Read with [`contracts::returns::count`].
    pub fn dataset_count() -> Vec<u8> {
        call::<datasetCountCall>(())
    }

    /// View: read with [`contracts::returns::address`].
    pub fn directory() -> Vec<u8> {
        call::<directoryCall>(())
    }
}

/// Of `Grants`.
pub mod grants {
    use contracts::abi::{AbiNumber, address, call, wide, word};
    use protocol::{Address, Amount, Digest};

    use crate::{
        Disclosure, GrantTerms,
        chain::{
            contract::{Grants::*, IGrants},
            returns::abi_grant_terms,
        },
    };

    /// Applies for a data set. The number is in the [`crate::GrantEvent::Applied`] of the receipt.
    pub fn apply_for(dataset: u64, purpose: Digest, terms: &GrantTerms) -> Vec<u8> {
        call::<applyForCall>((dataset, word(purpose), abi_grant_terms(terms)))
    }

    /// Withdraws an application that is pending; by the applicant.
    pub fn withdraw(id: u64) -> Vec<u8> {
        call::<withdrawCall>((id,))
    }

    /// Approves an application that is pending; by the owner of the data set.
    pub fn approve(id: u64, fee: Amount) -> Vec<u8> {
        call::<approveCall>((id, wide(fee.0)))
    }

    /// Refuses an application that is pending, with a text; by the owner of the data set.
    pub fn refuse(id: u64, reason: &str) -> Vec<u8> {
        call::<refuseCall>((id, reason.to_owned()))
    }

    /// Holds grants for a task that starts; by the contract of tasks.
    pub fn hold(ids: &[u64], covered: u64, facts: u32, rows: u32) -> Vec<u8> {
        call::<holdCall>((ids.to_vec(), AbiNumber::from(covered), facts, rows))
    }

    /// Turns what is held into a use; by the contract of tasks.
    pub fn consume(ids: &[u64], covered: u64) -> Vec<u8> {
        call::<consumeCall>((ids.to_vec(), AbiNumber::from(covered)))
    }

    /// Gives back what was not used; by the contract of tasks.
    pub fn release(ids: &[u64], covered: u64, facts: u32, rows: u32) -> Vec<u8> {
        call::<releaseCall>((ids.to_vec(), AbiNumber::from(covered), facts, rows))
    }

    /// View: demands that a task of a user fits a grant.
    pub fn check(id: u64, user: Address, purpose: Digest, told: &Disclosure) -> Vec<u8> {
        let told =
            IGrants::Disclosure { minRows: told.min_rows, digits: told.digits, ownCoefficients: told.own_coefficients };
        call::<checkCall>((id, address(user), word(purpose), told))
    }

    /// View: owner of the data set. Read with [`contracts::returns::address`].
    pub fn owner_of(id: u64) -> Vec<u8> {
        call::<ownerOfCall>((id,))
    }

    /// View: read with [`contracts::returns::amount`].
    pub fn fee_of(id: u64) -> Vec<u8> {
        call::<feeOfCall>((id,))
    }

    /// View: read with [`crate::returns::grant`].
    pub fn grant(id: u64) -> Vec<u8> {
        call::<grantCall>((id,))
    }

    /// View: the grant that keeps the same from being applied for, 0 for none. Read with [`contracts::returns::count`].
    pub fn open(dataset: u64, user: Address, purpose: Digest) -> Vec<u8> {
        call::<openCall>((dataset, address(user), word(purpose)))
    }

    /// View: the highest number. Read with [`contracts::returns::count`].
    pub fn grant_count() -> Vec<u8> {
        call::<grantCountCall>(())
    }

    /// View: read with [`contracts::returns::address`].
    pub fn datasets() -> Vec<u8> {
        call::<datasetsCall>(())
    }

    /// View: read with [`contracts::returns::address`].
    pub fn tasks() -> Vec<u8> {
        call::<tasksCall>(())
    }
}
