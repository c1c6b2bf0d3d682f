//! How often a second the disk can be told to keep something: nobody accepts one by one faster than that.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;

/// Appends a page, and waits until it is kept, again and again.
pub(super) fn per_second(folder: &Path, during: Duration) -> Result<f64> {
    let mut file = File::create(folder.join("fsync"))?;
    let page = [7; 4096];
    let (mut count, began) = (0_u32, Instant::now());
    while began.elapsed() < during {
        file.write_all(&page)?;
        file.sync_data()?;
        count += 1;
    }
    Ok(f64::from(count) / began.elapsed().as_secs_f64())
}
