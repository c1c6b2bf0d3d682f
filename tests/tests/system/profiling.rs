//! What the code of a module does while it runs.

use std::time::Duration;

use sclera::{Limits, ProfileError};
use serde_json::Value;

use super::{builder, host_with, limits, load, preload};

#[tokio::test]
async fn what_the_code_of_a_module_does_is_sampled_over_all_its_deliveries() {
    let limits = Limits {
        fuel: u64::MAX,
        deadline: Duration::from_millis(200),
        ..limits()
    };
    let host = builder()
        .limits(limits)
        .profile_every(Duration::from_millis(1))
        .build()
        .unwrap();
    load(&host, "loops").await.unwrap();
    for _ in 0..3 {
        host.preload(preload()).await.unwrap();
    }
    let mut written = Vec::new();
    let samples = host.write_profile("misfit-loops", &mut written).unwrap();
    // Three times 200 ms; each delivery is interrupted more than a dozen times even where the machine is slow.
    assert!(samples > 40, "{samples}");

    let profile: Value = serde_json::from_slice(&written).unwrap();
    assert_eq!(profile["meta"]["product"], "misfit-loops");
    assert_eq!(profile["threads"][0]["samples"]["length"], samples);
    // Functions have their names.
    assert!(
        String::from_utf8(written).unwrap().contains("hooks-handler"),
        "{profile}"
    );

    // It is written once.
    let again = host.write_profile("misfit-loops", Vec::new()).unwrap_err();
    assert!(matches!(again, ProfileError::Written), "{again}");
}

#[tokio::test]
async fn where_nothing_is_sampled_there_is_no_profile() {
    let host = host_with(&["behaves"]).await;
    host.preload(preload()).await.unwrap();
    let off = host.write_profile("misfit-behaves", Vec::new()).unwrap_err();
    assert!(matches!(off, ProfileError::Off), "{off}");
    let unknown = host.write_profile("nobody", Vec::new()).unwrap_err();
    assert!(matches!(unknown, ProfileError::NotLoaded(name) if name == "nobody"));
}

#[tokio::test]
async fn a_host_beside_another_one_samples_for_itself() {
    let limits = Limits {
        fuel: u64::MAX,
        deadline: Duration::from_millis(200),
        ..limits()
    };
    let other = builder().build().unwrap();
    let host = builder()
        .limits(limits)
        .beside(&other)
        .profile_every(Duration::from_millis(1))
        .build()
        .unwrap();
    load(&host, "loops").await.unwrap();
    host.preload(preload()).await.unwrap();
    assert!(host.write_profile("misfit-loops", Vec::new()).unwrap() > 10);
    load(&other, "behaves").await.unwrap();
    let off = other.write_profile("misfit-behaves", Vec::new()).unwrap_err();
    assert!(matches!(off, ProfileError::Off), "{off}");
}
