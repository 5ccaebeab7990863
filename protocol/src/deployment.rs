//! Which chain a ModelMarket is on, and where its contracts are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::address::Address;

/// `GET /api/deployment`, also the static file `deployment.json`: which chain and contracts a server serves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "AsWritten")]
pub struct Deployment {
    /// EIP-155.
    pub chain_id: u64,
    pub chain_name: String,
    /// Nodes that browsers can reach directly, so that the page works with the server switched off; at least one, the
    /// preferred one first. Where one fails, the next takes over.
    #[cfg_attr(feature = "openapi", schema(min_items = 1))]
    pub rpc_urls: Vec<String>,
    /// Addresses by the contract's name in Solidity, such as `BountyMarket`. What a chain does not have is not named.
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, String>))]
    pub contracts: BTreeMap<String, Address>,
    /// Block of deployment: where reading events starts.
    pub start_block: u64,
    /// Prefix of transaction pages of a block explorer, if the chain has one.
    pub explorer_tx: Option<String>,
}

/// A deployment does not name a contract that is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("This chain has no {0}: its deployment names none. Choose another network.")]
pub struct NoContract(pub &'static str);

/// A deployment does not say where its chain can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The deployment names no node. Write at least one URL into its rpc_urls.")]
pub struct NoNode;

impl Deployment {
    /// Address of a contract by its name in Solidity; families have constants of these names.
    pub fn contract(&self, name: &str) -> Option<Address> {
        self.contracts.get(name).copied()
    }

    /// As [`Self::contract`], for what cannot go on without it.
    ///
    /// # Errors
    /// [`NoContract`] where the deployment does not name it.
    pub fn demand(&self, name: &'static str) -> Result<Address, NoContract> {
        self.contract(name).ok_or(NoContract(name))
    }

    /// Contracts that are known here and that a later deployment names otherwise or no more: name, address here, address
    /// there. New ones take nobody's place. On another chain all of them are others.
    pub fn changes_to<'a>(&'a self, later: &Self) -> Vec<(&'a str, Address, Option<Address>)> {
        let same_chain = self.chain_id == later.chain_id;
        let known = self.contracts.iter().map(|(name, here)| (name.as_str(), *here, later.contract(name)));
        known.filter(|(_, here, there)| !same_chain || *there != Some(*here)).collect()
    }
}

/// The file as it may be written: before `contracts` was a map, each contract had a field of its own, and before
/// `rpc_urls` there was one node.
#[derive(Deserialize)]
struct AsWritten {
    chain_id: u64,
    chain_name: String,
    #[serde(default)]
    rpc_urls: Vec<String>,
    rpc_url: Option<String>,
    #[serde(default)]
    contracts: BTreeMap<String, Address>,
    coin: Option<Address>,
    market: Option<Address>,
    factory: Option<Address>,
    accuracy_log: Option<Address>,
    reproductions: Option<Address>,
    published_models: Option<Address>,
    start_block: u64,
    explorer_tx: Option<String>,
}

impl TryFrom<AsWritten> for Deployment {
    type Error = NoNode;

    /// Keeps each URL once. A file that is written for old and new readers has its one node among the others.
    fn try_from(written: AsWritten) -> Result<Self, NoNode> {
        let mut rpc_urls = Vec::new();
        for url in written.rpc_urls.into_iter().chain(written.rpc_url) {
            if !url.trim().is_empty() && !rpc_urls.contains(&url) {
                rpc_urls.push(url);
            }
        }
        if rpc_urls.is_empty() {
            return Err(NoNode);
        }
        let fields = [
            ("ModelCoin", written.coin),
            ("BountyMarket", written.market),
            ("ModelFactory", written.factory),
            ("AccuracyLog", written.accuracy_log),
            ("Reproductions", written.reproductions),
            ("PublishedModels", written.published_models),
        ];
        let mut contracts = written.contracts;
        for (name, address) in fields {
            if let Some(address) = address {
                contracts.entry(name.to_owned()).or_insert(address);
            }
        }
        Ok(Self {
            chain_id: written.chain_id,
            chain_name: written.chain_name,
            rpc_urls,
            contracts,
            start_block: written.start_block,
            explorer_tx: written.explorer_tx,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_the_time_before_the_map_is_read() {
        let (coin, market) = (Address([1; 20]), Address([2; 20]));
        let old = serde_json::json!({
            "chain_id": 31_337, "chain_name": "Local", "rpc_url": "http://127.0.0.1:8545", "coin": coin,
            "market": market, "start_block": 1, "explorer_tx": null,
        });
        let read: Deployment = serde_json::from_value(old).unwrap();
        assert_eq!(read.contract("ModelCoin"), Some(coin));
        assert_eq!(read.demand("BountyMarket"), Ok(market));
        assert_eq!(read.demand("ModelFactory"), Err(NoContract("ModelFactory")));
        assert_eq!(read.rpc_urls, ["http://127.0.0.1:8545"]);
        let written = serde_json::to_value(&read).unwrap();
        assert_eq!(written["rpc_urls"], serde_json::json!(["http://127.0.0.1:8545"]));
        assert_eq!(written.get("rpc_url"), None);
        assert_eq!(written["contracts"], serde_json::json!({"BountyMarket": market, "ModelCoin": coin}));
        assert_eq!(serde_json::from_value::<Deployment>(written).unwrap(), read);
    }
    #[test]
    fn a_deployment_names_at_least_one_node_and_each_once() {
        let (one, two) = ("https://one.example", "https://two.example");
        let read = |urls: serde_json::Value, url: serde_json::Value| {
            let written = serde_json::json!({
                "chain_id": 1, "chain_name": "Main", "rpc_urls": urls, "rpc_url": url, "start_block": 1,
                "explorer_tx": null,
            });
            serde_json::from_value::<Deployment>(written).map(|read| read.rpc_urls)
        };
        assert_eq!(read([one, two, one].into(), serde_json::Value::Null).unwrap(), [one, two]);
        assert_eq!(read([one, two].into(), two.into()).unwrap(), [one, two], "for readers of before, too");
        for (urls, url) in [(serde_json::json!([]), serde_json::Value::Null), (serde_json::json!([""]), " ".into())] {
            assert_eq!(read(urls, url).unwrap_err().to_string(), NoNode.to_string());
        }
    }

    #[test]
    fn another_address_a_missing_contract_and_another_chain_are_changes_and_a_new_contract_is_none() {
        let deployment = |chain_id: u64, contracts: &[(&str, u8)]| Deployment {
            chain_id,
            chain_name: "Test".into(),
            rpc_urls: vec!["http://127.0.0.1:1".into()],
            contracts: contracts.iter().map(|(name, byte)| ((*name).to_owned(), Address([*byte; 20]))).collect(),
            start_block: 0,
            explorer_tx: None,
        };
        let before = deployment(1, &[("BountyMarket", 1), ("ModelCoin", 2)]);
        let changed = |now: Deployment| before.changes_to(&now).into_iter().map(|(name, ..)| name).collect::<Vec<_>>();
        assert!(changed(before.clone()).is_empty());
        assert!(changed(deployment(1, &[("BountyMarket", 1), ("ModelCoin", 2), ("Jobs", 3)])).is_empty());
        assert_eq!(changed(deployment(1, &[("BountyMarket", 9), ("ModelCoin", 2)])), ["BountyMarket"]);
        assert_eq!(changed(deployment(1, &[("BountyMarket", 1)])), ["ModelCoin"]);
        assert_eq!(changed(deployment(5, &[("BountyMarket", 1), ("ModelCoin", 2)])).len(), 2);
    }
}
