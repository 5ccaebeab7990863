//! Joining, pausing, leaving.

use contracts::Refused;
use protocol::Amount;

use super::{Book, Call, Said};
use crate::{MIN_DEPOSIT, Offer, Provider, ProviderEvent};

impl Book {
    pub(super) fn offer(&self, call: Call<'_>, amount: Amount, offer: &Offer) -> Result<Vec<Said>, Refused> {
        if offer.price.0 == 0 || offer.kinds == 0 || offer.memory_mib == 0 || offer.units_per_second == 0 {
            return Err(Refused::new("BadOffer()", []));
        }
        let before = self.provider(call.caller).map_or(0, |provider| provider.deposit.0);
        enough(before.saturating_add(amount.0))?;
        Ok(vec![Said::Provider(call.caller, ProviderEvent::Offers { amount, offer: *offer })])
    }

    pub(super) fn pause(&self, call: Call<'_>) -> Result<Vec<Said>, Refused> {
        if self.known(call)?.weight == 0 {
            return Err(Refused::new("ProviderPauses(address)", [call.caller.into()]));
        }
        Ok(vec![Said::Provider(call.caller, ProviderEvent::Paused)])
    }

    pub(super) fn withdraw(&self, call: Call<'_>, amount: Amount) -> Result<Vec<Said>, Refused> {
        let provider = self.known(call)?;
        free(provider, amount)?;
        enough(provider.deposit.0 - amount.0)?;
        Ok(vec![Said::Provider(call.caller, ProviderEvent::Withdrawn { amount })])
    }

    pub(super) fn offboard(&self, call: Call<'_>) -> Result<Vec<Said>, Refused> {
        let provider = self.known(call)?;
        free(provider, provider.deposit)?;
        if self.open_draws != 0 {
            return Err(Refused::new("DrawIsOpen()", []));
        }
        Ok(vec![Said::Provider(call.caller, ProviderEvent::Left { amount: provider.deposit })])
    }

    pub(super) fn revoke_quotes(&self, call: Call<'_>, nonce: u64) -> Result<Vec<Said>, Refused> {
        let least = self.known(call)?.nonce;
        if nonce <= least {
            return Err(Refused::new("NonceNotHigher(uint64)", [least.into()]));
        }
        Ok(vec![Said::Provider(call.caller, ProviderEvent::QuotesRevoked { nonce })])
    }

    fn known(&self, call: Call<'_>) -> Result<&Provider, Refused> {
        self.provider(call.caller).ok_or_else(|| Refused::new("NotProvider(address)", [call.caller.into()]))
    }
}

/// Demands that so much of a deposit is not locked.
pub(super) fn free(provider: &Provider, amount: Amount) -> Result<(), Refused> {
    if amount.0 <= provider.free().0 {
        return Ok(());
    }
    Err(Refused::new("NotFree(uint256,uint256)", [provider.free().into(), amount.into()]))
}

fn enough(deposit: u128) -> Result<(), Refused> {
    if deposit >= MIN_DEPOSIT.0 {
        return Ok(());
    }
    Err(Refused::new("DepositTooSmall(uint256,uint256)", [deposit.into(), MIN_DEPOSIT.into()]))
}
