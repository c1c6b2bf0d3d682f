//! Every delivery has a fresh instance, and no authority.

use super::{host_with, preload};

#[tokio::test]
async fn nothing_of_one_delivery_is_there_in_the_next() {
    let host = host_with(&["remembers"]).await;
    for _ in 0..20 {
        let report = host.preload(preload()).await.unwrap();
        assert_eq!(report.deliveries[0].logs[0].message, "0");
    }
}

#[tokio::test]
async fn a_trapped_instance_does_not_harm_the_next_delivery() {
    let host = host_with(&["traps", "remembers"]).await;
    for _ in 0..20 {
        let report = host.preload(preload()).await.unwrap();
        assert!(report.deliveries[0].result.is_err());
        assert_eq!(report.deliveries[1].logs[0].message, "0");
    }
}

#[tokio::test]
async fn what_is_printed_is_kept_with_the_delivery() {
    let host = host_with(&["prints"]).await;
    let report = host.preload(preload()).await.unwrap();
    let lines: Vec<_> = report.deliveries[0]
        .logs
        .iter()
        .map(|line| (line.context.as_str(), line.message.as_str()))
        .collect();
    assert_eq!(
        lines,
        [("stdout", "to standard output"), ("stderr", "to standard error")]
    );
}

#[tokio::test]
async fn usage_is_measured() {
    let host = host_with(&["behaves"]).await;
    let report = host.preload(preload()).await.unwrap();
    let usage = report.deliveries[0].usage;
    assert!(
        usage.fuel > 0 && usage.peak_memory >= 64 << 10 && !usage.duration.is_zero(),
        "{usage:?}"
    );
}
