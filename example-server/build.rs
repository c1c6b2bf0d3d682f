//! The migrations are embedded: a change of one of them must rebuild the crate.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
