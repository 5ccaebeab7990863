//! A folder of an earlier version: what is said, what is forgotten.

#![allow(clippy::unwrap_used)]

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use anyhow::Result;
use devchain::{
    families,
    kept::{Before, CHAIN, CONTRACTS, DEPLOYMENT, Kept, PLAYED, SERVER},
};
use protocol::{Address, Digest, api::Deployment};

/// What the network keeps, and the person's own files beside it.
const OWN: [&str; 2] = ["notes.txt", "server.backup/log"];

fn deployment() -> Deployment {
    Deployment {
        chain_id: 31_337,
        chain_name: "Local".into(),
        rpc_urls: vec!["http://127.0.0.1:8545".into()],
        contracts: BTreeMap::from([(coin::MODEL_COIN.to_owned(), Address([1; 20]))]),
        start_block: 1,
        explorer_tx: None,
    }
}

fn write(folder: &Path, name: &str) -> Result<()> {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap())?;
    Ok(fs::write(path, "x")?)
}

fn filled(folder: &Path) -> Result<Kept> {
    let kept = Kept::at(folder);
    for name in [CHAIN, PLAYED, &format!("{SERVER}/modelmarket.sqlite"), &format!("{SERVER}/content/file")] {
        write(folder, name)?;
    }
    for name in OWN {
        write(folder, name)?;
    }
    kept.note(&deployment(), &families::all())?;
    Ok(kept)
}

fn change(kept: &Kept, change: impl FnOnce(&mut BTreeMap<String, Digest>)) -> Result<()> {
    let path = kept.path(CONTRACTS);
    let mut known = serde_json::from_slice(&fs::read(&path)?)?;
    change(&mut known);
    Ok(fs::write(path, serde_json::to_vec(&known)?)?)
}

#[test]
fn a_folder_of_this_version_goes_on_and_one_of_another_is_named_and_left_alone() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let kept = Kept::at(folder.path());
    assert_eq!(kept.before(&families::all())?, Before::Nothing);
    let kept = filled(folder.path())?;
    assert_eq!(kept.before(&families::all())?, Before::Deployed(Box::new(deployment())));
    // A contract that came with this version is no change.
    change(&kept, |known| {
        known.remove(bounty::BOUNTY_MARKET);
    })?;
    assert_eq!(kept.before(&families::all())?, Before::Deployed(Box::new(deployment())));

    let all = |folder: &Path| {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    };
    let before = all(folder.path());
    for (what, say, spoil) in [
        (
            "one contract",
            shared_model::MODEL_FACTORY,
            Box::new(|kept: &Kept| {
                change(kept, |known| {
                    known.insert(shared_model::MODEL_FACTORY.into(), Digest([1; 32]));
                })
            }) as Box<dyn Fn(&Kept) -> Result<()>>,
        ),
        (
            "a version that did not note them",
            "changed since",
            Box::new(|kept| Ok(fs::remove_file(kept.path(CONTRACTS))?)),
        ),
        ("without its chain", "chain is gone", Box::new(|kept| Ok(fs::remove_file(kept.path(CHAIN))?))),
        ("without its deployment", "missing", Box::new(|kept| Ok(fs::remove_file(kept.path(DEPLOYMENT))?))),
        ("damaged", "cannot be read", Box::new(|kept| Ok(fs::write(kept.path(DEPLOYMENT), "{")?))),
    ] {
        let kept = filled(folder.path())?;
        spoil(&kept)?;
        let here = all(folder.path());
        let said = kept.before(&families::all()).unwrap_err().to_string();
        assert!(said.contains(say) && said.contains("--fresh"), "{what}: {said}");
        for name in here.iter().filter(|name| !OWN.iter().any(|own| own.starts_with(name.as_str()))) {
            assert!(said.contains(name), "{what}: {name} is not said to be forgotten: {said}");
        }
        assert!(!said.contains("notes") && !said.contains("backup"), "{said}");
        assert_eq!(all(folder.path()), here, "{what}: nothing was changed");
    }
    // Exactly what was said is forgotten.
    let kept = filled(folder.path())?;
    assert_eq!(all(folder.path()), before);
    kept.forget()?;
    assert_eq!(all(folder.path()), ["notes.txt", "server.backup"]);
    assert_eq!(kept.before(&families::all())?, Before::Nothing);
    kept.forget()?;
    Ok(())
}

#[test]
fn the_program_says_so_before_it_starts_anything() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let kept = filled(folder.path())?;
    fs::remove_file(kept.path(CONTRACTS))?;
    let output = Command::new(env!("CARGO_BIN_EXE_devnet"))
        .args(["--port", "1", "--server", "/nowhere", "--dist", "/nowhere", "--keep"])
        .arg(folder.path())
        .output()?;
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr)?;
    assert!(said.contains("--fresh") && said.contains(bounty::BOUNTY_MARKET), "{said}");
    assert!(kept.path(SERVER).join("content/file").exists() && kept.path(CHAIN).exists());
    Ok(())
}
