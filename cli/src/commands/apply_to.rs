//! Actions that another server applies: a worker has no database of its own.

use std::time::Duration;

use sclera::{ActionApplier, ApplyError, Delivery, Host, async_trait, text};

use crate::exit::UsageError;

/// Posts deliveries to the server that applies their actions.
#[derive(Debug)]
pub(super) struct Remote {
    url: String,
    agent: ureq::Agent,
}

/// How long the server may take. It asks modules itself before it changes anything.
const PATIENCE: Duration = Duration::from_secs(60);
/// Characters of what it says of a failure.
const SAID: usize = 500;
/// Bytes of it that are read.
const READ: u64 = 64 << 10;

impl Remote {
    /// `url` is the server's: `http://127.0.0.1:8000`.
    pub(super) fn new(url: &str) -> Result<Self, UsageError> {
        let url = url.trim_end_matches('/').to_owned();
        if !url.starts_with("http://") {
            return Err(UsageError(format!(
                "`--apply-to {}` is not the `http://…` of a server; a server elsewhere is reached through a tunnel or a proxy on this machine",
                text::shown(&url, 200)
            )));
        }
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .build();
        Ok(Self {
            url,
            agent: config.into(),
        })
    }
}

#[async_trait]
impl ActionApplier for Remote {
    async fn apply(&self, _: &Host, delivery: &Delivery) -> Result<(), ApplyError> {
        let url = format!("{}/actions/{}", self.url, delivery.id);
        let body = serde_json::to_vec(delivery)?;
        let agent = self.agent.clone();
        let sent = tokio::task::spawn_blocking(move || {
            let answer = agent.post(&url).content_type("application/json").send(&body)?;
            let (parts, body) = answer.into_parts();
            let said = body.into_with_config().limit(READ).read_to_string();
            Ok::<_, ureq::Error>((parts.status, said.unwrap_or_default()))
        });
        let (status, said) = sent
            .await?
            .map_err(|error| format!("the server at {} does not answer: {error}", self.url))?;
        if status.is_success() {
            return Ok(());
        }
        Err(format!(
            "the server at {} answered {}: {}",
            self.url,
            status,
            text::shown(&said, SAID)
        )
        .into())
    }
}
