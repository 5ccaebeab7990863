//! One picture, drawn or chosen.

use leptos::prelude::*;
use ml_task::Input;

use super::Opened;
use app_ui::pictures::picture_input::PictureInput;

/// What white can be to a model that does not say it.
const BRIGHTEST: [(f32, &str); 3] = [(1.0, "1"), (255.0, "255"), (16.0, "16")];

#[component]
pub fn PictureForm(opened: Opened, shown: Signal<bool>) -> impl IntoView {
    let picture = opened.loaded.with_value(|l| l.card.picture.clone())?;
    let said = picture.brightest;
    let brightest = RwSignal::new(said.unwrap_or(BRIGHTEST[0].0));
    let pixels = RwSignal::new(None::<Vec<u8>>);
    // Asked again when it is looked at again; the answer was forgotten meanwhile.
    Effect::new(move || match pixels.get() {
        _ if !shown.get() => {}
        Some(pixels) => opened.ask(Input::Picture { pixels, brightest: brightest.get() }),
        None => opened.forget(),
    });
    let choose = move |key: String| {
        if let Ok(value) = key.parse() {
            brightest.set(value);
        }
    };
    Some(view! {
        <PictureInput picture=picture on_pixels=Callback::new(move |found| pixels.set(found)) />
        {said
            .is_none()
            .then(|| {
                view! {
                    <label class="row tight">
                        <span class="small">"White is"</span>
                        <select id="brightest" style:width="auto" aria-label="What white is to the model" on:change=move |event| choose(event_target_value(&event))>
                            {BRIGHTEST.into_iter().map(|(_, name)| view! { <option value=name>{name}</option> }).collect_view()}
                        </select>
                        <span class="small soft">"The file does not say it; choose what the model was taught with."</span>
                    </label>
                }
            })}
    })
}
