//! Fewer and longer data segments.
//!
//! Go's linker leaves out each run of eight zeros, and so makes up to 100,000 segments: more than a host compiles. A
//! few zeros more in the file cost less than a segment of their own, to compile and to load.

use std::ops::Range;

use wasm_encoder::{ConstExpr, DataSection, Module, RawSection};
use wasmparser::{BinaryReaderError, Data, DataKind, Operator, Parser, Payload};

/// Zeros that are written rather than a new segment.
const GAP: usize = 64;

/// A piece of the first memory, and what is in it when the module starts.
struct Piece {
    start: usize,
    bytes: Vec<u8>,
}

/// Joins the data segments of a core module. A module whose segments are not what a linker makes stays as it is.
pub(super) fn joined(core: &[u8]) -> Result<Vec<u8>, BinaryReaderError> {
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(core) {
        let payload = payload?;
        match &payload {
            // Instructions may name the segments by their numbers.
            Payload::DataCountSection { .. } => return Ok(core.to_vec()),
            Payload::DataSection(section) => {
                let Some(pieces) = pieces(section.clone().into_iter())? else {
                    return Ok(core.to_vec());
                };
                let mut data = DataSection::new();
                for piece in pieces {
                    // An address of a 32-bit memory, which wasm writes as a signed number.
                    let start = u32::try_from(piece.start).unwrap_or(u32::MAX).cast_signed();
                    data.active(0, &ConstExpr::i32_const(start), piece.bytes);
                }
                module.section(&data);
            }
            _ => copy(&mut module, core, payload.as_section()),
        }
    }
    Ok(module.finish())
}

fn copy(module: &mut Module, core: &[u8], section: Option<(u8, Range<usize>)>) {
    let Some((id, range)) = section else { return };
    if let Some(data) = core.get(range) {
        module.section(&RawSection { id, data });
    }
}

/// None if they are not all of the first memory, at an address that is written there, and without overlap: then it is not
/// known what is in a gap.
fn pieces<'a>(
    segments: impl Iterator<Item = Result<Data<'a>, BinaryReaderError>>,
) -> Result<Option<Vec<Piece>>, BinaryReaderError> {
    let mut all = Vec::new();
    for segment in segments {
        let segment = segment?;
        let Some(start) = address(&segment.kind)? else {
            return Ok(None);
        };
        all.push((start, segment.data));
    }
    all.sort_by_key(|(start, _)| *start);
    let mut pieces: Vec<Piece> = Vec::new();
    for (start, bytes) in all {
        let last = pieces.last_mut();
        let end = last.as_ref().map_or(0, |last| last.start + last.bytes.len());
        let Some(gap) = start.checked_sub(end) else {
            return Ok(None);
        };
        match last.filter(|_| gap <= GAP) {
            Some(last) => {
                last.bytes.resize(start - last.start, 0);
                last.bytes.extend_from_slice(bytes);
            }
            None => pieces.push(Piece {
                start,
                bytes: bytes.to_vec(),
            }),
        }
    }
    Ok(Some(pieces))
}

fn address(kind: &DataKind<'_>) -> Result<Option<usize>, BinaryReaderError> {
    let DataKind::Active {
        memory_index: 0,
        offset_expr,
    } = kind
    else {
        return Ok(None);
    };
    let mut operators = offset_expr.get_operators_reader();
    let first = operators.read()?;
    let Operator::I32Const { value } = first else {
        return Ok(None);
    };
    Ok(usize::try_from(value.cast_unsigned()).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segments(core: &[u8]) -> Vec<(usize, Vec<u8>)> {
        let mut all = Vec::new();
        for payload in Parser::new(0).parse_all(core) {
            if let Payload::DataSection(section) = payload.unwrap() {
                for segment in section {
                    let segment = segment.unwrap();
                    all.push((address(&segment.kind).unwrap().unwrap(), segment.data.to_vec()));
                }
            }
        }
        all
    }

    #[test]
    fn segments_that_are_near_each_other_become_one() {
        let core = wat::parse_str(
            r#"(module (memory 1) (func (export "f"))
                (data (i32.const 78) "d") (data (i32.const 8) "ab") (data (i32.const 12) "c") (data (i32.const 79) "e"))"#,
        )
        .unwrap();
        let joined = joined(&core).unwrap();
        let mut first = b"ab\0\0c".to_vec();
        assert_eq!(segments(&joined), [(8, first.clone()), (78, b"de".to_vec())]);

        let near = wat::parse_str(r#"(module (memory 1) (data (i32.const 8) "ab\00\00c") (data (i32.const 77) "d"))"#);
        first.resize(69, 0);
        first.push(b'd');
        assert_eq!(segments(&super::joined(&near.unwrap()).unwrap()), [(8, first)]);
        wasmparser::validate(&joined).unwrap();
    }

    #[test]
    fn segments_that_overlap_or_have_names_stay_as_they_are() {
        let modules = [
            r#"(module (memory 1) (data (i32.const 8) "ab") (data (i32.const 9) "c"))"#,
            r#"(module (memory 1) (global i32 (i32.const 0)) (data (global.get 0) "a") (data (i32.const 8) "c"))"#,
            r#"(module (memory 1) (data $d "ab") (data (i32.const 8) "c") (func (data.drop $d)))"#,
        ];
        for text in modules {
            let core = wat::parse_str(text).unwrap();
            assert_eq!(joined(&core).unwrap(), core, "{text}");
        }
    }
}
