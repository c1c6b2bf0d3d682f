//! IOCs.

use serde_json::Value;

use super::object;
use crate::{CustomAttributes, IocType, JsonObject, Tags, Tlp};

object! {
    /// An indicator of compromise.
    pub struct Ioc: "ioc", id "ioc_id" {
        /// The indicator itself: an address, a name, a hash…
        ioc_value: String,
        /// Id of its type; [`Ioc::kind`] tells the well-known ones.
        ioc_type_id: i64,
        /// How far it may be shared.
        ioc_tlp_id: Tlp,
        /// What is known about the indicator, in Markdown.
        ioc_description: String,
        /// Tags, comma-separated.
        ioc_tags: Tags,
        /// The server's own fields.
        custom_attributes: CustomAttributes,
        /// Id of the IOC.
        ioc_id: i64,
        /// Its identity across servers.
        ioc_uuid: String,
        /// The indicator's type.
        ioc_type: JsonObject,
        /// The indicator's identity in MISP.
        ioc_misp: String,
        /// What other systems know about the indicator.
        ioc_enrichment: Value,
        /// Id of the user who added the IOC.
        user_id: i64,
        /// Who did what to it, keyed by the moment in epoch seconds.
        modification_history: JsonObject,
    }
}

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
