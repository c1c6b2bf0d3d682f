//! Numbers that a person would write, not below a given one.

/// 1, 1.5, 2, 3, 5, 7.5, and so on.
pub(super) fn decimal(number: u64) -> u64 {
    const STEPS: [u64; 6] = [10, 15, 20, 30, 50, 75];
    let mut power = 1_u64;
    loop {
        for step in STEPS {
            let nice = step.saturating_mul(power);
            // Below ten there is no half.
            if nice >= number.saturating_mul(10) && nice.is_multiple_of(10) {
                return nice / 10;
            }
        }
        match power.checked_mul(10) {
            Some(next) if next <= u64::MAX / 1_000 => power = next,
            _ => return number,
        }
    }
}

/// 1, 2, 3, 4, 6, 8, 12, and so on.
pub(super) fn binary(number: u64) -> u64 {
    let Some(power) = number.max(1).checked_next_power_of_two() else {
        return number;
    };
    let between = power / 4 * 3;
    if between >= number && between > 0 {
        between
    } else {
        power
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_numbers_have_few_digits() {
        for (number, nice) in [
            (0, 1),
            (1, 1),
            (2, 2),
            (4, 5),
            (6, 10),
            (11, 15),
            (15, 15),
            (16, 20),
            (74, 75),
            (76, 100),
            (1_234_567, 1_500_000),
            (u64::MAX, u64::MAX),
        ] {
            assert_eq!(decimal(number), nice, "{number}");
        }
    }

    #[test]
    fn binary_numbers_are_powers_of_two_or_half_way_to_the_next() {
        for (number, nice) in [
            (0, 1),
            (1, 1),
            (2, 2),
            (3, 3),
            (5, 6),
            (6, 6),
            (7, 8),
            (9, 12),
            (13, 16),
            (33, 48),
            (u64::MAX, u64::MAX),
        ] {
            assert_eq!(binary(number), nice, "{number}");
        }
    }

    #[test]
    fn what_is_nice_stays_as_it_is() {
        for number in (0..100_000).chain([u64::MAX / 7, u64::MAX / 2]) {
            for nice in [decimal, binary] {
                assert!(nice(number) >= number);
                assert_eq!(nice(nice(number)), nice(number), "{number}");
            }
        }
    }
}
