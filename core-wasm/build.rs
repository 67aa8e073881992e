//! Rust types from the one schema in `proto/`, without a protoc on the machine.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    const ROOT: &str = "../proto";
    let mut files: Vec<_> = std::fs::read_dir(format!("{ROOT}/rustorium/v1"))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    println!("cargo:rerun-if-changed={ROOT}");
    let descriptors = protox::compile(&files, [ROOT])?;
    prost_build::Config::new().compile_fds(descriptors)?;
    Ok(())
}
