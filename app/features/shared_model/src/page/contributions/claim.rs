use leptos::prelude::*;
use protocol::{Address, Digest};
use shared_model::{Model, Refusal};

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

/// What a button would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Refund,
    Report,
    Take,
}

/// The button of a row, or why there is none now; and what a report means for the deposit.
#[component]
pub fn Claim(context: ModelContext, whose: Whose, key: Digest, sample: Vec<u8>, label: u16) -> impl IntoView {
    let tools = Tools::from_context();
    let clock = expect_context::<Clock>();
    let run = Run::new();
    let sample = StoredValue::new(sample);
    // What the button would do, or why it is not offered.
    let offer = Memo::new(move |_| {
        let now = clock.now.get();
        let predicted = || sample.with_value(|sample| context.says(&key, sample, label));
        let offer = |model: &Model| match whose {
            Whose::Mine(account) => Some(own(model, &account, &key, now, predicted)),
            Whose::Others(Some(account)) => Some(of_others(model, &account, &key, now, predicted)),
            Whose::Others(None) => None,
        };
        context.with_model(offer).flatten()
    });
    let notice = Memo::new(move |_| {
        let now = clock.now.get();
        context.with_model(|model| notice(model, &key, matches!(whose, Whose::Mine(_)), now)).flatten()
    });
    let press = Callback::new(move |()| {
        let Some(Ok((deed, _))) = offer.get_untracked() else { return };
        let bytes = sample.get_value();
        let contributor = |model: &Model| model.contribution(&key).map(|c| c.record.contributor);
        let contributor = context.with_model_now(contributor).flatten();
        run.start(async move {
            match (deed, contributor) {
                (Deed::Refund, _) => models::refund(tools, context.address, &bytes, label).await,
                (Deed::Report, Some(who)) => models::report(tools, context.address, who, &bytes, label).await,
                (Deed::Take, Some(who)) => models::take(tools, context.address, who, &bytes, label).await,
                (_, None) => Ok::<(), ActionError>(()),
            }
        });
    });
    view! {
        {move || notice.get().map(|said| view! { <p class="small row tight"><Icon name="clock" />{said}</p> })}
        {move || match offer.get() {
            None | Some(Err(Refusal::NothingToReport)) => ().into_any(),
            Some(Ok((_, name))) => view! { <div class="row"><BusyButton label=name class="small" busy=run.busy on_press=press /></div> }.into_any(),
            Some(Err(why)) => view! { <p class="small soft row tight"><Icon name="clock" />{said(context, &why)}</p> }.into_any(),
        }}
        <RunState run=run />
    }
}

type Offer = Result<(Deed, String), Refusal>;

fn own(model: &Model, account: &Address, key: &Digest, now: u64, predicted: impl FnOnce() -> u16) -> Offer {
    let refund = model.refund(account, key, now, predicted)?;
    let name = match (refund.amount.0, refund.point) {
        (0, _) => "Claim the point".to_owned(),
        (_, true) => format!("Refund {} and a point", format::mdc(refund.amount)),
        (_, false) => format!("Refund {}", format::mdc(refund.amount)),
    };
    Ok((Deed::Refund, name))
}

/// To take comes first: where something is reported there is nothing to report.
fn of_others(model: &Model, account: &Address, key: &Digest, now: u64, predicted: impl Fn() -> u16) -> Offer {
    match model.take(account, key, now, &predicted) {
        Ok(take) => Ok((Deed::Take, format!("Take {}", format::mdc(take.amount)))),
        Err(Refusal::NotReported { .. }) => model
            .report(account, key, now, predicted)
            .map(|()| (Deed::Report, "Report that the model disagrees".into())),
        Err(why) => Err(why),
    }
}

/// What a report that counts means for the deposit, or when a point can be had.
fn notice(model: &Model, key: &Digest, mine: bool, now: u64) -> Option<String> {
    let record = model.contribution(key)?.record;
    let (left, point) = (format::mdc(record.left), model.terms.point_from(&record));
    if let Some(times) = model.terms.report_times(&record, now).filter(|_| record.left.0 > 0) {
        let (from, ends) = (format::exact_time(times.takeable), format::exact_time(times.ends));
        return Some(match mine {
            true => format!(
                "Reported: the model disagreed with this. From {from} to {ends} others can take your {left} while it disagrees. \
                 Refund it as soon as the model agrees; who teaches the model the same thing helps you."
            ),
            false => format!(
                "Reported. From {from} to {ends}, as long as the model disagrees, accounts with points can take their shares of \
                 the deposit, of which {left} are left; the owner, and later anybody, can take all that is left once their waits \
                 are over. What nobody has taken, its contributor can have back whenever the model agrees."
            ),
        });
    }
    let earns = mine && !record.known && now < point;
    earns.then(|| format!("It earns a point from {} on, if the model agrees then.", format::exact_time(point)))
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
