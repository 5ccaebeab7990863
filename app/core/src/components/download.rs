use app_ui::{download, format, icon::Icon, messages::notice::Problem};
use leptos::{prelude::*, task::spawn_local};

use crate::{content, settings::Settings};

/// The largest file that is handed over, bytes; browsers keep that much aside.
const LARGEST: u64 = 4 << 30;

/// Hands over a published file, once it was compared with its CID. A text that is no CID has no button: it may be
/// anybody's.
#[component]
pub fn Download(
    #[prop(into)] cid: String,
    /// Another CID of the same hash, where it is not known whether the file has one block or several.
    #[prop(optional_no_strip)]
    or: Option<String>,
    /// Name of the file that is saved, and of the button.
    #[prop(into)]
    name: String,
    #[prop(optional, into)] label: Option<String>,
    /// Without a border, for tables.
    #[prop(optional)]
    quiet: bool,
) -> impl IntoView {
    let settings = expect_context::<Settings>();
    let busy = RwSignal::new(false);
    let taken = RwSignal::new(0u64);
    let error = RwSignal::new(None::<String>);
    let label = label.unwrap_or_else(|| name.clone());
    let is_cid = cid.parse::<protocol::cid::Cid>().is_ok();
    let id = format!("download-{cid}");
    let (file, other) = (StoredValue::new((cid, name)), StoredValue::new(or));
    let press = move |_| {
        busy.set(true);
        error.set(None);
        taken.set(0);
        let (cid, name) = file.get_value();
        spawn_local(async move {
            let progress = |bytes| {
                taken.try_set(bytes);
            };
            let mut found = content::checked(settings, &cid, LARGEST, progress).await;
            if let (Err(_), Some(other)) = (&found, other.get_value()) {
                found = content::checked(settings, &other, LARGEST, progress).await;
            }
            match found {
                Ok(body) => match body.blob() {
                    Some(blob) => download::save_blob(&name, &blob),
                    None => {
                        error.try_set(Some(
                            "This browser has no room for the file. Free some space and try again.".into(),
                        ));
                    }
                },
                Err(e) => {
                    error.try_set(Some(e.to_string()));
                }
            }
            busy.try_set(false);
        });
    };
    let progress = move || {
        let bytes = taken.get();
        (busy.get() && bytes > 0).then(|| format!(" {}", format::bytes(bytes)))
    };
    is_cid.then(|| {
        view! {
            <button id=id class=if quiet { "button quiet small" } else { "button small" } type="button" disabled=busy aria-busy=move || busy.get().to_string() on:click=press>
                <Icon name="download" />
                {label}
                {progress}
            </button>
            <Problem error=error />
        }
    })
}
