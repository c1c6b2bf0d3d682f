//! Numbers as a person reads them.

use std::time::Duration;

/// `12,345,678`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1.50 MiB`.
pub(super) fn bytes(number: usize) -> String {
    indicatif::HumanBytes(number as u64).to_string()
}

/// `244.9 µs`, `1.2 ms`, `3.05 s`.
pub(super) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    // The borders are where the smaller unit would be rounded up to 1000.0.
    if seconds < 0.000_999_95 {
        format!("{:.1} µs", seconds * 1e6)
    } else if seconds < 0.999_95 {
        format!("{:.1} ms", seconds * 1e3)
    } else {
        format!("{seconds:.2} s")
    }
}

/// `2026-01-31 08:00:05`, in UTC.
pub(super) fn moment(ms: u64) -> String {
    let moment = i64::try_from(ms)
        .ok()
        .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    moment.map_or_else(
        || format!("{ms} ms"),
        |moment| moment.strftime("%Y-%m-%d %H:%M:%S").to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_the_unit_that_keeps_them_short() {
        let cases = [
            (0, "0.0 µs"),
            (244_857, "244.9 µs"),
            (999_949, "999.9 µs"),
            (999_951, "1.0 ms"),
            (1_011_899, "1.0 ms"),
            (104_895_779, "104.9 ms"),
            (999_949_000, "999.9 ms"),
            (999_951_000, "1.00 s"),
            (61_234_000_000, "61.23 s"),
        ];
        for (nanoseconds, shown) in cases {
            assert_eq!(duration(Duration::from_nanos(nanoseconds)), shown);
        }
    }

    #[test]
    fn numbers_are_in_groups_of_three() {
        let cases = [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345_678, "12,345,678")];
        for (number, shown) in cases {
            assert_eq!(grouped(number), shown);
        }
    }
}
