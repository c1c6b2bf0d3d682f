//! What every route has at hand.

use std::path::PathBuf;
use std::sync::Arc;

use sclera::Ledger;
use tokio_util::task::TaskTracker;

use crate::commit::{CaseServer, Done, Request};
use crate::context::User;
use crate::error::Error;

/// What every route has at hand.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub(crate) server: CaseServer,
    /// What the modules did.
    pub(crate) ledger: Ledger,
    /// The folder that reports are written to.
    pub(crate) reports: Arc<PathBuf>,
    /// The requests that are being carried out.
    pub(crate) tasks: TaskTracker,
}

impl App {
    /// Carries out a request, as [`CaseServer::carry_out`].
    pub(crate) async fn carry_out(&self, request: Request, user: User) -> Result<Done, Error> {
        let server = self.server.clone();
        self.to_the_end(async move { server.carry_out(request, user).await })
            .await
    }

    /// Runs `work` to its end, even if the client hangs up: what is committed must also be announced.
    pub(crate) async fn to_the_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        self.tasks.spawn(work).await.map_err(|_| Error::Interrupted)?
    }
}
