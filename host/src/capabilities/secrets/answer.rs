//! An answer without secrets: what a server repeats must not come into the ledger, or before a user's eyes.

use super::Vault;
use crate::contract::types;

impl Vault {
    /// Takes every secret out of what a module answered, or of the error that it returned.
    pub(crate) fn redact_answer(&self, answer: &mut Result<types::Answer, types::Error>) {
        if self.is_empty() {
            return;
        }
        match answer {
            Ok(answer) => {
                match &mut answer.outcome {
                    types::Outcome::Unchanged => {}
                    types::Outcome::Replace(payload) => self.redact_in(payload),
                    types::Outcome::Reject(rejection) => {
                        self.redact_in(&mut rejection.reason);
                        self.redact_all(&mut rejection.pointer);
                    }
                }
                for action in &mut answer.actions {
                    self.redact_in(&mut action.object);
                    self.redact_all(&mut action.target);
                    self.redact_in(&mut action.change);
                }
                self.redact_all(&mut answer.message);
            }
            Err(error) => {
                self.redact_in(&mut error.code);
                self.redact_in(&mut error.message);
            }
        }
    }

    fn redact_all<'a>(&self, texts: impl IntoIterator<Item = &'a mut String>) {
        for text in texts {
            self.redact_in(text);
        }
    }
}
