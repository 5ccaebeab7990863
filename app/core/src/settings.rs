//! What a person can choose about the page: node, gateway, theme.

use leptos::prelude::*;

use crate::storage;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::System, "As the device"), (Self::Light, "Light"), (Self::Dark, "Dark")];

    fn of(key: Option<&str>) -> Self {
        Self::ALL.into_iter().map(|(theme, _)| theme).find(|theme| Some(theme.key()) == key).unwrap_or(Self::System)
    }

    fn key(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// Settings of this page, shared through the context and kept between visits.
#[derive(Clone, Copy)]
pub struct Settings {
    /// Chain nodes, separated by commas, the preferred one first; `None` = the deployment's.
    pub rpc: RwSignal<Option<String>>,
    /// IPFS gateway besides this server, e.g. `https://ipfs.io`.
    pub gateway: RwSignal<Option<String>>,
    pub theme: RwSignal<Theme>,
}

impl Settings {
    pub fn load() -> Self {
        let theme = Theme::of(storage::read("theme").as_deref());
        let settings = Self {
            rpc: RwSignal::new(storage::read("rpc")),
            gateway: RwSignal::new(storage::read("gateway")),
            theme: RwSignal::new(theme),
        };
        Effect::new(move || keep("rpc", settings.rpc.get()));
        Effect::new(move || keep("gateway", settings.gateway.get()));
        Effect::new(move || {
            let theme = settings.theme.get();
            // What another tab chose is written already.
            if storage::read("theme").as_deref() != Some(theme.key()) {
                storage::write("theme", theme.key());
            }
            if let Some(root) = document().document_element() {
                // The attribute selects the tokens of style/tokens.css.
                let _ = root.set_attribute("data-theme", theme.key());
            }
        });
        // All tabs look alike.
        storage::follow("theme", move |theme| settings.theme.set(Theme::of(theme.as_deref())));
        settings
    }
}

fn keep(key: &str, value: Option<String>) {
    match value {
        Some(value) => storage::write(key, &value),
        None => storage::remove(key),
    }
}
