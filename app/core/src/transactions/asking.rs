//! Asking the wallet to send.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use protocol::{Address, Digest};
use sending::{About, CallPrint, Doubt, Stage, Transaction, WalletError, merged};

use super::{SendError, Transactions};
use crate::{
    chain::{ChainError, Reader, Receipt},
    time_limit::within,
};

/// How long nodes may take for what has to be known before the wallet is asked.
const BEFORE: Duration = Duration::from_secs(30);
/// How long they may take for the fee, which is told but not needed.
const FEE: Duration = Duration::from_secs(5);
/// Seconds for which a transaction is looked for that the wallet refused without a reason.
const IN_DOUBT: f64 = 300.0;

impl Transactions {
    pub(super) async fn send_and_watch(
        self,
        title: String,
        to: Address,
        data: Vec<u8>,
        about: Option<About>,
    ) -> Result<Receipt, SendError> {
        let account = self.wallet.actor()?;
        let repeats =
            |t: &&Transaction| t.may_still_happen() && t.is_same_action(&account, &to, &title, about.as_ref());
        if let Some(before) = self.list.with_untracked(|list| list.iter().find(repeats).map(|t| t.title.clone())) {
            return Err(SendError::Repeats(before));
        }
        let key = self.new_key();
        let transaction = Transaction {
            key,
            chain_id: self.home_id(),
            genesis: self.genesis.get_untracked(),
            title,
            account,
            to: Some(to),
            call: Some(CallPrint::of(&data)),
            hash: None,
            nonce: None,
            is_numbered: false,
            after: 0,
            about,
            fee: None,
            stage: Stage::Asked,
            block: None,
            is_settled: false,
            changed_at: self.clock.now.get_untracked(),
            dismissed: false,
            version: 0,
        };
        self.list.update(|list| *list = merged(list, &[transaction]));
        match self.ask(key, account, to, &data).await {
            Ok(hash) => {
                self.change(key, |t| {
                    t.hash = Some(hash);
                    t.stage = Stage::Sent;
                });
                self.watch(key).await
            }
            Err(error) => {
                self.refused(key, &error);
                Err(error)
            }
        }
    }

    async fn ask(self, key: u64, account: Address, to: Address, data: &[u8]) -> Result<Digest, SendError> {
        let client = self.reader.client();
        let before = async {
            self.reader.preflight(account, to, data).await?;
            let nonce = self.reader.transaction_count(account).await?;
            Ok::<_, ChainError>((nonce, client.tallest()))
        };
        let (nonce, after) = within(BEFORE, async |_| before.await).await.ok_or(SendError::NodeSilent)??;
        let fee = within(FEE, async |_| self.reader.fee(account, to, data).await).await.flatten();
        self.change(key, |t| (t.nonce, t.after, t.fee) = (Some(nonce), after, fee));
        match self.wallet.send(account, to, data).await {
            Ok(hash) => Ok(hash),
            // Some nodes run the call before accepting it; their refusal carries the contract's reason.
            Err(WalletError::Other { message, data: Some(data) }) => {
                Err(ChainError::Reverted(Reader::revert_sentence(&data).unwrap_or(message)).into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Nothing was sent, or the wallet does not say whether.
    fn refused(self, key: u64, error: &SendError) {
        let doubt = if let SendError::Wallet(error) = error { error.doubt() } else { Doubt::None };
        let why = error.to_string();
        match doubt {
            Doubt::None => self.set(key, Stage::Refused { why }),
            Doubt::Slight => {
                self.set(key, Stage::Refused { why });
                spawn_local(self.follow(key, Some(IN_DOUBT)));
            }
            Doubt::Real => {
                self.set(key, Stage::Unanswered { why });
                spawn_local(self.follow(key, None));
            }
        }
    }
}
