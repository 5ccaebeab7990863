//! Which errors a contract says that it can answer with, by its committed ABI; and which contract an address is.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use ethers_core::utils::keccak256;
use serde_json::Value;

type Selector = [u8; 4];

/// A contract that was compiled.
pub struct Compiled {
    pub name: String,
    pub abi: Vec<Value>,
    creation: Vec<u8>,
    errors: BTreeSet<Selector>,
}

/// Passes on whatever the contract answers that it was told to call.
const ANSWERS_WITH_THE_WORDS_OF_OTHERS: &str = "ThievingCoin";

static COMPILED: LazyLock<Vec<Compiled>> = LazyLock::new(|| artifacts().iter().map(|path| read(path)).collect());

/// Every contract that was compiled.
pub fn all() -> &'static [Compiled] {
    &COMPILED
}

/// The contracts on a chain.
#[derive(Default)]
pub struct Contracts {
    /// What is at an address; `None` for a contract of the audit's time, whose ABI is not kept.
    at: BTreeMap<[u8; 20], Option<&'static Compiled>>,
}

impl Contracts {
    /// Remembers what was deployed: creation code and, behind it, arguments; or a clone of what is there already.
    pub fn deployed(&mut self, at: [u8; 20], creation: &[u8], code: &[u8]) {
        let found = COMPILED.iter().filter(|one| creation.starts_with(&one.creation));
        let found = found.max_by_key(|one| one.creation.len()).map(Some).or_else(|| self.cloned(code));
        self.at.insert(at, found.expect("what is deployed has an artifact"));
    }

    /// Remembers a contract that another one made in its constructor.
    pub fn made_inside(&mut self, at: [u8; 20], name: &str) {
        self.at.insert(at, Some(COMPILED.iter().find(|one| one.name == name).expect("an artifact")));
    }

    /// Remembers a contract of the audit's time: what it answers with is not held against an ABI.
    pub fn audited(&mut self, at: [u8; 20]) {
        self.at.insert(at, None);
    }

    /// Demands that the ABI of the contract that was called has the error that it answered with.
    #[track_caller]
    pub fn declare(&self, called: [u8; 20], code: &[u8], answer: &[u8]) {
        // Out of gas inside of a call gives no reason.
        let Some(selector) = answer.first_chunk::<4>() else { return };
        if ["Error(string)", "Panic(uint256)"]
            .iter()
            .any(|of_the_language| *selector == self::selector(of_the_language))
        {
            return;
        }
        let called = self.at.get(&called).copied().or_else(|| self.cloned(code)).expect("a contract that was compiled");
        let Some(called) = called else { return };
        assert!(
            called.errors.contains(selector) || called.name == ANSWERS_WITH_THE_WORDS_OF_OTHERS,
            "{} answers with the error 0x{}, which its ABI does not have: declare it in its interface",
            called.name,
            hex::encode(selector)
        );
    }

    /// OpenZeppelin's clone with immutable arguments names what it is a clone of.
    fn cloned(&self, code: &[u8]) -> Option<Option<&'static Compiled>> {
        const BEFORE: [u8; 10] = [0x36, 0x3d, 0x3d, 0x37, 0x3d, 0x3d, 0x3d, 0x36, 0x3d, 0x73];
        let implementation = code.strip_prefix(&BEFORE)?.first_chunk::<20>()?;
        self.at.get(implementation).copied()
    }
}

fn selector(signature: &str) -> Selector {
    let [a, b, c, d, ..] = keccak256(signature);
    [a, b, c, d]
}

fn read(path: &Path) -> Compiled {
    let artifact: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let abi = artifact["abi"].as_array().unwrap().clone();
    let errors = abi.iter().filter(|entry| entry["type"] == "error");
    let errors =
        errors.map(|error| selector(&format!("{}({})", error["name"].as_str().unwrap(), types(error)))).collect();
    Compiled {
        name: artifact["contract"].as_str().unwrap().to_owned(),
        creation: hex::decode(artifact["bytecode"].as_str().unwrap()).unwrap(),
        errors,
        abi,
    }
}

/// Types of the arguments of an error, none of which is a struct.
fn types(error: &Value) -> String {
    let types = error["inputs"].as_array().unwrap().iter().map(|input| input["type"].as_str().unwrap());
    let types: Vec<_> = types.collect();
    assert!(types.iter().all(|name| !name.starts_with("tuple")), "an error with a struct: {error}");
    types.join(",")
}

/// Every committed artifact, of all families and of what they share.
fn artifacts() -> Vec<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    files(&here.join("artifacts"), &mut found);
    for family in fs::read_dir(here.join("../families")).unwrap() {
        files(&family.unwrap().path().join("artifacts"), &mut found);
    }
    found.sort();
    found
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}
