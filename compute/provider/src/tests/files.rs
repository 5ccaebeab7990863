//! From what a job names to what is run and sealed.

use std::{cell::RefCell, collections::BTreeMap};

use compute_engine::{Outcome, Wasmi};
use compute_recipe::MODULE_CID;
use compute_session::{Input, Manifest, ToClient, ToProvider, Wish, delivery};
use jobs::{Job, State, kind};
use link::{public_key, sealing::open};
use protocol::{
    Address, Digest,
    cid::{Cid, FileHasher},
};

use super::{CLIENT, ME, deal, job, of, terms};
use crate::{
    Came, Declining, Files, Gathered, Going, Refused, Ungathered, deal as deal_of, manifest as manifest_of, relays,
    sealed,
};

const SECRET: [u8; 32] = [7; 32];

/// Counts to five, a step each, logs each step and writes it to the result.
const COUNTS: &str = r#"(module
    (import "job" "write" (func $write (param i32 i32)))
    (import "job" "log" (func $log (param i32 i32)))
    (memory (export "memory") 1 2)
    (global $n (mut i32) (i32.const 0))
    (func (export "step") (result i32)
        (global.set $n (i32.add (global.get $n) (i32.const 1)))
        (i32.store8 (i32.const 0) (i32.add (i32.const 48) (global.get $n)))
        (call $write (i32.const 0) (i32.const 1))
        (call $log (i32.const 0) (i32.const 1))
        (i32.lt_u (global.get $n) (i32.const 5))))"#;

/// Files by their CIDs, and how many bytes were asked for at most.
#[derive(Default)]
struct Shelf {
    files: BTreeMap<Cid, Vec<u8>>,
    asked: RefCell<Vec<u64>>,
}

impl Shelf {
    fn put(&mut self, bytes: &[u8]) -> Cid {
        let cid = FileHasher::hash(bytes).cid;
        self.files.insert(cid, bytes.to_vec());
        cid
    }
}

impl Files for Shelf {
    type Error = Cid;

    async fn get(&self, cid: Cid, most: u64) -> Result<Vec<u8>, Cid> {
        self.asked.borrow_mut().push(most);
        self.files.get(&cid).cloned().ok_or(cid)
    }
}

fn manifest(inputs: Vec<Input>) -> Manifest {
    let relays = vec!["https://one.example/".to_owned(), "https://two.example".to_owned()];
    let link = Digest(public_key(&SECRET).unwrap());
    Manifest { version: 1, inputs, result: 100, log: 1_000, link, relays }
}

/// A shelf with a job on it.
fn posted() -> (Shelf, Job) {
    let mut shelf = Shelf::default();
    let mut posted = job(State::Posted, None);
    let input = Input { cid: shelf.put(b"input"), bytes: 5 };
    posted.files.inputs = shelf.put(&manifest(vec![input]).to_bytes()).to_string();
    posted.files.workload = shelf.put(&wat::parse_str(COUNTS).unwrap()).to_string();
    (shelf, posted)
}

fn gather(shelf: &Shelf, job: &Job) -> Result<Gathered, Ungathered<Cid>> {
    pollster::block_on(Gathered::from(shelf, job))
}

fn run(gathered: Gathered) -> Outcome {
    let ready = gathered.ready(&terms()).unwrap();
    let mut going = Going::begin(&Wasmi, &ready.work, ready.from.as_deref(), u64::MAX).unwrap();
    loop {
        if let Came::Ended(outcome) = going.step(u64::MAX).unwrap() {
            return *outcome;
        }
    }
}

#[test]
fn a_job_is_gathered_run_and_sealed_so_that_only_its_client_reads_the_result() {
    let (shelf, posted) = posted();
    let gathered = gather(&shelf, &posted).unwrap();
    assert_eq!(gathered.inputs, [b"input"]);
    let manifest = gathered.manifest.clone();
    let outcome = run(gathered);
    assert_eq!(outcome.result, b"12345");
    let file = sealed::seal(&deal(), &manifest, &outcome.result, [4; 32]).unwrap();
    assert_eq!(open(&SECRET, &delivery(&of(), CLIENT), &file).unwrap(), b"12345");
    assert!(open(&SECRET, &delivery(&of(), ME), &file).is_err());
    let end = sealed::end(&deal(), (&outcome).into(), Cid::of_block(&file));
    assert_eq!((end.result, end.units, end.ended), (outcome.hash(), 1, outcome.ended as u8));
}

#[test]
fn a_job_that_is_only_checked_keeps_no_input_and_is_looked_at_all_the_same() {
    let (mut shelf, mut posted) = posted();
    let check = |shelf: &Shelf, posted: &Job| {
        let named = pollster::block_on(manifest_of(shelf, posted)).unwrap();
        pollster::block_on(Gathered::checked(shelf, posted, named))
    };
    let checked = check(&shelf, &posted).unwrap();
    assert!(checked.inputs.is_empty());
    assert_eq!(checked.ready(&terms()).unwrap().begun, gather(&shelf, &posted).unwrap().ready(&terms()).unwrap().begun);
    let short = Input { cid: shelf.put(b"other"), bytes: 6 };
    posted.files.inputs = shelf.put(&manifest(vec![short]).to_bytes()).to_string();
    let refused = check(&shelf, &posted).unwrap_err();
    assert_eq!(refused, Ungathered::Refused(Refused::Input(short.cid)));
}

#[test]
fn a_run_waits_at_what_is_allowed_makes_checkpoints_and_goes_on_from_each_to_the_same_end() {
    let (mut shelf, mut posted) = posted();
    let whole = run(gather(&shelf, &posted).unwrap());
    let ready = gather(&shelf, &posted).unwrap().ready(&terms()).unwrap();
    let a_step = whole.instructions / 5;
    let mut going = Going::begin(&Wasmi, &ready.work, None, a_step).unwrap();
    let (mut due, mut lines) = (0, Vec::new());
    let outcome = loop {
        let at = going.instructions().unwrap();
        if at > 0 {
            assert_eq!(going.step(at - 1).unwrap(), Came::Waits);
        }
        match going.step(at).unwrap() {
            Came::Due => {
                due += 1;
                let checkpoint = going.checkpoint().unwrap();
                posted.files.resumed = shelf.put(&checkpoint.encode()).to_string();
                let resumed = gather(&shelf, &posted).unwrap();
                let begun = resumed.clone().ready(&terms()).unwrap().begun;
                assert_eq!((begun.instructions, begun.head), (going.instructions().unwrap(), checkpoint.head));
                assert_eq!(run(resumed), whole);
                let deal = deal_of(of(), terms(), [CLIENT, ME], &manifest(Vec::new()), begun, |_, _| Address::ZERO);
                assert_eq!((deal.begun, deal.limit()), (begun.instructions, begun.instructions + 100_000_000));
            }
            Came::Ended(outcome) => break outcome,
            _ => {}
        }
        lines.extend(going.take_lines());
    };
    lines.extend(going.take_lines());
    assert_eq!(*outcome, whole);
    assert_eq!((due, lines.concat()), (4, b"12345".to_vec()));
}

#[test]
fn what_breaks_a_rule_is_never_run_and_what_is_away_is_asked_for_again() {
    let refused = |change: &dyn Fn(&mut Shelf, &mut Job)| {
        let (mut shelf, mut posted) = posted();
        change(&mut shelf, &mut posted);
        match gather(&shelf, &posted) {
            Ok(gathered) => gathered.ready(&posted.terms).err().unwrap(),
            Err(Ungathered::Refused(refused)) => refused,
            Err(Ungathered::Away(cid)) => panic!("{cid} is away"),
        }
    };
    assert!(matches!(refused(&|_, job| job.files.inputs = "x".into()), Refused::Unnamed { what: "manifest", .. }));
    assert!(matches!(refused(&|_, job| job.files.workload = String::new()), Refused::Unnamed { what: "module", .. }));
    assert_eq!(refused(&|_, job| job.terms.kind = kind::RECIPE), Refused::OtherModule);
    let no_manifest = refused(&|shelf, job| job.files.inputs = shelf.put(b"id,label").to_string());
    assert!(matches!(no_manifest, Refused::Manifest(_)));
    assert!(matches!(refused(&|shelf, job| job.files.workload = shelf.put(b"\0asm").to_string()), Refused::Module(_)));
    let large = wat::parse_str(COUNTS.replace("1 2)", "1 257)")).unwrap();
    let large = refused(&|shelf, job| job.files.workload = shelf.put(&large).to_string());
    assert_eq!(large, Refused::Memory { needs: 257 << 16, pays: 16 << 20 });
    let short = refused(&|shelf, job| {
        let input = Input { cid: shelf.put(b"other"), bytes: 6 };
        job.files.inputs = shelf.put(&manifest(vec![input]).to_bytes()).to_string();
    });
    assert_eq!(short, Refused::Input(FileHasher::hash(b"other").cid));
    let large = refused(&|shelf, job| {
        // The same file twice counts twice.
        let half = Input { cid: FileHasher::hash(b"input").cid, bytes: (8 << 20) + 1 };
        job.files.inputs = shelf.put(&manifest(vec![half; 2]).to_bytes()).to_string();
    });
    assert_eq!(large, Refused::Inputs { bytes: (16 << 20) + 2, pays: 16 << 20 });
    let checkpoint = refused(&|shelf, job| job.files.resumed = shelf.put(b"none").to_string());
    assert!(matches!(checkpoint, Refused::Checkpoint(_)));

    // The module that trains is asked of nobody.
    let (pinned, mut recipe) = self::posted();
    (recipe.terms.kind, recipe.files.workload) = (kind::RECIPE, MODULE_CID.to_owned());
    assert_eq!(gather(&pinned, &recipe).unwrap().module, None);

    let (mut shelf, posted) = posted();
    let module: Cid = posted.files.workload.parse().unwrap();
    shelf.files.remove(&module);
    assert_eq!(gather(&shelf, &posted).unwrap_err(), Ungathered::Away(module));
    // A manifest, a module, and nothing larger is asked for than may be there.
    assert_eq!(shelf.asked.take(), [64 << 10, 32 << 20]);
}

#[test]
fn who_asks_about_a_job_that_is_never_run_is_told_why() {
    let (mut shelf, mut posted) = posted();
    posted.files.workload = shelf.put(b"no module").to_string();
    let named = pollster::block_on(manifest_of(&shelf, &posted)).unwrap();
    // From here on it cannot be had a second time.
    shelf.files.remove(&posted.files.inputs.parse::<Cid>().unwrap());
    let gathered = pollster::block_on(Gathered::checked(&shelf, &posted, named.clone())).unwrap();
    let refused = gathered.ready(&posted.terms).err().unwrap();
    assert_eq!(named, manifest(vec![Input { cid: FileHasher::hash(b"input").cid, bytes: 5 }]));
    let signer = |_: &Digest, _: &[u8]| Address::ZERO;
    let why = refused.to_string();
    let declining = Declining::new(of(), terms(), [CLIENT, ME], named, signer, why.clone());
    let (operation, payload) = ToProvider::Ask.encode();
    declining.side.with(|side| {
        assert!(side.take_due().is_empty(), "nobody has asked");
        assert_eq!(side.take(operation, &payload).unwrap(), Some(Wish::Quote));
        side.decline(&declining.why);
        assert_eq!(side.take_due(), [ToClient::Declined { why }]);
    });

    // Whose manifest is none cannot be met.
    posted.files.inputs = shelf.put(b"id,label").to_string();
    assert!(pollster::block_on(manifest_of(&shelf, &posted)).is_err());
}

#[test]
fn only_relays_that_the_provider_chose_are_used_in_the_jobs_order() {
    let chosen = ["https://two.example/".to_owned(), "https://three.example".to_owned()];
    assert_eq!(relays(&manifest(Vec::new()), &chosen), ["https://two.example"]);
    let both = ["https://two.example".to_owned(), "https://one.example".to_owned()];
    assert_eq!(relays(&manifest(Vec::new()), &both), ["https://one.example", "https://two.example"]);
}
