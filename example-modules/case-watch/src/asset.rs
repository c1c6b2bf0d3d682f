//! New and changed assets.

use sclera_sdk::prelude::*;

use crate::config::Config;

/// Notes an asset, and asks for the tag that says so.
///
/// The tag is a change of the asset, so it brings the module here again; then the tag is there, and that is the end.
pub(crate) fn seen(asset: &Asset, by: &str, config: &Config) -> Option<Action> {
    let id = asset.id()?;
    if config.seen_tag.is_empty() || asset.asset_tags.has(&config.seen_tag) {
        log::debug!("asset {id} has been seen before");
        return None;
    }
    let name = asset.asset_name.get().unwrap_or("without a name");
    let address = asset
        .asset_ip
        .get()
        .filter(|address| !address.is_empty())
        .unwrap_or("no address");
    log::info!("asset {id} was seen, by {by}: {name}, {address}");
    Some(Action::update(Asset::KIND, id).add_tag(&config.seen_tag))
}
