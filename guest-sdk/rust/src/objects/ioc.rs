//! What is special about IOCs.

use crate::{Ioc, IocType};

impl Ioc {
    /// What kind of indicator it is: by the id of its type, and if that is not one of the well-known ones, by the
    /// type's name, where the server sends it.
    pub fn kind(&self) -> Option<IocType> {
        self.ioc_type_id.get().and_then(IocType::from_id).or_else(|| {
            let name = self.ioc_type.get()?.get("type_name")?.as_str()?;
            IocType::from_name(name)
        })
    }
}
