//! Files of one block that the directory names: what an organisation says of itself, what a data set is, what a grant is for.

use std::rc::Rc;

use dataset::{Owned, OwnedOptions, OwnedReport, ReadOptions};
use directory::{Column, ColumnKind, ColumnRole, DatasetTerms, Description, Industry, Node, Profile, Purpose};
use protocol::Digest;
use serde_json::json;

use super::{node::Chain, server::Server};
use crate::{
    cli::files::{Describe, Named, PurposeOptions},
    failure::Failure,
    files,
    keys::Keys,
    told::Printer,
};

/// Puts a file on a server, where the page and others find it.
async fn put(chain: &Rc<Chain>, server: &str, bytes: Vec<u8>) -> Result<Digest, Failure> {
    let server = Server::at(server)?;
    let token = server.sign_in(chain).await?;
    server.put(&token, bytes).await
}

fn given(error: impl std::fmt::Display) -> Failure {
    Failure::Given(error.to_string())
}

/// The profile of an organisation, with this node; its digest.
pub async fn profile(chain: &Rc<Chain>, named: &Named, name: &str, keys: &Keys) -> Result<Digest, Failure> {
    let nodes = match named.node {
        None => Vec::new(),
        Some(role) => vec![Node {
            name: name.to_string(),
            role: role.into(),
            key: keys.public()?.directory,
            account: chain.account()?.address(),
        }],
    };
    let (text, url) = (named.text.clone(), named.url.clone());
    let profile = Profile { name: name.to_string(), text, url, image: String::new(), nodes };
    let (bytes, digest) = profile.write().map_err(given)?;
    let server = named.server.as_deref();
    let server = server.ok_or_else(|| Failure::Given("Name a server that keeps the profile with --server.".into()))?;
    put(chain, server, bytes).await?;
    Ok(digest)
}

/// `agent data describe`: nothing of the rows leaves but two salted roots.
pub async fn describe(chain: &Rc<Chain>, options: &Describe, printer: Printer) -> Result<(), Failure> {
    files::can_be_written(&options.out)?;
    let industry = Industry::of(options.industry);
    industry.ok_or_else(|| {
        Failure::Given(format!("There is no industry {}. `--help` has their numbers.", options.industry))
    })?;
    let keys = Keys::read(&options.keys)?;
    let text = files::read(&options.csv)?;
    let report = report(&text, options.key.as_deref(), *keys.directory())?;
    report.notes.iter().for_each(|note| printer.note(&note.to_string()));
    let role = |name: &str| {
        if options.key.as_deref() == Some(name) {
            ColumnRole::Key
        } else if options.label.as_deref() == Some(name) {
            ColumnRole::Label
        } else {
            ColumnRole::Feature
        }
    };
    let named = [&options.key, &options.label];
    for name in named.into_iter().flatten().chain(&options.hide) {
        place(&report.names, name)?;
    }
    if let Some(name) = named.into_iter().flatten().find(|name| options.hide.contains(name)) {
        return Err(Failure::Given(format!(
            "Whoever asks for a task has to name column {name}, the key or the label, and it is hidden too. Take it out of --hide."
        )));
    }
    let visible = report.names.iter().zip(&report.numeric).filter(|(name, _)| !options.hide.contains(name));
    let columns = visible.map(|(name, numeric)| Column {
        name: name.clone(),
        kind: if *numeric { ColumnKind::Number } else { ColumnKind::Text },
        role: role(name),
    });
    let (bytes, metadata) =
        Description::new(options.name.clone(), options.text.clone(), columns.collect()).write().map_err(given)?;
    put(chain, &options.server, bytes).await?;
    let rows =
        u32::try_from(report.rows).map_err(|_| Failure::Given("The table has too many rows. Cut it.".to_string()))?;
    let terms = DatasetTerms {
        metadata,
        data_root: report.data_root,
        id_root: report.id_root.unwrap_or_default(),
        rows,
        columns: u16::try_from(report.names.len()).unwrap_or(u16::MAX),
        industry: options.industry,
        labelled: options.label.is_some(),
        price_per_use: options.per_use,
        price_per_day: options.per_day,
    };
    files::write_json(&options.out, &terms, false)?;
    printer.say(&terms);
    Ok(())
}

fn place(names: &[String], name: &str) -> Result<usize, Failure> {
    let place = names.iter().position(|column| column == name.trim());
    place.ok_or_else(|| Failure::Given(format!("The table has no column {name}. Name one of {}.", names.join(", "))))
}

/// What is said of a table; its rows stay in it.
fn report(text: &[u8], key: Option<&str>, salt: [u8; 32]) -> Result<OwnedReport, Failure> {
    let table = ReadOptions { header: Some(true), ..ReadOptions::default() };
    let read = |key: Option<u32>| {
        let mut owned = Owned::new(OwnedOptions { table, key, salt });
        owned.push(text).and_then(|()| owned.finish()).map(|(report, _)| report).map_err(given)
    };
    let report = read(None)?;
    match key {
        None => Ok(report),
        Some(key) => read(Some(u32::try_from(place(&report.names, key)?).unwrap_or(u32::MAX))),
    }
}

/// `agent grant purpose`
pub async fn purpose(chain: &Rc<Chain>, options: &PurposeOptions, printer: Printer) -> Result<(), Failure> {
    let words = |text: &[String]| serde_json::to_value(text).unwrap_or_default();
    let unknown = |error: serde_json::Error| Failure::Given(format!("A word of the purpose is not known: {error}."));
    let work = serde_json::from_value(words(&options.work)).map_err(unknown)?;
    let reveals = serde_json::from_value(words(&options.reveals)).map_err(unknown)?;
    let purpose = Purpose::new(work, options.columns.clone(), options.receivers.clone(), reveals);
    let (bytes, digest) = purpose.write().map_err(given)?;
    put(chain, &options.server, bytes).await?;
    printer.say(&json!({"purpose": digest}));
    Ok(())
}
