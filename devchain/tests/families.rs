//! Families on a chain: each deploys what its server indexes, and what is there is left alone.

#![allow(clippy::unwrap_used)]

use anyhow::Result;
use devchain::{Anvil, Chain, Options, families};

#[tokio::test]
async fn what_a_deployment_lacks_is_deployed_with_what_was_built_on_it_and_nothing_else() -> Result<()> {
    let anvil = Anvil::start(Options::default()).await?;
    let mut chain = Chain::deploy(anvil.url()).await?;
    chain.check().await?;
    assert!(chain.deployment.start_block > 0);
    let whole = chain.deployment.clone();
    assert!(!chain.complete().await?);
    assert_eq!(chain.deployment, whole);

    for name in whole.contracts.keys() {
        let mut part = whole.clone();
        part.contracts.remove(name);
        let mut chain = Chain::connect(part).await?;
        assert!(chain.complete().await?, "{name}");
        let changed = whole.contracts.iter().filter(|(n, a)| chain.deployment.contract(n) != Some(**a));
        let changed: Vec<&str> = changed.map(|(name, _)| name.as_str()).collect();
        // Whoever holds the address of a contract that is another one now, or of one that does.
        let expected = match name.as_str() {
            "ModelCoin" => {
                vec!["BountyMarket", "Grants", "Jobs", "ModelCoin", "ModelFactory", "Reproductions", "Tasks"]
            }
            "BountyMarket" => vec!["BountyMarket", "Reproductions"],
            "Directory" => vec!["Datasets", "Directory", "Grants", "Tasks"],
            "Datasets" => vec!["Datasets", "Grants", "Tasks"],
            // Tasks makes its grants: they are found again with it, and are others where it is another.
            "Tasks" => vec!["Grants", "Tasks"],
            "Grants" => vec![],
            alone => vec![alone],
        };
        assert_eq!(changed, expected);
        chain.check().await?;
        // What they hold is what the deployment names.
        let coin = chain.coin_address()?;
        let held = async |contract: &'static str, data| {
            let at = chain.deployment.demand(contract)?;
            anyhow::Ok(contracts::returns::address(&chain.call(at, data).await?)?)
        };
        assert_eq!(held("BountyMarket", bounty::calls::coin()).await?, coin);
        assert_eq!(held("Jobs", jobs::calls::coin()).await?, coin);
        assert_eq!(held("ModelFactory", shared_model::calls::factory::coin()).await?, coin);
        let market = chain.deployment.demand("BountyMarket")?;
        assert_eq!(held("Reproductions", trained::calls::reproductions::market()).await?, market);
        assert!(!chain.complete().await?, "it is whole");
    }
    Ok(())
}

#[test]
fn every_family_has_a_name_of_its_own() {
    let mut names: Vec<_> = families::all().iter().map(|family| family.name()).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[tokio::test]
async fn a_chain_without_the_contracts_is_not_taken() -> Result<()> {
    let anvil = Anvil::start(Options::default()).await?;
    let deployment = Chain::deploy(anvil.url()).await?.deployment;
    let other = Anvil::start(Options::default()).await?;
    let moved = protocol::api::Deployment { rpc_urls: vec![other.url().to_owned()], ..deployment };
    let error = Chain::connect(moved).await.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(error.starts_with("no "), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_revert_is_told_in_a_sentence() -> Result<()> {
    let anvil = Anvil::start(Options::default()).await?;
    let chain = Chain::deploy(anvil.url()).await?;
    let account = chain.accounts[1];
    chain.airdrop(account).await?;
    let again = chain.send(account, chain.coin_address()?, coin::calls::airdrop()).await.unwrap_err().to_string();
    assert!(again.starts_with("eth_estimateGas: "), "{again}");
    assert!(again.ends_with('.'), "{again}");
    Ok(())
}
