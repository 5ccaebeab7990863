//! Where client and provider of a job meet, and under which keys. Both keys are named on chain by their accounts: the client's
//! by the job's manifest, the provider's by the details of its offer.

use jobs::typed_data::Of;
use link::{Proof, Seat, SeatNumber, Terms as LinkTerms, sealing::Delivery};
use protocol::{Address, Digest, relay::Room};

/// The client's seat.
pub const CLIENT: SeatNumber = 0;
/// The provider's seat.
pub const PROVIDER: SeatNumber = 1;

/// Links and sealed files are bound to numbers, of which tasks of learning together have the lower ones.
const JOBS: u64 = 1 << 63;

/// What both sides do by this version of the protocol.
const PLAN: &[u8] = b"ModelMarket job session 1";

/// What stands for a task's number where something is bound to a job.
fn bound(job: u64) -> u64 {
    JOBS | job
}

/// Providers that are asked about a job have no attempts.
const ATTEMPT: u16 = 1;

/// To what the sealed result of a job is bound.
pub fn delivery(of: &Of, client: Address) -> Delivery {
    let Of { chain, contract, job } = *of;
    Delivery { chain_id: chain, contract, task: bound(job), attempt: ATTEMPT, from: PROVIDER, to: client, number: 0 }
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
}

impl Meeting {
    /// Where the two meet at a relay.
    pub fn room(&self) -> Room {
        Room::Job { job: self.of.job, provider: self.provider }
    }

    /// What the link between the two is bound to.
    pub fn link(&self) -> LinkTerms {
        let seat = |address, roles, key: Digest| Seat { address, roles, key: key.0, proof: Proof::TwoNodes };
        LinkTerms {
            chain_id: self.of.chain,
            contract: self.of.contract,
            task: bound(self.of.job),
            attempt: ATTEMPT,
            plan: Digest::of(PLAN),
            spec: self.terms,
            seats: vec![seat(self.client, 0, self.client_key), seat(self.provider, 1, self.provider_key)],
            confirmed: |_| None,
        }
    }
}
