//! Keeping up with a model: its history, and what its contracts store while that is still being read.

use std::collections::BTreeMap;

use leptos::{prelude::*, task::spawn_local};
use shared_model::state::Wanted;

use crate::{actions::contribution, context::ModelContext};
use app_core::{
    chain::{Clock, ModelError, Reader},
    server,
    settings::Settings,
    transactions::Transactions,
    wallet::Wallet,
};

/// Reads the model, and what comes of it with each block. `error` is why it could not be read last.
pub fn follow_history(context: ModelContext, error: RwSignal<Option<ModelError>>) {
    let reader = expect_context::<Reader>();
    let clock = expect_context::<Clock>();
    let settings = expect_context::<Settings>();
    let wallet = expect_context::<Wallet>();
    let transactions = expect_context::<Transactions>();
    let ModelContext { address, history, .. } = context;
    let reading = RwSignal::new(false);
    Effect::new(move || {
        clock.head.track();
        transactions.mined.track();
        settings.rpc.track();
        reader.mended().track();
        let person = wallet.account.get();
        if reading.get_untracked() {
            return;
        }
        reading.set(true);
        let known = history.get_untracked();
        spawn_local(async move {
            let made_in = match &known {
                Some(known) => Some(known.model.created_block),
                None => server::model_made_in(reader, address).await,
            };
            let read = reader.model(address, known, made_in, person).await;
            reading.try_set(false);
            // Only a change, since whoever shows the model is built anew by it; and nothing where the page was left meanwhile.
            match read {
                Ok(found) => {
                    if error.try_with_untracked(Option::is_some) == Some(true) {
                        error.try_set(None);
                    }
                    if history.try_with_untracked(|known| known.as_ref() != Some(&found)) == Some(true) {
                        history.try_set(Some(found));
                    }
                }
                Err(e) if error.try_with_untracked(|old| old.as_ref() != Some(&e)) == Some(true) => {
                    error.try_set(Some(e));
                }
                Err(_) => {}
            }
        });
    });
}

/// Keeps up with what the contracts store until the history is there: whoever wants to ask, teach, withdraw, load, reveal,
/// have a deposit back or report need not wait for it.
pub fn follow_stored(context: ModelContext) {
    let clock = expect_context::<Clock>();
    let wallet = expect_context::<Wallet>();
    let transactions = expect_context::<Transactions>();
    let reader = expect_context::<Reader>();
    let read = Memo::new(move |_| context.history.with(Option::is_some));
    let reading = StoredValue::new(false);
    // What came while something was being read: it is read once more then.
    let again = RwSignal::new(0_u32);
    let missed = StoredValue::new(false);
    Effect::new(move || {
        if read.get() {
            context.known.set(None);
            return;
        }
        clock.head.track();
        transactions.mined.track();
        again.track();
        let wanted = context.wanted.get();
        let person = wallet.account.get();
        if reading.get_value() {
            missed.set_value(true);
            return;
        }
        reading.set_value(true);
        spawn_local(async move {
            let wanted = Wanted { person, ..wanted };
            look(context, reader, wallet, wanted).await;
            reading.try_set_value(false);
            if missed.try_update_value(std::mem::take) == Some(true) {
                again.try_update(|n| *n += 1);
            }
        });
    });
}

async fn look(context: ModelContext, reader: Reader, wallet: Wallet, wanted: Wanted) {
    let Some(made_in) = server::model_made_in(reader, context.address).await else { return };
    let commitments = match wanted.person {
        Some(account) => contribution::kept_commitments(context.address, account).await,
        None => Vec::new(),
    };
    let wanted = Wanted { commitments, ..wanted };
    let Ok(Some((stored, model))) = reader.stored_model(context.address, made_in, &wanted).await else { return };
    // Another account may have been chosen meanwhile.
    if wallet.account.try_get_untracked() != Some(wanted.person) {
        return;
    }
    // The page may have been left, or the history may have come meanwhile.
    if context.history.try_with_untracked(Option::is_none) == Some(true) {
        let said = stored.contributions.iter().map(|found| (found.key(), found.predicted));
        context.predicted.try_set(said.collect::<BTreeMap<_, _>>());
        context.known.try_set(Some(model));
    }
}

/// How far the reading of events is, where it takes a while.
#[component]
pub fn Reading() -> impl IntoView {
    let progress = expect_context::<Reader>().progress();
    view! {
        <p class="small soft" role="status">
            {move || match progress.get() {
                Some(progress) => {
                    format!("The model’s events are being read: block {} of {}.", progress.block, progress.head)
                }
                None => "The model’s events are being read.".to_owned(),
            }}
        </p>
    }
}
