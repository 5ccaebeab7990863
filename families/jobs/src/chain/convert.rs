//! Values of this crate as those of the ABI, and back.

use coin::PermitSignature;
use contracts::abi::{DecodeError, address, amount, digest, narrow, wide, word};
use protocol::Digest;

use super::contract::IJobTypes;
use crate::{Duty, Offer, Quote, State, Terms, Verdict};

pub fn abi_offer(offer: &Offer) -> IJobTypes::Offer {
    IJobTypes::Offer {
        price: wide(offer.price.0),
        kinds: offer.kinds,
        memoryMiB: offer.memory_mib,
        unitsPerSecond: offer.units_per_second,
        details: word(offer.details),
    }
}

pub fn offer(offer: &IJobTypes::Offer) -> Result<Offer, DecodeError> {
    Ok(Offer {
        price: amount(offer.price)?,
        kinds: offer.kinds,
        memory_mib: offer.memoryMiB,
        units_per_second: offer.unitsPerSecond,
        details: digest(offer.details),
    })
}

pub fn abi_terms(terms: &Terms) -> IJobTypes::Terms {
    IJobTypes::Terms {
        kind: terms.kind,
        jurors: terms.jurors,
        memoryMiB: terms.memory_mib,
        auditRate: terms.audit_rate,
        maxSeconds: wide(terms.max_seconds),
        window: wide(terms.window),
        deadline: wide(terms.deadline),
        units: wide(terms.units),
        checkpointEvery: wide(terms.every),
        highestPrice: wide(terms.highest_price.0),
        stake: wide(terms.stake.0),
        files: word(terms.files),
    }
}

pub fn terms(terms: &IJobTypes::Terms) -> Result<Terms, DecodeError> {
    Ok(Terms {
        kind: terms.kind,
        jurors: terms.jurors,
        memory_mib: terms.memoryMiB,
        audit_rate: terms.auditRate,
        max_seconds: narrow(terms.maxSeconds)?,
        window: narrow(terms.window)?,
        deadline: narrow(terms.deadline)?,
        units: narrow(terms.units)?,
        every: narrow(terms.checkpointEvery)?,
        highest_price: amount(terms.highestPrice)?,
        stake: amount(terms.stake)?,
        files: digest(terms.files),
    })
}

pub fn abi_quote(quote: &Quote) -> IJobTypes::Quote {
    IJobTypes::Quote {
        provider: address(quote.provider),
        price: wide(quote.price.0),
        units: wide(quote.units),
        expiry: wide(quote.expiry),
        nonce: quote.nonce,
    }
}

/// Without one the allowance must be there.
pub fn abi_permit(permit: Option<&PermitSignature>) -> IJobTypes::Permit {
    let none = PermitSignature { deadline: 0, r: Digest::ZERO.0, s: Digest::ZERO.0, v: 0 };
    let (deadline, v, r, s) = permit.unwrap_or(&none).arguments();
    IJobTypes::Permit { deadline, v, r, s }
}

/// A state by its number in `IJobTypes.State`.
pub fn state(number: u8) -> Result<State, DecodeError> {
    State::ALL.get(usize::from(number).wrapping_sub(1)).copied().ok_or(DecodeError::OutOfRange)
}

/// A verdict by its number in `IJobTypes.Verdict`.
pub fn verdict(number: u8) -> Result<Verdict, DecodeError> {
    Verdict::ALL.get(usize::from(number).wrapping_sub(1)).copied().ok_or(DecodeError::OutOfRange)
}

/// A duty by its number in `IJobTypes.Duty`.
pub fn duty(number: u8) -> Result<Duty, DecodeError> {
    Duty::ALL.get(usize::from(number).wrapping_sub(1)).copied().ok_or(DecodeError::OutOfRange)
}
