//! Every sentence of a regulation is accounted for.

use rules::programmes;

/// The regulation's own text: from its first article (section) to its end.
fn sentences(regulation: &str) -> Vec<String> {
    let text: String = regulation.chars().filter(|c| !c.is_whitespace()).collect();
    let text = text.replace("[bookmark:_GoBack]", "");
    text.split(['。', '；']).map(str::to_owned).filter(|sentence| !sentence.is_empty()).collect()
}

#[test]
fn every_sentence_is_quoted_by_a_record() {
    for (id, regulation) in [(
        "xinzhou-technology-innovation-centre",
        include_str!("../../regulations/xinzhou-technology-innovation-centre.txt"),
    )] {
        let rules = programmes().iter().find(|rules| rules.id == id).expect("it is compiled in");
        let quotes: Vec<String> = rules
            .programme
            .cites()
            .iter()
            .map(|cite| cite.text.chars().filter(|c| !c.is_whitespace()).collect())
            .collect();
        // Clauses shorter than this are salutations and headings.
        let missing: Vec<_> = sentences(regulation)
            .into_iter()
            .filter(|sentence| {
                !quotes.iter().any(|quote| quote.contains(sentence.as_str()) || covers(quote, sentence))
            })
            .collect();
        assert_eq!(missing, Vec::<String>::new(), "of {id}");
    }
}

/// Whether the quote stands in the sentence and is its better part, or the whole of a clause of it.
fn covers(quote: &str, sentence: &str) -> bool {
    let quote = quote.trim_end_matches(['。', '；']);
    sentence.contains(quote) && quote.chars().count() * 2 >= sentence.chars().count()
}
