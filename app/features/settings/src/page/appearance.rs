use leptos::prelude::*;

use app_core::settings::{Settings, Theme};
use app_ui::controls::choices::OneOfSeveral;

#[component]
pub fn Appearance() -> impl IntoView {
    let settings = expect_context::<Settings>();
    let themes = Theme::ALL
        .map(|(_, name)| (format!("theme-{}", name.to_lowercase().replace(' ', "-")), name.to_owned()))
        .to_vec();
    let chosen = Signal::derive(move || Theme::ALL.iter().position(|(theme, _)| *theme == settings.theme.get()));
    let choose = Callback::new(move |at: usize| settings.theme.set(Theme::ALL[at].0));
    view! {
        <section class="panel">
            <header>
                <h2>"Appearance"</h2>
            </header>
            <div class="body">
                <OneOfSeveral label="Theme" choices=themes chosen=chosen on_choose=choose />
            </div>
        </section>
    }
}
