//! Bounds the memory of one call, summed over everything that its component has.

use wasmtime::ResourceLimiter;

use crate::limits::Limits;

/// Counts what a component's memories and tables grow to, and says no past a limit.
pub(crate) struct MemoryLimit {
    limit: usize,
    used: usize,
    peak: usize,
    table_limit: usize,
    table_used: usize,
    pieces: usize,
    refused: bool,
}

impl MemoryLimit {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            limit: limits.memory,
            used: 0,
            peak: 0,
            table_limit: limits.table_elements,
            table_used: 0,
            pieces: limits.instances,
            refused: false,
        }
    }

    /// Allows as much as `limits` do, from now on. Says no if there is more already, or may be: nobody has counted of how many
    /// pieces it was made.
    pub(super) fn allow(&mut self, limits: &Limits) -> bool {
        let has_fewer_pieces = self.pieces <= limits.instances;
        self.limit = limits.memory;
        self.table_limit = limits.table_elements;
        self.pieces = limits.instances;
        has_fewer_pieces && self.used <= self.limit && self.table_used <= self.table_limit
    }

    /// The largest sum of all memories so far, in bytes.
    pub(super) fn peak(&self) -> usize {
        self.peak
    }

    /// Whether the component was refused memory.
    pub(super) fn refused(&self) -> bool {
        self.refused
    }
}

impl ResourceLimiter for MemoryLimit {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let wanted = self.used.saturating_add(desired.saturating_sub(current));
        if wanted > self.limit {
            self.refused = true;
            return Ok(false);
        }
        self.used = wanted;
        self.peak = self.peak.max(wanted);
        Ok(true)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let wanted = self.table_used.saturating_add(desired.saturating_sub(current));
        if wanted > self.table_limit {
            self.refused = true;
            return Ok(false);
        }
        self.table_used = wanted;
        Ok(true)
    }

    fn instances(&self) -> usize {
        self.pieces
    }

    fn tables(&self) -> usize {
        self.pieces
    }

    fn memories(&self) -> usize {
        self.pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_on_the_sum_of_all_memories() {
        let mut memory = MemoryLimit::new(&Limits {
            memory: 100,
            ..Limits::default()
        });
        assert!(memory.memory_growing(0, 60, None).unwrap());
        assert!(!memory.memory_growing(0, 41, None).unwrap());
        assert!(memory.memory_growing(0, 40, None).unwrap());
        assert!(memory.refused());
        assert_eq!(memory.peak(), 100);
    }
}
