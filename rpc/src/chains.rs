//! The table of chains: what page and server have to know of a chain before they ask it anything.

/// A chain that people use, as it is known from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownChain {
    pub id: u64,
    pub name: &'static str,
    /// Symbol of the coin that pays fees.
    pub currency: &'static str,
    /// Milliseconds between two blocks.
    pub block_time: u64,
    /// Blocks that a server stays behind the newest one, so that a reorganisation of the usual depth changes nothing
    /// that it has said.
    pub confirmations: u64,
    /// Whether its nodes know the blocks `safe` and `finalized`.
    pub has_finality: bool,
    /// Blocks of the first question for logs; nodes that take fewer say so.
    pub log_range: u64,
    /// Whether a transaction also pays for its place on Ethereum, which an oracle of the chain tells
    /// (<https://docs.optimism.io/stack/transactions/fees>). Arbitrum has that part in its gas.
    pub has_l1_fee: bool,
}

/// The chain of developers and tests.
pub const DEVELOPMENT_CHAIN: u64 = 31_337;

/// Sources, as of 2025:
/// - ids, names, currencies: <https://chainid.network/chains.json>;
/// - Ethereum and Sepolia: a slot of 12 s, final after two epochs of 32 slots
///   (<https://ethereum.org/en/developers/docs/consensus-mechanisms/pos/>). Reorganisations since the Merge are one or two
///   blocks deep, where a block comes late: three confirmations are past them;
/// - OP and Base: 2 s (<https://docs.optimism.io/stack/transactions/transaction-finality>): one sequencer orders
///   transactions, and blocks that it takes back are the newest few. `safe` is on Ethereum, `finalized` final there;
/// - Arbitrum: 250 ms (<https://docs.arbitrum.io/how-arbitrum-works/transaction-lifecycle>), likewise.
pub const CHAINS: [KnownChain; 9] = [
    KnownChain {
        id: DEVELOPMENT_CHAIN,
        name: "Development chain",
        currency: "ETH",
        block_time: 1_000,
        confirmations: 0,
        has_finality: false,
        log_range: 10_000,
        has_l1_fee: false,
    },
    l1(1, "Ethereum"),
    l1(11_155_111, "Sepolia"),
    optimistic(10, "OP Mainnet"),
    optimistic(11_155_420, "OP Sepolia"),
    optimistic(8_453, "Base"),
    optimistic(84_532, "Base Sepolia"),
    arbitrum(42_161, "Arbitrum One"),
    arbitrum(421_614, "Arbitrum Sepolia"),
];

/// A chain that nobody has described here: read with more care, and asked whether it has finality.
const UNKNOWN: KnownChain = KnownChain {
    id: 0,
    name: "Unknown chain",
    currency: "ETH",
    block_time: 12_000,
    confirmations: 12,
    has_finality: true,
    log_range: 10_000,
    has_l1_fee: false,
};

const fn l1(id: u64, name: &'static str) -> KnownChain {
    let (block_time, confirmations) = (12_000, 3);
    KnownChain {
        id,
        name,
        currency: "ETH",
        block_time,
        confirmations,
        has_finality: true,
        log_range: 10_000,
        has_l1_fee: false,
    }
}

const fn optimistic(id: u64, name: &'static str) -> KnownChain {
    let (block_time, confirmations) = (2_000, 5);
    KnownChain {
        id,
        name,
        currency: "ETH",
        block_time,
        confirmations,
        has_finality: true,
        log_range: 10_000,
        has_l1_fee: true,
    }
}

const fn arbitrum(id: u64, name: &'static str) -> KnownChain {
    let (block_time, confirmations) = (250, 20);
    KnownChain {
        id,
        name,
        currency: "ETH",
        block_time,
        confirmations,
        has_finality: true,
        log_range: 10_000,
        has_l1_fee: false,
    }
}

impl KnownChain {
    /// Whether one party orders everything, and so chooses what the hash of a block is: the rollups of the table.
    pub fn has_one_sequencer(&self) -> bool {
        self.block_time < 12_000 && self.id != DEVELOPMENT_CHAIN
    }

    /// The chain with this id; for one that is not in the table, what is cautious, under its own id.
    pub fn of(id: u64) -> Self {
        CHAINS.into_iter().find(|chain| chain.id == id).unwrap_or(Self { id, ..UNKNOWN })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_has_one_row_and_only_the_development_chain_is_believed_at_once() {
        let mut ids: Vec<u64> = CHAINS.iter().map(|chain| chain.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), CHAINS.len());
        for chain in CHAINS {
            assert_eq!(KnownChain::of(chain.id), chain);
            let is_development = chain.id == DEVELOPMENT_CHAIN;
            assert_eq!(chain.confirmations == 0, is_development, "{}", chain.name);
            assert_eq!(chain.has_finality, !is_development, "{}", chain.name);
            let pays_twice = chain.name.starts_with("OP") || chain.name.starts_with("Base");
            assert_eq!(chain.has_l1_fee, pays_twice, "{}", chain.name);
            let behind = chain.confirmations * chain.block_time;
            assert!(behind <= 60_000, "{}: what is new shows within a minute", chain.name);
        }
        assert!(KnownChain::of(99).confirmations >= 12 && KnownChain::of(99).id == 99);
    }
}
