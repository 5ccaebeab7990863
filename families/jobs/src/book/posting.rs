//! Posting, withdrawing, locking.

use contracts::Refused;
use protocol::Address;

use super::{Book, Call, Said, before, by_client, ended, signed};
use crate::{Event, Files, Quote, State, Terms, typed_data};

impl Book {
    pub(super) fn post(&self, call: Call<'_>, terms: &Terms, files: &Files) -> Result<Vec<Said>, Refused> {
        let broken = terms.check(files, call.now).err();
        // The contract looks at the lengths before it hashes.
        match (broken, files.too_long()) {
            (None | Some(crate::Broken::Files), Some(length)) => {
                return Err(Refused::new("CidTooLong(uint256)", [(length as u64).into()]));
            }
            (Some(rule), _) => return Err(Refused::new("BadTerms(uint8)", [(rule as u8).into()])),
            (None, None) => {}
        }
        let posted = Event::Posted { client: call.caller, terms: *terms, files: files.clone() };
        Ok(vec![Said::Job(self.jobs.len() as u64 + 1, posted)])
    }

    pub(super) fn cancel(&self, call: Call<'_>, id: u64) -> Result<Vec<Said>, Refused> {
        let job = self.during(id, &[State::Posted])?;
        by_client(job, call.caller)?;
        Ok(vec![ended(id, job, State::Cancelled, 0)])
    }

    pub(super) fn lock(
        &self,
        call: Call<'_>,
        id: u64,
        terms: &Terms,
        quote: &Quote,
        signer: Address,
    ) -> Result<Vec<Said>, Refused> {
        let job = self.during(id, &[State::Posted])?;
        by_client(job, call.caller)?;
        if *terms != job.terms {
            return Err(Refused::new("OtherTerms(bytes32)", [typed_data::terms(&job.terms).into()]));
        }
        before(call.now, terms.lock_by())?;
        self.fits(call, terms, quote)?;
        signed(quote.provider, signer)?;
        Ok(vec![Said::Job(id, Event::Locked { provider: quote.provider, price: quote.price })])
    }

    /// Whether a quote can be locked for these terms.
    fn fits(&self, call: Call<'_>, terms: &Terms, quote: &Quote) -> Result<(), Refused> {
        if quote.provider == call.caller {
            return Err(Refused::new("SameParty(address)", [call.caller.into()]));
        }
        let Some(provider) = self.provider(quote.provider) else {
            return Err(Refused::new("NotProvider(address)", [quote.provider.into()]));
        };
        if provider.weight == 0 {
            return Err(Refused::new("ProviderPauses(address)", [quote.provider.into()]));
        }
        if call.now >= quote.expiry {
            return Err(Refused::new("QuoteExpired(uint256)", [quote.expiry.into()]));
        }
        if quote.nonce < provider.nonce {
            return Err(Refused::new("QuoteRevoked(uint64)", [provider.nonce.into()]));
        }
        if quote.price.0 == 0 || quote.price > terms.highest_price {
            return Err(Refused::new("PriceTooHigh(uint80,uint80)", [quote.price.into(), terms.highest_price.into()]));
        }
        if quote.units < terms.units {
            return Err(Refused::new("QuoteTooSmall(uint40,uint40)", [quote.units.into(), terms.units.into()]));
        }
        let least = terms.least_stake(quote.price);
        if terms.stake < least {
            return Err(Refused::new("StakeTooSmall(uint256,uint256)", [terms.stake.into(), least.into()]));
        }
        Ok(())
    }
}
