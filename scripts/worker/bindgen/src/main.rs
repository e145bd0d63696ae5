//! `onereply-bindgen IN.wasm FOLDER`: writes the JavaScript that the worker's WebAssembly is called through, and the WebAssembly
//! fitted to it. `wasm-bindgen`, the command, does the same and takes three times as long to compile.

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let mut args = std::env::args_os().skip(1);
    let input = args.next().context("which WebAssembly?")?;
    let folder = args.next().context("into which folder?")?;
    Bindgen::new()
        .input_path(&input)
        .out_name("index")
        .module(true)?
        .typescript(false)
        // After an abort the worker starts a fresh instance of itself.
        .reset_state_function(true)
        .force_enable_abort_handler(true)
        .generate(&folder)
}
