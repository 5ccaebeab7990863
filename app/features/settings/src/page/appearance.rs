use leptos::prelude::*;

use app_core::settings::{Settings, Theme};

#[component]
pub fn Appearance() -> impl IntoView {
    let settings = expect_context::<Settings>();
    view! {
        <section class="panel">
            <header>
                <h2>"Appearance"</h2>
            </header>
            <div class="body">
                <div class="tabs" role="group" aria-label="Theme">
                    {Theme::ALL
                        .into_iter()
                        .map(|(theme, name)| {
                            view! {
                                <button
                                    type="button"
                                    aria-pressed=move || (settings.theme.get() == theme).to_string()
                                    on:click=move |_| settings.theme.set(theme)
                                >
                                    {name}
                                </button>
                            }
                        })
                        .collect_view()}
                </div>
            </div>
        </section>
    }
}
