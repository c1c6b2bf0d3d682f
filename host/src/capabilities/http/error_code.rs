//! The errors of `wasi:http` as they stand in a transcript: their names, and what they carry.

use serde_json::{Value, json};
use wasmtime_wasi_http::Error;

/// Errors that say no more than their names.
macro_rules! plain {
    ($($name:literal: $error:ident,)*) => {
        fn plain_name(error: &Error) -> Option<&'static str> {
            match error {
                $(Error::$error => Some($name),)*
                _ => None,
            }
        }

        fn plain_error(name: &str) -> Option<Error> {
            match name {
                $($name => Some(Error::$error),)*
                _ => None,
            }
        }
    };
}

plain! {
    "dns-timeout": DnsTimeout,
    "destination-not-found": DestinationNotFound,
    "destination-unavailable": DestinationUnavailable,
    "destination-ip-prohibited": DestinationIpProhibited,
    "destination-ip-unroutable": DestinationIpUnroutable,
    "connection-refused": ConnectionRefused,
    "connection-terminated": ConnectionTerminated,
    "connection-timeout": ConnectionTimeout,
    "connection-read-timeout": ConnectionReadTimeout,
    "connection-write-timeout": ConnectionWriteTimeout,
    "connection-limit-reached": ConnectionLimitReached,
    "tls-protocol-error": TlsProtocolError,
    "tls-certificate-error": TlsCertificateError,
    "http-request-denied": HttpRequestDenied,
    "http-request-length-required": HttpRequestLengthRequired,
    "http-request-method-invalid": HttpRequestMethodInvalid,
    "http-request-uri-invalid": HttpRequestUriInvalid,
    "http-request-uri-too-long": HttpRequestUriTooLong,
    "http-response-incomplete": HttpResponseIncomplete,
    "http-response-timeout": HttpResponseTimeout,
    "http-upgrade-failed": HttpUpgradeFailed,
    "http-protocol-error": HttpProtocolError,
    "loop-detected": LoopDetected,
    "configuration-error": ConfigurationError,
}

/// How an error is written.
pub(super) fn written(error: &Error) -> Value {
    match error {
        Error::DnsError { rcode, info_code } => json!({"dns-error": [rcode, info_code]}),
        Error::TlsAlertReceived {
            alert_id,
            alert_message,
        } => json!({"tls-alert-received": [alert_id, alert_message]}),
        Error::HttpRequestBodySize(size) => json!({"http-request-body-size": size}),
        Error::HttpResponseBodySize(size) => json!({"http-response-body-size": size}),
        Error::HttpRequestTrailerSectionSize(size) => json!({"http-request-trailer-section-size": size}),
        Error::HttpResponseHeaderSectionSize(size) => json!({"http-response-header-section-size": size}),
        Error::InternalError(text) => json!({"internal-error": text}),
        other => match plain_name(other) {
            Some(name) => name.into(),
            // Nothing else is made here; what a future version makes is told apart by its text.
            None => json!({"internal-error": other.to_string()}),
        },
    }
}

/// The error that was written so.
pub(super) fn read(written: &Value) -> Option<Error> {
    if let Value::String(name) = written {
        return plain_error(name);
    }
    let (name, what) = written.as_object()?.iter().next()?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let short = |value: &Value| value.as_u64().and_then(|size| u32::try_from(size).ok());
    Some(match name.as_str() {
        "dns-error" => Error::DnsError {
            rcode: what.get(0).and_then(text),
            info_code: what
                .get(1)
                .and_then(Value::as_u64)
                .and_then(|code| u16::try_from(code).ok()),
        },
        "tls-alert-received" => Error::TlsAlertReceived {
            alert_id: what.get(0).and_then(Value::as_u64).and_then(|id| u8::try_from(id).ok()),
            alert_message: what.get(1).and_then(text),
        },
        "http-request-body-size" => Error::HttpRequestBodySize(what.as_u64()),
        "http-response-body-size" => Error::HttpResponseBodySize(what.as_u64()),
        "http-request-trailer-section-size" => Error::HttpRequestTrailerSectionSize(short(what)),
        "http-response-header-section-size" => Error::HttpResponseHeaderSectionSize(short(what)),
        "internal-error" => Error::InternalError(text(what)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_read_as_it_was_written() {
        let errors = [
            Error::ConnectionRefused,
            Error::DnsError {
                rcode: Some("no".into()),
                info_code: None,
            },
            Error::TlsAlertReceived {
                alert_id: Some(40),
                alert_message: None,
            },
            Error::HttpResponseBodySize(Some(9)),
            Error::HttpRequestBodySize(None),
            Error::HttpResponseHeaderSectionSize(None),
            Error::HttpRequestTrailerSectionSize(Some(0)),
            Error::InternalError(Some("text".into())),
        ];
        for error in errors {
            let again = read(&written(&error)).unwrap();
            assert_eq!(format!("{again:?}"), format!("{error:?}"));
        }
        assert!(read(&json!("no-such-error")).is_none());
    }
}
