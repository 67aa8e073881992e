//! `rustorium-bind INPUT.wasm OUT_DIR NAME`: wasm-bindgen's glue for an
//! environment without module loader, which `tools/core/glue.ts` wraps.

use wasm_bindgen_cli_support::Bindgen;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, out_dir, name] = arguments.as_slice() else {
        eprintln!("usage: rustorium-bind INPUT.wasm OUT_DIR NAME");
        std::process::exit(2);
    };
    let result = Bindgen::new()
        .input_path(input)
        .out_name(name)
        .typescript(true)
        .no_modules(true)
        .and_then(|bindgen| bindgen.remove_producers_section(true).generate(out_dir));
    if let Err(error) = result {
        eprintln!("wasm-bindgen failed on {input}: {error:#}");
        std::process::exit(1);
    }
}
