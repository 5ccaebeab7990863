//! Files of one block that the directory names: what an organisation says of itself, what a data set is, what a grant is for.

use std::rc::Rc;

use directory::{Column, ColumnKind, ColumnRole, DatasetTerms, Description, Industry, Node, Profile, Purpose};
use mpc_run::Table;
use protocol::{Digest, merkle};
use serde_json::json;

use super::node::Chain;
use crate::{
    cli::files::{Describe, Named, PurposeOptions},
    failure::Failure,
    files,
    keys::Keys,
    play::seat::table,
    told::Printer,
    watch::Server,
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
    let table = table(&options.csv)?;
    let keys = Keys::read(&options.keys)?;
    let role = |name: &str| {
        if options.key.as_deref() == Some(name) {
            ColumnRole::Key
        } else if options.label.as_deref() == Some(name) {
            ColumnRole::Label
        } else {
            ColumnRole::Feature
        }
    };
    for name in [&options.key, &options.label].into_iter().flatten().chain(&options.hide) {
        table.cells(name).map_err(given)?;
    }
    let visible = table.names().iter().filter(|name| !options.hide.contains(name));
    let columns = visible.map(|name| Column {
        name: name.clone(),
        kind: if table.numbers(name).is_ok() { ColumnKind::Number } else { ColumnKind::Text },
        role: role(name),
    });
    let (bytes, metadata) =
        Description::new(options.name.clone(), options.text.clone(), columns.collect()).write().map_err(given)?;
    put(chain, &options.server, bytes).await?;
    let industry = Industry::of(options.industry);
    industry.ok_or_else(|| Failure::Given(format!("There is no industry {}. Choose another.", options.industry)))?;
    let count = |count: usize| {
        u32::try_from(count).map_err(|_| Failure::Given("The table has too many rows or columns. Cut it.".into()))
    };
    let terms = DatasetTerms {
        metadata,
        data_root: root(&keys, &table, table.names(), "row")?,
        id_root: match &options.key {
            Some(key) => root(&keys, &table, std::slice::from_ref(key), "id")?,
            None => Digest::ZERO,
        },
        rows: count(table.rows())?,
        columns: u16::try_from(table.names().len()).unwrap_or(u16::MAX),
        industry: options.industry,
        labelled: options.label.is_some(),
        price_per_use: options.per_use,
        price_per_day: options.per_day,
    };
    files::write_json(&options.out, &terms, false)?;
    printer.say(&terms);
    Ok(())
}

/// A root over the rows, each with a salt of its own that follows from the owner's key.
fn root(keys: &Keys, table: &Table, columns: &[String], what: &str) -> Result<Digest, Failure> {
    let columns: Vec<&[String]> =
        columns.iter().map(|name| table.cells(name)).collect::<Result<_, _>>().map_err(given)?;
    let leaf = |row: usize| {
        let salt = Digest::of(&[what.as_bytes(), keys.directory(), &(row as u64).to_be_bytes()].concat());
        let mut text = salt.0.to_vec();
        for (at, cells) in columns.iter().enumerate() {
            if at > 0 {
                text.push(b',');
            }
            dataset::write_cell(&mut text, &cells[row]);
        }
        merkle::leaf_hash(&text)
    };
    Ok(merkle::root(&(0..table.rows()).map(leaf).collect::<Vec<_>>()))
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
