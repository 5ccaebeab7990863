//! ModelCoin: what people pay with.

use anyhow::Result;
use async_trait::async_trait;
use contracts::{refusal::Refusals, returns};
use protocol::{Address, Amount};

use crate::{chain::Chain, family::Family};

/// The coin of rewards, stakes and deposits.
pub struct Coin;

#[async_trait]
impl Family for Coin {
    fn name(&self) -> &'static str {
        "coin"
    }

    fn refusals(&self) -> Refusals {
        coin::REFUSALS
    }

    fn code(&self) -> Result<Vec<(&'static str, Vec<u8>)>> {
        Ok(vec![(coin::MODEL_COIN, coin::deploy::model_coin()?)])
    }

    async fn deploy(&self, chain: &mut Chain) -> Result<()> {
        chain.deploy_as(coin::MODEL_COIN, coin::deploy::model_coin()?).await.map(drop)
    }
}

impl Chain {
    /// Where ModelCoin is.
    ///
    /// # Errors
    /// When the deployment does not name it.
    pub fn coin_address(&self) -> Result<Address> {
        Ok(self.deployment.demand(coin::MODEL_COIN)?)
    }

    /// MDC of an account.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn balance(&self, account: Address) -> Result<Amount> {
        Ok(returns::amount(&self.call(self.coin_address()?, coin::calls::balance_of(account)).await?)?)
    }

    /// Takes the airdrop where it was not taken.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn airdrop(&self, account: Address) -> Result<()> {
        let coin = self.coin_address()?;
        if !returns::boolean(&self.call(coin, coin::calls::airdropped(account)).await?)? {
            self.send(account, coin, coin::calls::airdrop()).await?;
        }
        Ok(())
    }

    /// Lets a contract move everything that an account has.
    ///
    /// # Errors
    /// When the node refuses.
    pub async fn approve(&self, account: Address, contract: Address) -> Result<()> {
        let data = coin::calls::approve(contract, Amount::SUPPLY);
        self.send(account, self.coin_address()?, data).await.map(drop)
    }
}
