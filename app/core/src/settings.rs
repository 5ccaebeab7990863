//! What a person can choose about the page: node, gateway, theme.

use leptos::prelude::*;

use crate::storage;

/// Why a text is no address of an IPFS gateway.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{}” is no address of an IPFS gateway. Write one like https://ipfs.io.", dataset::shown(.0))]
pub struct NotAGateway(pub String);

/// The address of an IPFS gateway as it is kept: with `https://` where no scheme is written, without a slash or `/ipfs` at its
/// end; `None` where nothing is written.
///
/// # Errors
/// [`NotAGateway`] where nothing can be asked over the web.
pub fn gateway(text: &str) -> Result<Option<String>, NotAGateway> {
    let written = text.trim();
    if written.is_empty() {
        return Ok(None);
    }
    let (scheme, rest) = written.split_once("://").unwrap_or(("https", written));
    let rest = rest.trim_end_matches('/');
    let rest = rest.strip_suffix("/ipfs").unwrap_or(rest).trim_end_matches('/');
    let host = rest.split('/').next().unwrap_or_default();
    let is_web = ["https", "http"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    // No tables of Unicode's letters: this is in the first file. Browsers say what names of other scripts they know.
    let is_name = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    let is_host = !host.is_empty() && host.chars().all(is_name);
    if !is_web || !is_host || rest.contains(char::is_whitespace) {
        return Err(NotAGateway(written.to_owned()));
    }
    Ok(Some(format!("{}://{rest}", scheme.to_ascii_lowercase())))
}

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
            // An earlier version kept whatever was written.
            gateway: RwSignal::new(storage::read("gateway").and_then(|kept| gateway(&kept).ok().flatten())),
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

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn a_gateway_is_asked_over_the_web_and_never_as_a_path_of_this_page() {
        for (written, kept) in [
            ("", None),
            ("  ", None),
            ("ipfs.io", Some("https://ipfs.io")),
            (" https://ipfs.io/ ", Some("https://ipfs.io")),
            ("https://ipfs.io/ipfs/", Some("https://ipfs.io")),
            ("HTTP://127.0.0.1:8080", Some("http://127.0.0.1:8080")),
            ("localhost:8080", Some("https://localhost:8080")),
            ("http://[::1]:8080", Some("http://[::1]:8080")),
            ("https://example.org/gateway", Some("https://example.org/gateway")),
        ] {
            assert_eq!(gateway(written), Ok(kept.map(str::to_owned)), "{written}");
        }
        for written in ["ipfs://bafy", "/ipfs", "https://", "my gateway", "javascript:alert(1)", "https://a b"] {
            assert_eq!(gateway(written), Err(NotAGateway(written.to_owned())), "{written}");
        }
    }
}
