//! A job that goes on where another one ended: `/jobs/new?after=7&checkpoint=CID` fills the form from job 7.

use app_core::chain::Reader;
use jobs::{Job, kind};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;

use super::form::Form;

/// Fills the form, where the address names a job.
pub fn fill(form: Form) {
    let reader = expect_context::<Reader>();
    let query = use_query_map();
    let (after, checkpoint) = query.with_untracked(|query| (query.get("after"), query.get("checkpoint")));
    let Some(id) = after.and_then(|id| id.parse::<u64>().ok()) else { return };
    form.draft.begin_anew();
    spawn_local(async move {
        // Where the chain cannot be read, the form is filled by hand.
        let Ok(computing) = reader.computing().await else { return };
        if let Some(job) = computing.book.job(id) {
            take(form, job, checkpoint.unwrap_or_default());
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
