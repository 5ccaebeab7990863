//! M8: one person takes the whole airdrop, half of all MDC there is.

use contracts::returns;
use protocol::{Address, Amount};

use super::{Attack, Outcome, Rules, audited};
use crate::harness::{Chain, trainer, world::DEPLOYER};

/// Ethereum: a network on which MDC would be worth something.
const MAINNET: u64 = 1;
const THIEF: Address = Address([0x7f; 20]);

pub const M8: Attack = Attack {
    id: "M8",
    what: "On a network of worth one person asks for the airdrop from 500 addresses.",
    play: everything_by_one_person,
};

fn everything_by_one_person(rules: Rules) -> Outcome {
    let mut chain = Chain::with_id(MAINNET);
    let coin = match rules {
        Rules::Audited => audited(&mut chain, "ModelCoin", &[]),
        Rules::Present => chain.deploy(DEPLOYER, coin::deploy::model_coin().unwrap()),
    };
    for n in 0..500 {
        if chain.send(trainer(n), coin, coin::calls::airdrop()).is_ok() {
            chain.send(trainer(n), coin, coin::calls::transfer(THIEF, Amount::mdc(1_000))).unwrap();
        }
    }
    let taken = returns::amount(&chain.view(coin, coin::calls::balance_of(THIEF)).unwrap()).unwrap();
    let told = format!("{taken} MDC in one hand");
    if taken > Amount::ZERO { Outcome::Succeeded(told) } else { Outcome::Failed(told) }
}

#[test]
fn m8_one_person_takes_the_whole_airdrop() {
    M8.must_fail_now();
}
