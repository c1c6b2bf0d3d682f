//! Manual hooks: a user chose one entry of one module.

use serde::Serialize;

use super::{Report, TriggerError, is_for};
use crate::catalog::HookKind;
use crate::host::Host;
use crate::trigger::Trigger;

/// An entry of a menu: what a user can choose for an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MenuEntry {
    /// What the user reads.
    pub menu_name: String,
    /// The hook that it triggers.
    pub hook: String,
    /// The name of the module that runs.
    pub module: String,
}

impl Host {
    /// The menu for objects of a kind, such as `ioc`: what enabled modules offer, in the order of their priority.
    pub fn manual_hooks(&self, object: &str) -> Vec<MenuEntry> {
        let roster = self.inner.roster.load();
        self.inner
            .catalog
            .iter()
            .filter(|hook| hook.kind() == HookKind::Manual && hook.object() == object)
            .flat_map(|hook| roster.listeners(hook.name()))
            .filter_map(|listener| {
                Some(MenuEntry {
                    menu_name: listener.subscription.menu_name.clone()?,
                    hook: listener.subscription.hook.clone(),
                    module: listener.subscription.module.clone(),
                })
            })
            .collect()
    }

    /// Runs the one module that the user chose: the entry `menu_name` of `module` for the trigger's hook, on all
    /// objects of the payload at once.
    pub async fn trigger_manual(
        &self,
        module: &str,
        menu_name: &str,
        trigger: Trigger,
    ) -> Result<Report, TriggerError> {
        let hook = self.accept(&trigger, HookKind::Manual)?;
        let roster = self.inner.roster.load_full();
        let chosen = roster.listeners(hook.name()).iter().find(|listener| {
            listener.subscription.module == module && listener.subscription.menu_name.as_deref() == Some(menu_name)
        });
        let Some(chosen) = chosen else {
            return Err(TriggerError::NoSuchMenuEntry {
                module: module.to_owned(),
                hook: trigger.hook,
                menu_name: menu_name.to_owned(),
            });
        };
        if let Some(rule) = &chosen.subscription.match_rule
            && !is_for(chosen, &trigger.payload, &trigger)
        {
            return Err(TriggerError::NotForThese {
                module: module.to_owned(),
                menu_name: menu_name.to_owned(),
                rule: rule.to_string(),
            });
        }
        self.fan_out(std::slice::from_ref(chosen), &hook, &trigger).await
    }
}
