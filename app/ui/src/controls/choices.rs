//! Bars of buttons of which one holds: tabs, and one choice of several. The arrow keys move along them, as people who use a
//! keyboard expect of both (ARIA Authoring Practices, patterns “Tabs” and “Radio Group”).

use leptos::{ev::KeyboardEvent, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// One button: its id, and what stands on it.
pub type Choice = (String, String);

/// Shows one of several parts of a page, which stands in a [`TabPanel`].
#[component]
pub fn Tabs(
    /// What the parts are, for screen readers.
    label: &'static str,
    /// Id of the panel.
    panel: &'static str,
    tabs: Vec<Choice>,
    /// Place of the tab that is shown, from 0; `None` where what is shown has no tab.
    #[prop(into)]
    chosen: Signal<Option<usize>>,
    on_choose: Callback<usize>,
    /// Whether to choose another one throws something away, or leaves an entry in the history: then the arrow keys only lead
    /// there.
    #[prop(optional)]
    careful: bool,
) -> impl IntoView {
    view! { <Bar label=label panel=Some(panel) choices=tabs chosen=chosen on_choose=on_choose careful=careful /> }
}

/// Holds the part whose tab is chosen.
#[component]
pub fn TabPanel(
    id: &'static str,
    /// Those of the bar.
    tabs: Vec<Choice>,
    #[prop(into)] chosen: Signal<Option<usize>>,
    children: Children,
) -> impl IntoView {
    let of = move || chosen.get().and_then(|at| tabs.get(at)).map(|(id, _)| id.clone());
    view! {
        <div id=id class="tab-panel" role="tabpanel" aria-labelledby=of>
            {children()}
        </div>
    }
}

/// Sets one of several values: a filter, or a setting.
#[component]
pub fn OneOfSeveral(
    /// What is chosen, for screen readers.
    label: &'static str,
    choices: Vec<Choice>,
    /// Place of the value that holds, from 0; `None` where it is not among the choices.
    #[prop(into)]
    chosen: Signal<Option<usize>>,
    on_choose: Callback<usize>,
    /// As in [`Tabs`].
    #[prop(optional)]
    careful: bool,
) -> impl IntoView {
    view! { <Bar label=label panel=None choices=choices chosen=chosen on_choose=on_choose careful=careful /> }
}

#[component]
fn Bar(
    label: &'static str,
    panel: Option<&'static str>,
    choices: Vec<Choice>,
    chosen: Signal<Option<usize>>,
    on_choose: Callback<usize>,
    careful: bool,
) -> impl IntoView {
    let count = choices.len();
    let is_tabs = panel.is_some();
    let (all, one) = if is_tabs { ("tablist", "tab") } else { ("radiogroup", "radio") };
    let ids = StoredValue::new(choices.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>());
    let press = move |event: KeyboardEvent, from: usize| {
        let is_plain = !(event.alt_key() || event.ctrl_key() || event.meta_key() || event.shift_key());
        if let Some(to) = moved(&event.key(), from, count, !is_tabs).filter(|_| is_plain) {
            event.prevent_default();
            if !careful {
                on_choose.run(to);
            }
            ids.with_value(|ids| ids.get(to).map(|id| focus(id)));
        }
    };
    let button = move |(at, (id, name)): (usize, Choice)| {
        let is_chosen = move || chosen.get() == Some(at);
        let said = move |wanted: bool| wanted.then(|| is_chosen().to_string());
        // One stop for the key Tab: what is chosen, or the first where nothing is.
        let stops = move || is_chosen() || (at == 0 && chosen.get().is_none());
        view! {
            <button
                id=id
                type="button"
                role=one
                aria-selected=move || said(is_tabs)
                aria-checked=move || said(!is_tabs)
                aria-controls=panel
                tabindex=move || if stops() { "0" } else { "-1" }
                on:click=move |_| on_choose.run(at)
                on:keydown=move |event| press(event, at)
            >
                {name}
            </button>
        }
    };
    view! {
        <div class="tabs" role=all aria-label=label>
            {choices.into_iter().enumerate().map(button).collect_view()}
        </div>
    }
}

/// Where a key leads from a place; `None` for a key that leads nowhere. Choices also stand below each other.
fn moved(key: &str, from: usize, count: usize, also_down: bool) -> Option<usize> {
    match key {
        "ArrowRight" => Some((from + 1) % count),
        "ArrowLeft" => Some((from + count - 1) % count),
        "ArrowDown" if also_down => Some((from + 1) % count),
        "ArrowUp" if also_down => Some((from + count - 1) % count),
        "Home" => Some(0),
        "End" => Some(count - 1),
        _ => None,
    }
}

fn focus(id: &str) {
    let found = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = found {
        // Fails only where an element cannot have it.
        let _ = element.focus();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use leptos::{mount::mount_to_body, task::tick};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn choices(bar: &str) -> Vec<Choice> {
        ["a", "b", "c"].map(|name| (format!("{bar}-{name}"), name.to_owned())).to_vec()
    }

    fn press(key: &str) {
        let event = format!(
            "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {{ key: '{key}', bubbles: true, cancelable: true }}))"
        );
        js_sys::eval(&event).unwrap();
    }

    fn attribute(id: &str, name: &str) -> Option<String> {
        document().get_element_by_id(id).unwrap().get_attribute(name)
    }

    #[wasm_bindgen_test]
    async fn keys_move_along_tabs_and_one_of_them_is_a_stop() {
        let chosen = RwSignal::new(Some(0_usize));
        let panel = view! { <p>"shown"</p> };
        mount_to_body(move || {
            view! {
                <Tabs label="Parts" panel="parts" tabs=choices("tab") chosen=chosen on_choose=Callback::new(move |to| chosen.set(Some(to))) />
                <TabPanel id="parts" tabs=choices("tab") chosen=chosen>
                    {panel}
                </TabPanel>
            }
        });
        focus("tab-a");
        for (key, at) in [("ArrowRight", "b"), ("End", "c"), ("ArrowRight", "a"), ("ArrowLeft", "c"), ("Home", "a")] {
            press(key);
            tick().await;
            for name in ["a", "b", "c"] {
                let (id, is_chosen) = (format!("tab-{name}"), name == at);
                assert_eq!(attribute(&id, "aria-selected"), Some(is_chosen.to_string()), "{key}: {id}");
                assert_eq!(
                    attribute(&id, "tabindex").as_deref(),
                    Some(if is_chosen { "0" } else { "-1" }),
                    "{key}: {id}"
                );
                assert_eq!(attribute(&id, "aria-controls").as_deref(), Some("parts"));
            }
            assert_eq!(document().active_element().unwrap().id(), format!("tab-{at}"), "{key}");
            assert_eq!(attribute("parts", "aria-labelledby"), Some(format!("tab-{at}")), "{key}");
        }
        // Tabs stand beside each other.
        press("ArrowDown");
        tick().await;
        assert_eq!(chosen.get_untracked(), Some(0));
    }

    #[wasm_bindgen_test]
    async fn where_nothing_is_chosen_the_first_choice_is_a_stop() {
        let chosen = RwSignal::new(None::<usize>);
        mount_to_body(move || {
            view! { <OneOfSeveral label="Kind" choices=choices("one") chosen=chosen on_choose=Callback::new(move |to| chosen.set(Some(to))) /> }
        });
        let state = |name: &str| {
            (attribute(&format!("one-{name}"), "aria-checked"), attribute(&format!("one-{name}"), "tabindex"))
        };
        let is = |checked: &str, stop: &str| (Some(checked.to_owned()), Some(stop.to_owned()));
        assert_eq!(["a", "b"].map(state), [is("false", "0"), is("false", "-1")]);
        focus("one-a");
        press("ArrowDown");
        tick().await;
        assert_eq!(["a", "b"].map(state), [is("false", "-1"), is("true", "0")]);
    }
}
