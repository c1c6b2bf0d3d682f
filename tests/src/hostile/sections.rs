//! The sections of a module or a component, raw: for what no encoder would write.

/// Number and content of each section, in order. Stops where the bytes are no section.
pub(super) fn sections(module: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut sections = Vec::new();
    let mut rest = module.get(8..).unwrap_or_default();
    while let Some((&id, after)) = rest.split_first() {
        let (length, after) = read_number(after);
        let Some((content, after)) = after.split_at_checked(length) else {
            break;
        };
        sections.push((id, content.to_vec()));
        rest = after;
    }
    sections
}

/// Adds a section at the end.
pub(super) fn with_section(mut module: Vec<u8>, id: u8, content: &[u8]) -> Vec<u8> {
    module.push(id);
    module.extend(number(content.len()));
    module.extend_from_slice(content);
    module
}

/// A number as WebAssembly writes it: seven bits in each byte.
pub(super) fn number(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(value & 0x7f).unwrap_or_default();
        value >>= 7;
        bytes.push(if value == 0 { low } else { low | 0x80 });
        if value == 0 {
            return bytes;
        }
    }
}

/// The number at the beginning, and what follows it.
pub(super) fn read_number(bytes: &[u8]) -> (usize, &[u8]) {
    let mut value = 0;
    for (index, byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return (value, bytes.get(index + 1..).unwrap_or_default());
        }
    }
    (value, &[])
}
