//! One list of transactions for several tabs and visits.

use std::collections::BTreeMap;

use crate::Transaction;

/// Transactions that are kept once they have ended, of each chain; open ones are kept whatever their number.
pub const KEPT: usize = 20;
/// Open ones are kept as well, up to so many.
const OPEN_KEPT: usize = 100;

/// Both lists in one, the newest transaction first: of each transaction the newer word. The order of the two does not
/// matter, nor how often it is done.
pub fn merged(one: &[Transaction], other: &[Transaction]) -> Vec<Transaction> {
    let mut all = BTreeMap::<u64, Transaction>::new();
    for transaction in one.iter().chain(other) {
        match all.get_mut(&transaction.key) {
            None => {
                all.insert(transaction.key, transaction.clone());
            }
            Some(known) => {
                let dismissed = known.dismissed || transaction.dismissed;
                if rank(transaction) > rank(known) {
                    *known = transaction.clone();
                }
                known.dismissed = dismissed;
            }
        }
    }
    let (mut ended, mut open) = (BTreeMap::<u64, usize>::new(), BTreeMap::<u64, usize>::new());
    let mut list: Vec<Transaction> = all.into_values().rev().collect();
    list.retain(|transaction| {
        let (many, most) = if transaction.may_still_happen() { (&mut open, OPEN_KEPT) } else { (&mut ended, KEPT) };
        let count = many.entry(transaction.chain_id).or_default();
        *count += 1;
        *count <= most
    });
    list
}

/// Which of two words on a transaction is kept: the newer; of equally new ones what says more; then any, but always the
/// same.
fn rank(transaction: &Transaction) -> impl Ord + use<> {
    let text = serde_json::to_string(&Transaction { dismissed: false, ..transaction.clone() }).unwrap_or_default();
    (transaction.version, transaction.stage.weight(), text)
}
