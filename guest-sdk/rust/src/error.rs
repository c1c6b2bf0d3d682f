//! Why something did not work.

use std::fmt;

/// Why something did not work: the contract's `error`.
///
/// Every other error converts into one, so `?` works on whatever a module calls. That is also why this type does not
/// implement [`std::error::Error`] itself.
///
/// ```
/// use sclera_sdk::Error;
///
/// fn limit(text: &str) -> Result<u32, Error> {
///     Ok(text.parse::<u32>()?)
/// }
///
/// assert_eq!(limit("many").unwrap_err().code, Error::MODULE_ERROR);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Error {
    /// A short, stable, machine-readable word such as `upstream-unavailable`. The set is open.
    pub code: String,
    /// One sentence for a person: what failed, and what to do now.
    pub message: String,
    /// Whether the same call may work if it is made again later.
    pub retryable: bool,
}

impl Error {
    /// The code of an error that was converted from another type.
    pub const MODULE_ERROR: &str = "module-error";

    /// The code of a configuration that does not fit the module's [`Config`](crate::Module::Config).
    pub const INVALID_CONFIGURATION: &str = "invalid-configuration";

    /// The code of an event whose payload or metadata cannot be read.
    pub const BAD_EVENT: &str = "bad-event";

    /// An error that will be the same however often the call is made.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            retryable: false,
        }
    }

    /// Says that the same call may work if it is made again later.
    #[must_use]
    pub fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

impl<E: std::error::Error> From<E> for Error {
    fn from(error: E) -> Self {
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            message = format!("{message}: {cause}");
            source = cause.source();
        }
        Self::new(Self::MODULE_ERROR, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_converted_error_tells_all_its_causes() {
        #[derive(Debug)]
        struct Outer(std::num::ParseIntError);
        impl fmt::Display for Outer {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the port is wrong")
            }
        }
        impl std::error::Error for Outer {
            fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
                Some(&self.0)
            }
        }

        let error = Error::from(Outer("x".parse::<u16>().unwrap_err()));

        assert_eq!(error.message, "the port is wrong: invalid digit found in string");
        assert!(!error.retryable);
    }
}
