use leptos::prelude::*;

use super::PageState;
use app_core::components::time::Deadline;
use app_ui::format;

/// The terms, and what the data is about.
#[component]
pub fn Facts(context: PageState) -> impl IntoView {
    let terms = Memo::new(move |_| context.history.with(|h| h.as_ref().map(|h| h.bounty.terms.clone())));
    view! {
        <section class="panel" aria-labelledby="terms">
            <header>
                <h2 id="terms">"Terms"</h2>
            </header>
            <div class="body stack">
                {move || match context.metadata.get() {
                    Some(Ok(metadata)) if !metadata.description.is_empty() => {
                        Some(view! { <p class="breakable">{metadata.description}</p> })
                    }
                    _ => None,
                }}
                {move || {
                    terms
                        .get()
                        .map(|terms| {
                            view! {
                                <dl class="terms">
                                    <div>
                                        <dt>"Reward"</dt>
                                        <dd>{format!("{} MDC", terms.reward)}</dd>
                                    </div>
                                    <div>
                                        <dt>"Stake per submission"</dt>
                                        <dd>{format!("{} MDC", terms.stake)}</dd>
                                    </div>
                                    <div>
                                        <dt>"Submission deadline"</dt>
                                        <dd>
                                            <Deadline at=terms.deadline />
                                        </dd>
                                    </div>
                                    <div>
                                        <dt>"Each response window"</dt>
                                        <dd>{format::duration(terms.window.into())}</dd>
                                    </div>
                                    <div>
                                        <dt>"Test rows"</dt>
                                        <dd>{format::count(terms.test_rows.into())}</dd>
                                    </div>
                                    <div>
                                        <dt>"Classes"</dt>
                                        <dd>{terms.classes}</dd>
                                    </div>
                                    <div>
                                        <dt>"Minimum score to win"</dt>
                                        <dd>
                                            {if terms.min_correct == 0 {
                                                "none".to_owned()
                                            } else {
                                                format::score(terms.min_correct, terms.test_rows)
                                            }}
                                        </dd>
                                    </div>
                                </dl>
                            }
                        })
                }}
            </div>
        </section>
    }
}
