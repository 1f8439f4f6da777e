//! What no other test and no other run has: words, tokens, codes of organisations.

/// The characters of a unified social credit code by value, GB 32100-2015.
const USCC_ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system gives random numbers");
    bytes
}

/// Twenty random hexadecimal digits.
pub(crate) fn word() -> String {
    random::<10>()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A number below `end`, which is not large.
pub(crate) fn below(end: usize) -> usize {
    usize::from(u16::from_le_bytes(random())) % end
}

/// A token that nobody can guess.
pub(crate) fn token() -> String {
    random::<32>()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A unified social credit code that fits its check character and is nobody's: no place has the code
/// 149999.
pub(crate) fn uscc() -> String {
    let random: String = random::<9>()
        .iter()
        .map(|byte| char::from(USCC_ALPHABET[usize::from(byte % 31)]))
        .collect();
    let first = format!("91149999{random}");
    let check = check_character(&first);
    format!("{first}{check}")
}

/// The check character over the first 17: weights 3^(i-1) modulo 31.
fn check_character(first: &str) -> char {
    let mut weight = 1;
    let mut sum = 0;
    for byte in first.bytes() {
        let value = USCC_ALPHABET.iter().position(|of| *of == byte);
        sum += value.expect("a character of a code") * weight;
        weight = weight * 3 % 31;
    }
    char::from(USCC_ALPHABET[(31 - sum % 31) % 31])
}

/// Codes of `vectors/uscc.json` that fit.
#[test]
fn codes_fit_their_check_character() {
    for code in [
        "91350100M000100Y43",
        "914403001922038216",
        "91110108551385082Q",
        "91330100799655058B",
        "91110000600037341L",
        "91620000MA100013X0",
    ] {
        assert!(code.ends_with(check_character(&code[..17])), "{code}");
    }
    assert_eq!(uscc().len(), 18);
}
