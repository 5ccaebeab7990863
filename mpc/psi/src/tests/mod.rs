mod agree;
mod attacks;
mod hostile;
mod ids;
mod vectors;

use protocol::Address;
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};

use crate::{Form, Ids, Mode, Psi, PsiError, Role, Terms};

/// Random numbers from a seed that is printed; `MODELMARKET_SEED` repeats a run.
fn random(what: &str) -> ChaCha20Rng {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos() as u64;
    let seed = std::env::var("MODELMARKET_SEED").map_or(now, |seed| seed.parse().unwrap());
    println!("{what}: MODELMARKET_SEED={seed}");
    ChaCha20Rng::seed_from_u64(seed)
}

fn seed(random: &mut ChaCha20Rng) -> [u8; 32] {
    let mut seed = [0; 32];
    random.fill_bytes(&mut seed);
    seed
}

fn terms(first: u32, second: u32, mode: Mode) -> Terms {
    Terms { chain_id: 31_337, contract: Address([7; 20]), task: 12, attempt: 1, declared: [first, second], mode }
}

fn ids<S: AsRef<str>>(cells: &[S]) -> Ids {
    Ids::read(cells, Form::Text).unwrap()
}

/// Two sides, and all that travelled between them.
struct Pair {
    sides: [Psi; 2],
    /// Who sent what.
    travelled: Vec<(Role, Vec<u8>)>,
}

impl Pair {
    fn new(terms: &Terms, first: &[String], second: &[String], random: &mut ChaCha20Rng) -> Self {
        let side = |role, list: &[String], seed| Psi::new(terms.clone(), role, ids(list), seed).unwrap();
        let sides = [side(Role::First, first, seed(random)), side(Role::Second, second, seed(random))];
        Self { sides, travelled: Vec::new() }
    }

    /// Lets both work and talk until nothing moves. `change` sees each message on its way and may alter it.
    fn run_changing(&mut self, mut change: impl FnMut(Role, &mut Vec<u8>)) -> Result<(), (Role, PsiError)> {
        loop {
            let mut moved = false;
            for role in [Role::First, Role::Second] {
                let side = &mut self.sides[role.index()];
                let before = side.progress().done;
                moved |= side.work(7).map_err(|error| (role, error))?.done > before;
                while let Some(mut message) = self.sides[role.index()].next_message().map_err(|error| (role, error))? {
                    moved = true;
                    change(role, &mut message);
                    self.travelled.push((role, message.clone()));
                    self.sides[role.other().index()].receive(&message).map_err(|error| (role.other(), error))?;
                }
            }
            if !moved {
                return Ok(());
            }
        }
    }

    fn run(&mut self) {
        self.run_changing(|_, _| {}).unwrap();
    }

    fn accept(&mut self) {
        self.sides.iter_mut().for_each(|side| side.decide(true).unwrap());
        self.run();
    }
}

/// Whole lists out of portions of one kind that one side sent.
fn entries(travelled: &[(Role, Vec<u8>)], from: Role, kind: u8, size: usize) -> Vec<Vec<u8>> {
    let parts = travelled.iter().filter(|(role, message)| *role == from && message[0] == kind);
    parts.flat_map(|(_, message)| message[5..].chunks(size).map(<[u8]>::to_vec).collect::<Vec<_>>()).collect()
}
