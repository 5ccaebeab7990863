//! A job that goes on where another one ended: `/jobs/new?after=7&checkpoint=CID` fills the form from job 7.

use app_core::chain::Reader;
use app_ui::messages::notice::Notice;
use jobs::{Job, kind};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;

use super::form::Form;

/// Fills the form where the address names a job. What somebody has typed before and not posted is replaced only if they say
/// so.
#[component]
pub fn GoesOn(form: Form) -> impl IntoView {
    let reader = expect_context::<Reader>();
    let query = use_query_map();
    let (after, checkpoint) = query.with_untracked(|query| (query.get("after"), query.get("checkpoint")));
    let named = after.and_then(|id| id.parse::<u64>().ok()).map(|id| (id, checkpoint.unwrap_or_default()));
    let is_in_the_way = RwSignal::new(named.is_some() && form.draft.is_filled_in());
    if let (Some((id, checkpoint)), false) = (named.clone(), is_in_the_way.get_untracked()) {
        fill(form, reader, id, checkpoint);
    }
    move || {
        let (id, checkpoint) = named.clone().filter(|_| is_in_the_way.get())?;
        let replace = move |_| {
            is_in_the_way.set(false);
            fill(form, reader, id, checkpoint.clone());
        };
        Some(view! {
            <Notice tone="warn">
                {format!("A job that you typed here before is not posted yet. Going on from job {id} replaces it. ")}
                <button class="button small" type="button" id="replace-draft" on:click=replace>
                    {format!("Replace it, and go on from job {id}")}
                </button>
            </Notice>
        })
    }
}

fn fill(form: Form, reader: Reader, id: u64, checkpoint: String) {
    spawn_local(async move {
        // Where the chain cannot be read, the form is filled by hand.
        let Ok(computing) = reader.computing().await else { return };
        // The page may have been left meanwhile; what is kept of it stays as it is then.
        let is_there = form.kind.try_get_untracked().is_some();
        if let Some(job) = computing.book.job(id).filter(|_| is_there) {
            form.draft.begin_anew();
            take(form, job, checkpoint);
        }
    });
}

fn take(form: Form, job: &Job, checkpoint: String) {
    let terms = &job.terms;
    // A recipe whose files are published is a module like any other.
    form.kind.try_set(kind::MODULE);
    let texts = [
        (form.workload, job.files.workload.clone()),
        (form.inputs, job.files.inputs.clone()),
        (form.resumed, checkpoint),
        (form.units, terms.units.to_string()),
        (form.memory, terms.memory_mib.to_string()),
        (form.minutes, terms.max_seconds.div_ceil(60).to_string()),
        (form.every, terms.every.to_string()),
        (form.price, terms.highest_price.to_string()),
        (form.window, terms.window.div_ceil(3_600).to_string()),
        (form.audits, (terms.audit_rate / 100).to_string()),
    ];
    for (field, text) in texts {
        field.try_set(text);
    }
    form.jurors.try_set(terms.jurors);
}
