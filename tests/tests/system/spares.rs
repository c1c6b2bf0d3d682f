//! Instances that are made ahead.

use std::time::Duration;

use sclera::{Capacity, Compiler, Fault, Host, Instances, ModuleSource, Policies};
use sclera_tests::hostile::component_with;

use super::{builder, capacity, host_with, load, preload};

/// Waits until the host's instances are so.
async fn until(host: &Host, so: impl Fn(Instances) -> bool) {
    for _ in 0..2_000 {
        if so(host.instances()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{:?}", host.instances());
}

#[tokio::test]
async fn the_first_delivery_finds_an_instance_that_was_made_ahead() {
    let host = host_with(&["behaves"]).await;
    assert_eq!(host.instances().spares, 1, "it is there as soon as the module is");
    for round in 1..=20 {
        let report = host.preload(preload()).await.unwrap();
        assert_eq!(report.failures().count(), 0);
        // It is gone, and another one is made.
        until(&host, |instances| instances.spares > 0).await;
        assert_eq!((host.instances().wanted, host.instances().ahead), (round, round));
    }
}

#[tokio::test]
async fn an_instance_that_was_made_ahead_is_for_one_delivery() {
    // It counts its calls, in its own memory.
    let host = host_with(&["remembers"]).await;
    for _ in 0..20 {
        until(&host, |instances| instances.spares > 0).await;
        let report = host.preload(preload()).await.unwrap();
        assert_eq!(report.deliveries[0].logs[0].message, "0");
    }
    assert_eq!(host.instances().ahead, 20);
}

#[tokio::test]
async fn there_are_no_more_than_the_host_may_have_and_those_stay_that_are_wanted() {
    let capacity = Capacity {
        spares: 2,
        ..capacity()
    };
    let host = builder().capacity(capacity).build().unwrap();
    for behaviour in ["behaves", "marks", "first", "last"] {
        load(&host, behaviour).await.unwrap();
    }
    until(&host, |instances| instances.spares == 2).await;
    // Whoever ran last has them.
    for _ in 0..5 {
        host.preload(preload()).await.unwrap();
        until(&host, |instances| instances.spares == 2).await;
    }
    for module in host.modules() {
        host.unload(&module.identity.name).await.unwrap();
    }
    until(&host, |instances| instances.spares == 0 && instances.spare_bytes == 0).await;
}

#[tokio::test]
async fn who_was_not_wanted_for_longest_makes_room() {
    let only = |module: &str| {
        format!(
            "[[modules.misfit-{module}.subscriptions]]\nhook = \"on_preload_ioc_create\"\n\
             match = \"metadata.to == '{module}'\"\n"
        )
    };
    let policies = ["behaves", "marks", "last"].map(only).join("");
    let capacity = Capacity {
        spares: 2,
        ..capacity()
    };
    let policies = Policies::parse(&policies).unwrap();
    let host = builder().capacity(capacity).policies(policies).build().unwrap();
    for module in ["behaves", "marks", "last"] {
        load(&host, module).await.unwrap();
    }
    // Whether there was one ahead.
    let deliver = async |module: &str| {
        tokio::time::sleep(Duration::from_millis(50)).await;
        until(&host, |instances| instances.spares == 2).await;
        let before = host.instances().ahead;
        let report = host.preload(preload().metadata("to", module)).await.unwrap();
        assert_eq!(report.deliveries[0].module.name, format!("misfit-{module}"));
        host.instances().ahead > before
    };
    // Whatever came of the loading, these two have the places now.
    deliver("behaves").await;
    deliver("marks").await;
    for _ in 0..5 {
        assert!(deliver("behaves").await);
        assert!(deliver("marks").await);
    }
    assert!(!deliver("last").await);
    assert!(deliver("marks").await);
    assert!(deliver("last").await);
    assert!(!deliver("behaves").await);
}

#[tokio::test]
async fn a_module_that_is_called_at_the_same_time_has_more_and_less_when_it_is_not() {
    let host = host_with(&["behaves"]).await;
    for _ in 0..50 {
        let calls = tokio::join!(
            host.preload(preload()),
            host.preload(preload()),
            host.preload(preload())
        );
        assert!(calls.0.is_ok() && calls.1.is_ok() && calls.2.is_ok());
    }
    until(&host, |instances| instances.spares >= 4).await;
    // One at a time, with time to make another: two are enough.
    for _ in 0..500 {
        if host.instances().spares <= 2 {
            return;
        }
        host.preload(preload()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{:?}", host.instances());
}

#[tokio::test]
async fn without_spares_every_instance_is_made_when_it_is_needed() {
    let capacity = Capacity {
        spares: 0,
        ..capacity()
    };
    let host = builder().capacity(capacity).build().unwrap();
    load(&host, "behaves").await.unwrap();
    for _ in 0..5 {
        assert_eq!(host.preload(preload()).await.unwrap().failures().count(), 0);
    }
    assert_eq!((host.instances().ahead, host.instances().spares), (0, 0));
}

#[tokio::test]
async fn a_subscription_that_allows_less_than_the_instance_has_is_kept_to() {
    let policies = "[modules.misfit-behaves.limits]\nmemory = \"64 MiB\"\n\
        [[modules.misfit-behaves.subscriptions]]\nhook = \"on_preload_ioc_create\"\nlimits = { memory = \"64 KiB\" }";
    let host = builder().policies(Policies::parse(policies).unwrap()).build().unwrap();
    load(&host, "behaves").await.unwrap();
    until(&host, |instances| instances.spares == 1).await;
    let report = host.preload(preload()).await.unwrap();
    let fault = report.deliveries[0].result.as_ref().unwrap_err();
    assert!(matches!(fault, Fault::OutOfMemory { limit: 65_536, .. }), "{fault}");
}

#[tokio::test]
async fn a_module_that_is_disabled_keeps_none() {
    let host = host_with(&["behaves"]).await;
    host.disable("misfit-behaves").await.unwrap();
    until(&host, |instances| instances.spares == 0).await;
    host.enable("misfit-behaves").await.unwrap();
    until(&host, |instances| instances.spares == 1).await;
}

/// A module that writes to every fourth page of its 4 MiB, and answers with what came.
const SCATTERS: &str = r#"
(memory $memory 64)
(func $hooks-handler (param $event i32) (result i32)
  (local $at i32)
  (local.set $at (i32.const 131072))
  (loop $next
    (i32.store (local.get $at) (i32.const 1))
    (local.set $at (i32.add (local.get $at) (i32.const 16384)))
    (br_if $next (i32.lt_u (local.get $at) (i32.const 4194304))))
  (i32.store8 (i32.const 260) (i32.const 1))
  (i32.store (i32.const 264) (i32.load offset=76 (local.get $event)))
  (i32.store (i32.const 268) (i32.load offset=80 (local.get $event)))
  (i32.const 256))
"#;

/// Page faults of this thread so far.
fn page_faults() -> u64 {
    let all = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
    let (_, fields) = all.rsplit_once(')').unwrap();
    fields.split_whitespace().nth(7).unwrap().parse().unwrap()
}

/// Whether it comes to be so that calls do not have to wait for their pages, which they have to at first.
async fn finds_its_pages_again(host: &Host) -> bool {
    host.load(ModuleSource::bytes(component_with(SCATTERS))).await.unwrap();
    let call = async || {
        until(host, |instances| instances.spares > 0).await;
        let before = page_faults();
        let report = host.preload(preload()).await.unwrap();
        assert_eq!(report.failures().count(), 0);
        page_faults() - before
    };
    // 248 pages, none of which is there.
    assert!(call().await >= 240);
    let mut in_a_row = 0;
    for _ in 0..2_000 {
        in_a_row = if call().await < 40 { in_a_row + 1 } else { 0 };
        if in_a_row == 10 {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    false
}

#[tokio::test]
async fn a_module_that_writes_all_over_its_memory_finds_its_pages_again() {
    let host = builder().build().unwrap();
    assert!(finds_its_pages_again(&host).await);
}

#[tokio::test]
async fn one_whose_code_is_mapped_from_the_cache_finds_them_too() {
    let folder = tempfile::tempdir().unwrap();
    let cached = || builder().compile_with(Compiler::in_process().cache(folder.path().join("code")));
    let first = cached().build().unwrap();
    first.load(ModuleSource::bytes(component_with(SCATTERS))).await.unwrap();
    drop(first);
    let second = cached().build().unwrap();
    assert!(finds_its_pages_again(&second).await);
}

/// Whether it comes to be so that after nearly each delivery there is another instance as soon as there is nothing else to do on
/// this thread. The steward makes one every few milliseconds only; and everything, if making one takes long, as it may on a
/// machine that has much else to do.
async fn are_renewed_at_once(host: &Host) -> bool {
    for _ in 0..300 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        let mut renewed = 0;
        for _ in 0..20 {
            let before = host.instances().spares;
            host.preload(preload()).await.unwrap();
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
            renewed += usize::from(before > 0 && host.instances().spares >= before);
        }
        if renewed >= 19 {
            return true;
        }
    }
    false
}

#[tokio::test]
async fn whoever_used_an_instance_makes_another_one_when_there_is_nothing_else_to_do() {
    let host = host_with(&["behaves"]).await;
    assert!(are_renewed_at_once(&host).await);
}

#[test]
fn a_runtime_that_ends_leaves_nothing_behind_that_waits_for_it() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let host = runtime().block_on(host_with(&["behaves"]));
    for _ in 0..50 {
        // It ends before it comes to do anything else.
        let first = runtime();
        first.block_on(host.preload(preload())).unwrap();
        drop(first);
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(runtime().block_on(are_renewed_at_once(&host)));
}
