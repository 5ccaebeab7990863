//! revm behind four verbs: deploy, send, view, wait. Whatever a contract refuses with must be in its ABI.

use contracts::refusal::{Refusals, Revert};
use in_memory_chain::{InMemoryChain, Outcome, Transaction};
use protocol::{Address, Digest, FamilyEvent, Logged, RawLog};

use super::abi;

/// Sentences for the errors of all contracts.
const REFUSALS: [Refusals; 7] = [
    coin::REFUSALS,
    bounty::REFUSALS,
    directory::REFUSALS,
    jobs::REFUSALS,
    shared_model::REFUSALS,
    tasks::REFUSALS,
    trained::REFUSALS,
];
/// As Anvil's.
pub const CHAIN_ID: u64 = 31_337;
/// What a block holds at least on the chains this is made for.
pub const BLOCK_GAS: u64 = 30_000_000;
/// EIP-7825: what one transaction may use at most.
pub const TRANSACTION_GAS: u64 = 1 << 24;

/// A block per transaction; the clock stands still until told otherwise.
pub struct Chain {
    evm: InMemoryChain,
    contracts: abi::Contracts,
    now: u64,
    /// All that was emitted, with the numbers of blocks.
    pub emitted: Vec<(u64, Address, RawLog)>,
}

/// What became of a transaction that went through.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// As a receipt shows it: with the intrinsic cost, the floor of EIP-7623 and refunds.
    pub gas: u64,
    pub output: Vec<u8>,
    pub logs: Vec<(Address, RawLog)>,
    pub created: Option<Address>,
}

#[derive(Debug, Clone)]
pub enum Failure {
    Reverted { data: Vec<u8>, revert: Revert },
    Halted(String),
}

impl Chain {
    pub fn new() -> Self {
        Self::with_id(CHAIN_ID)
    }

    /// A chain of another id, for contracts that look at it.
    pub fn with_id(id: u64) -> Self {
        let evm = InMemoryChain::new(id, BLOCK_GAS).expect("a chain");
        let mut chain = Self { evm, contracts: abi::Contracts::default(), now: 0, emitted: Vec::new() };
        chain.set_time(1_800_000_000);
        chain
    }

    /// Seconds since the epoch.
    pub fn now(&self) -> u64 {
        self.now
    }

    pub fn set_time(&mut self, now: u64) {
        assert!(now >= self.now, "time does not run backwards");
        self.now = now;
        self.evm.begin_block(now).expect("in memory");
    }

    /// Number of the block that is being made.
    pub fn block(&self) -> u64 {
        self.evm.block()
    }

    /// The hash of a block, as long as contracts can know it.
    pub fn block_hash(&mut self, number: u64) -> Option<Digest> {
        self.evm.block_hash(number).expect("in memory").map(Digest)
    }

    /// Says which contract stands where another one has made it.
    pub fn made_inside(&mut self, at: Address, name: &str) {
        self.contracts.made_inside(at.0, name);
    }

    /// From now on the chain knows the hashes of 256 blocks only, as before EIP-2935.
    pub fn forget_history(&mut self) {
        self.evm.forget_history();
    }

    /// Lets blocks pass until this one is being made.
    pub fn skip_to_block(&mut self, number: u64) {
        while self.block() < number {
            self.wait(1);
        }
    }

    pub fn wait(&mut self, seconds: u64) {
        self.set_time(self.now + seconds);
    }

    /// An event of now, with a place in the chain; its hashes are made up.
    pub fn place<E: FamilyEvent>(&self, block: u64, index: usize, subject: E::Subject, event: E) -> Logged<E> {
        let (block_hash, tx) = (Digest([1; 32]), Digest([2; 32]));
        Logged { subject, block, block_hash, log_index: index as u64, tx, at: self.now(), event }
    }

    /// The code at an address.
    pub fn code(&mut self, at: Address) -> Vec<u8> {
        self.evm.code(at.0).expect("in memory")
    }

    pub fn deploy(&mut self, from: Address, code: Vec<u8>) -> Address {
        let receipt = self.transact(from, None, code.clone(), true).expect("deploys");
        let at = receipt.created.expect("a contract was created");
        let deployed = self.code(at);
        self.contracts.deployed(at.0, &code, &deployed);
        at
    }

    /// Deploys a contract as it was when the audit tried it: creation code with its arguments behind it.
    pub fn deploy_audited(&mut self, from: Address, code: Vec<u8>) -> Address {
        let receipt = self.transact(from, None, code, true).expect("deploys");
        let at = receipt.created.expect("a contract was created");
        self.contracts.audited(at.0);
        at
    }

    pub fn send(&mut self, from: Address, to: Address, data: Vec<u8>) -> Result<Receipt, Failure> {
        self.transact(from, Some(to), data, true)
    }

    /// As `eth_call`: nothing is kept.
    pub fn view(&mut self, to: Address, data: Vec<u8>) -> Result<Vec<u8>, Failure> {
        self.call(Address([0xee; 20]), to, data).map(|receipt| receipt.output)
    }

    /// As `eth_call` from an account: what would happen.
    pub fn call(&mut self, from: Address, to: Address, data: Vec<u8>) -> Result<Receipt, Failure> {
        self.transact(from, Some(to), data, false)
    }

    /// As `eth_call` with so much gas.
    pub fn view_within(&mut self, gas_limit: u64, to: Address, data: Vec<u8>) -> Result<Vec<u8>, Failure> {
        let sent = Transaction { from: [0xee; 20], to: Some(to.0), data, gas_limit };
        self.execute(sent, false).map(|receipt| receipt.output)
    }

    fn transact(&mut self, from: Address, to: Option<Address>, data: Vec<u8>, keep: bool) -> Result<Receipt, Failure> {
        self.execute(Transaction { from: from.0, to: to.map(|to| to.0), data, gas_limit: TRANSACTION_GAS }, keep)
    }

    fn execute(&mut self, sent: Transaction, keep: bool) -> Result<Receipt, Failure> {
        let to = sent.to.map(Address);
        match self.evm.execute(sent, keep).expect("a valid transaction") {
            Outcome::Done { gas, output, logs, created } => {
                let read = |log: in_memory_chain::Log| {
                    (Address(log.from), RawLog { topics: log.topics.into_iter().map(Digest).collect(), data: log.data })
                };
                let logs: Vec<_> = logs.into_iter().map(read).collect();
                if keep {
                    let block = self.block();
                    self.emitted.extend(logs.iter().cloned().map(|(from, log)| (block, from, log)));
                }
                Ok(Receipt { gas, created: created.map(Address), output, logs })
            }
            Outcome::Reverted(data) => {
                if let Some(to) = to {
                    let code = self.code(to);
                    self.contracts.declare(to.0, &code, &data);
                }
                Err(Failure::Reverted { revert: contracts::refusal::decode(&data, &REFUSALS), data })
            }
            Outcome::Halted(reason) => Err(Failure::Halted(reason)),
        }
    }
}
