//! What Trunk starts to write a program's bindings; found on the PATH that `cargo xtask test trunk` gives it.

fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(std::env::args_os())
}
