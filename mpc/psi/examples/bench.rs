//! Time of an intersection with both sides on one thread. Prints JSON.
//!
//! `cargo run --release -p psi --example bench [ENTRIES] [common in percent]`

use std::{error::Error, time::Instant};

use protocol::Address;
use psi::{Form, Ids, Mode, Psi, Role, Terms};

/// Entries between two looks whether somebody wants it to stop, as a worker would do.
const PORTION: usize = 256;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: u32| arguments.next().map_or(Ok(default), |text| text.parse());
    let (entries, percent) = (number(100_000)?, number(50)?);
    let common = entries / 100 * percent;
    let terms = Terms {
        chain_id: 31_337,
        contract: Address::ZERO,
        task: 1,
        attempt: 1,
        declared: [entries; 2],
        mode: Mode::Exact,
    };
    let names = |from: u32| (from..from + entries).map(|name| format!("person {name}")).collect::<Vec<_>>();
    let (first, second) = (names(0), names(entries - common));

    let begin = Instant::now();
    let read = |names: &[String]| Ids::read(names, Form::Text);
    let (first, second) = (read(&first)?, read(&second)?);
    let reading = begin.elapsed();
    let begin = Instant::now();
    let mut sides =
        [Psi::new(terms.clone(), Role::First, first, [1; 32])?, Psi::new(terms, Role::Second, second, [2; 32])?];
    let (mut bytes, mut spent) = ([0; 2], [0.0; 2]);
    while !sides.iter().all(Psi::is_finished) {
        for from in 0..2 {
            let begin = Instant::now();
            if sides[from].count().is_some() {
                // Once it has decided there is nothing more to decide.
                let _ = sides[from].decide(true);
            }
            sides[from].work(PORTION)?;
            let mut said = Vec::new();
            while let Some(message) = sides[from].next_message()? {
                bytes[from] += message.len();
                said.push(message);
            }
            spent[from] += begin.elapsed().as_secs_f64();
            let begin = Instant::now();
            said.iter().try_for_each(|message| sides[1 - from].receive(message))?;
            spent[1 - from] += begin.elapsed().as_secs_f64();
        }
    }
    let seconds = begin.elapsed().as_secs_f64();
    let aligned = sides[0].aligned().ok_or("the first side has no rows")?;
    if aligned.rows.len() != common as usize {
        return Err(format!("{} rows are common, and {common} should be", aligned.rows.len()).into());
    }
    println!(
        "{{\"what\":\"psi_native\",\"n\":{entries},\"common\":{common},\"threads\":1,\"seconds\":{seconds:.3},\
         \"elements_per_second\":{:.0},\"seconds_first\":{:.3},\"seconds_second\":{:.3},\"seconds_reading_ids\":{:.3},\
         \"bytes_first\":{},\"bytes_second\":{},\"bytes_per_entry\":{:.1}}}",
        f64::from(entries) / seconds,
        spent[0],
        spent[1],
        reading.as_secs_f64(),
        bytes[0],
        bytes[1],
        bytes[0] as f64 / f64::from(entries),
    );
    Ok(())
}
