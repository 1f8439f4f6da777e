//! Texts for people: always in Chinese and in English.

use serde_json::Value;

/// Asserts that every text for people in `value`, however deep, stands in both languages.
pub(crate) fn assert_bilingual(value: &Value) {
    match value {
        Value::Object(members) if members.contains_key("zh") || members.contains_key("en") => {
            assert_eq!(members.len(), 2, "{value}");
            for language in ["zh", "en"] {
                let text = members.get(language).and_then(Value::as_str);
                let text = text.unwrap_or_else(|| panic!("no {language} in {value}"));
                assert!(!text.trim().is_empty(), "no {language} in {value}");
            }
        }
        Value::Object(members) => members.values().for_each(assert_bilingual),
        Value::Array(items) => items.iter().for_each(assert_bilingual),
        _ => {}
    }
}

/// Whether a text has a Chinese character.
pub(crate) fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}
