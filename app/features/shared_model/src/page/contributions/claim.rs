use leptos::prelude::*;
use protocol::Digest;
use shared_model::Refusal;

use super::{super::ModelContext, Whose};
use crate::actions::models;
use app_core::{
    action::{ActionError, Tools},
    chain::Clock,
};
use app_ui::{
    controls::busy_button::BusyButton,
    format,
    icon::Icon,
    messages::run::{Run, RunState},
};

/// The button of a row, or why there is none now.
#[component]
pub fn Claim(context: ModelContext, whose: Whose, key: Digest, sample: Vec<u8>, label: u16) -> impl IntoView {
    let tools = Tools::from_context();
    let clock = expect_context::<Clock>();
    let run = Run::new();
    let sample = StoredValue::new(sample);
    // What the button would do, or why it is not offered.
    let offer = Memo::new(move |_| {
        let now = clock.now.get();
        context.history.with(|h| {
            let h = h.as_ref()?;
            let predicted = || sample.with_value(|s| h.predicted(s, label));
            Some(match whose {
                Whose::Mine(account) => {
                    h.model.refund(&account, &key, now, predicted).map(|refund| match (refund.amount.0, refund.point) {
                        (0, _) => "Claim the point".to_owned(),
                        (_, true) => format!("Refund {} and a point", format::mdc(refund.amount)),
                        (_, false) => format!("Refund {}", format::mdc(refund.amount)),
                    })
                }
                Whose::Others(Some(account)) => h
                    .model
                    .report(&account, &key, now, predicted)
                    .map(|report| format!("Report and take {}", format::mdc(report.amount))),
                Whose::Others(None) => return None,
            })
        })
    });
    let press = Callback::new(move |()| {
        let bytes = sample.get_value();
        let contributor =
            context.history.with_untracked(|h| h.as_ref()?.model.contribution(&key).map(|c| c.record.contributor));
        run.start(async move {
            match (whose, contributor) {
                (Whose::Mine(_), _) => models::refund(tools, context.address, &bytes, label).await,
                (Whose::Others(_), Some(contributor)) => {
                    models::report(tools, context.address, contributor, &bytes, label).await
                }
                (Whose::Others(_), None) => Ok::<(), ActionError>(()),
            }
        });
    });
    view! {
        {move || match offer.get() {
            None | Some(Err(Refusal::NothingToReport)) => ().into_any(),
            Some(Ok(name)) => view! { <div class="row"><BusyButton label=name class="small" busy=run.busy on_press=press /></div> }.into_any(),
            Some(Err(why)) => view! { <p class="small soft row tight"><Icon name="clock" />{said(context, &why)}</p> }.into_any(),
        }}
        <RunState run=run />
    }
}

/// A refusal, with classes by their names.
fn said(context: ModelContext, why: &Refusal) -> String {
    match why {
        Refusal::ModelDisagrees { predicted, label } => format!(
            "The model says “{}” to this, not “{}”, so there is no refund now. It may agree after more contributions.",
            context.class(*predicted),
            context.class(*label)
        ),
        Refusal::ModelAgrees { predicted } => {
            format!(
                "The model says “{}” too, so there is nothing to take from this contributor.",
                context.class(*predicted)
            )
        }
        other => other.to_string(),
    }
}
