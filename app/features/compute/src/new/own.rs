//! Own files of a job: chosen here, put where providers find them when the job is posted.

use app_core::{
    action::{ActionError, Tools, read_file},
    content, server,
};
use app_ui::format;
use compute_recipe::Recipe;
use compute_session::{Input, Manifest};
use leptos::prelude::*;
use ml_task::Algorithm;
use protocol::cid::{Cid, FileHasher};
use web_sys::File;

use crate::client::key;

/// Bytes of a module at most.
const MODULE: f64 = (4 << 20) as f64;
/// What a module begins with.
const MAGIC: [u8; 8] = *b"\0asm\x01\0\0\0";
/// Bytes of a table that is fetched to learn its length, at most.
const TABLE: u64 = 256 << 20;

/// Files that were chosen, and what is said of a training.
#[derive(Clone, Copy)]
pub struct Own {
    pub module: RwSignal<Option<File>, LocalStorage>,
    /// In the order in which the module reads them.
    pub inputs: RwSignal<Vec<File>, LocalStorage>,
    pub table: RwSignal<Option<File>, LocalStorage>,
    /// CID of a published table, instead of an own one.
    pub published: RwSignal<String>,
    pub algorithm: RwSignal<Algorithm>,
    /// Empty for the column that is suggested.
    pub target: RwSignal<String>,
    pub rounds: RwSignal<String>,
    pub test: RwSignal<String>,
    pub seed: RwSignal<String>,
}

impl Own {
    pub fn new() -> Self {
        let text = |text: &str| RwSignal::new(text.to_owned());
        Self {
            module: RwSignal::new_local(None),
            inputs: RwSignal::new_local(Vec::new()),
            table: RwSignal::new_local(None),
            published: text(""),
            algorithm: RwSignal::new(Algorithm::Trees),
            target: text(""),
            rounds: text(""),
            test: text("20"),
            seed: text("0"),
        }
    }

    /// What is chosen now. Storing takes a while, and the page may be left meanwhile.
    pub fn chosen(self) -> Chosen {
        Chosen {
            module: self.module.get_untracked(),
            inputs: self.inputs.get_untracked(),
            table: self.table.get_untracked(),
            published: self.published.get_untracked(),
            recipe: self.recipe(),
        }
    }

    /// What is typed of a training.
    ///
    /// # Errors
    /// A sentence about the first number that is none.
    pub fn recipe(self) -> Result<Recipe, String> {
        let number = |text: RwSignal<String>, what: &str, most: u64| {
            let text = text.get_untracked();
            let number = text.trim().parse::<u64>().ok().filter(|number| *number <= most);
            number.ok_or_else(|| format!("{what} is a whole number from 0 to {most}."))
        };
        let rounds = match self.rounds.with_untracked(|text| text.trim().is_empty()) {
            true => None,
            false => Some(number(self.rounds, "How many rounds to train", 100_000)? as u32),
        };
        let target = self.target.get_untracked().trim().to_owned();
        Ok(Recipe {
            target: (!target.is_empty()).then_some(target),
            test: number(self.test, "The share of rows kept for the test", 50)? as u8,
            seed: Some(number(self.seed, "The seed", u64::MAX)?),
            rounds,
            ..Recipe::new(self.algorithm.get_untracked())
        })
    }
}

/// Own files, and what is said of a training, as they were chosen when the job was posted.
pub struct Chosen {
    module: Option<File>,
    pub inputs: Vec<File>,
    table: Option<File>,
    published: String,
    recipe: Result<Recipe, String>,
}

impl Chosen {
    /// Puts the module there, if one was chosen: its CID.
    ///
    /// # Errors
    /// [`ActionError`]
    pub async fn put_module(&self, tools: Tools) -> Result<Option<Cid>, ActionError> {
        let Some(file) = &self.module else { return Ok(None) };
        if file.size() > MODULE {
            return Err(ActionError::feature(format!(
                "The module has {}; {} at most are taken. Build it with optimisation and without debug information.",
                format::bytes(file.size() as u64),
                format::bytes(MODULE as u64)
            )));
        }
        let bytes = read_file(file).await?;
        if !bytes.starts_with(&MAGIC) {
            return Err(ActionError::feature(format!(
                "“{}” is no WebAssembly module. Choose a .wasm file that exports step().",
                file.name()
            )));
        }
        put(tools, &bytes).await.map(Some)
    }

    /// Puts the inputs of a module there, with the file that names them: its CID. A module may read none.
    ///
    /// # Errors
    /// [`ActionError`]
    pub async fn put_inputs(&self, tools: Tools) -> Result<Cid, ActionError> {
        let mut inputs = Vec::new();
        for file in &self.inputs {
            let bytes = read_file(file).await?;
            inputs.push(Input { cid: put(tools, &bytes).await?, bytes: bytes.len() as u64 });
        }
        put_manifest(tools, inputs).await
    }

    /// Puts a recipe and its table there, with the file that names them: its CID.
    ///
    /// # Errors
    /// [`ActionError`]: without a table, or with a number that is none.
    pub async fn put_recipe(&self, tools: Tools) -> Result<Cid, ActionError> {
        let recipe = self.recipe.as_ref().map_err(ActionError::feature)?.to_bytes();
        let table = match &self.table {
            Some(file) => {
                let bytes = read_file(file).await?;
                Input { cid: put(tools, &bytes).await?, bytes: bytes.len() as u64 }
            }
            None => self.published(tools).await?,
        };
        let recipe = Input { cid: put(tools, &recipe).await?, bytes: recipe.len() as u64 };
        put_manifest(tools, vec![recipe, table]).await
    }

    async fn published(&self, tools: Tools) -> Result<Input, ActionError> {
        let text = self.published.trim();
        if text.is_empty() {
            return Err(ActionError::feature("Choose a CSV file to learn from, or give the CID of a published one."));
        }
        let cid: Cid = text.parse().map_err(ActionError::feature)?;
        let file = content::fetch(tools.settings, text, TABLE).await.map_err(ActionError::feature)?;
        Ok(Input { cid, bytes: file.len() as u64 })
    }
}

async fn put_manifest(tools: Tools, inputs: Vec<Input>) -> Result<Cid, ActionError> {
    let relay = window().location().origin().unwrap_or_default();
    let link = key::key(tools).await?.public();
    let file = Manifest::of(inputs, link, vec![relay]).to_bytes();
    // What no provider would take is not posted.
    Manifest::read(&file).map_err(ActionError::feature)?;
    put(tools, &file).await
}

async fn put(tools: Tools, bytes: &[u8]) -> Result<Cid, ActionError> {
    let cid = FileHasher::hash(bytes).cid;
    let body = js_sys::Uint8Array::from(bytes);
    server::store(tools.wallet, tools.account()?, &cid.to_string(), body.into()).await?;
    Ok(cid)
}
