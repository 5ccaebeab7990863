//! Comparing what endpoints say.

use crate::{Client, Header, Verdict, allowance::lock, client::Call, value};

/// Blocks below the head that are compared: endpoints are not equally quick.
pub const SETTLED: u64 = 3;

impl Client {
    /// Asks every endpoint for a block below the head and compares the hashes. What comes out is also in
    /// [`crate::Status::verdict`].
    ///
    /// Costs a request for each endpoint; where there is one, none.
    pub async fn verify(&self, head: &Header) -> Verdict {
        let endpoints = self.inner.endpoints.len();
        if endpoints < 2 {
            return Verdict::Single;
        }
        let block = head.number.saturating_sub(SETTLED);
        let mut hashes = Vec::new();
        for position in 0..endpoints {
            let params = serde_json::json!([value::number(block), false]);
            let call = Call::new("eth_getBlockByNumber", params);
            let Ok(mut answered) = self.ask(&[call], Some(position)).await else { continue };
            let header = answered.values.pop().and_then(Result::ok).map(|block| Header::read(&block));
            hashes.extend(header.and_then(Result::ok).flatten().map(|header| header.hash));
        }
        let verdict = match hashes.split_first() {
            Some((first, rest)) if rest.iter().any(|hash| hash != first) => Verdict::Differing { block },
            Some((_, rest)) if !rest.is_empty() => Verdict::Agreed { block },
            _ => Verdict::OneAnswers,
        };
        *lock(&self.inner.verdict) = verdict;
        verdict
    }
}
