//! Room on the disk. A linker that runs out of it dies of a bus error, which tells nobody what to do.

use std::path::Path;

use anyhow::{Result, bail};

use crate::run::{answers, root};

/// Megabytes that `target/` has when everything is built and tested.
const WHOLE: u64 = 16_000;

/// # Errors
/// When what is missing of a whole `target/` does not fit the disk.
pub fn for_target() -> Result<()> {
    let target = root().join("target");
    let built = if target.exists() { first_number(answers("du", &["-sm", &text(&target)])) } else { Some(0) };
    let free = first_number(answers("df", &["-m", "--output=avail", &text(&root())]));
    // Where neither can be asked, the build itself will tell.
    let (Some(built), Some(free)) = (built, free) else { return Ok(()) };
    let wanted = WHOLE.saturating_sub(built);
    if free < wanted {
        bail!(
            "building everything needs {wanted} MB under {}, but the disk has {free} MB free. Remove the target \
             folders of other checkouts and try again.",
            target.display()
        );
    }
    Ok(())
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn first_number(said: Option<String>) -> Option<u64> {
    said?.split_whitespace().find_map(|word| word.parse().ok())
}
