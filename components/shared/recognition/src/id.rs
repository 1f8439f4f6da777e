//! Ids that are derived from the content of a record, so that writing a record twice writes the same record.

use sha2::{Digest, Sha256};

/// Crockford's base32: digits and letters without I, L, O and U.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The number of characters in a derived id: 130 bits.
const LENGTH: usize = 26;

/// The id of something in the given `domain` with the content `parts`: 26 characters of lower-case Crockford
/// base32, from SHA-256.
///
/// Each part is hashed with its length before it, so two different lists of parts give different input.
///
/// ```
/// use recognition::id::derive;
///
/// assert_eq!(derive("notice", &["a", "b"]), derive("notice", &["a", "b"]));
/// assert_ne!(derive("notice", &["a", "b"]), derive("notice", &["ab"]));
/// ```
pub fn derive(domain: &str, parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in std::iter::once(&domain).chain(parts) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    crockford(&hash.finalize(), LENGTH)
}

/// Whether a text has the form of a derived id.
pub fn is_derived(text: &str) -> bool {
    text.len() == LENGTH && text.bytes().all(|byte| ALPHABET.contains(&byte))
}

/// The first `characters` characters of `bytes` in lower-case Crockford base32. Each character has five bits,
/// beginning with the highest bit of the first byte. Bits after the last byte are zero.
pub fn crockford(bytes: &[u8], characters: usize) -> String {
    let byte = |index: usize| bytes.get(index).copied().unwrap_or(0);
    let character = |index: usize| {
        let bit = index * 5;
        let two = u16::from_be_bytes([byte(bit / 8), byte(bit / 8 + 1)]);
        let five = (two >> (11 - bit % 8)) & 31;
        char::from(ALPHABET[usize::from(five)])
    };
    (0..characters).map(character).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn five_bits_make_a_character() {
        for (bytes, expected) in [
            (&[][..], "00"),
            (&[0xff], "zw"),
            // 00001 00010 00011 00100 00101 00110 00111 01000, by hand.
            (&[0x08, 0x86, 0x42, 0x98, 0xe8], "12345678"),
            // 01010 01011 01100 01101 01110 01111 10000 10001.
            (&[0x52, 0xd8, 0xd7, 0x3e, 0x11], "abcdefgh"),
            (&[0xff, 0xff, 0xff, 0xff, 0xff], "zzzzzzzz"),
        ] {
            assert_eq!(crockford(bytes, expected.len()), expected, "{bytes:?}");
        }
    }

    #[test]
    fn an_identifier_is_sha_256_of_the_parts_with_their_lengths() {
        // An empty domain alone is eight zero bytes, whose SHA-256 is af5570f5a1810b7a f78caf4bc70a660f 0….
        assert_eq!(derive("", &[]), "nxaq1xd1g45qnxwcnx5we2k61w");
    }

    #[test]
    fn no_two_lists_of_parts_read_the_same() {
        let lists: [&[&str]; 10] = [
            &[],
            &[""],
            &["", ""],
            &["ab"],
            &["a", "b"],
            &["", "ab"],
            &["ab", ""],
            &["a", "", "b"],
            &["b", "a"],
            &["\0\0\0\0\0\0\0\u{1}a"],
        ];
        let of = |domain| lists.iter().map(move |parts| derive(domain, parts));
        let all: BTreeSet<String> = of("x").chain(of("y")).chain(of("")).collect();
        assert_eq!(all.len(), 3 * lists.len());
        assert!(all.iter().all(|id| id.len() == 26));
    }
}
