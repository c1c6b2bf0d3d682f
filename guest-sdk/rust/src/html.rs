//! HTML, for the tabs that a module writes with custom attributes.

/// Text as HTML shows it, in an element or in a quoted attribute: for everything that comes from elsewhere. Whoever could
/// write a tag there would write into the case's page.
///
/// ```
/// assert_eq!(sclera_sdk::html::escape(r#"<b title="x">"#), "&lt;b title=&quot;x&quot;&gt;");
/// ```
pub fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            character => html.push(character),
        }
    }
    html
}
