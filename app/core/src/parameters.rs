use serde::Serialize;

/// A query as it stands in an address.
pub fn parameters(query: &impl Serialize) -> String {
    let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(query) else { return String::new() };
    let parameter = |(name, value): (String, serde_json::Value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        format!("{name}={}", js_sys::encode_uri_component(&text))
    };
    fields.into_iter().map(parameter).collect::<Vec<_>>().join("&")
}
