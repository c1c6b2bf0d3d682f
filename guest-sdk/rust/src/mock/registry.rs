//! The mock host's registry: the rules of the real one, without its limits.

use std::cell::RefCell;
use std::rc::Rc;

use crate::hooks::Registry;
use crate::subscription::{Policy, Subscription};
use crate::{Error, hook};

#[derive(Debug)]
pub(super) struct MockRegistry {
    module_name: String,
    known_hooks: Vec<String>,
    subscriptions: RefCell<Vec<Subscription>>,
}

impl MockRegistry {
    pub(super) fn new(module_name: String, known_hooks: Vec<String>) -> Self {
        Self {
            module_name,
            known_hooks,
            subscriptions: RefCell::default(),
        }
    }

    pub(super) fn subscriptions(&self) -> Vec<Subscription> {
        self.subscriptions.borrow().clone()
    }

    fn check_menu_name(name: &str) -> Result<(), Error> {
        if name.is_empty() || name.chars().count() > 128 || name.chars().any(char::is_control) {
            let message = format!(
                "`{}` cannot be a menu name: 1 to 128 characters, none of them a control character",
                name.escape_debug()
            );
            return Err(Error::new("invalid-menu-name", message));
        }
        Ok(())
    }

    fn check_policies(subscription: &Subscription) -> Result<(), Error> {
        let preload = hook::is_preload(&subscription.hook);
        for (fault, policy) in &subscription.failure_policies {
            let fits = match policy {
                Policy::Continue => true,
                Policy::Reject => preload,
                Policy::Retry => subscription.asynchronous,
            };
            if !fits {
                let message = format!(
                    "the policy `{}` for `{}` does not go together with this subscription to {}",
                    policy.as_str(),
                    fault.as_str(),
                    subscription.hook
                );
                return Err(Error::new("invalid-failure-policy", message));
            }
        }
        Ok(())
    }
}

impl Registry for Rc<MockRegistry> {
    fn register(&self, module_id: u32, hook: &str, menu_name: Option<&str>, asynchronous: bool) -> Result<(), Error> {
        let mut subscription = Subscription::new(hook);
        subscription.menu_name = menu_name.map(str::to_owned);
        subscription.asynchronous = asynchronous;
        self.submit(module_id, subscription)
    }

    fn submit(&self, _: u32, mut subscription: Subscription) -> Result<(), Error> {
        let hook = &subscription.hook;
        if !self.known_hooks.contains(hook) {
            return Err(Error::new(
                "unknown-hook",
                format!("there is no hook `{hook}`; see `sclera_sdk::hook`"),
            ));
        }
        if subscription.asynchronous && hook::is_preload(hook) {
            log::warn!("{hook} is a preload hook, so it runs synchronously");
            subscription.asynchronous = false;
        }
        if hook::is_manual(hook) {
            let name = subscription
                .menu_name
                .get_or_insert_with(|| format!("{}::{hook}", self.module_name));
            MockRegistry::check_menu_name(name)?;
        } else {
            subscription.menu_name = None;
        }
        MockRegistry::check_policies(&subscription)?;

        let same = |other: &Subscription| other.hook == subscription.hook && other.menu_name == subscription.menu_name;
        let mut subscriptions = self.subscriptions.borrow_mut();
        match subscriptions.iter_mut().find(|other| same(other)) {
            Some(earlier) => *earlier = subscription,
            None => subscriptions.push(subscription),
        }
        Ok(())
    }

    fn deregister(&self, _: u32, hook: &str) -> Result<(), Error> {
        self.subscriptions
            .borrow_mut()
            .retain(|subscription| subscription.hook != hook);
        Ok(())
    }
}
