//! Looking certificates up: by number, by holder, by name, by programme and year.

use chrono::NaiveDate;
use http::request::Parts;
use registry::KeyValue;
use registry::certificate::{self, Certificate, Certificates};
use registry::index::Index;
use registry::uscc::Uscc;
use web::date::{En, Zh};
use web::{Caching, Fault, Page, Problem, Query, Response, Text};

use crate::desk::{Desk, failed, life, read_number, rules_of, text_of};
use crate::wire::{Entry, List, ShownCertificate, ShownHistory};

/// What a list is of.
enum Wanted {
    Holder(Uscc),
    Name(String),
    Issued(&'static str, i32),
}

impl<S: KeyValue> Desk<'_, S> {
    /// A certificate, as it stands today or stood on an earlier day.
    pub(crate) async fn show(&self, parts: &Parts, number: &str) -> Result<Response, Problem> {
        web::allow(&parts.method, "GET, HEAD")?;
        let mut query = Query::of(&parts.uri);
        let on = query.optional("on", |text| read_on(text, self.today()));
        query.finish()?;
        let number = read_number(number)?;
        let certificate = self.certificate(&number).await?;
        let (rules, life) = life(&certificate)?;
        let on = on.unwrap_or_else(|| self.today());
        let shown = ShownCertificate::new(&certificate, rules.programme, &life, on);
        Ok(web::matched(
            web::json(&shown)?,
            &parts.headers,
            Caching::Revalidate,
        ))
    }

    /// Everything that happened to a certificate.
    pub(crate) async fn history(&self, parts: &Parts, number: &str) -> Result<Response, Problem> {
        web::read_only(parts)?;
        let number = read_number(number)?;
        let certificate = self.certificate(&number).await?;
        let (_, life) = life(&certificate)?;
        let shown = web::json(&ShownHistory::new(&number, &life))?;
        Ok(web::matched(shown, &parts.headers, Caching::Revalidate))
    }

    /// The certificates of a holder, of a name, or of a programme and year, the newest first.
    pub(crate) async fn list(&self, parts: &Parts) -> Result<Response, Problem> {
        let mut query = Query::of(&parts.uri);
        let holder = query.optional("holder", |text| {
            Uscc::parse(text).map_err(|error| text_of(error.text()))
        });
        let name = query.optional("name", |text| match text.trim() {
            "" => Err(Text::new("名称不得为空。", "The name is empty.")),
            name => Ok(name.to_owned()),
        });
        let programme = query.optional("programme", |text| {
            rules::programme(text)
                .map(|rules| rules.id)
                .ok_or_else(|| Text::new("没有这个项目。", "There is no such programme."))
        });
        let year = query.optional("year", read_year);
        let page = Page::of(&mut query);
        query.finish()?;
        let wanted = match (holder, name, programme, year) {
            (Some(holder), None, None, None) => Wanted::Holder(holder),
            (None, Some(name), None, None) => Wanted::Name(name),
            (None, None, Some(programme), Some(year)) => Wanted::Issued(programme, year),
            _ => {
                let text = Text::new(
                    "请给出 holder，或 name，或 programme 和 year。",
                    "Give holder, or name, or programme and year.",
                );
                let parameters = ["holder", "name", "programme", "year"];
                let faults = parameters.map(|name| Fault::in_query(name, text.clone()));
                return Err(Problem::invalid_query(faults.into()));
            }
        };
        let index = match &wanted {
            Wanted::Holder(uscc) => certificate::index_of_holder(uscc),
            Wanted::Name(name) => certificate::index_of_name(name),
            Wanted::Issued(programme, year) => certificate::index_of_year(programme, *year),
        };
        let index = Index::named(self.store, index);
        let listed = index.page::<Certificates, _>(page.cursor, page.limit, |certificate| {
            entry(certificate, &wanted, self.today())
        });
        let listed = listed.await.map_err(failed)?;
        web::json(&List::try_from(listed)?)
    }
}

/// What a certificate is in the list, `None` where it does not belong there.
fn entry(
    certificate: Certificate,
    wanted: &Wanted,
    today: NaiveDate,
) -> Option<Result<Entry, Problem>> {
    let rules = match rules_of(&certificate.programme) {
        Ok(rules) => rules,
        Err(problem) => return Some(Err(problem)),
    };
    let life = certificate.life(rules.programme);
    let belongs = match wanted {
        // One that holds it no longer does not have it.
        Wanted::Holder(uscc) => life.holder().is_some_and(|holder| holder.uscc == *uscc),
        // Under a former name it is still to be found.
        Wanted::Name(name) => {
            life.name() == Some(name) || life.former_names().any(|former| former.value == name)
        }
        Wanted::Issued(..) => true,
    };
    belongs.then(|| Ok(Entry::new(&certificate, &life, today)))
}

fn read_on(text: &str, today: NaiveDate) -> Result<NaiveDate, Text> {
    let date = web::date::parse(text)?;
    if date <= today {
        return Ok(date);
    }
    Err(Text::new(
        format!("不得晚于今日（{}）：此后的状态尚不可知。", Zh(today)),
        format!(
            "Not later than today in China ({}): nobody knows yet how it will stand.",
            En(today)
        ),
    ))
}

fn read_year(text: &str) -> Result<i32, Text> {
    let four_digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let year = four_digits.then(|| text.parse().ok()).flatten();
    year.ok_or_else(|| Text::new("年份为四位数字。", "A year is four digits."))
}
