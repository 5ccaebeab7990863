//! The provider's side of jobs, as this tab plays it: it sees what fits, fetches and checks it, answers who asks for quotes, runs,
//! keeps checkpoints and submits. It goes on while the person looks at another page, and where it was when the tab is opened
//! again. What it decides is in `compute_provider`; here are the vault, links, workers and the wallet.
//!
//! | module | what it does |
//! |---|---|
//! | [`settings`] | what is offered, and this browser's key for links |
//! | [`device`] | what this machine has, as far as a browser says it |
//! | [`kept`] | a job in the vault |
//! | [`shelf`] | files by their CIDs |
//! | [`talk`] | a job's link to its other side |
//! | [`tab`] | all jobs of this tab: what is to be done about each |
//! | [`view`] | what of all this is for the eye |

mod device;
mod kept;
mod settings;
mod shelf;
mod tab;
mod talk;
mod view;

use std::rc::Rc;

use app_core::{
    action::{ActionError, Tools},
    feature::Title,
    forms::leaving,
    vault::{self, Kind, Vault, VaultError},
};
use jobs::JOBS;
use leptos::{prelude::*, task::spawn_local};
use protocol::Address;

pub use device::Device;
use kept::{JOB, POINT};
use settings::SETTINGS;
pub use settings::Settings;
pub use shelf::Shelf;
pub use talk::{Talk, Talking};
pub use view::{JobView, Stands, View};

use crate::context::Known;
use tab::Tab;

/// All of it; a context.
#[derive(Clone, Copy)]
pub struct Lending {
    pub view: RwSignal<View>,
    tab: StoredValue<Option<Rc<Tab>>, LocalStorage>,
    /// Grows when there is something new to look at.
    woken: RwSignal<u32>,
    /// What lives as long as the page.
    owner: StoredValue<Option<Owner>>,
    /// Whether the chain is followed.
    follows: StoredValue<bool>,
}

impl Lending {
    /// Nothing goes on until [`Self::begin`].
    pub fn new() -> Self {
        Self {
            view: RwSignal::new(View::default()),
            tab: StoredValue::new_local(None),
            woken: RwSignal::new(0),
            owner: StoredValue::new(Owner::current()),
            follows: StoredValue::new(false),
        }
    }

    /// From now on whatever account is connected goes on with what it lends by this browser. Lives as long as the page.
    pub fn begin(self, tools: Tools) {
        // A job that is not done in time costs its stake.
        leaving::asks_while(move || self.view.with_untracked(|view| view.jobs.values().any(|job| job.runs)));
        Effect::new(move || {
            let account = tools.wallet.account.get();
            self.changes_to(tools, account);
        });
    }

    /// Another account, or a new offer of the same: what went on is given up here, and kept.
    pub fn changes_to(self, tools: Tools, account: Option<Address>) {
        if let Some(before) = self.tab.try_update_value(Option::take).flatten() {
            before.end();
        }
        self.view.set(View::default());
        let Some(account) = account else { return };
        spawn_local(async move {
            let opened = Tab::open(self, tools, account).await;
            // Somebody else may have been connected meanwhile.
            if tools.wallet.account.get_untracked() != Some(account) || self.tab.with_value(Option::is_some) {
                return;
            }
            match opened {
                Ok(Ok(tab)) => {
                    self.tab.set_value(Some(tab));
                    self.says(Stands::Here);
                    self.follow(tools);
                }
                Ok(Err(stands)) => self.says(stands),
                Err(error) => self.view.update(|view| view.error = Some(error.to_string())),
            }
        });
    }

    fn says(self, stands: Stands) {
        self.view.update(|view| view.stands = stands);
    }

    /// Looks at the jobs with each block, and when something has come.
    fn follow(self, tools: Tools) {
        if self.follows.get_value() {
            return;
        }
        let Some(owner) = self.owner.get_value() else { return };
        self.follows.set_value(true);
        owner.with(|| {
            let known = Known::follow();
            Effect::new(move || {
                self.woken.track();
                let now = tools.clock.now.get();
                known.computing.with(|computing| {
                    let tab = self.tab.with_value(Clone::clone);
                    if let (Some(computing), Some(tab)) = (computing, tab) {
                        untrack(|| tab.look(computing, now));
                    }
                });
            });
        });
    }

    /// There is something new to look at.
    fn wake_up(self) {
        self.woken.update(|count| *count += 1);
    }

    /// What this browser offers for the account.
    pub fn settings(self) -> Option<Settings> {
        self.tab.with_value(|tab| tab.as_ref().map(|tab| tab.settings()))
    }

    /// Leaves: with all jobs done, or at once, which gives up what runs; `None` takes it back.
    ///
    /// # Errors
    /// [`VaultError`] where the browser keeps nothing.
    pub async fn leaves(self, at_once: Option<bool>) -> Result<(), VaultError> {
        let tab = self.tab.with_value(Clone::clone);
        if let Some(tab) = tab {
            tab.change(|settings| settings.leaves = at_once).await?;
            self.wake_up();
        }
        Ok(())
    }

    /// What an account offers from now on, which is kept before it is offered.
    ///
    /// # Errors
    /// [`ActionError`] where the browser keeps nothing.
    pub async fn offers(self, tools: Tools, account: Address, settings: Settings) -> Result<(), ActionError> {
        let tab = self.tab.with_value(Clone::clone);
        match tab {
            Some(tab) => tab.change(|known| *known = settings).await?,
            None => {
                settings.keep(&open_vault().await?, owner(tools, account)?).await?;
                self.changes_to(tools, Some(account));
            }
        }
        Ok(())
    }

    /// The account has left: nothing of its offer is kept.
    ///
    /// # Errors
    /// [`ActionError`]
    pub async fn forgets(self, tools: Tools, account: Address) -> Result<(), ActionError> {
        Settings::forget(&open_vault().await?, owner(tools, account)?).await?;
        self.changes_to(tools, Some(account));
        Ok(())
    }

    /// Asks the wallet for what a job waits for.
    ///
    /// # Errors
    /// [`ActionError`]
    pub async fn press(self, job: u64) -> Result<(), ActionError> {
        let tab = self.tab.with_value(Clone::clone);
        match tab {
            Some(tab) => tab.press(job).await,
            None => Err(ActionError::feature("This tab lends nothing any more. Reload the page.")),
        }
    }
}

impl Default for Lending {
    fn default() -> Self {
        Self::new()
    }
}

/// The kinds that are kept, and what to call a file of each in a list.
pub fn kinds() -> Vec<(Kind, Title)> {
    vec![
        (SETTINGS, |_| "What you lend, and its key".to_owned()),
        (JOB, |entry| format!("What is remembered of {}", entry.name)),
        (POINT, |entry| format!("Checkpoint of {}", entry.name)),
    ]
}

/// Whose the records are.
pub fn owner(tools: Tools, account: Address) -> Result<vault::Owner, ActionError> {
    let deployment = tools.deployment();
    Ok(vault::Owner { chain_id: deployment.chain_id, contract: deployment.demand(JOBS)?, account })
}

/// The vault of this browser.
pub async fn open_vault() -> Result<Vault, VaultError> {
    Vault::open().await
}

/// 32 bytes that nobody foresees.
/// Bytes that nobody can guess.
///
/// # Errors
/// [`ActionError`] where the browser has no source of them.
pub fn random() -> Result<[u8; 32], ActionError> {
    let mut bytes = [0; 32];
    let drawn = window().crypto().and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes));
    drawn.map_err(|_| ActionError::feature("This browser has no source of randomness. Use another one."))?;
    Ok(bytes)
}
