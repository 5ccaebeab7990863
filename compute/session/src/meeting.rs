//! Where client and provider of a job meet, and under which keys. Both keys are named on chain by their accounts: the client's
//! by the job's manifest, the provider's by the details of its offer.

use jobs::typed_data::Of;
use link::{Proof, Seat, SeatNumber, Terms as LinkTerms, sealing::Delivery};
use protocol::{Address, Digest};

/// The client's seat.
pub const CLIENT: SeatNumber = 0;
/// The provider's seat.
pub const PROVIDER: SeatNumber = 1;

/// Relays know rooms by numbers, and tasks of learning together have the lower ones.
const JOBS: u64 = 1 << 63;

/// What both sides do by this version of the protocol.
const PLAN: &[u8] = b"ModelMarket job session 1";

/// The number of a job's room at a relay. Each provider has a room of its own there: its slot stands for the attempt.
pub fn room(job: u64) -> u64 {
    JOBS | job
}

/// To what the sealed result of a job is bound.
pub fn delivery(of: &Of, client: Address) -> Delivery {
    let (task, attempt) = (room(of.job), 1);
    Delivery { chain_id: of.chain, contract: of.contract, task, attempt, from: PROVIDER, to: client, number: 0 }
}

/// One client and one provider about one job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meeting {
    pub of: Of,
    /// Hash of the job's terms.
    pub terms: Digest,
    pub client: Address,
    /// Its X25519 key.
    pub client_key: Digest,
    pub provider: Address,
    /// Its X25519 key.
    pub provider_key: Digest,
    /// The provider's slot in the contract.
    pub slot: u16,
}

impl Meeting {
    /// What the link between the two is bound to.
    pub fn link(&self) -> LinkTerms {
        let seat = |address, roles, key: Digest| Seat { address, roles, key: key.0, proof: Proof::TwoNodes };
        LinkTerms {
            chain_id: self.of.chain,
            contract: self.of.contract,
            task: room(self.of.job),
            attempt: self.slot,
            plan: Digest::of(PLAN),
            spec: self.terms,
            seats: vec![seat(self.client, 0, self.client_key), seat(self.provider, 1, self.provider_key)],
            confirmed: |_| None,
        }
    }
}
