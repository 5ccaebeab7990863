//! A helper: deals for every task that names its key.

use std::{path::PathBuf, time::Duration};

use super::{
    party::watch,
    seat::{self, Inputs},
};
use crate::{cli::Serve, failure::Failure, keys::Keys, local::Local, told::Printer};

/// `agent helper`
pub async fn run(options: &Serve, printer: Printer) -> Result<(), Failure> {
    let folder = &options.folder;
    let keys = Keys::read(&folder.join("keys.json"))?;
    let public = keys.public()?;
    let limit = Duration::from_secs(options.limit);
    let play = async |file: PathBuf| {
        let local = Local::read(&file)?;
        match local.seat_of(&public) {
            Some(seat) if local.spec.helper() == Some(seat) => {
                printer.event(local.task, "serves", "is dealt for");
                seat::play(&local, seat, &keys, &Inputs::default(), folder, limit, printer).await.map(drop)
            }
            _ => Err(Failure::Given(format!("{} does not name this helper.", file.display()))),
        }
    };
    watch(folder, options.once, printer, play).await
}
