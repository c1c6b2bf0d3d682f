//! Where to search for an IOC.

use std::fmt;

use sclera_sdk::html::escape;
use sclera_sdk::prelude::*;
use url::Url;

use crate::address::purpose;
use crate::config::Config;
use crate::explain::shown;
use crate::indicator::Indicator;

/// The links of one IOC, or why there are none.
#[derive(Debug)]
pub(crate) struct Links {
    value: String,
    found: Result<Vec<Link>, String>,
}

#[derive(Debug)]
struct Link {
    site: &'static str,
    url: Url,
}

impl fmt::Display for Links {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.value)?;
        match &self.found {
            Ok(links) => {
                let links: Vec<String> = links.iter().map(|link| format!("{} {}", link.site, link.url)).collect();
                f.write_str(&links.join(" · "))
            }
            Err(why) => write!(f, "no links, because {why}."),
        }
    }
}

/// Finds the links. Nobody is asked for anything: what is searched for becomes known when a user follows one.
pub(crate) fn links(ioc: &Ioc, case_tlp: Option<Tlp>, config: &Config) -> Links {
    let tlp = ioc.ioc_tlp_id.get().max(case_tlp);
    let found = match tlp {
        Some(tlp) if tlp > config.max_tlp => Err(format!("it is TLP:{}", tlp.name().to_uppercase())),
        _ => search(ioc),
    };
    Links {
        value: shown(ioc.ioc_value.get().unwrap_or_default()),
        found,
    }
}

/// The writing of the links into a custom attribute of the IOC.
pub(crate) fn action(ioc: &Ioc, links: &Links, config: &Config) -> Option<Action> {
    let links = links.found.as_ref().ok()?;
    let items: Vec<String> = links.iter().map(Link::as_html).collect();
    let html = format!("<ul>{}</ul>", items.concat());
    Some(Action::update(Ioc::KIND, ioc.id()?).html_attribute(&config.tab, "Links", html))
}

fn search(ioc: &Ioc) -> Result<Vec<Link>, String> {
    let value = ioc.ioc_value.get().unwrap_or_default().trim();
    let links = match Indicator::of(ioc) {
        Indicator::Address(address) => {
            if let Some(purpose) = purpose(address) {
                return Err(format!("the address is {purpose}"));
            }
            let address = address.to_string();
            vec![
                Link::path("VirusTotal", "https://www.virustotal.com/gui/ip-address", &address),
                Link::path("AbuseIPDB", "https://www.abuseipdb.com/check", &address),
                Link::path("Shodan", "https://www.shodan.io/host", &address),
                Link::path("GreyNoise", "https://viz.greynoise.io/ip", &address),
            ]
        }
        Indicator::Name(name) => vec![
            Link::path("VirusTotal", "https://www.virustotal.com/gui/domain", &name),
            Link::path("urlscan", "https://urlscan.io/domain", &name),
            Link::query("crt.sh", "https://crt.sh/", "q", &name),
        ],
        Indicator::Url(url) => vec![
            Link::path("VirusTotal", "https://www.virustotal.com/gui/search", url.as_str()),
            Link::query("URLhaus", "https://urlhaus.abuse.ch/browse.php", "search", url.as_str()),
        ],
        Indicator::Hash(_) => vec![
            Link::path("VirusTotal", "https://www.virustotal.com/gui/search", value),
            Link::query("MalwareBazaar", "https://bazaar.abuse.ch/browse.php", "search", value),
        ],
        Indicator::Email { domain } => vec![
            Link::path("VirusTotal", "https://www.virustotal.com/gui/domain", &domain),
            Link::path("EmailRep", "https://emailrep.io", value),
        ],
        Indicator::Unknown => return Err("its looks do not tell what it is".to_owned()),
    };
    Ok(links.into_iter().flatten().collect())
}

impl Link {
    /// A page whose path ends with the value. Every character of it that could mean something else is encoded.
    fn path(site: &'static str, base: &str, value: &str) -> Option<Self> {
        let mut url = Url::parse(base).ok()?;
        url.path_segments_mut().ok()?.pop_if_empty().push(value);
        Some(Self { site, url })
    }

    /// A page that takes the value as a parameter.
    fn query(site: &'static str, base: &str, key: &str, value: &str) -> Option<Self> {
        let mut url = Url::parse(base).ok()?;
        url.query_pairs_mut().append_pair(key, value);
        Some(Self { site, url })
    }

    fn as_html(&self) -> String {
        let url = escape(self.url.as_str());
        format!(
            r#"<li><a href="{url}" target="_blank" rel="noopener noreferrer">{}</a></li>"#,
            escape(self.site)
        )
    }
}
