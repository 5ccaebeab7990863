//! A job in the browser's engine, for the benchmark: built for the browser by `cargo xtask bench compute`; the page is
//! `compute/engine/bench`.

fn main() {}

#[cfg(target_arch = "wasm32")]
mod tab {
    use std::sync::Arc;

    use compute_engine::{Browser, Engine, Limits, Run, Work};
    use compute_module::Instrumented;
    use wasm_bindgen::prelude::wasm_bindgen;

    /// A job that was started.
    #[wasm_bindgen]
    pub struct Started(Run<<Browser as Engine>::Instance>);

    #[wasm_bindgen]
    impl Started {
        /// Starts an instrumented module.
        ///
        /// # Errors
        /// A sentence.
        #[wasm_bindgen(constructor)]
        pub fn new(module: Vec<u8>, recipe: Vec<u8>, table: Vec<u8>) -> Result<Self, String> {
            // What only checkpoints need is left out.
            let module = Arc::new(Instrumented::of(module, (0, 0), Vec::new()));
            let limits = Limits { instructions: u64::MAX, result: 1 << 24, log: 1 << 24 };
            let work = Work { module, inputs: Arc::new([recipe, table]), limits };
            Run::start(&Browser, &work).map(Self).map_err(|error| error.to_string())
        }

        /// Runs it to its end: the hash of what came out.
        ///
        /// # Errors
        /// A sentence.
        pub fn finish(self) -> Result<String, String> {
            let outcome = self.0.finish().map_err(|error| error.to_string())?;
            Ok(outcome.hash().to_string())
        }
    }
}
