//! JSON in the one form in which two texts of it are compared: keys in order, and every number to its last digit.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// Levels of lists and objects within one another.
const DEPTH: usize = 200;
/// Digits that a number is written out with; beyond, it has an exponent.
const DIGITS: i64 = 40;

/// `text` in that form, on indented lines. None if it is not JSON, or is nested too deep.
pub(super) fn pretty(text: &str) -> Option<String> {
    let raw: &RawValue = serde_json::from_str(text).ok()?;
    let mut out = String::new();
    write(&mut out, raw, 0)?;
    Some(out)
}

/// Whether two texts are the same JSON.
pub(super) fn same(one: &str, other: &str) -> bool {
    match (pretty(one), pretty(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

fn write(out: &mut String, raw: &RawValue, depth: usize) -> Option<()> {
    let text = raw.get();
    if depth > DEPTH {
        return None;
    }
    match text.chars().next()? {
        '{' => {
            let fields: BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
            let fields = fields.into_iter();
            block(out, ['{', '}'], depth, fields, |out, (key, value)| {
                out.push_str(&serde_json::to_string(&key).ok()?);
                out.push_str(": ");
                write(out, value, depth + 1)
            })
        }
        '[' => {
            let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
            block(out, ['[', ']'], depth, items.into_iter(), |out, item| {
                write(out, item, depth + 1)
            })
        }
        '"' => {
            let said: String = serde_json::from_str(text).ok()?;
            out.push_str(&serde_json::to_string(&said).ok()?);
            Some(())
        }
        't' | 'f' | 'n' => {
            out.push_str(text);
            Some(())
        }
        _ => {
            out.push_str(&number(text));
            Some(())
        }
    }
}

fn block<T>(
    out: &mut String,
    [open, close]: [char; 2],
    depth: usize,
    items: impl ExactSizeIterator<Item = T>,
    mut write: impl FnMut(&mut String, T) -> Option<()>,
) -> Option<()> {
    out.push(open);
    let last = items.len();
    for (index, item) in items.enumerate() {
        out.push('\n');
        out.push_str(&"  ".repeat(depth + 1));
        write(out, item)?;
        if index + 1 < last {
            out.push(',');
        }
    }
    if last > 0 {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    }
    out.push(close);
    Some(())
}

/// A number of JSON, exactly, in one form: `1`, `1.0` and `10e-1` are the same.
fn number(text: &str) -> String {
    let (sign, unsigned) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let Ok(exponent) = exponent.trim_start_matches('+').parse::<i64>() else {
        return text.to_owned();
    };
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    let significant = digits.trim_end_matches('0');
    if significant.is_empty() {
        return "0".to_owned();
    }
    let length = |text: &str| i64::try_from(text.len()).unwrap_or(i64::MAX);
    let exponent = exponent
        .saturating_sub(length(fraction))
        .saturating_add(length(digits) - length(significant));
    let places = length(significant).saturating_add(exponent);
    if exponent >= 0 && places <= DIGITS {
        return format!(
            "{sign}{significant}{}",
            "0".repeat(usize::try_from(exponent).unwrap_or(0))
        );
    }
    if (-DIGITS..0).contains(&exponent) {
        let zeros = usize::try_from(-places).map_or(0, |missing| missing + 1);
        let padded = format!("{}{significant}", "0".repeat(if places <= 0 { zeros } else { 0 }));
        let at = padded.len() - usize::try_from(-exponent).unwrap_or(0);
        let (whole, fraction) = padded.split_at_checked(at).unwrap_or((&padded, ""));
        return format!("{sign}{whole}.{fraction}");
    }
    format!("{sign}{significant}e{exponent}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_form_and_every_digit() {
        let cases = [
            ("1.0", "1"),
            ("10e-1", "1"),
            ("-0.0", "0"),
            ("100", "100"),
            ("1e2", "100"),
            ("0.5", "0.5"),
            ("5e-1", "0.5"),
            ("0.0050", "0.005"),
            ("12.5", "12.5"),
            ("-12.50", "-12.5"),
            ("9007199254740993", "9007199254740993"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            ("1e400", "1e400"),
            ("1e-400", "1e-400"),
        ];
        for (written, one) in cases {
            assert_eq!(number(written), one, "{written}");
        }
    }

    #[test]
    fn only_what_differs_differs() {
        assert!(same(r#"[{"b": 1, "a": "\u00e9"}]"#, r#"[{"a":"é","b":1.0}]"#));
        assert!(!same("9007199254740993", "9007199254740992"));
        assert!(!same("[1, 2]", "[2, 1]"));
        assert!(!same("1", "\"1\""));
        assert!(pretty(&"[".repeat(100_000)).is_none());
        assert_eq!(
            pretty("{\"a\":[],\"b\":{}}").unwrap(),
            "{\n  \"a\": [],\n  \"b\": {}\n}"
        );
    }
}
