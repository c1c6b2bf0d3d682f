//! Pages that stay where an instance has written them, for modules that write all over their memory.
//!
//! When an instance goes, wasmtime asks the kernel which pages it has written, and writes them over with what was there at
//! first: the next instance in the same place finds them, and pays for no page fault. But it does so for 32 regions of a
//! memory only, and gives all that comes after them back to the kernel. An interpreter writes a page here and a page there,
//! in more than a hundred places: each of its calls would pay for some hundred page faults.
//!
//! So the smallest gaps between such regions are closed, before the instance goes, until there are few enough of them. What
//! closes a gap is the kernel's own way to bring in pages as if they were written, without changing them. So it does not
//! matter what else happens to that memory meanwhile; and it has to be done once for each place, because the pages stay.

use std::fs::{self, File};
use std::io;
use std::ops::Range;
use std::time::{Duration, Instant};

use rustix::ioctl::{Opcode, Updater, ioctl, opcode};
use rustix::mm::{Advice, madvise};

use super::cell::Cell;
use super::engine::KEEP_RESIDENT;

/// How many regions are left. Wasmtime keeps less than 32, and the next call may write elsewhere, too.
const REGIONS: usize = 16;
/// Bytes of memory from which on an instance may be one that writes all over it, and takes long to be cleared away.
pub(super) const LARGE: usize = 2 << 20;
/// Regions that are looked at. A memory with more has more than is kept, however small its pages are.
const MOST: usize = KEEP_RESIDENT / 4_096;
/// From one look at all memories to the next: at first, and at most, when there was nothing to do for long.
const SOON: Duration = Duration::from_millis(5);
const LATE: Duration = Duration::from_millis(200);

/// What wasmtime calls a memory that begins with something.
const MEMORY: &str = "/memfd:wasm-memory-image";

/// Looks at the memories of this process, now and then.
pub(super) struct Pages {
    pagemap: File,
    regions: Vec<Region>,
    next: Instant,
    wait: Duration,
}

/// A region that was written, as the kernel tells it.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Region {
    start: u64,
    end: u64,
    categories: u64,
}

/// What the kernel is asked: `struct pm_scan_arg` of `PAGEMAP_SCAN`.
#[repr(C)]
#[derive(Default)]
struct Scan {
    size: u64,
    flags: u64,
    start: u64,
    end: u64,
    walk_end: u64,
    vec: u64,
    vec_len: u64,
    max_pages: u64,
    category_inverted: u64,
    category_mask: u64,
    category_anyof_mask: u64,
    return_mask: u64,
}

/// `PAGE_IS_WRITTEN`, and so on.
const WRITTEN: u64 = 1 << 1;
const FILE: u64 = 1 << 2;
const PRESENT: u64 = 1 << 3;
const ZERO: u64 = 1 << 5;

impl Pages {
    /// None where the kernel cannot tell.
    pub(super) fn new() -> Option<Self> {
        if !wasmtime::PoolingAllocationConfig::is_pagemap_scan_available() {
            return None;
        }
        Some(Self {
            pagemap: File::open("/proc/self/pagemap").ok()?,
            regions: vec![Region::default(); MOST],
            next: Instant::now(),
            wait: SOON,
        })
    }

    /// Closes gaps in all memories, before these instances go, unless it was done a moment ago.
    pub(super) fn keep(&mut self, used: &[Cell]) {
        let is_worth_it = used.iter().any(|cell| cell.state().memory.peak() > LARGE);
        if !is_worth_it || Instant::now() < self.next {
            return;
        }
        match self.close_gaps() {
            Ok(0) => self.wait = (2 * self.wait).min(LATE),
            Ok(_) => self.wait = SOON,
            Err(error) => {
                self.wait = LATE;
                tracing::debug!("cannot look at the pages of instances: {error}");
            }
        }
        self.next = Instant::now() + self.wait;
    }

    /// Says how many gaps it has closed.
    fn close_gaps(&mut self) -> io::Result<usize> {
        let mut closed = 0;
        for memory in memories(&fs::read_to_string("/proc/self/maps")?) {
            let written = self.written(&memory)?;
            // One that fails is in a memory that is gone by now.
            closed += gaps(written).iter().filter(|gap| populate(gap).is_ok()).count();
        }
        Ok(closed)
    }

    /// The regions of a memory that differ from what was there at first, as wasmtime finds them.
    #[expect(unsafe_code, reason = "there is no other way to ask the kernel")]
    fn written(&mut self, memory: &Range<u64>) -> io::Result<&[Region]> {
        const PAGEMAP_SCAN: Opcode = opcode::read_write::<Scan>(b'f', 16);
        self.regions.fill(Region::default());
        let mut scan = Scan {
            size: size_of::<Scan>() as u64,
            start: memory.start,
            end: memory.end,
            vec: self.regions.as_mut_ptr().expose_provenance() as u64,
            vec_len: self.regions.len() as u64,
            category_inverted: ZERO | FILE,
            category_mask: WRITTEN | PRESENT | ZERO | FILE,
            ..Scan::default()
        };
        // SAFETY: the number and the structure are those of `PAGEMAP_SCAN` in <linux/fs.h>. The kernel writes no more than
        // `vec_len` regions to `vec`, which has room for as many, and which nobody else has meanwhile.
        unsafe { ioctl(&self.pagemap, Updater::<PAGEMAP_SCAN, Scan>::new(&mut scan)) }?;
        let found = self.regions.iter().take_while(|region| region.end > 0).count();
        Ok(self.regions.get(..found).unwrap_or_default())
    }
}

/// Brings in pages as if they were written.
#[expect(unsafe_code, reason = "it is about addresses, and not about what is there")]
fn populate(gap: &Range<u64>) -> io::Result<()> {
    let length = usize::try_from(gap.end - gap.start).map_err(io::Error::other)?;
    let start = std::ptr::with_exposed_provenance_mut(usize::try_from(gap.start).map_err(io::Error::other)?);
    // SAFETY: it changes nothing that anybody could read there, whoever has these addresses by now: a page that is there stays
    // as it is, and one that is not is brought in with what it would have when it is read. Where nothing is mapped, or
    // nothing can be written, the kernel refuses.
    let populated = unsafe { madvise(start, length, Advice::LinuxPopulateWrite) };
    Ok(populated?)
}

/// The memories of modules, out of what the kernel says of this process: mappings that can be written, side by side, one of
/// which begins with something.
fn memories(maps: &str) -> Vec<Range<u64>> {
    let mut found: Vec<Range<u64>> = Vec::new();
    let mut memory = 0..0;
    let mut has_image = false;
    for line in maps.lines() {
        let mut parts = line.split_ascii_whitespace();
        let (Some(range), Some(mode)) = (parts.next(), parts.next()) else {
            continue;
        };
        let number = |text| u64::from_str_radix(text, 16).ok();
        let Some((start, end)) = range
            .split_once('-')
            .and_then(|(start, end)| number(start).zip(number(end)))
        else {
            continue;
        };
        let name = parts.nth(3);
        let is_image = name == Some(MEMORY);
        let is_part = mode.starts_with("rw-p") && (is_image || name.is_none());
        if start != memory.end || !is_part {
            if has_image {
                found.push(memory);
            }
            (memory, has_image) = (start..start, false);
        }
        if is_part {
            memory.end = end;
            has_image |= is_image;
        } else {
            memory = 0..0;
        }
    }
    if has_image {
        found.push(memory);
    }
    found
}

/// The smallest gaps without which few enough regions are left; none at all if more would have to be kept than is kept.
fn gaps(written: &[Region]) -> Vec<Range<u64>> {
    let too_many = written.len().saturating_sub(REGIONS);
    if too_many == 0 {
        return Vec::new();
    }
    let between = written.iter().zip(written.iter().skip(1));
    let mut gaps: Vec<_> = between.map(|(before, after)| before.end..after.start).collect();
    let size = |range: &Range<u64>| range.end - range.start;
    gaps.sort_unstable_by_key(size);
    gaps.truncate(too_many);
    let kept = written.iter().map(|region| region.end - region.start).sum::<u64>() + gaps.iter().map(size).sum::<u64>();
    if kept > KEEP_RESIDENT as u64 {
        gaps.clear();
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regions(ranges: &[(u64, u64)]) -> Vec<Region> {
        let region = |(start, end): &(u64, u64)| Region {
            start: start * 4_096,
            end: end * 4_096,
            categories: 0,
        };
        ranges.iter().map(region).collect()
    }

    #[test]
    fn a_memory_is_found_with_what_is_beside_its_image() {
        let maps = "\
            1000-3000 ---p 00000000 00:00 0\n\
            3000-5000 rw-p 00000000 00:01 12 /memfd:wasm-memory-image (deleted)\n\
            5000-9000 rw-p 00000000 00:00 0\n\
            9000-a000 ---p 00000000 00:00 0\n\
            b000-c000 rw-p 00000000 00:00 0 [heap]\n\
            d000-e000 rw-p 00000000 00:00 0\n\
            e000-f000 rw-p 00001000 00:01 13 /memfd:wasm-memory-image (deleted)\n\
            20000-21000 r--p 00001000 00:01 13 /memfd:wasm-memory-image (deleted)\n";
        assert_eq!(memories(maps), [0x3000..0x9000, 0xd000..0xf000]);
    }

    #[test]
    fn the_smallest_gaps_are_closed_and_no_more_than_needed() {
        let few: Vec<_> = (0..REGIONS as u64).map(|at| (10 * at, 10 * at + 1)).collect();
        assert_eq!(gaps(&regions(&few)), []);
        // One more, close to the last but not beside it.
        let mut more = few;
        let last = more[REGIONS - 1].1;
        more.push((last + 2, last + 3));
        let smallest = last * 4_096..(last + 2) * 4_096;
        assert_eq!(gaps(&regions(&more)), std::slice::from_ref(&smallest));
    }

    #[test]
    fn nothing_is_closed_where_it_would_not_be_kept() {
        let far: Vec<_> = (0..30).map(|at| (1_000 * at, 1_000 * at + 1)).collect();
        assert_eq!(gaps(&regions(&far)), []);
    }
}
