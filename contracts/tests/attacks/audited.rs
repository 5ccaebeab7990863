//! The contracts as the audit found them.

use std::{fs, path::Path};

use ethers_core::{abi::Token, utils::keccak256};
use protocol::Address;

use crate::harness::{Chain, world::DEPLOYER};

/// Deploys a contract as it was then, its constructor given these addresses.
pub fn audited(chain: &mut Chain, contract: &str, addresses: &[Address]) -> Address {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/attacks/audited/{contract}.hex"));
    let mut code = hex::decode(fs::read_to_string(path).unwrap().trim()).unwrap();
    for address in addresses {
        code.extend([0; 12]);
        code.extend(address.0);
    }
    chain.deploy_audited(DEPLOYER, code)
}

/// Call data by signature, for functions whose ABI is not kept any more: `call("cancel(uint256)", &[number(1u8)])`.
pub fn call(signature: &str, arguments: &[Token]) -> Vec<u8> {
    [&keccak256(signature)[..4], &ethers_core::abi::encode(arguments)].concat()
}
