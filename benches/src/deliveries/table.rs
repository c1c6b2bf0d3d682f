//! The table.

use super::{CALLERS, Row};

pub(super) fn print(fsyncs: f64, rows: &[Row]) {
    println!("this machine keeps a page {fsyncs:.0} times a second; everything else is per second, too\n");
    let many = format!("{CALLERS} callers");
    println!("{:<24}{:>16}{:>16}{:>16}", "accepted", "1 caller", many, "end to end");
    for row in rows {
        println!(
            "{:<24}{:>16.0}{:>16.0}{:>16.0}",
            row.queue, row.one, row.many, row.end_to_end
        );
    }
    let named = |name: &str| rows.iter().find(|row| row.queue.starts_with(name));
    if let (Some(ours), Some(theirs)) = (named("RabbitMQ"), named("Celery")) {
        println!(
            "{:<24}{:>15.2}×{:>15.2}×{:>15.2}×",
            "RabbitMQ to Celery",
            ours.one / theirs.one,
            ours.many / theirs.many,
            ours.end_to_end / theirs.end_to_end
        );
    }
    println!(
        "\nend to end: from the first that is accepted to the end of the last, with {CALLERS} callers, workers in this \
         process, and a ledger in SQLite"
    );
}
