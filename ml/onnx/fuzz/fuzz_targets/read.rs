//! Whatever a file holds, reading it ends, in a model or in a sentence; a model that was read is written as a file that
//! reads as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ml_onnx::{Limits, Model};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { memory: 64 << 20, elements: 1 << 22, ..Limits::default() };
    match Model::read(bytes, &limits) {
        Ok(model) => {
            assert!(model.nodes.len() <= limits.nodes + model.outputs.len());
            let elements: usize = model.constants.values().map(|tensor| tensor.len()).sum();
            assert!(elements as u64 <= limits.memory);
            let written = model.to_bytes();
            // Names that the file left out were made, so it is a little longer than the first.
            let wider = Limits { name: 4 * limits.name, nodes: 2 * limits.nodes, ..Limits::default() };
            let again = Model::read(&written, &wider).expect("what was written is read");
            assert!(again.to_bytes() == written, "what was written is another model");
        }
        Err(error) => assert!(error.to_string().ends_with('.')),
    }
});
