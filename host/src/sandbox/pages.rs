//! Pages that stay where an instance has written them, for modules that write all over their memory.
//!
//! When an instance goes, wasmtime asks the kernel which pages it has written, and writes them over with what was there at
//! first: the next instance in the same place finds them, and pays for no page fault. But it does so for 32 regions of a
//! memory only, and gives all that comes after them back to the kernel. An interpreter writes a page here and a page there,
//! in more than a hundred places: each of its calls would pay for some hundred page faults.
//!
//! So the smallest gaps between such regions are closed, before the instance goes, until there are few enough of them; and what
//! one instance has written is brought in for all others that begin with the same, those included that were made ahead. That
//! is done in the kernel's own way to bring in pages as if they were written, without changing them. So it does not matter what
//! else happens to that memory meanwhile; and it has to be done once for each place, because the pages stay.

use std::collections::HashMap;
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

/// Looks at the memories of this process, now and then.
pub(super) struct Pages {
    pagemap: File,
    regions: Vec<Region>,
    /// Where instances write, from the beginning of a memory, by what it begins with: of those that write all over it.
    learned: HashMap<Image, Vec<Range<u64>>>,
    next: Instant,
    wait: Duration,
}

/// What a memory begins with: which part of which file.
type Image = String;

/// The memory of a module.
#[derive(Debug, PartialEq)]
struct Memory {
    range: Range<u64>,
    image: Image,
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
            learned: HashMap::new(),
            next: Instant::now(),
            wait: SOON,
        })
    }

    /// Brings in pages in all memories, before these instances go, unless it was done a moment ago.
    pub(super) fn keep(&mut self, used: &[Cell]) {
        let is_worth_it = used.iter().any(|cell| cell.state().memory.peak() > LARGE);
        if !is_worth_it || Instant::now() < self.next {
            return;
        }
        match self.bring_in() {
            Ok(0) => self.wait = (2 * self.wait).min(LATE),
            Ok(_) => self.wait = SOON,
            Err(error) => {
                self.wait = LATE;
                tracing::debug!("cannot look at the pages of instances: {error}");
            }
        }
        self.next = Instant::now() + self.wait;
    }

    /// Says how many regions it has brought in.
    fn bring_in(&mut self) -> io::Result<usize> {
        let mut count = 0;
        let memories = memories(&fs::read_to_string("/proc/self/maps")?);
        for Memory { range, image } in &memories {
            let written = self.written(range)?;
            let learned = self.learned.get(image).map_or(&[][..], Vec::as_slice);
            // Where all together are more than is kept, at least those that this one has written.
            let Some(wanted) = few_regions(&written, learned).or_else(|| few_regions(&written, &[])) else {
                continue;
            };
            let is_there = |part: &Range<u64>| written.iter().any(|one| one.start <= part.start && part.end <= one.end);
            let missing = wanted.iter().filter(|part| !is_there(part));
            // One that fails is in a memory that is gone by now.
            count += missing
                .filter(|part| populate(range.start + part.start..range.start + part.end).is_ok())
                .count();
            self.learned.insert(image.clone(), wanted);
        }
        self.learned
            .retain(|image, _| memories.iter().any(|memory| memory.image == *image));
        Ok(count)
    }

    /// The regions of a memory that differ from what was there at first, as wasmtime finds them, from its beginning.
    #[expect(unsafe_code, reason = "there is no other way to ask the kernel")]
    fn written(&mut self, memory: &Range<u64>) -> io::Result<Vec<Range<u64>>> {
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
        let found = self.regions.iter().take_while(|region| region.end > 0);
        Ok(found
            .map(|region| region.start - memory.start..region.end - memory.start)
            .collect())
    }
}

/// Brings in pages as if they were written.
#[expect(unsafe_code, reason = "it is about addresses, and not about what is there")]
fn populate(part: Range<u64>) -> io::Result<()> {
    let length = usize::try_from(part.end - part.start).map_err(io::Error::other)?;
    let start = std::ptr::with_exposed_provenance_mut(usize::try_from(part.start).map_err(io::Error::other)?);
    // SAFETY: it changes nothing that anybody could read there, whoever has these addresses by now: a page that is there stays
    // as it is, and one that is not is brought in with what it would have when it is read. Where nothing is mapped, or
    // nothing can be written, the kernel refuses.
    let populated = unsafe { madvise(start, length, Advice::LinuxPopulateWrite) };
    Ok(populated?)
}

/// The memories of modules that are large, out of what the kernel says of this process: mappings that can be written, side by
/// side, one of which begins with something: with what is in the file of compiled code, or, where that is in no file, in one
/// that wasmtime has made in memory. What else looks so, as a large library's data does, is none the worse for it.
fn memories(maps: &str) -> Vec<Memory> {
    let mut found = Vec::new();
    let mut range = 0..0;
    let mut image: Option<Image> = None;
    let mut end = |range: Range<u64>, image: Option<Image>| {
        if range.end - range.start > LARGE as u64
            && let Some(image) = image
        {
            found.push(Memory { range, image });
        }
    };
    for line in maps.lines() {
        let mut parts = line.split_ascii_whitespace();
        let (Some(place), Some(mode), Some(offset), Some(device), Some(inode)) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let number = |text| u64::from_str_radix(text, 16).ok();
        let Some((from, to)) = place
            .split_once('-')
            .and_then(|(from, to)| number(from).zip(number(to)))
        else {
            continue;
        };
        let name = parts.next();
        let is_file = name.is_some_and(|name| name.starts_with('/'));
        let is_part = mode.starts_with("rw-p") && (is_file || name.is_none());
        if from != range.end || !is_part {
            end(range, image.take());
            range = from..from;
        }
        if is_part {
            range.end = to;
            if is_file {
                image.get_or_insert_with(|| format!("{device} {inode} {offset}"));
            }
        } else {
            range = 0..0;
        }
    }
    end(range, image);
    found
}

/// Regions that have all that was written, and all that others have written, without the smallest gaps between them: as few as
/// are kept. None if nothing is to be done, or if they would be more than is kept.
fn few_regions(written: &[Range<u64>], learned: &[Range<u64>]) -> Option<Vec<Range<u64>>> {
    let regions = joined([written, learned].concat());
    let too_many = regions.len().saturating_sub(REGIONS);
    if too_many == 0 && learned.is_empty() {
        return None;
    }
    let between = regions
        .windows(2)
        .filter_map(|two| Some(two.first()?.end..two.last()?.start));
    let mut gaps: Vec<_> = between.collect();
    let size = |range: &Range<u64>| range.end - range.start;
    gaps.sort_unstable_by_key(size);
    gaps.truncate(too_many);
    let regions = joined([regions, gaps].concat());
    (regions.iter().map(size).sum::<u64>() <= KEEP_RESIDENT as u64).then_some(regions)
}

/// The same, in order, with those in one that overlap or touch.
fn joined(mut parts: Vec<Range<u64>>) -> Vec<Range<u64>> {
    parts.sort_unstable_by_key(|part| part.start);
    let mut regions: Vec<Range<u64>> = Vec::new();
    for one in parts {
        match regions.last_mut() {
            Some(last) if one.start <= last.end => last.end = last.end.max(one.end),
            _ => regions.push(one),
        }
    }
    regions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_memory_is_found_with_what_is_beside_its_image() {
        let maps = "\
            1000000-3000000 ---p 00000000 00:00 0\n\
            3000000-5000000 rw-p 00000000 00:01 12 /memfd:wasm-memory-image (deleted)\n\
            5000000-9000000 rw-p 00000000 00:00 0\n\
            9000000-a000000 ---p 00000000 00:00 0\n\
            b000000-c000000 rw-p 00000000 00:00 0 [heap]\n\
            d000000-e000000 rw-p 00000000 00:00 0\n\
            e000000-f000000 rw-p 00001000 00:02 13 /var/cache/sclera/code\n\
            f000000-10000000 r--p 00001000 00:02 13 /var/cache/sclera/code\n\
            20000000-20001000 rw-p 00001000 00:02 14 /usr/lib/libc.so.6\n";
        let memory = |range, image: &str| Memory {
            range,
            image: image.to_owned(),
        };
        let expected = [
            memory(0x300_0000..0x900_0000, "00:01 12 00000000"),
            memory(0xd00_0000..0xf00_0000, "00:02 13 00001000"),
        ];
        assert_eq!(memories(maps), expected);
    }

    /// One page, every ten.
    fn scattered(count: u64) -> Vec<Range<u64>> {
        (0..count).map(|at| 40_960 * at..40_960 * at + 4_096).collect()
    }

    #[test]
    fn the_smallest_gaps_are_closed_and_no_more_than_needed() {
        let few = scattered(REGIONS as u64);
        assert_eq!(few_regions(&few, &[]), None);
        // One more, close to the last but not beside it.
        let mut more = few.clone();
        let last = more[REGIONS - 1].end;
        more.push(last + 8_192..last + 12_288);
        let mut expected = few;
        expected[REGIONS - 1].end = last + 12_288;
        assert_eq!(few_regions(&more, &[]), Some(expected));
        // Of gaps of one size, only so many.
        let much = few_regions(&scattered(REGIONS as u64 + 5), &[]).unwrap();
        assert_eq!(much.len(), REGIONS);
    }

    #[test]
    fn what_one_instance_has_written_is_brought_in_for_the_others() {
        let learned = [0..8_192, 40_960..49_152];
        let written = [4_096..12_288, 90_112..94_208];
        let expected = vec![0..12_288, 40_960..49_152, 90_112..94_208];
        assert_eq!(few_regions(&written, &learned), Some(expected));
    }

    #[test]
    fn nothing_is_brought_in_that_would_not_be_kept() {
        let far: Vec<_> = (0..30).map(|at| 4_096_000 * at..4_096_000 * at + 4_096).collect();
        assert_eq!(few_regions(&far, &[]), None);
        let all = scattered(1);
        let much = 4_096..KEEP_RESIDENT as u64;
        let learned = std::slice::from_ref(&much);
        assert_eq!(few_regions(&[], learned).as_deref(), Some(learned));
        let joined = 0..much.end;
        assert_eq!(few_regions(&all, learned), Some(vec![joined]));
        let more = much.end + 4_096..much.end + 8_192;
        assert_eq!(few_regions(&[all, vec![more]].concat(), learned), None);
    }
}
