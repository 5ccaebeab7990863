use leptos::prelude::*;

use crate::chain::Clock;
use app_ui::format;

/// A moment after which something is lost: how long until then, and exactly when by this device's calendar.
#[component]
pub fn Deadline(
    /// Seconds since the epoch.
    at: u64,
) -> impl IntoView {
    view! {
        <Moment at=at />
        " ("
        {format::exact_time(at)}
        ")"
    }
}

/// The same in the order that follows “until” and “by”: exactly when, and how long until then.
#[component]
pub fn UntilTime(
    /// Seconds since the epoch.
    at: u64,
) -> impl IntoView {
    view! {
        {format::exact_time(at)}
        " ("
        <Moment at=at />
        ")"
    }
}

/// A moment relative to the chain's time, with the exact local time on hover.
#[component]
pub fn Moment(
    /// Seconds since the epoch.
    at: u64,
) -> impl IntoView {
    let clock = expect_context::<Clock>();
    view! {
        <time class="nowrap" datetime=format::iso_time(at) title=format::exact_time(at)>
            {move || format::relative_time(at, clock.now.get())}
        </time>
    }
}
