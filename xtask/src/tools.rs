//! Installing what a fresh machine lacks. Only from the package registries: rustup, crates.io, npm, apt, Go modules.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::run::{answers, command, root, step, succeed};

const TRUNK: &str = "0.21.14";
/// Must equal the locked version of the crate `wasm-bindgen`.
pub const WASM_BINDGEN: &str = "0.2.130";
/// Must understand the locked version of the crate `wasm_split_helpers`.
pub const WASM_SPLIT: &str = "0.2.4";
/// Quick to build; these tools do not need to be fast themselves.
const QUICK: [(&str, &str); 3] = [
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
];

/// Everything that builds the page.
///
/// # Errors
/// When something cannot be installed.
pub fn for_page() -> Result<()> {
    npm()?;
    wasm_target()?;
    cargo_tool("wasm-bindgen-cli", "wasm-bindgen", WASM_BINDGEN, &[])?;
    cargo_tool("wasm_split_cli_support", "wasm-split-cli", WASM_SPLIT, &["--locked", "--features", "build-binary"])?;
    cargo_tool("trunk", "trunk", TRUNK, &["--locked"])
}

/// npm packages, as locked.
///
/// # Errors
/// When npm is missing or fails.
pub fn npm() -> Result<()> {
    let (wanted, installed) = (root().join("package-lock.json"), root().join("node_modules/.package-lock.json"));
    let time = |path: &PathBuf| std::fs::metadata(path).and_then(|m| m.modified()).ok();
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

fn wasm_target() -> Result<()> {
    let target = "wasm32-unknown-unknown";
    if answers("rustup", &["target", "list", "--installed"]).is_some_and(|list| list.contains(target)) {
        return Ok(());
    }
    step("installing the wasm target", || succeed(command("rustup").args(["target", "add", target])))
}

fn cargo_tool(package: &str, program: &str, version: &str, options: &[&str]) -> Result<()> {
    // Not every tool says its version; Cargo knows it of those that it installed.
    let says = answers(program, &["--version"]).is_some_and(|text| text.split_whitespace().any(|w| w == version));
    let listed = || {
        let line = format!("{package} v{version}:");
        answers("cargo", &["install", "--list"]).is_some_and(|list| list.lines().any(|l| l == line))
    };
    if says || (answers(program, &["--help"]).is_some() && listed()) {
        return Ok(());
    }
    step(&format!("installing {package} {version} (a few minutes, once)"), || {
        let mut install = command("cargo");
        install.envs(QUICK).args(["install", "--quiet", &format!("{package}@{version}")]).args(options);
        succeed(&mut install)
    })
}

/// Chromium and its driver.
///
/// # Errors
/// When they are missing and apt cannot install them.
pub fn chromium() -> Result<()> {
    apt("chromium", &["chromium", "chromedriver"], &["chromium", "chromium-driver"])
}

/// PostgreSQL's server programs.
///
/// # Errors
/// When they are missing and apt cannot install them.
pub fn postgres() -> Result<()> {
    let found = std::fs::read_dir("/usr/lib/postgresql")
        .is_ok_and(|versions| versions.flatten().any(|v| v.path().join("bin/initdb").exists()));
    if found { Ok(()) } else { apt("PostgreSQL", &["initdb"], &["postgresql"]) }
}

/// A Vulkan driver that computes on the CPU, for native tests of the GPU engine.
///
/// # Errors
/// When it is missing and apt cannot install it.
pub fn vulkan() -> Result<()> {
    let found = std::fs::read_dir("/usr/share/vulkan/icd.d").is_ok_and(|drivers| drivers.count() > 0);
    if found { Ok(()) } else { apt("a Vulkan driver", &["lavapipe"], &["mesa-vulkan-drivers"]) }
}

/// onnxruntime-web, which only the benchmark needs; the folder whose `node_modules` has it.
///
/// # Errors
/// When npm cannot install it.
pub fn onnxruntime_web() -> Result<PathBuf> {
    const PACKAGE: &str = "onnxruntime-web@1.30.0";
    let folder = root().join("target/tools/ort");
    if !folder.join("node_modules/onnxruntime-web/dist/ort.wasm.min.mjs").exists() {
        std::fs::create_dir_all(&folder)?;
        step("installing onnxruntime-web", || {
            let quiet = ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"];
            succeed(command("npm").args(quiet).arg(&folder).arg(PACKAGE))
        })?;
    }
    Ok(folder)
}

/// A Python with the peers that models are tested against (ml/conformance/peer/requirements.txt); its path.
///
/// # Errors
/// When there is no Python, or the packages cannot be installed.
pub fn python() -> Result<PathBuf> {
    let folder = root().join("target/tools/python");
    let python = folder.join("bin/python");
    let wanted = std::fs::read_to_string(root().join("ml/conformance/peer/requirements.txt"))?;
    let stamp = folder.join("requirements.txt");
    if python.exists() && std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    step("installing onnxruntime, scikit-learn and XGBoost (a minute, once)", || {
        let make = || succeed(command("python3").args(["-m", "venv"]).arg(&folder));
        if make().is_err() {
            // Debian ships venv apart from Python.
            apt("Python", &["python3-venv"], &["python3", "python3-venv"])?;
            make()?;
        }
        let mut install = command(&python.display().to_string());
        install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]);
        succeed(install.arg(root().join("ml/conformance/peer/requirements.txt")))?;
        Ok(std::fs::write(&stamp, &wanted)?)
    })?;
    Ok(python)
}

fn apt(what: &str, programs: &[&str], packages: &[&str]) -> Result<()> {
    if programs.iter().all(|program| answers(program, &["--version"]).is_some()) {
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

/// A real Kubo daemon for the content tests, built once; its path. `None` where there is no Go, and then the tests
/// are told so.
///
/// # Errors
/// When building fails although Go is there.
pub fn kubo() -> Result<Option<PathBuf>> {
    let binary = root().join("target/tools/ipfs");
    if binary.exists() {
        return Ok(Some(binary));
    }
    if answers("go", &["version"]).is_none() {
        println!("    no Go here: tests run without a real Kubo");
        return Ok(None);
    }
    step("building Kubo (a few minutes, once)", || {
        let mut build = command("go");
        build.current_dir(root().join("xtask/kubo")).args(["build", "-mod=readonly", "-o"]).arg(&binary);
        succeed(build.arg("github.com/ipfs/kubo/cmd/ipfs"))
    })?;
    Ok(Some(binary))
}
