//! Running programs from the project's root, saying what happens and how long it took.

use std::{
    cell::RefCell,
    fs::File,
    io::{Read, Seek},
    path::PathBuf,
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, bail};

use crate::table;

/// The project's root: where Cargo starts this now, since what was compiled stays as it is when the project is moved.
pub fn root() -> PathBuf {
    let started = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let here = started.filter(|folder| folder.ends_with("xtask") && folder.is_dir());
    let here = here.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    here.parent().unwrap_or(&here).to_path_buf()
}

/// A command that runs in the project's root and finds the npm packages' programs.
pub fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    let tools = root().join("node_modules/.bin");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::iter::once(tools).chain(std::env::split_paths(&path));
    if let Ok(joined) = std::env::join_paths(paths) {
        command.env("PATH", joined);
    }
    command.current_dir(root());
    command
}

thread_local! {
    /// Where this thread's programs write while it works beside others.
    static ASIDE: RefCell<Option<File>> = const { RefCell::new(None) };
}

/// Runs to the end.
///
/// # Errors
/// When it cannot be started or does not succeed.
pub fn succeed(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let aside = ASIDE.with_borrow(|file| file.as_ref().map(File::try_clone).transpose())?;
    if let Some(file) = aside {
        command.stdin(Stdio::null()).stderr(file.try_clone()?).stdout(file);
    }
    let status = command.status().with_context(|| format!("{name} cannot be started; is it installed?"))?;
    if !status.success() {
        bail!("{name} ended with {status}");
    }
    Ok(())
}

/// Does work whose programs do not write between those of other threads; what they wrote is printed when it is done.
///
/// # Errors
/// Those of the work.
pub fn aside<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    let mut file = unnamed_file()?;
    ASIDE.set(Some(file.try_clone()?));
    let done = work();
    ASIDE.set(None);
    let mut written = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut written)?;
    print!("{}", String::from_utf8_lossy(&written));
    done
}

/// A file that goes when it is closed.
fn unnamed_file() -> Result<File> {
    let folder = root().join("target");
    std::fs::create_dir_all(&folder)?;
    let path = folder.join(format!("aside-{}-{:?}", std::process::id(), std::thread::current().id()));
    let file = File::options().read(true).append(true).create(true).truncate(false).open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}

/// Says what is done, does it, says how long it took, and remembers that for the table.
///
/// # Errors
/// Those of the work.
pub fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("==> {what}");
    let line = table::begin(what);
    let since = Instant::now();
    let done = work().with_context(|| what.to_owned());
    table::end(line, since.elapsed(), done.is_ok());
    let how = if done.is_ok() { "done in" } else { "failed after" };
    println!("    {what}: {how} {:.1} s", since.elapsed().as_secs_f64());
    done
}

/// What a program prints when it succeeds; whether it is there and answers.
pub fn answers(program: &str, arguments: &[&str]) -> Option<String> {
    let output = command(program).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Work that goes beside other work.
pub type Work<'a> = Box<dyn FnOnce() -> Result<()> + Send + 'a>;

/// Runs all at once, to the end of each.
///
/// # Errors
/// The first of theirs.
pub fn together<const N: usize>(works: [Work<'_>; N]) -> Result<()> {
    let depth = table::depth();
    std::thread::scope(|scope| {
        let threads = works.map(|work| {
            scope.spawn(move || {
                table::set_depth(depth);
                work()
            })
        });
        let mut all = Ok(());
        for thread in threads {
            let one = thread.join().unwrap_or_else(|_| bail!("a part of the work panicked"));
            all = all.and(one);
        }
        all
    })
}
