//! What the host and the compiler's process say to each other: one order with a module's bytes, one answer.

use std::io::{self, Read, Write};

use crate::sandbox::Fingerprint;

/// Begins both, and changes with what follows it: a program of another version is told apart at once.
const ORDER: &[u8; 8] = b"sclera>1";
const ANSWER: &[u8; 8] = b"sclera<1";

/// What is ordered. The module's bytes follow.
pub(super) struct Order {
    /// Bytes of address space.
    pub(super) memory: u64,
    /// Seconds of processor time.
    pub(super) cpu: u64,
    /// The engine that the code is for.
    pub(super) fingerprint: Fingerprint,
    /// How many bytes the module has.
    pub(super) length: u64,
}

impl Order {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = ORDER.to_vec();
        bytes.extend(self.memory.to_le_bytes());
        bytes.extend(self.cpu.to_le_bytes());
        bytes.extend(self.length.to_le_bytes());
        bytes.extend(self.fingerprint.0);
        bytes
    }

    pub(super) fn read(from: &mut impl Read) -> io::Result<Self> {
        if &array::<8>(from)? != ORDER {
            return Err(io::Error::other("that is no order for a compiler"));
        }
        Ok(Self {
            memory: u64::from_le_bytes(array(from)?),
            cpu: u64::from_le_bytes(array(from)?),
            length: u64::from_le_bytes(array(from)?),
            fingerprint: Fingerprint(array(from)?),
        })
    }
}

fn array<const N: usize>(from: &mut impl Read) -> io::Result<[u8; N]> {
    let mut array = [0; N];
    from.read_exact(&mut array)?;
    Ok(array)
}

/// What an answer is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The code.
    Code,
    /// Why the compiler refuses the module.
    Refused,
    /// Nothing: there was not enough memory.
    OutOfMemory,
    /// Nothing: this compiler is for another engine.
    OtherEngine,
    /// Why the process could not limit itself.
    NotConfined,
}

const KINDS: [(Kind, u8); 5] = [
    (Kind::Code, 0),
    (Kind::Refused, 1),
    (Kind::OutOfMemory, 2),
    (Kind::OtherEngine, 3),
    (Kind::NotConfined, 4),
];

/// How an answer begins. As many bytes follow as it says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) kind: Kind,
    pub(super) length: u64,
}

impl Head {
    /// Bytes of it.
    pub(super) const SIZE: usize = 17;

    /// None: that is no answer.
    pub(super) fn parse(bytes: &[u8; Self::SIZE]) -> Option<Self> {
        let (mark, rest) = bytes.split_first_chunk::<8>()?;
        let (kind, length) = rest.split_first()?;
        let (kind, _) = KINDS.iter().find(|(_, byte)| byte == kind)?;
        (mark == ANSWER).then_some(Self {
            kind: *kind,
            length: u64::from_le_bytes(length.try_into().ok()?),
        })
    }
}

/// Gives the answer.
pub(super) fn answer(to: &mut impl Write, kind: Kind, content: &[u8]) -> io::Result<()> {
    let byte = KINDS
        .iter()
        .find(|(one, _)| *one == kind)
        .map_or(u8::MAX, |(_, byte)| *byte);
    to.write_all(ANSWER)?;
    to.write_all(&[byte])?;
    to.write_all(&(content.len() as u64).to_le_bytes())?;
    to.write_all(content)?;
    to.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_arrives_as_it_was_given() {
        let order = Order {
            memory: 1,
            cpu: 2,
            fingerprint: Fingerprint([3; 32]),
            length: 4,
        };
        let read = Order::read(&mut &order.to_bytes()[..]).unwrap();
        assert_eq!(
            (read.memory, read.cpu, read.fingerprint.0, read.length),
            (1, 2, [3; 32], 4)
        );
        assert!(Order::read(&mut &[0; 100][..]).is_err());
    }

    #[test]
    fn an_answer_arrives_as_it_was_given() {
        for (kind, _) in KINDS {
            let mut bytes = Vec::new();
            answer(&mut bytes, kind, b"code").unwrap();
            let (head, rest) = bytes.split_first_chunk().unwrap();
            assert_eq!(Head::parse(head), Some(Head { kind, length: 4 }));
            assert_eq!(rest, b"code");
        }
    }

    #[test]
    fn what_is_no_answer_is_not_taken_for_one() {
        let mut answer = *b"sclera<1\x00\x01\0\0\0\0\0\0\0";
        assert!(Head::parse(&answer).is_some());
        answer[8] = 5;
        assert_eq!(Head::parse(&answer), None);
        assert_eq!(Head::parse(b"sclera<2\x00\x01\0\0\0\0\0\0\0"), None);
    }
}
