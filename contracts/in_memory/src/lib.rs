//! revm as a chain in memory: blocks, code and transactions, nothing of what contracts mean. Its own crate, since revm is
//! generic: here its loops are compiled once, and fast, for all tests and benchmarks of contracts.

use revm::{
    Context, Database, ExecuteCommitEvm, ExecuteEvm, MainBuilder, MainContext, MainnetEvm,
    context::{JournalTr, TxEnv, result::ExecutionResult},
    database::InMemoryDB,
    handler::MainnetContext,
    primitives::{Address, Bytes, TxKind, U256, address, hardfork::SpecId},
    state::{AccountInfo, Bytecode},
};
use thiserror::Error;

/// EIP-2935: the contract that keeps the hashes of past blocks, how many, and its code.
const HISTORY: Address = address!("0000F90827F1C53a10cb7A02335B175320002935");
const HISTORY_BLOCKS: u64 = 8_191;
const HISTORY_CODE: &str = "3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff81430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500";
/// Hashes that an EVM knows without that contract.
const RECENT_BLOCKS: u64 = 256;

/// A chain by the rules of Osaka that asks nobody for fees or nonces.
pub struct InMemoryChain {
    evm: MainnetEvm<MainnetContext<InMemoryDB>>,
    id: u64,
}

/// What is sent.
#[derive(Debug, Clone)]
pub struct Transaction {
    pub from: [u8; 20],
    /// `None` makes a contract of `data`.
    pub to: Option<[u8; 20]>,
    pub data: Vec<u8>,
    pub gas_limit: u64,
}

/// An event as the contract emitted it.
#[derive(Debug, Clone)]
pub struct Log {
    pub from: [u8; 20],
    pub topics: Vec<[u8; 32]>,
    pub data: Vec<u8>,
}

/// What became of a transaction.
#[derive(Debug, Clone)]
pub enum Outcome {
    Done {
        /// As a receipt shows it: with the intrinsic cost, the floor of EIP-7623 and refunds.
        gas: u64,
        output: Vec<u8>,
        logs: Vec<Log>,
        created: Option<[u8; 20]>,
    },
    /// With what the contract refused with.
    Reverted(Vec<u8>),
    /// Out of gas, or not allowed by the EVM; with its reason.
    Halted(String),
}

/// A chain in memory fails where a transaction is none: too much gas for a block, or too much code.
#[derive(Debug, Error)]
#[error("The chain in memory cannot do it: {0}. Look at the transaction.")]
pub struct Failed(String);

impl Failed {
    fn because(why: impl std::fmt::Debug) -> Self {
        Self(format!("{why:?}"))
    }
}

impl InMemoryChain {
    /// An empty chain with this id, whose blocks hold so much gas.
    ///
    /// # Errors
    /// [`Failed`]: the constant that keeps hashes of blocks is none.
    pub fn new(id: u64, block_gas: u64) -> Result<Self, Failed> {
        let context = Context::mainnet().with_db(InMemoryDB::default()).modify_cfg_chained(|cfg| {
            cfg.set_spec_and_mainnet_gas_params(SpecId::OSAKA);
            cfg.chain_id = id;
            // There are no wallets that count.
            cfg.disable_nonce_check = true;
        });
        let mut chain = Self { evm: context.build_mainnet(), id };
        chain.evm.ctx.block.gas_limit = block_gas;
        let history = hex::decode(HISTORY_CODE).map_err(Failed::because)?;
        let history = AccountInfo::from_bytecode(Bytecode::new_raw(Bytes::from(history)));
        chain.database().insert_account_info(HISTORY, history);
        Ok(chain)
    }

    fn database(&mut self) -> &mut InMemoryDB {
        &mut self.evm.ctx.journaled_state.database
    }

    /// Begins the next block, at a time in seconds since the epoch.
    ///
    /// # Errors
    /// [`Failed`], which memory does not.
    pub fn begin_block(&mut self, at: u64) -> Result<(), Failed> {
        self.evm.ctx.block.timestamp = U256::from(at);
        let parent = self.evm.ctx.block.number;
        self.evm.ctx.block.number += U256::from(1);
        // What a chain does at the begin of each block.
        let hash = self.database().block_hash(parent.saturating_to()).map_err(Failed::because)?;
        let slot = parent % U256::from(HISTORY_BLOCKS);
        self.database().insert_account_storage(HISTORY, slot, hash.into()).map_err(Failed::because)
    }

    /// Number of the block that is being made.
    pub fn block(&self) -> u64 {
        self.evm.ctx.block.number.saturating_to()
    }

    /// The hash of a block, as long as contracts can know it.
    ///
    /// # Errors
    /// [`Failed`], which memory does not.
    pub fn block_hash(&mut self, number: u64) -> Result<Option<[u8; 32]>, Failed> {
        let age = self.block().checked_sub(number).filter(|age| (1..=HISTORY_BLOCKS).contains(age));
        let history = self.database().basic(HISTORY).map_err(Failed::because)?;
        let is_forgotten = history.is_none_or(|account| account.is_empty_code_hash());
        if age.is_none_or(|age| is_forgotten && age > RECENT_BLOCKS) {
            return Ok(None);
        }
        self.database().block_hash(number).map(|hash| Some(hash.0)).map_err(Failed::because)
    }

    /// From now on it knows the hashes of 256 blocks only, as before EIP-2935.
    pub fn forget_history(&mut self) {
        self.database().insert_account_info(HISTORY, AccountInfo::default());
    }

    /// The code at an address.
    ///
    /// # Errors
    /// [`Failed`], which memory does not.
    pub fn code(&mut self, at: [u8; 20]) -> Result<Vec<u8>, Failed> {
        let account = self.evm.ctx.journaled_state.load_account_with_code(at.into()).map_err(Failed::because)?;
        Ok(account.info.code.clone().map(|code| code.original_bytes().to_vec()).unwrap_or_default())
    }

    /// Executes a transaction in the block that is being made; unless `keep`, nothing of it stays.
    ///
    /// # Errors
    /// [`Failed`]: it is no transaction of this chain.
    pub fn execute(&mut self, sent: Transaction, keep: bool) -> Result<Outcome, Failed> {
        let transaction = TxEnv {
            caller: sent.from.into(),
            gas_limit: sent.gas_limit,
            gas_price: 0,
            kind: sent.to.map_or(TxKind::Create, |to| TxKind::Call(to.into())),
            data: Bytes::from(sent.data),
            chain_id: Some(self.id),
            ..TxEnv::default()
        };
        let result = match keep {
            true => self.evm.transact_commit(transaction),
            false => self.evm.transact(transaction).map(|done| done.result),
        };
        Ok(match result.map_err(Failed::because)? {
            ExecutionResult::Success { gas, logs, output, .. } => Outcome::Done {
                gas: gas.tx_gas_used(),
                created: output.address().map(|address| address.into_array()),
                output: output.into_data().to_vec(),
                logs: logs.into_iter().map(read).collect(),
            },
            ExecutionResult::Revert { output, .. } => Outcome::Reverted(output.to_vec()),
            ExecutionResult::Halt { reason, .. } => Outcome::Halted(format!("{reason:?}")),
        })
    }
}

fn read(log: revm::primitives::Log) -> Log {
    Log {
        from: log.address.into_array(),
        topics: log.topics().iter().map(|topic| topic.0).collect(),
        data: log.data.data.to_vec(),
    }
}
