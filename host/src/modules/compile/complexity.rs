//! What a file is made of, before anybody compiles it.

use wasmparser::{Parser, Payload, Validator, WasmFeatures};

use super::CompileError;
use crate::text;

/// The pieces that are counted, over all components and core modules in the file, with how many there may be. The numbers
/// are some times what the largest honest modules have — interpreters with their standard libraries, some 30,000
/// functions and 10,000 exports — and far below what makes looking at a file expensive.
const LIMITS: [(Piece, &str, u64); 7] = [
    (Piece::Function, "functions", 200_000),
    (Piece::Type, "types", 20_000),
    (Piece::Import, "imports", 50_000),
    (Piece::Export, "exports", 50_000),
    (Piece::Instance, "instances and aliases", 50_000),
    (Piece::Store, "memories, tables, globals and tags", 50_000),
    (Piece::Segment, "data and element segments", 100_000),
];

/// How deep components may be nested. Tools nest two or three of them.
const DEPTH: u64 = 32;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Piece {
    Function,
    Type,
    Import,
    Export,
    Instance,
    Store,
    Segment,
}

/// Checks that the file has no more pieces than it may, and is valid. In this order: counting is cheap for any file.
pub(super) fn check(bytes: &[u8], features: WasmFeatures) -> Result<(), CompileError> {
    let invalid = |error: wasmparser::BinaryReaderError| CompileError::Invalid {
        offset: error.offset(),
        reason: text::shown(error.message(), 200),
    };
    count(bytes).map_err(invalid)??;
    let mut validator = Validator::new_with_features(features);
    validator.validate_all(bytes).map_err(invalid)?;
    Ok(())
}

/// Believes what each section says of its own length: one that lies is not valid.
fn count(bytes: &[u8]) -> wasmparser::Result<Result<(), CompileError>> {
    let mut counts = LIMITS.map(|(piece, what, limit)| (piece, what, limit, 0_u64));
    let mut depth = 0_u64;
    for payload in Parser::new(0).parse_all(bytes) {
        let Some((piece, more)) = (match payload? {
            Payload::Version { .. } => {
                depth += 1;
                if depth > DEPTH {
                    return Ok(Err(CompileError::TooComplex {
                        what: "levels of nested components",
                        count: depth,
                        limit: DEPTH,
                    }));
                }
                None
            }
            Payload::End(_) => {
                depth = depth.saturating_sub(1);
                None
            }
            Payload::TypeSection(section) => Some((Piece::Type, section.count())),
            Payload::CoreTypeSection(section) => Some((Piece::Type, section.count())),
            Payload::ComponentTypeSection(section) => Some((Piece::Type, section.count())),
            Payload::ImportSection(section) => Some((Piece::Import, section.count())),
            Payload::ComponentImportSection(section) => Some((Piece::Import, section.count())),
            Payload::ExportSection(section) => Some((Piece::Export, section.count())),
            Payload::ComponentExportSection(section) => Some((Piece::Export, section.count())),
            Payload::FunctionSection(section) => Some((Piece::Function, section.count())),
            Payload::ComponentCanonicalSection(section) => Some((Piece::Function, section.count())),
            Payload::InstanceSection(section) => Some((Piece::Instance, section.count())),
            Payload::ComponentInstanceSection(section) => Some((Piece::Instance, section.count())),
            Payload::ComponentAliasSection(section) => Some((Piece::Instance, section.count())),
            Payload::MemorySection(section) => Some((Piece::Store, section.count())),
            Payload::TableSection(section) => Some((Piece::Store, section.count())),
            Payload::GlobalSection(section) => Some((Piece::Store, section.count())),
            Payload::TagSection(section) => Some((Piece::Store, section.count())),
            Payload::ElementSection(section) => Some((Piece::Segment, section.count())),
            Payload::DataSection(section) => Some((Piece::Segment, section.count())),
            _ => None,
        }) else {
            continue;
        };
        for (_, what, limit, count) in counts.iter_mut().filter(|(counted, ..)| *counted == piece) {
            *count += u64::from(more);
            if *count > *limit {
                return Ok(Err(CompileError::TooComplex {
                    what,
                    count: *count,
                    limit: *limit,
                }));
            }
        }
    }
    Ok(Ok(()))
}
