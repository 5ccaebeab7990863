//! Keeping what is read from the chain up with it, as long as whoever asks is shown.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};

use crate::{
    chain::{ChainError, Clock, Reader},
    settings::Settings,
    transactions::Transactions,
};

/// Reads now, and again with each block. `found` changes only where something came; `error` says why it could not be read
/// last.
pub fn follow<T, F>(found: RwSignal<Option<Arc<T>>>, error: RwSignal<Option<String>>, read: fn(Reader) -> F)
where
    T: Send + Sync + 'static,
    F: Future<Output = Result<Arc<T>, ChainError>> + 'static,
{
    let reader = expect_context::<Reader>();
    let clock = expect_context::<Clock>();
    let settings = expect_context::<Settings>();
    let transactions = expect_context::<Transactions>();
    let (reading, missed) = (StoredValue::new(false), RwSignal::new(0_u32));
    let again = StoredValue::new(false);
    Effect::new(move || {
        clock.head.track();
        transactions.mined.track();
        settings.rpc.track();
        reader.mended().track();
        missed.track();
        if reading.get_value() {
            again.set_value(true);
            return;
        }
        reading.set_value(true);
        spawn_local(async move {
            match read(reader).await {
                Ok(newest) => {
                    error.try_set(None);
                    // Only a change: whoever shows it is built anew by it.
                    let is_same = |old: &Option<Arc<T>>| old.as_ref().is_some_and(|old| Arc::ptr_eq(old, &newest));
                    if found.try_with_untracked(is_same) == Some(false) {
                        found.try_set(Some(newest));
                    }
                }
                Err(reason) => {
                    error.try_set(Some(reason.to_string()));
                }
            }
            reading.try_set_value(false);
            // What came meanwhile.
            if again.try_update_value(std::mem::take) == Some(true) {
                missed.try_update(|n| *n += 1);
            }
        });
    });
}
