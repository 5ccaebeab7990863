//! Organisations, data sets, grants.

use std::rc::Rc;

use contracts::abi::DecodeError;
use directory::{DATASETS, DIRECTORY, DatasetEvent, GRANTS, GrantEvent, Organisation, calls, logs, returns};
use protocol::{Address, Digest, RawLog};
use serde_json::json;

use super::{describe, node::Chain};
use crate::{
    cli::chain::{DataCommand, DataOptions, GrantCommand, GrantOptions, Joining, OrgCommand, OrgOptions},
    failure::Failure,
    files,
    keys::Keys,
    told::Printer,
};

/// The first thing that a receipt tells of what was looked for.
pub(super) fn told<T>(
    all: &[RawLog],
    decode: impl Fn(&RawLog) -> Result<Option<T>, DecodeError>,
) -> Result<T, Failure> {
    let found = all.iter().find_map(|log| decode(log).ok().flatten());
    found.ok_or_else(|| {
        Failure::Failed(
            "The contract did not say what it did. Deployment and program do not fit: update one.".to_string(),
        )
    })
}

pub(super) fn unread(error: DecodeError) -> Failure {
    Failure::Failed(format!("What the contract answers cannot be read ({error:?}). Use the program of its version."))
}

fn none(what: &str, number: impl std::fmt::Display) -> Failure {
    Failure::Given(format!("There is no {what} {number}. Look at the number again."))
}

pub async fn org(options: &OrgOptions, printer: Printer) -> Result<(), Failure> {
    let chain = Rc::new(Chain::open(&options.on).await?);
    let directory = chain.contract(DIRECTORY)?;
    match &options.command {
        OrgCommand::Join(joining) => {
            let (profile, key) = said(&chain, joining).await?;
            chain.send(directory, calls::directory::join(profile, key)).await?;
            printer.say(&json!({"joined": true, "key": key, "profile": profile}));
        }
        OrgCommand::Change(joining) => {
            let found = organisation(&chain, directory, chain.account()?.address()).await?;
            let (profile, key) = said(&chain, joining).await?;
            if found.profile != profile {
                chain.send(directory, calls::directory::set_profile(profile)).await?;
            }
            if found.key != key {
                chain.send(directory, calls::directory::set_key(key)).await?;
            }
            printer.say(&json!({"joined": found.joined, "key": key, "profile": profile}));
        }
        OrgCommand::Resign => {
            chain.send(directory, calls::directory::resign()).await?;
            printer.say(&json!({"joined": false}));
        }
        OrgCommand::Show { address } => {
            printer.say(&organisation(&chain, directory, *address).await?);
        }
    }
    Ok(())
}

/// Profile and key of what was typed; a profile that is made of words is put on a server.
async fn said(chain: &Rc<Chain>, joining: &Joining) -> Result<(Digest, Digest), Failure> {
    let keys = Keys::read(&joining.keys)?;
    let profile = match joining.profile {
        Some(profile) => profile,
        None => {
            let name = joining.name.as_deref().unwrap_or_default();
            describe::profile(chain, &joining.named, name, &keys).await?
        }
    };
    Ok((profile, keys.public()?.directory))
}

async fn organisation(chain: &Chain, directory: Address, account: Address) -> Result<Organisation, Failure> {
    let found = chain.call(directory, calls::directory::organisation(account)).await?;
    returns::organisation(&found).map_err(unread)?.ok_or_else(|| {
        Failure::Given(format!(
            "{account} never took part as an organisation. Look at the address again, or join first."
        ))
    })
}

pub async fn data(options: &DataOptions, printer: Printer) -> Result<(), Failure> {
    let chain = Rc::new(Chain::open(&options.on).await?);
    let datasets = chain.contract(DATASETS)?;
    match &options.command {
        DataCommand::Describe(options) => describe::describe(&chain, options, printer).await?,
        DataCommand::Publish { terms } => {
            let terms = files::read_json(terms, "file of a data set's terms")?;
            let said = chain.send(datasets, calls::datasets::publish(&terms)).await?;
            let is_published = |log: &RawLog| {
                Ok(logs::dataset(log)?.filter(|(_, event)| matches!(event, DatasetEvent::Published { .. })))
            };
            printer.say(&json!({"dataset": told(&said, is_published)?.0}));
        }
        DataCommand::Price { id, per_use, per_day } => {
            chain.send(datasets, calls::datasets::set_prices(*id, *per_use, *per_day)).await?;
            printer.say(&json!({"dataset": id, "per_use": per_use, "per_day": per_day}));
        }
        DataCommand::Revoke { id } => {
            chain.send(datasets, calls::datasets::revoke(*id)).await?;
            printer.say(&json!({"dataset": id, "revoked": true}));
        }
        DataCommand::Show { id } => {
            let found = chain.call(datasets, calls::datasets::dataset(*id)).await?;
            printer.say(&returns::dataset(&found).map_err(unread)?.ok_or_else(|| none("data set", id))?);
        }
    }
    Ok(())
}

pub async fn grant(options: &GrantOptions, printer: Printer) -> Result<(), Failure> {
    let chain = Rc::new(Chain::open(&options.on).await?);
    let grants = chain.contract(GRANTS)?;
    match &options.command {
        GrantCommand::Purpose(options) => describe::purpose(&chain, options, printer).await?,
        GrantCommand::Apply { dataset, terms, purpose } => {
            let terms = files::read_json(terms, "file of a grant's terms")?;
            let said = chain.send(grants, calls::grants::apply_for(*dataset, *purpose, &terms)).await?;
            let is_applied =
                |log: &RawLog| Ok(logs::grant(log)?.filter(|(_, event)| matches!(event, GrantEvent::Applied { .. })));
            printer.say(&json!({"grant": told(&said, is_applied)?.0}));
        }
        GrantCommand::Withdraw { id } => {
            chain.send(grants, calls::grants::withdraw(*id)).await?;
            printer.say(&json!({"grant": id, "withdrawn": true}));
        }
        GrantCommand::Approve { id, fee } => {
            chain.send(grants, calls::grants::approve(*id, *fee)).await?;
            printer.say(&json!({"grant": id, "approved": true, "fee": fee}));
        }
        GrantCommand::Refuse { id, reason } => {
            chain.send(grants, calls::grants::refuse(*id, reason)).await?;
            printer.say(&json!({"grant": id, "refused": reason}));
        }
        GrantCommand::Show { id } => {
            let found = chain.call(grants, calls::grants::grant(*id)).await?;
            printer.say(&returns::grant(&found).map_err(unread)?.ok_or_else(|| none("grant", id))?);
        }
    }
    Ok(())
}
