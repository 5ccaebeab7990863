//! Keeping up with who learns together, for the pages that show it.

use std::sync::Arc;

use crate::{
    chain::{Clock, Learning, Reader},
    settings::Settings,
    transactions::Transactions,
};
use leptos::{prelude::*, task::spawn_local};

/// What the chain has.
#[derive(Clone, Copy)]
pub struct Known {
    pub learning: RwSignal<Option<Arc<Learning>>>,
    /// Why it could not be read last.
    pub error: RwSignal<Option<String>>,
}

impl Known {
    /// Reads now, and again with each block as long as whoever asks is shown.
    pub fn follow() -> Self {
        let known = Self { learning: RwSignal::new(None), error: RwSignal::new(None) };
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
                known.read(reader).await;
                reading.try_set_value(false);
                // What came meanwhile.
                if again.try_update_value(std::mem::take) == Some(true) {
                    missed.try_update(|n| *n += 1);
                }
            });
        });
        known
    }

    async fn read(self, reader: Reader) {
        match reader.learning().await {
            Ok(found) => {
                self.error.try_set(None);
                // Only a change: whoever shows it is built anew by it.
                let is_same = |old: &Option<Arc<Learning>>| old.as_ref().is_some_and(|old| Arc::ptr_eq(old, &found));
                if self.learning.try_with_untracked(is_same) == Some(false) {
                    self.learning.try_set(Some(found));
                }
            }
            Err(error) => {
                self.error.try_set(Some(error.to_string()));
            }
        }
    }
}
