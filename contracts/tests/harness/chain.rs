//! revm behind four verbs: deploy, send, view, wait. Whatever a contract refuses with must be in its ABI.

use contracts::refusal::{Refusals, Revert};
use protocol::{Address, Digest, FamilyEvent, Logged, RawLog};
use revm::{
    Context, Database, ExecuteCommitEvm, ExecuteEvm, MainBuilder, MainContext, MainnetEvm,
    context::{JournalTr, TxEnv, result::ExecutionResult},
    database::InMemoryDB,
    handler::MainnetContext,
    primitives::{Bytes, TxKind, U256, hardfork::SpecId},
    state::{AccountInfo, Bytecode},
};

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

/// EIP-2935: the contract that keeps the hashes of past blocks, how many, and its code.
const HISTORY: revm::primitives::Address = revm::primitives::address!("0000F90827F1C53a10cb7A02335B175320002935");
const HISTORY_BLOCKS: u64 = 8_191;
const HISTORY_CODE: &str = "3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff81430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500";

/// A block per transaction; the clock stands still until told otherwise.
pub struct Chain {
    evm: MainnetEvm<MainnetContext<InMemoryDB>>,
    contracts: abi::Contracts,
    id: u64,
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
        let context = Context::mainnet().with_db(InMemoryDB::default()).modify_cfg_chained(|cfg| {
            cfg.set_spec_and_mainnet_gas_params(SpecId::OSAKA);
            cfg.chain_id = id;
            // The harness has no wallets that count.
            cfg.disable_nonce_check = true;
        });
        let mut chain = Self {
            evm: context.build_mainnet(),
            contracts: abi::Contracts::default(),
            id,
            now: 0,
            emitted: Vec::new(),
        };
        chain.evm.ctx.block.gas_limit = BLOCK_GAS;
        let history = Bytecode::new_raw(Bytes::from(hex::decode(HISTORY_CODE).expect("hexadecimal")));
        chain.evm.ctx.journaled_state.database.insert_account_info(HISTORY, AccountInfo::from_bytecode(history));
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
        self.evm.ctx.block.timestamp = U256::from(now);
        let parent = self.evm.ctx.block.number;
        self.evm.ctx.block.number += U256::from(1);
        // What a chain does at the begin of each block.
        let hash = self.evm.ctx.journaled_state.database.block_hash(parent.saturating_to()).expect("in memory");
        let at = parent % U256::from(HISTORY_BLOCKS);
        let database = &mut self.evm.ctx.journaled_state.database;
        database.insert_account_storage(HISTORY, at, hash.into()).expect("in memory");
    }

    /// Number of the block that is being made.
    pub fn block(&self) -> u64 {
        self.evm.ctx.block.number.saturating_to()
    }

    /// The hash of a block, as long as contracts can know it.
    pub fn block_hash(&mut self, number: u64) -> Option<Digest> {
        let age = self.block().checked_sub(number).filter(|age| (1..=HISTORY_BLOCKS).contains(age))?;
        let history = self.evm.ctx.journaled_state.database.basic(HISTORY).expect("in memory");
        let forgotten = history.is_none_or(|account| account.is_empty_code_hash());
        if forgotten && age > 256 {
            return None;
        }
        Some(Digest(self.evm.ctx.journaled_state.database.block_hash(number).expect("in memory").0))
    }

    /// Says which contract stands where another one has made it.
    pub fn made_inside(&mut self, at: Address, name: &str) {
        self.contracts.made_inside(at.0, name);
    }

    /// From now on the chain knows the hashes of 256 blocks only, as before EIP-2935.
    pub fn forget_history(&mut self) {
        self.evm.ctx.journaled_state.database.insert_account_info(HISTORY, AccountInfo::default());
    }

    /// Lets blocks pass until this one is being made.
    pub fn skip_to_block(&mut self, number: u64) {
        while self.evm.ctx.block.number < U256::from(number) {
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
        let account = self.evm.ctx.journaled_state.load_account_with_code(at.0.into()).expect("in memory");
        account.info.code.clone().map(|code| code.original_bytes().to_vec()).unwrap_or_default()
    }

    pub fn deploy(&mut self, from: Address, code: Vec<u8>) -> Address {
        let receipt = self.transact(from, TxKind::Create, code.clone(), true).expect("deploys");
        let at = receipt.created.expect("a contract was created");
        let deployed = self.code(at);
        self.contracts.deployed(at.0, &code, &deployed);
        at
    }

    /// Deploys a contract as it was when the audit tried it: creation code with its arguments behind it.
    pub fn deploy_audited(&mut self, from: Address, code: Vec<u8>) -> Address {
        let receipt = self.transact(from, TxKind::Create, code, true).expect("deploys");
        let at = receipt.created.expect("a contract was created");
        self.contracts.audited(at.0);
        at
    }

    pub fn send(&mut self, from: Address, to: Address, data: Vec<u8>) -> Result<Receipt, Failure> {
        self.transact(from, TxKind::Call(to.0.into()), data, true)
    }

    /// As `eth_call`: nothing is kept.
    pub fn view(&mut self, to: Address, data: Vec<u8>) -> Result<Vec<u8>, Failure> {
        self.call(Address([0xee; 20]), to, data).map(|receipt| receipt.output)
    }

    /// As `eth_call` from an account: what would happen.
    pub fn call(&mut self, from: Address, to: Address, data: Vec<u8>) -> Result<Receipt, Failure> {
        self.transact(from, TxKind::Call(to.0.into()), data, false)
    }

    fn transact(&mut self, from: Address, kind: TxKind, data: Vec<u8>, keep: bool) -> Result<Receipt, Failure> {
        let tx = TxEnv {
            caller: from.0.into(),
            gas_limit: TRANSACTION_GAS,
            gas_price: 0,
            kind,
            data: Bytes::from(data),
            chain_id: Some(self.id),
            ..TxEnv::default()
        };
        let result = if keep { self.evm.transact_commit(tx) } else { self.evm.transact(tx).map(|done| done.result) };
        match result.expect("a valid transaction") {
            ExecutionResult::Success { gas, logs, output, .. } => {
                let read = |log: revm::primitives::Log| {
                    let topics = log.topics().iter().map(|t| Digest(t.0)).collect();
                    (Address(log.address.into_array()), RawLog { topics, data: log.data.data.to_vec() })
                };
                let logs: Vec<_> = logs.into_iter().map(read).collect();
                if keep {
                    let block = self.block();
                    self.emitted.extend(logs.iter().cloned().map(|(from, log)| (block, from, log)));
                }
                Ok(Receipt {
                    gas: gas.tx_gas_used(),
                    created: output.address().map(|a| Address(a.into_array())),
                    output: output.into_data().to_vec(),
                    logs,
                })
            }
            ExecutionResult::Revert { output, .. } => {
                let data = output.to_vec();
                if let TxKind::Call(to) = kind {
                    let to = to.into_array();
                    let code = self.code(Address(to));
                    self.contracts.declare(to, &code, &data);
                }
                Err(Failure::Reverted { revert: contracts::refusal::decode(&data, &REFUSALS), data })
            }
            ExecutionResult::Halt { reason, .. } => Err(Failure::Halted(format!("{reason:?}"))),
        }
    }
}
