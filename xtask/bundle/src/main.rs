//! `bundle`: makes the folder that the server serves from wasm that Cargo has compiled and from `public/index.html`.
//! `cargo xtask page | start | dev` run it.
//!
//! | file | job |
//! |---|---|
//! | `index.rs` | reads the `data-trunk` links of index.html |
//! | `assets.rs` | styles, copied files, inline icons |
//! | `program.rs` | the page's program, cut in two |
//! | `worker.rs` | a web worker and its loader |
//! | `optimise.rs` | wasm-opt |
//! | `kept.rs` | what need not be made again |
//! | `packed.rs` | brotli and gzip of each file, for the server |
//! | `site.rs` | writes the folder while a server serves it |

mod assets;
mod digest;
mod index;
mod kept;
mod optimise;
mod packed;
mod program;
mod site;
mod worker;

use std::{
    path::{Path, PathBuf},
    thread,
};

use anyhow::{Context, Result, anyhow};
use clap::Parser;

use crate::{optimise::Optimiser, site::Site};

#[derive(Parser)]
#[command(about = "Makes the page's folder from compiled wasm and index.html.")]
struct Arguments {
    /// The page's program, linked with its relocations.
    #[arg(long)]
    program: PathBuf,
    /// A worker's program; its file name is the worker's name. May be repeated.
    #[arg(long)]
    worker: Vec<PathBuf>,
    /// The page's HTML; its `data-trunk` links say what else belongs to the page.
    #[arg(long)]
    index: PathBuf,
    /// The folder to write.
    #[arg(long)]
    out: PathBuf,
    /// Where finished parts are kept for the next time.
    #[arg(long)]
    keep: PathBuf,
    /// wasm-opt; without it names of functions stay and nothing is made smaller.
    #[arg(long)]
    wasm_opt: Option<PathBuf>,
    /// Adds a script that loads the page again when it has changed.
    #[arg(long)]
    reload: bool,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let optimiser = arguments.wasm_opt.map(Optimiser::new).transpose()?;
    let mut site = Site::default();

    // wasm-opt works with one core, for minutes.
    let (program, workers) = thread::scope(|scope| {
        let program = scope.spawn(|| program::make(&arguments.program, &arguments.keep, optimiser.as_ref()));
        let worker = |file: &PathBuf| {
            let made = worker::make(file, &arguments.keep, optimiser.as_ref());
            made.with_context(|| format!("the worker {}", file.display()))
        };
        let workers: Result<Vec<_>> = arguments.worker.iter().map(worker).collect();
        (program.join(), workers)
    });
    let program = program.map_err(|_| anyhow!("the thread that makes the page's program panicked"))??;
    for folder in std::iter::once(&program.folder).chain(&workers?) {
        site.add_folder(folder, Path::new(""))?;
    }
    let html = std::fs::read_to_string(&arguments.index)
        .with_context(|| format!("{} cannot be read", arguments.index.display()))?;
    let folder = arguments.index.parent().unwrap_or(Path::new("."));
    let html = assets::resolve(&html, folder, &mut site)?;
    let mut html = program.start_in(&html, &mut site)?;
    if optimiser.is_some() {
        packed::beside(&mut site, &arguments.keep)?;
    } else {
        site.spare_the_server()?;
    }
    if arguments.reload {
        html = site.reload_in(&html)?;
    }
    site.write(&arguments.out, &html)
}
