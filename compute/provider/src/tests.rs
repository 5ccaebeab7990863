//! Every rule at its borders, and the record as it lies on disks.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod acts;
mod choices;
mod files;

use compute_session::{Announced, Deal, Signature, Voucher};
use jobs::{Files, Job, Run, State, Terms, typed_data::Of};
use protocol::{Address, Amount, Digest, cid::Cid};

use crate::{End, Record};

const CLIENT: Address = Address([1; 20]);
const ME: Address = Address([2; 20]);
const OTHER: Address = Address([3; 20]);
const NOW: u64 = 1_000_000;
const PRICE: Amount = Amount(10);

/// 100 units, a checkpoint after every 10, of which at most 10 may be open.
fn terms() -> Terms {
    let terms = Terms {
        kind: 0,
        jurors: 1,
        memory_mib: 16,
        audit_rate: 500,
        max_seconds: 600,
        window: 600,
        deadline: NOW + 10_000,
        units: 100,
        every: 10,
        highest_price: PRICE,
        stake: Amount::ZERO,
        files: Digest::ZERO,
    };
    Terms { stake: terms.least_stake(PRICE), ..terms }
}

fn job(state: State, provider: Option<Address>) -> Job {
    let run = provider.map(|provider| Run::locked(provider, PRICE));
    Job { client: CLIENT, terms: terms(), files: Files::default(), state, since: NOW, run, dispute: None }
}

fn of() -> Of {
    Of { chain: 31_337, contract: Address([9; 20]), job: 7 }
}

fn deal() -> Deal {
    Deal::from_the_start(of(), terms(), [CLIENT, ME], 1 << 10, |_, _| Address::ZERO)
}

fn record() -> Record {
    Record::new(Digest([5; 32]))
}

fn voucher(units: u64) -> Voucher {
    Voucher { units, checkpoint: Cid::of_block(b"checkpoint"), signature: Signature([27; 65]) }
}

fn end(units: u64) -> End {
    let (result, log_head) = (Digest([6; 32]), Digest([8; 32]));
    let instructions = units * 1_000_000;
    End { result, units, ended: 0, instructions, log_head, file: Cid::of_block(b"sealed") }
}

#[test]
fn a_record_of_an_earlier_version_is_read_and_written_the_same() {
    let file = concat!(
        r#"{"salt":"0x0505050505050505050505050505050505050505050505050505050505050505","quote":null,"#,
        r#""checkpoints":[],"voucher":null,"stopped":false,"end":null,"failed":null}"#
    );
    let read: Record = serde_json::from_str(file).unwrap();
    assert_eq!(read, record());
    assert_eq!(serde_json::to_string(&read).unwrap(), file);
    let mut whole = record();
    whole.checkpoints = vec![Announced { instructions: 10_000_000, file: Cid::of_block(b"a") }];
    (whole.voucher, whole.end, whole.failed) = (Some(voucher(10)), Some(end(12)), Some(3));
    let written = serde_json::to_string(&whole).unwrap();
    assert_eq!(serde_json::from_str::<Record>(&written).unwrap(), whole);
}

#[test]
fn salts_of_a_submission_and_of_rounds_differ_and_the_shown_one_is_that_of_the_submission() {
    let record = Record { end: Some(end(12)), ..record() };
    let salts = [record.salt(0), record.salt(1), record.salt(2)];
    assert!(salts[0] != salts[1] && salts[1] != salts[2] && salts[0] != salts[2]);
    let shown = record.shown().unwrap();
    assert_eq!((shown.salt, shown.units, shown.instructions), (salts[0], 12, 12_000_000));
}
