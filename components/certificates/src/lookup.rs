//! Finding certificates: by number, by holder, by name, or by programme and year.

use chrono::NaiveDate;
use endpoint::{Endpoint, number_in_path, problem, programme_in_query};
use http::request::Parts;
use recognition::certificate::{Certificate, CertificateNumber, Life};
use recognition::uscc::Uscc;
use registry::records::{Certificates, programme_of};
use registry::{Declined, lists};
use rules::Programme;
use store::RecordError;
use store::journal::look_up;
use store::listing::Listing;
use text::{Day, En, Text, Zh, parse_year};
use web::{Caching, Fault, Page, Problem, Query, Response};

use crate::answer::{List, ListedCertificate, ShownCertificate, ShownHistory};

/// Shows a certificate with its status today or on an earlier day.
pub(crate) async fn show(
    endpoint: &Endpoint<'_>,
    parts: &Parts,
    number: &str,
) -> Result<Response, Problem> {
    web::allow(&parts.method, "GET, HEAD")?;
    let today = endpoint.today();
    let mut query = Query::of(&parts.uri);
    let on = query.optional("on", |text| read_on(text, today));
    query.finish()?;
    let number = number_in_path(number)?;
    let found = find(endpoint, &number).await.map_err(problem)?;
    let on = on.unwrap_or(today);
    let shown = ShownCertificate::new(&found.certificate, found.programme, &found.life, on);
    let shown = web::json(&shown)?;
    Ok(web::matched(shown, &parts.headers, Caching::Revalidate))
}

/// Shows all events of a certificate.
pub(crate) async fn history(
    endpoint: &Endpoint<'_>,
    parts: &Parts,
    number: &str,
) -> Result<Response, Problem> {
    web::read_only(parts)?;
    let number = number_in_path(number)?;
    let found = find(endpoint, &number).await.map_err(problem)?;
    let shown = web::json(&ShownHistory::new(&number, &found.life))?;
    Ok(web::matched(shown, &parts.headers, Caching::Revalidate))
}

/// A certificate that was found, and its life: what its events mean under the programme's rules.
struct Found {
    certificate: Certificate,
    programme: &'static Programme,
    life: Life,
}

/// Finds the certificate with this number in one store call.
async fn find(endpoint: &Endpoint<'_>, number: &CertificateNumber) -> Result<Found, Declined> {
    let found = look_up::<Certificates>(endpoint.store, &number.to_string()).await?;
    let certificate = found.ok_or(Declined::NoSuchCertificate)?;
    let programme = programme_of(&number.to_string(), &certificate.programme)?;
    Ok(Found {
        life: certificate.life(programme),
        programme,
        certificate,
    })
}

/// Which certificates a list contains.
enum Wanted {
    Holder(Uscc),
    Name(String),
    Issued(&'static str, i32),
}

/// Lists the certificates of a holder, of a name, or of a programme and year, the newest first.
pub(crate) async fn list(endpoint: &Endpoint<'_>, parts: &Parts) -> Result<Response, Problem> {
    let mut query = Query::of(&parts.uri);
    let wanted = Wanted::of(&mut query);
    let page = Page::of(&mut query);
    query.finish()?;
    let wanted = wanted.ok_or_else(not_one_of_three)?;
    let list = Listing::of(endpoint.store, wanted.list());
    let today = endpoint.today();
    let listed = list.page::<Certificates, _>(page.cursor, page.limit, |certificate| {
        listed(&certificate, &wanted, today).transpose()
    });
    let listed = listed.await.and_then(List::try_from);
    web::json(&listed.map_err(|error| problem(error.into()))?)
}

impl Wanted {
    /// Reads from a query which list is wanted; `None` if the query does not name exactly one list.
    fn of(query: &mut Query) -> Option<Self> {
        let holder = query.optional("holder", |text| {
            Uscc::parse(text).map_err(|error| error.text())
        });
        let name = query.optional("name", |text| match text.trim() {
            "" => Err(Text::new("名称不得为空。", "The name is empty.")),
            name => Ok(name.to_owned()),
        });
        let programme = query.optional("programme", programme_in_query);
        let year = query.optional("year", parse_year);
        match (holder, name, programme, year) {
            (Some(holder), None, None, None) => Some(Self::Holder(holder)),
            (None, Some(name), None, None) => Some(Self::Name(name)),
            (None, None, Some(rules), Some(year)) => Some(Self::Issued(rules.id, year)),
            _ => None,
        }
    }

    /// The name of the list in the store.
    fn list(&self) -> String {
        match self {
            Self::Holder(uscc) => lists::certificates_of_holder(uscc),
            Self::Name(name) => lists::certificates_of_name(name),
            Self::Issued(programme, year) => lists::certificates_of_year(programme, *year),
        }
    }
}

fn not_one_of_three() -> Problem {
    let text = Text::new(
        "请给出 holder，或 name，或 programme 和 year。",
        "Give holder, or name, or programme and year.",
    );
    let parameters = ["holder", "name", "programme", "year"];
    let faults = parameters.map(|name| Fault::in_query(name, text.clone()));
    Problem::invalid_query(faults.into())
}

/// The entry of a certificate in the list; `None` if the certificate no longer belongs in the list.
fn listed(
    certificate: &Certificate,
    wanted: &Wanted,
    today: NaiveDate,
) -> Result<Option<ListedCertificate>, RecordError> {
    let number = certificate.number.to_string();
    let life = certificate.life(programme_of(&number, &certificate.programme)?);
    let belongs = match wanted {
        // A certificate that has another holder now is no longer listed under the former holder.
        Wanted::Holder(uscc) => life.holder().is_some_and(|holder| holder.uscc == *uscc),
        // A certificate is also listed under its former names.
        Wanted::Name(name) => {
            life.name() == Some(name) || life.former_names().any(|former| former.value == name)
        }
        Wanted::Issued(..) => true,
    };
    Ok(belongs.then(|| ListedCertificate::new(certificate, &life, today)))
}

fn read_on(text: &str, today: NaiveDate) -> Result<NaiveDate, Text> {
    let date = Day::parse(text)?.get();
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
