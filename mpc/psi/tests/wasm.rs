//! A side in a browser sends the bytes that a native one sends: all messages of a run with fixed seeds have one digest.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use protocol::{Address, Digest};
use psi::{Form, Ids, Mode, Psi, Role, Terms};

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn messages_are_the_same_on_every_machine() {
    let terms = Terms {
        chain_id: 31_337,
        contract: Address([7; 20]),
        task: 12,
        attempt: 1,
        declared: [60, 70],
        mode: Mode::Exact,
    };
    let side = |role, from: u32, seed| {
        let names: Vec<String> = (from..from + 50).map(|name| format!("Straße {name}")).collect();
        Psi::new(terms.clone(), role, Ids::read(&names, Form::Text).unwrap(), [seed; 32]).unwrap()
    };
    let mut sides = [side(Role::First, 0, 1), side(Role::Second, 30, 2)];
    let mut said = Vec::new();
    while !sides.iter().all(Psi::is_finished) {
        for from in 0..2 {
            sides[from].work(16).unwrap();
            if sides[from].count().is_some() {
                let _ = sides[from].decide(true);
            }
            while let Some(message) = sides[from].next_message().unwrap() {
                sides[1 - from].receive(&message).unwrap();
                said.extend(message);
            }
        }
    }
    assert_eq!(sides[0].count(), Some(20));
    let aligned = sides[0].aligned().unwrap();
    assert_eq!(
        (Digest::of(&said).short(), aligned.digest.short()),
        ("0x700c…d4c0".to_string(), "0x492b…6ef9".to_string()),
        "if the protocol was changed on purpose, these are the new digests"
    );
}
