//! How much to measure.

use std::time::Duration;

use crate::rounds::Pace;

/// How much to measure in one pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Enough for numbers that mean something.
    Full,
    /// As little as shows that it works.
    Quick,
}

impl Extent {
    /// How to take ways in turn of which a call takes about as long.
    pub(crate) fn pace(self, call: Duration) -> Pace {
        // As long as two calls, so that the host has made another instance; and as requests follow one another where
        // thousands come each second.
        let pause = (2 * call).max(PAUSE);
        match self {
            Self::Full => {
                let calls = BUDGET.as_nanos() / (call + pause).as_nanos().max(1);
                let calls = u32::try_from(calls).unwrap_or(u32::MAX).clamp(40, CALLS);
                let turn = (calls / TURNS).max(4);
                Pace {
                    turn,
                    settling: turn / 4,
                    turns: TURNS,
                    pause,
                }
            }
            Self::Quick => Pace {
                turn: 2,
                settling: 1,
                turns: 2,
                pause: PAUSE,
            },
        }
    }

    /// How long to do something as often as it goes.
    pub(crate) fn during(self) -> Duration {
        match self {
            Self::Full => Duration::from_secs(1),
            Self::Quick => Duration::from_millis(20),
        }
    }

    /// The larger number, unless it has to be quick.
    pub(crate) fn either<T>(self, full: T, quick: T) -> T {
        match self {
            Self::Full => full,
            Self::Quick => quick,
        }
    }
}

/// Between one call and the next.
const PAUSE: Duration = Duration::from_micros(100);
/// What one way takes of a pass, pauses included.
const BUDGET: Duration = Duration::from_millis(700);
/// More would say nothing more.
const CALLS: u32 = 4_000;
const TURNS: u32 = 10;
