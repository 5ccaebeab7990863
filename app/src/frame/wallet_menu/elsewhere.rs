use leptos::prelude::*;

use app_core::wallet::{DEVELOPMENT_ACCOUNTS, Wallet};
use app_ui::messages::notice::Notice;

/// That another tab chose the account, so that nobody signs as somebody else without knowing.
#[component]
pub fn ChosenElsewhere() -> impl IntoView {
    let wallet = expect_context::<Wallet>();
    let said = move || match wallet.account.get() {
        Some(account) => {
            let text = account.to_string();
            let name = DEVELOPMENT_ACCOUNTS.iter().find(|(known, _)| *known == text).map(|(_, name)| *name);
            let called = name.map_or_else(|| account.short(), |name| format!("{name} ({})", account.short()));
            format!("Another tab changed the account. This tab signs as {called} from now on.")
        }
        None => "Another tab disconnected the wallet, so this tab has none either.".to_owned(),
    };
    view! {
        <Show when=move || wallet.chosen_elsewhere.get()>
            <Notice>
                <div class="row spread" id="chosen-elsewhere">
                    <span>{said}</span>
                    <button class="button small" type="button" id="chosen-elsewhere-seen" on:click=move |_| wallet.chosen_elsewhere.set(false)>
                        "All right"
                    </button>
                </div>
            </Notice>
        </Show>
    }
}
