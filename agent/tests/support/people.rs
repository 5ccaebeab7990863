//! Accounts on a development chain, and what they need before they can learn together.

use devchain::{Anvil, Chain};
use directory::deploy::{datasets, directory as organisations};
use protocol::{Address, Amount, Digest};
use serde_json::{Value, json};

use super::{World, output, text};

/// What everybody has at the beginning.
pub struct People {
    pub world: World,
    pub deployment: String,
}

impl People {
    pub fn account(&self, name: &str) -> String {
        self.world.path(&format!("{name}.account.json")).display().to_string()
    }

    /// What a command says that must succeed.
    #[track_caller]
    pub fn say(&self, who: &str, arguments: &[&str]) -> Value {
        let all = self.output(who, arguments);
        assert!(all.status.success(), "{who} {arguments:?}: {}", text(&all.stderr));
        serde_json::from_slice(&all.stdout).unwrap()
    }

    pub fn output(&self, who: &str, arguments: &[&str]) -> std::process::Output {
        let account = self.account(who);
        let (noun, rest) = arguments.split_first().unwrap();
        let mut all = vec![*noun, "--deployment", &self.deployment, "--account", &account];
        all.extend(rest);
        output(&all)
    }
}

pub async fn chain(anvil: &Anvil) -> Chain {
    let mut chain =
        Chain::empty(anvil.url(), vec![coin::REFUSALS, directory::REFUSALS, tasks::REFUSALS]).await.unwrap();
    let coin = chain.deploy_as(coin::MODEL_COIN, coin::deploy::model_coin().unwrap()).await.unwrap();
    let place = chain.deploy_as(directory::DIRECTORY, organisations().unwrap()).await.unwrap();
    let sets = chain.deploy_as(directory::DATASETS, datasets(place).unwrap()).await.unwrap();
    let tasks = chain.deploy_as(tasks::TASKS, tasks::deploy::tasks(coin, sets).unwrap()).await.unwrap();
    let grants = chain.call(tasks, tasks::calls::grants()).await.unwrap();
    let grants = contracts::returns::address(&grants).unwrap();
    chain.deployment.contracts.insert(directory::GRANTS.to_string(), grants);
    chain
}

/// Gives an account what it needs to send and to pay.
pub async fn fund(chain: &Chain, who: &str) {
    let value = "0xde0b6b3a7640000";
    let sent = json!([{"from": chain.accounts[0], "to": who, "value": value}]);
    chain.request("eth_sendTransaction", sent).await.unwrap();
    chain.airdrop(chain.accounts[0]).await.unwrap();
    let who: Address = who.parse().unwrap();
    let amount: Amount = "10".parse().unwrap();
    let coin = chain.coin_address().unwrap();
    chain.send(chain.accounts[0], coin, coin::calls::transfer(who, amount)).await.unwrap();
}

impl People {
    /// Draws keys and an account for each name, with coins, and lets them join the directory; answers their accounts.
    pub async fn join(&self, chain: &Chain, names: &[&str]) -> Vec<String> {
        let mut addresses = Vec::new();
        for name in names {
            self.world.keys(&format!("{name}/keys.json"));
            let drawn = output(&["key", "account", &self.account(name)]);
            let drawn: Value = serde_json::from_slice(&drawn.stdout).unwrap();
            fund(chain, drawn["address"].as_str().unwrap()).await;
            addresses.push(drawn["address"].as_str().unwrap().to_string());
            let profile = Digest::of(b"profile").to_string();
            self.say(name, &["org", "join", "--profile", &profile, "--keys", &self.keys(name)]);
        }
        addresses
    }

    pub fn keys(&self, name: &str) -> String {
        self.world.path(&format!("{name}/keys.json")).display().to_string()
    }

    /// Each owner publishes its table, the requester applies for `terms`, the owners approve.
    #[track_caller]
    pub fn grants(&self, owners: [&str; 2], terms: &Value, purpose: &str) {
        let grant_terms = self.world.write("grant.json", &terms.to_string());
        for (name, columns, labelled) in [(owners[0], 6, false), (owners[1], 7, true)] {
            let terms = json!({
                "metadata": Digest::of(b"metadata"), "data_root": Digest::of(b"rows"), "id_root": Digest::of(b"ids"),
                "rows": 451, "columns": columns, "industry": 8, "labelled": labelled,
                "price_per_use": "0", "price_per_day": "0",
            });
            let file = self.world.write(&format!("{name}/terms.json"), &terms.to_string());
            let number = self.say(name, &["data", "publish", &file])["dataset"].to_string();
            let applied = self.say("requester", &["grant", "apply", &number, &grant_terms, "--purpose", purpose]);
            self.say(name, &["grant", "approve", &applied["grant"].to_string()]);
        }
    }

    /// A draft of a training on the grants 1 and 2, asked for at `now`.
    pub fn draft(&self, now: u64, purpose: &str, helpers: &[&str], facts: u32) -> Value {
        let helpers: Vec<Value> =
            helpers.iter().map(|helper| json!({"helper": helper, "per_megabyte": "1000000000000000"})).collect();
        json!({
            "kind": "train", "waits_for": 0, "reveals_early": true, "model_of": 0,
            "confirm_by": now + 3_600, "start_by": now + 7_200, "max_seconds": 3_600, "facts": facts, "rows": 0,
            "compute_fee": "100000000000000000", "bond": "500000000000000000",
            "helper_budget": "1000000000000000000",
            "spec": Digest::ZERO, "told": {"min_rows": 100, "digits": 3, "own_coefficients": false},
            "seats": [
                {"grant": 1, "roles": 5, "purpose": purpose}, {"grant": 2, "roles": 11, "purpose": purpose},
                {"grant": 0, "roles": 16, "purpose": purpose},
            ],
            "helpers": helpers,
        })
    }
}
