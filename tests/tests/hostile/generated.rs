//! Whatever a generated module does, a preload ends, the payload is as it was, and the host goes on.

use sclera_tests::hostile::{Generator, generate};

/// Modules that are generated; `SCLERA_GENERATED` makes them more.
const MODULES: u64 = 64;
/// Where the sequence of modules begins; `SCLERA_SEED` is another one.
const SEED: u64 = 0x5c1e_7a00;

fn from_environment(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{name} is not a number: {text}")),
        Err(_) => default,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_a_generated_module_does_a_preload_ends_and_the_host_goes_on() {
    let seed = from_environment("SCLERA_SEED", SEED);
    let modules = from_environment("SCLERA_GENERATED", MODULES);
    println!("the seed is {seed}; SCLERA_SEED={seed} plays the same modules again");
    let mut generator = Generator::new().await.unwrap();
    for number in 0..modules {
        let module = generate(seed, number);
        let kind = module.kind;
        if let Err(reason) = generator.play(module).await {
            panic!("module {number} of the seed {seed} ({kind}): {reason}");
        }
    }
    println!("{}", generator.seen);
    let seen = &generator.seen;
    // Otherwise the generator makes nothing that runs, and this shows nothing.
    assert!(
        seen.answered + seen.failed + seen.slack.len() > modules as usize / 4,
        "{seen}"
    );
}
