//! A seat in a browser sends the bytes that a native one sends: all frames of a run with fixed draws have one digest.

use mpc_learn::{Evaluation, Metric, plan};
use sha2::{Digest as _, Sha256};

use crate::support::{Bytes, Data, fit_by_both};

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn frames_and_plan_are_the_same_on_every_machine() {
    let data = Data::diabetes();
    let mut task = data.task(Evaluation::Folds(5), &[Metric::Rmse, Metric::Mae, Metric::R2]);
    task.reveals.standard_errors = true;
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut frames = Sha256::new();
    for sent in fit_by_both(&task, &data, Bytes::of(1)).recorded {
        frames.update(sent.frame);
    }
    assert_eq!(
        (hex(&plan(&task).unwrap().hash()[..8]), hex(&frames.finalize()[..8])),
        ("cd3396c495765c92".into(), "bfcf42d26a405ac5".into()),
        "if the protocol was changed on purpose, these are the new digests"
    );
}
