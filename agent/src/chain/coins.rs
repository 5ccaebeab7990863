//! What an account has, and the airdrop of a test network.

use protocol::Address;
use serde_json::json;

use super::{node::Chain, registry::unread};
use crate::{
    cli::chain::{CoinsCommand, CoinsOptions},
    failure::Failure,
    told::Printer,
};

/// `agent coins`
pub async fn coins(options: &CoinsOptions, printer: Printer) -> Result<(), Failure> {
    let chain = Chain::open(&options.on).await?;
    let contract = chain.contract(coin::MODEL_COIN)?;
    let of = match &options.command {
        CoinsCommand::Show { address: Some(address) } => *address,
        CoinsCommand::Show { address: None } => chain.account()?.address(),
        CoinsCommand::Airdrop => {
            chain.send(contract, coin::calls::airdrop()).await?;
            chain.account()?.address()
        }
    };
    show(&chain, contract, of, printer).await
}

async fn show(chain: &Chain, contract: Address, of: Address, printer: Printer) -> Result<(), Failure> {
    let mdc = chain.call(contract, coin::calls::balance_of(of)).await?;
    let mdc = contracts::returns::amount(&mdc).map_err(unread)?;
    let had = chain.call(contract, coin::calls::airdropped(of)).await?;
    let had = contracts::returns::boolean(&had).map_err(unread)?;
    let fees = chain.fee_coins(of).await?.to_string();
    printer.say(&json!({"account": of, "mdc": mdc, "for_fees": fees, "airdropped": had}));
    Ok(())
}
