//! `/learn/new`: a task, from the data of two owners to what is told to whom; everything is checked before anything is
//! signed, and what was typed is there again after a reload.

mod computing;
mod costs;
mod counted;
pub mod form;
mod inputs;
mod looked;
mod making;
mod offered;
mod parties;
mod process;
mod ready;
mod telling;

use app_core::routes;
use app_ui::messages::{empty::Ghost, notice::Problem};
use leptos::prelude::*;

use crate::context::Known;
use form::Form;

#[component]
pub fn NewTaskPage() -> impl IntoView {
    let known = Known::follow();
    let form = Form::load();
    form.keep();
    let is_read = Memo::new(move |_| known.learning.with(Option::is_some));
    view! {
        <div class="page">
            <div class="page-head">
                <div class="stack tight">
                    <p class="small">
                        <a href=routes::LEARN>"Learn"</a>
                    </p>
                    <h1>"New task"</h1>
                    <p class="soft">
                        "Two data owners learn together. Each needs a data set in the directory and a grant for you that is approved and live."
                    </p>
                </div>
            </div>
            <Problem error=known.error />
            {move || {
                if is_read.get() {
                    view! {
                        <process::Processes known=known form=form />
                        <parties::Parties known=known form=form />
                        <computing::Computing form=form />
                        <telling::Telling form=form />
                        <costs::Costs known=known form=form />
                        <ready::Ready known=known form=form />
                    }
                        .into_any()
                } else {
                    view! { <Ghost lines=6 /> }.into_any()
                }
            }}
        </div>
    }
}
