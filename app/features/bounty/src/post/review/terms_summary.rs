use leptos::prelude::*;

use super::super::terms::Numbers;
use app_ui::format;

/// The terms as they will be posted.
#[component]
pub fn TermsSummary(numbers: Numbers, test_rows: u32) -> impl IntoView {
    view! {
        <section class="panel">
            <header>
                <h2>"Terms"</h2>
            </header>
            <div class="body">
                <dl class="terms">
                    <div>
                        <dt>"You lock now"</dt>
                        <dd>{format!("{} MDC", numbers.reward)}</dd>
                    </div>
                    <div>
                        <dt>"Stake per submission"</dt>
                        <dd>{format!("{} MDC", numbers.stake)}</dd>
                    </div>
                    <div>
                        <dt>"Open for"</dt>
                        <dd>{format::duration(numbers.open_for)}</dd>
                    </div>
                    <div>
                        <dt>"Each response window"</dt>
                        <dd>{format::duration(numbers.window.into())}</dd>
                    </div>
                    <div>
                        <dt>"Minimum score to win"</dt>
                        <dd>
                            {if numbers.min_correct == 0 { "none".to_owned() } else { format::score(numbers.min_correct, test_rows) }}
                        </dd>
                    </div>
                </dl>
            </div>
        </section>
    }
}
