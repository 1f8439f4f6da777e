//! Check characters by ISO 7064, hybrid system MOD 37,36.

/// The alphabet, in the order of the values.
const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The check character for the digits and upper-case letters of `text`. Other characters are ignored.
///
/// The check character detects every change of a single character. It also detects the exchange of two
/// different neighbouring characters, except for one pair in 630. Which pair that is depends on the
/// characters before it.
pub(super) fn character(text: &str) -> char {
    let product = text
        .bytes()
        .filter_map(|byte| ALPHABET.iter().position(|of| *of == byte))
        .fold(36, step);
    char::from(ALPHABET[(37 - product) % 36])
}

/// The product after one more character, from 1 to 36.
fn step(product: usize, value: usize) -> usize {
    let sum = match (product + value) % 36 {
        0 => 36,
        sum => sum,
    };
    sum * 2 % 37
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn electronic_licences_bear_it() {
        // GB/T 36904: it covers the fields after the root 1.2.156.3005.2, without the dots.
        for (fields, check) in [
            (
                "11100000000013338W011.11430000006122244L.20230000403.001",
                'U',
            ),
            ("11100000MB03271699022.340100.000000016.001", '9'),
            (
                "11100000000013338W009.11330105002500287C.2025052201.002",
                '0',
            ),
        ] {
            assert_eq!(character(fields), check, "{fields}");
        }
    }

    /// ISO 7064, clause 1: "all single substitution errors", "all or nearly all" transpositions. All
    /// there is to a string before two characters is the product.
    #[test]
    fn errors_are_told_as_far_as_the_standard_promises() {
        for product in 1..=36 {
            let mut missed = 0;
            for a in 0..36 {
                for b in 0..a {
                    assert_ne!(step(product, a), step(product, b), "{a} for {b}");
                    if step(step(product, a), b) == step(step(product, b), a) {
                        missed += 1;
                    }
                }
            }
            assert_eq!(missed, 1, "of the 630 pairs after {product}");
        }
    }
}
