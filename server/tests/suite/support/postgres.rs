//! PostgreSQL for this test binary: one cluster in a temporary folder, one database for each test.

use std::{
    os::unix::fs::{MetadataExt, chown},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

/// The cluster ends and its folder goes when its standard input closes: however this process ends.
struct Cluster {
    binaries: PathBuf,
    port: u16,
    _shell: Child,
}

static CLUSTER: OnceLock<Result<Cluster, String>> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// URL of an empty database.
pub fn fresh_database() -> Result<String> {
    let cluster = CLUSTER.get_or_init(|| start().map_err(|error| format!("{error:#}")));
    let cluster = cluster.as_ref().map_err(|error| anyhow::anyhow!("PostgreSQL: {error}"))?;
    let name = format!("test_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    let created = Command::new(cluster.binaries.join("createdb"))
        .args(["-h", "127.0.0.1", "-p", &cluster.port.to_string(), "-U", "tester", &name])
        .output()?;
    ensure!(created.status.success(), "createdb: {}", String::from_utf8_lossy(&created.stderr));
    Ok(format!("postgres://tester@127.0.0.1:{}/{name}", cluster.port))
}

fn start() -> Result<Cluster> {
    let binaries = binaries()?;
    let folder = tempfile::Builder::new().prefix("modelmarket-pg-").tempdir()?.keep();
    let port = devchain::anvil::free_port()?;
    let mut command = unprivileged(&folder)?;
    let script = format!(
        "trap : TERM INT HUP
         {bin}/initdb -D {dir}/data -U tester -A trust --no-sync -E UTF8 > {dir}/initdb.log 2>&1 || exit 1
         {bin}/postgres -D {dir}/data -h 127.0.0.1 -p {port} -k {dir} -c fsync=off -c max_connections=300 \
            > {dir}/postgres.log 2>&1 &
         read _; kill -INT $!; wait $!; rm -rf {dir}",
        bin = binaries.display(),
        dir = folder.display()
    );
    let mut shell = command
        .args(["sh", "-c", &script])
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("a shell for PostgreSQL")?;
    let since = Instant::now();
    let ready = || {
        Command::new(binaries.join("pg_isready"))
            .args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()])
            .status()
            .is_ok_and(|status| status.success())
    };
    while !ready() {
        if shell.try_wait()?.is_some() || since.elapsed() > Duration::from_secs(60) {
            let log = std::fs::read_to_string(folder.join("initdb.log")).unwrap_or_default();
            bail!("the cluster did not start: {log}");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(Cluster { binaries, port, _shell: shell })
}

/// PostgreSQL refuses to run as root; then it runs as the user that Debian's package brings, or as nobody.
fn unprivileged(folder: &PathBuf) -> Result<Command> {
    if std::fs::metadata(folder)?.uid() != 0 {
        return Ok(Command::new("env"));
    }
    for user in ["postgres", "nobody"] {
        let id = |flag| Command::new("id").args([flag, user]).output();
        let (uid, gid) = (id("-u")?, id("-g")?);
        let number = |out: Vec<u8>| String::from_utf8_lossy(&out).trim().parse::<u32>();
        if let (Ok(uid), Ok(gid)) = (number(uid.stdout), number(gid.stdout)) {
            chown(folder, Some(uid), Some(gid))?;
            let mut command = Command::new("setpriv");
            command.args([format!("--reuid={uid}"), format!("--regid={gid}"), "--clear-groups".into()]);
            return Ok(command);
        }
    }
    bail!("there is no unprivileged user to run PostgreSQL as")
}

fn binaries() -> Result<PathBuf> {
    let complete =
        |bin: &PathBuf| ["initdb", "postgres", "createdb", "pg_isready"].iter().all(|name| bin.join(name).exists());
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .filter(complete)
        .collect();
    let path = std::env::var_os("PATH").unwrap_or_default();
    found.extend(std::env::split_paths(&path).filter(complete));
    found.pop().context("no initdb was found; install Debian's package postgresql")
}
