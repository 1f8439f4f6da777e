use serde::Deserialize;

use super::{
    ApplicationKind, CertificateRule, Change, Cite, Condition, Criteria, Day, Document,
    FactDeclaration, Ground, Guidance, List, NotModelled, NoticeRule, Obligation, Outline, Party,
    Programme, Provision, Reading, ReminderRule, Source, Step, Str, Text,
};

/// A programme's file: everything its regulation says, as data, divided by who needs it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(from = "FileRecord")]
pub struct ProgrammeFile {
    /// What every component needs.
    pub programme: Programme,
    /// What applications are judged by.
    pub criteria: Criteria,
    /// What people read.
    pub guidance: Guidance,
}

/// The file as it is written. The division is not the file's, and serde cannot refuse unknown fields
/// of a struct that is flattened into another. So the file is read whole and divided afterwards.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRecord {
    id: Str,
    name: Text,
    from: Day,
    source: Source,
    certificate: CertificateRule,
    #[serde(rename = "party")]
    parties: List<Party>,
    #[serde(rename = "kind", default)]
    kinds: List<ApplicationKind>,
    #[serde(rename = "fact")]
    facts: List<FactDeclaration>,
    #[serde(rename = "document", default)]
    documents: List<Document>,
    #[serde(rename = "condition")]
    conditions: List<Condition>,
    #[serde(rename = "step", default)]
    steps: List<Step>,
    #[serde(rename = "notice", default)]
    notices: List<NoticeRule>,
    #[serde(rename = "obligation", default)]
    obligations: List<Obligation>,
    reminders: ReminderRule,
    #[serde(rename = "change", default)]
    changes: List<Change>,
    #[serde(rename = "ground", default)]
    grounds: List<Ground>,
    #[serde(rename = "outline", default)]
    outlines: List<Outline>,
    #[serde(rename = "provision", default)]
    provisions: List<Provision>,
    #[serde(rename = "reading", default)]
    readings: List<Reading>,
    #[serde(default)]
    not_modelled: List<NotModelled>,
}

impl From<FileRecord> for ProgrammeFile {
    fn from(record: FileRecord) -> Self {
        Self {
            programme: Programme {
                id: record.id,
                name: record.name,
                from: record.from,
                source: record.source,
                certificate: record.certificate,
                parties: record.parties,
                notices: record.notices,
                obligations: record.obligations,
                reminders: record.reminders,
                changes: record.changes,
                grounds: record.grounds,
            },
            criteria: Criteria {
                kinds: record.kinds,
                facts: record.facts,
                documents: record.documents,
                conditions: record.conditions,
                readings: record.readings,
            },
            guidance: Guidance {
                steps: record.steps,
                outlines: record.outlines,
                provisions: record.provisions,
                not_modelled: record.not_modelled,
            },
        }
    }
}

impl ProgrammeFile {
    /// Everything in the file that quotes the regulation.
    pub fn cites(&self) -> Vec<&Cite> {
        let (programme, criteria, guidance) = (&self.programme, &self.criteria, &self.guidance);
        let mut cites = vec![&programme.certificate.cite];
        cites.extend(programme.parties.iter().map(|x| &x.cite));
        cites.extend(criteria.kinds.iter().map(|x| &x.cite));
        cites.extend(criteria.documents.iter().map(|x| &x.cite));
        cites.extend(criteria.conditions.iter().map(|x| &x.cite));
        cites.extend(guidance.steps.iter().map(|x| &x.cite));
        cites.extend(programme.notices.iter().map(|x| &x.cite));
        for obligation in programme.obligations.iter() {
            cites.push(&obligation.cite);
            cites.extend(obligation.exemptions.iter().map(|x| &x.cite));
        }
        cites.extend(programme.changes.iter().map(|x| &x.cite));
        cites.extend(programme.grounds.iter().map(|x| &x.cite));
        cites.extend(guidance.outlines.iter().map(|x| &x.cite));
        cites.extend(guidance.provisions.iter().map(|x| &x.cite));
        cites.extend(guidance.not_modelled.iter().map(|x| &x.cite));
        cites
    }

    /// Every place that names a reading.
    pub fn reading_uses(&self) -> Vec<Str> {
        let programme = &self.programme;
        let conditions = self.criteria.conditions.iter().map(|x| x.reading);
        let notices = programme.notices.iter().map(|x| x.reading);
        let obligations = programme.obligations.iter().map(|x| x.reading);
        let exemptions = programme.obligations.iter();
        let exemptions = exemptions.flat_map(|x| x.exemptions.items());
        let exemptions = exemptions.map(|x| x.reading);
        let changes = programme.changes.iter().map(|x| x.reading);
        let grounds = programme.grounds.iter().map(|x| x.reading);
        let provisions = self.guidance.provisions.iter().map(|x| x.reading);
        let uses = [programme.certificate.reading]
            .into_iter()
            .chain(conditions);
        let uses = uses.chain(notices).chain(obligations).chain(exemptions);
        let uses = uses.chain(changes).chain(grounds).chain(provisions);
        uses.flatten().collect()
    }
}
