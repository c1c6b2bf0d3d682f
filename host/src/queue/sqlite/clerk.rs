//! The thread that the file belongs to.

use std::collections::{BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;
use tokio::sync::mpsc;

use super::super::{Message, QueueError, QueueHealth, Wanted};
use super::file::{self, Trouble};
use super::owner::{self, Owner};
use super::request::{Answer, Change, Handover, Request};
use super::rows;

/// How often to look for what other processes have put. What this one puts is seen at once. Shorter: the processor of a
/// machine that has nothing to do.
const LOOK: Duration = Duration::from_millis(200);
/// How often to see whether other owners still live, when there is always something to do.
const ROLL_CALL: Duration = Duration::from_millis(500);
/// Requests that are carried out in one transaction, at most: a bound for the time that the first one waits.
const TOGETHER: usize = 500;

pub(super) struct Clerk {
    path: PathBuf,
    /// From when the file was opened first.
    me: Option<Owner>,
    /// None after a failure: it is opened anew when it is needed next.
    file: Option<OpenFile>,
    /// Who waits for messages, in order.
    waiting: VecDeque<(Wanted, Answer<Handover>)>,
    /// The lane that was served last.
    last: Option<Arc<str>>,
    roll_called: Option<Instant>,
    next_due: Option<Duration>,
    again: mpsc::WeakUnboundedSender<Request>,
}

struct OpenFile {
    database: SqliteConnection,
    /// What this owner's rows say.
    owner: i64,
    /// The lanes that are known to be served by it.
    served: BTreeSet<Arc<str>>,
    /// Whether each commit waits for the disk.
    is_synchronous: bool,
}

/// What goes into one transaction.
#[derive(Default)]
struct Batch {
    parts: Vec<Part>,
    /// To whom the outcome of each goes.
    answers: Vec<Option<Answer<()>>>,
}

enum Part {
    Put {
        messages: Vec<Message>,
        most: Option<usize>,
    },
    Change(Change),
}

/// What came of each part.
type Outcomes = Vec<Result<(), QueueError>>;

impl Clerk {
    /// Does what is asked for until nobody asks any more.
    pub(super) fn work(
        path: PathBuf,
        asked: mpsc::UnboundedReceiver<Request>,
        again: mpsc::WeakUnboundedSender<Request>,
        opened: Answer<()>,
    ) {
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_time().build() {
            Ok(runtime) => runtime,
            Err(error) => {
                let _ = opened.send(Err(unavailable(&path, &Trouble::File(error))));
                return;
            }
        };
        runtime.block_on(async {
            let mut clerk = Self {
                path,
                me: None,
                file: None,
                waiting: VecDeque::new(),
                last: None,
                roll_called: None,
                next_due: None,
                again,
            };
            match clerk.file().await {
                Ok(_) => drop(opened.send(Ok(()))),
                Err(trouble) => {
                    let _ = opened.send(Err(unavailable(&clerk.path, &trouble)));
                    return;
                }
            }
            clerk.listen(asked).await;
        });
    }

    async fn listen(&mut self, mut asked: mpsc::UnboundedReceiver<Request>) {
        loop {
            let first = if self.waiting.is_empty() {
                asked.recv().await
            } else {
                let pause = self.next_due.map_or(LOOK, |due| due.min(LOOK));
                match tokio::time::timeout(pause, asked.recv()).await {
                    Ok(first) => first,
                    Err(_) => {
                        self.round(Batch::default()).await;
                        continue;
                    }
                }
            };
            let Some(first) = first else { break };
            let mut next = Some(first);
            let mut count = 0;
            let mut batch = Batch::default();
            let mut asked_for_health = Vec::new();
            while let Some(request) = next {
                match request {
                    Request::Put { messages, most, answer } => {
                        batch.parts.push(Part::Put { messages, most });
                        batch.answers.push(Some(answer));
                    }
                    Request::Change { change, answer } => {
                        batch.parts.push(Part::Change(change));
                        batch.answers.push(answer);
                    }
                    Request::Take { wanted, answer } => self.waiting.push_back((wanted, answer)),
                    Request::Health { answer } => asked_for_health.push(answer),
                    Request::Close { answer } => {
                        self.round(batch).await;
                        self.close().await;
                        let _ = answer.send(Ok(()));
                        return;
                    }
                    #[cfg(test)]
                    Request::Die => {
                        // The file stays; its lock does not.
                        self.me.iter_mut().for_each(|me| me.folder = PathBuf::new());
                        return;
                    }
                    #[cfg(test)]
                    Request::Run { sql, answer } => {
                        let ran = match self.file().await {
                            Ok(file) => sqlx::raw_sql(sql)
                                .execute(&mut file.database)
                                .await
                                .map_err(Trouble::from),
                            Err(trouble) => Err(trouble),
                        };
                        let ran = ran.map(drop).map_err(|trouble| unavailable(&self.path, &trouble));
                        let _ = answer.send(ran);
                    }
                }
                count += 1;
                next = if count < TOGETHER { asked.try_recv().ok() } else { None };
            }
            self.round(batch).await;
            for answer in asked_for_health {
                let health = self.health().await.map_err(|trouble| self.failed(&trouble));
                let _ = answer.send(health);
            }
        }
        self.close().await;
    }

    /// Carries out what is asked for, and serves who waits.
    async fn round(&mut self, batch: Batch) {
        if !batch.parts.is_empty() {
            self.carry_out(batch).await;
        }
        self.waiting.retain(|(_, answer)| !answer.is_closed());
        match self.serve().await {
            Ok(served) => {
                for (answer, handover) in served {
                    // Not received, it goes back.
                    let _ = answer.send(Ok(handover));
                }
            }
            Err(trouble) => {
                let error = self.failed(&trouble);
                for (_, answer) in self.waiting.drain(..) {
                    let _ = answer.send(Err(error.clone()));
                }
            }
        }
    }

    async fn carry_out(&mut self, batch: Batch) {
        let outcomes = match self.transact(&batch.parts).await {
            Ok(outcomes) => outcomes,
            Err(trouble) if batch.parts.len() == 1 || trouble.is_busy() => {
                vec![Err(self.failed(&trouble)); batch.parts.len()]
            }
            Err(trouble) => {
                // What cannot be done of it must not keep the rest from being done.
                self.failed(&trouble);
                let mut outcomes = Vec::with_capacity(batch.parts.len());
                for part in &batch.parts {
                    match self.transact(std::slice::from_ref(part)).await {
                        Ok(outcome) => outcomes.extend(outcome),
                        Err(trouble) => outcomes.push(Err(self.failed(&trouble))),
                    }
                }
                outcomes
            }
        };
        for (answer, outcome) in batch.answers.into_iter().zip(outcomes) {
            match (answer, outcome) {
                (Some(answer), outcome) => drop(answer.send(outcome)),
                (None, Err(error)) => tracing::error!("{error}"),
                (None, Ok(())) => {}
            }
        }
    }

    /// All of it or nothing.
    async fn transact(&mut self, parts: &[Part]) -> Result<Outcomes, Trouble> {
        let file = self.file().await?;
        // What is done twice because a power cut has undone its end was delivered at least once; a message that was put is
        // there for good.
        let is_synchronous = parts.iter().any(|part| matches!(part, Part::Put { .. }));
        file.synchronous(is_synchronous).await?;
        sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut file.database).await?;
        let outcomes = match file.carry_out(parts).await {
            Ok(outcomes) => sqlx::raw_sql("COMMIT")
                .execute(&mut file.database)
                .await
                .map(|_| outcomes),
            Err(error) => Err(error),
        };
        if outcomes.is_err() {
            // SQLite may have done that already.
            let _ = sqlx::raw_sql("ROLLBACK").execute(&mut file.database).await;
        }
        Ok(outcomes?)
    }

    /// Takes for those who wait, the first one first.
    async fn serve(&mut self) -> Result<Vec<(Answer<Handover>, Handover)>, Trouble> {
        let mut served = Vec::new();
        if self.waiting.is_empty() {
            return Ok(served);
        }
        self.call_the_roll().await?;
        self.file().await?;
        let Some(file) = &mut self.file else { return Ok(served) };
        file.synchronous(false).await?;
        for lane in self.waiting.iter().flat_map(|(wanted, _)| &wanted.lanes) {
            if !file.served.contains(&lane.0) {
                rows::serve(&mut file.database, file.owner, &lane.0).await?;
                file.served.insert(lane.0.clone());
            }
        }
        self.next_due = rows::wake(&mut file.database).await?;
        let mut left = VecDeque::new();
        while let Some((wanted, answer)) = self.waiting.pop_front() {
            match rows::take(&mut file.database, file.owner, &wanted, &mut self.last).await {
                Ok(taken) if taken.is_empty() => left.push_back((wanted, answer)),
                Ok(taken) => {
                    let clerk = self.again.clone();
                    served.push((answer, Handover { taken, clerk }));
                }
                Err(error) => {
                    left.push_back((wanted, answer));
                    left.append(&mut self.waiting);
                    self.waiting = left;
                    // Those who have something get it; the others hear of the failure at the next look.
                    return if served.is_empty() {
                        Err(error.into())
                    } else {
                        Ok(served)
                    };
                }
            }
        }
        self.waiting = left;
        Ok(served)
    }

    /// Gives back what owners have taken that live no more.
    async fn call_the_roll(&mut self) -> Result<(), Trouble> {
        if self.roll_called.is_some_and(|called| called.elapsed() < ROLL_CALL) {
            return Ok(());
        }
        let path = self.path.clone();
        let file = self.file().await?;
        for (other, name) in rows::others(&mut file.database, file.owner).await? {
            if owner::is_gone(&path, &name)? {
                let back = rows::retire(&mut file.database, other).await?;
                owner::forget(&path, &name);
                if back > 0 {
                    tracing::warn!(
                        "a process ended while it had taken {back} deliveries from the queue {}; they are delivered again",
                        path.display()
                    );
                }
            }
        }
        self.roll_called = Some(Instant::now());
        Ok(())
    }

    async fn health(&mut self) -> Result<QueueHealth, Trouble> {
        self.call_the_roll().await?;
        let file = self.file().await?;
        rows::wake(&mut file.database).await?;
        Ok(rows::health(&mut file.database).await?)
    }

    async fn close(&mut self) {
        if let Some(mut file) = self.file.take() {
            let back = rows::retire(&mut file.database, file.owner).await;
            if let Err(error) = back.map_err(Trouble::from) {
                // Whoever uses the file next does it.
                tracing::error!("{}", unavailable(&self.path, &error));
            }
            let _ = file.database.close().await;
        }
    }

    async fn file(&mut self) -> Result<&mut OpenFile, Trouble> {
        let file = match self.file.take() {
            Some(file) => file,
            None => {
                let mut database = file::open(&self.path).await?;
                let me = match self.me.take() {
                    Some(me) => me,
                    None => Owner::new(&self.path)?,
                };
                let owner = rows::register(&mut database, &self.me.insert(me).name).await?;
                OpenFile {
                    database,
                    owner,
                    served: BTreeSet::new(),
                    is_synchronous: true,
                }
            }
        };
        Ok(self.file.insert(file))
    }

    /// What to say of a failure; the file is opened anew, unless it was not the file.
    fn failed(&mut self, trouble: &Trouble) -> QueueError {
        if !trouble.will_pass() {
            self.file = None;
        }
        unavailable(&self.path, trouble)
    }
}

impl OpenFile {
    async fn synchronous(&mut self, is_synchronous: bool) -> sqlx::Result<()> {
        if self.is_synchronous != is_synchronous {
            let sql = match is_synchronous {
                true => "PRAGMA synchronous = FULL",
                false => "PRAGMA synchronous = NORMAL",
            };
            sqlx::raw_sql(sql).execute(&mut self.database).await?;
            self.is_synchronous = is_synchronous;
        }
        Ok(())
    }

    async fn carry_out(&mut self, parts: &[Part]) -> sqlx::Result<Outcomes> {
        let mut outcomes = Vec::with_capacity(parts.len());
        for part in parts {
            outcomes.push(match part {
                Part::Change(change) => Ok(rows::change(&mut self.database, self.owner, change).await?),
                Part::Put { messages, most } => rows::put(&mut self.database, messages, *most).await?,
            });
        }
        Ok(outcomes)
    }
}

fn unavailable(path: &std::path::Path, trouble: &Trouble) -> QueueError {
    QueueError::Unavailable {
        place: path.display().to_string(),
        reason: trouble.to_string(),
    }
}
