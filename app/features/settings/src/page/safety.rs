use leptos::prelude::*;

use app_core::{allow_list::AllowList, routes};

/// What strangers wrote about their models is shown for all of them, or only for those on a list.
#[component]
pub fn Safety() -> impl IntoView {
    let list = expect_context::<AllowList>();
    view! {
        <section class="panel">
            <header>
                <h2>"Safety"</h2>
            </header>
            <div class="body stack">
                <label class="check">
                    <input
                        id="hide-strangers"
                        type="checkbox"
                        prop:checked=move || list.on.get()
                        on:change=move |event| list.on.set(event_target_checked(&event))
                    />
                    <span>
                        <span class="strong">"Hide what strangers wrote"</span>
                        <br />
                        <span class="soft small">
                            "Names, descriptions, texts and pictures of models come from anybody. With this on, they are shown only for models that you allow on their pages."
                        </span>
                    </span>
                </label>
                <Show when=move || list.on.get()>
                    {move || {
                        let models = list.models.get();
                        if models.is_empty() {
                            return view! { <p class="soft small">"No model is allowed yet. Open one and press “Show texts and pictures”."</p> }.into_any();
                        }
                        view! {
                            <ul class="stack tight" aria-label="Allowed models">
                                {models
                                    .into_iter()
                                    .map(|model| {
                                        view! {
                                            <li class="row spread">
                                                <a href=routes::model(model)>{model.short()}</a>
                                                <button class="button small" type="button" on:click=move |_| list.set(model, false)>
                                                    "Hide again"
                                                </button>
                                            </li>
                                        }
                                    })
                                    .collect_view()}
                            </ul>
                        }
                            .into_any()
                    }}
                </Show>
            </div>
        </section>
    }
}
