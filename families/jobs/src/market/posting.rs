//! What a client types to post a job, read: the terms with their files, or for each field that is wrong why and what to do.

use std::collections::BTreeMap;

use protocol::{Amount, cid::Cid};

use super::{Features, Machine, Wanted};
use crate::{Files, MAX_RUN, MAX_WAIT, MAX_WINDOW, MIN_WINDOW, START_WINDOW, Terms, typed_data};

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Workload,
    Inputs,
    Resumed,
    Units,
    Memory,
    Minutes,
    Deadline,
    Every,
    Price,
    Window,
    Audits,
    Jurors,
    Provider,
}

/// What is typed, as texts. Whoever shows the form keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// Of workload, by its number.
    pub kind: u8,
    /// CIDs, or addresses that hold one.
    pub workload: String,
    pub inputs: String,
    /// Empty for a job that begins anew.
    pub resumed: String,
    /// Whole numbers.
    pub units: String,
    pub memory_mib: String,
    /// Longest time that it may run.
    pub minutes: String,
    /// From now.
    pub deadline_hours: String,
    /// A checkpoint after so many units; empty for none.
    pub every: String,
    /// In which the result can be challenged.
    pub window_hours: String,
    /// Share of checkpoints that are run again, per cent.
    pub audits: String,
    /// The only provider that may run it; empty for any.
    pub provider: String,
    pub jurors: u8,
}

/// What was typed, if nothing is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    pub terms: Terms,
    pub files: Files,
    pub wanted: Wanted,
}

/// What is wrong, by field, each a sentence.
pub type Problems = BTreeMap<Field, String>;

impl Typed {
    /// Reads it at a moment. `price` is the highest price of a unit, as it was read with the person's own marks, or why it
    /// could not be. The stake is the least at which jurors of both rounds can be paid.
    ///
    /// # Errors
    /// [`Problems`], of all fields at once.
    pub fn read(
        &self,
        price: Result<Amount, String>,
        machine: Machine,
        features: Features,
        now: u64,
    ) -> Result<Posting, Problems> {
        let mut read = Reading::default();
        let files = Files {
            workload: read.file(Field::Workload, &self.workload, true),
            inputs: read.file(Field::Inputs, &self.inputs, true),
            resumed: read.file(Field::Resumed, &self.resumed, false),
        };
        let units = read.number(Field::Units, &self.units, "units", 1, (1 << 40) - 1);
        let memory = read.number(Field::Memory, &self.memory_mib, "MiB", 1, u64::from(u16::MAX));
        let minutes = read.number(Field::Minutes, &self.minutes, "minutes", 1, u64::from(MAX_RUN) / 60);
        let hours = read.number(Field::Deadline, &self.deadline_hours, "hours", 1, MAX_WAIT / 3_600);
        let every = if self.every.trim().is_empty() {
            units
        } else {
            read.number(Field::Every, &self.every, "units", 1, units.max(1))
        };
        let window = read.number(
            Field::Window,
            &self.window_hours,
            "hours",
            MIN_WINDOW.div_ceil(3_600).into(),
            u64::from(MAX_WINDOW) / 3_600,
        );
        let audit_rate = read.number(Field::Audits, &self.audits, "per cent", 0, 100) * 100;
        let provider = match self.provider.trim() {
            "" => None,
            text => match text.parse() {
                Ok(provider) => Some(provider),
                Err(_) => {
                    let why =
                        "This is no account. Give an address of 0x and 40 digits, or leave it empty for any provider.";
                    read.problems.insert(Field::Provider, why.to_owned());
                    None
                }
            },
        };
        let highest_price = match price {
            Ok(Amount::ZERO) => {
                let why = "Nobody works for nothing: allow a price above zero.";
                read.problems.insert(Field::Price, why.to_owned());
                Amount::ZERO
            }
            Ok(price) => price,
            Err(why) => {
                read.problems.insert(Field::Price, why);
                Amount::ZERO
            }
        };
        let mut terms = Terms {
            kind: self.kind,
            jurors: self.jurors,
            memory_mib: u16::try_from(memory).unwrap_or(u16::MAX),
            audit_rate: u16::try_from(audit_rate).unwrap_or(u16::MAX),
            max_seconds: u32::try_from(minutes * 60).unwrap_or(u32::MAX),
            window: u32::try_from(window * 3_600).unwrap_or(u32::MAX),
            deadline: now.saturating_add(hours * 3_600).min(now.saturating_add(MAX_WAIT)),
            units,
            every,
            highest_price,
            stake: Amount::ZERO,
            files: typed_data::files(&files),
        };
        terms.stake = terms.least_stake(highest_price);
        // Files and provider have no part in what the other fields are together.
        let apart = [Field::Workload, Field::Inputs, Field::Resumed, Field::Provider];
        if read.problems.keys().all(|field| apart.contains(field)) {
            read.by_rules(&terms, &files, now);
        }
        if !read.problems.is_empty() {
            return Err(read.problems);
        }
        let wanted = Wanted { provider, ..Wanted::of(&terms, machine, features, now) };
        Ok(Posting { terms, files, wanted })
    }
}

#[derive(Default)]
struct Reading {
    problems: Problems,
}

impl Reading {
    fn number(&mut self, field: Field, text: &str, what: &str, least: u64, most: u64) -> u64 {
        let why = match text.trim().parse::<u64>() {
            Ok(number) if (least..=most).contains(&number) => return number,
            Ok(_) => format!("It must be {least} to {most} {what}."),
            Err(_) if text.trim().is_empty() => format!("Say how many {what}: {least} to {most}."),
            Err(_) => format!("This is no whole number. Give {least} to {most} {what}, in digits alone."),
        };
        self.problems.insert(field, why);
        // So that the other fields are read too.
        least.max(1)
    }

    fn file(&mut self, field: Field, text: &str, is_needed: bool) -> String {
        let why = match cid_in(text) {
            Ok(cid) => return cid,
            Err(NoCid::Empty) if !is_needed => return String::new(),
            Err(NoCid::Empty) => "Give the CID of the file, or an address that holds it.",
            Err(NoCid::Address) => {
                "What stands at this address may change. Give the CID of the file, or an address that holds it, as in ipfs://CID or https://…/ipfs/CID."
            }
            Err(NoCid::Other) => {
                "This is no CID that can be checked. Give a CIDv1 with SHA-256, which begins with baf."
            }
        };
        self.problems.insert(field, why.to_owned());
        String::new()
    }

    /// What is wrong though each field alone is right.
    fn by_rules(&mut self, terms: &Terms, files: &Files, now: u64) {
        let Err(rule) = terms.check(files, now) else { return };
        let field = match rule {
            crate::Broken::Deadline => Field::Deadline,
            crate::Broken::Price => Field::Price,
            crate::Broken::Checkpoints => Field::Every,
            crate::Broken::Window => Field::Window,
            crate::Broken::Seconds => Field::Minutes,
            crate::Broken::Memory => Field::Memory,
            crate::Broken::AuditRate => Field::Audits,
            crate::Broken::Units => Field::Units,
            crate::Broken::Jurors => Field::Jurors,
            crate::Broken::Kind | crate::Broken::Files => Field::Workload,
        };
        let why = match rule {
            crate::Broken::Deadline => format!(
                "A deadline {} hours from now leaves no time: {} minutes to start, and the {} minutes that it may run. Set it later.",
                (terms.deadline - now) / 3_600,
                START_WINDOW / 60,
                terms.max_seconds / 60
            ),
            rule => rule.sentence().to_owned(),
        };
        self.problems.insert(field, why);
    }
}

enum NoCid {
    Empty,
    Address,
    Other,
}

/// The CID in a text: alone, behind `ipfs://`, or in the path of a gateway.
fn cid_in(text: &str) -> Result<String, NoCid> {
    let text = text.trim();
    if text.is_empty() {
        return Err(NoCid::Empty);
    }
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    let candidate = match text.strip_prefix("ipfs://") {
        Some(rest) => rest,
        None if is_web => text.split_once("/ipfs/").ok_or(NoCid::Address)?.1,
        None => text,
    };
    let cid = candidate.split(['/', '?', '#']).next().unwrap_or_default();
    match cid.parse::<Cid>() {
        Ok(cid) => Ok(cid.to_string()),
        Err(_) if is_web => Err(NoCid::Address),
        Err(_) => Err(NoCid::Other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_000_000;

    fn cid(byte: u8) -> String {
        Cid::of_block(&[byte]).to_string()
    }

    fn typed() -> Typed {
        Typed {
            kind: crate::kind::MODULE,
            workload: cid(1),
            inputs: cid(2),
            resumed: String::new(),
            units: "1000".into(),
            memory_mib: "512".into(),
            minutes: "30".into(),
            deadline_hours: "2".into(),
            every: String::new(),
            window_hours: "24".into(),
            audits: "5".into(),
            provider: String::new(),
            jurors: 3,
        }
    }

    fn read(typed: &Typed) -> Result<Posting, Problems> {
        typed.read(Ok(Amount(7)), Machine::Cpu, Features::new(), NOW)
    }

    #[test]
    fn what_is_typed_becomes_terms_that_can_be_posted() {
        let posting = read(&typed()).unwrap();
        let terms = posting.terms;
        assert_eq!(terms.check(&posting.files, NOW), Ok(()));
        assert_eq!((terms.units, terms.every, terms.memory_mib, terms.max_seconds), (1_000, 1_000, 512, 1_800));
        assert_eq!((terms.deadline, terms.window, terms.audit_rate), (NOW + 7_200, 86_400, 500));
        // Four fees for each of three jurors, for all units: nothing is agreed without checkpoints.
        assert_eq!(terms.stake, Amount(4 * 3 * 7 * 1_000));
        assert_eq!((posting.wanted.seconds, posting.wanted.provider), (7_200, None));
    }

    #[test]
    fn a_cid_is_found_alone_and_in_addresses_and_nowhere_else() {
        let plain = cid(1);
        for text in [
            plain.clone(),
            format!("  {plain} "),
            format!("ipfs://{plain}"),
            format!("https://gateway.example/ipfs/{plain}?format=raw"),
            format!("http://127.0.0.1:8080/ipfs/{plain}/model.wasm"),
        ] {
            let posting = read(&Typed { workload: text.clone(), ..typed() });
            assert_eq!(posting.map(|posting| posting.files.workload), Ok(plain.clone()), "{text}");
        }
        for text in
            ["", "https://example.com/model.wasm", "https://example.com/ipfs/x", "baf", "QmYwAPJzv5CZsnA", "\u{7}"]
        {
            let problems = read(&Typed { workload: text.into(), ..typed() }).unwrap_err();
            assert_eq!(problems.keys().collect::<Vec<_>>(), [&Field::Workload], "{text}");
            assert!(problems[&Field::Workload].ends_with('.'), "{problems:?}");
        }
    }

    #[test]
    fn every_field_that_is_wrong_is_named_and_all_at_once() {
        type Case = (fn(&mut Typed), Field);
        let cases: [Case; 16] = [
            (|t| t.units = "0".into(), Field::Units),
            (|t| t.units = "1e3".into(), Field::Units),
            (|t| t.units = "1099511627776".into(), Field::Units),
            (|t| t.memory_mib = "65536".into(), Field::Memory),
            (|t| t.memory_mib = "-1".into(), Field::Memory),
            (|t| t.minutes = String::new(), Field::Minutes),
            (|t| t.minutes = "10081".into(), Field::Minutes),
            (|t| t.deadline_hours = "2161".into(), Field::Deadline),
            // Forty minutes of an hour are taken by the run, ten by the start.
            (|t| (t.deadline_hours, t.minutes) = ("1".into(), "51".into()), Field::Deadline),
            (|t| t.every = "1001".into(), Field::Every),
            (|t| t.window_hours = "721".into(), Field::Window),
            (|t| t.audits = "101".into(), Field::Audits),
            (|t| t.provider = "somebody".into(), Field::Provider),
            (|t| t.inputs = "x".into(), Field::Inputs),
            (|t| t.resumed = "x".into(), Field::Resumed),
            (|t| t.jurors = 2, Field::Jurors),
        ];
        for (place, (change, field)) in cases.into_iter().enumerate() {
            let mut made = typed();
            change(&mut made);
            let problems = read(&made).unwrap_err();
            assert_eq!(problems.keys().collect::<Vec<_>>(), [&field], "case {place}");
            assert!(problems[&field].ends_with('.'), "{problems:?}");
        }
        let many = Typed { units: "x".into(), workload: "x".into(), ..typed() };
        let price = Err("This is no amount.".to_owned());
        let problems = many.read(price, Machine::Cpu, Features::new(), NOW).unwrap_err();
        let fields: Vec<_> = problems.keys().copied().collect();
        assert_eq!(fields, [Field::Workload, Field::Units, Field::Price]);
        // A deadline that is too near is told though the files are still to come.
        let near = Typed { workload: String::new(), minutes: "1440".into(), deadline_hours: "24".into(), ..typed() };
        assert_eq!(read(&near).unwrap_err().into_keys().collect::<Vec<_>>(), [Field::Workload, Field::Deadline]);
        let free = typed().read(Ok(Amount::ZERO), Machine::Cpu, Features::new(), NOW).unwrap_err();
        assert!(free.contains_key(&Field::Price));
        // All units would cost more than there can be.
        let dear = typed().read(Ok(Amount(1 << 79)), Machine::Cpu, Features::new(), NOW).unwrap_err();
        assert!(dear.contains_key(&Field::Price));
    }
}
