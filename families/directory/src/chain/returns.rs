//! Reads what views returned, and turns terms into those of the ABI and back.

use contracts::abi::{DecodeError, account, amount, digest, narrow, returned, someone, wide, word};

use super::contract::{Datasets, Directory, Grants, IDatasets, IGrants};
use crate::{Dataset, DatasetTerms, Grant, GrantState, GrantTerms, Organisation};

/// What is stored of an account; `None` for one that never joined.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `organisation`.
pub fn organisation(data: &[u8]) -> Result<Option<Organisation>, DecodeError> {
    let (found,) = returned::<Directory::organisationCall>(data)?;
    let joined_at: u64 = narrow(found.joinedAt)?;
    Ok((joined_at > 0).then(|| Organisation {
        profile: digest(found.profile),
        key: digest(found.key),
        key_version: found.keyVersion,
        joined_at,
        joined: found.joined,
    }))
}

/// A data set; `None` where there is none with this number.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `dataset`.
pub fn dataset(data: &[u8]) -> Result<Option<Dataset>, DecodeError> {
    let (found,) = returned::<Datasets::datasetCall>(data)?;
    let Some(owner) = someone(found.owner) else { return Ok(None) };
    let revoked = match found.state {
        1 => false,
        2 => true,
        _ => return Err(DecodeError::OutOfRange),
    };
    Ok(Some(Dataset { owner, terms: dataset_terms(&found.terms)?, published_at: narrow(found.publishedAt)?, revoked }))
}

/// A grant; `None` where there is none with this number.
///
/// # Errors
/// [`DecodeError`] when the data is not that of `grant`.
pub fn grant(data: &[u8]) -> Result<Option<Grant>, DecodeError> {
    let (found,) = returned::<Grants::grantCall>(data)?;
    let state = match found.state {
        0 => return Ok(None),
        number => grant_state(number)?,
    };
    Ok(Some(Grant {
        dataset: found.dataset,
        user: account(found.user),
        purpose: digest(found.purpose),
        terms: grant_terms(&found.terms)?,
        fee: amount(found.fee)?,
        state,
        // The text of a refusal is in its event.
        reason: None,
        used: found.used,
        held: found.held,
        tried: found.tried,
        facts_used: found.factsUsed,
        rows_used: found.rowsUsed,
    }))
}

/// A state by its number in `IGrants.GrantState`.
pub(crate) fn grant_state(number: u8) -> Result<GrantState, DecodeError> {
    GrantState::ALL.get(usize::from(number).wrapping_sub(1)).copied().ok_or(DecodeError::OutOfRange)
}

pub(crate) fn dataset_terms(terms: &IDatasets::DatasetTerms) -> Result<DatasetTerms, DecodeError> {
    Ok(DatasetTerms {
        metadata: digest(terms.metadata),
        data_root: digest(terms.dataRoot),
        id_root: digest(terms.idRoot),
        rows: terms.rows,
        columns: terms.columns,
        industry: terms.industry,
        labelled: terms.labelled,
        price_per_use: amount(terms.pricePerUse)?,
        price_per_day: amount(terms.pricePerDay)?,
    })
}

pub(crate) fn abi_dataset_terms(terms: &DatasetTerms) -> IDatasets::DatasetTerms {
    IDatasets::DatasetTerms {
        metadata: word(terms.metadata),
        dataRoot: word(terms.data_root),
        idRoot: word(terms.id_root),
        rows: terms.rows,
        columns: terms.columns,
        industry: terms.industry,
        labelled: terms.labelled,
        pricePerUse: wide(terms.price_per_use.0),
        pricePerDay: wide(terms.price_per_day.0),
    }
}

pub(crate) fn grant_terms(terms: &IGrants::GrantTerms) -> Result<GrantTerms, DecodeError> {
    Ok(GrantTerms {
        from: narrow(terms.from)?,
        until: narrow(terms.until)?,
        times: terms.times,
        tries: terms.tries,
        facts: terms.facts,
        rows: terms.rows,
        min_rows: terms.minRows,
        digits: terms.digits,
        own_coefficients: terms.ownCoefficients,
    })
}

pub(crate) fn abi_grant_terms(terms: &GrantTerms) -> IGrants::GrantTerms {
    IGrants::GrantTerms {
        from: wide(terms.from),
        until: wide(terms.until),
        times: terms.times,
        tries: terms.tries,
        facts: terms.facts,
        rows: terms.rows,
        minRows: terms.min_rows,
        digits: terms.digits,
        ownCoefficients: terms.own_coefficients,
    }
}
