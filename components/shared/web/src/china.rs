use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, FixedOffset};

/// Seconds that China's time is ahead of UTC. China has no summer time.
const OFFSET: i32 = 8 * 3600;

/// The time in China now, in whole seconds. Only an entry point calls this, once per request, and passes
/// the time on.
///
/// `None` only if the machine's clock shows a time before 1970 or after the year 262142.
pub fn now() -> Option<DateTime<FixedOffset>> {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let seconds = i64::try_from(since_1970.as_secs()).ok()?;
    let utc = DateTime::from_timestamp(seconds, 0)?;
    Some(utc.with_timezone(&FixedOffset::east_opt(OFFSET)?))
}
