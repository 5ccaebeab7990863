//! Escrow, by a contract without rules that lets everybody do everything with it (`EscrowSample`).

mod hostile;
mod play;
mod rules;

use ethers_core::{
    abi::{Token, encode},
    utils::keccak256,
};
use protocol::{Address, Amount};

use crate::harness::{Chain, Failure, Receipt, account, number, world::DEPLOYER};

const SAMPLE: &str = include_str!("../../artifacts/test/EscrowSample.json");

/// Call data of any function.
fn call(signature: &str, arguments: &[Token]) -> Vec<u8> {
    [&keccak256(signature)[..4], &encode(arguments)].concat()
}

fn creation(artifact: &str) -> Vec<u8> {
    let artifact: serde_json::Value = serde_json::from_str(artifact).unwrap();
    hex::decode(artifact["bytecode"].as_str().unwrap()).unwrap()
}

/// An escrow and its coin.
struct Escrow {
    chain: Chain,
    coin: Address,
    address: Address,
}

impl Escrow {
    fn of(mut chain: Chain, coin: Address) -> Self {
        let code = [creation(SAMPLE), encode(&[account(coin)])].concat();
        let address = chain.deploy(DEPLOYER, code);
        Self { chain, coin, address }
    }

    fn with_model_coin() -> Self {
        let mut chain = Chain::new();
        let coin = chain.deploy(DEPLOYER, coin::deploy::model_coin().unwrap());
        Self::of(chain, coin)
    }

    fn send(&mut self, from: Address, data: Vec<u8>) -> Result<Receipt, Failure> {
        self.chain.send(from, self.address, data)
    }

    fn amount(&mut self, of: Address, signature: &str, arguments: &[Token]) -> Amount {
        let data = self.chain.view(of, call(signature, arguments)).unwrap();
        contracts::returns::amount(&data).unwrap()
    }

    fn balance(&mut self, who: Address) -> Amount {
        self.amount(self.coin, "balanceOf(address)", &[account(who)])
    }

    fn held(&mut self) -> Amount {
        self.balance(self.address)
    }

    fn owed(&mut self, who: Address) -> Amount {
        self.amount(self.address, "owed(address)", &[account(who)])
    }

    fn total_owed(&mut self) -> Amount {
        self.amount(self.address, "totalOwed()", &[])
    }
}

fn take(amount: u128) -> Vec<u8> {
    call("take(uint256)", &[number(amount)])
}

fn owe(to: Address, amount: u128) -> Vec<u8> {
    call("owe(address,uint256)", &[account(to), number(amount)])
}

fn send(to: Address, amount: u128) -> Vec<u8> {
    call("send(address,uint256)", &[account(to), number(amount)])
}

fn burn(amount: u128) -> Vec<u8> {
    call("burn(uint256)", &[number(amount)])
}

fn collect(of: Address) -> Vec<u8> {
    call("collectOwed(address)", &[account(of)])
}
